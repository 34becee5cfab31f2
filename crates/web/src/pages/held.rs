//! What waits to be checked: replies and posts by strangers, and everything from silenced servers.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use calendar::phrase;
use domain::actor::Actor;
use domain::event::Event;
use domain::invalid::Invalid;
use federation::queue::{self, Decided};
use http::StatusCode;
use jiff::Timestamp;
use storage::held::Held;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::links;
use crate::listing::beginning;
use crate::pages::queue::{reason, reasons};
use crate::session::Editor;
use crate::visitor::Visitor;

/// How many are shown at once.
const LIMIT: i64 = 100;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/editors/held", get(show).post(decide)).route("/editors/held/host", post(decide_host))
}

#[derive(Template)]
#[template(path = "held.html")]
struct HeldPage {
    page: Page,
    posts: Vec<Card>,
    suspicious: Vec<Card>,
    events: Vec<Card>,
    /// Hosts with how much of theirs is shown here.
    hosts: Vec<(String, usize)>,
    /// The reasons with their words.
    reasons: Vec<(&'static str, String)>,
    /// What was typed to decline something without a reason.
    form: Form,
}

struct Card {
    id: String,
    title: String,
    byline: String,
    author_href: String,
    parent: Option<String>,
}

async fn show(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    layout::html(&HeldPage::of(&app, &editor.visitor, Form::default()).await?)
}

impl HeldPage {
    async fn of(app: &App, visitor: &Visitor, form: Form) -> Result<Self, PageError> {
        let mut tx = app.instance.store().read().await?;
        let mut held = storage::held::list(&mut tx, LIMIT).await?;
        held.retain(|held| !held.author.is_local());
        let events = storage::held::list_events(&mut tx, LIMIT).await?;
        drop(tx);
        let mut hosts: BTreeMap<String, usize> = BTreeMap::new();
        let authors = held.iter().map(|held| &held.author).chain(events.iter().map(|(_, author)| author));
        for author in authors {
            *hosts.entry(author.host.to_string()).or_default() += 1;
        }
        let (suspicious, posts): (Vec<_>, Vec<_>) = held.iter().partition(|held| held.suspicious);
        Ok(Self {
            page: visitor.page(app, visitor.text("held-title")),
            posts: posts.into_iter().map(|held| Card::of_post(app, visitor, held)).collect(),
            suspicious: suspicious.into_iter().map(|held| Card::of_post(app, visitor, held)).collect(),
            events: events.iter().map(|event| Card::of_event(app, visitor, event)).collect(),
            hosts: hosts.into_iter().filter(|(_, count)| *count > 1).collect(),
            reasons: reasons(visitor),
            form,
        })
    }

    /// Whether the no to this one, by its key or its host, lacked a reason.
    fn lacks(&self, which: &str) -> bool {
        self.form.has_problems() && [self.form.value("id"), self.form.value("host")].contains(&which)
    }
}

impl Card {
    fn of_post(app: &App, visitor: &Visitor, held: &Held) -> Self {
        let details = &held.post.details;
        Self {
            id: held.post.id.to_string(),
            title: details.title.clone().unwrap_or_else(|| beginning(&details.content, 500)),
            byline: byline(app, visitor, &held.author, held.received_at),
            author_href: links::actor(&held.author),
            parent: details.in_reply_to.as_ref().and_then(links::web).map(str::to_owned),
        }
    }

    fn of_event(app: &App, visitor: &Visitor, (event, author): &(Event, Actor)) -> Self {
        Self {
            id: event.id.to_string(),
            title: format!("{}, {}", event.details.name, phrase::when_list(&event.details, visitor.language)),
            byline: byline(app, visitor, author, event.published_at),
            author_href: links::actor(author),
            parent: None,
        }
    }
}

fn byline(app: &App, visitor: &Visitor, author: &Actor, at: Timestamp) -> String {
    let (name, at) =
        (format!("{} ({})", author.name, author.address()), phrase::moment(at, &app.zone(), visitor.language));
    visitor.text_with("held-from", &[("name", &name), ("at", &at)])
}

async fn decide(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let id: Uuid = fields.value("id").parse().map_err(|_| PageError::Malformed)?;
    let who = &editor.rights.account;
    let decided = if fields.value("do") == "approve" {
        queue::approve(&app.instance, id, who).await.map(|decided| match decided {
            Decided::Done => "approved",
            Decided::First => "first-yes",
        })
    } else {
        let Some(reason) = reason(&editor.visitor, &fields) else { return refuse(&app, &editor, fields).await };
        queue::decline(&app.instance, id, who, &reason).await.map(|()| "declined")
    };
    let done = match decided {
        Ok(done) => done,
        Err(federation::Error::NotFound) => "decided-already",
        Err(other) => return Err(other.into()),
    };
    Ok(Redirect::to(&format!("/editors/held?done={done}")).into_response())
}

async fn decide_host(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let host = fields.filled("host").ok_or(PageError::Malformed)?.to_owned();
    let yes = fields.value("do") == "approve";
    let reason = reason(&editor.visitor, &fields);
    if !yes && reason.is_none() {
        return refuse(&app, &editor, fields).await;
    }
    let reason = reason.filter(|_| !yes).unwrap_or_default();
    let done = queue::decide_host(&app.instance, &host, yes, &editor.rights.account, &reason).await?;
    let done = match (yes, done) {
        (true, 0) => "first-yes",
        (true, _) => "approved",
        (false, _) => "declined",
    };
    Ok(Redirect::to(&format!("/editors/held?done={done}")).into_response())
}

/// The page again, since a no needs a reason.
async fn refuse(app: &App, editor: &Editor, fields: Fields) -> Result<Response, PageError> {
    let form = Form::refused(fields, Invalid::one("why", "queue-why-needed"));
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &HeldPage::of(app, &editor.visitor, form).await?)
}
