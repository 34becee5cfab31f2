//! Events that take place on another day than announced, known or not yet.

use domain::event::{Draft, Event, Status};
use jiff::Timestamp;
use storage::events;
use uuid::Uuid;

use crate::activities::update;
use crate::error::{Error, Result};
use crate::instance::Instance;

/// Moves an event of ours to `start`, and its end and doors with it; `None`: to a day that is not known yet. `reason` is a
/// sentence for the people who meant to come.
pub async fn event(instance: &Instance, id: Uuid, start: Option<Timestamp>, reason: Option<&str>) -> Result<Event> {
    let mut tx = instance.store().write().await?;
    let event = events::by_id(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let mut details = event.details.clone();
    details.moved.reason = reason.map(str::to_owned);
    match start {
        None => (details.status, details.moved.postponed) = (Status::Cancelled, true),
        Some(start) => {
            let later = |at: Timestamp| {
                let zone = details.zone();
                let span = zone.to_datetime(details.starts_at).duration_until(zone.to_datetime(at));
                let local = zone.to_datetime(start).saturating_add(span);
                local.to_zoned(zone).map_or(at, |at| at.timestamp())
            };
            let (ends_at, doors_at) = (later(details.ends_at), details.doors_at.map(later));
            (details.starts_at, details.ends_at, details.doors_at) = (start, ends_at, doors_at);
            if details.status == Status::Cancelled {
                details.status = Status::Confirmed;
            }
        }
    }
    let event = update::event_in(&mut tx, instance, event, &Draft::new(details)?, reason).await?;
    tx.commit().await?;
    instance.wake();
    Ok(event)
}
