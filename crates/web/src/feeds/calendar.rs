//! Events as iCalendar (RFC 5545): of the quarter, of one initiative, one alone.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use calendar::ics::write::{self, Entry, Feed as Calendar};
use domain::actor::Actor;
use domain::event::Event;
use http::HeaderMap;
use jiff::SignedDuration;
use storage::posts::Which;
use url::Url;
use uuid::Uuid;

use super::{Feed, licence, selection};
use crate::app::App;
use crate::error::PageError;
use crate::filter::Filter;
use crate::pages::{event, initiative};
use crate::visitor::Visitor;

const KIND: &str = "text/calendar; charset=utf-8";

/// How often subscribers ask again.
const REFRESH: SignedDuration = SignedDuration::from_hours(1);

/// Everything, or what the filter lets through.
pub(super) async fn of_quarter(
    State(app): State<App>,
    Query(filter): Query<Filter>,
    visitor: Visitor,
    request: HeaderMap,
) -> Result<Response, PageError> {
    let events = selection::events(&app, Which::All, &filter).await?;
    let name = app.instance.settings().name.clone();
    let feed = describe(&app, &visitor, name, &filter.href("/calendar.ics"))?;
    let images = selection::images(&app, &visitor, &events).await?;
    Ok(answer(&feed, (&events, &images), "termine.ics", &request))
}

/// What one of our actors organises.
pub(super) async fn of_actor(
    State(app): State<App>,
    Path(handle): Path<String>,
    Query(filter): Query<Filter>,
    visitor: Visitor,
    request: HeaderMap,
) -> Result<Response, PageError> {
    let actor = initiative::find(&app, &handle).await?;
    let events = selection::events(&app, Which::Author(actor.id), &filter).await?;
    let feed = describe(&app, &visitor, actor.name.clone(), &filter.href(&format!("/@{handle}/calendar.ics")))?;
    let images = selection::images(&app, &visitor, &events).await?;
    Ok(answer(&feed, (&events, &images), "termine.ics", &request))
}

/// One event.
pub(super) async fn of_event(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    visitor: Visitor,
    request: HeaderMap,
) -> Result<Response, PageError> {
    let mut tx = app.instance.store().read().await?;
    let (event, author) = event::load(&mut tx, id, &visitor).await?;
    drop(tx);
    let name = event.details.name.clone();
    let found = [(event, author)];
    let feed = describe(&app, &visitor, name, &format!("/events/{id}/calendar.ics"))?;
    let images = selection::images(&app, &visitor, &found).await?;
    Ok(answer(&feed, (&found, &images), "termin.ics", &request))
}

/// Events, and the first pictures of those that have any.
type Told<'a> = (&'a [(Event, Actor)], &'a HashMap<Uuid, (String, String)>);

fn answer(feed: &Calendar, told: Told<'_>, file: &'static str, request: &HeaderMap) -> Response {
    let (body, changed) = (write(feed, told), selection::changed(told.0));
    Feed { kind: KIND, body, changed, file: Some(file) }.answer(request)
}

fn describe(app: &App, visitor: &Visitor, name: String, path: &str) -> Result<Calendar, PageError> {
    Ok(Calendar {
        name,
        url: Url::parse(&app.url(path)).map_err(|_| PageError::NotFound)?,
        timezone: app.instance.settings().timezone.clone(),
        language: visitor.language,
        refresh: REFRESH,
        description: licence(app, visitor),
    })
}

fn write<'a>(feed: &Calendar, (events, images): Told<'a>) -> String {
    let entry = |(event, author): &'a (Event, Actor)| Entry {
        event,
        organizer: &author.name,
        organizer_url: &author.page,
        image: images.get(&event.id).map(|(address, _)| address.as_str()),
    };
    write::write(feed, events.iter().map(entry))
}
