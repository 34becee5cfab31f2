//! What looks like an event: editors say whether it is the same, and may take that back.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use calendar::phrase;
use domain::place::Place;
use federation::twins::{self, Beside, Word};
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::Fields;
use crate::layout::{self, Page};
use crate::pages::origin::{self, Other};
use crate::session::{Editor, SignedIn};
use crate::speakers;
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/events/{id}/same", get(show).post(say)).route("/events/{id}/source", post(follow))
}

#[derive(Template)]
#[template(path = "same_event.html")]
struct SameEvent {
    page: Page,
    id: Uuid,
    name: String,
    when: String,
    others: Vec<View>,
}

/// Another event beside it.
struct View {
    id: Uuid,
    name: String,
    href: String,
    from: String,
    when: String,
    place: String,
    /// Whether the two are shown as one.
    same: bool,
    /// What an editor said, as a message key.
    said: Option<&'static str>,
}

async fn show(State(app): State<App>, editor: Editor, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let visitor = &editor.visitor;
    let mut tx = app.instance.store().read().await?;
    let event = storage::events::by_id(&mut tx, id).await?.ok_or(PageError::NotFound)?;
    let mut others = Vec::new();
    for beside in twins::beside(&mut tx, id, true).await? {
        let other = Other::of(&mut tx, &beside).await?;
        others.push(View::of(visitor, &beside, other));
    }
    drop(tx);
    layout::html(&SameEvent {
        page: visitor.page(&app, visitor.text("twins-title")),
        id,
        when: phrase::when_long(&event.details, visitor.language),
        name: event.details.name,
        others,
    })
}

async fn say(
    State(app): State<App>,
    _editor: Editor,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    let other: Uuid = fields.value("other").parse().map_err(|_| PageError::Malformed)?;
    let word = match fields.value("do") {
        "same" => Word::Same,
        "different" => Word::Different,
        "undo" => Word::Nothing,
        _ => return Err(PageError::Malformed),
    };
    twins::say(&app.instance, id, other, word).await?;
    Ok(Redirect::to(&format!("/events/{id}/same?done=same")).into_response())
}

async fn follow(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    speakers::own_event(&app, &me.rights, id).await?;
    origin::follow(&app, id, &fields).await
}

impl View {
    fn of(visitor: &Visitor, beside: &Beside, from: Other) -> Self {
        let details = &beside.event.details;
        Self {
            id: beside.event.id,
            href: format!("/events/{}", beside.event.id),
            from: from.name,
            when: phrase::when_long(details, visitor.language),
            place: details.place.as_ref().map(Place::one_line).unwrap_or_default(),
            name: details.name.clone(),
            same: beside.is_same,
            said: beside.said.map(|same| if same { "twins-said-same" } else { "twins-said-different" }),
        }
    }
}
