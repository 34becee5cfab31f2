//! Which events a feed holds: the filter of its address, from a month ago to two years ahead.

use domain::actor::Actor;
use domain::event::Event;
use jiff::{SignedDuration, Timestamp};
use storage::events::Query;
use storage::posts::Which;

use crate::app::App;
use crate::error::PageError;
use crate::filter::Filter;

/// Cancelled events stay so long after their day that every calendar has fetched the news.
const BACK: SignedDuration = SignedDuration::from_hours(30 * 24);
const AHEAD: SignedDuration = SignedDuration::from_hours(2 * 365 * 24);

/// The most events a feed holds.
const LIMIT: i64 = 2000;

/// The events of `whose`, as far as `filter` lets them through. Days and windows are for pages and count for nothing.
pub(super) async fn events(app: &App, whose: Which, filter: &Filter) -> Result<Vec<(Event, Actor)>, PageError> {
    let now = app.instance.clock().now();
    let mut tx = app.instance.store().read().await?;
    let query = Query {
        from: now - BACK,
        until: Some(now + AHEAD),
        which: if whose == Which::All { filter.which(&mut tx).await? } else { whose },
        category: filter.theme,
        free: filter.free.0,
        regular: true,
        choice: filter.choice(app.instance.settings().position),
        limit: LIMIT,
    };
    Ok(storage::events::list(&mut tx, &query).await?)
}

/// When the newest of them was last changed.
pub(super) fn changed(events: &[(Event, Actor)]) -> Option<Timestamp> {
    events.iter().map(|(event, _)| event.updated_at).max()
}
