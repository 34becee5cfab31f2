//! One's own password: set, changed, removed. Nobody needs one.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use calendar::phrase;
use domain::invalid::Invalid;
use domain::password;
use federation::people;
use http::{HeaderMap, StatusCode};

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::passwords;
use crate::session::{self, SignedIn};

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/account/password", get(show).post(change))
}

#[derive(Template)]
#[template(path = "password.html")]
struct Mine {
    page: Page,
    email: String,
    /// Since when there is one, in words.
    since: Option<String>,
    form: Form,
}

async fn show(State(app): State<App>, me: SignedIn) -> Result<Response, PageError> {
    render(&app, &me, (StatusCode::OK, Form::default())).await
}

/// Sets a password, or removes it. Every other session ends, and a letter tells of it.
async fn change(
    State(app): State<App>,
    me: SignedIn,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    let account = &me.rights.account;
    let hash = match fields.value("do") {
        "set" => {
            let typed = fields.value("password");
            let known = [account.name.as_str(), account.email.as_str(), &app.instance.settings().name];
            if let Err(why) = password::check(typed, &known) {
                return render(&app, &me, (StatusCode::UNPROCESSABLE_ENTITY, refused(why))).await;
            }
            Some(passwords::hash(typed.to_owned()).await?)
        }
        "remove" => None,
        _ => return Err(PageError::Malformed),
    };
    let mut tx = app.instance.store().write().await?;
    let (told, done) = match &hash {
        Some(hash) => {
            storage::passwords::put(&mut tx, account.id, hash, app.instance.clock().now()).await?;
            ("password-letter-set", "new-password")
        }
        None if storage::passwords::remove(&mut tx, account.id).await? => ("password-letter-removed", "no-password"),
        None => return Ok(Redirect::to("/account/password").into_response()),
    };
    people::change_keys(&mut tx, &app.instance, account, &session::hash(&app, &headers), told).await?;
    tx.commit().await?;
    app.instance.wake_postman();
    Ok(Redirect::to(&format!("/account?done={done}")).into_response())
}

/// What was typed does not come back: a password is never written into a page.
fn refused(why: &'static str) -> Form {
    Form::refused(Fields::default(), Invalid::one("password", why))
}

async fn render(app: &App, me: &SignedIn, (status, form): (StatusCode, Form)) -> Result<Response, PageError> {
    let (account, visitor) = (&me.rights.account, &me.visitor);
    let mut tx = app.instance.store().read().await?;
    let since = storage::passwords::changed_at(&mut tx, account.id).await?;
    drop(tx);
    let day = |at: jiff::Timestamp| phrase::date(at.to_zoned(app.zone()).date(), visitor.language);
    let mut page = visitor.page(app, visitor.text("password-title"));
    page.head.hidden = true;
    let view = Mine {
        page,
        email: account.email.to_string(),
        since: since.map(|at| visitor.text_with("password-since", &[("day", &day(at))])),
        form,
    };
    layout::html_with(status, &view)
}
