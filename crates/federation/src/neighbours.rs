//! Neighbours, first form: follow the other quarter, be followed back, and end it.

use domain::actor::{Actor, Kind};
use domain::handle::Address;
use domain::handshake::Scopes;
use storage::{Tx, follows, moves, neighbours, objects as registry, trust};

use crate::activities::{follow, reject, undo};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::objects::relationship;
use crate::{handshakes, remote};

/// Invites the quarter at `address`: follows it, and shows what it publishes once it accepts.
///
/// An unreachable address is an error; once the quarter was found, the invitation waits in the queue until it is there.
pub async fn invite(instance: &Instance, address: &Address) -> Result<Actor> {
    let other = remote::find(instance, address).await?;
    if other.kind == Kind::Person {
        return Err(Error::Unusable("this is a person; neighbours are quarters, groups and institutions"));
    }
    take_up(instance, other).await
}

/// Says yes to a quarter that asked: follows it back.
pub async fn accept(instance: &Instance, address: &Address) -> Result<Actor> {
    take_up(instance, asking(instance, address).await?).await
}

/// Notes that we want `other` as a neighbour, follows it, and, if it is a quarter like ours, says yes to all scopes.
async fn take_up(instance: &Instance, other: Actor) -> Result<Actor> {
    let is_quarter = match remote::document(instance, &other.url).await {
        Ok(document) => relationship::is_quarter(&document.json, &other),
        // It was known before and is out of reach now: what it said before says what it is.
        Err(_) => storage::handshakes::of(&mut instance.store().look().await?, other.id).await?.is_some(),
    };
    let mut tx = instance.store().write().await?;
    take_up_in(&mut tx, instance, &other).await?;
    if is_quarter {
        handshakes::say_yes(&mut tx, instance, &other, Scopes::ALL).await?;
    }
    tx.commit().await?;
    instance.wake();
    Ok(other)
}

/// As [`take_up`], in the caller's transaction.
pub(crate) async fn take_up_in(tx: &mut Tx, instance: &Instance, other: &Actor) -> Result<()> {
    neighbours::insert(tx, other.id, instance.clock().now()).await?;
    // What was decided about a stranger does not hold for a neighbour.
    trust::forget(tx, other.id).await?;
    moves::close(tx, other.id, &other.url).await?;
    follow::publish(tx, instance, instance.quarter(), other).await?;
    Ok(())
}

/// Ends it, from either side's beginning: unfollows, ends the other's follow, and takes its things off the board.
pub async fn end(instance: &Instance, address: &Address) -> Result<Actor> {
    let other = asking(instance, address).await?;
    let mut tx = instance.store().write().await?;
    part(&mut tx, instance, &other).await?;
    registry::forget_host(&mut tx, other.host.as_str()).await?;
    tx.commit().await?;
    instance.wake();
    Ok(other)
}

/// Ends the follows both ways and strikes `other` off, in the caller's transaction. What is here from there stays.
pub(crate) async fn part(tx: &mut Tx, instance: &Instance, other: &Actor) -> Result<()> {
    let quarter = instance.quarter();
    undo::follow(tx, instance, quarter, other).await?;
    if let Some(theirs) = follows::between(tx, other.id, quarter.id).await? {
        reject::publish(tx, instance, quarter, other, &theirs.activity).await?;
        follows::remove(tx, other.id, quarter.id).await?;
    }
    // Last, so that nothing of the old stands when the other side hears that it is over.
    if storage::handshakes::of(tx, other.id).await?.is_some() {
        handshakes::say_no(tx, instance, other, None).await?;
    }
    neighbours::remove(tx, other.id).await?;
    moves::close(tx, other.id, &other.url).await?;
    Ok(())
}

/// The actor at `address` with which there is something between us.
async fn asking(instance: &Instance, address: &Address) -> Result<Actor> {
    let all = neighbours::list(&mut instance.store().look().await?, instance.quarter().id).await?;
    let same = |actor: &Actor| actor.host == address.host && actor.handle.eq_ignore_ascii_case(&address.name);
    all.into_iter().map(|one| one.actor).find(same).ok_or(Error::NotFound)
}
