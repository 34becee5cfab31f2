//! Rooms to rent, of all places.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use crate::app::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::links::{self, Piece};
use crate::pages::places::RoomView;
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/rooms", get(show))
}

#[derive(Template)]
#[template(path = "rooms.html")]
struct Rooms {
    page: Page,
    houses: Vec<House>,
}

/// A place with rooms.
struct House {
    slug: String,
    name: String,
    /// Whom to ask where a room names nobody.
    contact: Option<Vec<Piece>>,
    rooms: Vec<RoomView>,
}

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    let mut tx = app.instance.store().read().await?;
    let places = storage::places::all(&mut tx).await?;
    drop(tx);
    let letting = places.into_iter().filter(|entry| !entry.listing.facts.rooms.is_empty());
    let house = |entry: domain::directory::Entry| House {
        contact: entry.listing.facts.contact.as_deref().map(links::pieces),
        rooms: entry.listing.facts.rooms.iter().map(|room| RoomView::of(&visitor, room)).collect(),
        slug: entry.slug,
        name: entry.listing.name,
    };
    let houses = letting.map(house).collect();
    let mut page = visitor.page(&app, visitor.text("places-rooms-title"));
    page.head.address = Some(app.url("/rooms"));
    layout::html(&Rooms { page, houses })
}
