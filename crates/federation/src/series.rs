//! Series: a rule and what its events say. Each date is an event of its own, made ahead, and told of when its time comes.
//!
//! Nobody federates repetition, and sixty events at once would bury whoever follows: others hear of the next four dates
//! of a series, at most four weeks ahead ([decision 0069](../../../docs/decisions/0069-series-are-told-date-by-date.md)).

mod change;
mod part;

use std::collections::BTreeSet;

use calendar::holidays::Almanac;
use calendar::recurrence::{Recurrence, Window};
use domain::actor::Actor;
use domain::event::{Draft, Event, State, Status};
use domain::invalid::Invalid;
use domain::series::{MONTHS_AHEAD, MOST_AHEAD, Series, TOLD_AHEAD, TOLD_DAYS};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use storage::{Tx, actors, events, series};
use uuid::Uuid;

pub use change::{cancel, change, delete};
pub(crate) use part::{gone, publish, settle};

use crate::activities::create;
use crate::activities::update::later;
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::objects::attachment;
use crate::paths;

/// How often a series is looked at.
const EVERY: SignedDuration = SignedDuration::from_hours(24);
/// How many are looked at in one go.
const AT_ONCE: i64 = 500;

/// The days on which a series that begins with `draft` takes place from today on, at most sixty within the next twelve
/// months. Refused at the field `phrase` where there is none.
pub fn preview(instance: &Instance, draft: &Draft, rule: &Recurrence) -> Result<Vec<Date>> {
    let details = draft.details();
    let start = details.zone().to_datetime(details.starts_at);
    let today = details.zone().to_datetime(instance.clock().now()).date();
    let window = Window { first: start.date().max(today), last: today.saturating_add(MONTHS_AHEAD.months()) };
    let found = rule.occurrences(start, &details.zone(), window, Almanac::bundled());
    let found = found.map_err(|_| Invalid::one("phrase", "series-impossible"))?;
    let days: Vec<Date> = found.into_iter().map(|one| one.local.date()).take(MOST_AHEAD).collect();
    if days.is_empty() { Err(Invalid::one("phrase", "series-over").into()) } else { Ok(days) }
}

/// Keeps a new series of `author` and makes its events; of one that `waits` for an editor only the first. Our key of the
/// first event.
pub(crate) async fn begin(
    tx: &mut Tx,
    instance: &Instance,
    author: &Actor,
    (draft, rule): (&Draft, &Recurrence),
    waits: bool,
) -> Result<Uuid> {
    let days = preview(instance, draft, rule)?;
    let first = days.first().copied().ok_or(Error::NotFound)?;
    let mut series = new(instance, author, (draft, rule), waits);
    series::insert(tx, &series).await?;
    let pictured = draft.pictures().is_some_and(|pictures| !pictures.picks.is_empty());
    let now = instance.clock().now();
    let first = if waits {
        let one = Draft::new(series.on(first))?;
        let one = draft.pictures().map_or(one.clone(), |pictures| one.with_pictures(pictures.clone()));
        let event = create::new_event(tx, instance, author, &one, State::Draft, None).await?;
        series::join(tx, event.id, (series.template.id, event.details.starts_at), false).await?;
        series.pictured = pictured.then_some(event.id);
        series::update(tx, &series).await?;
        event.id
    } else {
        let made = make(tx, instance, &series, author, &days.into_iter().collect()).await?;
        let event = made.into_iter().next().ok_or(Error::NotFound)?;
        attachment::attach(tx, event.id, draft.pictures()).await?;
        series.pictured = pictured.then_some(event.id);
        series::update(tx, &series).await?;
        extend(tx, instance, series, now).await?;
        event.id
    };
    Ok(first)
}

/// A series that is not kept yet. It is due at once.
fn new(instance: &Instance, author: &Actor, (draft, rule): (&Draft, &Recurrence), waits: bool) -> Series {
    let (id, now) = (instance.new_id(), instance.clock().now());
    let page = instance.url(&paths::series(id));
    let template = Event {
        id,
        url: page.clone(),
        uid: page.to_string(),
        page,
        author: author.id,
        details: draft.details().clone(),
        state: if waits { State::Draft } else { State::Published },
        source: None,
        sequence: 0,
        published_at: now,
        updated_at: now,
    };
    let made_until = draft.details().starts_at.min(now);
    Series { template, rule: rule.to_string(), frequent: rule.is_frequent(), pictured: None, made_until, due_at: now }
}

