//! Neighbours, first form: follow the other quarter, be followed back, and end it.

use domain::actor::{Actor, Kind};
use domain::handle::Address;
use storage::{follows, moves, neighbours, objects as registry};

use crate::activities::{follow, reject, undo};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::remote;

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

/// Notes that we want `other` as a neighbour, and follows it.
async fn take_up(instance: &Instance, other: Actor) -> Result<Actor> {
    let mut tx = instance.store().write().await?;
    neighbours::insert(&mut tx, other.id, instance.clock().now()).await?;
    moves::close(&mut tx, other.id, &other.url).await?;
    follow::publish(&mut tx, instance, instance.quarter(), &other).await?;
    tx.commit().await?;
    instance.wake();
    Ok(other)
}

/// Ends it, from either side's beginning: unfollows, ends the other's follow, and takes its things off the board.
pub async fn end(instance: &Instance, address: &Address) -> Result<Actor> {
    let other = asking(instance, address).await?;
    let quarter = instance.quarter();
    let mut tx = instance.store().write().await?;
    undo::follow(&mut tx, instance, quarter, &other).await?;
    if let Some(theirs) = follows::between(&mut tx, other.id, quarter.id).await? {
        reject::publish(&mut tx, instance, quarter, &other, &theirs.activity).await?;
        follows::remove(&mut tx, other.id, quarter.id).await?;
    }
    neighbours::remove(&mut tx, other.id).await?;
    moves::close(&mut tx, other.id, &other.url).await?;
    registry::forget_host(&mut tx, other.host.as_str()).await?;
    tx.commit().await?;
    instance.wake();
    Ok(other)
}

/// The actor at `address` with which there is something between us.
async fn asking(instance: &Instance, address: &Address) -> Result<Actor> {
    let all = neighbours::list(&mut instance.store().read().await?, instance.quarter().id).await?;
    let same = |actor: &Actor| actor.host == address.host && actor.handle.eq_ignore_ascii_case(&address.name);
    all.into_iter().map(|one| one.actor).find(same).ok_or(Error::NotFound)
}
