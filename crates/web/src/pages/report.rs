//! Pointing something out to the editors: a form on every post and event, without an account.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use federation::reports::{self, Draft};
use http::StatusCode;
use url::Url;
use uuid::Uuid;

use crate::app::App;
use crate::client::Client;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::listing::beginning;
use crate::pages::{editors, event};
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/posts/{id}/report", get(ask_post).post(take_post))
        .route("/events/{id}/report", get(ask_event).post(take_event))
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    page: Page,
    what: String,
    /// The page of what it is about.
    path: String,
    form: Form,
    /// The sentence with the number of the receipt, once there is one.
    receipt: Option<String>,
    full: bool,
}

/// What is reported: its id, its title and its page.
struct About {
    url: Url,
    what: String,
    path: String,
}

/// A post that is shown; what nobody may see cannot be reported, and does not say so.
async fn post(app: &App, id: Uuid) -> Result<About, PageError> {
    let mut tx = app.instance.store().read().await?;
    let Some(post) = storage::posts::by_id(&mut tx, id).await? else {
        return Err(editors::missing(&mut tx, id).await?);
    };
    let what = post.details.title.clone().unwrap_or_else(|| beginning(&post.details.content, 100));
    Ok(About { url: post.url, what, path: format!("/posts/{id}") })
}

async fn happening(app: &App, id: Uuid) -> Result<About, PageError> {
    let mut tx = app.instance.store().read().await?;
    let stranger = Visitor::stranger(app.instance.settings().language, String::new());
    let (event, _) = match event::load(&mut tx, id, &stranger).await {
        Err(PageError::NotFound) => return Err(editors::missing(&mut tx, id).await?),
        found => found?,
    };
    Ok(About { url: event.url, what: event.details.name, path: format!("/events/{id}") })
}

async fn ask_post(State(app): State<App>, visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    ask(&app, &visitor, post(&app, id).await?)
}

async fn ask_event(State(app): State<App>, visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    ask(&app, &visitor, happening(&app, id).await?)
}

async fn take_post(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    let about = post(&app, id).await?;
    take(&app, &visitor, client, about, fields).await
}

async fn take_event(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    let about = happening(&app, id).await?;
    take(&app, &visitor, client, about, fields).await
}

fn ask(app: &App, visitor: &Visitor, about: About) -> Result<Response, PageError> {
    layout::html(&ReportPage::of(app, visitor, about, Form::default()))
}

async fn take(
    app: &App,
    visitor: &Visitor,
    client: Client,
    about: About,
    fields: Fields,
) -> Result<Response, PageError> {
    if !app.limits.admits_report(client.0) {
        return Err(PageError::TooMany);
    }
    let typed = |name| fields.value(name).to_owned();
    let draft = Draft { reason: typed("reason"), name: typed("name"), email: typed("email") };
    match reports::take(&app.instance, &about.url, &draft).await {
        Ok(number) => {
            let mut page = ReportPage::of(app, visitor, about, Form::default());
            page.page.title = visitor.text("report-thanks");
            page.receipt = Some(visitor.text_with("report-number", &[("number", &number)]));
            layout::html(&page)
        }
        Err(federation::Error::Invalid(invalid)) => {
            let page = ReportPage::of(app, visitor, about, Form::refused(fields, invalid));
            layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(federation::Error::Unusable(_)) => {
            let mut page = ReportPage::of(app, visitor, about, Form::fresh(fields));
            page.full = true;
            layout::html_with(StatusCode::SERVICE_UNAVAILABLE, &page)
        }
        Err(other) => Err(other.into()),
    }
}

impl ReportPage {
    fn of(app: &App, visitor: &Visitor, about: About, form: Form) -> Self {
        let mut page = visitor.page(app, visitor.text("report-title"));
        page.head.hidden = true;
        Self { page, what: about.what, path: about.path, form, receipt: None, full: false }
    }
}
