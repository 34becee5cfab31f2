//! What an answer is about: every kind of request that can be answered stands here, and nowhere else.

use domain::actor::Actor;
use domain::event::Event;
use domain::participation::Participation;
use serde_json::Value;
use storage::follows::{self, Follow};
use storage::{Tx, actors, events, participations};
use url::Url;

use super::Dropped;
use crate::shape;

/// A request that `sender` has the right to answer.
#[derive(Debug)]
pub(super) enum Answered {
    /// One of our actors asked to follow it.
    Follow(Follow),
    /// One of our actors asked to come to its event, or was invited to it and said yes.
    Join(Participation),
    /// One of our actors invited it to an event of ours.
    Invite(Participation),
}

/// The request that `sender` answers: named by its id, or by its two ends where the peer made up an id.
pub(super) async fn find(tx: &mut Tx, object: &Value, sender: &Actor) -> Result<Answered, Dropped> {
    if let Some(id) = shape::id_of(object)
        && let Some(found) = by_id(tx, &id, sender).await?
    {
        return Ok(found);
    }
    let found = match shape::kind(object, |kind| ["Join", "Invite"].into_iter().find(|known| *known == kind)) {
        Some("Join") => joined(tx, object, sender).await?,
        Some(_) => invited(tx, object, sender).await?,
        None => followed(tx, object, sender).await?,
    };
    found.ok_or(Dropped::Unwanted("there is no such request"))
}

async fn by_id(tx: &mut Tx, id: &Url, sender: &Actor) -> Result<Option<Answered>, Dropped> {
    if let Some(follow) = follows::by_activity(tx, id).await? {
        let theirs = follow.followed == sender.id;
        return if theirs { Ok(Some(Answered::Follow(follow))) } else { Err(NOT_THEIRS) };
    }
    if let Some(kept) = participations::of_ours(tx, id).await? {
        let event = events::by_id(tx, kept.event).await?;
        let theirs = event.is_some_and(|event| is_organiser(sender, &event));
        return if theirs { Ok(Some(Answered::Join(kept))) } else { Err(NOT_THEIRS) };
    }
    let kept = participations::by_activity(tx, sender.id, id).await?;
    Ok(kept.filter(|kept| kept.invitation.as_ref() == Some(id)).map(Answered::Invite))
}

const NOT_THEIRS: Dropped = Dropped::Unwanted("this request is not the sender's to answer");

/// Whether `actor` may answer for an event: its author, or the person that Mobilizon names beside a group.
pub(super) fn is_organiser(actor: &Actor, event: &Event) -> bool {
    actor.id == event.author || event.details.organiser.as_ref() == Some(&actor.url)
}

async fn ours(tx: &mut Tx, object: &Value) -> Result<Option<Actor>, Dropped> {
    let Some(url) = shape::id(object, "actor") else { return Ok(None) };
    Ok(actors::by_url(tx, &url).await?.filter(Actor::is_local))
}

async fn event(tx: &mut Tx, object: &Value) -> Result<Option<Event>, Dropped> {
    let Some(url) = shape::id(object, "object") else { return Ok(None) };
    Ok(events::by_url(tx, &url).await?)
}

async fn followed(tx: &mut Tx, object: &Value, sender: &Actor) -> Result<Option<Answered>, Dropped> {
    let Some(follower) = ours(tx, object).await? else { return Ok(None) };
    Ok(follows::between(tx, follower.id, sender.id).await?.map(Answered::Follow))
}

async fn joined(tx: &mut Tx, object: &Value, sender: &Actor) -> Result<Option<Answered>, Dropped> {
    let (Some(who), Some(event)) = (ours(tx, object).await?, event(tx, object).await?) else { return Ok(None) };
    if !is_organiser(sender, &event) {
        return Err(NOT_THEIRS);
    }
    Ok(participations::between(tx, event.id, who.id).await?.map(Answered::Join))
}

async fn invited(tx: &mut Tx, object: &Value, sender: &Actor) -> Result<Option<Answered>, Dropped> {
    let Some(event) = event(tx, object).await? else { return Ok(None) };
    let kept = participations::between(tx, event.id, sender.id).await?;
    Ok(kept.filter(|kept| kept.invitation.is_some()).map(Answered::Invite))
}
