//! Moving house: an account from elsewhere becomes one of our actors, or one of ours goes on elsewhere.

use domain::actor::{Actor, Part};
use domain::handle::Address;
use storage::moves::{self, Move};
use storage::{Tx, actors};
use url::Url;

use crate::activities::{r#move, update};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::{objects, remote};

pub mod desk;

/// The actor at an address or a page, of whatever server but this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Home {
    /// `name@host`.
    Address(Address),
    /// The id or the page of the actor.
    Url(Url),
}

/// The actor of ours with that handle, or the quarter: who may move. Not the server's own actor, which nobody follows.
pub async fn mover(instance: &Instance, handle: Option<&str>) -> Result<Actor> {
    let mut tx = instance.store().read().await?;
    let handle = handle.unwrap_or(&instance.quarter().handle);
    let own = actors::by_handle(&mut tx, handle).await?;
    let may = |own: &Actor| own.deleted_at.is_none() && own.part != Some(Part::Instance);
    own.filter(may).ok_or(Error::NotFound)
}

/// Says in the document of `own`, an actor of ours, that it is `former` too, so that the followers of that one may come
/// here; the id of `former`.
pub async fn add_alias(instance: &Instance, own: &Actor, former: &Home) -> Result<Url> {
    let url = match former {
        Home::Address(address) => remote::find(instance, address).await?.url,
        Home::Url(url) if instance.is_ours(url) => return Err(Error::Unusable("this address is on this server")),
        Home::Url(url) => {
            let document = remote::document(instance, url).await?;
            objects::actor::read(&document.json, instance.clock().now()).map_err(Error::Unusable)?.url
        }
    };
    let mut tx = instance.store().write().await?;
    let mut own = as_kept(&mut tx, own).await?;
    let known = moves::aliases(&mut tx, own.id).await?;
    if known.contains(&url) {
        return Ok(url);
    }
    if known.len() >= objects::actor::MAX_ALIASES {
        return Err(Error::Unusable("there are 20 former addresses already"));
    }
    moves::add_alias(&mut tx, own.id, &url).await?;
    change(&mut tx, instance, &mut own).await?;
    tx.commit().await?;
    instance.wake();
    Ok(url)
}

/// Tells all followers of `own`, an actor of ours, to follow the actor at `address` instead, which has to name `own` in
/// its `alsoKnownAs`; that actor. What is here stays; said again, it is told again.
pub async fn leave(instance: &Instance, own: &Actor, address: &Address) -> Result<Actor> {
    let found = remote::find(instance, address).await?;
    let (target, document) = remote::fetch_anew(instance, &found.url).await?;
    if !objects::actor::is_known_as(&document, &own.url) {
        return Err(Error::Unusable(
            "the new account does not name the old one in its alsoKnownAs; add it there first",
        ));
    }
    let mut tx = instance.store().write().await?;
    let mut own = as_kept(&mut tx, own).await?;
    let moved_at = instance.clock().now();
    moves::put(&mut tx, &Move { actor: own.id, target: target.url.clone(), moved_at, open: false }).await?;
    change(&mut tx, instance, &mut own).await?;
    r#move::publish(&mut tx, instance, &own, &target.url).await?;
    tx.commit().await?;
    instance.wake();
    Ok(target)
}

/// The actor as it is kept: its keys may have changed since it was read.
async fn as_kept(tx: &mut Tx, own: &Actor) -> Result<Actor> {
    actors::by_id(tx, own.id).await?.filter(|own| own.deleted_at.is_none()).ok_or(Error::NotFound)
}

/// Keeps that the actor's document changed now, and tells it.
async fn change(tx: &mut Tx, instance: &Instance, actor: &mut Actor) -> Result<()> {
    actor.updated_at = instance.clock().now();
    actors::update(tx, actor).await?;
    update::actor(tx, instance, actor).await
}
