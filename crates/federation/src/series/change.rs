//! Changes to a series: one date, this and those after it, or all that are still to come.

use std::collections::BTreeSet;

use calendar::recurrence::Recurrence;
use domain::actor::Actor;
use domain::event::{Details, Draft, State, Status};
use domain::series::{Scope, Series, days_between, merge, on};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use storage::series::{self, Dated};
use storage::{Tx, actors, events};
use uuid::Uuid;

use super::{extend, make, new, rule};
use crate::activities::{delete as deletion, update};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::objects::attachment;

/// Changes `scope` of the series of the event `id`: what it says to `draft`, and the days to those of `repeats`.
///
/// What somebody changed at a single date stays as it is there, and a date that was called off stays off. Days that the
/// rule names no more are called off where others heard of them, and go where nobody did.
pub async fn change(
    instance: &Instance,
    id: Uuid,
    scope: Scope,
    (draft, repeats): (&Draft, &Recurrence),
) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let (series, recurrence, author) = load(&mut tx, id).await?;
    let details = draft.details();
    let day = details.zone().to_datetime(details.starts_at).date();
    super::preview(instance, draft, repeats)?;
    match scope {
        Scope::One => return Err(Error::Unusable("one date is changed by itself")),
        Scope::Following => {
            let old = series.template.details.clone();
            let mut next = new(instance, &author, (draft, repeats), false);
            attachment::attach(&mut tx, id, draft.pictures()).await?;
            let lent = !storage::media::lent(&mut tx, id).await?.is_empty();
            let own = draft.pictures().is_some_and(|pictures| !pictures.picks.is_empty());
            next.pictured = if lent { series.pictured } else { own.then_some(id) };
            series::insert(&mut tx, &next).await?;
            let mut taken = Vec::new();
            for one in series::dates(&mut tx, series.template.id, recurrence).await? {
                series::join(&mut tx, one.event.id, (next.template.id, one.recurrence), one.untold).await?;
                taken.push(one);
            }
            end(&mut tx, series, recurrence).await?;
            Box::pin(rework(&mut tx, instance, (&author, &old), next, taken)).await?;
        }
        Scope::All => {
            let old = series.template.details.clone();
            let moved = days_between(series.date(recurrence), day);
            let first = series.start().date().saturating_add(moved.days());
            let mut next = series;
            let holder = next.pictured.unwrap_or(id);
            attachment::attach(&mut tx, holder, draft.pictures()).await?;
            let own = draft.pictures().is_some_and(|pictures| !pictures.picks.is_empty());
            next.pictured = if draft.pictures().is_some() { own.then_some(holder) } else { next.pictured };
            next.template.details = on(details, first);
            (next.rule, next.frequent) = (repeats.to_string(), repeats.is_frequent());
            next.template.updated_at = instance.clock().now();
            let taken = coming(&mut tx, instance, &next).await?;
            Box::pin(rework(&mut tx, instance, (&author, &old), next, taken)).await?;
        }
    }
    tx.commit().await?;
    instance.wake();
    Ok(())
}

/// Calls off `scope` of the series of the event `id`; `reason` is a sentence for the people who meant to come.
pub async fn cancel(instance: &Instance, id: Uuid, scope: Scope, reason: Option<&str>) -> Result<()> {
    if scope == Scope::One {
        update::cancel(instance, id, reason).await?;
        return Ok(());
    }
    let mut tx = instance.store().write().await?;
    for one in ended(&mut tx, instance, id, scope).await? {
        if one.event.details.status != Status::Cancelled {
            call_off(&mut tx, instance, one, reason).await?;
        }
    }
    tx.commit().await?;
    instance.wake();
    Ok(())
}

/// Deletes `scope` of the series of the event `id`.
pub async fn delete(instance: &Instance, id: Uuid, scope: Scope) -> Result<()> {
    if scope == Scope::One {
        return deletion::object(instance, id).await;
    }
    let mut tx = instance.store().write().await?;
    for one in ended(&mut tx, instance, id, scope).await? {
        deletion::erase(&mut tx, instance, one.event.id, !one.untold).await?;
    }
    tx.commit().await?;
    instance.wake();
    Ok(())
}

