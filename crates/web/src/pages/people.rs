//! Who may sign in, and who is invited, for those who manage accounts.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::account::{Email, Role};
use domain::invalid::Invalid;
use federation::invitations::{Offer, may};
use http::StatusCode;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{self, Fields, Form};
use crate::inviting::{self, Invited, Open, Wanted};
use crate::layout::{self, Page};
use crate::session::Admin;
use crate::visitor::Visitor;

/// How many open invitations are listed.
const LIMIT: i64 = 200;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/editors/people", get(show).post(invite))
        .route("/editors/people/withdraw", post(withdraw))
        .route("/editors/accounts", get(async || Redirect::permanent("/editors/people")))
}

#[derive(Template)]
#[template(path = "people.html")]
struct People {
    page: Page,
    accounts: Vec<Row>,
    open: Vec<Open>,
    roles: Vec<(&'static str, String)>,
    form: Form,
    mail: bool,
}

struct Row {
    id: Uuid,
    name: String,
    words: String,
    suspended: bool,
}

async fn show(State(app): State<App>, admin: Admin) -> Result<Response, PageError> {
    layout::html(&People::of(&app, &admin.visitor, Form::default()).await?)
}

async fn invite(State(app): State<App>, admin: Admin, fields: Fields) -> Result<Response, PageError> {
    let refuse = async |fields, invalid| {
        let page = People::of(&app, &admin.visitor, Form::refused(fields, invalid)).await?;
        layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
    };
    let wanted = match read(&app, &fields).await? {
        Ok(wanted) => wanted,
        Err(invalid) => return refuse(fields, invalid).await,
    };
    match inviting::invite(&app, &admin.rights.account, wanted).await? {
        Invited::Letter => Ok(Redirect::to("/editors/people?done=sent").into_response()),
        Invited::Slip(code, invitation) => inviting::slip(&app, &admin.visitor, &code, &invitation, "/editors/people"),
        Invited::Enough => refuse(fields, Invalid::one("name", "people-enough")).await,
    }
}

/// What was typed. Who manages accounts sees them all, and is told of an address that has one.
async fn read(app: &App, fields: &Fields) -> Result<Result<Wanted, Invalid>, PageError> {
    let mut invalid = Invalid::default();
    let name = forms::line(fields.value("name"), 100);
    invalid.unless(!name.is_empty(), "name", "people-name-missing");
    let mut wanted = None;
    if fields.value("do") == "letter" {
        let email: Option<Email> = fields.value("email").parse().ok();
        invalid.unless(email.is_some(), "email", "invalid-email");
        if let Some(email) = &email {
            let mut tx = app.instance.store().read().await?;
            let taken = storage::accounts::by_email(&mut tx, email).await?.is_some();
            invalid.unless(!taken, "email", "people-taken");
        }
        wanted = email;
    }
    let role = fields.value("role").parse().unwrap_or(Role::Member);
    let offer = Offer { role, initiative: None };
    Ok(invalid.or(Wanted { offer, email: wanted, name: Some(name) }))
}

async fn withdraw(State(app): State<App>, _admin: Admin, fields: Fields) -> Result<Response, PageError> {
    let id: Uuid = fields.value("id").parse().map_err(|_| PageError::Malformed)?;
    let mut tx = app.instance.store().write().await?;
    storage::invitations::withdraw(&mut tx, id, None).await?;
    tx.commit().await?;
    Ok(Redirect::to("/editors/people?done=withdrawn").into_response())
}

/// The roles with what each may do.
pub(crate) fn roles(visitor: &Visitor) -> Vec<(&'static str, String)> {
    Role::ALL.map(|role| (role.as_str(), may(visitor.language, role, None))).into()
}

impl People {
    async fn of(app: &App, visitor: &Visitor, form: Form) -> Result<Self, PageError> {
        let mut tx = app.instance.store().read().await?;
        let accounts = storage::accounts::all(&mut tx).await?;
        let open = storage::invitations::open(&mut tx, None, app.instance.clock().now(), LIMIT).await?;
        drop(tx);
        let people = accounts.into_iter().map(|account| Row {
            id: account.id,
            words: format!("{} · {}", account.email, may(visitor.language, account.role, None)),
            name: account.name,
            suspended: account.suspended_at.is_some(),
        });
        Ok(Self {
            page: visitor.page(app, visitor.text("people-title")),
            accounts: people.collect(),
            open: open.into_iter().map(|invitation| Open::of(app, visitor, invitation)).collect(),
            roles: roles(visitor),
            form,
            mail: app.settings.mail_configured,
        })
    }
}
