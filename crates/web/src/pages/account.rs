//! One's own account: name, language, where one is signed in, and the public profile.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use calendar::phrase;
use domain::handle::Handle;
use domain::invalid::Invalid;
use domain::language::Language;
use http::{HeaderMap, StatusCode};
use storage::sessions::Session;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{self, Fields, Form};
use crate::layout::{self, Page};
use crate::pages::registration;
use crate::session::{self, SignedIn};
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/account", get(show).post(change))
        .route("/account/sessions", post(end))
        .route("/account/profile", post(show_profile))
}

#[derive(Template)]
#[template(path = "account.html")]
struct Mine {
    page: Page,
    email: String,
    languages: Vec<Language>,
    sessions: Vec<Line>,
    /// The address of the public profile.
    profile: Option<String>,
    mail: bool,
    has_second: bool,
    has_password: bool,
    /// What one registered for.
    registrations: Vec<registration::Mine>,
    /// How many passkeys there are, in words.
    passkeys: String,
    form: Form,
}

/// Where somebody is signed in.
struct Line {
    id: Option<Uuid>,
    words: String,
    /// Whether it is the one that asks.
    here: bool,
}

async fn show(State(app): State<App>, me: SignedIn, headers: HeaderMap) -> Result<Response, PageError> {
    let form = Form::fresh(filled(&app, &me).await?);
    render(&app, &me.visitor, &headers, (StatusCode::OK, form)).await
}

/// What is kept, as the form shows it.
async fn filled(app: &App, me: &SignedIn) -> Result<Fields, PageError> {
    let (account, mut fields) = (&me.rights.account, Fields::default());
    fields.set("name", &account.name);
    fields.set("language", account.language.code());
    let spared = storage::accounts::is_spared(&mut app.instance.store().look().await?, account.id).await?;
    fields.tick("letters", !spared);
    Ok(fields)
}

/// The page again, with what is wrong.
pub(crate) async fn refuse(
    app: &App,
    me: &SignedIn,
    headers: &HeaderMap,
    (fields, invalid): (Fields, Invalid),
) -> Result<Response, PageError> {
    let mut all = filled(app, me).await?;
    if fields.checked("own") {
        // A box that is not ticked is not sent.
        all.set("letters", "");
    }
    for (name, value) in fields.all() {
        all.set(name, value);
    }
    render(app, &me.visitor, headers, (StatusCode::UNPROCESSABLE_ENTITY, Form::refused(all, invalid))).await
}

async fn change(
    State(app): State<App>,
    me: SignedIn,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    let name = forms::line(fields.value("name"), 100);
    if name.is_empty() {
        return refuse(&app, &me, &headers, (fields, Invalid::one("name", "people-name-missing"))).await;
    }
    let language = Language::from_tag(fields.value("language")).unwrap_or(me.rights.account.language);
    let mut tx = app.instance.store().write().await?;
    storage::accounts::set_name(&mut tx, me.rights.account.id, &name, language).await?;
    if me.rights.may_edit() && fields.checked("own") {
        let since = (!fields.checked("letters")).then(|| app.instance.clock().now());
        storage::accounts::spare(&mut tx, me.rights.account.id, since).await?;
    }
    // The log names people, and goes by the name when they leave.
    storage::decisions::rename(&mut tx, &me.rights.account.name, &name).await?;
    tx.commit().await?;
    Ok(Redirect::to("/account?done=kept").into_response())
}

/// Ends one session, or all but this one.
async fn end(State(app): State<App>, me: SignedIn, headers: HeaderMap, fields: Fields) -> Result<Response, PageError> {
    let account = me.rights.account.id;
    let mut tx = app.instance.store().write().await?;
    if fields.value("do") == "others" {
        storage::sessions::delete_of(&mut tx, account, &session::hash(&app, &headers)).await?;
    } else {
        let id: Uuid = fields.value("id").parse().map_err(|_| PageError::Malformed)?;
        // Another's is not found, and the answer is the same.
        storage::sessions::end(&mut tx, account, id).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to("/account?done=signed-out-there").into_response())
}

/// Switches the public profile on.
async fn show_profile(
    State(app): State<App>,
    me: SignedIn,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    let account = &me.rights.account;
    if account.actor.is_some() {
        return Ok(Redirect::to("/account").into_response());
    }
    let Ok(handle) = fields.value("handle").parse::<Handle>() else {
        return refuse(&app, &me, &headers, (fields, Invalid::one("handle", "account-handle-form"))).await;
    };
    match federation::members::show(&app.instance, account, &handle).await {
        Ok(_) => Ok(Redirect::to("/account?done=profile-on").into_response()),
        Err(federation::Error::Invalid(invalid)) => refuse(&app, &me, &headers, (fields, invalid)).await,
        Err(other) => Err(other.into()),
    }
}

async fn render(
    app: &App,
    visitor: &Visitor,
    headers: &HeaderMap,
    (status, form): (StatusCode, Form),
) -> Result<Response, PageError> {
    let account = visitor.rights.as_ref().map(|rights| rights.account.clone()).ok_or(PageError::SignIn)?;
    let mut tx = app.instance.store().read().await?;
    let sessions = storage::sessions::of_account(&mut tx, account.id, app.instance.clock().now()).await?;
    let profile = match account.actor {
        Some(id) => storage::actors::by_id(&mut tx, id).await?.map(|actor| actor.address()),
        None => None,
    };
    let has_second = storage::second_factors::is_on(&mut tx, account.id).await?;
    let has_password = storage::passwords::hash_of(&mut tx, account.id).await?.is_some();
    let registrations = registration::mine(&mut tx, visitor, &account).await?;
    let passkeys = storage::passkeys::of_account(&mut tx, account.id).await?.len();
    drop(tx);
    let mine = session::hash(app, headers);
    let line = |(hash, session): (Vec<u8>, Session)| Line::of(app, visitor, &session, hash == mine);
    let mut page = visitor.page(app, visitor.text("account-title"));
    "/account".clone_into(&mut page.path);
    let view = Mine {
        page,
        email: account.email.to_string(),
        languages: app.instance.settings().languages.clone(),
        sessions: sessions.into_iter().map(line).collect(),
        profile,
        mail: app.settings.mail_configured,
        has_second,
        has_password,
        registrations,
        passkeys: domain::messages::count(visitor.voice(), "passkeys-count", passkeys),
        form,
    };
    layout::html_with(status, &view)
}

impl Line {
    fn of(app: &App, visitor: &Visitor, session: &Session, here: bool) -> Self {
        let unknown = || visitor.text("account-session-unknown");
        let browser = session.browser.clone().unwrap_or_else(unknown);
        let day = phrase::date(session.created_at.to_zoned(app.zone()).date(), visitor.language);
        let words = visitor.text_with("account-session", &[("what", &browser), ("day", &day)]);
        Self { id: session.id, words, here }
    }
}
