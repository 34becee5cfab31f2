//! Initiatives: clubs, groups and institutions of the quarter, each an actor of its own.

use domain::actor::{Actor, Part};
use domain::handle::Handle;
use domain::html::Html;
use domain::invalid::Invalid;
use domain::profile;
use storage::{Tx, accounts, actors, contacts, profiles, sources};
use uuid::Uuid;

use crate::activities::{delete, update};
use crate::error::{Error, Result};
use crate::instance::{Instance, new_actor};
use crate::{reports, upkeep};

/// Founds an initiative; its handle has to be one that nobody ever had.
pub async fn create(instance: &Instance, name: &str, handle: &Handle, summary: Html) -> Result<Actor> {
    let mut tx = instance.store().write().await?;
    let actor = add(&mut tx, instance, Part::Initiative, name, handle, summary).await?;
    tx.commit().await?;
    Ok(actor)
}

/// Changes what an initiative says of itself and tells its followers; nothing happens where it says so already.
pub async fn change(instance: &Instance, id: Uuid, draft: &profile::Draft) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let mut actor = living(&mut tx, id).await?;
    let kept = profiles::of(&mut tx, id).await?.map(|(facts, _)| facts).unwrap_or_default();
    if actor.name == draft.name() && actor.summary == *draft.about() && kept == *draft.facts() {
        return Ok(());
    }
    draft.name().clone_into(&mut actor.name);
    actor.summary = draft.about().clone();
    actor.updated_at = update::later(instance, actor.updated_at);
    actors::update(&mut tx, &actor).await?;
    profiles::put(&mut tx, id, draft.facts(), actor.updated_at).await?;
    upkeep::settle(&mut tx, id).await?;
    update::actor(&mut tx, instance, &actor).await?;
    tx.commit().await?;
    instance.wake();
    Ok(())
}

/// Closes an initiative, as an editor named `who` decided: all it published is deleted here and elsewhere, nobody speaks
/// for it any more, and its handle stays taken.
pub async fn close(instance: &Instance, id: Uuid, who: &str) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let actor = living(&mut tx, id).await?;
    for source in sources::of_author(&mut tx, id).await? {
        sources::remove(&mut tx, source).await?;
    }
    profiles::remove(&mut tx, id).await?;
    contacts::remove_of(&mut tx, id).await?;
    storage::upkeep::remove(&mut tx, id).await?;
    storage::places::leave(&mut tx, id).await?;
    accounts::disband(&mut tx, id).await?;
    delete::actor(&mut tx, instance, &actor).await?;
    reports::note(&mut tx, instance, who, "close-initiative", &actor.address(), "").await?;
    tx.commit().await?;
    instance.wake();
    Ok(())
}

/// One of our initiatives that was not closed.
async fn living(tx: &mut Tx, id: Uuid) -> Result<Actor> {
    let actor = actors::by_id(tx, id).await?;
    let living = |actor: &Actor| actor.part == Some(Part::Initiative) && actor.deleted_at.is_none();
    actor.filter(living).ok_or(Error::NotFound)
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
