//! The editors' overview: what reaches the neighbours, and what waits to be published.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use calendar::phrase;
use domain::account::Role;
use storage::Tx;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::pages::deliveries::Overview;
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
    /// How many posts wait to be checked, and how many reports to be decided.
    held: i64,
    reports: i64,
    overview: Overview,
    drafts: Vec<Draft>,
}

struct Draft {
    id: Uuid,
    title: String,
    when: String,
}

/// How many of each the overview shows at most.
const LIMIT: i64 = 100;

async fn show(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    let visitor = &editor.visitor;
    let mut tx = app.instance.store().read().await?;
    let overview = Overview::load(&app, &mut tx, visitor).await?;
    let drafts = storage::events::drafts(&mut tx, LIMIT).await?;
    let (held, _) = storage::held::count(&mut tx).await?;
    let reports = storage::reports::count_open(&mut tx).await?;
    drop(tx);
    let draft = |(event, author): (domain::event::Event, domain::actor::Actor)| Draft {
        id: event.id,
        when: format!("{} · {}", phrase::when_list(&event.details, visitor.language), author.name),
        title: event.details.name,
    };
    layout::html(&Editors {
        page: visitor.page(&app, visitor.text("editors-title")),
        admin: editor.rights.account.role == Role::Admin,
        held,
        reports,
        overview,
        drafts: drafts.into_iter().map(draft).collect(),
    })
}

/// Why something is not there: deleted, or never known.
pub(crate) async fn missing(tx: &mut Tx, id: Uuid) -> Result<PageError, PageError> {
    let entry = storage::objects::by_id(tx, id).await?;
    let deleted = entry.is_some_and(|entry| entry.deleted_at.is_some());
    Ok(if deleted { PageError::Gone } else { PageError::NotFound })
}
