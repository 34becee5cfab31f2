//! Delete: an actor takes back something it published, or leaves altogether.

use domain::actor::Actor;
use serde::Deserialize;
use serde_json::json;
use storage::{Tx, activities, actors, deliveries, follows, objects as registry};
use url::Url;
use uuid::Uuid;

use super::{Dropped, Outgoing, announce};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::objects::tombstone;
use crate::{participations, quotes, registrations, series, shape, submissions, twins};

/// A deletion from another server.
#[derive(Debug, Deserialize)]
pub struct Delete {
    #[serde(deserialize_with = "shape::one")]
    id: Url,
    #[serde(deserialize_with = "shape::one")]
    object: Url,
}

impl Delete {
    /// Refuses to delete what is on another host.
    pub(super) async fn verify(&self, _instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let here = domain::host::Host::of(&self.object).as_ref() == Some(&sender.host);
        if here { Ok(()) } else { Err(Dropped::Unwanted("its object is on another host")) }
    }

    /// Erases the object, or everything of the sender; a deletion that comes before its object wins.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let now = instance.clock().now();
        if self.object == sender.url {
            participations::withdraw(tx, instance, sender).await?;
            registry::forget_actor(tx, sender.id, &sender.url).await?;
            follows::remove_all_of(tx, sender.id).await?;
            storage::handshakes::remove(tx, sender.id).await?;
            storage::neighbours::remove(tx, sender.id).await?;
            actors::mark_deleted(tx, sender.id, now).await?;
            return Ok(());
        }
        if quotes::withdrawn(tx, instance, &self.object, sender).await? {
            return Ok(());
        }
        let known = registry::by_url(tx, &self.object).await?;
        if known.is_none() && !follows::is_followed_by_us(tx, sender.id).await? {
            return Err(Dropped::Unwanted("nobody here knows it"));
        }
        if let Some(entry) = known.filter(|entry| entry.owner == sender.url.as_str()) {
            twins::release(tx, instance, entry.id).await?;
        }
        let deleted = registry::delete(tx, &self.object, &sender.url, now).await?;
        if !deleted {
            return Err(Dropped::Unwanted("it is another's, or gone"));
        }
        Ok(submissions::tell_of_deletion(tx, instance, sender, (&self.id, &self.object)).await?)
    }
}

/// Deletes a post or an event of ours and tells everyone who ever got it.
pub async fn object(instance: &Instance, id: Uuid) -> Result<()> {
    let mut tx = instance.store().write().await?;
    object_in(&mut tx, instance, id).await?;
    tx.commit().await?;
    instance.wake();
    Ok(())
}

/// Deletes one of our actors with all it published; its handle is never given again. Of what still waits only the
/// deletion itself goes out, and what takes something back.
pub(crate) async fn actor(tx: &mut Tx, instance: &Instance, actor: &Actor) -> Result<()> {
    let now = instance.clock().now();
    deliveries::cancel_sender(tx, actor.id, now).await?;
    participations::withdraw(tx, instance, actor).await?;
    for id in registry::of_owner(tx, &actor.url).await? {
        object_in(tx, instance, id).await?;
    }
    storage::series::forget_author(tx, actor.id).await?;
    let outgoing = Outgoing { actor, kind: "Delete", about: &actor.url, object: json!(actor.url), to: None };
    let (activity, _) = outgoing.publish(tx, instance).await?;
    deliveries::to_receivers_from(tx, activity.id, actor.id, now).await?;
    follows::remove_all_of(tx, actor.id).await?;
    actors::mark_deleted(tx, actor.id, now).await?;
    Ok(())
}

/// As [`object`], in the caller's transaction.
pub(crate) async fn object_in(tx: &mut Tx, instance: &Instance, id: Uuid) -> Result<()> {
    let told = series::gone(tx, id).await?;
    erase(tx, instance, id, told).await
}

/// Deletes something of ours, and if others were told of it tells them.
pub(crate) async fn erase(tx: &mut Tx, instance: &Instance, id: Uuid, told: bool) -> Result<()> {
    let entry = registry::by_id(tx, id).await?.filter(|entry| entry.deleted_at.is_none()).ok_or(Error::NotFound)?;
    let owner: Url = entry.owner.parse().map_err(|_| Error::NotFound)?;
    let author = actors::by_url(tx, &owner).await?.filter(Actor::is_local).ok_or(Error::Forbidden)?;
    let event = storage::events::by_id(tx, id).await?;
    let draft = match &event {
        Some(event) => event.state == domain::event::State::Draft,
        None => storage::posts::draft(tx, id).await?.is_some(),
    };
    let now = instance.clock().now();
    let coming = match &event {
        Some(event) => {
            registrations::gone(tx, instance, event).await?;
            participations::forget(tx, instance, event).await?
        }
        None => Vec::new(),
    };
    quotes::take_back_all(tx, instance, &author, id).await?;
    twins::release(tx, instance, id).await?;
    storage::declined::note(tx, id).await?;
    registry::delete(tx, &entry.url, &author.url, now).await?;
    deliveries::cancel(tx, &entry.url, now).await?;
    activities::erase(tx, &entry.url).await?;
    if draft || !told {
        return Ok(());
    }
    let object = tombstone::write(&entry.url, &entry.kind, now);
    let outgoing = Outgoing { actor: &author, kind: "Delete", about: &entry.url, object, to: None };
    let (activity, json) = outgoing.publish(tx, instance).await?;
    participations::tell(tx, instance, activity.id, coming).await?;
    announce::pass_on(tx, instance, &author, &entry.url, json, false).await
}
