//! Taking up an invitation: by the link of a letter, or by the code on a slip of paper. Opening it uses nothing up.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::account::{Account, Email};
use domain::actor::Actor;
use domain::invalid::Invalid;
use domain::invitation::Code;
use federation::invitations::{self, Guest, Offer, may};
use http::StatusCode;
use storage::Tx;
use storage::invitations::Invitation;

use crate::app::App;
use crate::client::Client;
use crate::error::PageError;
use crate::forms::{self, Fields, Form};
use crate::layout::{self, Page};
use crate::visitor::Visitor;
use crate::{entrance, limits, secrets};

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/welcome", get(ask).post(enter)).route("/welcome/{token}", get(offer).post(accept))
}

/// Where a code is typed in.
#[derive(Template)]
#[template(path = "welcome_code.html")]
struct Ask {
    page: Page,
    form: Form,
    mail: bool,
    signed_in: bool,
}

/// What somebody is invited to, and the rules.
#[derive(Template)]
#[template(path = "welcome.html")]
struct Welcome {
    page: Page,
    token: String,
    what: String,
    /// Whether the mailbox has an account, so that there is nothing to fill in.
    known: bool,
    form: Form,
}

/// What comes of it, in a sentence.
#[derive(Template)]
#[template(path = "welcome_done.html")]
struct Done {
    page: Page,
    words: String,
}

fn page(app: &App, visitor: &Visitor, title: &str) -> Page {
    let quarter = [("quarter", app.instance.settings().name.as_str())];
    let mut page = visitor.page(app, visitor.text_with(title, &quarter));
    page.head.hidden = true;
    // Neither code nor token may be carried through another form.
    "/welcome".clone_into(&mut page.path);
    page
}

async fn ask(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    let mut fields = Fields::default();
    let typed = visitor.path.split_once("?code=").and_then(|(_, code)| code.parse::<Code>().ok());
    if let Some(code) = typed {
        fields.set("code", code.to_string());
    }
    layout::html(&Ask::of(&app, &visitor, Form::fresh(fields)))
}

/// Takes a code. Where letters can be sent, the answer is the same for every mailbox, and the code is good until the
/// letter's link was used.
async fn enter(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    fields: Fields,
) -> Result<Response, PageError> {
    if !app.limits.admits_client(client.0) {
        return Err(PageError::TooMany);
    }
    let mut tx = app.instance.store().write().await?;
    if !limits::admit_guess(&mut tx, app.instance.clock().now()).await? {
        return Err(PageError::TooMany);
    }
    let hash = fields.value("code").parse().map(|code| secrets::slip_hash(&code)).unwrap_or_default();
    let slip = invitations::find(&mut tx, &app.instance, &hash).await?;
    // The try is counted, whatever comes of it.
    tx.commit().await?;
    let Some((slip, initiative)) = slip else {
        return Ask::refuse(&app, &visitor, fields, Invalid::one("code", "welcome-code-wrong"));
    };
    let me = visitor.rights.as_ref().map(|rights| rights.account.clone());
    match me {
        Some(me) => join(&app, &visitor, &me, (&hash, fields)).await,
        None if app.settings.mail_configured => write(&app, &visitor, (slip, initiative), fields).await,
        None => begin(&app, &visitor, &hash, fields).await,
    }
}

/// Somebody who is signed in hands in the slip of an initiative.
async fn join(
    app: &App,
    visitor: &Visitor,
    me: &Account,
    (hash, fields): (&[u8], Fields),
) -> Result<Response, PageError> {
    let mut tx = app.instance.store().write().await?;
    let Some(initiative) = invitations::accept_as(&mut tx, &app.instance, hash, me).await? else {
        return Ask::refuse(app, visitor, fields, Invalid::one("code", "welcome-code-account"));
    };
    tx.commit().await?;
    Ok(Redirect::to(&home(Some(&initiative))).into_response())
}

/// The mailbox has to answer a letter first, so that nobody becomes somebody else.
async fn write(
    app: &App,
    visitor: &Visitor,
    (slip, initiative): (Invitation, Option<Actor>),
    fields: Fields,
) -> Result<Response, PageError> {
    let Ok(email) = fields.value("email").parse::<Email>() else {
        return Ask::refuse(app, visitor, fields, Invalid::one("email", "invalid-email"));
    };
    let now = app.instance.clock().now();
    let mut tx = app.instance.store().write().await?;
    if limits::admit_slip(&mut tx, slip.id, now).await? && limits::admit_unasked(&mut tx, &email, now).await? {
        let token = secrets::token();
        let answer = invitations::answer(&app.instance, &slip, email.clone());
        storage::invitations::insert(&mut tx, &answer, &secrets::hash(&token)).await?;
        let offer = Offer { role: slip.role, initiative: initiative.zip(slip.initiative.map(|(_, as_what)| as_what)) };
        let link = app.url(&format!("/welcome/{token}"));
        let letter = invitations::letter(&app.instance, &offer, (&email, None), &link);
        storage::letters::insert(&mut tx, &letter, now).await?;
    }
    tx.commit().await?;
    app.instance.wake_postman();
    layout::html(&Done { page: page(app, visitor, "welcome-sent-title"), words: visitor.text("welcome-sent") })
}

