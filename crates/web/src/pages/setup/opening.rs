//! The last step: opening the quarter to everyone.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::setup::OPEN;
use http::StatusCode;

use super::Step;
use super::answers::Answers;
use crate::app::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::session::Admin;
use crate::visitor::Visitor;

pub(super) fn router() -> Router<App> {
    Router::new().route("/setup/open", get(show).post(open))
}

#[derive(Template)]
#[template(path = "setup_open.html")]
struct Opening {
    page: Page,
    progress: Option<String>,
    /// The steps that have to be done before.
    missing: Vec<(&'static str, String)>,
}

async fn show(State(app): State<App>, admin: Admin) -> Result<Response, PageError> {
    if !app.settings.setup.is_closed {
        return Ok(Redirect::to("/setup").into_response());
    }
    let answers = Answers::load(&app).await?;
    layout::html(&Opening::of(&app, &admin.visitor, &answers))
}

async fn open(State(app): State<App>, admin: Admin) -> Result<Response, PageError> {
    let answers = Answers::load(&app).await?;
    if !answers.missing().is_empty() {
        let page = Opening::of(&app, &admin.visitor, &answers);
        return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let mut tx = app.instance.store().write().await?;
    storage::settings::put(&mut tx, OPEN, "yes", app.instance.clock().now()).await?;
    tx.commit().await?;
    app.instance.settings_changed();
    Ok(Redirect::to("/?done=opened").into_response())
}

impl Opening {
    fn of(app: &App, visitor: &Visitor, answers: &Answers<'_>) -> Self {
        let missing = answers.missing().into_iter().map(|step| (step.path(), visitor.text(step.title()))).collect();
        let page = visitor.page(app, visitor.text(Step::Opening.title()));
        Self { page, progress: Step::Opening.progress(app, visitor), missing }
    }
}
