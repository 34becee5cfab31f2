//! Writing to an initiative: a form, a letter that confirms it, and then it goes on.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use domain::actor::Actor;
use federation::contacts::{self, Draft};
use http::StatusCode;

use crate::app::App;
use crate::client::Client;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::pages::{initiative, report};
use crate::secrets;
use crate::visitor::Visitor;

/// A field that no person sees: who fills it in is a program.
const TRAP: &str = "website";

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/@{handle}/contact", get(ask).post(take)).route("/contact/{token}", get(offer).post(confirm))
}

#[derive(Template)]
#[template(path = "contact.html")]
struct ContactPage {
    page: Page,
    shown: Shown,
}

/// What the page shows.
enum Shown {
    /// The form, for the initiative with that handle.
    Form(String, Form),
    /// The button of a link.
    Confirm(String),
    /// A sentence.
    Said(String),
}

async fn ask(State(app): State<App>, visitor: Visitor, Path(handle): Path<String>) -> Result<Response, PageError> {
    let actor = open(&app, &handle).await?;
    layout::html(&ContactPage::form(&app, &visitor, &actor, Form::fresh(report::known(&visitor))))
}

async fn take(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    Path(handle): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    if !app.limits.admits_proposal(client.0) {
        return Err(PageError::TooMany);
    }
    let actor = open(&app, &handle).await?;
    let typed = |name| fields.value(name);
    let draft = match Draft::new(typed("name"), typed("email"), typed("words"), visitor.language) {
        Ok(draft) => draft,
        Err(invalid) => {
            let page = ContactPage::form(&app, &visitor, &actor, Form::refused(fields, invalid));
            return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    if fields.filled(TRAP).is_some() {
        return layout::html(&ContactPage::said(&app, &visitor, "propose-sent-title", "contact-sent"));
    }
    match contacts::take(&app.instance, &actor, &draft, &secrets::token()).await {
        Ok(()) => layout::html(&ContactPage::said(&app, &visitor, "propose-sent-title", "contact-sent")),
        Err(federation::Error::Unusable(_)) => {
            let page = ContactPage::said(&app, &visitor, "contact-full-title", "contact-full");
            layout::html_with(StatusCode::SERVICE_UNAVAILABLE, &page)
        }
        Err(other) => Err(other.into()),
    }
}

/// Shows a button and uses nothing up: mail scanners open every link.
async fn offer(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, PageError> {
    if !secrets::is_token(&token) {
        return Err(PageError::NotFound);
    }
    layout::html(&ContactPage {
        page: page(&app, &visitor, visitor.text("contact-confirm-title")),
        shown: Shown::Confirm(token),
    })
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
    match contacts::confirm(&app.instance, &token).await {
        Ok(actor) => {
            let words = visitor.text_with("contact-done", &[("name", &actor.name)]);
            let page = page(&app, &visitor, visitor.text("contact-done-title"));
            layout::html(&ContactPage { page, shown: Shown::Said(words) })
        }
        Err(federation::Error::NotFound) => {
            let page = ContactPage::said(&app, &visitor, "propose-late-title", "contact-late");
            layout::html_with(StatusCode::GONE, &page)
        }
        Err(federation::Error::Unusable(_)) => {
            let page = ContactPage::said(&app, &visitor, "contact-full-title", "contact-full");
            layout::html_with(StatusCode::SERVICE_UNAVAILABLE, &page)
        }
        Err(other) => Err(other.into()),
    }
}

/// An initiative that somebody reads letters for.
async fn open(app: &App, handle: &str) -> Result<Actor, PageError> {
    let actor = initiative::find(app, handle).await?;
    let mut tx = app.instance.store().read().await?;
    if is_open(app, &mut tx, &actor).await? { Ok(actor) } else { Err(PageError::NotFound) }
}

/// Whether an initiative can be written to: letters can be sent, and somebody reads them.
pub(super) async fn is_open(app: &App, tx: &mut storage::Tx, actor: &Actor) -> Result<bool, PageError> {
    Ok(app.settings.mail_configured && !contacts::readers(tx, actor).await?.is_empty())
}

fn page(app: &App, visitor: &Visitor, title: String) -> Page {
    let mut visitor = visitor.clone();
    if visitor.path.starts_with("/contact/") {
        // Switching the language must not carry the token through another form.
        "/initiatives".clone_into(&mut visitor.path);
    }
    let mut page = visitor.page(app, title);
    page.head.hidden = true;
    page
}

impl ContactPage {
    fn form(app: &App, visitor: &Visitor, actor: &Actor, form: Form) -> Self {
        let title = visitor.text_with("contact-title", &[("name", &actor.name)]);
        Self { page: page(app, visitor, title), shown: Shown::Form(actor.handle.clone(), form) }
    }

    fn said(app: &App, visitor: &Visitor, title: &str, words: &str) -> Self {
        Self { page: page(app, visitor, visitor.text(title)), shown: Shown::Said(visitor.text(words)) }
    }
}
