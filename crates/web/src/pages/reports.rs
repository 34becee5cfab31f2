//! What was pointed out to the editors, and what they decide about it.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use calendar::phrase;
use domain::actor::Actor;
use domain::html;
use federation::reports::{self, Action};
use http::StatusCode;
use storage::Tx;
use storage::decisions::Decision;
use storage::reports::Report;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::Fields;
use crate::layout::{self, Page};
use crate::links;
use crate::session::Editor;
use crate::visitor::Visitor;

/// How many of each are shown.
const LIMIT: i64 = 100;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/editors/reports", get(show).post(decide))
}

#[derive(Template)]
#[template(path = "reports.html")]
struct Reports {
    page: Page,
    open: Vec<Card>,
    log: Vec<Line>,
    problem: bool,
}

/// One report in words.
struct Card {
    id: Uuid,
    words: String,
    email: Option<String>,
    reason: String,
    /// The thing's first words, and its page.
    thing: Option<(String, String)>,
    author: Option<(String, String)>,
    /// Whether it is another server's.
    remote: bool,
}

/// One decision in words.
struct Line {
    words: String,
    about: String,
    reason: String,
}

async fn show(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    layout::html(&Reports::of(&app, &editor.visitor, false).await?)
}

async fn decide(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let id: Uuid = fields.value("report").parse().map_err(|_| PageError::Malformed)?;
    let action = Action::from_name(fields.value("do")).ok_or(PageError::Malformed)?;
    let who = &editor.rights.account.name;
    match reports::decide(&app.instance, id, action, who, fields.value("reason")).await {
        Ok(()) => Ok(Redirect::to("/editors/reports?done=decided").into_response()),
        Err(federation::Error::Unusable(_) | federation::Error::Forbidden | federation::Error::NotFound) => {
            let page = Reports::of(&app, &editor.visitor, true).await?;
            layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(other) => Err(other.into()),
    }
}

impl Reports {
    async fn of(app: &App, visitor: &Visitor, problem: bool) -> Result<Self, PageError> {
        let mut tx = app.instance.store().read().await?;
        let mut cards = Vec::new();
        for report in storage::reports::open(&mut tx, LIMIT).await? {
            cards.push(Card::of(app, visitor, &mut tx, report).await?);
        }
        let log = storage::decisions::latest(&mut tx, LIMIT).await?;
        Ok(Self {
            page: visitor.page(app, visitor.text("reports-title")),
            open: cards,
            log: log.into_iter().map(|decision| Line::of(app, visitor, decision)).collect(),
            problem,
        })
    }
}

impl Card {
    async fn of(app: &App, visitor: &Visitor, tx: &mut Tx, report: Report) -> Result<Self, PageError> {
        let at = phrase::moment(report.created_at, &app.zone(), visitor.language);
        let from = match (&report.host, &report.name) {
            (Some(host), _) => visitor.text_with("reports-by-host", &[("host", host)]),
            (None, Some(name)) => visitor.text_with("reports-by-person", &[("name", name)]),
            (None, None) => visitor.text("reports-by-form"),
        };
        let author = reports::accused(tx, &report).await?;
        let values = [("number", report.number.as_str()), ("at", at.as_str()), ("from", from.as_str())];
        Ok(Self {
            id: report.id,
            words: visitor.text_with("reports-since", &values),
            email: report.email.clone(),
            thing: thing(tx, &report).await?,
            remote: author.as_ref().is_some_and(|author| !author.is_local()),
            author: author.as_ref().map(named),
            reason: report.reason,
        })
    }
}

fn named(actor: &Actor) -> (String, String) {
    (format!("{} ({})", actor.name, actor.address()), links::actor(actor))
}

/// The beginning of what is reported and its page here, if it is a post or an event that is still there.
async fn thing(tx: &mut Tx, report: &Report) -> Result<Option<(String, String)>, PageError> {
    let Some(entry) = storage::objects::by_url(tx, &report.target).await? else { return Ok(None) };
    if let Some(event) = storage::events::by_id(tx, entry.id).await? {
        return Ok(Some((event.details.name, format!("/events/{}", entry.id))));
    }
    let post = storage::posts::by_id(tx, entry.id).await?;
    let words = post.map(|post| html::line(post.details.content.as_str(), 280));
    Ok(words.map(|words| (words, format!("/posts/{}", entry.id))))
}

impl Line {
    fn of(app: &App, visitor: &Visitor, decision: Decision) -> Self {
        let at = phrase::moment(decision.decided_at, &app.zone(), visitor.language);
        let what = visitor.text(&format!("decision-{}", decision.what));
        let values = [("at", at.as_str()), ("who", decision.who.as_str()), ("what", what.as_str())];
        Self { words: visitor.text_with("reports-log-line", &values), about: decision.about, reason: decision.reason }
    }
}
