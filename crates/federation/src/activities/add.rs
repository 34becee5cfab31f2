//! Add: an actor puts something first, in its collection `featured`.

use domain::actor::Actor;
use domain::event::State;
use domain::invalid::Invalid;
use serde::Deserialize;
use serde_json::{Value, json};
use storage::featured::Added;
use storage::{Tx, events, objects as registry};
use url::Url;
use uuid::Uuid;

use super::{Dropped, Outgoing};
use crate::error::{Error, Result};
use crate::featured::{self, MOST, MOST_OF_OTHERS};
use crate::instance::Instance;
use crate::paths;

/// Something put first by another server's actor.
#[derive(Debug, Deserialize)]
pub struct Add {
    #[serde(default)]
    object: Value,
    #[serde(default)]
    target: Value,
    #[serde(skip)]
    id: Option<Uuid>,
}

impl Add {
    /// Refuses every collection but the sender's own `featured`, and every object but its own.
    pub(super) async fn verify(&mut self, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        self.id = Some(featured::verify(instance, sender, &self.object, &self.target).await?);
        Ok(())
    }

    /// Marks it.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let id = self.id.ok_or(Dropped::Unwanted("there is nothing to mark"))?;
        storage::featured::insert(tx, sender.id, id, MOST_OF_OTHERS, instance.clock().now()).await?;
        Ok(())
    }
}

/// Puts a post or an event of `actor` first and tells its followers. What stands there already stays.
pub async fn publish(instance: &Instance, actor: &Actor, object: &Url) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let entry = registry::by_url(&mut tx, object).await?.filter(|entry| entry.deleted_at.is_none());
    let entry = entry.ok_or(Error::NotFound)?;
    if entry.owner != actor.url.as_str() {
        return Err(Error::Forbidden);
    }
    if events::by_id(&mut tx, entry.id).await?.is_some_and(|event| event.state == State::Draft) {
        return Err(Error::NotFound);
    }
    match storage::featured::insert(&mut tx, actor.id, entry.id, MOST, instance.clock().now()).await? {
        Added::New => {}
        Added::Known => return Ok(()),
        Added::Full => return Err(Invalid::one("object", "featured-too-many").into()),
    }
    let outgoing = Outgoing { actor, kind: "Add", about: object, object: json!(object), to: None };
    let more = json!({ "target": paths::of(actor, "featured") });
    outgoing.publish_with(&mut tx, instance, more).await?;
    tx.commit().await?;
    instance.wake();
    Ok(())
}
