//! Answering beneath a post without an account: a form, a letter that confirms it, and what stands there once an editor decided.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use calendar::phrase;
use domain::account::Account;
use domain::html::Html;
use domain::invalid::Invalid;
use domain::post::Post;
use federation::guests::{self, Draft};
use http::StatusCode;
use storage::Tx;
use storage::guests::Guest;
use storage::submitted::{self, Claim};
use uuid::Uuid;

use crate::app::App;
use crate::client::Client;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::listing::beginning;
use crate::session::SignedIn;
use crate::visitor::Visitor;
use crate::{limits, secrets, speakers};

/// A field that no person sees: who fills it in is a program.
const TRAP: &str = "website";
/// How many stand beneath a post.
const LIMIT: i64 = 100;

/// The routes of these pages.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/posts/{id}/answer", get(ask).post(take))
        .route("/posts/{id}/guests", post(switch))
        .route("/answer/{token}", get(offer).post(confirm))
}

#[derive(Template)]
#[template(path = "guests.html")]
struct GuestsPage {
    page: Page,
    shown: Shown,
}

/// What the page shows.
enum Shown {
    /// The form beneath the post with that key and title; whose answer it is, if that needs no letter.
    Form { id: Uuid, title: String, me: Option<String>, form: Form },
    /// The button of a link.
    Confirm(String),
    /// A sentence.
    Said(String),
}

async fn ask(State(app): State<App>, visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let post = welcoming(&app, id).await?;
    layout::html(&GuestsPage::form(&app, &visitor, &post, Form::default()))
}

