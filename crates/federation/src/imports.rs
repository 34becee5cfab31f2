//! Calendars read in: what is new, changed, unchanged, gone or refused since the last time.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use calendar::ics::{
    self,
    read::{Options, Reading},
};
use domain::actor::Actor;
use domain::event::{Details, Draft, Event, State, Status};
use domain::import::{Item, Key, Refusal, Source};
use jiff::{SignedDuration, Timestamp};
use storage::{Tx, actors, events, sources};
use url::Url;
use uuid::Uuid;

use crate::activities::create::{self, Origin};
use crate::activities::{delete, update};
use crate::error::{Error, Result};
use crate::fetch::{Download, FetchError};
use crate::instance::Instance;
use crate::places;

/// The largest calendar that is read.
const MAX_BYTES: usize = 10 * 1024 * 1024;
/// What a subscription asks for.
pub(crate) const ACCEPT: &str = "text/calendar, text/plain;q=0.5";
/// How often a subscribed calendar is read again.
const EVERY: SignedDuration = SignedDuration::from_hours(1);

/// What one reading of a calendar did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Events that were not here before.
    pub new: usize,
    /// Events that say something else than before.
    pub changed: usize,
    /// Events that are as they were.
    pub unchanged: usize,
    /// Events that the calendar has no more; coming ones are cancelled.
    pub gone: usize,
    /// Long past events that were passed over.
    pub skipped: usize,
    /// What could not be read, where and why.
    pub refused: Vec<Refusal>,
    /// What was read otherwise than it may have been meant.
    pub remarks: Vec<Refusal>,
}

/// Reads a calendar file in the name of `author`. `name` tells it from other files; reading the file again under the
/// same name changes what changed and doubles nothing. `publish` puts its events on the board at once,
/// those too that an earlier reading left as drafts.
pub async fn read_file(instance: &Instance, name: &str, bytes: &[u8], author: &Actor, publish: bool) -> Result<Report> {
    let mut url: Url = "file:///".parse().map_err(|_| Error::Unusable("a file has a name"))?;
    url.set_path(name);
    let reading = parse(instance, Bytes::copy_from_slice(bytes)).await?;
    let mut tx = instance.store().write().await?;
    let mut source = sources::add(&mut tx, &url, name, author.id, publish).await?;
    let report = take_in(&mut tx, instance, &mut source, reading, author).await?;
    source.read_at = Some(instance.clock().now());
    sources::mark_read(&mut tx, &source, None).await?;
    tx.commit().await?;
    instance.wake();
    Ok(report)
}

/// Subscribes to the calendar at `url` (`webcal:` is https) in the name of `author`, reads it now, and every hour from
/// now on. An address that may not be asked at all is not kept; one that fails now is.
pub async fn subscribe(instance: &Instance, url: &Url, author: &Actor, publish: bool) -> Result<Report> {
    let url = fetchable(url)?;
    let fetched = instance.client().get_bytes(&url, ACCEPT, None, None, MAX_BYTES).await;
    if let Err(error @ (FetchError::Refused(_) | FetchError::Blocked)) = fetched {
        return Err(error.into());
    }
    let name = domain::host::Host::of(&url).map(String::from).unwrap_or_default();
    let mut tx = instance.store().write().await?;
    let source = sources::add(&mut tx, &url, &name, author.id, publish).await?;
    tx.commit().await?;
    Box::pin(read_in(instance, source, fetched)).await
}

/// Strikes the calendar `source` off, and its drafts with it: nobody has seen them.
pub async fn forget(instance: &Instance, source: Uuid) -> Result<()> {
    let mut tx = instance.store().write().await?;
    for (event, _) in events::of_source(&mut tx, source).await? {
        if event.state == State::Draft {
            delete::object_in(&mut tx, instance, event.id).await?;
        }
    }
    sources::remove(&mut tx, source).await?;
    tx.commit().await?;
    Ok(())
}

