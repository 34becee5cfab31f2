//! All replies to a post or an event, page by page. Programs read the same as a collection under the same address.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::listing::{Origins, beginning};
use crate::pages::event;
use crate::replies::{self as beneath, Parent, Reply, Text};
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/posts/{id}/replies", get(to_post)).route("/events/{id}/replies", get(to_event))
}

/// How many stand on a page.
const LIMIT: i64 = 50;

/// From where on: the last reply of the page before.
#[derive(Deserialize)]
struct Place {
    since: Option<Timestamp>,
    id: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "replies_page.html")]
struct RepliesPage {
    page: Page,
    /// What is answered.
    title: String,
    path: String,
    how: &'static str,
    list: Vec<Reply>,
    next: Option<String>,
}

type Placed = Result<Query<Place>, axum::extract::rejection::QueryRejection>;

async fn to_post(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<Uuid>,
    place: Placed,
) -> Result<Response, PageError> {
    let post = storage::posts::by_id(&mut app.instance.store().look().await?, id).await?.ok_or(PageError::NotFound)?;
    let title = post.details.title.unwrap_or_else(|| beginning(&post.details.content, 100));
    let parent = Parent { path: format!("/posts/{id}"), url: &post.url, author: post.author };
    show(&app, &visitor, (title, parent), place).await
}

async fn to_event(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<Uuid>,
    place: Placed,
) -> Result<Response, PageError> {
    let (event, author) = event::load(&mut app.instance.store().look().await?, id, &visitor).await?;
    let parent = Parent { path: format!("/events/{id}"), url: &event.url, author: author.id };
    show(&app, &visitor, (event.details.name, parent), place).await
}

async fn show(
    app: &App,
    visitor: &Visitor,
    (title, parent): (String, Parent<'_>),
    place: Placed,
) -> Result<Response, PageError> {
    let place = place.map_err(|_| PageError::NotFound)?.0;
    let mut query = parent.query(app, LIMIT + 1);
    query.after = place.since.zip(place.id);
    let mut tx = app.instance.store().read().await?;
    let origins = Origins::load(app, &mut tx).await?;
    let mut found = storage::replies::list(&mut tx, &query).await?;
    let shown = usize::try_from(LIMIT).unwrap_or(usize::MAX);
    let more = found.len() > shown;
    found.truncate(shown);
    let list = beneath::in_words(app, &mut tx, visitor, &found, &origins).await?;
    drop(tx);
    let last = found.last().filter(|_| more);
    let mut page = visitor.page(app, visitor.text("replies-title"));
    page.head.hidden = true;
    layout::html(&RepliesPage {
        page,
        title,
        next: last.map(|(post, _)| format!("{}/replies?since={}&id={}", parent.path, post.published_at, post.id)),
        path: parent.path,
        how: beneath::how(app),
        list,
    })
}
