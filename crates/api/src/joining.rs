//! Coming to events and inviting to them, for programs.

use domain::actor::Actor;
use domain::event::{Event, State};
use federation::activities::{invite, join, leave};
use federation::{Error, Instance, remote, shape};
use serde_json::Value;
use storage::{actors, events, participations};
use url::Url;

use crate::problem::Problem;

/// Asks the organiser of an event to let `actor` come; the address of the `Join`, the former one where it has asked.
pub(crate) async fn come(instance: &Instance, actor: &Actor, url: &Url, json: &Value) -> Result<Url, Problem> {
    let event = known(instance, url).await?;
    let mut tx = instance.store().write().await?;
    let organiser = actors::by_id(&mut tx, event.author).await?.ok_or(Error::NotFound)?;
    let message = shape::text(json, "participationMessage");
    let join = join::publish(&mut tx, instance, actor, (&event, &organiser), message).await?;
    tx.commit().await?;
    instance.wake();
    Ok(join)
}

/// Takes `actor` off the list of an event; the address of the `Leave`.
pub(crate) async fn go(instance: &Instance, actor: &Actor, url: &Url) -> Result<Url, Problem> {
    let event = known(instance, url).await?;
    let mut tx = instance.store().write().await?;
    let leave = leave::publish(&mut tx, instance, actor, &event).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    instance.wake();
    Ok(leave)
}

/// Takes back a `Join`, told by its id or as it was: this is a `Leave`.
pub(crate) async fn take_back(instance: &Instance, actor: &Actor, object: &Value) -> Result<Url, Problem> {
    let told = shape::id_of(object).ok_or(Error::NotFound)?;
    let kept = participations::by_activity(&mut instance.store().look().await?, actor.id, &told).await?;
    let event = match kept {
        Some(kept) => events::by_id(&mut instance.store().look().await?, kept.event).await?.map(|event| event.url),
        None => shape::id(object, "object"),
    };
    go(instance, actor, &event.ok_or(Error::NotFound)?).await
}

/// Invites an actor of another server to an event of ours; the address of the `Invite`.
pub(crate) async fn invite(instance: &Instance, actor: &Actor, url: &Url, json: &Value) -> Result<Url, Problem> {
    let event = known(instance, url).await?;
    let named = shape::id(json, "target").or_else(|| shape::id(json, "to"));
    let whom = named.ok_or_else(|| Problem::bad("target: is missing"))?;
    let whom = remote::known_or_fetched(instance, &whom).await?;
    let mut tx = instance.store().write().await?;
    let invite = invite::publish(&mut tx, instance, actor, &event, &whom).await?;
    tx.commit().await?;
    instance.wake();
    Ok(invite)
}

/// An event on the board.
async fn known(instance: &Instance, url: &Url) -> Result<Event, Problem> {
    let event = events::by_url(&mut instance.store().look().await?, url).await?;
    Ok(event.filter(|event| event.state == State::Published).ok_or(Error::NotFound)?)
}
