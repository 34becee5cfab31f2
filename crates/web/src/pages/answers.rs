//! Answers without an account, for editors: one after the other, each with a yes and a no with a reason.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::invalid::Invalid;
use federation::guests;
use http::StatusCode;
use storage::guests::Guest;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::pages::guests::Line;
use crate::session::Editor;
use crate::visitor::Visitor;

/// How many are shown at once.
const LIMIT: i64 = 100;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/editors/answers", get(list).post(decide))
}

#[derive(Template)]
#[template(path = "answers.html")]
struct List {
    page: Page,
    cards: Vec<Card>,
}

/// An answer that waits, and the address of its post.
struct Card {
    line: Line,
    post: Uuid,
    form: Form,
}

async fn list(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    layout::html(&List::of(&app, &editor.visitor, None).await?)
}

async fn decide(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let id: Uuid = fields.value("id").parse().map_err(|_| PageError::Malformed)?;
    let who = &editor.rights.account.name;
    let (decided, done) = if fields.value("do") == "approve" {
        (guests::show(&app.instance, id, who).await, "approved")
    } else {
        let Some(reason) = fields.filled("reason").map(str::to_owned) else {
            let form = Form::refused(fields, Invalid::one("reason", "queue-why-needed"));
            let page = List::of(&app, &editor.visitor, Some((id, form))).await?;
            return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        };
        (guests::remove(&app.instance, id, who, &reason).await, "declined")
    };
    let done = match decided {
        Ok(()) => done,
        Err(federation::Error::NotFound) => "decided-already",
        Err(other) => return Err(other.into()),
    };
    Ok(Redirect::to(&format!("/editors/answers?done={done}")).into_response())
}

impl List {
    async fn of(app: &App, visitor: &Visitor, mut refused: Option<(Uuid, Form)>) -> Result<Self, PageError> {
        let mut tx = app.instance.store().read().await?;
        let mut waiting = storage::guests::waiting(&mut tx, LIMIT).await?;
        // An answer that stands on a page already is removed from here, too.
        if let Some((id, _)) = &refused
            && waiting.iter().all(|guest| guest.id != *id)
        {
            waiting.extend(storage::guests::by_id(&mut tx, *id).await?);
        }
        drop(tx);
        let card = |guest: Guest| Card {
            post: guest.post,
            form: refused.take_if(|(id, _)| *id == guest.id).map(|(_, form)| form).unwrap_or_default(),
            line: Line::of(app, visitor, guest),
        };
        let cards = waiting.into_iter().map(card).collect();
        Ok(Self { page: visitor.page(app, visitor.text("guests-list-title")), cards })
    }
}