async fn load(tx: &mut Tx, id: Uuid) -> Result<(Series, Timestamp, Actor)> {
    let (series, recurrence) = series::of_event(tx, id).await?.ok_or(Error::NotFound)?;
    let author = actors::by_id(tx, series.template.author).await?.filter(Actor::is_local).ok_or(Error::Forbidden)?;
    if series.template.state == State::Draft {
        return Err(Error::Unusable("an editor reads the first of them before"));
    }
    Ok((series, recurrence, author))
}

/// What of a series is still to come.
async fn coming(tx: &mut Tx, instance: &Instance, series: &Series) -> Result<Vec<Dated>> {
    let now = instance.clock().now();
    let mut dates = series::dates(tx, series.template.id, Timestamp::UNIX_EPOCH).await?;
    dates.retain(|one| one.event.details.starts_at > now);
    Ok(dates)
}

/// Ends the series of the event `id` before `scope` begins; what of it lies within that.
async fn ended(tx: &mut Tx, instance: &Instance, id: Uuid, scope: Scope) -> Result<Vec<Dated>> {
    let (series, recurrence, _) = load(tx, id).await?;
    let mut dates = coming(tx, instance, &series).await?;
    if scope == Scope::Following {
        dates.retain(|one| one.recurrence >= recurrence);
    }
    let first = dates.first().map_or(recurrence, |one| one.recurrence);
    end(tx, series, first).await?;
    Ok(dates)
}

/// Makes no date of `series` from that of `at` on.
async fn end(tx: &mut Tx, mut series: Series, at: Timestamp) -> Result<()> {
    let last = series.date(at).saturating_sub(1.day());
    series.rule = rule(&series)?.ending(last).to_string();
    Ok(series::update(tx, &series).await?)
}

async fn call_off(tx: &mut Tx, instance: &Instance, one: Dated, reason: Option<&str>) -> Result<()> {
    let mut details = one.event.details.clone();
    details.status = Status::Cancelled;
    details.moved.reason = reason.map(str::to_owned);
    update::event_in(tx, instance, one.event, &Draft::new(details)?, reason).await?;
    Ok(())
}

/// Brings `taken`, whose series said `old` before, in line with `series`, and makes what is missing.
async fn rework(
    tx: &mut Tx,
    instance: &Instance,
    (author, old): (&Actor, &Details),
    mut series: Series,
    taken: Vec<Dated>,
) -> Result<()> {
    let now = instance.clock().now();
    let zone = old.zone();
    let first = taken.iter().map(|one| zone.to_datetime(one.recurrence).date()).min();
    let first = first
        .map_or(series.date(now), |first| first.max(series.date(now)))
        .min(series.start().date().max(series.date(now)));
    let mut wanted: BTreeSet<Date> = super::days(&series, first, now)?;
    series::update(tx, &series).await?;
    for one in taken {
        let day = zone.to_datetime(one.recurrence).date();
        if wanted.remove(&day) {
            follow(tx, instance, (&series, old), (one, day)).await?;
        } else if one.untold {
            deletion::erase(tx, instance, one.event.id, false).await?;
        } else if one.event.details.status != Status::Cancelled {
            call_off(tx, instance, one, None).await?;
        }
    }
    let made = make(tx, instance, &series, author, &wanted).await?;
    series.made_until = made.last().map_or(series.made_until, |last| last.details.starts_at.max(series.made_until));
    extend(tx, instance, series, now).await
}

/// Changes one event as its series was changed, where nobody had changed it by itself.
async fn follow(
    tx: &mut Tx,
    instance: &Instance,
    (series, old): (&Series, &Details),
    (one, day): (Dated, Date),
) -> Result<()> {
    let details = merge(&on(old, day), &one.event.details, &series.on(day));
    series::join(tx, one.event.id, (series.template.id, series.on(day).starts_at), one.untold).await?;
    // What is off stays off, as it was told.
    if details == one.event.details || one.event.details.status == Status::Cancelled {
        let event = events::by_id(tx, one.event.id).await?.ok_or(Error::NotFound)?;
        return super::settle(tx, &event).await;
    }
    let untold = one.untold;
    let moved = details.moved.clone();
    let mut event = update::event_in(tx, instance, one.event, &Draft::new(details)?, None).await?;
    if untold {
        // Far ahead, what has moved with the whole series is not different from it.
        (event.details.moved, event.updated_at) = (moved, update::later(instance, event.updated_at));
        events::update(tx, &event).await?;
    }
    super::settle(tx, &event).await
}
