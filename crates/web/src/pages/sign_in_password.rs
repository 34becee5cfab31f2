//! Signing in with a password, for those who chose one. The answers never tell whether there is an account, or a password.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use domain::account::{Account, Email};
use domain::invalid::Invalid;
use domain::password::LONGEST;
use http::StatusCode;

use crate::app::App;
use crate::client::Client;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::pages::sign_in;
use crate::visitor::Visitor;
use crate::{entrance, limits, passwords};

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/sign-in/password", get(ask).post(enter))
}

#[derive(Template)]
#[template(path = "sign_in_password.html")]
struct Ask {
    page: Page,
    form: Form,
}

async fn ask(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    layout::html(&Ask { page: sign_in::page(&app, &visitor, "password-sign-in"), form: Form::default() })
}

async fn enter(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    fields: Fields,
) -> Result<Response, PageError> {
    if !app.limits.admits_client(client.0) {
        return Err(PageError::TooMany);
    }
    let Ok(email) = fields.value("email").parse::<Email>() else {
        return refuse(&app, &visitor, fields, Invalid::one("email", "invalid-email"));
    };
    let (account, kept) = look(&app, &email).await?;
    let typed: String = fields.value("password").chars().take(LONGEST + 1).collect();
    let fits = passwords::fits(typed, kept.as_deref()).await?;
    let Some(account) = account.filter(|_| fits) else {
        return refuse(&app, &visitor, fields, Invalid::one("password", "password-wrong"));
    };
    let mut tx = app.instance.store().write().await?;
    // Trying it took a while: what was changed meanwhile counts.
    if storage::passwords::hash_of(&mut tx, account.id).await? != kept {
        return Err(PageError::SignIn);
    }
    let opened = entrance::open(&app, &mut tx, &visitor, &account).await?;
    tx.commit().await?;
    Ok(opened.to(sign_in::HOME))
}

/// Counts a try, and gives whose mailbox it is and what is kept of the password, if there are any.
async fn look(app: &App, email: &Email) -> Result<(Option<Account>, Option<String>), PageError> {
    let mut tx = app.instance.store().write().await?;
    if !limits::admit_password(&mut tx, email, app.instance.clock().now()).await? {
        return Err(PageError::TooMany);
    }
    let account = sign_in::by_email(&mut tx, email).await?;
    let id = account.as_ref().map_or(uuid::Uuid::nil(), |account| account.id);
    let kept = storage::passwords::hash_of(&mut tx, id).await?;
    tx.commit().await?;
    Ok((account, kept))
}

fn refuse(app: &App, visitor: &Visitor, mut fields: Fields, invalid: Invalid) -> Result<Response, PageError> {
    // A password is never written into a page.
    fields.set("password", "");
    let page = sign_in::page(app, visitor, "password-sign-in");
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &Ask { page, form: Form::refused(fields, invalid) })
}
