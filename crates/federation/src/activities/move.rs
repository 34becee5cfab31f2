//! Move: an actor goes on under another address.

use domain::actor::{Actor, Part};
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::json;
use storage::moves::{self, Move as Kept};
use storage::{Tx, actors, blocks as kept, follows, neighbours};
use url::Url;

use super::{Dropped, Outgoing, follow, undo};
use crate::blocks::{self, Stance};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::objects::actor;
use crate::{remote, shape};

/// How long whoever moved stays where it is.
const REST: SignedDuration = SignedDuration::from_hours(30 * 24);
const TOO_SOON: Dropped = Dropped::Unwanted("it moved less than 30 days ago");

/// A move of another server's actor.
#[derive(Debug, Deserialize)]
pub struct Move {
    #[serde(deserialize_with = "shape::one")]
    object: Url,
    #[serde(deserialize_with = "shape::one")]
    target: Url,
    #[serde(skip)]
    found: Option<Box<Actor>>,
}

impl Move {
    /// Fetches the new actor, whose own document has to name the old one; only if that is somebody's business here.
    pub(super) async fn verify(&mut self, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        if self.object != sender.url {
            return Err(Dropped::Unwanted("who moves is another"));
        }
        if self.target == sender.url || instance.is_ours(&self.target) {
            return Err(Dropped::Unwanted("nobody moves to itself or to this server"));
        }
        let mut tx = instance.store().read().await?;
        if is_too_soon(&mut tx, instance, sender).await? {
            return Err(TOO_SOON);
        }
        if !neighbours::contains(&mut tx, sender.id).await? && follows::ours(&mut tx, sender.id).await?.is_empty() {
            return Err(Dropped::Unwanted("nobody here follows who moves"));
        }
        drop(tx);
        let (target, document) = match remote::fetch_anew(instance, &self.target).await {
            Err(Error::Fetch(_)) => return Err(Dropped::Unwanted("the new actor could not be fetched")),
            other => other?,
        };
        if !actor::is_known_as(&document, &sender.url) {
            return Err(Dropped::Unwanted("the new actor does not say that it is the old one"));
        }
        self.found = Some(Box::new(target));
        Ok(())
    }

    /// Follows the new actor in the place of the old one, for all of ours that did. Where that is a neighbour, an editor
    /// decides for the quarter.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let target = self.found.ok_or(Dropped::Unwanted("there is nowhere to move"))?;
        let target = actors::by_id(tx, target.id).await?.filter(|target| target.deleted_at.is_none());
        let target = target.ok_or(Dropped::Unwanted("the new actor was deleted"))?;
        if matches!(blocks::stance(tx, instance, &target).await?, Stance::Shut) {
            return Err(Dropped::Unwanted("the new actor is blocked"));
        }
        // Asked before, but meanwhile another may have come.
        if is_too_soon(tx, instance, sender).await? {
            return Err(TOO_SOON);
        }
        let open = neighbours::contains(tx, sender.id).await?;
        for own in follows::ours(tx, sender.id).await? {
            if !(open && own.part == Some(Part::Quarter)) {
                switch(tx, instance, &own, (sender, &target)).await?;
            }
        }
        let moved_at = instance.clock().now();
        moves::put(tx, &Kept { actor: sender.id, target: target.url, moved_at, open }).await?;
        Ok(())
    }
}

/// Whether the actor moved lately, or is where somebody moved lately: so circles and chains end at once.
async fn is_too_soon(tx: &mut Tx, instance: &Instance, actor: &Actor) -> Result<bool> {
    Ok(moves::is_recent(tx, actor.id, &actor.url, instance.clock().now() - REST).await?)
}

/// Moves the follow of `own` from the first to the second, unless one of both blocks the other.
async fn switch(tx: &mut Tx, instance: &Instance, own: &Actor, (old, new): (&Actor, &Actor)) -> Result<()> {
    if kept::exists(tx, own.id, new.id).await? || kept::exists(tx, new.id, own.id).await? {
        return Ok(());
    }
    follow::publish(tx, instance, own, new).await?;
    undo::follow(tx, instance, own, old).await?;
    Ok(())
}

/// Tells the followers of `own` that it goes on as `target`.
pub(crate) async fn publish(tx: &mut Tx, instance: &Instance, own: &Actor, target: &Url) -> Result<()> {
    let outgoing = Outgoing { actor: own, kind: "Move", about: &own.url, object: json!(own.url), to: None };
    outgoing.publish_with(tx, instance, json!({ "target": target })).await?;
    Ok(())
}
