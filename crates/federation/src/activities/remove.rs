//! Remove: an actor takes something back to its place that stood first.

use domain::actor::Actor;
use serde::Deserialize;
use serde_json::{Value, json};
use storage::{Tx, objects as registry};
use url::Url;
use uuid::Uuid;

use super::{Dropped, Outgoing};
use crate::error::{Error, Result};
use crate::featured;
use crate::instance::Instance;
use crate::paths;

/// Something taken back by another server's actor.
#[derive(Debug, Deserialize)]
pub struct Remove {
    #[serde(default)]
    object: Value,
    #[serde(default)]
    target: Value,
    #[serde(skip)]
    id: Option<Uuid>,
}

impl Remove {
    /// Refuses every collection but the sender's own `featured`, and every object but its own.
    pub(super) async fn verify(&mut self, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        self.id = Some(featured::verify(instance, sender, &self.object, &self.target).await?);
        Ok(())
    }

    /// Takes the mark away.
    pub(super) async fn receive(self, tx: &mut Tx, _instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let id = self.id.ok_or(Dropped::Unwanted("there is nothing to mark"))?;
        storage::featured::remove(tx, sender.id, id).await?;
        Ok(())
    }
}

/// Takes a post or an event of `actor` back to its place and tells its followers.
pub async fn publish(instance: &Instance, actor: &Actor, object: &Url) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let entry = registry::by_url(&mut tx, object).await?.ok_or(Error::NotFound)?;
    if !storage::featured::remove(&mut tx, actor.id, entry.id).await? {
        return Err(Error::NotFound);
    }
    let outgoing = Outgoing { actor, kind: "Remove", about: object, object: json!(object), to: None };
    let more = json!({ "target": paths::of(actor, "featured") });
    outgoing.publish_with(&mut tx, instance, more).await?;
    tx.commit().await?;
    instance.wake();
    Ok(())
}
