//! Deleting an event or a post, after asking once more.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::listing::beginning;
use crate::pages::repetition::{self, Scopes};
use crate::session::SignedIn;
use crate::speakers;
use federation::{activities, series};

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/events/{id}/delete", get(ask_event).post(delete_event))
        .route("/posts/{id}/delete", get(ask_post).post(delete_post))
}

/// One question before something that cannot be undone.
#[derive(Template)]
#[template(path = "confirm.html")]
pub(crate) struct Confirm {
    pub(crate) page: Page,
    /// What it is about.
    pub(crate) what: String,
    pub(crate) consequence: &'static str,
    pub(crate) action: String,
    /// A neighbour's address to send along.
    pub(crate) address: Option<String>,
    pub(crate) button: &'static str,
    pub(crate) back: String,
}

/// The same question about one of a series.
#[derive(Template)]
#[template(path = "delete_event.html")]
struct DeleteEvent {
    page: Page,
    what: String,
    form: Form,
    id: Uuid,
    scopes: Scopes,
}

async fn ask_event(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let event = speakers::own_event(&app, &me.rights, id).await?;
    if let Some(scopes) = repetition::scopes(&app, id).await? {
        let page = me.visitor.page(&app, me.visitor.text("events-delete-title"));
        return layout::html(&DeleteEvent { page, what: event.details.name, form: Form::default(), id, scopes });
    }
    layout::html(&Confirm {
        page: me.visitor.page(&app, me.visitor.text("events-delete-title")),
        what: event.details.name,
        consequence: "events-delete-consequence",
        action: format!("/events/{id}/delete"),
        address: None,
        button: "events-delete-do",
        back: format!("/events/{id}"),
    })
}

async fn delete_event(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    speakers::own_event(&app, &me.rights, id).await?;
    Box::pin(series::delete(&app.instance, id, repetition::scope(&fields))).await?;
    Ok(Redirect::to("/events?done=deleted").into_response())
}

async fn ask_post(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let post = speakers::own_post(&app, &me.rights, id).await?;
    layout::html(&Confirm {
        page: me.visitor.page(&app, me.visitor.text("posts-delete-title")),
        what: post.details.title.unwrap_or_else(|| beginning(&post.details.content, 100)),
        consequence: "posts-delete-consequence",
        action: format!("/posts/{id}/delete"),
        address: None,
        button: "events-delete-do",
        back: format!("/posts/{id}"),
    })
}

async fn delete_post(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    speakers::own_post(&app, &me.rights, id).await?;
    activities::delete::object(&app.instance, id).await?;
    Ok(Redirect::to("/posts?done=deleted").into_response())
}
