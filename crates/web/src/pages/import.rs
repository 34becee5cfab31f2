//! Many dates at once: a file is uploaded, shown with what would become of each date, and taken in with one button.

mod columns;
mod preview;

use askama::Template;
use axum::Router;
use axum::extract::multipart::Multipart;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::invalid::Invalid;
use federation::imports::previews::{self, MAX_BYTES, Stage, Uploader};
use http::StatusCode;
use http::header::HeaderName;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form, Speaker};
use crate::layout::{self, Page};
use crate::session::SignedIn;
use crate::speakers;
use preview::{Done, Shown};

/// The largest form, in bytes: the file, and room for the rest.
const MAX_FORM: usize = MAX_BYTES + 64 * 1024;
/// The longest pasted text, in bytes.
const MAX_TEXT: usize = 512 * 1024;
/// After how many seconds a browser asks again how far it is.
const AGAIN: &str = "2";

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/import", get(blank).post(upload).layer(DefaultBodyLimit::max(MAX_FORM)))
        .route("/import/{id}", get(show))
        .route("/import/{id}/columns", post(set_columns))
        .route("/import/{id}/take", post(take))
}

#[derive(Template)]
#[template(path = "import_file.html")]
struct ImportFile {
    page: Page,
    form: Form,
    speakers: Vec<Speaker>,
    /// Whether the reader says what goes on the board.
    decides: bool,
}

#[derive(Template)]
#[template(path = "import_preview.html")]
struct ImportPreview {
    page: Page,
    shown: Shown,
}

#[derive(Template)]
#[template(path = "import_done.html")]
struct ImportDone {
    page: Page,
    done: Done,
}

fn uploader(me: &SignedIn) -> Uploader {
    Uploader { account: me.rights.account.id, may_edit: me.rights.may_edit() }
}

async fn blank(State(app): State<App>, me: SignedIn) -> Result<Response, PageError> {
    let page = ImportFile::of(&app, &me, Form::default()).await?;
    if page.speakers.is_empty() { Err(PageError::Forbidden) } else { layout::html(&page) }
}

/// A form with a file or with pasted text.
struct Sent {
    fields: Fields,
    file: Option<(String, Vec<u8>)>,
}

async fn read(mut body: Multipart) -> Result<Sent, PageError> {
    let mut sent = Sent { fields: Fields::default(), file: None };
    while let Some(field) = body.next_field().await.map_err(|_| PageError::Malformed)? {
        match field.name().map(str::to_owned).as_deref() {
            Some("file") => {
                let name = domain::html::line(field.file_name().unwrap_or_default(), 100);
                let bytes = field.bytes().await.map_err(|_| PageError::TooLarge)?;
                sent.file = Some((name, bytes.to_vec())).filter(|(_, bytes)| !bytes.is_empty());
            }
            Some(name @ ("speaker" | "publish" | "text")) => {
                let text = field.text().await.map_err(|_| PageError::TooLarge)?;
                if text.len() > MAX_TEXT {
                    return Err(PageError::TooLarge);
                }
                sent.fields.set(name, text);
            }
            _ => {}
        }
    }
    Ok(sent)
}

async fn upload(State(app): State<App>, me: SignedIn, body: Multipart) -> Result<Response, PageError> {
    let Sent { fields, file } = read(body).await?;
    let mut invalid = Invalid::default();
    let author = speakers::chosen(&app, &me.rights, fields.value("speaker")).await?;
    invalid.unless(author.is_some(), "speaker", "invalid-speaker");
    let pasted = || {
        let text = fields.filled("text")?;
        Some((me.visitor.text("import-pasted"), text.as_bytes().to_vec()))
    };
    let file = file.or_else(pasted);
    invalid.unless(file.is_some(), "file", "editors-upload-missing");
    if let (Some(author), Some((name, bytes))) = (author, file) {
        let name = if name.is_empty() { me.visitor.text("import-pasted") } else { name };
        let publish = fields.checked("publish");
        let id = previews::upload(&app.instance, (&name, bytes), &author, uploader(&me), publish).await?;
        return Ok(Redirect::to(&format!("/import/{id}")).into_response());
    }
    let page = ImportFile::of(&app, &me, Form::refused(fields, invalid)).await?;
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn show(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let visitor = &me.visitor;
    match previews::look(&app.instance, id, me.rights.account.id).await? {
        Stage::Waits(outlook) => {
            let page = visitor.page(&app, visitor.text("import-preview-title"));
            layout::html(&ImportPreview { page, shown: Shown::of(visitor, id, *outlook) })
        }
        Stage::Taken(source) => {
            let done = Done::of(visitor, &source);
            let runs = !done.finished;
            let mut answer =
                layout::html(&ImportDone { page: visitor.page(&app, visitor.text("import-done-title")), done })?;
            if runs {
                let refresh = HeaderName::from_static("refresh");
                answer.headers_mut().insert(refresh, http::HeaderValue::from_static(AGAIN));
            }
            Ok(answer)
        }
    }
}

async fn set_columns(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    previews::set_columns(&app.instance, id, me.rights.account.id, &columns::read(&fields)).await?;
    Ok(Redirect::to(&format!("/import/{id}")).into_response())
}

async fn take(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    Box::pin(previews::take(&app.instance, id, me.rights.account.id)).await?;
    Ok(Redirect::to(&format!("/import/{id}")).into_response())
}

impl ImportFile {
    async fn of(app: &App, me: &SignedIn, form: Form) -> Result<Self, PageError> {
        let visitor = &me.visitor;
        Ok(Self {
            page: visitor.page(app, visitor.text("import-title-page")),
            form,
            speakers: speakers::of(app, &me.rights).await?,
            decides: me.rights.may_edit(),
        })
    }
}
