//! One event, shown once: what comes from several sources is recognised, and the one that counts most leads.
//!
//! Own words lead before a neighbour's, and those before what was imported ([decision
//! 0074](../../../docs/decisions/0074-one-event-once.md)). An imported event that follows another is a draft that nobody
//! sees; when the leading one goes, it appears.

use std::collections::HashMap;

use domain::event::{Event, State};
use domain::twin::{self, Rank};
use jiff::Timestamp;
use storage::events::twins::{self, Known};
use storage::{Tx, sources};
use uuid::Uuid;

use crate::activities::create;
use crate::error::{Error, Result};
use crate::instance::Instance;

/// The most events that are compared with one.
pub(crate) const MOST: i64 = 500;

/// The time around the events that begin between two moments.
pub(crate) fn window(first: Timestamp, last: Timestamp) -> (Timestamp, Timestamp) {
    (first.checked_sub(twin::MINUTES).unwrap_or(first), last.checked_add(twin::MINUTES).unwrap_or(last))
}

/// Recognises the event with our key `id` among those around it, after it came in or changed.
pub(crate) async fn settle(tx: &mut Tx, instance: &Instance, id: Uuid) -> Result<()> {
    let mut known = twins::of(tx, id).await?;
    let Some(me) = known.iter().find(|one| one.event.id == id).cloned() else { return Ok(()) };
    let at = me.event.details.starts_at;
    let mut others = twins::around(tx, window(at, at), MOST).await?;
    others.extend(named(tx, &me.event).await?);
    for other in others {
        if known.iter().all(|one| one.event.id != other.event.id) {
            known.push(other);
        }
    }
    Box::pin(settle_among(tx, instance, &me, &mut known)).await
}

/// The events whose address an event names as its own, whenever they begin.
pub(crate) async fn named(tx: &mut Tx, event: &Event) -> Result<Vec<Known>> {
    let uid = event.uid.parse().ok().filter(|uid| *uid != event.url);
    let mut found = Vec::new();
    for url in event.details.link.iter().chain(uid.iter()) {
        found.extend(twins::at(tx, url).await?);
    }
    Ok(found)
}

/// As [`settle`], among events that were read before; what changes is noted there, too.
pub(crate) async fn settle_among(tx: &mut Tx, instance: &Instance, me: &Known, known: &mut [Known]) -> Result<()> {
    let id = me.event.id;
    let follows_me = |other: &Known| other.twin_of == Some(id);
    let candidates = known.iter().any(|other| twin::same(&me.event, &other.event) || follows_me(other));
    let said = twins::said(tx, id).await?;
    if !candidates && said.is_empty() && me.twin_of.is_none() {
        return Ok(());
    }
    let group = group(me, known, &said);
    let Some(leader) = leading(&group) else { return Ok(()) };
    for other in known.iter_mut().filter(|other| other.event.id != id) {
        let is_in = group.iter().any(|one| one.event.id == other.event.id);
        if is_in {
            point(tx, instance, other, leader).await?;
        } else if other.twin_of == Some(id) {
            point(tx, instance, other, other.event.id).await?;
        }
    }
    let mut mine = me.clone();
    point(tx, instance, &mut mine, leader).await?;
    if let Some(kept) = known.iter_mut().find(|one| one.event.id == id) {
        kept.twin_of = mine.twin_of;
    }
    Ok(())
}

/// The event, those that are the same, and those that lead them.
fn group(me: &Known, known: &[Known], said: &HashMap<Uuid, bool>) -> Vec<Known> {
    let is_same = |other: &&Known| {
        // What two wrote here by hand an editor tells apart, and nobody else.
        let typed = me.rank == Rank::Own && other.rank == Rank::Own;
        let decided = said.get(&other.event.id).copied();
        decided.unwrap_or_else(|| !typed && twin::same(&me.event, &other.event))
    };
    let matches: Vec<&Known> = known.iter().filter(|other| other.event.id != me.event.id).filter(is_same).collect();
    let leads = |other: &&Known| {
        said.get(&other.event.id) != Some(&false)
            && matches.iter().any(|one| one.twin_of == Some(other.event.id))
            && matches.iter().all(|one| one.event.id != other.event.id)
            && other.event.id != me.event.id
    };
    let leaders: Vec<&Known> = known.iter().filter(leads).collect();
    std::iter::once(me).chain(matches).chain(leaders).cloned().collect()
}

