//! The list of initiatives, and for editors the form for a new one.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::actor::{Actor, Part};
use domain::handle::{Handle, Refused as BadHandle};
use domain::html::Html;
use domain::invalid::Invalid;
use domain::upkeep::is_unsure;
use http::StatusCode;

use crate::app::App;
use crate::error::{PageError, Refused};
use crate::forms::{self, Fields, Form};
use crate::layout::{self, Page};
use crate::listing::beginning;
use crate::session::Editor;
use crate::visitor::Visitor;
use federation::initiatives;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/initiatives", get(show).post(create))
}

#[derive(Template)]
#[template(path = "initiatives.html")]
struct InitiativesPage {
    page: Page,
    initiatives: Vec<Card>,
    form: Form,
}

struct Card {
    handle: String,
    name: String,
    about: String,
    meetings: Option<String>,
    /// Whether nobody has confirmed it for long.
    unsure: bool,
}

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    layout::html(&InitiativesPage::of(&app, &visitor, Form::default()).await?)
}

async fn create(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    match found(&app, &fields).await {
        Ok(actor) => Ok(Redirect::to(&format!("/@{}?done=created", actor.handle)).into_response()),
        Err(Refused::Page(error)) => Err(error),
        Err(Refused::Invalid(invalid)) => {
            let form = Form::refused(fields, invalid);
            let page = InitiativesPage::of(&app, &editor.visitor, form).await?;
            layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn found(app: &App, fields: &Fields) -> Result<Actor, Refused> {
    let name = forms::line(fields.value("name"), 100);
    let mut invalid = Invalid::default();
    invalid.unless(name.chars().count() >= 2, "name", "pages-initiatives-name-short");
    let typed = fields.filled("handle").map(str::to_owned);
    let handle = typed.or_else(|| Handle::suggest(&name).map(String::from)).unwrap_or_default().parse::<Handle>();
    if let Err(problem) = &handle {
        let message = match problem {
            BadHandle::Form => "pages-initiatives-handle-form",
            BadHandle::Reserved => "pages-initiatives-handle-reserved",
        };
        invalid.unless(false, "handle", message);
    }
    let handle = invalid.or(handle).map_err(Refused::Invalid)?;
    let Ok(handle) = handle else { return Err(Refused::Page(PageError::Malformed)) };
    let mut tx = app.instance.store().read().await.map_err(PageError::from).map_err(Refused::Page)?;
    let taken =
        storage::actors::by_handle(&mut tx, handle.as_str()).await.map_err(PageError::from).map_err(Refused::Page)?;
    drop(tx);
    if taken.is_some() {
        return Err(Refused::Invalid(Invalid::one("handle", "pages-initiatives-handle-taken")));
    }
    let about = Html::from_text(&fields.value("about").chars().take(2000).collect::<String>());
    Ok(initiatives::create(&app.instance, &name, &handle, about).await?)
}

impl InitiativesPage {
    async fn of(app: &App, visitor: &Visitor, form: Form) -> Result<Self, PageError> {
        let mut tx = app.instance.store().read().await?;
        let actors = storage::actors::of_part(&mut tx, Part::Initiative).await?;
        let mut profiles = storage::profiles::all(&mut tx).await?;
        let upkeep = storage::upkeep::all(&mut tx).await?;
        drop(tx);
        let now = app.instance.clock().now();
        let is_unsure = |actor: &Actor| upkeep.get(&actor.id).is_some_and(|kept| is_unsure(kept.open_since, now));
        let card = |actor: Actor| {
            let mut facts = profiles.remove(&actor.id).unwrap_or_default();
            Card {
                about: facts.purpose.take().unwrap_or_else(|| beginning(&actor.summary, 200)),
                unsure: is_unsure(&actor),
                meetings: facts.lines.remove("meetings"),
                handle: actor.handle,
                name: actor.name,
            }
        };
        let mut initiatives: Vec<Card> = actors.into_iter().map(card).collect();
        // By name, and what may be wrong behind everything else.
        initiatives.sort_by_key(|card| card.unsure);
        Ok(Self { page: visitor.page(app, visitor.text("pages-initiatives")), initiatives, form })
    }
}
