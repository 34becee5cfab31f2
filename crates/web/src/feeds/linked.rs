//! Events as schema.org data (JSON-LD): the same that stands in the heads of their pages, as one list.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::actor::Actor;
use domain::event::Event;
use http::HeaderMap;
use storage::posts::Which;

use super::{Feed, licence, selection};
use crate::app::App;
use crate::error::PageError;
use crate::filter::Filter;
use crate::json_ld;
use crate::pages::initiative;
use crate::visitor::Visitor;

/// Everything, or what the filter lets through.
pub(super) async fn of_quarter(
    State(app): State<App>,
    Query(filter): Query<Filter>,
    visitor: Visitor,
    request: HeaderMap,
) -> Result<Response, PageError> {
    let events = selection::events(&app, Which::All, &filter).await?;
    Ok(list(&app, &visitor, &events, &filter.href("/events")).await?.answer(&request))
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
    Ok(list(&app, &visitor, &events, &format!("/@{handle}")).await?.answer(&request))
}

async fn list(app: &App, visitor: &Visitor, events: &[(Event, Actor)], page: &str) -> Result<Feed, PageError> {
    let images = selection::images(app, visitor, events).await?;
    let data = json_ld::full_list(app, &app.url(page), (events, &images), &licence(app, visitor));
    let changed = selection::changed(events);
    Ok(Feed { kind: "application/ld+json", body: data.to_string(), changed, file: None })
}
