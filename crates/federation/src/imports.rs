//! Dates read in from files and addresses: what is new, changed, unchanged, gone or refused since the last time.

mod fate;
mod fetching;
mod files;
mod kinds;
pub mod previews;
mod report;
mod taking;

use bytes::Bytes;
use calendar::ics::read::{self as ics, Options, Reading};
use domain::actor::Actor;
use domain::event::{Details, Event, State};
use domain::import::Source;
use domain::import::fields::{Field, Overrides};
use jiff::{SignedDuration, Timestamp};
use storage::events::twins;
use storage::{Tx, actors, events, overrides, sources};
use url::Url;
use uuid::Uuid;

use crate::activities::{create, delete, update};
use crate::error::{Error, Result};
use crate::fetch::FetchError;
use crate::instance::Instance;
use fetching::{Answer, Fetched};
use taking::touches;

pub use report::{Kept, Line, Report};

/// The largest calendar that is read.
const MAX_BYTES: usize = 10 * 1024 * 1024;
/// What is asked for where only a calendar will do.
pub(crate) const ACCEPT: &str = "text/calendar, text/plain;q=0.5";
/// How often a subscribed calendar is read again.
const EVERY: SignedDuration = SignedDuration::from_hours(1);
/// How often the meetings of a council are read again.
const DAILY: SignedDuration = SignedDuration::from_hours(24);

/// Reads a file of dates in the name of `author`: a calendar or a table. `name` tells it from other files; reading the file
/// again under the same name changes what changed and doubles nothing. `publish` puts its events on the board at once, those
/// too that an earlier reading left as drafts.
pub async fn read_file(instance: &Instance, name: &str, bytes: &[u8], author: &Actor, publish: bool) -> Result<Report> {
    let now = instance.clock().now();
    let reading = files::read(instance, Bytes::copy_from_slice(bytes), None, now).await?.0;
    let mut tx = instance.store().write().await?;
    let source = files::source(&mut tx, name, author, publish).await?;
    tx.commit().await?;
    files::take(instance, source, reading, author).await
}

