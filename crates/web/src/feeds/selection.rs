//! Which events a feed holds: the filter of its address, from a month ago to two years ahead, or what comes next.

use std::collections::HashMap;

use domain::actor::Actor;
use domain::event::Event;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use storage::Tx;
use storage::events::Query;
use storage::posts::Which;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::filter::{Days, Filter, Window};
use crate::pictures;
use crate::visitor::Visitor;

/// Cancelled events stay so long after their day that every calendar has fetched the news.
const BACK: SignedDuration = SignedDuration::from_hours(30 * 24);
const AHEAD: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);

/// The most events a feed holds.
const LIMIT: i64 = 2000;

/// The events of `whose`, as far as `filter` lets them through. A feed goes on, so that its days and windows count for
/// nothing.
pub(super) async fn events(app: &App, whose: Which, filter: &Filter) -> Result<Vec<(Event, Actor)>, PageError> {
    let now = app.instance.clock().now();
    let mut tx = app.instance.store().read().await?;
    let day = today(app);
    let asked = question(app, &mut tx, filter, Days { first: day, after: day }).await?;
    let query = Query {
        from: now - BACK,
        until: Some(now + AHEAD),
        which: if whose == Which::All { asked.which } else { whose },
        limit: LIMIT,
        ..asked
    };
    Ok(storage::events::list(&mut tx, &query).await?)
}

/// What comes next in the quarter, `ahead` days of it unless the filter names days of its own.
pub(crate) async fn upcoming(app: &App, filter: &Filter, ahead: i32) -> Result<Vec<(Event, Actor)>, PageError> {
    let named = filter.from.is_some() || filter.time != Window::default();
    let day = today(app);
    let days =
        if named { filter.days(day, None)? } else { Days { first: day, after: day.saturating_add(ahead.days()) } };
    let mut tx = app.instance.store().read().await?;
    let query = question(app, &mut tx, filter, days).await?;
    Ok(storage::events::list(&mut tx, &query).await?)
}

/// The day it is in the quarter.
pub(crate) fn today(app: &App) -> Date {
    app.instance.clock().now().to_zoned(app.zone()).date()
}

async fn question(app: &App, tx: &mut Tx, filter: &Filter, days: Days) -> Result<Query, PageError> {
    let whose = (filter.which(tx).await?, app.instance.settings().position);
    Ok(filter.query(days, (&app.zone(), app.instance.clock().now()), whose))
}

/// The first picture of each of those that have one: its address and its description.
pub(crate) async fn images(
    app: &App,
    visitor: &Visitor,
    events: &[(Event, Actor)],
) -> Result<HashMap<Uuid, (String, String)>, PageError> {
    let mut tx = app.instance.store().read().await?;
    let objects = events.iter().map(|(event, author)| (event.id, author));
    let found = pictures::first_of(&mut tx, visitor, objects).await?;
    Ok(found.into_iter().map(|(id, one)| (id, (app.url(&one.large), one.alt))).collect())
}

/// When the newest of them was last changed.
pub(super) fn changed(events: &[(Event, Actor)]) -> Option<Timestamp> {
    events.iter().map(|(event, _)| event.updated_at).max()
}
