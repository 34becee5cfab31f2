//! Signing in by a link or a code sent to the mailbox, and signing out. The answers never tell whether there is an account.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::account::{Account, Email};
use domain::invalid::Invalid;
use domain::messages::{text, text_with};
use http::{HeaderMap, StatusCode};
use storage::Tx;
use storage::letters::Letter;

use crate::app::App;
use crate::assets;
use crate::client::Client;
use crate::entrance::{self, Opened};
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::kept::{self, Kept};
use crate::layout::{self, Page};
use crate::limits;
use crate::pages::sign_in_second;
use crate::secrets::{self, Keys, SIGN_IN_LIFETIME};
use crate::session;
use crate::visitor::Visitor;

/// Where one goes who is signed in.
pub(super) const HOME: &str = "/?done=signed-in";

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/sign-in", get(ask).post(send))
        .route("/sign-in/code", post(enter_code))
        .route("/sign-in/link/{token}", get(offer).post(follow_link))
        .route("/sign-out", post(sign_out))
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Ask {
    page: Page,
    form: Form,
    kept: Kept,
}

#[derive(Template)]
#[template(path = "sign_in_code.html")]
struct EnterCode {
    page: Page,
    form: Form,
    mail: bool,
    kept: Kept,
}

#[derive(Template)]
#[template(path = "sign_in_link.html")]
struct Link {
    page: Page,
    token: String,
}

#[derive(Template)]
#[template(path = "sign_in_expired.html")]
struct Expired {
    page: Page,
}

pub(super) fn page(app: &App, visitor: &Visitor, title: &str) -> Page {
    let mut page = visitor.page(app, visitor.text(title));
    page.head.hidden = true;
    page
}

async fn ask(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    show(&app, &visitor, StatusCode::OK, (Form::default(), Kept::default()))
}

/// The page again, with what is wrong.
pub(super) fn refuse(app: &App, visitor: &Visitor, fields: Fields, invalid: Invalid) -> Result<Response, PageError> {
    let kept = Kept::read(&fields);
    show(app, visitor, StatusCode::UNPROCESSABLE_ENTITY, (Form::refused(fields, invalid), kept))
}

fn show(app: &App, visitor: &Visitor, status: StatusCode, (form, kept): (Form, Kept)) -> Result<Response, PageError> {
    let mut page = page(app, visitor, "signin-title");
    page.head.script = Some(&assets::PASSKEY.path);
    layout::html_with_script(status, &Ask { page, form, kept })
}

/// Sends link and code if there is an account; says the same if there is none.
async fn send(State(app): State<App>, visitor: Visitor, client: Client, fields: Fields) -> Result<Response, PageError> {
    if !app.limits.admits_client(client.0) {
        return Err(PageError::TooMany);
    }
    let Ok(email) = fields.value("email").parse::<Email>() else {
        return refuse(&app, &visitor, fields, Invalid::one("email", "invalid-email"));
    };
    // A mailbox that gets too many letters gets no more, without a word: the answer must not depend on the account.
    let mut tx = app.instance.store().write().await?;
    if limits::admit_letter(&mut tx, &email, app.instance.clock().now()).await? {
        if let Some(account) = by_email(&mut tx, &email).await? {
            write_letter(&app, &mut tx, &account).await?;
        }
        tx.commit().await?;
        app.instance.wake_postman();
    }
    layout::html(&EnterCode::of(&app, &visitor, Form::fresh(fields)))
}

/// The account of a mailbox, unless it is suspended.
pub(super) async fn by_email(tx: &mut Tx, email: &Email) -> storage::Result<Option<Account>> {
    let account = storage::accounts::by_email(tx, email).await?;
    Ok(account.filter(|account| account.suspended_at.is_none()))
}

async fn write_letter(app: &App, tx: &mut Tx, account: &Account) -> Result<(), PageError> {
    let keys = secrets::keys();
    let now = app.instance.clock().now();
    secrets::keep(tx, &keys, account.id, now + SIGN_IN_LIFETIME).await?;
    storage::letters::insert(tx, &letter(app, account, &keys), now).await?;
    Ok(())
}

