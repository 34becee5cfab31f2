//! The board as it will be: what calendars brought, and what is on at the neighbours, who know nothing of it yet.

use domain::actor::Actor;
use domain::event::{Details, Event, State};
use federation::glimpse;
use storage::posts::Which;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;

/// How many events are shown at most.
const EVENTS: usize = 40;
/// How many neighbours are asked for theirs.
const NEIGHBOURS: usize = 3;

/// The quarters that were asked for, with what is coming there; `None` where no calendar could be read.
pub(super) async fn neighbours(app: &App) -> Result<Vec<(Actor, Option<Vec<Details>>)>, PageError> {
    let mut tx = app.instance.store().read().await?;
    let all = storage::neighbours::list(&mut tx, app.instance.quarter().id).await?;
    drop(tx);
    let mut seen = Vec::new();
    for actor in all.into_iter().map(|one| one.actor).take(NEIGHBOURS) {
        let events = Box::pin(glimpse::events(&app.instance, &actor)).await.ok();
        seen.push((actor, events));
    }
    Ok(seen)
}

/// The coming events, those of neighbours included, as the board will list them.
pub(super) async fn events(app: &App) -> Result<Vec<(Event, Actor)>, PageError> {
    let now = app.instance.clock().now();
    let limit = i64::try_from(EVENTS).unwrap_or(i64::MAX);
    let mut tx = app.instance.store().read().await?;
    let mut all = storage::events::list(&mut tx, &storage::events::Query::from(now, Which::All, limit)).await?;
    let quarter = app.instance.quarter();
    for source in storage::sources::all(&mut tx).await? {
        let brought = storage::events::of_source(&mut tx, source.id).await?.into_iter().map(|(event, _)| event);
        let coming = brought.filter(|event| event.state == State::Draft && event.details.ends_at > now);
        all.extend(coming.map(|event| (event, quarter.clone())));
    }
    drop(tx);
    for (actor, events) in neighbours(app).await? {
        all.extend(events.into_iter().flatten().map(|details| (glimpsed(&actor, details), actor.clone())));
    }
    all.sort_by_key(|(event, _)| event.details.starts_at);
    all.truncate(EVENTS);
    Ok(all)
}

/// An event that was only looked at: it has no page here.
fn glimpsed(actor: &Actor, details: Details) -> Event {
    Event {
        id: Uuid::nil(),
        url: actor.url.clone(),
        page: actor.page.clone(),
        author: actor.id,
        state: State::Published,
        source: None,
        uid: String::new(),
        sequence: 0,
        published_at: details.starts_at,
        updated_at: details.starts_at,
        details,
    }
}
