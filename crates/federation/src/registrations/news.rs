//! What those who registered are told when an event changes: what is otherwise than they know. At most one letter in a
//! quarter of an hour; further changes wait and are told together.

use calendar::phrase;
use domain::event::{Details, Event, State as Board, Status};
use domain::messages::text_with;
use domain::participation::is_closed;
use domain::place::Place;
use domain::registration::{Call, QUIET, Registration};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storage::registrations::{self, News};
use storage::{Tx, accounts};

use super::letters::{self, What};
use crate::error::Result;
use crate::instance::Instance;

/// What people go by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    starts_at: Timestamp,
    ends_at: Timestamp,
    all_day: bool,
    open_end: bool,
    timezone: String,
    place: Option<String>,
    online: Option<String>,
    status: Status,
}

impl Known {
    pub(super) fn of(details: &Details) -> Self {
        Self {
            starts_at: details.starts_at,
            ends_at: details.ends_at,
            all_day: details.all_day,
            open_end: details.open_end,
            timezone: details.timezone.clone(),
            place: details.place.as_ref().map(Place::one_line),
            online: details.online.as_ref().map(ToString::to_string),
            status: details.status,
        }
    }

    /// Its times, as they are put into words.
    fn when(&self) -> Details {
        let mut details = Details::new(String::new(), self.starts_at, self.ends_at, &self.timezone);
        (details.all_day, details.open_end) = (self.all_day, self.open_end);
        details
    }

    fn has_same_times(&self, other: &Self) -> bool {
        (self.starts_at, self.ends_at, self.all_day, self.open_end)
            == (other.starts_at, other.ends_at, other.all_day, other.open_end)
    }
}

/// Tells those who registered what has changed about an event that said `before`, now or with the next letter. `reason` is
/// why it was cancelled.
pub(crate) async fn changed(
    tx: &mut Tx,
    instance: &Instance,
    before: &Details,
    (event, reason): (&Event, Option<&str>),
) -> Result<()> {
    let (was, is) = (Known::of(before), Known::of(&event.details));
    let now = instance.clock().now();
    if was == is || (before.ends_at <= now && event.details.ends_at <= now) {
        return Ok(());
    }
    if was.starts_at != is.starts_at {
        registrations::remind_again(tx, event.id).await?;
    }
    let told = registrations::news_of(tx, event.id).await?;
    let known = told.as_ref().filter(|told| told.due_at.is_some()).and_then(|told| read(&told.known)).unwrap_or(was);
    match told {
        Some(told) if now.duration_since(told.told_at) < QUIET => {
            let due_at = Some(told.told_at + QUIET);
            registrations::put_news(tx, &News { known: written(&known), due_at, ..told }).await?;
        }
        _ => tell(tx, instance, event, (&known, &is, reason)).await?,
    }
    Ok(())
}

/// Tells what waited, if it is time; part of the transaction that looks.
pub(super) async fn tell_due(tx: &mut Tx, instance: &Instance, event: &Event) -> Result<()> {
    let now = instance.clock().now();
    let told = registrations::news_of(tx, event.id).await?;
    let Some(told) = told.filter(|told| told.due_at.is_some_and(|due| due <= now)) else { return Ok(()) };
    let is = Known::of(&event.details);
    match read(&told.known).filter(|known| *known != is && event.state == Board::Published) {
        Some(known) => tell(tx, instance, event, (&known, &is, None)).await,
        // It is as it was.
        None => Ok(registrations::put_news(tx, &News { due_at: None, ..told }).await?),
    }
}

/// Tells those who registered that an event is deleted that should have been.
pub(crate) async fn gone(tx: &mut Tx, instance: &Instance, event: &Event) -> Result<()> {
    if event.state == Board::Draft || is_closed(&event.details, instance.clock().now()) {
        return Ok(());
    }
    for kept in registrations::of_event(tx, event.id).await?.iter().filter(|kept| kept.state.is_on_the_list()) {
        letters::send(tx, instance, event, kept, What::Cancelled(None)).await?;
    }
    instance.wake_postman();
    Ok(())
}

fn read(known: &str) -> Option<Known> {
    serde_json::from_str(known).ok()
}

fn written(known: &Known) -> String {
    serde_json::json!(known).to_string()
}

async fn tell(
    tx: &mut Tx,
    instance: &Instance,
    event: &Event,
    (known, is, reason): (&Known, &Known, Option<&str>),
) -> Result<()> {
    let told_at = instance.clock().now();
    registrations::put_news(tx, &News { event: event.id, known: written(is), told_at, due_at: None }).await?;
    for mut kept in registrations::of_event(tx, event.id).await?.into_iter().filter(|kept| kept.state.is_on_the_list())
    {
        let changes = sentences(instance, &language_of(tx, instance, &kept).await?, known, is);
        let is_off = is.status == Status::Cancelled;
        let what = if is_off { What::Cancelled(reason) } else { What::Changed(&changes) };
        if !letters::send(tx, instance, event, &kept, what).await? {
            kept.call = Some(Call::Changed);
            registrations::put(tx, &kept).await?;
        }
    }
    instance.wake_postman();
    Ok(())
}

async fn language_of(tx: &mut Tx, instance: &Instance, kept: &Registration) -> Result<domain::voice::Voice> {
    let account = match kept.account {
        Some(account) => accounts::by_id(tx, account).await?,
        None => None,
    };
    Ok(instance.settings().speak(account.map_or(kept.language, |account| account.language)))
}

/// What is otherwise than people know, in sentences.
fn sentences(instance: &Instance, voice: &domain::voice::Voice, known: &Known, is: &Known) -> Vec<String> {
    let (voice, nothing) = (*voice, || text_with(*voice, "events-unknown", &[]));
    let mut told = Vec::new();
    if known.status == Status::Cancelled {
        told.push(text_with(voice, "registration-news-on-again", &[]));
    }
    let when = |known: &Known| phrase::when_long(&known.when(), voice.language());
    if !known.has_same_times(is) {
        told.push(text_with(voice, "registration-news-when", &[("old", &when(known)), ("new", &when(is))]));
    }
    let pairs =
        [("registration-news-place", &known.place, &is.place), ("registration-news-online", &known.online, &is.online)];
    for (key, old, new) in pairs.into_iter().filter(|(_, old, new)| old != new) {
        let (old, new) = (old.clone().unwrap_or_else(nothing), new.clone().unwrap_or_else(nothing));
        told.push(text_with(voice, key, &[("old", &old), ("new", &new)]));
    }
    if told.is_empty() {
        // The status alone: whether it is certain.
        let key =
            if is.status == Status::Tentative { "registration-news-perhaps" } else { "registration-news-certain" };
        told.push(text_with(voice, key, &[("quarter", instance.settings().name.as_str())]));
    }
    told
}
