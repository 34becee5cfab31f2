//! The last step: opening the quarter to everyone.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::setup::OPEN;
use federation::imports;
use http::StatusCode;

use super::answers::Answers;
use super::{Step, preview};
use crate::app::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::listing::{self, Day, Origins, Reading};
use crate::session::Admin;
use crate::visitor::Visitor;

pub(super) fn router() -> Router<App> {
    Router::new().route("/setup/open", get(show).post(open))
}

#[derive(Template)]
#[template(path = "setup_open.html")]
struct Opening<'a> {
    page: Page,
    progress: Option<String>,
    /// The steps that have to be done before.
    missing: Vec<(&'static str, String)>,
    days: Vec<Day<'a>>,
}

async fn show(State(app): State<App>, admin: Admin) -> Result<Response, PageError> {
    if !app.settings.setup.is_closed {
        return Ok(Redirect::to("/setup").into_response());
    }
    let answers = Answers::load(&app).await?;
    page(&app, &admin.visitor, &answers, StatusCode::OK).await
}

/// Opens the board: what calendars brought is on it, and neighbours are asked, in the same transaction.
async fn open(State(app): State<App>, admin: Admin) -> Result<Response, PageError> {
    let answers = Answers::load(&app).await?;
    if !answers.missing().is_empty() {
        return page(&app, &admin.visitor, &answers, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let mut tx = app.instance.store().write().await?;
    if storage::settings::put(&mut tx, OPEN, "yes", app.instance.clock().now()).await? {
        imports::publish_all(&mut tx, &app.instance).await?;
    }
    tx.commit().await?;
    app.instance.settings_changed();
    Ok(Redirect::to("/?done=opened").into_response())
}

/// The board as it will be, with the button that opens it, or what is missing for that.
async fn page(app: &App, visitor: &Visitor, answers: &Answers<'_>, status: StatusCode) -> Result<Response, PageError> {
    let missing = answers.missing().into_iter().map(|step| (step.path(), visitor.text(step.title()))).collect();
    let events = preview::events(app).await?;
    let origins = Origins::load(app, &mut app.instance.store().read().await?).await?;
    let today = app.instance.clock().now().to_zoned(app.zone()).date();
    let reading = Reading { first: today, today, language: visitor.language };
    let opening = Opening {
        page: visitor.page(app, visitor.text("setup-preview")),
        progress: Step::Opening.progress(app, visitor),
        missing,
        days: listing::days(&events, &origins, reading),
    };
    layout::html_with(status, &opening)
}
