//! The notice board: what somebody looks for, has found, gives away or asks, each until its day.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use calendar::phrase;
use domain::actor::Actor;
use domain::invalid::Invalid;
use domain::notice::{Notice, Topic};
use domain::post::Post;
use federation::notices;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::Fields;
use crate::layout::{self, Page};
use crate::listing::{beginning, words};
use crate::pages::delete::Confirm;
use crate::pages::event_form;
use crate::session::SignedIn;
use crate::speakers;
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/board", get(show)).route("/posts/{id}/renew", get(ask).post(renew))
}

/// How many notices stand on a page.
const LIMIT: i64 = 50;

/// What is asked for: a topic, and from where on.
#[derive(Deserialize)]
struct Choice {
    topic: Option<String>,
    before: Option<Timestamp>,
    id: Option<Uuid>,
}

#[derive(Template)]
#[template(path = "board.html")]
struct Board {
    page: Page,
    /// The topics with their addresses, and whether it is the chosen one.
    topics: Vec<(String, String, bool)>,
    notes: Vec<Note>,
    older: Option<String>,
}

/// One notice in a list.
struct Note {
    href: String,
    title: String,
    facts: String,
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    choice: Result<Query<Choice>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, PageError> {
    let choice = choice.map_err(|_| PageError::NotFound)?.0;
    let topic = match choice.topic.as_deref() {
        Some(name) => Some(Topic::from_name(name).ok_or(PageError::NotFound)?),
        None => None,
    };
    let before = choice.before.zip(choice.id);
    let mut tx = app.instance.store().read().await?;
    let now = app.instance.clock().now();
    let mut posts = storage::posts::board(&mut tx, topic, now, (before, LIMIT + 1)).await?;
    drop(tx);
    let most = usize::try_from(LIMIT).unwrap_or(usize::MAX);
    let more = posts.len() > most;
    posts.truncate(most);
    let mut page = visitor.page(&app, visitor.text("board-title"));
    page.head.hidden = before.is_some() || topic.is_some();
    let older = posts.last().filter(|_| more).map(|(last, _)| {
        let topic = topic.map(|topic| format!("topic={}&", topic.as_str())).unwrap_or_default();
        format!("/board?{topic}before={}&id={}", last.published_at, last.id)
    });
    let zone = app.zone();
    let notes = posts.iter().map(|one| Note::of(&visitor, &zone, one)).collect();
    layout::html(&Board { page, topics: topics(&visitor, topic), notes, older })
}

fn topics(visitor: &Visitor, chosen: Option<Topic>) -> Vec<(String, String, bool)> {
    let all = (visitor.text("board-all"), "/board".to_owned(), chosen.is_none());
    let one =
        |topic: Topic| (topic_text(visitor, topic), format!("/board?topic={}", topic.as_str()), chosen == Some(topic));
    std::iter::once(all).chain(Topic::ALL.map(one)).collect()
}

/// The name of a topic.
fn topic_text(visitor: &Visitor, topic: Topic) -> String {
    visitor.text(&format!("board-topic-{}", topic.as_str()))
}

/// What a notice is about, and until when it hangs.
pub(super) fn line(visitor: &Visitor, zone: &TimeZone, notice: &Notice) -> Vec<String> {
    let until = notice.last_day(zone).map(|last| {
        let day = phrase::date(last, visitor.language);
        visitor.text_with("board-until", &[("day", &day)])
    });
    std::iter::once(topic_text(visitor, notice.topic)).chain(until).collect()
}

impl Note {
    fn of(visitor: &Visitor, zone: &TimeZone, (post, author): &(Post, Actor)) -> Self {
        let notice = post.details.notice.unwrap_or(Notice { topic: Topic::News, until: None });
        let mut facts = line(visitor, zone, &notice);
        facts.insert(1, author.name.clone());
        let title = post.details.title.clone().unwrap_or_else(|| words(post, 120, visitor.language));
        Self { href: format!("/posts/{}", post.id), title, facts: facts.join(" · ") }
    }
}

/// The topics as the form offers them, with their names.
pub(super) fn offered(visitor: &Visitor) -> Vec<(&'static str, String)> {
    Topic::ALL.map(|topic| (topic.as_str(), topic_text(visitor, topic))).into()
}

/// What was typed into the form of a post about the board; news without a last day are a plain post.
pub(super) fn typed(app: &App, fields: &Fields) -> Result<Option<Notice>, Invalid> {
    let topic = Topic::from_name(fields.value("topic")).unwrap_or(Topic::News);
    let mut invalid = Invalid::default();
    let last = event_form::date(fields, "until", &mut invalid);
    if topic == Topic::News && last.is_none() {
        return invalid.or(None);
    }
    let now = app.instance.clock().now();
    let notice = Notice::typed(topic, last, (now, &app.zone())).map_err(|message| Invalid::one("until", message));
    invalid.or(())?;
    notice.map(Some)
}

/// The form of a post that is a notice.
pub(super) fn fill(app: &App, fields: &mut Fields, notice: Option<&Notice>) {
    let Some(notice) = notice else { return };
    fields.set("topic", notice.topic.as_str());
    fields.set("until", notice.last_day(&app.zone()).map(|last| last.to_string()).unwrap_or_default());
}

async fn ask(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let post = hung(&app, &me, id).await?;
    layout::html(&Confirm {
        page: me.visitor.page(&app, me.visitor.text("board-renew-title")),
        what: post.details.title.unwrap_or_else(|| beginning(&post.details.content, 100)),
        consequence: "board-renew-consequence",
        action: format!("/posts/{id}/renew"),
        address: None,
        button: "board-renew",
        back: format!("/posts/{id}"),
    })
}

async fn renew(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    hung(&app, &me, id).await?;
    notices::renew(&app.instance, id).await?;
    Ok(Redirect::to(&format!("/posts/{id}?done=renewed")).into_response())
}

/// A notice with a last day that the account may change.
async fn hung(app: &App, me: &SignedIn, id: Uuid) -> Result<Post, PageError> {
    let post = speakers::own_post(app, &me.rights, id).await?;
    let ends = post.details.notice.is_some_and(|notice| notice.until.is_some());
    if ends { Ok(post) } else { Err(PageError::NotFound) }
}
