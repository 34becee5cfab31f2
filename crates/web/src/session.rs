//! Sessions: who is signed in, and extractors that let only them pass.

use axum::extract::FromRequestParts;
use domain::account::Rights;
use domain::retention::SESSIONS;
use http::header::SET_COOKIE;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue};
use storage::sessions::Session;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::visitor::Visitor;
use crate::{cookies, second_factor, secrets};

/// The cookie's name. `__Host-` binds it to this host and to https (RFC 6265bis section 4.1.3.2).
fn name(app: &App) -> &'static str {
    if app.is_https() { "__Host-session" } else { "session" }
}

/// What the account behind the request's session may do; `None` without a session that holds.
pub(crate) async fn rights(app: &App, headers: &HeaderMap) -> Result<Option<Rights>, PageError> {
    let Some(token) = cookies::value(headers, name(app)) else { return Ok(None) };
    let mut tx = app.instance.store().read().await?;
    let now = app.instance.clock().now();
    let Some(account) = storage::sessions::account_of(&mut tx, &secrets::hash(&token), now).await? else {
        return Ok(None);
    };
    match storage::accounts::rights(&mut tx, account).await? {
        Some(rights) => Ok(Some(second_factor::limit(app, &mut tx, rights).await?)),
        None => Ok(None),
    }
}

/// What is kept of the session of the request; nothing, which no session has, without one.
pub(crate) fn hash(app: &App, headers: &HeaderMap) -> Vec<u8> {
    cookies::value(headers, name(app)).map(|token| secrets::hash(&token)).unwrap_or_default()
}

/// Begins a session of `account` for the browser of `visitor`, and gives the header that tells it.
pub(crate) async fn begin(
    app: &App,
    tx: &mut storage::Tx,
    visitor: &Visitor,
    account: Uuid,
) -> storage::Result<(HeaderName, HeaderValue)> {
    let token = secrets::token();
    let now = app.instance.clock().now();
    let session = Session {
        id: Some(app.instance.new_id()),
        account,
        browser: visitor.browser.clone(),
        created_at: now,
        expires_at: now + SESSIONS,
    };
    storage::sessions::insert(tx, &secrets::hash(&token), &session).await?;
    let seconds = u32::try_from(SESSIONS.as_secs()).unwrap_or_default();
    Ok((SET_COOKIE, cookies::set(name(app), &token, seconds, app.is_https())))
}

/// Ends the session of the request, here and in the browser.
pub(crate) async fn end(app: &App, headers: &HeaderMap) -> Result<(HeaderName, HeaderValue), PageError> {
    if let Some(token) = cookies::value(headers, name(app)) {
        let mut tx = app.instance.store().write().await?;
        storage::sessions::delete(&mut tx, &secrets::hash(&token)).await?;
        tx.commit().await?;
    }
    Ok((SET_COOKIE, cookies::set(name(app), "", 0, app.is_https())))
}

/// Someone who is signed in; everyone else is asked to sign in.
pub(crate) struct SignedIn {
    /// Who reads, and how.
    pub(crate) visitor: Visitor,
    /// What the account may do.
    pub(crate) rights: Rights,
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let visitor = Visitor::from_request_parts(parts, app).await?;
        let rights = visitor.rights.clone().ok_or(PageError::SignIn)?;
        Ok(Self { visitor, rights })
    }
}

/// Why an account may not go on: what it lacks can be mended, or not.
fn refusal(rights: &Rights) -> PageError {
    if rights.lacks_key() { PageError::SecondKey } else { PageError::Forbidden }
}

/// An editor; everyone else is refused.
pub(crate) struct Editor {
    /// Who reads, and how.
    pub(crate) visitor: Visitor,
    /// What the account may do.
    pub(crate) rights: Rights,
}

impl FromRequestParts<App> for Editor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let SignedIn { visitor, rights } = SignedIn::from_request_parts(parts, app).await?;
        if !rights.may_edit() {
            return Err(refusal(&rights));
        }
        federation::sign_ups::watch(&app.instance, rights.account.id).await?;
        Ok(Self { visitor, rights })
    }
}

/// An editor who manages accounts; everyone else is refused.
pub(crate) struct Admin {
    /// Who reads, and how.
    pub(crate) visitor: Visitor,
    /// What the account may do.
    pub(crate) rights: Rights,
}

impl FromRequestParts<App> for Admin {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let Editor { visitor, rights } = Editor::from_request_parts(parts, app).await?;
        if rights.may_manage_accounts() { Ok(Self { visitor, rights }) } else { Err(refusal(&rights)) }
    }
}
