//! Accept: the answer yes to a follow.

use domain::actor::Actor;
use serde::Deserialize;
use serde_json::{Value, json};
use storage::{Tx, follows};
use url::Url;

use super::{Dropped, Outgoing};
use crate::error::Result;
use crate::instance::Instance;
use crate::shape;

/// A yes from another server.
#[derive(Debug, Deserialize)]
pub struct Accept {
    object: Value,
}

impl Accept {
    /// Nothing to fetch; whose follow it is shows in the database.
    pub(super) async fn verify(&self, _instance: &Instance, _sender: &Actor) -> Result<(), Dropped> {
        Ok(())
    }

    /// Marks our follow of the sender as accepted; a follow of anybody else is not the sender's to accept.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let follow = answered(tx, &self.object, sender).await?;
        follows::accept(tx, follow.follower, follow.followed, instance.clock().now()).await?;
        Ok(())
    }
}

/// The follow of ours that `sender` answers: named by its id, or by its two ends where the peer made up an id.
pub(super) async fn answered(tx: &mut Tx, object: &Value, sender: &Actor) -> Result<follows::Follow, Dropped> {
    if let Some(id) = shape::id_of(object)
        && let Some(follow) = follows::by_activity(tx, &id).await?
    {
        let theirs = follow.followed == sender.id;
        return if theirs { Ok(follow) } else { Err(Dropped::Unwanted("this follow is not the sender's to answer")) };
    }
    let follower = shape::id(object, "actor").ok_or(Dropped::Unwanted("there is no such follow"))?;
    let ours = storage::actors::by_url(tx, &follower).await?.filter(Actor::is_local);
    let ours = ours.ok_or(Dropped::Unwanted("there is no such follow"))?;
    follows::between(tx, ours.id, sender.id).await?.ok_or(Dropped::Unwanted("there is no such follow"))
}

/// Says yes to `follower` in the name of `followed`; `follow` is the id of what is accepted.
pub async fn publish(tx: &mut Tx, instance: &Instance, followed: &Actor, follower: &Actor, follow: &Url) -> Result<()> {
    answer(tx, instance, "Accept", (followed, follower), follow).await
}

/// Answers the follow of the first by the second of `ends` with `kind`: an `Accept` or a `Reject`.
pub(super) async fn answer(
    tx: &mut Tx,
    instance: &Instance,
    kind: &'static str,
    (followed, follower): (&Actor, &Actor),
    follow: &Url,
) -> Result<()> {
    let outgoing = Outgoing {
        actor: followed,
        kind,
        about: follow,
        object: json!({ "id": follow, "type": "Follow", "actor": follower.url, "object": followed.url }),
        to: Some(&follower.url),
    };
    outgoing.send(tx, instance, follower).await?;
    Ok(())
}
