//! Calling an event off: it stays on the board, and everyone who heard of it hears of that.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{self, Fields, Form};
use crate::layout::{self, Page};
use crate::pages::repetition::{self, Scopes};
use crate::session::SignedIn;
use crate::speakers;
use federation::series;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/events/{id}/cancel", get(ask).post(cancel))
}

#[derive(Template)]
#[template(path = "cancel_event.html")]
struct CancelEvent {
    page: Page,
    what: String,
    form: Form,
    id: Uuid,
    /// What of its series is called off, if it is one of a series.
    scopes: Option<Scopes>,
}

async fn ask(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let event = speakers::own_event(&app, &me.rights, id).await?;
    let page = me.visitor.page(&app, me.visitor.text("events-cancel-title"));
    let scopes = repetition::scopes(&app, id).await?;
    layout::html(&CancelEvent { page, what: event.details.name, form: Form::default(), id, scopes })
}

async fn cancel(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    speakers::own_event(&app, &me.rights, id).await?;
    let reason = forms::line(fields.value("reason"), 300);
    let reason = Some(reason.as_str()).filter(|reason| !reason.is_empty());
    Box::pin(series::cancel(&app.instance, id, repetition::scope(&fields), reason)).await?;
    Ok(Redirect::to(&format!("/events/{id}?done=cancelled")).into_response())
}
