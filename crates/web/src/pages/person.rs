//! One person with an account: what they may do, for those who manage accounts.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use calendar::phrase;
use domain::account::Account;
use domain::invalid::Invalid;
use federation::invitations::may;
use federation::people::{self, Admin as By};
use http::{HeaderMap, StatusCode};
use storage::Tx;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::pages::delete::Confirm;
use crate::pages::people::roles;
use crate::session::{self, Admin};
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/editors/people/{id}", get(show).post(change))
        .route("/editors/people/{id}/remove", get(ask).post(remove))
}

#[derive(Template)]
#[template(path = "person.html")]
struct Person {
    page: Page,
    id: Uuid,
    email: String,
    since: String,
    /// The initiatives, each with what the person may do there.
    initiatives: Vec<(String, String)>,
    suspended: bool,
    /// Whether there is a second key that can be taken off; nobody does that to themselves here.
    has_second: bool,
    role: &'static str,
    roles: Vec<(&'static str, String)>,
    form: Form,
}

async fn show(State(app): State<App>, admin: Admin, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    layout::html(&Person::of(&app, &admin.visitor, id, Form::default()).await?)
}

async fn change(
    State(app): State<App>,
    admin: Admin,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    let session = session::hash(&app, &headers);
    let by = By { name: &admin.rights.account.name, session: &session };
    let (fine, done) = match fields.value("do") {
        "role" => {
            let role = fields.value("role").parse().map_err(|_| PageError::Malformed)?;
            (people::set_role(&app.instance, by, id, role).await?, "rights-changed")
        }
        "suspend" => (people::suspend(&app.instance, by, id, true).await?, "suspended"),
        "resume" => (people::suspend(&app.instance, by, id, false).await?, "resumed"),
        // One's own is switched off with a code, on the page of one's account.
        "key-off" if id != admin.rights.account.id => {
            (people::take_second_factor(&app.instance, by, id).await.map(|_| true)?, "key-taken")
        }
        "sign-out" => (people::sign_out(&app.instance, by, id).await.map(|()| true)?, "ended-everywhere"),
        _ => return Err(PageError::Malformed),
    };
    if fine {
        return Ok(Redirect::to(&format!("/editors/people/{id}?done={done}")).into_response());
    }
    last(&app, &admin.visitor, id).await
}

async fn ask(State(app): State<App>, admin: Admin, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let account = known(&mut app.instance.store().read().await?, id).await?;
    layout::html(&Confirm {
        page: admin.visitor.page(&app, admin.visitor.text("people-remove-title")),
        what: account.name,
        consequence: "people-remove-consequence",
        action: format!("/editors/people/{id}/remove"),
        address: None,
        button: "people-remove",
        back: format!("/editors/people/{id}"),
    })
}

async fn remove(
    State(app): State<App>,
    admin: Admin,
    headers: HeaderMap,
    Path(id): Path<Uuid>,
) -> Result<Response, PageError> {
    let session = session::hash(&app, &headers);
    let by = By { name: &admin.rights.account.name, session: &session };
    if people::remove(&app.instance, by, id).await? {
        return Ok(Redirect::to("/editors/people?done=removed").into_response());
    }
    last(&app, &admin.visitor, id).await
}

/// The page of the last one who manages accounts: somebody has to.
async fn last(app: &App, visitor: &Visitor, id: Uuid) -> Result<Response, PageError> {
    let form = Form::refused(Fields::default(), Invalid::one("role", "people-last-admin"));
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &Person::of(app, visitor, id, form).await?)
}

async fn known(tx: &mut Tx, id: Uuid) -> Result<Account, PageError> {
    storage::accounts::by_id(tx, id).await?.ok_or(PageError::NotFound)
}

impl Person {
    async fn of(app: &App, visitor: &Visitor, id: Uuid, form: Form) -> Result<Self, PageError> {
        let mut tx = app.instance.store().read().await?;
        let account = known(&mut tx, id).await?;
        let mut initiatives = Vec::new();
        for (initiative, membership) in storage::accounts::memberships_of(&mut tx, id).await? {
            if let Some(actor) = storage::actors::by_id(&mut tx, initiative).await? {
                initiatives.push((actor.name, may(visitor.language, account.role, Some(membership))));
            }
        }
        let is_other = visitor.rights.as_ref().is_some_and(|rights| rights.account.id != id);
        let has_second = is_other && storage::second_factors::is_on(&mut tx, id).await?;
        drop(tx);
        let since = phrase::date(account.created_at.to_zoned(app.zone()).date(), visitor.language);
        let mut page = visitor.page(app, account.name);
        // Switching the language leads back here also after a form was refused.
        page.path = format!("/editors/people/{id}");
        Ok(Self {
            page,
            id,
            email: account.email.to_string(),
            since,
            initiatives,
            suspended: account.suspended_at.is_some(),
            has_second,
            role: account.role.as_str(),
            roles: roles(visitor),
            form,
        })
    }
}
