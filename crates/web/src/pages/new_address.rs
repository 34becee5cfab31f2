//! Another e-mail address for one's own account: the new mailbox answers a letter, the old one is told.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::account::{Account, Email};
use domain::invalid::Invalid;
use domain::messages::{text, text_with};
use http::{HeaderMap, StatusCode};
use jiff::SignedDuration;
use storage::letters::Letter;

use crate::app::App;
use crate::client::Client;
use crate::error::PageError;
use crate::forms::Fields;
use crate::layout::{self, Page};
use crate::pages::account;
use crate::session::SignedIn;
use crate::visitor::Visitor;
use crate::{limits, secrets};

/// How long the new mailbox has time to answer.
const LIFETIME: SignedDuration = domain::retention::NEW_ADDRESSES;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/account/email", post(ask)).route("/account/email/{token}", get(offer).post(change))
}

/// A button, or the news that the link is old.
#[derive(Template)]
#[template(path = "new_address.html")]
struct NewAddress {
    page: Page,
    token: Option<String>,
}

/// Writes to the new mailbox. The answer is the same whether that has an account or not.
async fn ask(State(app): State<App>, me: SignedIn, headers: HeaderMap, fields: Fields) -> Result<Response, PageError> {
    let Ok(email) = fields.value("email").parse::<Email>() else {
        return account::refuse(&app, &me, &headers, (fields, Invalid::one("email", "invalid-email"))).await;
    };
    let now = app.instance.clock().now();
    let mut tx = app.instance.store().write().await?;
    if limits::admit_unasked(&mut tx, &email, now).await? {
        let (token, account) = (secrets::token(), &me.rights.account);
        storage::new_addresses::put(&mut tx, account.id, &email, &secrets::hash(&token), now + LIFETIME).await?;
        let link = app.url(&format!("/account/email/{token}"));
        let voice = app.instance.settings().speak(account.language);
        let told = [text(voice, "account-letter-new"), link, text(voice, "account-letter-not-you")];
        storage::letters::insert(&mut tx, &letter(&app, account, email, &told), now).await?;
    }
    tx.commit().await?;
    app.instance.wake_postman();
    Ok(Redirect::to("/account?done=new-address").into_response())
}

fn letter(app: &App, account: &Account, to: Email, told: &[String]) -> Letter {
    let settings = app.instance.settings();
    let voice = settings.speak(account.language);
    let quarter = [("quarter", settings.name.as_str())];
    let greeting = text_with(voice, "people-letter-greeting", &[("name", &account.name)]);
    let from = text_with(voice, "people-letter-from", &quarter);
    let lines: Vec<&str> =
        [greeting.as_str()].into_iter().chain(told.iter().map(String::as_str)).chain([from.as_str()]).collect();
    Letter {
        to,
        subject: text_with(voice, "people-letter-changed-subject", &quarter),
        text: format!("{}\n", lines.join("\n\n")),
    }
}

fn page(app: &App, visitor: &Visitor, title: &str) -> Page {
    let mut page = visitor.page(app, visitor.text(title));
    page.head.hidden = true;
    // Switching the language must not carry the token through another form.
    "/account".clone_into(&mut page.path);
    page
}

/// Shows a button and uses nothing up: mail scanners open every link.
async fn offer(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, PageError> {
    if !secrets::is_token(&token) {
        return Err(PageError::NotFound);
    }
    layout::html(&NewAddress { page: page(&app, &visitor, "account-address-title"), token: Some(token) })
}

async fn change(
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
    let late = || NewAddress { page: page(&app, &visitor, "account-address-late"), token: None };
    let Some((id, email)) = storage::new_addresses::take(&mut tx, &secrets::hash(&token), now).await? else {
        return layout::html_with(StatusCode::GONE, &late());
    };
    let account = storage::accounts::rights(&mut tx, id).await?.map(|rights| rights.account);
    let Some(account) = account else { return layout::html_with(StatusCode::GONE, &late()) };
    if !storage::accounts::set_email(&mut tx, id, &email).await? {
        return layout::html_with(StatusCode::GONE, &late());
    }
    // Links that went to the old mailbox open nothing any more.
    storage::sign_ins::delete_of(&mut tx, id).await?;
    let voice = app.instance.settings().speak(account.language);
    let told = [text(voice, "account-letter-changed"), text(voice, "account-letter-changed-not-you")];
    storage::letters::insert(&mut tx, &letter(&app, &account, account.email.clone(), &told), now).await?;
    tx.commit().await?;
    app.instance.wake_postman();
    let next = if visitor.rights.is_some() { "/account" } else { "/" };
    Ok(Redirect::to(&format!("{next}?done=address-changed")).into_response())
}
