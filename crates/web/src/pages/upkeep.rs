//! „Stimmt das noch?“: the page behind the link of a letter, and for editors what was answered to it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use calendar::phrase;
use domain::actor::{Actor, Part};
use domain::html::Html;
use domain::upkeep::{Answer, Open, is_unsure};
use federation::upkeep;
use http::StatusCode;
use jiff::Timestamp;
use storage::Tx;

use crate::app::App;
use crate::client::Client;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::pages::initiative;
use crate::session::{Editor, SignedIn};
use crate::visitor::Visitor;

/// The routes of these pages.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/still-right/{token}", get(ask).post(take))
        .route("/@{handle}/still-right", post(confirm))
        .route("/editors/upkeep", get(list))
}

#[derive(Template)]
#[template(path = "upkeep.html")]
struct UpkeepPage {
    page: Page,
    shown: Shown,
}

/// What the page shows.
enum Shown {
    /// The question about the initiative with that name and handle, and the address to answer to.
    Question { name: String, handle: String, token: String, form: Form },
    /// A sentence.
    Said(String),
}

/// Shows the question and uses nothing up: mail scanners open every link.
async fn ask(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, PageError> {
    let actor = upkeep::by_token(&mut app.instance.store().read().await?, &token).await?;
    match actor {
        Some(actor) => layout::html(&UpkeepPage::question(&app, &visitor, &actor, (token, Form::default()))),
        None => late(&app, &visitor),
    }
}

async fn take(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    if !app.limits.admits_client(client.0) {
        return Err(PageError::TooMany);
    }
    let (answer, words) = match fields.value("do") {
        "right" => (Answer::Right, "upkeep-said-right"),
        "changed" => (Answer::Changed(fields.value("words").to_owned()), "upkeep-said-changed"),
        "gone" => (Answer::Gone, "upkeep-said-gone"),
        _ => return Err(PageError::Malformed),
    };
    match upkeep::answer(&app.instance, &token, answer).await {
        Ok(_) => layout::html(&UpkeepPage::said(&app, &visitor, "upkeep-thanks", words)),
        Err(federation::Error::NotFound) => late(&app, &visitor),
        Err(federation::Error::Invalid(invalid)) => {
            let actor = upkeep::by_token(&mut app.instance.store().read().await?, &token).await?;
            let Some(actor) = actor else { return late(&app, &visitor) };
            let page = UpkeepPage::question(&app, &visitor, &actor, (token, Form::refused(fields, invalid)));
            layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(other) => Err(other.into()),
    }
}

fn late(app: &App, visitor: &Visitor) -> Result<Response, PageError> {
    let page = UpkeepPage::said(app, visitor, "signin-link-used-title", "upkeep-late");
    layout::html_with(StatusCode::GONE, &page)
}

/// Who may change the page says that it is right.
async fn confirm(
    State(app): State<App>,
    me: SignedIn,
    Path(handle): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let actor = initiative::find(&app, &handle).await?;
    if !me.rights.may_manage(&actor) {
        return Err(PageError::Forbidden);
    }
    upkeep::confirm(&app.instance, &actor, &me.rights.account.name).await?;
    let back = if fields.value("back") == "list" { "/editors/upkeep".to_owned() } else { format!("/@{handle}") };
    Ok(Redirect::to(&format!("{back}?done=still-right")).into_response())
}

#[derive(Template)]
#[template(path = "upkeep_list.html")]
struct List {
    page: Page,
    rows: Vec<Row>,
}

/// An initiative that somebody has to see to.
struct Row {
    name: String,
    handle: String,
    /// Why, in a sentence.
    what: String,
    /// What was written.
    html: String,
    /// Whether it is said to be gone.
    is_gone: bool,
}

async fn list(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    let visitor = &editor.visitor;
    let mut tx = app.instance.store().read().await?;
    let mut rows = Vec::new();
    for (actor, open, since, words) in open(&mut tx, app.instance.clock().now()).await? {
        let day = phrase::date(since.to_zoned(app.zone()).date(), visitor.language);
        rows.push(Row {
            what: visitor.text_with(&format!("upkeep-open-{}", open.as_str()), &[("day", &day)]),
            html: Html::from_text(&words).as_str().to_owned(),
            is_gone: open == Open::Gone,
            name: actor.name,
            handle: actor.handle,
        });
    }
    drop(tx);
    layout::html(&List { page: visitor.page(&app, visitor.text("upkeep-list-title")), rows })
}

/// What an editor has to see to: which initiative, why, since when, and what was written; by name.
async fn open(tx: &mut Tx, now: Timestamp) -> Result<Vec<(Actor, Open, Timestamp, String)>, PageError> {
    let mut known = storage::upkeep::all(tx).await?;
    let mut found = Vec::new();
    for actor in storage::actors::of_part(tx, Part::Initiative).await? {
        let Some(kept) = known.remove(&actor.id) else { continue };
        if let Some((open, words, at)) = kept.answer {
            found.push((actor, open, at, words));
        } else if is_unsure(kept.open_since, now) {
            let since = upkeep::last_sign(tx, &actor).await?;
            found.push((actor, Open::Silent, since, String::new()));
        }
    }
    Ok(found)
}

/// How many an editor has to see to.
pub(crate) async fn count(app: &App, tx: &mut Tx) -> Result<usize, PageError> {
    let now = app.instance.clock().now();
    let known = storage::upkeep::all(tx).await?;
    Ok(known.values().filter(|kept| kept.answer.is_some() || is_unsure(kept.open_since, now)).count())
}

/// What the page of an initiative says about when it was confirmed.
pub(crate) struct Sign {
    /// That nobody has answered for long.
    pub(crate) unsure: Option<String>,
    /// When somebody last confirmed it.
    pub(crate) confirmed: Option<String>,
}

impl Sign {
    pub(crate) async fn of(app: &App, tx: &mut Tx, visitor: &Visitor, actor: &Actor) -> Result<Self, PageError> {
        let kept = storage::upkeep::of(tx, actor.id).await?;
        let said = |key: &str, at: Timestamp| {
            let day = phrase::date(at.to_zoned(app.zone()).date(), visitor.language);
            visitor.text_with(key, &[("day", &day)])
        };
        let is_unsure = is_unsure(kept.open_since, app.instance.clock().now());
        let since = if is_unsure { Some(upkeep::last_sign(tx, actor).await?) } else { None };
        Ok(Self {
            unsure: since.map(|since| said("upkeep-unsure", since)),
            confirmed: kept.confirmed_at.map(|at| said("upkeep-confirmed", at)),
        })
    }
}

impl UpkeepPage {
    fn question(app: &App, visitor: &Visitor, actor: &Actor, (token, form): (String, Form)) -> Self {
        let (name, handle) = (actor.name.clone(), actor.handle.clone());
        Self { page: page(app, visitor, "upkeep-title"), shown: Shown::Question { name, handle, token, form } }
    }

    fn said(app: &App, visitor: &Visitor, title: &str, words: &str) -> Self {
        Self { page: page(app, visitor, title), shown: Shown::Said(visitor.text(words)) }
    }
}

fn page(app: &App, visitor: &Visitor, title: &str) -> Page {
    let mut page = visitor.page(app, visitor.text(title));
    page.head.hidden = true;
    // Switching the language must not carry the token through another form.
    "/initiatives".clone_into(&mut page.path);
    page
}
