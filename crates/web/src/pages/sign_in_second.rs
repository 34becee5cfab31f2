//! The second key, once the first was right: a number of the app, or a code from paper. Until then there is no session.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::invalid::Invalid;
use http::{HeaderMap, StatusCode};
use storage::half_sign_ins;

use crate::app::App;
use crate::client::Client;
use crate::entrance;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::kept::Kept;
use crate::layout::{self, Page};
use crate::pages::sign_in;
use crate::second_factor::{self, Spent};
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route(entrance::SECOND, get(ask).post(enter))
}

#[derive(Template)]
#[template(path = "sign_in_second.html")]
struct Second {
    page: Page,
    form: Form,
    kept: Kept,
}

async fn ask(State(app): State<App>, visitor: Visitor, headers: HeaderMap) -> Result<Response, PageError> {
    let mut tx = app.instance.store().read().await?;
    match entrance::waiting(&app, &mut tx, &headers).await? {
        Some(_) => with(&app, &visitor, Kept::default()),
        None => Ok(late(&visitor)),
    }
}

/// The page, with what was typed before into another form.
pub(super) fn with(app: &App, visitor: &Visitor, kept: Kept) -> Result<Response, PageError> {
    layout::html(&Second { page: sign_in::page(app, visitor, "second-title"), form: Form::default(), kept })
}

/// Nobody waits here: it took too long, or a second press of the button came after the first had opened.
fn late(visitor: &Visitor) -> Response {
    let to = if visitor.rights.is_some() { sign_in::HOME } else { "/sign-in?done=too-late" };
    Redirect::to(to).into_response()
}

async fn enter(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, PageError> {
    if !app.limits.admits_client(client.0) {
        return Err(PageError::TooMany);
    }
    let mut tx = app.instance.store().write().await?;
    let Some((id, half)) = entrance::waiting(&app, &mut tx, &headers).await? else { return Ok(late(&visitor)) };
    match second_factor::spend(&mut tx, id, fields.value("code"), app.instance.clock().now()).await? {
        Spent::TooMany => return Err(PageError::TooMany),
        Spent::Wrong => {
            // The wrong try is counted.
            tx.commit().await?;
            let kept = Kept::read(&fields);
            let form = Form::refused(fields, Invalid::one("code", "second-code-wrong"));
            let again = Second { page: sign_in::page(&app, &visitor, "second-title"), form, kept };
            return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &again);
        }
        Spent::Right => {}
    }
    let Some(rights) = storage::accounts::rights(&mut tx, id).await? else { return Ok(late(&visitor)) };
    if !half_sign_ins::take(&mut tx, &half).await? {
        return Ok(late(&visitor));
    }
    let opened = entrance::open_wide(&app, &mut tx, &visitor, &rights.account).await?;
    tx.commit().await?;
    sign_in::enter(&app, &visitor, opened, Kept::read(&fields))
}
