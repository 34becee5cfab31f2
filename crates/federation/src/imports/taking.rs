//! What was read becomes events: a few hundred in a transaction, so that nobody waits for all of them.

use std::collections::HashSet;

use calendar::ics::read::Reading;
use domain::actor::Actor;
use domain::event::{Details, Draft, Event, State, Status};
use domain::import::fields::Overrides;
use domain::import::{Item, Key, Refusal, Source};
use storage::events::twins::{self, Known};
use storage::{Tx, declined, events, overrides, sources};

use super::fate::{Context, Fate};
use super::report::Report;
use crate::activities::create::{self, Origin};
use crate::activities::{delete, update};
use crate::error::Result;
use crate::instance::Instance;
use crate::{places, twins as recognition};

/// How many events are written in one transaction.
const CHUNK: usize = 200;

/// What came of reading a source.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// The events, and what was refused.
    pub(super) reading: Reading,
    /// Whether that is all there is: what is missing is gone.
    pub(super) whole: bool,
    /// What the source says it took back.
    pub(super) gone: Vec<Key>,
}

/// Brings the events of `source` in line with what was read. A reading that is interrupted starts over, and doubles nothing.
pub(super) async fn take_in(instance: &Instance, source: &mut Source, found: Found, author: &Actor) -> Result<Report> {
    if let Some(name) = &found.reading.name {
        source.name = domain::html::line(name, 100);
    }
    let (mut items, mut report) = accept(&mut instance.store().look().await?, instance, found.reading).await?;
    items.sort_by_key(|(item, _)| item.details.starts_at);
    let mut context = context(instance, source, author).await?;
    let seen: HashSet<Key> = items.iter().map(|(item, _)| item.key.clone()).collect();
    // What could not be read at all says nothing about what is gone.
    let whole = found.whole && !seen.is_empty();
    let gone = context.known.keys().filter(|key| if whole { !seen.contains(key) } else { found.gone.contains(key) });
    let gone: Vec<Key> = gone.cloned().collect();
    let total = count(items.len() + gone.len());
    let mut done = 0;
    for chunk in items.chunks(CHUNK) {
        let mut tx = instance.store().write().await?;
        // The first statement takes the row of the source, so that two readings of it follow each other.
        sources::progress(&mut tx, source.id, (done, total)).await?;
        Taking { tx: &mut tx, instance, source, author, context: &context }.chunk(chunk, &mut report).await?;
        tx.commit().await?;
        instance.wake();
        done += count(chunk.len());
    }
    for chunk in gone.chunks(CHUNK) {
        let mut tx = instance.store().write().await?;
        sources::progress(&mut tx, source.id, (done, total)).await?;
        for key in chunk {
            if let Some(event) = context.known.remove(key) {
                vanish(&mut tx, instance, (source, key), event, &mut report).await?;
            }
        }
        tx.commit().await?;
        instance.wake();
        done += count(chunk.len());
    }
    source.progress = (total, total);
    Ok(report)
}

/// What [`take_in`] would do, of each event and in figures; nothing is written.
pub(super) async fn foresee(
    tx: &mut Tx,
    instance: &Instance,
    (source, url): (Option<&Source>, &url::Url),
    reading: Reading,
    author: &Actor,
) -> Result<(Vec<(Item, Fate)>, Report)> {
    let (items, mut report) = accept(tx, instance, reading).await?;
    let context = Context::load(tx, instance, (source, url), author.id).await?;
    let seen: HashSet<&Key> = items.iter().map(|(item, _)| &item.key).collect();
    let now = instance.clock().now();
    let goes = |event: &Event| event.state == State::Draft || event.details.ends_at > now;
    let gone = context.known.iter().filter(|(key, event)| !seen.contains(key) && goes(event)).count();
    report.gone = if items.is_empty() { 0 } else { gone };
    let mut fates = Vec::with_capacity(items.len());
    for chunk in items.chunks(CHUNK) {
        let around = around(tx, chunk).await?;
        for (item, draft) in chunk {
            let fate = context.judge(tx, item, draft, &around).await?;
            report.count(&fate);
            fates.push((item.clone(), fate));
        }
    }
    Ok((fates, report))
}

