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
use domain::trust::Kind;
use federation::cover;
use federation::queue::{self, Decided, Waiting, What, alike};
use federation::trust::Book;
use http::StatusCode;
use storage::Tx;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::links;
use crate::pages::board;
use crate::pages::sources::{View, how_much};
use crate::pages::upkeep;
use crate::pictures::{self, Figures};
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
    /// When whoever covers for the editors was last told.
    cover: Option<String>,
}

/// One thing that waits, in words.
struct Card {
    id: Uuid,
    kind: &'static str,
    title: String,
    /// Its text as it would stand on the board, cleaned, and the one in plain language.
    html: String,
    plain: String,
    facts: Vec<String>,
    byline: String,
    author_href: String,
    /// What it answers.
    parent: Option<String>,
    /// Where it can be changed first, or read as it stands on its own server.
    edit: Option<String>,
    original: Option<String>,
    suspicious: bool,
    /// Whether it speaks of crime.
    sensitive: bool,
    /// Who here wrote it.
    writer: Option<String>,
    /// Who proposed it, if it was somebody without an account.
    proposal: Option<String>,
    /// Where it comes from, and how far that is trusted.
    source: Option<View>,
    /// Title and address of what is on the board already and looks like it.
    alike: Option<(String, String)>,
    figures: Figures,
    /// Who has said yes already, in words, and whether that is the reader.
    first: Option<String>,
    is_mine: bool,
    /// What was typed to decline it.
    form: Form,
}

async fn show(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    layout::html(&Queue::of(&app, &editor, None).await?)
}

async fn decide(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let id: Uuid = fields.value("id").parse().map_err(|_| PageError::Malformed)?;
    let who = &editor.rights.account;
    let decided = if fields.value("do") == "approve" {
        queue::approve(&app.instance, id, who).await.map(|decided| match decided {
            Decided::Done => "approved",
            Decided::First => "first-yes",
        })
    } else if fields.value("do") == "take-back" {
        queue::withdraw(&app.instance, id, who.id).await.map(|done| if done { "taken-back" } else { "decided-already" })
    } else {
        let Some(reason) = reason(&editor.visitor, &fields) else {
            let form = Form::refused(fields, Invalid::one("why", "queue-why-needed"));
            let page = Queue::of(&app, &editor, Some((id, form))).await?;
            return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        };
        queue::decline(&app.instance, id, who, &reason).await.map(|()| "declined")
    };
    let done = match decided {
        Ok(done) => done,
        Err(federation::Error::NotFound) => "decided-already",
        Err(other) => return Err(other.into()),
    };
    Ok(Redirect::to(&format!("/editors/queue?done={done}")).into_response())
}

