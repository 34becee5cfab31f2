//! Objecting to a decision by the link of a letter, and answering that as an editor.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::invalid::Invalid;
use federation::objections;
use http::StatusCode;
use storage::objections::Objection;
use uuid::Uuid;

use crate::app::App;
use crate::client::Client;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::pages::reports::Reports;
use crate::secrets;
use crate::session::Editor;
use crate::visitor::Visitor;

/// The routes of these pages.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/objection/{token}", get(ask).post(take)).route("/editors/objections", post(answer))
}

#[derive(Template)]
#[template(path = "objection.html")]
struct ObjectionPage {
    page: Page,
    token: String,
    /// What it is about; `None` where nothing more can be said.
    about: Option<Objection>,
    form: Form,
    /// The message key of what is the case, where nothing can be typed.
    words: Option<&'static str>,
}

/// Shows the form and uses nothing up.
async fn ask(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, PageError> {
    match found(&app, &token).await? {
        Some(about) => layout::html(&ObjectionPage::of(&app, &visitor, (token, about), Form::default())),
        None => layout::html_with(StatusCode::GONE, &ObjectionPage::without(&app, &visitor, "objection-late")),
    }
}

async fn take(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    if !app.limits.admits_client(client.0) {
        return Err(PageError::TooMany);
    }
    let Some(about) = found(&app, &token).await? else {
        return layout::html_with(StatusCode::GONE, &ObjectionPage::without(&app, &visitor, "objection-late"));
    };
    match objections::make(&app.instance, &token, fields.value("words")).await {
        Ok(()) => layout::html(&ObjectionPage::without(&app, &visitor, "objection-next")),
        Err(federation::Error::Invalid(invalid)) => {
            let page = ObjectionPage::of(&app, &visitor, (token, about), Form::refused(fields, invalid));
            layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(other) => Err(other.into()),
    }
}

async fn found(app: &App, token: &str) -> Result<Option<Objection>, PageError> {
    if !secrets::is_token(token) {
        return Err(PageError::NotFound);
    }
    let mut tx = app.instance.store().read().await?;
    Ok(objections::by_token(&mut tx, &app.instance, token).await?)
}

async fn answer(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let report: Uuid = fields.value("report").parse().map_err(|_| PageError::Malformed)?;
    let granted = fields.value("do") == "grant";
    let Some(reason) = fields.filled("reason").map(str::to_owned) else {
        let form = Form::refused(fields, Invalid::one("reason", "reports-reason-needed"));
        let page = Reports::of(&app, &editor.visitor, Some((report, form))).await?;
        return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let who = editor.rights.account.name.as_str();
    let done = match objections::answer(&app.instance, report, granted, (who, &reason)).await {
        Ok(()) => "decided",
        Err(federation::Error::NotFound) => "decided-already",
        Err(other) => return Err(other.into()),
    };
    Ok(Redirect::to(&format!("/editors/reports?done={done}")).into_response())
}

impl ObjectionPage {
    fn of(app: &App, visitor: &Visitor, (token, about): (String, Objection), form: Form) -> Self {
        Self { page: page(app, visitor, "objection-title"), token, about: Some(about), form, words: None }
    }

    fn without(app: &App, visitor: &Visitor, words: &'static str) -> Self {
        let title = if words == "objection-late" { "objection-late-title" } else { "objection-thanks" };
        let page = page(app, visitor, title);
        Self { page, token: String::new(), about: None, form: Form::default(), words: Some(words) }
    }
}

fn page(app: &App, visitor: &Visitor, title: &str) -> Page {
    let mut visitor = visitor.clone();
    // Switching the language must not carry the token through another form.
    "/rules".clone_into(&mut visitor.path);
    let mut page = visitor.page(app, visitor.text(title));
    page.head.hidden = true;
    page
}
