//! One's own second key: set up with an app, codes for a paper, switched off.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use calendar::phrase;
use domain::invalid::Invalid;
use federation::people;
use http::{HeaderMap, StatusCode};
use jiff::SignedDuration;
use storage::second_factors::{self, SecondFactor};
use storage::{Tx, paper_codes};

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::qr::{self, Square};
use crate::second_factor::{self, Spent};
use crate::session::{self, SignedIn};
use crate::totp;
use crate::visitor::Visitor;

/// How soon a press of the button counts as the second press of the same.
const TWICE: SignedDuration = SignedDuration::from_mins(1);

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/account/second", get(show).post(change))
}

#[derive(Template)]
#[template(path = "second_factor.html")]
struct Second {
    page: Page,
    form: Form,
    /// Until when an editor has time, in words.
    due: Option<String>,
    /// Whether that time is over.
    is_late: bool,
    offered: Option<Offered>,
    used: Option<Used>,
}

/// What an app takes in.
struct Offered {
    square: Option<Square>,
    spelled: String,
}

/// A second key that is asked for.
struct Used {
    since: String,
    left: String,
}

#[derive(Template)]
#[template(path = "paper_codes.html")]
struct Paper {
    page: Page,
    name: String,
    codes: Vec<String>,
}

async fn show(State(app): State<App>, me: SignedIn) -> Result<Response, PageError> {
    render(&app, &me, (StatusCode::OK, Form::default())).await
}

async fn change(
    State(app): State<App>,
    me: SignedIn,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    match fields.value("do") {
        "begin" => begin(&app, &me).await,
        "confirm" => confirm(&app, &me, &headers, fields).await,
        "paper" | "off" => change_used(&app, &me, &headers, fields).await,
        _ => Err(PageError::Malformed),
    }
}

/// Offers a secret; it counts once a first number of the app was right.
async fn begin(app: &App, me: &SignedIn) -> Result<Response, PageError> {
    let mut tx = app.instance.store().write().await?;
    second_factors::offer(&mut tx, me.rights.account.id, &totp::secret(), app.instance.clock().now()).await?;
    tx.commit().await?;
    Ok(Redirect::to("/account/second").into_response())
}

async fn confirm(app: &App, me: &SignedIn, headers: &HeaderMap, fields: Fields) -> Result<Response, PageError> {
    let (account, now) = (&me.rights.account, app.instance.clock().now());
    let mut tx = app.instance.store().write().await?;
    let Some(factor) = second_factors::of_account(&mut tx, account.id).await? else {
        return Ok(Redirect::to("/account/second").into_response());
    };
    let typed: String = fields.value("code").chars().filter(|c| !c.is_whitespace()).collect();
    let Some(step) = totp::step_of(&factor.secret, &typed, now) else {
        return refuse(app, me, fields, "second-number-wrong").await;
    };
    if second_factors::confirm(&mut tx, account.id, step, now).await? {
        let kept = session::hash(app, headers);
        people::change_keys(&mut tx, &app.instance, account, &kept, "second-letter-on").await?;
    } else if factor.confirmed_at.is_none_or(|at| at + TWICE < now) {
        return Ok(Redirect::to("/account/second").into_response());
    }
    // Also for the second press of the button: its answer is the one that is seen.
    print(app, me, tx).await
}

/// New codes for a paper, or no second key any more. A session alone is not enough for either.
async fn change_used(app: &App, me: &SignedIn, headers: &HeaderMap, fields: Fields) -> Result<Response, PageError> {
    let (account, now) = (&me.rights.account, app.instance.clock().now());
    let mut tx = app.instance.store().write().await?;
    match second_factor::spend(&mut tx, account.id, fields.value("code"), now).await? {
        Spent::TooMany => return Err(PageError::TooMany),
        Spent::Wrong => {
            // The wrong try is counted.
            tx.commit().await?;
            return refuse(app, me, fields, "second-code-wrong").await;
        }
        Spent::Right => {}
    }
    if fields.value("do") == "paper" {
        return print(app, me, tx).await;
    }
    second_factors::remove(&mut tx, account.id).await?;
    let kept = session::hash(app, headers);
    people::change_keys(&mut tx, &app.instance, account, &kept, "second-letter-off").await?;
    tx.commit().await?;
    app.instance.wake_postman();
    Ok(Redirect::to("/account?done=key-off").into_response())
}

/// The page with the codes. It is shown once: only hashes are kept.
async fn print(app: &App, me: &SignedIn, mut tx: Tx) -> Result<Response, PageError> {
    let account = &me.rights.account;
    let codes = second_factor::print(&mut tx, account.id, app.instance.clock().now()).await?;
    tx.commit().await?;
    app.instance.wake_postman();
    let page = page(app, &me.visitor, "second-paper-title");
    layout::html(&Paper { page, name: account.name.clone(), codes: codes.iter().map(ToString::to_string).collect() })
}

async fn refuse(app: &App, me: &SignedIn, fields: Fields, why: &'static str) -> Result<Response, PageError> {
    let form = Form::refused(fields, Invalid::one("code", why));
    render(app, me, (StatusCode::UNPROCESSABLE_ENTITY, form)).await
}

fn page(app: &App, visitor: &Visitor, title: &str) -> Page {
    let mut page = visitor.page(app, visitor.text(title));
    page.head.hidden = true;
    // Some of these pages are answers to a form and have no address of their own.
    "/account/second".clone_into(&mut page.path);
    page
}

async fn render(app: &App, me: &SignedIn, (status, form): (StatusCode, Form)) -> Result<Response, PageError> {
    let (account, visitor) = (&me.rights.account, &me.visitor);
    let mut tx = app.instance.store().read().await?;
    let factor = second_factors::of_account(&mut tx, account.id).await?;
    let left = paper_codes::count(&mut tx, account.id).await?;
    let due = second_factors::due(&mut tx, account.id).await?.filter(|_| second_factor::is_wanted(app, account));
    drop(tx);
    let day = |at: jiff::Timestamp| phrase::date(at.to_zoned(app.zone()).date(), visitor.language);
    let (offered, used) = match factor {
        Some(SecondFactor { secret, confirmed_at: None }) => (Some(Offered::of(app, me, &secret)), None),
        Some(SecondFactor { confirmed_at: Some(at), .. }) => {
            let left = usize::try_from(left).unwrap_or_default();
            let left = domain::messages::count(visitor.voice(), "second-paper-left", left);
            (None, Some(Used { since: visitor.text_with("second-since", &[("day", &day(at))]), left }))
        }
        None => (None, None),
    };
    let view = Second {
        page: page(app, visitor, "second-title"),
        form,
        is_late: due.is_some_and(|due| due <= app.instance.clock().now()),
        due: due.map(|due| visitor.text_with("second-due", &[("day", &day(due))])),
        offered,
        used,
    };
    layout::html_with(status, &view)
}

impl Offered {
    fn of(app: &App, me: &SignedIn, secret: &[u8]) -> Self {
        let quarter = &app.instance.settings().name;
        let address = totp::address(quarter, me.rights.account.email.as_str(), secret);
        Self { square: qr::draw(&address), spelled: totp::spelled(secret) }
    }
}