/// Subscribes to the calendar at `url` (`webcal:` is https) in the name of `author`, reads it now, and every hour from
/// now on: a calendar file, a page that names events, a Gancio, a Mobilizon group, a council's meetings. An address that may
/// not be asked at all is not kept; one that fails now is.
pub async fn subscribe(instance: &Instance, url: &Url, author: &Actor, publish: bool) -> Result<Report> {
    let url = fetchable(url)?;
    instance.client().check(&url).map_err(Error::from)?;
    let name = domain::host::Host::of(&url).map(String::from).unwrap_or_default();
    let mut tx = instance.store().write().await?;
    let before = sources::by_url(&mut tx, &url).await?;
    let mut source = sources::add(&mut tx, &url, &name, author.id, publish).await?;
    tx.commit().await?;
    (source.etag, source.last_modified, source.mark) = (None, None, None);
    let answer = fetching::fetch(instance, &source).await;
    if let (Err(Error::Fetch(FetchError::Refused(_) | FetchError::Blocked)), None) = (&answer, before) {
        forget(instance, source.id).await?;
    }
    Box::pin(read_in(instance, source, answer)).await
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

/// Puts on the board what sources brought as drafts, and what they bring from now on.
pub async fn publish_all(tx: &mut Tx, instance: &Instance) -> Result<()> {
    for source in sources::all(tx).await? {
        sources::add(tx, &source.url, &source.name, source.author, true).await?;
        for (event, _) in events::of_source(tx, source.id).await? {
            if !touches(instance, &event.details) && twins::leader(tx, event.id).await?.is_none() {
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

/// Reads every subscribed calendar that is due, and finishes files whose reader was killed; for the task that runs beside
/// the server.
pub async fn refresh_due(instance: &Instance) -> Result<usize> {
    let now = instance.clock().now();
    previews::finish_left(instance).await?;
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
    let answer = fetching::fetch(instance, &source).await;
    read_in(instance, source, answer).await
}

/// Takes in what a source answered. A failure is kept for the editors to see; nothing else changes then.
async fn read_in(instance: &Instance, mut source: Source, answer: Result<Answer>) -> Result<Report> {
    let now = instance.clock().now();
    source.read_at = Some(now);
    let outcome = match answer {
        Ok(Answer::Unchanged) => Ok(None),
        Ok(Answer::Fresh(fetched)) => take(instance, &mut source, *fetched, now).await.map(Some),
        Err(error) => {
            // The page behind the address may have moved: next time it is looked for anew.
            source.feed = None;
            Err(error)
        }
    };
    source.error = outcome.as_ref().err().map(ToString::to_string);
    if let Ok(Some(report)) = &outcome {
        source.report = serde_json::to_string(&report.keep()).ok();
    }
    let every = if source.kind == kinds::OPARL { DAILY } else { EVERY };
    let mut tx = instance.store().write().await?;
    // Somebody may have struck it off while it was read.
    if sources::by_id(&mut tx, source.id).await?.is_some() {
        sources::mark_read(&mut tx, &source, Some(now + every)).await?;
    }
    tx.commit().await?;
    instance.wake();
    outcome.map(Option::unwrap_or_default)
}

async fn take(instance: &Instance, source: &mut Source, fetched: Fetched, now: Timestamp) -> Result<Report> {
    let author = actors::by_id(&mut instance.store().look().await?, source.author).await?.ok_or(Error::NotFound)?;
    // Behind a page that only points to it, the source stays what its own address is.
    if source.feed.is_none() {
        fetched.kind.clone_into(&mut source.kind);
    }
    let report = Box::pin(taking::take_in(instance, source, fetched.found, &author)).await?;
    // Only what was taken in need not be sent again.
    (source.etag, source.last_modified) = (fetched.etag, fetched.last_modified);
    source.feed = fetched.feed;
    source.mark = fetched.asks_since.then_some(now);
    Ok(report)
}

/// Reads the bytes of a calendar, off the threads that serve requests: a large one takes seconds.
pub(crate) async fn parse(instance: &Instance, bytes: Bytes) -> Result<Reading> {
    let options = options(instance, instance.clock().now());
    let parsing = tokio::task::spawn_blocking(move || ics::read(&bytes, &options)).await;
    parsing.map_err(|_| Error::Unusable("this calendar could not be read"))
}

fn options(instance: &Instance, now: Timestamp) -> Options {
    Options { default_timezone: instance.settings().timezone.clone(), now }
}

/// Remembers what somebody changes of an imported event, so that the next reading leaves it alone.
pub(crate) async fn keep_change(tx: &mut Tx, event: &Event, after: &Details) -> Result<()> {
    if event.source.is_some() {
        let kept = overrides::of(tx, event.id).await?;
        let now = Overrides::after_change(kept, &event.details, after);
        overrides::set(tx, event.id, now.as_ref()).await?;
    }
    Ok(())
}

/// Has `field` of an imported event follow its source again; [`Error::NotFound`] if nobody changed it.
pub async fn follow_source(instance: &Instance, id: Uuid, field: Field) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let event = events::by_id(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let kept = overrides::of(&mut tx, id).await?.filter(|kept| kept.fields.contains(&field)).ok_or(Error::NotFound)?;
    let mut details = event.details.clone();
    field.copy(&kept.said, &mut details);
    let left = Overrides::after_change(Some(kept), &event.details, &details);
    overrides::set(&mut tx, id, left.as_ref()).await?;
    let is_new = touches(instance, &details) && !touches(instance, &event.details);
    if event.state == State::Published && is_new {
        return Err(Error::Forbidden);
    }
    update::event_in(&mut tx, instance, event, &domain::event::Draft::new(details)?, None).await?;
    tx.commit().await?;
    instance.wake();
    Ok(())
}
