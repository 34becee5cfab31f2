//! Like: an actor is glad of something. Counted, shown to nobody as a ranking.

use domain::actor::Actor;
use serde::Deserialize;
use serde_json::json;
use storage::{Tx, objects as registry, reactions};
use url::Url;

use super::{Dropped, Outgoing};
use crate::error::Result;
use crate::instance::Instance;
use crate::shape;

/// A like from another server.
#[derive(Debug, Deserialize)]
pub struct Like {
    #[serde(deserialize_with = "shape::one")]
    id: Url,
    #[serde(deserialize_with = "shape::one")]
    object: Url,
}

impl Like {
    /// Refuses likes of what is not ours.
    pub(super) async fn verify(&self, instance: &Instance, _sender: &Actor) -> Result<(), Dropped> {
        if instance.is_ours(&self.object) { Ok(()) } else { Err(Dropped::Unwanted("its object is not ours")) }
    }

    /// Counts it, once per actor.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let entry = registry::by_url(tx, &self.object).await?.filter(|entry| entry.deleted_at.is_none());
        let entry = entry.ok_or(Dropped::Unwanted("there is no such object here"))?;
        reactions::insert(tx, sender.id, &entry.url, "Like", &self.id, instance.clock().now()).await?;
        Ok(())
    }
}

/// Likes an object of another server, whose `author` is told.
pub async fn publish(tx: &mut Tx, instance: &Instance, actor: &Actor, object: &Url, author: &Actor) -> Result<()> {
    let outgoing = Outgoing { actor, kind: "Like", about: object, object: json!(object), to: Some(&author.url) };
    let activity = outgoing.send(tx, instance, author).await?;
    reactions::insert(tx, actor.id, object, "Like", &activity.url, instance.clock().now()).await?;
    Ok(())
}
