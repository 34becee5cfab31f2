//! Moving house: an account from elsewhere becomes this quarter, or this quarter goes on elsewhere.

use domain::actor::Actor;
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

/// Says in the quarter's document that it is `former` too, so that its followers may come here; the id of `former`.
pub async fn add_alias(instance: &Instance, former: &Home) -> Result<Url> {
    let url = match former {
        Home::Address(address) => remote::find(instance, address).await?.url,
        Home::Url(url) if instance.is_ours(url) => return Err(Error::Unusable("this address is on this server")),
        Home::Url(url) => {
            let document = remote::document(instance, url).await?;
            objects::actor::read(&document.json, instance.clock().now()).map_err(Error::Unusable)?.url
        }
    };
    let mut tx = instance.store().write().await?;
    let mut quarter = quarter(&mut tx, instance).await?;
    let known = moves::aliases(&mut tx, quarter.id).await?;
    if known.contains(&url) {
        return Ok(url);
    }
    if known.len() >= objects::actor::MAX_ALIASES {
        return Err(Error::Unusable("there are 20 former addresses already"));
    }
    moves::add_alias(&mut tx, quarter.id, &url).await?;
    change(&mut tx, instance, &mut quarter).await?;
    tx.commit().await?;
    instance.wake();
    Ok(url)
}

/// Tells all followers of the quarter to follow the actor at `address` instead, which has to name the quarter in its
/// `alsoKnownAs`; that actor. What is here stays; said again, it is told again.
pub async fn leave(instance: &Instance, address: &Address) -> Result<Actor> {
    let found = remote::find(instance, address).await?;
    let (target, document) = remote::fetch_anew(instance, &found.url).await?;
    if !objects::actor::is_known_as(&document, &instance.quarter().url) {
        return Err(Error::Unusable(
            "the new account does not name this quarter in its alsoKnownAs; add it there first",
        ));
    }
    let mut tx = instance.store().write().await?;
    let mut quarter = quarter(&mut tx, instance).await?;
    let moved_at = instance.clock().now();
    moves::put(&mut tx, &Move { actor: quarter.id, target: target.url.clone(), moved_at, open: false }).await?;
    change(&mut tx, instance, &mut quarter).await?;
    r#move::publish(&mut tx, instance, &quarter, &target.url).await?;
    tx.commit().await?;
    instance.wake();
    Ok(target)
}

/// The quarter as it is kept: its keys may have changed since the start.
async fn quarter(tx: &mut Tx, instance: &Instance) -> Result<Actor> {
    actors::by_id(tx, instance.quarter().id).await?.ok_or(Error::NotFound)
}

/// Keeps that the actor's document changed now, and tells it.
async fn change(tx: &mut Tx, instance: &Instance, actor: &mut Actor) -> Result<()> {
    actor.updated_at = instance.clock().now();
    actors::update(tx, actor).await?;
    update::actor(tx, instance, actor).await
}
