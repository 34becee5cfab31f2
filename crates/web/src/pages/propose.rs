//! Proposing an event or a post without an account: a choice, a short form, a letter that confirms it, then an editor decides.

mod read;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use federation::proposals::{self, Confirmed, Sender, Wanted};
use federation::reports;
use http::StatusCode;
use serde::Deserialize;
use storage::submitted::{self, Claim};
use uuid::Uuid;

use crate::app::App;
use crate::client::Client;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::pages::board;
use crate::pages::propose::read::{TOPICS, known, read};
use crate::visitor::Visitor;
use crate::{limits, secrets};

/// A field that no person sees: who fills it in is a program.
const TRAP: &str = "website";

/// What is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Event,
    Post,
}

impl Kind {
    fn path(self) -> &'static str {
        match self {
            Self::Event => "/propose/event",
            Self::Post => "/propose/post",
        }
    }
}

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    let form = |kind: Kind| {
        let ask = async move |State(app): State<App>, visitor: Visitor, topic: Query<Chosen>| {
            ask(&app, &visitor, (kind, &topic.0))
        };
        let take = async move |State(app): State<App>, visitor: Visitor, client: Client, fields: Fields| {
            take(&app, &visitor, (kind, client), fields).await
        };
        get(ask).post(take)
    };
    Router::new()
        .route("/propose", get(choose))
        .route(Kind::Event.path(), form(Kind::Event))
        .route(Kind::Post.path(), form(Kind::Post))
        .route("/propose/confirm/{token}", get(offer).post(confirm))
}

/// The topic that a link names.
#[derive(Deserialize)]
struct Chosen {
    topic: Option<String>,
}

#[derive(Template)]
#[template(path = "propose_choice.html")]
struct Choice {
    page: Page,
    topics: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "propose.html")]