async fn take(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    if !app.limits.admits_proposal(client.0) {
        return Err(PageError::TooMany);
    }
    let post = welcoming(&app, id).await?;
    let me = visitor.rights.as_ref().map(|rights| &rights.account);
    let draft = match read(&visitor, me, &fields) {
        Ok(draft) => draft,
        Err(invalid) => {
            let page = GuestsPage::form(&app, &visitor, &post, Form::refused(fields, invalid));
            return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let said = |title, words| layout::html(&GuestsPage::said(&app, &visitor, title, words));
    let sent = || match me {
        Some(_) => said("guests-thanks", "guests-waits"),
        None => said("propose-sent-title", "guests-sent"),
    };
    if fields.filled(TRAP).is_some() {
        return sent();
    }
    match keep(&app, &post, (me, &draft), &fields).await {
        Ok(()) => sent(),
        Err(federation::Error::Forbidden) => Err(PageError::TooMany),
        Err(federation::Error::Unusable(_)) => {
            let page = GuestsPage::said(&app, &visitor, "contact-full-title", "contact-full");
            layout::html_with(StatusCode::SERVICE_UNAVAILABLE, &page)
        }
        Err(other) => Err(other.into()),
    }
}

fn read(visitor: &Visitor, me: Option<&Account>, fields: &Fields) -> Result<Draft, Invalid> {
    let words = fields.value("words");
    match me {
        Some(me) => Draft::new((&me.name, me.email.as_str(), words), me.language),
        None => Draft::new((fields.value("name"), fields.value("email"), words), visitor.language),
    }
}

/// Keeps an answer, with a letter where the mailbox has not answered before.
async fn keep(
    app: &App,
    post: &Post,
    (me, draft): (Option<&Account>, &Draft),
    fields: &Fields,
) -> federation::Result<()> {
    let (instance, now) = (&app.instance, app.instance.clock().now());
    let who = me.map(|me| me.id.to_string()).unwrap_or_default();
    let mut tx = instance.store().write().await?;
    let form = fields.fingerprint(&format!("/posts/{}/answer {who}", post.id));
    if submitted::claim(&mut tx, &form, now).await? != Claim::New {
        return Ok(());
    }
    if let Some(me) = me {
        if !limits::admit_proposed(&mut tx, me.id, now).await? {
            return Err(federation::Error::Forbidden);
        }
        guests::take(&mut tx, instance, post, (draft, None)).await?;
        return Ok(tx.commit().await?);
    }
    if !limits::admit_unasked(&mut tx, draft.email(), now).await? {
        return Ok(());
    }
    let token = secrets::token();
    let link = instance.url(&format!("/answer/{token}"));
    guests::take(&mut tx, instance, post, (draft, Some((link.as_str(), &secrets::hash(&token))))).await?;
    tx.commit().await?;
    instance.wake_postman();
    Ok(())
}

/// Shows a button and uses nothing up: mail scanners open every link.
async fn offer(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, PageError> {
    if !secrets::is_token(&token) {
        return Err(PageError::NotFound);
    }
    let page = page(&app, &visitor, "guests-confirm-title");
    layout::html(&GuestsPage { page, shown: Shown::Confirm(token) })
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
    match guests::confirm(&app.instance, &secrets::hash(&token)).await {
        Ok(()) => layout::html(&GuestsPage::said(&app, &visitor, "guests-thanks", "guests-waits")),
        Err(federation::Error::NotFound) => {
            let page = GuestsPage::said(&app, &visitor, "propose-late-title", "contact-late");
            layout::html_with(StatusCode::GONE, &page)
        }
        Err(other) => Err(other.into()),
    }
}

/// Who may change a post says whether guests may answer it.
async fn switch(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    let post = speakers::own_post(&app, &me.rights, id).await?;
    let mut tx = app.instance.store().write().await?;
    let done = if fields.value("do") == "open" {
        storage::guests::open(&mut tx, post.id, app.instance.clock().now()).await?;
        "answers-open"
    } else {
        storage::guests::close(&mut tx, post.id).await?;
        "answers-closed"
    };
    tx.commit().await?;
    Ok(Redirect::to(&format!("/posts/{id}?done={done}")).into_response())
}

/// A post that guests may answer.
async fn welcoming(app: &App, id: Uuid) -> Result<Post, PageError> {
    let mut tx = app.instance.store().read().await?;
    let post = storage::posts::by_id(&mut tx, id).await?.ok_or(PageError::NotFound)?;
    let is_open = app.settings.mail_configured && guests::are_welcome(&mut tx, &app.instance, &post).await?;
    if is_open { Ok(post) } else { Err(PageError::NotFound) }
}

/// What the page of a post says of guests.
pub(crate) struct Beneath {
    pub(crate) post: Uuid,
    /// Whether one may answer.
    pub(crate) is_open: bool,
    /// Whether whoever may change the post can say so.
    pub(crate) is_offered: bool,
    pub(crate) answers: Vec<Line>,
}

/// One answer in words.
pub(crate) struct Line {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) html: String,
    pub(crate) when: String,
}

impl Beneath {
    pub(crate) async fn of(app: &App, tx: &mut Tx, visitor: &Visitor, post: &Post) -> Result<Self, PageError> {
        let is_offered = app.settings.mail_configured && app.instance.settings().replies == federation::Replies::Held;
        let answers = storage::guests::of_post(tx, post.id, LIMIT).await?;
        Ok(Self {
            post: post.id,
            is_open: app.settings.mail_configured && guests::are_welcome(tx, &app.instance, post).await?,
            is_offered,
            answers: answers.into_iter().map(|guest| Line::of(app, visitor, guest)).collect(),
        })
    }
}

impl Line {
    pub(crate) fn of(app: &App, visitor: &Visitor, guest: Guest) -> Self {
        Self {
            id: guest.id,
            html: Html::from_text(&guest.words).as_str().to_owned(),
            when: phrase::moment(guest.created_at, &app.zone(), visitor.language),
            name: guest.name,
        }
    }
}

impl GuestsPage {
    fn form(app: &App, visitor: &Visitor, post: &Post, form: Form) -> Self {
        let title = post.details.title.clone().unwrap_or_else(|| beginning(&post.details.content, 100));
        let me = visitor.rights.as_ref().map(|rights| {
            let account = &rights.account;
            visitor.text_with("guests-me", &[("name", &account.name), ("address", account.email.as_str())])
        });
        Self { page: page(app, visitor, "guests-title"), shown: Shown::Form { id: post.id, title, me, form } }
    }

    fn said(app: &App, visitor: &Visitor, title: &str, words: &str) -> Self {
        Self { page: page(app, visitor, title), shown: Shown::Said(visitor.text(words)) }
    }
}

fn page(app: &App, visitor: &Visitor, title: &str) -> Page {
    let mut page = visitor.page(app, visitor.text(title));
    page.head.hidden = true;
    if visitor.path.starts_with("/answer/") {
        // Switching the language must not carry the token through another form.
        "/posts".clone_into(&mut page.path);
    }
    page
}
