//! What editors decide about neighbours that moved: each in one transaction, with a line in the log of decisions.

use domain::actor::{Actor, Kind};
use storage::{Tx, actors, moves};
use uuid::Uuid;

use crate::blocks::{self, Stance};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::neighbours;
use crate::reports::note;

/// Goes along with the neighbour `old`: where it moved is invited, and what was agreed with the old address ends. What
/// is here from there stays, and its owner may still change it. The new actor.
pub async fn follow(instance: &Instance, old: Uuid, who: &str) -> Result<Actor> {
    let mut tx = instance.store().write().await?;
    let (old, new) = waiting(&mut tx, old).await?;
    let new = new.ok_or(Error::NotFound)?;
    if new.kind == Kind::Person {
        return Err(Error::Unusable("this is a person; neighbours are quarters, groups and institutions"));
    }
    if blocks::stance(&mut tx, instance, &new).await? == Stance::Shut {
        return Err(Error::Unusable("the new actor is blocked"));
    }
    neighbours::take_up_in(&mut tx, instance, &new).await?;
    neighbours::part(&mut tx, instance, &old).await?;
    note(&mut tx, instance, who, "move-follow", &old.address(), &new.address()).await?;
    tx.commit().await?;
    instance.wake();
    Ok(new)
}

/// Stays with the old address of a neighbour that moved.
pub async fn stay(instance: &Instance, old: Uuid, who: &str) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let (old, _) = waiting(&mut tx, old).await?;
    moves::close(&mut tx, old.id, &old.url).await?;
    note(&mut tx, instance, who, "move-stay", &old.address(), "").await?;
    Ok(tx.commit().await?)
}

/// The neighbour whose move waits for an editor, and where it went.
async fn waiting(tx: &mut Tx, old: Uuid) -> Result<(Actor, Option<Actor>)> {
    let moved = moves::of(tx, old).await?.filter(|moved| moved.open).ok_or(Error::NotFound)?;
    let old = actors::by_id(tx, old).await?.ok_or(Error::NotFound)?;
    let new = actors::by_url(tx, &moved.target).await?.filter(|new| new.deleted_at.is_none());
    Ok((old, new))
}
