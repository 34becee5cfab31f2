//! What waits to be checked: replies and posts by strangers, and everything from silenced servers.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use calendar::phrase;
use federation::queue;
use jiff::Timestamp;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::Fields;
use crate::layout::{self, Page};
use crate::links;
use crate::listing::beginning;
use crate::session::Editor;

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
}

struct Card {
    id: Uuid,
    title: String,
    byline: String,
    author_href: String,
    parent: Option<String>,
}

async fn show(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    let visitor = &editor.visitor;
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
    let byline = |name: &str, at: Timestamp| {
        let at = phrase::moment(at, &app.zone(), visitor.language);
        visitor.text_with("held-from", &[("name", name), ("at", &at)])
    };
    let card = |held: &storage::held::Held| Card {
        id: held.post.id,
        title: held.post.details.title.clone().unwrap_or_else(|| beginning(&held.post.details.content, 500)),
        byline: byline(&format!("{} ({})", held.author.name, held.author.address()), held.received_at),
        author_href: links::actor(&held.author),
        parent: held.post.details.in_reply_to.as_ref().and_then(links::web).map(str::to_owned),
    };
    let (suspicious, posts): (Vec<_>, Vec<_>) = held.iter().partition(|held| held.suspicious);
    let event = |(event, author): &(domain::event::Event, domain::actor::Actor)| Card {
        id: event.id,
        title: format!("{}, {}", event.details.name, phrase::when_list(&event.details, visitor.language)),
        byline: byline(&format!("{} ({})", author.name, author.address()), event.published_at),
        author_href: links::actor(author),
        parent: None,
    };
    layout::html(&HeldPage {
        page: visitor.page(&app, visitor.text("held-title")),
        posts: posts.into_iter().map(card).collect(),
        suspicious: suspicious.into_iter().map(card).collect(),
        events: events.iter().map(event).collect(),
        hosts: hosts.into_iter().filter(|(_, count)| *count > 1).collect(),
    })
}

async fn decide(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let id: Uuid = fields.value("id").parse().map_err(|_| PageError::Malformed)?;
    let who = &editor.rights.account.name;
    let done = if fields.value("do") == "approve" {
        queue::approve(&app.instance, id, who).await?;
        "approved"
    } else {
        queue::decline(&app.instance, id, who, "").await?;
        "declined"
    };
    Ok(Redirect::to(&format!("/editors/held?done={done}")).into_response())
}

async fn decide_host(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let host = fields.filled("host").ok_or(PageError::Malformed)?;
    let yes = fields.value("do") == "approve";
    queue::decide_host(&app.instance, host, yes, &editor.rights.account.name).await?;
    let done = if yes { "approved" } else { "declined" };
    Ok(Redirect::to(&format!("/editors/held?done={done}")).into_response())
}
