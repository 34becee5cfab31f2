//! What editors and the command line do with blocks: each in one transaction, with a line in the log of decisions.

use domain::actor::Actor;
use domain::block::{HostBlock, List};
use domain::handle::Address;
use domain::host::Host;
use storage::blocks;

use super::{block_actor, block_host, find, unblock_host};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::reports::note;

/// Blocks a host in the name of the editor `who`.
pub async fn add_host(instance: &Instance, block: &HostBlock, who: &str) -> Result<()> {
    let mut tx = instance.store().write().await?;
    block_host(&mut tx, instance, block).await?;
    note(&mut tx, instance, who, "block-host", block.host.as_str(), &block.private_comment).await?;
    Ok(tx.commit().await?)
}

/// Takes the block of a host away.
pub async fn remove_host(instance: &Instance, host: &Host, who: &str) -> Result<()> {
    let mut tx = instance.store().write().await?;
    if !unblock_host(&mut tx, host).await? {
        return Err(Error::NotFound);
    }
    note(&mut tx, instance, who, "unblock-host", host.name(), "").await?;
    Ok(tx.commit().await?)
}

/// Blocks an actor for everyone here.
pub async fn add_actor(instance: &Instance, address: &Address, who: &str, comment: &str) -> Result<Actor> {
    let other = find(instance, address).await?;
    let mut tx = instance.store().write().await?;
    block_actor(&mut tx, instance, instance.quarter(), &other, comment).await?;
    note(&mut tx, instance, who, "block-actor", &other.address(), comment).await?;
    tx.commit().await?;
    instance.wake();
    Ok(other)
}

/// Takes the block of an actor away. What was erased stays so, and nobody follows again by it.
pub async fn remove_actor(instance: &Instance, address: &Address, who: &str) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let known = storage::actors::by_address(&mut tx, &address.name, &address.host).await?.ok_or(Error::NotFound)?;
    if !blocks::remove(&mut tx, instance.quarter().id, known.id).await? {
        return Err(Error::NotFound);
    }
    note(&mut tx, instance, who, "unblock-actor", &known.address(), "").await?;
    Ok(tx.commit().await?)
}

/// Blocks every host of a list.
pub async fn import(instance: &Instance, list: &List, who: &str) -> Result<()> {
    let mut tx = instance.store().write().await?;
    for block in &list.blocks {
        block_host(&mut tx, instance, block).await?;
        note(&mut tx, instance, who, "block-host", block.host.as_str(), &block.public_comment).await?;
    }
    Ok(tx.commit().await?)
}
