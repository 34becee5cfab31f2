//! Proposing an event without an account: a short form, a letter that confirms it, then an editor decides.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use domain::account::Email;
use domain::event::{self, Details, USUAL_LENGTH};
use domain::invalid::Invalid;
use domain::safety::ASKED;
use federation::proposals::{self, Sender};
use federation::reports;
use http::StatusCode;
use storage::submitted::{self, Claim};

use crate::app::App;
use crate::client::Client;
use crate::error::PageError;
use crate::forms::{self, Fields, Form};
use crate::layout::{self, Page};
use crate::pages::event_form;
use crate::visitor::Visitor;
use crate::{limits, secrets};

/// A field that no person sees: who fills it in is a program.
const TRAP: &str = "website";

/// What is taken of the form of an event.
const TAKEN: [&str; 12] = [
    "name",
    "starts",
    "starts_time",
    "ends_time",
    "all_day",
    "place",
    "street",
    "short",
    "free",
    "price",
    "registration",
    "contact",
];

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/propose/event", get(ask).post(take))
        .route("/propose/confirm/{token}", get(offer).post(confirm))
}

#[derive(Template)]
#[template(path = "propose.html")]
struct Propose {
    page: Page,
    form: Form,
    full: bool,
    mail: bool,
}

#[derive(Template)]
#[template(path = "propose_done.html")]
struct Done {
    page: Page,
    words: String,
    /// The sentence with the number, once an editor can see it.
    number: Option<String>,
}

#[derive(Template)]
#[template(path = "propose_confirm.html")]
struct Confirm {
    page: Page,
    token: String,
}

async fn ask(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    layout::html(&Propose::of(&app, &visitor, Form::default(), false))
}

/// Takes a proposal. The answer is the same for every mailbox, also for one that gets no more letters today.
async fn take(State(app): State<App>, visitor: Visitor, client: Client, fields: Fields) -> Result<Response, PageError> {
    if !app.limits.admits_proposal(client.0) {
        return Err(PageError::TooMany);
    }
    let (draft, sender) = match read(&app, &visitor, &fields) {
        Ok(read) => read,
        Err(invalid) => {
            let page = Propose::of(&app, &visitor, Form::refused(fields, invalid), false);
            return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    if fields.filled(TRAP).is_some() {
        return layout::html(&Done::sent(&app, &visitor));
    }
    match keep(&app, &draft, sender, &fields.fingerprint("/propose/event")).await {
        Ok(None) => layout::html(&Done::sent(&app, &visitor)),
        Ok(Some(number)) => layout::html(&Done::waiting(&app, &visitor, &number)),
        Err(federation::Error::Unusable(_)) => {
            let page = Propose::of(&app, &visitor, Form::fresh(fields), true);
            layout::html_with(StatusCode::SERVICE_UNAVAILABLE, &page)
        }
        Err(other) => Err(other.into()),
    }
}

fn read(app: &App, visitor: &Visitor, fields: &Fields) -> Result<(event::Draft, Sender), Invalid> {
    let start = app.instance.clock().now();
    let empty = Details::new("", start, start + USUAL_LENGTH, &app.instance.settings().timezone);
    let draft = event_form::read(&fields.only(&TAKEN), &empty);
    let mut invalid = draft.as_ref().err().cloned().unwrap_or_default();
    let name = forms::line(fields.value("sender"), 100);
    invalid.unless(!name.is_empty(), "sender", "propose-name-missing");
    let email = fields.value("email").parse::<Email>();
    invalid.unless(email.is_ok(), "email", "invalid-email");
    if let Ok(draft) = &draft {
        let touches = app.instance.settings().editors.safety.touch_event(draft.details());
        invalid.unless(!touches || fields.checked(ASKED), ASKED, "safety-asked");
    }
    match (draft, email) {
        (Ok(draft), Ok(email)) => invalid.or((draft, Sender { name, email, language: visitor.language })),
        _ => Err(invalid),
    }
}

/// Keeps the proposal with its letter; its number where no mailbox has to confirm it, since no letters can be sent.
async fn keep(app: &App, draft: &event::Draft, sender: Sender, form: &[u8]) -> federation::Result<Option<String>> {
    let (instance, now) = (&app.instance, app.instance.clock().now());
    let mut tx = instance.store().write().await?;
    let has_mail = app.settings.mail_configured;
    if let Claim::Done(made) = submitted::claim(&mut tx, form, now).await? {
        return Ok(made.filter(|_| !has_mail).map(reports::number));
    }
    if !has_mail {
        let proposal = proposals::take(&mut tx, instance, draft, sender, None).await?;
        submitted::note(&mut tx, form, proposal.event).await?;
        tx.commit().await?;
        return Ok(Some(proposal.number));
    }
    if !limits::admit_unasked(&mut tx, &sender.email, now).await? {
        return Ok(None);
    }
    let token = secrets::token();
    let link = instance.url(&format!("/propose/confirm/{token}"));
    let letter = proposals::letter(instance, &draft.details().name, &sender, link.as_str());
    proposals::take(&mut tx, instance, draft, sender, Some(&secrets::hash(&token))).await?;
    storage::letters::insert(&mut tx, &letter, now).await?;
    tx.commit().await?;
    instance.wake_postman();
    Ok(None)
}

/// Shows a button and uses nothing up: mail scanners open every link.
async fn offer(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, PageError> {
    if !secrets::is_token(&token) {
        return Err(PageError::NotFound);
    }
    let mut visitor = visitor;
    // Switching the language must not carry the token through another form.
    "/propose/event".clone_into(&mut visitor.path);
    layout::html(&Confirm { page: page(&app, &visitor, "propose-confirm-title"), token })
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
    let mut tx = app.instance.store().write().await?;
    let now = app.instance.clock().now();
    let confirmed =
        storage::proposals::confirm(&mut tx, &secrets::hash(&token), now - proposals::LIFETIME, now).await?;
    tx.commit().await?;
    match confirmed {
        Some(proposal) => layout::html(&Done::waiting(&app, &visitor, &proposal.number)),
        None => layout::html_with(StatusCode::GONE, &Done::late(&app, &visitor)),
    }
}

fn page(app: &App, visitor: &Visitor, title: &str) -> Page {
    let mut page = visitor.page(app, visitor.text(title));
    page.head.hidden = true;
    page
}

impl Propose {
    fn of(app: &App, visitor: &Visitor, form: Form, full: bool) -> Self {
        let page = visitor.page(app, visitor.text("propose-title"));
        Self { page, form, full, mail: app.settings.mail_configured }
    }
}

impl Done {
    fn sent(app: &App, visitor: &Visitor) -> Self {
        Self { page: page(app, visitor, "propose-sent-title"), words: visitor.text("propose-sent"), number: None }
    }

    fn waiting(app: &App, visitor: &Visitor, number: &str) -> Self {
        let number = visitor.text_with("propose-number", &[("number", number)]);
        Self { page: page(app, visitor, "propose-thanks"), words: visitor.text("propose-next"), number: Some(number) }
    }

    fn late(app: &App, visitor: &Visitor) -> Self {
        Self { page: page(app, visitor, "propose-late-title"), words: visitor.text("propose-late"), number: None }
    }
}
