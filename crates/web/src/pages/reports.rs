//! What was pointed out to the editors, what authors object to, and what they decide about it.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use calendar::phrase;
use domain::actor::Actor;
use domain::html;
use domain::invalid::Invalid;
use domain::report::Kind;
use federation::reports::{self, Action};
use http::StatusCode;
use storage::Tx;
use storage::decisions::Decision;
use storage::objections::Objection;
use storage::reports::Report;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
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
pub(super) struct Reports {
    page: Page,
    open: Vec<Card>,
    objections: Vec<Against>,
    log: Vec<Line>,
}

/// One report in words.
struct Card {
    id: Uuid,
    words: String,
    email: Option<String>,
    kind: Option<String>,
    reason: String,
    /// The thing's first words, and its page.
    thing: Option<(String, String)>,
    author: Option<(String, String)>,
    /// Whether there is a post or an event that can be taken away.
    removable: bool,
    /// Whether it is another server's.
    remote: bool,
    form: Form,
}

/// What an author says against a decision.
struct Against {
    report: Uuid,
    title: String,
    since: String,
    reason: String,
    words: String,
    form: Form,
}

/// One decision in words.
struct Line {
    words: String,
    about: String,
    reason: String,
}

async fn show(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    layout::html(&Reports::of(&app, &editor.visitor, None).await?)
}

async fn decide(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let id: Uuid = fields.value("report").parse().map_err(|_| PageError::Malformed)?;
    let action = Action::from_name(fields.value("do")).ok_or(PageError::Malformed)?;
    let who = &editor.rights.account.name;
    // Whoever reported it and whose it was read the reason.
    let decided = match fields.filled("reason") {
        Some(reason) => reports::decide(&app.instance, id, action, who, reason).await,
        None => Err(Invalid::one("reason", "reports-reason-needed").into()),
    };
    let invalid = match decided {
        Ok(()) => return Ok(Redirect::to("/editors/reports?done=decided").into_response()),
        Err(federation::Error::Invalid(invalid)) => invalid,
        Err(federation::Error::Unusable(_) | federation::Error::Forbidden | federation::Error::NotFound) => {
            Invalid::one("reason", "reports-problem")
        }
        Err(other) => return Err(other.into()),
    };
    let page = Reports::of(&app, &editor.visitor, Some((id, Form::refused(fields, invalid)))).await?;
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

impl Reports {
    /// The page; `refused` is the form of that report or objection as it was sent.
    pub(super) async fn of(app: &App, visitor: &Visitor, mut refused: Option<(Uuid, Form)>) -> Result<Self, PageError> {
        let mut tx = app.instance.store().read().await?;
        let mut form = |id| refused.take_if(|(of, _)| *of == id).map(|(_, form)| form).unwrap_or_default();
        let mut cards = Vec::new();
        for report in storage::reports::open(&mut tx, LIMIT).await? {
            let form = form(report.id);
            cards.push(Card::of(app, visitor, &mut tx, (report, form)).await?);
        }
        let objections = storage::objections::open(&mut tx, LIMIT).await?;
        let log = storage::decisions::latest(&mut tx, LIMIT).await?;
        Ok(Self {
            page: visitor.page(app, visitor.text("reports-title")),
            open: cards,
            objections: objections
                .into_iter()
                .map(|one| {
                    let form = form(one.report);
                    Against::of(app, visitor, one, form)
                })
                .collect(),
            log: log.into_iter().map(|decision| Line::of(app, visitor, decision)).collect(),
        })
    }
}

impl Card {
    async fn of(app: &App, visitor: &Visitor, tx: &mut Tx, (report, form): (Report, Form)) -> Result<Self, PageError> {
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
            kind: report.kind.map(|kind| visitor.text(&format!("report-kind-{}", kind.as_str()))),
            removable: storage::objects::by_url(tx, &report.target).await?.is_some_and(|one| one.deleted_at.is_none()),
            thing: thing(tx, &report).await?,
            remote: author.as_ref().is_some_and(|author| !author.is_local()),
            author: author.as_ref().map(named),
            reason: report.reason,
            form,
        })
    }
}

impl Against {
    fn of(app: &App, visitor: &Visitor, objection: Objection, form: Form) -> Self {
        let at = phrase::moment(objection.decided_at, &app.zone(), visitor.language);
        Self {
            report: objection.report,
            title: objection.title,
            since: visitor.text_with("objection-since", &[("at", &at)]),
            reason: objection.reason,
            words: objection.words.unwrap_or_default(),
            form,
        }
    }
}

fn named(actor: &Actor) -> (String, String) {
    (format!("{} ({})", actor.name, actor.address()), links::actor(actor))
}

/// The beginning of what is reported and its page here, if it is still there.
async fn thing(tx: &mut Tx, report: &Report) -> Result<Option<(String, String)>, PageError> {
    if report.kind == Some(Kind::Barrier) {
        return Ok(Some((report.target.to_string(), report.target.path().to_owned())));
    }
    let Some(entry) = storage::objects::by_url(tx, &report.target).await? else {
        let actor = storage::actors::by_url(tx, &report.target).await?.filter(|actor| actor.deleted_at.is_none());
        return Ok(actor.as_ref().map(named));
    };
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
