//! Members: people with an account, some of whom want to be seen in the fediverse. An account alone leaves no trace.

use domain::account::Account;
use domain::actor::{Actor, Part};
use domain::handle::Handle;
use domain::html::Html;
use storage::{Tx, accounts, actors};

use crate::activities::delete;
use crate::error::Result;
use crate::initiatives;
use crate::instance::Instance;

/// Switches on the public profile of a member, under a handle that nobody ever had.
pub async fn show(instance: &Instance, account: &Account, handle: &Handle) -> Result<Actor> {
    let mut tx = instance.store().write().await?;
    let actor = initiatives::add(&mut tx, instance, Part::Member, &account.name, handle, Html::default()).await?;
    accounts::set_actor(&mut tx, account.id, actor.id).await?;
    tx.commit().await?;
    Ok(actor)
}

/// Erases an account. Its public profile is deleted with all it published, and every server that knew it is told.
pub async fn remove(instance: &Instance, account: &Account) -> Result<()> {
    let mut tx = instance.store().write().await?;
    remove_in(&mut tx, instance, account).await?;
    tx.commit().await?;
    instance.wake();
    Ok(())
}

/// As [`remove`], as part of a transaction.
pub(crate) async fn remove_in(tx: &mut Tx, instance: &Instance, account: &Account) -> Result<()> {
    let profile = match account.actor {
        Some(id) => actors::by_id(tx, id).await?,
        None => None,
    };
    accounts::remove(tx, account.id).await?;
    if let Some(profile) = profile {
        delete::actor(tx, instance, &profile).await?;
    }
    Ok(())
}