fn letter(app: &App, account: &Account, keys: &Keys) -> Letter {
    let settings = app.instance.settings();
    let voice = settings.speak(account.language);
    let quarter = [("quarter", settings.name.as_str())];
    // Three and three digits are easier to carry from one window to another.
    let code = format!("{} {}", keys.code.get(..3).unwrap_or_default(), keys.code.get(3..).unwrap_or_default());
    let lines = [
        text_with(voice, "signin-letter-greeting", &[("name", &account.name)]),
        text_with(voice, "signin-letter-link", &quarter),
        secrets::link(&settings.base_url, &keys.token),
        text_with(voice, "signin-letter-code", &[("code", &code)]),
        text(voice, "signin-letter-validity"),
        text(voice, "signin-letter-not-you"),
    ];
    Letter {
        to: account.email.clone(),
        subject: text_with(voice, "signin-letter-subject", &quarter),
        text: format!("{}\n", lines.join("\n\n")),
    }
}

async fn enter_code(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    fields: Fields,
) -> Result<Response, PageError> {
    if !app.limits.admits_client(client.0) {
        return Err(PageError::TooMany);
    }
    let kept = Kept::read(&fields);
    if visitor.rights.is_some() && !kept.is_empty() {
        // By the link of the letter, in another window.
        return kept::back(&app, &visitor, kept);
    }
    let email: Email = fields.value("email").parse().map_err(|_| PageError::Malformed)?;
    let code: String = fields.value("code").chars().filter(char::is_ascii_digit).collect();
    let now = app.instance.clock().now();
    let mut tx = app.instance.store().write().await?;
    if !limits::admit_code(&mut tx, &email, now).await? {
        return Err(PageError::TooMany);
    }
    if let Some(account) = by_email(&mut tx, &email).await?
        && storage::sign_ins::take_by_code(&mut tx, account.id, &secrets::code_hash(account.id, &code), now).await?
    {
        let opened = entrance::open(&app, &mut tx, &visitor, &account).await?;
        tx.commit().await?;
        return enter(&app, &visitor, opened, kept);
    }
    // The wrong try is counted.
    tx.commit().await?;
    let form = Form::refused(fields, Invalid::one("code", "signin-code-wrong"));
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &EnterCode::of(&app, &visitor, form))
}

/// Shows a button and uses nothing up: mail scanners open every link.
async fn offer(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, PageError> {
    if !secrets::is_token(&token) {
        return Err(PageError::NotFound);
    }
    let mut visitor = visitor;
    // Switching the language must not carry the token through another form.
    "/sign-in".clone_into(&mut visitor.path);
    layout::html(&Link { page: page(&app, &visitor, "signin-title"), token })
}

async fn follow_link(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    Path(token): Path<String>,
) -> Result<Response, PageError> {
    if !app.limits.admits_client(client.0) {
        return Err(PageError::TooMany);
    }
    let now = app.instance.clock().now();
    let mut tx = app.instance.store().write().await?;
    let account = match storage::sign_ins::take(&mut tx, &secrets::hash(&token), now).await? {
        Some(id) => storage::accounts::rights(&mut tx, id).await?.map(|rights| rights.account),
        None => None,
    };
    match account {
        Some(account) => {
            // In the transaction that used the key up.
            let opened = entrance::open(&app, &mut tx, &visitor, &account).await?;
            tx.commit().await?;
            Ok(opened.to(HOME))
        }
        None => layout::html_with(StatusCode::GONE, &Expired { page: page(&app, &visitor, "signin-link-used-title") }),
    }
}

/// The way on with what was typed before: through the second key, if one is asked for, and back to its form.
pub(super) fn enter(app: &App, visitor: &Visitor, opened: Opened, kept: Kept) -> Result<Response, PageError> {
    if kept.is_empty() {
        return Ok(opened.to(HOME));
    }
    let next = if opened.is_half { sign_in_second::with(app, visitor, kept)? } else { kept::back(app, visitor, kept)? };
    Ok(([opened.cookie], next).into_response())
}

async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<Response, PageError> {
    let cookie = session::end(&app, &headers).await?;
    Ok(([cookie], Redirect::to("/?done=signed-out")).into_response())
}

impl EnterCode {
    fn of(app: &App, visitor: &Visitor, form: Form) -> Self {
        let mail = app.settings.mail_configured;
        let page = page(app, visitor, if mail { "signin-code-title" } else { "signin-title" });
        Self { page, kept: Kept::read(&form.fields), form, mail }
    }
}
