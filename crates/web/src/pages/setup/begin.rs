//! The first account: whoever has the link that the server printed becomes the admin.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::account::{Account, Email, Role};
use domain::invalid::Invalid;
use domain::setup::TOKEN;
use http::StatusCode;
use uuid::Uuid;

use crate::app::App;
use crate::client::Client;
use crate::error::PageError;
use crate::forms::{self, Fields, Form};
use crate::layout::{self, Page};
use crate::visitor::Visitor;
use crate::{entrance, secrets};

pub(super) fn router() -> Router<App> {
    Router::new().route("/setup/begin/{token}", get(offer).post(begin))
}

#[derive(Template)]
#[template(path = "setup_begin.html")]
struct Begin {
    page: Page,
    token: String,
    form: Form,
}

#[derive(Template)]
#[template(path = "setup_late.html")]
struct Late {
    page: Page,
}

/// Shows the form and uses nothing up: links are opened by more than people.
async fn offer(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, PageError> {
    let mut tx = app.instance.store().read().await?;
    let holds = app.settings.setup.is_closed
        && secrets::is_token(&token)
        && storage::settings::holds(&mut tx, TOKEN, &secrets::setup_hash(&token)).await?
        && storage::accounts::all(&mut tx).await?.is_empty();
    drop(tx);
    if holds { layout::html(&Begin::of(&app, visitor, token, Form::default())) } else { late(&app, &visitor) }
}

/// Makes the account and signs its owner in, in the transaction that uses the link up.
async fn begin(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    if !app.limits.admits_client(client.0) {
        return Err(PageError::TooMany);
    }
    // Of a quarter that is open, an old link is worth nothing, even if nobody has an account any more.
    if !app.settings.setup.is_closed || !secrets::is_token(&token) {
        return late(&app, &visitor);
    }
    let account = match read(&app, &visitor, &fields) {
        Ok(account) => account,
        Err(invalid) => {
            let page = Begin::of(&app, visitor, token, Form::refused(fields, invalid));
            return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let mut tx = app.instance.store().write().await?;
    let is_first = storage::settings::take(&mut tx, TOKEN, &secrets::setup_hash(&token)).await?
        && storage::accounts::all(&mut tx).await?.is_empty();
    if !is_first {
        return late(&app, &visitor);
    }
    storage::accounts::insert(&mut tx, &account).await?;
    // Whoever sets a quarter up is asked for a second key the next time: now there is enough to do.
    let opened = entrance::open(&app, &mut tx, &visitor, &account).await?;
    tx.commit().await?;
    Ok(([opened.cookie], Redirect::to("/setup")).into_response())
}

fn read(app: &App, visitor: &Visitor, fields: &Fields) -> Result<Account, Invalid> {
    let mut invalid = Invalid::default();
    let name = forms::line(fields.value("name"), 100);
    invalid.unless(!name.is_empty(), "name", "setup-person-missing");
    let Ok(email) = fields.value("email").parse::<Email>() else {
        invalid.unless(false, "email", "invalid-email");
        return Err(invalid);
    };
    invalid.or(Account {
        id: Uuid::now_v7(),
        email,
        name,
        role: Role::Admin,
        language: visitor.language,
        actor: None,
        created_at: app.instance.clock().now(),
        suspended_at: None,
    })
}

fn late(app: &App, visitor: &Visitor) -> Result<Response, PageError> {
    let mut page = visitor.page(app, visitor.text("setup-late-title"));
    page.head.hidden = true;
    "/".clone_into(&mut page.path);
    layout::html_with(StatusCode::GONE, &Late { page })
}

impl Begin {
    fn of(app: &App, mut visitor: Visitor, token: String, form: Form) -> Self {
        // Switching the language must not carry the token through another form.
        "/".clone_into(&mut visitor.path);
        let mut page = visitor.page(app, visitor.text("setup-title"));
        page.head.hidden = true;
        Self { page, token, form }
    }
}