/// Where no letters can be sent the slip is enough.
async fn begin(app: &App, visitor: &Visitor, hash: &[u8], fields: Fields) -> Result<Response, PageError> {
    let mut invalid = Invalid::default();
    let guest = guest(visitor, &fields, &mut invalid);
    let email = fields.value("email").parse::<Email>();
    invalid.unless(email.is_ok(), "email", "invalid-email");
    let Ok(email) = email.map_err(|_| ()).and_then(|email| invalid.clone().or(email).map_err(|_| ())) else {
        return Ask::refuse(app, visitor, fields, invalid);
    };
    let mut tx = app.instance.store().write().await?;
    match invitations::accept_slip(&mut tx, &app.instance, hash, (email, &guest)).await? {
        Some(account) => enter_as(app, visitor, tx, &account, None).await,
        None => Ask::refuse(app, visitor, fields, Invalid::one("email", "welcome-email-no")),
    }
}

/// Shows what the invitation is to, and uses nothing up: mail scanners open every link.
async fn offer(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, PageError> {
    let mut tx = app.instance.store().read().await?;
    match Welcome::of(&app, &mut tx, &visitor, token, None).await? {
        Some(welcome) => layout::html(&welcome),
        None => late(&app, &visitor),
    }
}

async fn accept(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    if !app.limits.admits_client(client.0) {
        return Err(PageError::TooMany);
    }
    let mut tx = app.instance.store().write().await?;
    let Some(welcome) = Welcome::of(&app, &mut tx, &visitor, token.clone(), None).await? else {
        return late(&app, &visitor);
    };
    let mut invalid = Invalid::default();
    let guest = guest(&visitor, &fields, &mut invalid);
    if !welcome.known && !invalid.problems.is_empty() {
        let form = Form::refused(fields, invalid);
        let welcome = Welcome { form, ..welcome };
        return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &welcome);
    }
    match invitations::accept(&mut tx, &app.instance, &secrets::hash(&token), &guest).await? {
        Some((account, initiative)) => enter_as(&app, &visitor, tx, &account, initiative.as_ref()).await,
        None => late(&app, &visitor),
    }
}

/// Who somebody says they are, with what they have to agree to.
fn guest(visitor: &Visitor, fields: &Fields, invalid: &mut Invalid) -> Guest {
    let name = forms::line(fields.value("name"), 100);
    invalid.unless(!name.is_empty(), "name", "people-name-missing");
    invalid.unless(fields.checked("age"), "age", "welcome-age-missing");
    invalid.unless(fields.checked("agree"), "agree", "welcome-agree-missing");
    Guest { name, language: visitor.language }
}

/// Opens the door in the transaction that used the invitation up.
async fn enter_as(
    app: &App,
    visitor: &Visitor,
    mut tx: Tx,
    account: &Account,
    initiative: Option<&Actor>,
) -> Result<Response, PageError> {
    let opened = entrance::open(app, &mut tx, visitor, account).await?;
    tx.commit().await?;
    Ok(opened.to(&home(initiative)))
}

/// Where somebody is at home who came in.
fn home(initiative: Option<&Actor>) -> String {
    match initiative {
        Some(initiative) => format!("/@{}?done=come-in", initiative.handle),
        None => "/?done=come-in".to_owned(),
    }
}

fn late(app: &App, visitor: &Visitor) -> Result<Response, PageError> {
    let done = Done { page: page(app, visitor, "welcome-late-title"), words: visitor.text("welcome-late") };
    layout::html_with(StatusCode::GONE, &done)
}

impl Ask {
    fn of(app: &App, visitor: &Visitor, form: Form) -> Self {
        let (mail, signed_in) = (app.settings.mail_configured, visitor.rights.is_some());
        Self { page: page(app, visitor, "welcome-title"), form, mail, signed_in }
    }

    fn refuse(app: &App, visitor: &Visitor, fields: Fields, invalid: Invalid) -> Result<Response, PageError> {
        let page = Self::of(app, visitor, Form::refused(fields, invalid));
        layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
    }
}

impl Welcome {
    /// What the link with `token` is to; `None` if it is good no longer.
    async fn of(
        app: &App,
        tx: &mut Tx,
        visitor: &Visitor,
        token: String,
        form: Option<Form>,
    ) -> Result<Option<Self>, PageError> {
        let found = invitations::find(tx, &app.instance, &secrets::hash(&token)).await?;
        let Some((invitation, initiative)) = found else { return Ok(None) };
        let Some(email) = &invitation.email else { return Ok(None) };
        let account = storage::accounts::by_email(tx, email).await?;
        let may = may(visitor.language, invitation.role, invitation.initiative.map(|(_, membership)| membership));
        let what = match &initiative {
            Some(actor) => visitor.text_with("welcome-what-initiative", &[("name", &actor.name), ("what", &may)]),
            None => visitor.text_with("welcome-what", &[("what", &may)]),
        };
        let mut fields = Fields::default();
        fields.set("name", invitation.name.unwrap_or_default());
        let form = form.unwrap_or_else(|| Form::fresh(fields));
        Ok(Some(Self { page: page(app, visitor, "welcome-title"), token, what, known: account.is_some(), form }))
    }
}
