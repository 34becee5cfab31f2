//! Leave: an actor does not come after all.

use domain::actor::Actor;
use domain::event::Event;
use domain::participation::State;
use serde::Deserialize;
use serde_json::json;
use storage::{Tx, actors, events};
use url::Url;

use super::{Dropped, Outgoing};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::{participations, shape};

/// A seat given back.
#[derive(Debug, Deserialize)]
pub struct Leave {
    #[serde(deserialize_with = "shape::one")]
    object: Url,
}

impl Leave {
    /// Refuses to leave what is not ours.
    pub(super) async fn verify(&self, instance: &Instance, _sender: &Actor) -> Result<(), Dropped> {
        if instance.is_ours(&self.object) { Ok(()) } else { Err(Dropped::Unwanted("the event is not ours")) }
    }

    /// Takes the sender, and nobody else, off the list; the next in the queue moves up.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let event = events::by_url(tx, &self.object).await?;
        let event = event.ok_or(Dropped::Unwanted("there is no such event here"))?;
        let left = participations::leave(tx, instance, event.id, sender).await?;
        if left { Ok(()) } else { Err(Dropped::Unwanted("the sender is not on the list")) }
    }
}

/// Tells the organiser of an event that `actor` does not come after all; the id of the `Leave`, or `None` if it was not
/// on the list.
pub async fn publish(tx: &mut Tx, instance: &Instance, actor: &Actor, event: &Event) -> Result<Option<Url>> {
    let organiser = actors::by_id(tx, event.author).await?.ok_or(Error::NotFound)?;
    let object = json!(event.url);
    let leave = Outgoing { actor, kind: "Leave", about: &event.url, object, to: Some(&organiser.url) };
    if organiser.is_local() {
        let left = participations::leave(tx, instance, event.id, actor).await?;
        return Ok(if left { Some(leave.keep(tx, instance, false).await?.0.url) } else { None });
    }
    let kept = storage::participations::between(tx, event.id, actor.id).await?;
    let Some(mut kept) = kept.filter(|kept| kept.state.is_on_the_list()) else { return Ok(None) };
    (kept.state, kept.message, kept.changed_at) = (State::Left, None, instance.clock().now());
    storage::participations::put(tx, &kept).await?;
    Ok(Some(leave.send(tx, instance, &organiser).await?.url))
}
