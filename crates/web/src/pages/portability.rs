//! Taking everything of one's own along: down as a file, and up again in another quarter.

use std::fs::File;
use std::io::{Seek, Write};

use askama::Template;
use axum::Router;
use axum::body::Body;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use domain::invalid::Invalid;
use domain::messages;
use federation::portability::{self, MAX_FILE, Taken};
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::session::SignedIn;

/// The largest request: the file, and what the browser puts around it.
const MAX_BODY: usize = MAX_FILE + 64 * 1024;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/account/export", post(export))
        .route("/account/import", get(ask).post(import).layer(DefaultBodyLimit::max(MAX_BODY)))
}

#[derive(Template)]
#[template(path = "import.html")]
struct Import {
    page: Page,
    /// Whether there is a public profile that things can belong to.
    has_profile: bool,
    /// What became of a file.
    report: Vec<String>,
    form: Form,
}

impl Import {
    fn of(app: &App, me: &SignedIn, form: Form) -> Self {
        let mut page = me.visitor.page(app, me.visitor.text("account-import-title"));
        "/account/import".clone_into(&mut page.path);
        Self { page, has_profile: me.rights.account.actor.is_some(), report: Vec::new(), form }
    }
}

async fn export(State(app): State<App>, me: SignedIn) -> Result<Response, PageError> {
    let file = portability::export(&app.instance, &me.rights.account).await?;
    let day = app.instance.clock().now().to_zoned(app.zone()).date();
    let name = format!("attachment; filename=\"{}-{day}.tar.gz\"", app.instance.settings().handle);
    let headers = [(CONTENT_TYPE, "application/gzip".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(file)).into_response())
}

async fn ask(State(app): State<App>, me: SignedIn) -> Result<Response, PageError> {
    layout::html(&Import::of(&app, &me, Form::default()))
}

async fn import(State(app): State<App>, me: SignedIn, mut body: Multipart) -> Result<Response, PageError> {
    let mut file = None;
    while let Some(field) = body.next_field().await.map_err(|_| PageError::Malformed)? {
        if field.name() == Some("file") {
            file = Some(receive(field).await?);
        }
    }
    let Some(file) = file.filter(|file| file.metadata().is_ok_and(|metadata| metadata.len() > 0)) else {
        return refuse(&app, &me, "account-import-missing");
    };
    match portability::import(&app.instance, &me.rights.account, file).await {
        Ok(taken) => {
            let mut page = Import::of(&app, &me, Form::default());
            page.report = said(&me, taken);
            layout::html(&page)
        }
        Err(federation::Error::Forbidden) => refuse(&app, &me, "account-import-profile"),
        Err(federation::Error::Unusable(_)) => refuse(&app, &me, "account-import-damaged"),
        Err(other) => Err(other.into()),
    }
}

/// The file as it comes, on the disk under no name.
async fn receive(mut field: Field<'_>) -> Result<File, PageError> {
    let broken = |error: std::io::Error| PageError::Internal(error.into());
    let mut file = tempfile::tempfile().map_err(broken)?;
    while let Some(bytes) = field.chunk().await.map_err(|_| PageError::TooLarge)? {
        file.write_all(&bytes).map_err(broken)?;
    }
    file.rewind().map_err(broken)?;
    Ok(file)
}

fn refuse(app: &App, me: &SignedIn, message: &'static str) -> Result<Response, PageError> {
    let form = Form::refused(Fields::default(), Invalid::one("file", message));
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &Import::of(app, me, form))
}

/// What became of a file, in sentences.
fn said(me: &SignedIn, taken: Taken) -> Vec<String> {
    let count = |key, number| messages::count(me.visitor.voice(), key, number);
    let mut lines = vec![count("account-import-new", taken.new)];
    for (key, number) in [("account-import-known", taken.known), ("account-import-left-out", taken.left_out)] {
        if number > 0 {
            lines.push(count(key, number));
        }
    }
    lines
}
