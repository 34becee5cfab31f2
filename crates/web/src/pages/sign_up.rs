//! Asking for an account: a form, a letter that confirms it, and then one is in, or an admin decides.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::invalid::Invalid;
use domain::language::Language;
use domain::sign_up::Door;
use federation::sign_ups::{self, Confirmed, Draft};
use http::StatusCode;
use storage::submitted::{self, Claim};

use crate::app::App;
use crate::client::Client;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::visitor::Visitor;
use crate::{limits, secrets, session};

/// A field that no person sees: who fills it in is a program.
const TRAP: &str = "website";

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/sign-up", get(ask).post(take)).route("/sign-up/{token}", get(offer).post(confirm))
}

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUpPage {
    page: Page,
    shown: Shown,
}

/// What the page shows.
enum Shown {
    /// The form; whether somebody decides, so that words are needed, and the languages to choose from.
    Form(bool, Vec<Language>, Form),
    /// The button of a link.
    Confirm(String),
    /// A sentence.
    Said(String),
}

async fn ask(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    let door = door(&app).await?;
    let mut fields = Fields::default();
    fields.set("language", visitor.language.code());
    layout::html(&SignUpPage::form(&app, &visitor, door, Form::fresh(fields)))
}

/// Takes a request. The answer is the same for every mailbox, also for one that has an account or gets no more letters today.
async fn take(State(app): State<App>, visitor: Visitor, client: Client, fields: Fields) -> Result<Response, PageError> {
    let door = door(&app).await?;
    if !app.limits.admits_sign_up(client.0) {
        return Err(PageError::TooMany);
    }
    let draft = match read(&app, door, &visitor, &fields) {
        Ok(draft) => draft,
        Err(invalid) => {
            let page = SignUpPage::form(&app, &visitor, door, Form::refused(fields, invalid));
            return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let sent = || layout::html(&SignUpPage::said(&app, &visitor, "propose-sent-title", "signup-sent"));
    if fields.filled(TRAP).is_some() {
        return sent();
    }
    match keep(&app, &draft, &fields.fingerprint("/sign-up")).await {
        Ok(()) => sent(),
        Err(federation::Error::Unusable(_)) => {
            let page = SignUpPage::said(&app, &visitor, "contact-full-title", "signup-full");
            layout::html_with(StatusCode::SERVICE_UNAVAILABLE, &page)
        }
        Err(other) => Err(other.into()),
    }
}

fn read(app: &App, door: Door, visitor: &Visitor, fields: &Fields) -> Result<Draft, Invalid> {
    let language = Language::from_tag(fields.value("language")).unwrap_or(visitor.language);
    let typed = (fields.value("name"), fields.value("email"), fields.value("words"));
    let draft = Draft::new(&app.instance, door, typed, language);
    let mut invalid = draft.as_ref().err().cloned().unwrap_or_default();
    invalid.unless(fields.checked("agree"), "agree", "welcome-agree-missing");
    invalid.unless(fields.checked("age"), "age", "welcome-age-missing");
    draft.and_then(|draft| invalid.clone().or(draft)).map_err(|_| invalid)
}

/// Keeps the request with its letter.
async fn keep(app: &App, draft: &Draft, form: &[u8]) -> federation::Result<()> {
    let (instance, now) = (&app.instance, app.instance.clock().now());
    let mut tx = instance.store().write().await?;
    let is_new = submitted::claim(&mut tx, form, now).await? == Claim::New;
    if !is_new || !limits::admit_unasked(&mut tx, draft.email(), now).await? {
        return Ok(());
    }
    let token = secrets::token();
    let link = instance.url(&format!("/sign-up/{token}"));
    sign_ups::take(&mut tx, instance, draft, (link.as_str(), &secrets::hash(&token))).await?;
    tx.commit().await?;
    instance.wake_postman();
    Ok(())
}

/// Shows a button and uses nothing up: mail scanners open every link.
async fn offer(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, PageError> {
    if !secrets::is_token(&token) {
        return Err(PageError::NotFound);
    }
    let page = page(&app, &visitor, "signup-confirm-title");
    layout::html(&SignUpPage { page, shown: Shown::Confirm(token) })
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
    let said = |title, words| SignUpPage::said(&app, &visitor, title, words);
    let mut tx = app.instance.store().write().await?;
    match sign_ups::confirm(&mut tx, &app.instance, &secrets::hash(&token)).await? {
        Some(Confirmed::In(account)) => {
            let cookie = session::begin(&app, &mut tx, &visitor, account.id).await?;
            tx.commit().await?;
            Ok(([cookie], Redirect::to("/?done=come-in")).into_response())
        }
        Some(Confirmed::Waits) => {
            tx.commit().await?;
            layout::html(&said("signup-thanks", "signup-waits"))
        }
        Some(Confirmed::Known) => {
            tx.commit().await?;
            layout::html(&said("signup-known-title", "signup-known"))
        }
        None => layout::html_with(StatusCode::GONE, &said("signin-link-used-title", "signup-late")),
    }
}

/// How it stands with the door; there is no page where there is none.
async fn door(app: &App) -> Result<Door, PageError> {
    let door = sign_ups::door(&mut app.instance.store().read().await?, &app.instance).await?;
    if app.settings.mail_configured && door != Door::Shut { Ok(door) } else { Err(PageError::NotFound) }
}

fn page(app: &App, visitor: &Visitor, title: &str) -> Page {
    let quarter = [("quarter", app.instance.settings().name.as_str())];
    let mut page = visitor.page(app, visitor.text_with(title, &quarter));
    page.head.hidden = true;
    // Switching the language must not carry the token through another form.
    "/sign-up".clone_into(&mut page.path);
    page
}

impl SignUpPage {
    fn form(app: &App, visitor: &Visitor, door: Door, form: Form) -> Self {
        let is_decided = matches!(door, Door::Asks(_));
        let shown = Shown::Form(is_decided, app.instance.settings().languages.clone(), form);
        Self { page: page(app, visitor, "signup-title"), shown }
    }

    fn said(app: &App, visitor: &Visitor, title: &str, words: &str) -> Self {
        Self { page: page(app, visitor, title), shown: Shown::Said(visitor.text(words)) }
    }
}
