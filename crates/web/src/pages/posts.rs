//! The list of posts, newest first.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use jiff::Timestamp;
use serde::Deserialize;
use storage::posts::Which;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::listing::{self, Origins, Teaser};
use crate::pages::home;
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/posts", get(show))
}

/// How many posts stand on a page.
const LIMIT: i64 = 20;

/// From where on: the last post of the page before.
#[derive(Deserialize)]
struct Place {
    before: Option<Timestamp>,
    id: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "posts.html")]
struct PostsPage<'a> {
    page: Page,
    posts: Vec<Teaser<'a>>,
    older: Option<String>,
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    place: Result<Query<Place>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, PageError> {
    let place = place.map_err(|_| PageError::NotFound)?.0;
    let before = place.before.zip(place.id);
    let mut tx = app.instance.store().read().await?;
    let origins = Origins::load(&app, &mut tx).await?;
    let mut posts =
        storage::posts::list(&mut tx, &storage::posts::Query { which: Which::All, before, limit: LIMIT + 1 }).await?;
    let pictures = listing::pictures(&mut tx, &visitor, &posts).await?;
    drop(tx);
    let more = posts.len() > usize::try_from(LIMIT).unwrap_or(usize::MAX);
    posts.truncate(usize::try_from(LIMIT).unwrap_or(usize::MAX));
    let last = posts.last().filter(|_| more);
    let mut page = visitor.page(&app, visitor.text("posts-title"));
    page.head.hidden = before.is_some();
    page.head.alternates = home::alternates(&app, &visitor);
    layout::html(&PostsPage {
        page,
        older: last.map(|(post, _)| format!("/posts?before={}&id={}", post.published_at, post.id)),
        posts: listing::teasers(&posts, (&origins, pictures), visitor.reading(&app, &app.zone())),
    })
}
