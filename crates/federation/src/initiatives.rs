//! Initiatives: clubs, groups and institutions of the quarter, each an actor of its own.

use domain::actor::{Actor, Part};
use domain::handle::Handle;
use domain::html::Html;
use domain::invalid::Invalid;
use storage::{Tx, actors};

use crate::error::Result;
use crate::instance::{Instance, new_actor};

/// Founds an initiative; its handle has to be one that nobody ever had.
pub async fn create(instance: &Instance, name: &str, handle: &Handle, summary: Html) -> Result<Actor> {
    let mut tx = instance.store().write().await?;
    let actor = add(&mut tx, instance, Part::Initiative, name, handle, summary).await?;
    tx.commit().await?;
    Ok(actor)
}

/// Adds an actor of ours; problems with its name or handle are told by field.
pub(crate) async fn add(
    tx: &mut Tx,
    instance: &Instance,
    part: Part,
    name: &str,
    handle: &Handle,
    summary: Html,
) -> Result<Actor> {
    let name = domain::html::line(name, 100);
    let mut invalid = Invalid::default();
    invalid.unless(name.chars().count() >= 2, "name", "invalid-name-short");
    invalid.unless(actors::by_handle(tx, handle.as_str()).await?.is_none(), "handle", "invalid-handle-taken");
    invalid.or(())?;
    let now = instance.clock().now();
    let settings = instance.settings();
    let (actor, keys) = new_actor(settings, instance.host(), part, handle.as_str(), &name, summary, now)?;
    actors::insert(tx, &actor, Some(&keys)).await?;
    Ok(actor)
}
