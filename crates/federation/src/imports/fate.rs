//! What becomes of each event that was read: new, changed, as it was, or here already.

use std::collections::{HashMap, HashSet};

use domain::event::{Details, Draft, Event, State};
use domain::import::fields::Overrides;
use domain::import::{Item, Key, Source};
use domain::twin::{self, Rank};
use jiff::Timestamp;
use storage::events::twins::{self, Known};
use storage::{Tx, declined, events, overrides, sources};
use url::Url;
use uuid::Uuid;

use crate::error::Result;
use crate::instance::Instance;
use crate::twins as recognition;

/// The most events with one stable name that are looked at.
const NAMESAKES: i64 = 1_000;

/// What becomes of an event that was read.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    /// It was not here before.
    New,
    /// It is new, and another source brought the same before.
    Led,
    /// It says something else than before: this is what it is to say.
    Changed(Box<Event>, Box<Details>),
    /// It is as it was.
    Unchanged(Box<Event>),
    /// Somebody here declined or deleted it.
    Declined,
    /// Its author has it here already, by hand or by a subscription.
    Here,
}

/// Everything about a source that the fate of its events hangs on.
#[derive(Debug)]
pub(super) struct Context {
    /// The key of the source; a new one where there is none yet.
    pub(super) source: Uuid,
    /// In whose name.
    pub(super) author: Uuid,
    /// What it brought before.
    pub(super) known: HashMap<Key, Event>,
    /// What people changed of that.
    pub(super) overrides: HashMap<Uuid, Overrides>,
    declined: HashSet<Key>,
    /// The sources that are files.
    files: HashSet<Uuid>,
    is_file: bool,
    /// A probe of a new event needs an address; this one no event has.
    nowhere: Url,
}

impl Context {
    /// Reads it for a source that is there already, or for one at `url` that is not.
    pub(super) async fn load(
        tx: &mut Tx,
        instance: &Instance,
        (source, url): (Option<&Source>, &Url),
        author: Uuid,
    ) -> Result<Self> {
        let key = source.map_or_else(|| instance.new_id(), |source| source.id);
        let mut known = HashMap::new();
        for (event, recurrence) in events::of_source(tx, key).await? {
            known.insert(Key { uid: event.uid.clone(), recurrence }, event);
        }
        let files = sources::all(tx).await?.into_iter().filter(|one| one.url.scheme() == "file").map(|one| one.id);
        Ok(Self {
            source: key,
            author,
            known,
            overrides: overrides::of_source(tx, key).await?,
            declined: declined::of_source(tx, key).await?,
            files: files.collect(),
            is_file: url.scheme() == "file",
            nowhere: instance.url("/events/"),
        })
    }

    /// What becomes of one event, beside those that begin at its time.
    pub(super) async fn judge(&self, tx: &mut Tx, item: &Item, draft: &Draft, around: &[Known]) -> Result<Fate> {
        if self.declined.contains(&item.key) {
            return Ok(Fate::Declined);
        }
        if let Some(event) = self.known.get(&item.key) {
            return self.compare(tx, event.clone(), draft).await;
        }
        let mut others = twins::with_uid(tx, &item.key.uid, NAMESAKES).await?;
        others.retain(|one| one.recurrence == item.key.recurrence);
        if let Some(one) = others.iter().find(|one| one.event.source == Some(self.source)) {
            return self.compare(tx, one.event.clone(), draft).await;
        }
        let at = draft.details().starts_at;
        let named = others.into_iter().filter(|one| self.is_file || one.event.details.starts_at == at);
        let told = around.iter().filter(|one| self.is_told(one, draft.details())).cloned();
        for one in named.chain(told).filter(|one| one.event.author == self.author) {
            if self.is_file {
                let moves = one.event.source.is_some_and(|source| self.files.contains(&source));
                return if moves { self.compare(tx, one.event, draft).await } else { Ok(Fate::Here) };
            }
        }
        let probe = self.probe(item, draft);
        let mut beside: Vec<Known> = around.to_vec();
        beside.extend(recognition::named(tx, &probe.event).await?);
        Ok(if recognition::is_led(&probe, &beside) { Fate::Led } else { Fate::New })
    }

    /// Whether an event of the same author says the same of the same time, however it came here.
    fn is_told(&self, one: &Known, read: &Details) -> bool {
        one.event.source != Some(self.source)
            && one.event.details.starts_at == read.starts_at
            && twin::is_same_title(&one.event.details.name, &read.name)
            && twin::alike(&one.event.details, read)
    }

    async fn compare(&self, tx: &mut Tx, event: Event, draft: &Draft) -> Result<Fate> {
        let kept = match self.overrides.get(&event.id) {
            Some(kept) => Some(kept.clone()),
            None if event.source != Some(self.source) => overrides::of(tx, event.id).await?,
            None => None,
        };
        let read = draft.details().clone();
        let wanted = kept.map_or_else(|| read.clone(), |kept| kept.merge(&event.details, read.clone()));
        Ok(if same(&event.details, &wanted) {
            Fate::Unchanged(Box::new(event))
        } else {
            Fate::Changed(Box::new(event), Box::new(wanted))
        })
    }

    /// The event as it would be.
    fn probe(&self, item: &Item, draft: &Draft) -> Known {
        let event = Event {
            id: Uuid::max(),
            url: self.nowhere.clone(),
            page: self.nowhere.clone(),
            author: self.author,
            details: draft.details().clone(),
            state: State::Published,
            source: Some(self.source),
            uid: item.key.uid.clone(),
            sequence: 0,
            published_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        };
        Known { event, recurrence: item.key.recurrence, twin_of: None, rank: Rank::Import }
    }
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