/// The one that leads: on the board before any that waits, then by rank, then the one that was here first.
pub(crate) fn leading(group: &[Known]) -> Option<Uuid> {
    let order = |one: &&Known| (one.event.state == State::Draft, one.rank, one.event.id);
    group.iter().min_by_key(order).map(|one| one.event.id)
}

/// Whether another event that is known leads one that is about to be kept.
pub(crate) fn is_led(probe: &Known, known: &[Known]) -> bool {
    leading(&group(probe, known, &HashMap::new())).is_some_and(|leader| leader != probe.event.id)
}

/// Shows `leader` in place of an event, or the event itself.
async fn point(tx: &mut Tx, instance: &Instance, one: &mut Known, leader: Uuid) -> Result<()> {
    let id = one.event.id;
    let wanted = (leader != id).then_some(leader);
    if one.twin_of == wanted {
        return Ok(());
    }
    twins::lead(tx, id, wanted).await?;
    let appears = wanted.is_none();
    one.twin_of = wanted;
    if appears { appear(tx, instance, one.event.clone()).await } else { Ok(twins::hand_over(tx, id, leader).await?) }
}

/// Puts on the board what was a draft only because another event led, if its source is trusted; else it waits.
async fn appear(tx: &mut Tx, instance: &Instance, event: Event) -> Result<()> {
    let Some(source) = event.source.filter(|_| event.state == State::Draft) else { return Ok(()) };
    let trusted = sources::by_id(tx, source).await?.is_some_and(|source| source.publish);
    if trusted && !instance.settings().editors.safety.touch_event(&event.details) {
        create::publish_draft(tx, instance, event).await?;
    }
    Ok(())
}

/// Before the event with our key `id` goes or is taken off the board: the next of those that it led leads and appears.
pub(crate) async fn release(tx: &mut Tx, instance: &Instance, id: Uuid) -> Result<()> {
    let mut led: Vec<Known> = twins::of(tx, id).await?;
    led.retain(|one| one.twin_of == Some(id));
    let Some(next) = leading(&led) else { return Ok(()) };
    for one in &mut led {
        Box::pin(point(tx, instance, one, next)).await?;
    }
    Ok(())
}

/// What an editor says about two events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// They are one.
    Same,
    /// They are two.
    Different,
    /// Nothing any more: the rules decide.
    Nothing,
}

/// Keeps what an editor says about two events, and shows them so. [`Error::NotFound`] if one of them is not here.
pub async fn say(instance: &Instance, one: Uuid, other: Uuid, word: Word) -> Result<()> {
    let mut tx = instance.store().write().await?;
    for id in [one, other] {
        storage::events::by_id(&mut tx, id).await?.ok_or(Error::NotFound)?;
    }
    if one == other {
        return Err(Error::NotFound);
    }
    match word {
        Word::Nothing => twins::unsay(&mut tx, (one, other)).await?,
        _ => twins::say(&mut tx, (one, other), word == Word::Same, instance.clock().now()).await?,
    }
    settle(&mut tx, instance, one).await?;
    settle(&mut tx, instance, other).await?;
    tx.commit().await?;
    instance.wake();
    Ok(())
}

/// An event beside another, for an editor to look at.
#[derive(Clone, Debug)]
pub struct Beside {
    /// The other event.
    pub event: Event,
    /// Whether one of the two is shown in place of the other, or both in place of a third.
    pub is_same: bool,
    /// What an editor said.
    pub said: Option<bool>,
}

/// The events that are shown as one with the event with our key `id`; with `alike` also those that only look like it, and
/// those an editor told apart.
pub async fn beside(tx: &mut Tx, id: Uuid, alike: bool) -> Result<Vec<Beside>> {
    let mut known = twins::of(tx, id).await?;
    let Some(me) = known.iter().find(|one| one.event.id == id).cloned() else { return Ok(Vec::new()) };
    let said = twins::said(tx, id).await?;
    let leader = me.twin_of.unwrap_or(id);
    let at = me.event.details.starts_at;
    if alike {
        for other in twins::around(tx, window(at, at), MOST).await? {
            let looks = domain::alike::similar(&other.event.details.name, &me.event.details.name);
            if looks && known.iter().all(|one| one.event.id != other.event.id) {
                known.push(other);
            }
        }
    }
    let view = |other: Known| Beside {
        is_same: other.event.id == leader || other.twin_of == Some(leader),
        said: said.get(&other.event.id).copied(),
        event: other.event,
    };
    let others = known.into_iter().filter(|other| other.event.id != id).map(view);
    Ok(others.filter(|one| one.is_same || alike).take(50).collect())
}
