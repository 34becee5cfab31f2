//! What a right key opens: a session, or the question for the second key.

use axum::response::{IntoResponse, Redirect, Response};
use domain::account::Account;
use domain::retention::HALF_SIGN_INS;
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderName, HeaderValue};
use storage::{Tx, half_sign_ins, second_factors};
use uuid::Uuid;

use crate::app::App;
use crate::visitor::Visitor;
use crate::{cookies, second_factor, secrets, session};

/// Where the second key is asked for.
pub(crate) const SECOND: &str = "/sign-in/second";

/// What was opened, and the cookie that says so.
pub(crate) struct Opened {
    /// For the browser.
    pub(crate) cookie: (HeaderName, HeaderValue),
    /// Whether the second key is still missing: there is no session then.
    pub(crate) is_half: bool,
    /// Whether an editor should set up a second key.
    pub(crate) is_asked: bool,
}

impl Opened {
    /// The way on: to the second key, to where one is set up, or else to `next`.
    pub(crate) fn to(self, next: &str) -> Response {
        let next = match self {
            Self { is_half: true, .. } => SECOND,
            Self { is_asked: true, .. } => "/account/second?done=signed-in",
            _ => next,
        };
        ([self.cookie], Redirect::to(next)).into_response()
    }
}

/// The first key of `account` was right.
pub(crate) async fn open(app: &App, tx: &mut Tx, visitor: &Visitor, account: &Account) -> storage::Result<Opened> {
    if !second_factors::is_on(tx, account.id).await? {
        return open_wide(app, tx, visitor, account).await;
    }
    let token = secrets::token();
    let now = app.instance.clock().now();
    half_sign_ins::insert(tx, &secrets::hash(&token), account.id, now + HALF_SIGN_INS).await?;
    let seconds = u32::try_from(HALF_SIGN_INS.as_secs()).unwrap_or_default();
    let cookie = (SET_COOKIE, cookies::set(name(app), &token, seconds, app.is_https()));
    Ok(Opened { cookie, is_half: true, is_asked: false })
}

/// Every key that `account` needs was right.
pub(crate) async fn open_wide(app: &App, tx: &mut Tx, visitor: &Visitor, account: &Account) -> storage::Result<Opened> {
    let is_asked = second_factor::ask(app, tx, account).await?;
    let cookie = session::begin(app, tx, visitor, account.id).await?;
    Ok(Opened { cookie, is_half: false, is_asked })
}

/// The cookie's name. `__Host-` binds it to this host and to https, as the session's.
fn name(app: &App) -> &'static str {
    if app.is_https() { "__Host-half" } else { "half" }
}

/// Who waits for the second key in this browser, and what is kept of the waiting.
pub(crate) async fn waiting(app: &App, tx: &mut Tx, headers: &HeaderMap) -> storage::Result<Option<(Uuid, Vec<u8>)>> {
    let Some(token) = cookies::value(headers, name(app)) else { return Ok(None) };
    let hash = secrets::hash(&token);
    let account = half_sign_ins::account_of(tx, &hash, app.instance.clock().now()).await?;
    Ok(account.map(|account| (account, hash)))
}