/// Why something is declined: the sentence that was chosen, and what was typed; `None` without either.
pub(super) fn reason(visitor: &Visitor, fields: &Fields) -> Option<String> {
    let chosen = REASONS.into_iter().find(|name| *name == fields.value("why"));
    let chosen = chosen.map(|name| visitor.text(&format!("queue-why-{name}")));
    let parts: Vec<&str> = chosen.as_deref().into_iter().chain(fields.filled("reason")).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The reasons as the form offers them, with their words.
pub(super) fn reasons(visitor: &Visitor) -> Vec<(&'static str, String)> {
    REASONS.map(|name| (name, visitor.text(&format!("queue-why-{name}")))).to_vec()
}

impl Queue {
    async fn of(app: &App, editor: &Editor, mut refused: Option<(Uuid, Form)>) -> Result<Self, PageError> {
        let (visitor, me) = (&editor.visitor, editor.rights.account.id);
        let mut tx = app.instance.store().read().await?;
        let count = queue::count(&mut tx).await?;
        let all = queue::list(&mut tx, &app.instance, LIMIT).await?;
        let waiting: Vec<Waiting> = all.iter().take(usize::try_from(LIMIT).unwrap_or_default()).cloned().collect();
        let book = Book::load(&mut tx).await?;
        let mut alike = alike::find(&mut tx, &app.instance, &waiting).await?;
        let mut cards = Vec::with_capacity(waiting.len());
        for one in &waiting {
            let form = refused.take_if(|(id, _)| *id == one.id).map(|(_, form)| form).unwrap_or_default();
            let source = book.of(one).filter(|source| source.kind != Kind::Mailbox || app.settings.mail_configured);
            cards.push(Card {
                source: source.map(|source| View::of(app, visitor, &source, how_much(&book, &all, &source))),
                alike: alike.remove(&one.id),
                figures: pictures::of(&mut tx, visitor, one.id, &one.author).await?,
                is_mine: one.first.as_ref().is_some_and(|(account, _)| *account == me),
                ..Card::of(app, visitor, one.clone(), form)
            });
        }
        let elsewhere = elsewhere(app, visitor, &mut tx).await?;
        let cover = storage::reminders::find(&mut tx, cover::COVER).await?;
        drop(tx);
        Ok(Self {
            page: visitor.page(app, visitor.text("queue-title")),
            count: domain::messages::count(visitor.voice(), "queue-count", usize::try_from(count).unwrap_or_default()),
            cards,
            reasons: reasons(visitor),
            elsewhere,
            cover: cover.map(|sent| {
                let at = phrase::moment(sent.sent_at, &app.zone(), visitor.language);
                visitor.text_with("queue-covered", &[("at", &at), ("number", &sent.entries.to_string())])
            }),
        })
    }
}

/// What waits on a page of its own.
async fn elsewhere(
    app: &App,
    visitor: &Visitor,
    tx: &mut Tx,
) -> Result<Vec<(&'static str, &'static str, usize)>, PageError> {
    let reports = storage::reports::count_open(tx).await? + storage::objections::count_open(tx).await?;
    let reports = usize::try_from(reports).unwrap_or_default();
    let neighbours = storage::neighbours::list(tx, app.instance.quarter().id).await?;
    let asking = neighbours.iter().filter(|neighbour| neighbour.state == neighbour::State::Asked).count();
    let moving = storage::moves::open(tx).await?.len();
    let invited = storage::participations::invitations(tx, LIMIT).await?.len();
    // Only admins decide about them.
    let asking_in = if visitor.is_admin() { storage::sign_ups::count(tx).await?.1 } else { 0 };
    let guests = storage::guests::count(tx).await?.1;
    let all = [
        ("signup-list-title", "/editors/sign-ups", usize::try_from(asking_in).unwrap_or_default()),
        ("guests-list-title", "/editors/answers", usize::try_from(guests).unwrap_or_default()),
        ("upkeep-list-title", "/editors/upkeep", upkeep::count(app, tx).await?),
        ("reports-title", "/editors/reports", reports),
        ("editors-neighbours", "/neighbours", asking + moving),
        ("participation-invitations", "/editors/invitations", invited),
    ];
    Ok(all.into_iter().filter(|(_, _, count)| *count > 0).collect())
}

impl Card {
    fn of(app: &App, visitor: &Visitor, waiting: Waiting, form: Form) -> Self {
        let Waiting { id, what, author, since, suspicious, proposal, writer, sensitive, first } = waiting;
        let at = phrase::moment(since, &app.zone(), visitor.language);
        let name =
            if author.is_local() { author.name.clone() } else { format!("{} ({})", author.name, author.address()) };
        let (kind, edit) = match what {
            What::Post(_) if proposal.is_some() => ("queue-proposal-post", Some(format!("/posts/{id}/edit"))),
            What::Draft(_) if proposal.is_some() => ("queue-proposal-event", Some(format!("/events/{id}/edit"))),
            What::Post(_) if author.is_local() => ("queue-draft-post", Some(format!("/posts/{id}/edit"))),
            What::Post(_) => ("queue-post", None),
            What::Event(_) => ("queue-event", None),
            What::Draft(_) => ("queue-draft", Some(format!("/events/{id}/edit"))),
        };
        let (title, [html, plain], facts, parent, page) = match what {
            What::Post(post) => {
                let parent = post.details.in_reply_to.as_ref().and_then(links::web).map(str::to_owned);
                let notice = post.details.notice.iter().flat_map(|notice| board::line(visitor, &app.zone(), notice));
                let warning = post.details.warning.clone().into_iter().filter(|warning| !warning.is_empty());
                let facts = notice.chain(warning).collect();
                let texts = [post.details.content, post.details.plain];
                (post.details.title.unwrap_or_default(), texts, facts, parent, post.page)
            }
            What::Event(event) | What::Draft(event) => {
                let facts = facts(&event.details, visitor);
                (event.details.name, [event.details.content, event.details.plain], facts, None, event.page)
            }
        };
        Self {
            id,
            kind,
            title,
            html: html.as_str().to_owned(),
            plain: plain.as_str().to_owned(),
            facts,
            byline: visitor.text_with("held-from", &[("name", &name), ("at", &at)]),
            original: links::web(&page).filter(|_| !author.is_local()).map(str::to_owned),
            author_href: links::actor(&author),
            parent,
            edit,
            suspicious,
            sensitive,
            writer: writer.map(|name| visitor.text_with("queue-written-by", &[("name", &name)])),
            proposal: proposal.map(|one| {
                let values = [("name", one.name.as_str()), ("address", one.email.as_str()), ("number", &one.number)];
                visitor.text_with("propose-from", &values)
            }),
            source: None,
            alike: None,
            figures: Figures::default(),
            first: first.map(|(_, name)| visitor.text_with("queue-first-yes", &[("name", &name)])),
            is_mine: false,
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
    let free = details.free.then(|| visitor.text("events-free"));
    [Some(when), place, free]
        .into_iter()
        .chain(words.into_iter().cloned())
        .chain(links.into_iter().map(|link| link.as_ref().map(ToString::to_string)))
        .flatten()
        .filter(|fact| !fact.is_empty())
        .collect()
}
