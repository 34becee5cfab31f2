//! What an actor puts first: its collection `featured`, and which of others' collections we believe.

use domain::actor::Actor;
use domain::host::Host;
use serde_json::Value;
use storage::{follows, objects as registry};
use url::Url;
use uuid::Uuid;

use crate::activities::Dropped;
use crate::instance::Instance;
use crate::{remote, shape};

/// How many posts and events an actor of ours puts first at most.
pub const MOST: i64 = 5;
/// How many of another's are marked.
pub(crate) const MOST_OF_OTHERS: i64 = 20;

/// Our key of the object that `sender` adds to or removes from `target`.
///
/// Only what we have of an actor that we follow, and only in the collection that its own document calls `featured`: that
/// is asked each time, since nothing else says whose collection an address is.
pub(crate) async fn verify(
    instance: &Instance,
    sender: &Actor,
    object: &Value,
    target: &Value,
) -> Result<Uuid, Dropped> {
    let object = first(object).ok_or(Dropped::Unwanted("it has no object"))?;
    let target = first(target).ok_or(Dropped::Unwanted("it has no target"))?;
    if Host::of(&target).as_ref() != Some(&sender.host) {
        return Err(Dropped::Unwanted("its target is on another host"));
    }
    let mut tx = instance.store().read().await?;
    if !follows::is_followed_by_us(&mut tx, sender.id).await? {
        return Err(Dropped::Unwanted("nobody here follows the sender"));
    }
    let entry = registry::by_url(&mut tx, &object).await?;
    drop(tx);
    let entry = entry.filter(|entry| entry.owner == sender.url.as_str() && entry.deleted_at.is_none());
    let entry = entry.ok_or(Dropped::Unwanted("its object is not the sender's, or not here"))?;
    let document = remote::document(instance, &sender.url).await?;
    if shape::id(&document.json, "featured") != Some(target) {
        return Err(Dropped::Unwanted("its target is not what the sender puts first"));
    }
    Ok(entry.id)
}

fn first(value: &Value) -> Option<Url> {
    match value {
        Value::Array(list) => list.iter().find_map(shape::id_of),
        one => shape::id_of(one),
    }
}
