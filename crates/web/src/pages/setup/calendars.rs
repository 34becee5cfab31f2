//! Calendars that are there already: read at once, shown with what was found, and on the board when it opens.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::event::State as Board;
use domain::import::Source;
use domain::invalid::Invalid;
use federation::imports::{self, Report};
use http::StatusCode;
use url::Url;
use uuid::Uuid;

use super::{Step, on_the_way};
use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form, web_address};
use crate::layout::{self, Page};
use crate::session::Admin;
use crate::visitor::Visitor;

/// The fields for addresses.
const FIELDS: [&str; 3] = ["first", "second", "third"];

pub(super) fn router() -> Router<App> {
    Router::new().route("/setup/calendars", get(show).post(read)).route("/setup/calendars/end", post(end))
}

#[derive(Template)]
#[template(path = "setup_calendars.html")]
struct Calendars {
    page: Page,
    progress: Option<String>,
    sources: Vec<Row>,
    fields: [(&'static str, &'static str); 3],
    /// What could not be taken over, line by line.
    refused: Vec<String>,
    form: Form,
}

struct Row {
    id: Uuid,
    name: String,
    address: String,
    words: String,
}

async fn show(State(app): State<App>, admin: Admin) -> Result<Response, PageError> {
    on_the_way(&app)?;
    layout::html(&Calendars::of(&app, &admin.visitor, Form::default(), Vec::new()).await?)
}

/// Reads each address that was typed; without any it goes on.
async fn read(State(app): State<App>, admin: Admin, fields: Fields) -> Result<Response, PageError> {
    on_the_way(&app)?;
    let (mut invalid, mut refused, mut wrong) = (Invalid::default(), Vec::new(), Fields::default());
    let typed: Vec<_> =
        FIELDS.into_iter().filter_map(|field| Some((field, fields.filled(field)?.to_owned()))).collect();
    if typed.is_empty() {
        return Ok(Redirect::to(Step::Neighbour.path()).into_response());
    }
    for (field, address) in typed {
        match subscribe(&app, &address).await? {
            Ok(report) => refused.extend(report.refused.iter().take(20).map(|one| line(&admin.visitor, one))),
            Err(message) => {
                invalid.unless(false, field, message);
                wrong.set(field, address);
            }
        }
    }
    let status = if invalid.problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Calendars::of(&app, &admin.visitor, Form::refused(wrong, invalid), refused).await?;
    layout::html_with(status, &page)
}

/// What came of one address, or the message that says what is wrong with it; then it is not kept.
async fn subscribe(app: &App, address: &str) -> Result<Result<Report, &'static str>, PageError> {
    let url = match web_address(&address.replacen("webcal://", "https://", 1)) {
        Ok(url) => url,
        Err(message) => return Ok(Err(message)),
    };
    match imports::subscribe(&app.instance, &url, app.instance.quarter(), false).await {
        Ok(report) if report == Report::default() => {
            forget(app, &url).await?;
            Ok(Err("setup-calendars-empty"))
        }
        Ok(report) => Ok(Ok(report)),
        Err(federation::Error::Storage(error)) => Err(error.into()),
        Err(_) => {
            forget(app, &url).await?;
            Ok(Err("editors-calendar-unreachable"))
        }
    }
}

/// An address that was never read may have been mistyped.
async fn forget(app: &App, url: &Url) -> Result<(), PageError> {
    let sources = storage::sources::all(&mut app.instance.store().look().await?).await?;
    for source in sources.into_iter().filter(|source| source.url == *url) {
        imports::forget(&app.instance, source.id).await?;
    }
    Ok(())
}

async fn end(State(app): State<App>, _admin: Admin, fields: Fields) -> Result<Response, PageError> {
    on_the_way(&app)?;
    let id: Uuid = fields.value("source").parse().map_err(|_| PageError::Malformed)?;
    imports::forget(&app.instance, id).await?;
    Ok(Redirect::to(Step::Calendars.path()).into_response())
}

fn line(visitor: &Visitor, refusal: &domain::import::Refusal) -> String {
    let (line, why) = (refusal.line.to_string(), visitor.text(refusal.why));
    visitor.text_with("editors-import-line", &[("line", &line), ("what", &refusal.what), ("why", &why)])
}

impl Calendars {
    async fn of(app: &App, visitor: &Visitor, form: Form, refused: Vec<String>) -> Result<Self, PageError> {
        let mut tx = app.instance.store().read().await?;
        let mut sources = Vec::new();
        for source in storage::sources::all(&mut tx).await? {
            let events = storage::events::of_source(&mut tx, source.id).await?;
            let count = events.iter().filter(|(event, _)| event.state == Board::Draft).count();
            sources.push(Row::of(visitor, source, count));
        }
        drop(tx);
        let page = visitor.page(app, visitor.text(Step::Calendars.title()));
        let labels = ["setup-calendar-first", "setup-calendar-second", "setup-calendar-third"];
        let [first, second, third] = FIELDS;
        let [one, two, three] = labels;
        let fields = [(first, one), (second, two), (third, three)];
        Ok(Self { page, progress: Step::Calendars.progress(app, visitor), sources, fields, refused, form })
    }
}

impl Row {
    fn of(visitor: &Visitor, source: Source, count: usize) -> Self {
        let words = domain::messages::count(visitor.voice(), "setup-calendar-events", count);
        Self { id: source.id, name: source.name, address: source.url.to_string(), words }
    }
}
