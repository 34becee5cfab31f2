//! Initiatives: clubs, groups and institutions of the quarter, each an actor of its own; and members' public profiles.

use domain::account::Account;
use domain::actor::{Actor, Part};
use domain::handle::Handle;
use domain::html::Html;
use domain::invalid::Invalid;
use storage::{Tx, accounts, actors};

use crate::error::Result;
use crate::instance::{Instance, new_actor};

/// Founds an initiative; its handle has to be one that nobody ever had.
pub async fn create(instance: &Instance, name: &str, handle: &Handle, summary: Html) -> Result<Actor> {
    let mut tx = instance.store().write().await?;
    let actor = add(&mut tx, instance, Part::Initiative, name, handle, summary).await?;
    tx.commit().await?;
    Ok(actor)
}

/// Switches on the public profile of a member, under a handle that nobody ever had.
pub async fn show_member(instance: &Instance, account: &Account, handle: &Handle) -> Result<Actor> {
    let mut tx = instance.store().write().await?;
    let actor = add(&mut tx, instance, Part::Member, &account.name, handle, Html::default()).await?;
    accounts::set_actor(&mut tx, account.id, actor.id).await?;
    tx.commit().await?;
    Ok(actor)
}

async fn add(
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
    let (actor, key) = new_actor(settings, instance.host(), part, handle.as_str(), &name, summary, now)?;
    actors::insert(tx, &actor, Some(&key.to_pkcs8()?)).await?;
    Ok(actor)
}
