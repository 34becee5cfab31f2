//! What waits for the editors: one thing after the other, each with a yes, a way to mend it, and a no with a reason.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use calendar::phrase;
use domain::event::Details;
use domain::invalid::Invalid;
use domain::neighbour;
use domain::place::Place;
use federation::queue::{self, Waiting, What};
use http::StatusCode;
use storage::Tx;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::links;
use crate::session::Editor;
use crate::visitor::Visitor;

/// How many are shown at once.
const LIMIT: i64 = 50;

/// The reasons that are given most often; the message key is `queue-why-NAME`.
const REASONS: [&str; 5] = ["double", "missing", "advertising", "elsewhere", "rude"];

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/editors/queue", get(show).post(decide))
}

#[derive(Template)]
#[template(path = "queue.html")]
struct Queue {
    page: Page,
    count: String,
    cards: Vec<Card>,
    /// The reasons with their words.
    reasons: Vec<(&'static str, String)>,
    /// What waits on pages of its own: how it is called, where it is, and how much.
    elsewhere: Vec<(&'static str, &'static str, usize)>,
}

/// One thing that waits, in words.
struct Card {
    id: Uuid,
    kind: &'static str,
    title: String,
    /// Its text as it would stand on the board, cleaned.
    html: String,
    facts: Vec<String>,
    byline: String,
    author_href: String,
    /// What it answers.
    parent: Option<String>,
    /// Where it can be changed first, or read as it stands on its own server.
    edit: Option<String>,
    original: Option<String>,
    suspicious: bool,
    /// Who proposed it, if it was somebody without an account.
    proposal: Option<String>,
    /// What was typed to decline it.
    form: Form,
}

async fn show(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    layout::html(&Queue::of(&app, &editor.visitor, None).await?)
}

async fn decide(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let id: Uuid = fields.value("id").parse().map_err(|_| PageError::Malformed)?;
    let who = &editor.rights.account.name;
    let (decided, done) = if fields.value("do") == "approve" {
        (queue::approve(&app.instance, id, who).await, "approved")
    } else {
        let Some(reason) = reason(&editor.visitor, &fields) else {
            let form = Form::refused(fields, Invalid::one("why", "queue-why-needed"));
            let page = Queue::of(&app, &editor.visitor, Some((id, form))).await?;
            return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        };
        (queue::decline(&app.instance, id, who, &reason).await, "declined")
    };
    let done = match decided {
        Ok(()) => done,
        Err(federation::Error::NotFound) => "decided-already",
        Err(other) => return Err(other.into()),
    };
    Ok(Redirect::to(&format!("/editors/queue?done={done}")).into_response())
}

/// Why something is declined: the sentence that was chosen, and what was typed; `None` without either.
fn reason(visitor: &Visitor, fields: &Fields) -> Option<String> {
    let chosen = REASONS.into_iter().find(|name| *name == fields.value("why"));
    let chosen = chosen.map(|name| visitor.text(&format!("queue-why-{name}")));
    let parts: Vec<&str> = chosen.as_deref().into_iter().chain(fields.filled("reason")).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

impl Queue {
    async fn of(app: &App, visitor: &Visitor, mut refused: Option<(Uuid, Form)>) -> Result<Self, PageError> {
        let mut tx = app.instance.store().read().await?;
        let count = queue::count(&mut tx).await?;
        let mut waiting = queue::list(&mut tx, LIMIT).await?;
        waiting.truncate(usize::try_from(LIMIT).unwrap_or_default());
        let elsewhere = elsewhere(app, &mut tx).await?;
        drop(tx);
        let card = |waiting: Waiting| {
            let form = refused.take_if(|(id, _)| *id == waiting.id).map(|(_, form)| form).unwrap_or_default();
            Card::of(app, visitor, waiting, form)
        };
        Ok(Self {
            page: visitor.page(app, visitor.text("queue-title")),
            count: domain::messages::count(visitor.voice(), "queue-count", usize::try_from(count).unwrap_or_default()),
            cards: waiting.into_iter().map(card).collect(),
            reasons: REASONS.map(|name| (name, visitor.text(&format!("queue-why-{name}")))).to_vec(),
            elsewhere,
        })
    }
}

/// What waits on a page of its own.
async fn elsewhere(app: &App, tx: &mut Tx) -> Result<Vec<(&'static str, &'static str, usize)>, PageError> {
    let reports = storage::reports::count_open(tx).await? + storage::objections::count_open(tx).await?;
    let reports = usize::try_from(reports).unwrap_or_default();
    let neighbours = storage::neighbours::list(tx, app.instance.quarter().id).await?;
    let asking = neighbours.iter().filter(|neighbour| neighbour.state == neighbour::State::Asked).count();
    let moving = storage::moves::open(tx).await?.len();
    let invited = storage::participations::invitations(tx, LIMIT).await?.len();
    let all = [
        ("reports-title", "/editors/reports", reports),
        ("editors-neighbours", "/neighbours", asking + moving),
        ("participation-invitations", "/editors/invitations", invited),
    ];
    Ok(all.into_iter().filter(|(_, _, count)| *count > 0).collect())
}

impl Card {
    fn of(app: &App, visitor: &Visitor, waiting: Waiting, form: Form) -> Self {
        let Waiting { id, what, author, since, suspicious, proposal } = waiting;
        let at = phrase::moment(since, &app.zone(), visitor.language);
        let name =
            if author.is_local() { author.name.clone() } else { format!("{} ({})", author.name, author.address()) };
        let (kind, edit) = match what {
            What::Post(_) => ("queue-post", None),
            What::Event(_) => ("queue-event", None),
            What::Draft(_) => ("queue-draft", Some(format!("/events/{id}/edit"))),
        };
        let (title, html, facts, parent, page) = match what {
            What::Post(post) => {
                let parent = post.details.in_reply_to.as_ref().and_then(links::web).map(str::to_owned);
                let facts = post.details.warning.into_iter().filter(|warning| !warning.is_empty()).collect();
                (post.details.title.unwrap_or_default(), post.details.content, facts, parent, post.page)
            }
            What::Event(event) | What::Draft(event) => {
                let facts = facts(&event.details, visitor);
                (event.details.name, event.details.content, facts, None, event.page)
            }
        };
        Self {
            id,
            kind,
            title,
            html: html.as_str().to_owned(),
            facts,
            byline: visitor.text_with("held-from", &[("name", &name), ("at", &at)]),
            original: links::web(&page).filter(|_| !author.is_local()).map(str::to_owned),
            author_href: links::actor(&author),
            parent,
            edit,
            suspicious,
            proposal: proposal.map(|one| {
                let values = [("name", one.name.as_str()), ("address", one.email.as_str()), ("number", &one.number)];
                visitor.text_with("propose-from", &values)
            }),
            form,
        }
    }
}

/// What has to be right about an event: when, where, what it costs, whom to ask, and where its links lead.
fn facts(details: &Details, visitor: &Visitor) -> Vec<String> {
    let when = phrase::when_long(details, visitor.language);
    let place = details.place.as_ref().map(Place::one_line);
    let words = [&details.short, &details.price, &details.registration, &details.contact, &details.access_note];
    let links = [&details.online, &details.registration_url, &details.link];
    [Some(when), place]
        .into_iter()
        .chain(words.into_iter().cloned())
        .chain(links.into_iter().map(|link| link.as_ref().map(ToString::to_string)))
        .flatten()
        .filter(|fact| !fact.is_empty())
        .collect()
}
