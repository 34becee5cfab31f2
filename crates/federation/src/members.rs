//! Members: people with an account, some of whom want to be seen in the fediverse. An account alone leaves no trace.

use domain::account::{Account, Role};
use domain::actor::{Actor, Part};
use domain::handle::Handle;
use domain::html::Html;
use storage::objects as registry;
use storage::{Tx, accounts, activities, actors, decisions, media, polls, proposals, reports};
use tracing::error;

use crate::activities::delete;
use crate::error::{Error, Result};
use crate::initiatives;
use crate::instance::Instance;
use crate::registrations;

/// Switches on the public profile of a member, under a handle that nobody ever had. [`Error::Forbidden`] for who only reads.
pub async fn show(instance: &Instance, account: &Account, handle: &Handle) -> Result<Actor> {
    if account.role == Role::Reader {
        return Err(Error::Forbidden);
    }
    let mut tx = instance.store().write().await?;
    let actor = initiatives::add(&mut tx, instance, Part::Member, &account.name, handle, Html::default()).await?;
    accounts::set_actor(&mut tx, account.id, actor.id).await?;
    tx.commit().await?;
    Ok(actor)
}

/// Switches off the public profile of a member: it is deleted with all it published, and every server that knew it is told.
pub async fn hide(instance: &Instance, account: &Account) -> Result<()> {
    let mut tx = instance.store().write().await?;
    accounts::clear_actor(&mut tx, account.id).await?;
    hide_in(&mut tx, instance, account).await?;
    media::forget_of(&mut tx, account.id).await?;
    tx.commit().await?;
    instance.wake();
    sweep(instance).await;
    Ok(())
}

/// Erases an account and everything that is known of its person. Its public profile is deleted with all it published, and
/// every server that knew it is told; what it wrote for an initiative is the initiative's and stays.
pub async fn remove(instance: &Instance, account: &Account) -> Result<()> {
    let mut tx = instance.store().write().await?;
    remove_in(&mut tx, instance, account).await?;
    tx.commit().await?;
    instance.wake();
    sweep(instance).await;
    Ok(())
}

/// As [`remove`], for members themselves: `false`, and nothing is done, if nobody would be left who manages accounts.
pub async fn leave(instance: &Instance, account: &Account) -> Result<bool> {
    let mut tx = instance.store().write().await?;
    if account.role == Role::Admin && !accounts::has_other_admin(&mut tx, account.id).await? {
        return Ok(false);
    }
    remove_in(&mut tx, instance, account).await?;
    tx.commit().await?;
    instance.wake();
    sweep(instance).await;
    Ok(true)
}

/// As [`remove`], as part of a transaction; [`sweep`] comes after it.
pub(crate) async fn remove_in(tx: &mut Tx, instance: &Instance, account: &Account) -> Result<()> {
    registrations::forget_person(tx, instance, account).await?;
    accounts::remove(tx, account.id).await?;
    hide_in(tx, instance, account).await?;
    for event in proposals::of_mailbox(tx, &account.email).await? {
        registry::forget(tx, event).await?;
    }
    storage::trust::forget(tx, crate::trust::mailbox(&account.email)).await?;
    decisions::rename(tx, &account.name, "").await?;
    reports::forget_person(tx, &account.email).await?;
    media::forget_of(tx, account.id).await?;
    Ok(())
}

async fn hide_in(tx: &mut Tx, instance: &Instance, account: &Account) -> Result<()> {
    let Some(id) = account.actor else { return Ok(()) };
    let Some(profile) = actors::by_id(tx, id).await? else { return Ok(()) };
    delete::actor(tx, instance, &profile).await?;
    activities::erase_of(tx, id).await?;
    polls::forget_voter(tx, id).await?;
    storage::trust::forget(tx, id).await?;
    actors::forget(tx, id).await?;
    Ok(())
}

/// Clears away what a deletion leaves behind outside of the tables. What fails is done by the hourly cleaning.
pub(crate) async fn sweep(instance: &Instance) {
    if let Err(problem) = crate::media::clean(instance).await {
        error!(error = %problem, "Pictures of who left are still there");
    }
    if let Err(problem) = instance.store().scrub().await {
        error!(error = %problem, "Traces of who left may be in the database's log");
    }
}
