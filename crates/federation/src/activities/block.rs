//! Block: an actor wants nothing to do with another.

use domain::actor::Actor;
use serde::Deserialize;
use storage::blocks::Block as Kept;
use storage::{Tx, actors, blocks as kept, follows, neighbours};
use url::Url;

use super::{Dropped, Outgoing};
use crate::error::Result;
use crate::instance::Instance;
use crate::{blocks, shape};

/// A block by another server's actor.
#[derive(Debug, Deserialize)]
pub struct Block {
    #[serde(deserialize_with = "shape::one")]
    id: Url,
    #[serde(deserialize_with = "shape::one")]
    object: Url,
    /// In Lemmy's form, what the blocked one may not take part in any more.
    target: Option<serde_json::Value>,
}

impl Block {
    /// Refuses blocks of what is not ours.
    pub(super) async fn verify(&self, instance: &Instance, _sender: &Actor) -> Result<(), Dropped> {
        if instance.is_ours(&self.object) { Ok(()) } else { Err(Dropped::Unwanted("the blocked actor is not ours")) }
    }

    /// Ends the follows between the two, and with a neighbour the neighbourhood; nothing goes to the sender from then on.
    /// A moderator who shuts one of ours out of a community blocks in that community's name.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let ours = actors::by_url(tx, &self.object).await?.filter(Actor::is_local);
        let ours = ours.ok_or(Dropped::Unwanted("there is no such actor here"))?;
        let community = match self.target.as_ref().and_then(shape::id_of).filter(|target| *target != sender.url) {
            Some(target) => Some(actors::by_url(tx, &target).await?.filter(|target| target.host == sender.host)),
            None => None,
        };
        let blocker = match &community {
            Some(Some(community)) => community,
            Some(None) => return Err(Dropped::Unwanted("nobody here knows where it is shut out")),
            None => sender,
        };
        let block = Kept {
            blocker: blocker.id,
            blocked: ours.id,
            activity: Some(self.id),
            comment: String::new(),
            created_at: instance.clock().now(),
        };
        kept::insert(tx, &block).await?;
        follows::remove(tx, blocker.id, ours.id).await?;
        follows::remove(tx, ours.id, blocker.id).await?;
        if ours.id == instance.quarter().id {
            storage::handshakes::remove(tx, blocker.id).await?;
            if neighbours::remove(tx, blocker.id).await? {
                storage::objects::forget_host(tx, blocker.host.as_str()).await?;
            }
        }
        Ok(())
    }
}

/// Blocks `other` in the name of `own`; the id of the `Block`, which is kept and sent to nobody.
pub async fn publish(tx: &mut Tx, instance: &Instance, own: &Actor, other: &Actor) -> Result<Url> {
    blocks::block_actor(tx, instance, own, other, "").await?;
    let outgoing = Outgoing {
        actor: own,
        kind: "Block",
        about: &other.url,
        object: serde_json::json!(other.url),
        to: Some(&own.url),
    };
    let (activity, _) = outgoing.keep(tx, instance, false).await?;
    Ok(activity.url)
}

/// Takes a block of ours back; the id of the `Undo`, or `None` if there is no such block.
pub async fn take_back(tx: &mut Tx, instance: &Instance, own: &Actor, other: &Actor) -> Result<Option<Url>> {
    if !kept::remove(tx, own.id, other.id).await? {
        return Ok(None);
    }
    let inner = serde_json::json!({ "type": "Block", "actor": own.url, "object": other.url });
    let outgoing = Outgoing { actor: own, kind: "Undo", about: &other.url, object: inner, to: Some(&own.url) };
    let (activity, _) = outgoing.keep(tx, instance, false).await?;
    Ok(Some(activity.url))
}