impl Report {
    fn count(&mut self, fate: &Fate) {
        match fate {
            Fate::New => self.new += 1,
            Fate::Changed(..) => self.changed += 1,
            Fate::Unchanged(_) => self.unchanged += 1,
            Fate::Declined => self.declined += 1,
            Fate::Led | Fate::Here => self.twins += 1,
        }
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

async fn context(instance: &Instance, source: &Source, author: &Actor) -> Result<Context> {
    let mut tx = instance.store().read().await?;
    Context::load(&mut tx, instance, (Some(source), &source.url), author.id).await
}

/// The events that may be published, each once, with what the directory knows of their places.
async fn accept(tx: &mut Tx, instance: &Instance, reading: Reading) -> Result<(Vec<(Item, Draft)>, Report)> {
    let mut report =
        Report { refused: reading.refusals, remarks: reading.remarks, skipped: reading.skipped, ..Report::default() };
    let (mut seen, mut items) = (HashSet::new(), Vec::with_capacity(reading.items.len()));
    for mut item in reading.items {
        if !seen.insert(item.key.clone()) {
            continue;
        }
        places::link(tx, instance, &mut item.details).await?;
        match Draft::new(item.details.clone()) {
            Ok(draft) => items.push((item, draft)),
            Err(_) => report.refused.push(Refusal { line: 1, what: item.key.uid, why: "import-not-valid" }),
        }
    }
    Ok((items, report))
}

/// What begins at the time of a stretch of events, which is sorted by start.
async fn around(tx: &mut Tx, chunk: &[(Item, Draft)]) -> Result<Vec<Known>> {
    let starts = || chunk.iter().map(|(item, _)| item.details.starts_at);
    let (Some(first), Some(last)) = (starts().min(), starts().max()) else { return Ok(Vec::new()) };
    let most = recognition::MOST * 10;
    Ok(twins::around(tx, recognition::window(first, last), most).await?)
}

/// Events of one source on their way into the database.
struct Taking<'a> {
    tx: &'a mut Tx,
    instance: &'a Instance,
    source: &'a Source,
    author: &'a Actor,
    context: &'a Context,
}

impl Taking<'_> {
    async fn chunk(&mut self, chunk: &[(Item, Draft)], report: &mut Report) -> Result<()> {
        let mut around = around(self.tx, chunk).await?;
        for (item, draft) in chunk {
            let near = near(&around, draft.details());
            let fate = self.context.judge(self.tx, item, draft, &near).await?;
            self.one((item, draft), fate, &mut around, report).await?;
        }
        Ok(())
    }

    async fn one(
        &mut self,
        (item, draft): (&Item, &Draft),
        fate: Fate,
        around: &mut Vec<Known>,
        report: &mut Report,
    ) -> Result<()> {
        match &fate {
            Fate::Declined | Fate::Here => {}
            Fate::New | Fate::Led => self.insert(item, draft, matches!(fate, Fate::Led), around).await?,
            Fate::Unchanged(event) => {
                self.said(event, draft.details()).await?;
                self.adopt(event, item).await?;
                if event.state == State::Draft
                    && self.goes(&event.details)
                    && twins::leader(self.tx, event.id).await?.is_none()
                {
                    create::publish_draft(self.tx, self.instance, (**event).clone()).await?;
                    report.changed += 1;
                    return Ok(());
                }
            }
            Fate::Changed(event, wanted) => {
                // What an editor has not read does not come onto the board by a change.
                let is_new = touches(self.instance, wanted) && !touches(self.instance, &event.details);
                if event.state == State::Published && is_new {
                    report.refused.push(Refusal { line: 1, what: item.key.uid.clone(), why: "safety-import" });
                    return Ok(());
                }
                self.change(event, wanted, (item, draft)).await?;
            }
        }
        report.count(&fate);
        Ok(())
    }

