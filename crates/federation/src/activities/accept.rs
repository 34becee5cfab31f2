//! Accept: the answer yes to a follow, to a request to come to an event or to quote, to an invitation, or to an offer to be
//! neighbours.

use domain::actor::Actor;
use domain::participation::State;
use serde::Deserialize;
use serde_json::{Value, json};
use storage::{Tx, follows};
use url::Url;

use super::answered::{self, Answered};
use super::{Dropped, Outgoing, invite, join};
use crate::error::Result;
use crate::instance::Instance;
use crate::{handshakes, quotes, shape};

/// A yes from another server.
#[derive(Debug, Deserialize)]
pub struct Accept {
    #[serde(default)]
    id: Value,
    object: Value,
    /// The authorization that an answer to a `QuoteRequest` brings, or what the sender says to an offer.
    #[serde(default)]
    result: Value,
}

impl Accept {
    /// Nothing to fetch; whose request it is shows in the database.
    pub(super) async fn verify(&self, _instance: &Instance, _sender: &Actor) -> Result<(), Dropped> {
        Ok(())
    }

    /// Carries out what the sender agreed to; a request to anybody else is not the sender's to accept.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        if handshakes::hear(tx, instance, sender, shape::id_of(&self.id).as_ref(), shape::only(&self.result)).await? {
            return Ok(());
        }
        if quotes::accepted(tx, instance, &self.object, &self.result, sender).await? {
            return Ok(());
        }
        match answered::find(tx, &self.object, sender).await? {
            Answered::Follow(follow) => {
                follows::accept(tx, follow.follower, follow.followed, instance.clock().now()).await?;
                Ok(())
            }
            Answered::Invite(invited) => invite::accepted(tx, instance, &invited, sender).await,
            found @ Answered::Join(_) => join::answered(tx, instance, found, State::Confirmed).await,
        }
    }
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