struct Propose {
    page: Page,
    form: Form,
    full: bool,
    mail: bool,
    action: &'static str,
    /// What a post can be about; none for an event.
    topics: Vec<(&'static str, String)>,
    /// Who is signed in: their mailbox has answered before.
    me: Option<String>,
}

#[derive(Template)]
#[template(path = "propose_done.html")]
struct Done {
    page: Page,
    words: String,
    /// The sentence with the number, once an editor can see it.
    number: Option<String>,
    /// Where it stands already.
    shown: Option<String>,
}

#[derive(Template)]
#[template(path = "propose_confirm.html")]
struct Confirm {
    page: Page,
    token: String,
}

async fn choose(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    let page = visitor.page(&app, visitor.text("propose-choice-title"));
    layout::html(&Choice { page, topics: topics(&visitor) })
}

/// What a post can be about, with its name.
fn topics(visitor: &Visitor) -> Vec<(&'static str, String)> {
    board::offered(visitor).into_iter().filter(|(name, _)| TOPICS.iter().any(|topic| topic.as_str() == *name)).collect()
}

fn ask(app: &App, visitor: &Visitor, (kind, chosen): (Kind, &Chosen)) -> Result<Response, PageError> {
    let mut fields = Fields::default();
    fields.set("topic", chosen.topic.as_deref().unwrap_or_default());
    layout::html(&Propose::of(app, visitor, kind, (Form::fresh(fields), false)))
}

/// Takes a proposal. The answer is the same for every mailbox, also for one that gets no more letters today.
async fn take(
    app: &App,
    visitor: &Visitor,
    (kind, client): (Kind, Client),
    fields: Fields,
) -> Result<Response, PageError> {
    if !app.limits.admits_proposal(client.0) {
        return Err(PageError::TooMany);
    }
    let (wanted, sender) = match read(app, visitor, kind, &fields) {
        Ok(read) => read,
        Err(invalid) => {
            let page = Propose::of(app, visitor, kind, (Form::refused(fields, invalid), false));
            return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    if fields.filled(TRAP).is_some() {
        return layout::html(&Done::sent(app, visitor));
    }
    let me = known(visitor).map(|account| account.id);
    let who = me.map_or_else(|| kind.path().to_owned(), |me| format!("{} {me}", kind.path()));
    match keep(app, me, (&wanted, sender), &fields.fingerprint(&who)).await {
        Ok(None) => layout::html(&Done::sent(app, visitor)),
        Ok(Some(number)) => layout::html(&Done::waiting(app, visitor, &number)),
        Err(federation::Error::Forbidden) => Err(PageError::TooMany),
        Err(federation::Error::Unusable(_)) => {
            let page = Propose::of(app, visitor, kind, (Form::fresh(fields), true));
            layout::html_with(StatusCode::SERVICE_UNAVAILABLE, &page)
        }
        Err(other) => Err(other.into()),
    }
}

/// Keeps the proposal with its letter; its number where no mailbox has to confirm it, since no letters can be sent or the
/// account `me` has done so. [`federation::Error::Forbidden`] if that has proposed enough for today.
async fn keep(
    app: &App,
    me: Option<Uuid>,
    (wanted, sender): (&Wanted, Sender),
    form: &[u8],
) -> federation::Result<Option<String>> {
    let (instance, now) = (&app.instance, app.instance.clock().now());
    let mut tx = instance.store().write().await?;
    let has_to_confirm = app.settings.mail_configured && me.is_none();
    if let Claim::Done(made) = submitted::claim(&mut tx, form, now).await? {
        return Ok(made.filter(|_| !has_to_confirm).map(reports::number));
    }
    if let Some(me) = me
        && !limits::admit_proposed(&mut tx, me, now).await?
    {
        return Err(federation::Error::Forbidden);
    }
    if !has_to_confirm {
        let proposal = proposals::take(&mut tx, instance, wanted, sender, None).await?;
        submitted::note(&mut tx, form, proposal.event).await?;
        tx.commit().await?;
        return Ok(Some(proposal.number));
    }
    if !limits::admit_unasked(&mut tx, &sender.email, now).await? {
        return Ok(None);
    }
    let token = secrets::token();
    let link = instance.url(&format!("/propose/confirm/{token}"));
    let letter = proposals::letter(instance, wanted.title(), &sender, link.as_str());
    proposals::take(&mut tx, instance, wanted, sender, Some(&secrets::hash(&token))).await?;
    storage::letters::insert(&mut tx, &letter, now).await?;
    tx.commit().await?;
    instance.wake_postman();
    Ok(None)
}

/// Shows a button and uses nothing up: mail scanners open every link.
async fn offer(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, PageError> {
    if !secrets::is_token(&token) {
        return Err(PageError::NotFound);
    }
    let mut visitor = visitor;
    // Switching the language must not carry the token through another form.
    "/propose".clone_into(&mut visitor.path);
    layout::html(&Confirm { page: page(&app, &visitor, "propose-confirm-title"), token })
}

async fn confirm(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    if !app.limits.admits_client(client.0) {
        return Err(PageError::TooMany);
    }
    match proposals::confirm(&app.instance, &secrets::hash(&token)).await? {
        Some(Confirmed::Waits(number)) => layout::html(&Done::waiting(&app, &visitor, &number)),
        Some(Confirmed::Shown(page)) => layout::html(&Done::shown(&app, &visitor, page.path())),
        None => layout::html_with(StatusCode::GONE, &Done::late(&app, &visitor)),
    }
}

fn page(app: &App, visitor: &Visitor, title: &str) -> Page {
    let mut page = visitor.page(app, visitor.text(title));
    page.head.hidden = true;
    page
}

impl Propose {
    fn of(app: &App, visitor: &Visitor, kind: Kind, (form, full): (Form, bool)) -> Self {
        let title = if kind == Kind::Event { "propose-title" } else { "propose-post-title" };
        let topics = if kind == Kind::Event { Vec::new() } else { topics(visitor) };
        let page = visitor.page(app, visitor.text(title));
        let me = known(visitor).map(|account| {
            visitor.text_with("propose-me", &[("name", &account.name), ("address", account.email.as_str())])
        });
        Self { page, form, full, mail: app.settings.mail_configured, action: kind.path(), topics, me }
    }
}

impl Done {
    fn said(app: &App, visitor: &Visitor, title: &str, words: &str) -> Self {
        Self { page: page(app, visitor, title), words: visitor.text(words), number: None, shown: None }
    }

    fn sent(app: &App, visitor: &Visitor) -> Self {
        Self::said(app, visitor, "propose-sent-title", "propose-sent")
    }

    fn waiting(app: &App, visitor: &Visitor, number: &str) -> Self {
        let number = visitor.text_with("propose-number", &[("number", number)]);
        Self { number: Some(number), ..Self::said(app, visitor, "propose-thanks", "propose-next") }
    }

    fn shown(app: &App, visitor: &Visitor, path: &str) -> Self {
        Self { shown: Some(path.to_owned()), ..Self::said(app, visitor, "propose-thanks", "propose-shown") }
    }

    fn late(app: &App, visitor: &Visitor) -> Self {
        Self::said(app, visitor, "propose-late-title", "propose-late")
    }
}
