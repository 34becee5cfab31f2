//! Who may sign in, for those who manage accounts.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::account::{Account, Email, Role};
use domain::invalid::Invalid;
use http::StatusCode;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{self, Fields, Form};
use crate::layout::{self, Page};
use crate::session::Admin;
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/editors/accounts", get(show).post(create))
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
    page: Page,
    accounts: Vec<Row>,
    roles: Vec<(&'static str, String)>,
    form: Form,
}

struct Row {
    name: String,
    email: String,
    role: String,
}

async fn show(State(app): State<App>, admin: Admin) -> Result<Response, PageError> {
    layout::html(&AccountsPage::of(&app, &admin.visitor, Form::default()).await?)
}

async fn create(State(app): State<App>, admin: Admin, fields: Fields) -> Result<Response, PageError> {
    let (account, mut invalid) = read(&app, &fields);
    if let Some(account) = account.filter(|_| invalid.problems.is_empty()) {
        let mut tx = app.instance.store().write().await?;
        let added = storage::accounts::insert(&mut tx, &account).await?;
        tx.commit().await?;
        if added {
            return Ok(Redirect::to("/editors/accounts?done=created").into_response());
        }
        invalid.unless(false, "email", "editors-account-taken");
    }
    let page = AccountsPage::of(&app, &admin.visitor, Form::refused(fields, invalid)).await?;
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn read(app: &App, fields: &Fields) -> (Option<Account>, Invalid) {
    let mut invalid = Invalid::default();
    let name = forms::line(fields.value("name"), 100);
    invalid.unless(!name.is_empty(), "name", "pages-initiatives-name-short");
    let email: Option<Email> = fields.value("email").parse().ok();
    invalid.unless(email.is_some(), "email", "invalid-email");
    let account = email.map(|email| Account {
        id: Uuid::now_v7(),
        email,
        name,
        role: fields.value("role").parse().unwrap_or(Role::Member),
        language: app.instance.settings().language,
        actor: None,
        created_at: app.instance.clock().now(),
    });
    (account, invalid)
}

impl AccountsPage {
    async fn of(app: &App, visitor: &Visitor, form: Form) -> Result<Self, PageError> {
        let mut tx = app.instance.store().read().await?;
        let role = |role: Role| visitor.text(&format!("editors-role-{}", role.as_str()));
        let accounts = storage::accounts::all(&mut tx).await?.into_iter().map(|account| Row {
            role: role(account.role),
            name: account.name,
            email: account.email.to_string(),
        });
        Ok(Self {
            page: visitor.page(app, visitor.text("editors-accounts")),
            accounts: accounts.collect(),
            roles: Role::ALL.map(|one| (one.as_str(), role(one))).into(),
            form,
        })
    }
}