/// The rule of a series that was kept.
pub fn rule(series: &Series) -> Result<Recurrence> {
    series.rule.parse().map_err(|_| Error::Unusable("the rule of a series cannot be read"))
}

/// The days of `series` from `first` on that lie within the next twelve months, at most sixty; none where its rule names no
/// more.
fn days(series: &Series, first: Date, now: Timestamp) -> Result<BTreeSet<Date>> {
    let zone = series.template.details.zone();
    let last = series.date(now).saturating_add(MONTHS_AHEAD.months());
    let found = rule(series)?.occurrences(series.start(), &zone, Window { first, last }, Almanac::bundled());
    // A rule that was fine and has no more days, such as one whose holidays are not known yet, names none for now.
    Ok(found.unwrap_or_default().into_iter().map(|one| one.local.date()).take(MOST_AHEAD).collect())
}

/// Makes the events of those days, on the board here and told to nobody yet.
async fn make(
    tx: &mut Tx,
    instance: &Instance,
    series: &Series,
    author: &Actor,
    days: &BTreeSet<Date>,
) -> Result<Vec<Event>> {
    let mut made = Vec::with_capacity(days.len());
    for day in days {
        let draft = Draft::new(series.on(*day))?;
        let event = create::untold_event(tx, instance, author, &draft).await?;
        series::join(tx, event.id, (series.template.id, event.details.starts_at), true).await?;
        series::set_standing(tx, event.id, series.frequent).await?;
        made.push(event);
    }
    Ok(made)
}

/// Makes what of `series` is within reach and not made yet, and tells of what is near.
async fn extend(tx: &mut Tx, instance: &Instance, mut series: Series, now: Timestamp) -> Result<()> {
    let author = actors::by_id(tx, series.template.author).await?.filter(Actor::is_local).ok_or(Error::Forbidden)?;
    let kept = series::dates(tx, series.template.id, now).await?;
    let made: BTreeSet<Date> = kept.iter().map(|one| series.date(one.recurrence)).collect();
    let first = series.date(series.made_until).saturating_add(1.day()).max(series.date(now));
    let first = made.last().map_or(first, |last| first.max(last.saturating_add(1.day())));
    let room = MOST_AHEAD.saturating_sub(made.len());
    let days: BTreeSet<Date> = days(&series, first, now)?.into_iter().take(room).collect();
    make(tx, instance, &series, &author, &days).await?;
    if let Some(last) = days.last() {
        series.made_until = series.on(*last).starts_at;
    }
    series.due_at = now + EVERY;
    series::update(tx, &series).await?;
    tell(tx, instance, &series, &author).await
}

/// Tells others of the next dates whose time has come.
async fn tell(tx: &mut Tx, instance: &Instance, series: &Series, author: &Actor) -> Result<()> {
    let now = instance.clock().now();
    let near = now + SignedDuration::from_hours(24 * i64::from(TOLD_DAYS));
    let mut coming = series::dates(tx, series.template.id, Timestamp::UNIX_EPOCH).await?;
    coming.retain(|one| one.event.details.ends_at > now);
    for mut one in coming.into_iter().take(TOLD_AHEAD) {
        // What nobody elsewhere heard of need not be called off there.
        let off = one.event.details.status == Status::Cancelled;
        if !one.untold || off || one.event.details.starts_at > near {
            continue;
        }
        let at = later(instance, one.event.updated_at);
        (one.event.published_at, one.event.updated_at) = (at, at);
        events::update(tx, &one.event).await?;
        series::told(tx, one.event.id).await?;
        create::tell_of_event(tx, instance, author, &one.event).await?;
    }
    Ok(())
}

/// Makes and tells what the time has come for; how many series were looked at.
pub async fn see_to_due(instance: &Instance) -> Result<usize> {
    let now = instance.clock().now();
    let mut tx = instance.store().look().await?;
    let due = series::due(&mut tx, now, AT_ONCE).await?;
    drop(tx);
    let mut seen_to = 0;
    for id in due {
        let mut tx = instance.store().write().await?;
        // Of several servers one sees to it.
        if !series::claim(&mut tx, id, now, now + EVERY).await? {
            continue;
        }
        if let Some(series) = series::by_id(&mut tx, id).await? {
            Box::pin(extend(&mut tx, instance, series, now)).await?;
        }
        tx.commit().await?;
        seen_to += 1;
    }
    if seen_to > 0 {
        instance.wake();
    }
    Ok(seen_to)
}
