//! The editors' overview: what reaches the neighbours, and how much waits for them.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use storage::Tx;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::pages::deliveries::Overview;
use crate::pages::upkeep;
use crate::session::Editor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/editors", get(show))
}

#[derive(Template)]
#[template(path = "editors.html")]
struct Editors {
    page: Page,
    admin: bool,
    /// How many things wait for a yes, and how many reports to be decided.
    waiting: i64,
    reports: i64,
    /// How many ask for an account.
    asking_in: i64,
    /// How many initiatives somebody has to see to.
    upkeep: usize,
    overview: Overview,
}

async fn show(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    let visitor = &editor.visitor;
    let mut tx = app.instance.store().read().await?;
    let overview = Overview::load(&app, &mut tx, visitor).await?;
    let waiting = federation::queue::count(&mut tx).await?;
    let reports = storage::reports::count_open(&mut tx).await? + storage::objections::count_open(&mut tx).await?;
    let asking_in = storage::sign_ups::count(&mut tx).await?.1;
    let upkeep = upkeep::count(&app, &mut tx).await?;
    drop(tx);
    layout::html(&Editors {
        page: visitor.page(&app, visitor.text("editors-title")),
        admin: editor.rights.may_manage_accounts(),
        waiting,
        reports,
        asking_in,
        upkeep,
        overview,
    })
}

/// Why something is not there: deleted, or never known.
pub(crate) async fn missing(tx: &mut Tx, id: Uuid) -> Result<PageError, PageError> {
    let entry = storage::objects::by_id(tx, id).await?;
    let deleted = entry.is_some_and(|entry| entry.deleted_at.is_some());
    Ok(if deleted { PageError::Gone } else { PageError::NotFound })
}