/// Puts on the board what calendars brought as drafts, and what they bring from now on.
pub async fn publish_all(tx: &mut Tx, instance: &Instance) -> Result<()> {
    for source in sources::all(tx).await? {
        sources::add(tx, &source.url, &source.name, source.author, true).await?;
        for (event, _) in events::of_source(tx, source.id).await? {
            if !touches(instance, &event.details) {
                create::publish_draft(tx, instance, event).await?;
            }
        }
    }
    Ok(())
}

fn fetchable(url: &Url) -> Result<Url> {
    let text = url.as_str();
    let text = text.strip_prefix("webcal:").map_or_else(|| text.to_owned(), |rest| format!("https:{rest}"));
    let url: Url = text.parse().map_err(|_| Error::Unusable("this is not a web address"))?;
    if matches!(url.scheme(), "https" | "http") { Ok(url) } else { Err(Error::Unusable("this is not a web address")) }
}

/// Reads every subscribed calendar that is due; for the task that runs beside the server.
pub async fn refresh_due(instance: &Instance) -> Result<usize> {
    let now = instance.clock().now();
    let mut tx = instance.store().write().await?;
    let due = sources::claim(&mut tx, now, now + EVERY, 10).await?;
    tx.commit().await?;
    let count = due.len();
    for source in due {
        let url = source.url.clone();
        if let Err(cause) = Box::pin(refresh(instance, source)).await {
            tracing::warn!(%url, "The calendar {url} could not be read: {cause}");
        }
    }
    Ok(count)
}

/// Reads one subscribed calendar now.
async fn refresh(instance: &Instance, source: Source) -> Result<Report> {
    let (etag, modified) = (source.etag.as_deref(), source.last_modified.as_deref());
    let fetched = instance.client().get_bytes(&source.url, ACCEPT, etag, modified, MAX_BYTES).await;
    Box::pin(read_in(instance, source, fetched)).await
}

/// Takes in what a subscribed calendar answered. A failure is kept for the editors to see; nothing else changes then.
async fn read_in(instance: &Instance, mut source: Source, fetched: Result<Download, FetchError>) -> Result<Report> {
    let now = instance.clock().now();
    source.read_at = Some(now);
    let reading = match fetched {
        Ok(Download::Unchanged) => Ok(None),
        Ok(Download::Fresh { body, etag, last_modified, .. }) => {
            (source.etag, source.last_modified) = (etag, last_modified);
            parse(instance, body).await.map(Some)
        }
        Err(error) => Err(error.into()),
    };
    let mut tx = instance.store().write().await?;
    let outcome = match reading {
        Ok(Some(reading)) => {
            let author = actors::by_id(&mut tx, source.author).await?.ok_or(Error::NotFound)?;
            take_in(&mut tx, instance, &mut source, reading, &author).await
        }
        Ok(None) => Ok(Report::default()),
        Err(error) => Err(error),
    };
    source.error = outcome.as_ref().err().map(ToString::to_string);
    sources::mark_read(&mut tx, &source, Some(now + EVERY)).await?;
    tx.commit().await?;
    instance.wake();
    outcome
}

/// Reads the bytes of a calendar, off the threads that serve requests: a large one takes seconds.
pub(crate) async fn parse(instance: &Instance, bytes: Bytes) -> Result<Reading> {
    let options = Options { default_timezone: instance.settings().timezone.clone(), now: instance.clock().now() };
    let parsing = tokio::task::spawn_blocking(move || ics::read::read(&bytes, &options)).await;
    parsing.map_err(|_| Error::Unusable("this calendar could not be read"))
}

