//! Pointing something out to the editors, without an account: a form on every post, event and initiative, and one for any
//! address here.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use domain::invalid::Invalid;
use domain::report::Kind;
use federation::reports::{self, Draft};
use http::StatusCode;
use url::Url;
use uuid::Uuid;

use crate::app::App;
use crate::client::Client;
use crate::error::PageError;
use crate::forms::{self, Fields, Form};
use crate::layout::{self, Page};
use crate::listing::beginning;
use crate::pages::{editors, event, initiative};
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/posts/{id}/report", get(ask_post).post(take_post))
        .route("/events/{id}/report", get(ask_event).post(take_event))
        .route("/@{handle}/report", get(ask_actor).post(take_actor))
        .route("/report", get(ask_any).post(take_any))
}

#[derive(Template)]
#[template(path = "report.html")]
struct ReportPage {
    page: Page,
    /// What it is about, and its page; `None` where its address is asked for.
    about: Option<(String, String)>,
    kinds: [(&'static str, String); 3],
    mail: bool,
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
    let settings = app.instance.settings();
    let stranger = Visitor::stranger(settings.language, settings.manner, String::new());
    let (event, _) = match event::load(&mut tx, id, &stranger).await {
        Err(PageError::NotFound) => return Err(editors::missing(&mut tx, id).await?),
        found => found?,
    };
    Ok(About { url: event.url, what: event.details.name, path: format!("/events/{id}") })
}

async fn actor(app: &App, handle: &str) -> Result<About, PageError> {
    let actor = initiative::find(app, handle).await?;
    Ok(About { url: actor.url, what: actor.name, path: format!("/@{}", actor.handle) })
}

/// What stands at an address of ours that was typed or pasted.
async fn found(app: &App, typed: &str) -> Result<Option<About>, PageError> {
    let Some(url) = address(app, typed) else { return Ok(None) };
    let parts: Vec<&str> = url.path_segments().map(Iterator::collect).unwrap_or_default();
    let key = |text: &str| text.parse::<Uuid>().unwrap_or_default();
    let about = match parts.as_slice() {
        ["posts", id, ..] => post(app, key(id)).await,
        ["events", id, ..] => happening(app, key(id)).await,
        [handle, ..] if handle.starts_with('@') => actor(app, handle.trim_start_matches('@')).await,
        _ => Err(PageError::NotFound),
    };
    match about {
        Err(PageError::NotFound | PageError::Gone) => Ok(None),
        about => about.map(Some),
    }
}

/// An address on this server, with or without its host.
pub(super) fn address(app: &App, typed: &str) -> Option<Url> {
    let url = if typed.starts_with('/') {
        app.instance.settings().base_url.join(typed).ok()
    } else {
        forms::web_address(typed).ok()
    };
    url.filter(|url| app.instance.is_ours(url))
}

async fn ask_any(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    layout::html(&ReportPage::of(&app, &visitor, None, Form::fresh(known(&visitor))))
}

async fn take_any(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    fields: Fields,
) -> Result<Response, PageError> {
    let Some(about) = found(&app, fields.value("address")).await? else {
        let form = Form::refused(fields, Invalid::one("address", "report-address-unknown"));
        let page = ReportPage::of(&app, &visitor, None, form);
        return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    take(&app, &visitor, client, about, fields).await
}

async fn ask_actor(
    State(app): State<App>,
    visitor: Visitor,
    Path(handle): Path<String>,
) -> Result<Response, PageError> {
    ask(&app, &visitor, actor(&app, &handle).await?)
}

async fn take_actor(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    Path(handle): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let about = actor(&app, &handle).await?;
    take(&app, &visitor, client, about, fields).await
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
    layout::html(&ReportPage::of(app, visitor, Some(about), Form::fresh(known(visitor))))
}

/// What is known of who asks, so that nobody has to type it.
pub(super) fn known(visitor: &Visitor) -> Fields {
    let mut fields = Fields::default();
    if let Some(rights) = &visitor.rights {
        fields.set("name", &rights.account.name);
        fields.set("email", rights.account.email.as_str());
    }
    fields
}

/// What was typed into a form about something.
pub(super) fn draft(visitor: &Visitor, fields: &Fields, kind: Option<Kind>) -> Draft {
    let typed = |name| fields.value(name).to_owned();
    let (reason, name, email) = (typed("reason"), typed("name"), typed("email"));
    Draft { kind, reason, name, email, language: visitor.language }
}

/// The sentence with the number of a receipt.
pub(super) fn receipt(visitor: &Visitor, number: &str) -> String {
    visitor.text_with("report-number", &[("number", number)])
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
    let kind = Kind::OFFERED.into_iter().find(|kind| kind.as_str() == fields.value("kind"));
    match reports::take(&app.instance, &about.url, &draft(visitor, &fields, kind)).await {
        Ok(number) => {
            let mut page = ReportPage::of(app, visitor, Some(about), Form::default());
            page.page.title = visitor.text("report-thanks");
            page.receipt = Some(receipt(visitor, &number));
            layout::html(&page)
        }
        Err(federation::Error::Invalid(invalid)) => {
            let page = ReportPage::of(app, visitor, Some(about), Form::refused(fields, invalid));
            layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(federation::Error::Unusable(_)) => {
            let mut page = ReportPage::of(app, visitor, Some(about), Form::fresh(fields));
            page.full = true;
            layout::html_with(StatusCode::SERVICE_UNAVAILABLE, &page)
        }
        Err(other) => Err(other.into()),
    }
}

impl ReportPage {
    fn of(app: &App, visitor: &Visitor, about: Option<About>, form: Form) -> Self {
        let mut page = visitor.page(app, visitor.text("report-title"));
        page.head.hidden = true;
        let kind = |kind: Kind| (kind.as_str(), visitor.text(&format!("report-kind-{}", kind.as_str())));
        Self {
            page,
            about: about.map(|about| (about.what, about.path)),
            kinds: Kind::OFFERED.map(kind),
            mail: app.settings.mail_configured,
            form,
            receipt: None,
            full: false,
        }
    }
}
