//! Follow: an actor asks to hear from another.

use domain::actor::{Actor, Kind, Part};
use serde::Deserialize;
use serde_json::json;
use storage::follows::{self, Follow as Kept};
use storage::{Tx, activities, actors, deliveries, neighbours};
use url::Url;

use super::{Dropped, Outgoing, accept};
use crate::error::Result;
use crate::instance::{AcceptNeighbours, Instance};
use crate::shape;

/// A follow from another server.
#[derive(Debug, Deserialize)]
pub struct Follow {
    #[serde(deserialize_with = "shape::one")]
    id: Url,
    #[serde(deserialize_with = "shape::one")]
    object: Url,
}

impl Follow {
    /// Refuses follows of what is not ours.
    pub(super) async fn verify(&self, instance: &Instance, _sender: &Actor) -> Result<(), Dropped> {
        if instance.is_ours(&self.object) { Ok(()) } else { Err(Dropped::Unwanted("the followed actor is not ours")) }
    }

    /// Records the follow and accepts it: our actors are public. With neighbours let in automatically, a quarter that
    /// follows ours is followed back.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let followed =
            actors::by_url(tx, &self.object).await?.filter(|actor| actor.is_local() && actor.deleted_at.is_none());
        let followed = followed.ok_or(Dropped::Unwanted("there is no such actor here"))?;
        let now = instance.clock().now();
        let kept = Kept {
            follower: sender.id,
            followed: followed.id,
            activity: self.id.clone(),
            requested_at: now,
            accepted_at: Some(now),
        };
        follows::insert(tx, &kept).await?;
        accept::publish(tx, instance, &followed, sender, &self.id).await?;
        let quarter = followed.part == Some(Part::Quarter) && sender.kind == Kind::Group;
        if quarter && instance.settings().accept_neighbours == AcceptNeighbours::Automatic {
            neighbours::insert(tx, sender.id, now).await?;
            publish(tx, instance, &followed, sender).await?;
        }
        Ok(())
    }
}

/// Asks `followed` on behalf of `follower`, unless that was asked before and accepted. What waits for an answer is sent
/// again as it was: `GoToSocial` answers 500 to a second request with another id.
pub async fn publish(tx: &mut Tx, instance: &Instance, follower: &Actor, followed: &Actor) -> Result<()> {
    if let Some(before) = follows::between(tx, follower.id, followed.id).await? {
        if before.accepted_at.is_some() {
            return Ok(());
        }
        if let Some(asked) = activities::by_url(tx, &before.activity).await? {
            let (inbox, host) = (&followed.inbox, followed.host.as_str());
            return Ok(deliveries::again(tx, asked.id, inbox, host, instance.clock().now()).await?);
        }
    }
    let outgoing = Outgoing {
        actor: follower,
        kind: "Follow",
        about: &followed.url,
        // Gancio needs the bare id.
        object: json!(followed.url),
        to: Some(&followed.url),
    };
    let activity = outgoing.send(tx, instance, followed).await?;
    let kept = Kept {
        follower: follower.id,
        followed: followed.id,
        activity: activity.url,
        requested_at: instance.clock().now(),
        accepted_at: None,
    };
    follows::insert(tx, &kept).await?;
    Ok(())
}
