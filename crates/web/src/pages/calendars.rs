//! Calendars that are read in: by address, again and again, or once from a file.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use calendar::phrase;
use domain::import::Source;
use domain::invalid::Invalid;
use http::StatusCode;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form, Speaker, web_address};
use crate::layout::{self, Page};
use crate::pages::sources::View;
use crate::session::Editor;
use crate::speakers;
use crate::visitor::Visitor;
use federation::imports;
use federation::trust::Book;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/editors/calendars", get(show).post(subscribe)).route("/editors/calendars/end", post(end))
}

#[derive(Template)]
#[template(path = "calendars.html")]
struct Calendars {
    page: Page,
    sources: Vec<Row>,
    speakers: Vec<Speaker>,
    form: Form,
    report: Option<Report>,
}

struct Row {
    id: Uuid,
    name: String,
    address: String,
    words: String,
    error: Option<String>,
    /// What it is.
    kind: String,
    /// What the last reading did.
    figures: String,
    /// How far it is trusted.
    trust: Option<View>,
}

/// What a reading did, in words.
struct Report {
    words: String,
    refused: Vec<String>,
}

async fn show(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    layout::html(&Calendars::of(&app, &editor, Form::default(), None).await?)
}

async fn subscribe(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let mut invalid = Invalid::default();
    let author = speakers::chosen(&app, &editor.rights, fields.value("speaker")).await?;
    invalid.unless(author.is_some(), "speaker", "invalid-speaker");
    // Calendars are often handed out as webcal: addresses.
    let url = web_address(&fields.value("url").replacen("webcal://", "https://", 1));
    if let Err(message) = url {
        invalid.unless(false, "url", message);
    }
    if let (Some(author), Ok(url)) = (author, url) {
        match imports::subscribe(&app.instance, &url, &author, fields.checked("publish")).await {
            Ok(report) => {
                let report = Report::of(&editor.visitor, &report);
                return layout::html(&Calendars::of(&app, &editor, Form::default(), Some(report)).await?);
            }
            Err(federation::Error::Storage(error)) => return Err(error.into()),
            Err(_) => invalid.unless(false, "url", "editors-calendar-unreachable"),
        }
    }
    let page = Calendars::of(&app, &editor, Form::refused(fields, invalid), None).await?;
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn end(State(app): State<App>, _editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let id: Uuid = fields.value("source").parse().map_err(|_| PageError::Malformed)?;
    let mut tx = app.instance.store().write().await?;
    storage::sources::remove(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Redirect::to("/editors/calendars?done=calendar-ended").into_response())
}

impl Calendars {
    async fn of(app: &App, editor: &Editor, form: Form, report: Option<Report>) -> Result<Self, PageError> {
        let visitor = &editor.visitor;
        let mut tx = app.instance.store().read().await?;
        let sources = storage::sources::all(&mut tx).await?;
        let book = Book::load(&mut tx).await?;
        drop(tx);
        let trust = |source: &Source| book.calendar(source.id).map(|source| View::of(app, visitor, &source, 0));
        Ok(Self {
            page: visitor.page(app, visitor.text("editors-calendars")),
            sources: sources
                .into_iter()
                .map(|source| Row { trust: trust(&source), ..Row::of(app, visitor, source) })
                .collect(),
            speakers: speakers::of(app, &editor.rights).await?,
            form,
            report,
        })
    }
}

impl Row {
    fn of(app: &App, visitor: &Visitor, source: Source) -> Self {
        let words = match source.read_at {
            Some(at) => visitor
                .text_with("editors-calendar-read", &[("at", &phrase::moment(at, &app.zone(), visitor.language))]),
            None => visitor.text("editors-calendar-unread"),
        };
        let figures = imports::Kept::of(&source).map(|kept| {
            let figures = (kept.new, kept.changed, kept.unchanged, kept.gone);
            done(visitor, figures)
        });
        let figures = figures.unwrap_or_default();
        Self {
            id: source.id,
            name: source.name,
            address: source.url.to_string(),
            words,
            error: source.error,
            kind: visitor.text(&format!("sources-kind-{}", source.kind)),
            figures,
            trust: None,
        }
    }
}

impl Report {
    fn of(visitor: &Visitor, report: &imports::Report) -> Self {
        let line = |refusal: &domain::import::Refusal| {
            let (line, why) = (refusal.line.to_string(), visitor.text(refusal.why));
            visitor.text_with("editors-import-line", &[("line", &line), ("what", &refusal.what), ("why", &why)])
        };
        Self {
            words: done(visitor, (report.new, report.changed, report.unchanged, report.gone)),
            refused: report.refused.iter().chain(&report.remarks).take(100).map(line).collect(),
        }
    }
}

/// How many events a reading found, in words.
fn done(visitor: &Visitor, (new, changed, unchanged, gone): (usize, usize, usize, usize)) -> String {
    let numbers = [("new", new), ("changed", changed), ("unchanged", unchanged), ("gone", gone)];
    let numbers = numbers.map(|(name, number)| (name, number.to_string()));
    let values: Vec<(&'static str, &str)> = numbers.iter().map(|(name, number)| (*name, number.as_str())).collect();
    visitor.text_with("editors-import-done", &values)
}