    /// Whether an event of the source goes on the board without an editor.
    fn goes(&self, details: &Details) -> bool {
        self.source.publish && !touches(self.instance, details)
    }

    async fn insert(&mut self, item: &Item, draft: &Draft, led: bool, around: &mut Vec<Known>) -> Result<()> {
        let state = if !led && self.goes(draft.details()) { State::Published } else { State::Draft };
        let (uid, recurrence) = (item.key.uid.clone(), item.key.recurrence);
        let origin = Origin { source: self.source.id, uid, recurrence };
        let event = create::new_event(self.tx, self.instance, self.author, draft, state, Some(origin)).await?;
        let me = Known { event, recurrence, twin_of: None, rank: domain::twin::Rank::Import };
        let mut near = near(around, draft.details());
        near.extend(recognition::named(self.tx, &me.event).await?);
        recognition::settle_among(self.tx, self.instance, &me, &mut near).await?;
        around.push(me);
        Ok(())
    }

    async fn change(&mut self, event: &Event, wanted: &Details, (item, draft): (&Item, &Draft)) -> Result<()> {
        self.said(event, draft.details()).await?;
        self.adopt(event, item).await?;
        // Somebody may have changed it since the reading began.
        let Some(fresh) = events::by_id(self.tx, event.id).await? else { return Ok(()) };
        let led = twins::leader(self.tx, event.id).await?.is_some();
        let event = update::event_in(self.tx, self.instance, fresh, &Draft::new(wanted.clone())?, None).await?;
        if event.state == State::Draft && !led && self.goes(&event.details) {
            create::publish_draft(self.tx, self.instance, event).await?;
        }
        Ok(())
    }

    /// Keeps what the source says of an event that people changed, to go back to.
    async fn said(&mut self, event: &Event, read: &Details) -> Result<()> {
        let Some(kept) = self.context.overrides.get(&event.id).filter(|kept| kept.said != *read) else {
            return Ok(());
        };
        let now = Overrides { fields: kept.fields.clone(), said: read.clone() };
        Ok(overrides::set(self.tx, event.id, Some(&now)).await?)
    }

    /// Takes over an event that another file of the same author brought.
    async fn adopt(&mut self, event: &Event, item: &Item) -> Result<()> {
        if event.source != Some(self.source.id) {
            twins::adopt(self.tx, event.id, self.source.id, (&item.key.uid, item.key.recurrence)).await?;
        }
        Ok(())
    }
}

/// Those of `around` that begin at the time of an event.
fn near(around: &[Known], details: &Details) -> Vec<Known> {
    let (from, until) = recognition::window(details.starts_at, details.starts_at);
    let is_near = |one: &&Known| (from..=until).contains(&one.event.details.starts_at);
    around.iter().filter(is_near).cloned().collect()
}

/// Whether an event speaks of crime, so that an editor reads it first.
pub(super) fn touches(instance: &Instance, details: &Details) -> bool {
    instance.settings().editors.safety.touch_event(details)
}

/// What a source has no more is cancelled if it is still to come, so that whoever heard of it hears of that; a draft just
/// goes, and may come again. What is past stays as it was.
async fn vanish(
    tx: &mut Tx,
    instance: &Instance,
    (source, key): (&Source, &Key),
    event: Event,
    report: &mut Report,
) -> Result<()> {
    let Some(event) = events::by_id(tx, event.id).await? else { return Ok(()) };
    if event.state == State::Draft {
        delete::object_in(tx, instance, event.id).await?;
        declined::forget(tx, source.id, key).await?;
        report.gone += 1;
    } else if event.details.ends_at > instance.clock().now() && event.details.status != Status::Cancelled {
        let mut details = event.details.clone();
        details.status = Status::Cancelled;
        update::event_in(tx, instance, event, &Draft::new(details)?, None).await?;
        report.gone += 1;
    }
    Ok(())
}