/// Brings the events of `source` in line with what was read, in one transaction.
async fn take_in(
    tx: &mut Tx,
    instance: &Instance,
    source: &mut Source,
    reading: Reading,
    author: &Actor,
) -> Result<Report> {
    let now = instance.clock().now();
    if let Some(name) = reading.name {
        source.name = domain::html::line(&name, 100);
    }
    let mut report =
        Report { refused: reading.refusals, remarks: reading.remarks, skipped: reading.skipped, ..Report::default() };
    let mut known: HashMap<Key, Event> = HashMap::new();
    for (event, recurrence) in events::of_source(tx, source.id).await? {
        known.insert(Key { uid: event.uid.clone(), recurrence }, event);
    }
    let mut seen = HashSet::new();
    for item in reading.items {
        if !seen.insert(item.key.clone()) {
            continue;
        }
        let before = known.remove(&item.key);
        one(tx, instance, source, author, item, before, &mut report).await?;
    }
    // A file that could not be read at all says nothing about what is gone.
    if !seen.is_empty() {
        for (_, event) in known {
            vanish(tx, instance, event, now, &mut report).await?;
        }
    }
    Ok(report)
}

async fn one(
    tx: &mut Tx,
    instance: &Instance,
    source: &Source,
    author: &Actor,
    mut item: Item,
    before: Option<Event>,
    report: &mut Report,
) -> Result<()> {
    // Before it is compared with what is kept.
    places::link(tx, instance, &mut item.details).await?;
    let Ok(draft) = Draft::new(item.details) else {
        report.refused.push(Refusal { line: 1, what: item.key.uid, why: "import-not-valid" });
        return Ok(());
    };
    let goes = || source.publish && !touches(instance, draft.details());
    match before {
        Some(event) if same(&event.details, draft.details()) => {
            if event.state == State::Draft && goes() {
                create::publish_draft(tx, instance, event).await?;
                report.changed += 1;
            } else {
                report.unchanged += 1;
            }
        }
        // What an editor has not read does not come onto the board by a change.
        Some(event) if event.state == State::Published && is_new(instance, &event.details, draft.details()) => {
            report.refused.push(Refusal { line: 1, what: item.key.uid, why: "safety-import" });
        }
        Some(event) => {
            let event = update::event_in(tx, instance, event, &draft, None).await?;
            if event.state == State::Draft && goes() {
                create::publish_draft(tx, instance, event).await?;
            }
            report.changed += 1;
        }
        None => {
            let state = if goes() { State::Published } else { State::Draft };
            let origin = Origin { source: source.id, uid: item.key.uid, recurrence: item.key.recurrence };
            create::new_event(tx, instance, author, &draft, state, Some(origin)).await?;
            report.new += 1;
        }
    }
    Ok(())
}

/// Whether an event speaks of crime, so that an editor reads it first.
fn touches(instance: &Instance, details: &Details) -> bool {
    instance.settings().editors.safety.touch_event(details)
}

/// Whether only the later of two readings does.
fn is_new(instance: &Instance, kept: &Details, read: &Details) -> bool {
    touches(instance, read) && !touches(instance, kept)
}

/// Whether two readings say the same, to the precision that is kept.
fn same(kept: &Details, read: &Details) -> bool {
    let millis = |at: Timestamp| at.as_millisecond();
    let mut read = read.clone();
    // What has moved is seen here, and no calendar says it.
    read.moved.clone_from(&kept.moved);
    if millis(kept.starts_at) == millis(read.starts_at) && millis(kept.ends_at) == millis(read.ends_at) {
        (read.starts_at, read.ends_at) = (kept.starts_at, kept.ends_at);
    }
    *kept == read
}

/// What a calendar has no more is cancelled if it is still to come, so that whoever heard of it hears of that; a draft
/// just goes. What is past stays as it was.
async fn vanish(tx: &mut Tx, instance: &Instance, event: Event, now: Timestamp, report: &mut Report) -> Result<()> {
    if event.state == State::Draft {
        delete::object_in(tx, instance, event.id).await?;
        report.gone += 1;
    } else if event.details.ends_at > now && event.details.status != Status::Cancelled {
        let mut details = event.details.clone();
        details.status = Status::Cancelled;
        update::event_in(tx, instance, event, &Draft::new(details)?, None).await?;
        report.gone += 1;
    }
    Ok(())
}
