//! Entering a place into the directory, changing it, saying that it is right, taking it out.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::actor::{Actor, Part};
use domain::directory::{Entry, Facts, KINDS, Kind, Listing};
use domain::invalid::Invalid;
use federation::places;
use http::StatusCode;
use storage::Tx;

use crate::access::Choices;
use crate::app::App;
use crate::error::{PageError, Refused};
use crate::forms::{Fields, Form, Speaker};
use crate::kept::Writing;
use crate::layout::{self, Page};
use crate::pages::delete::Confirm;
use crate::pages::event_form;
use crate::pages::place_form::{self, RoomFields};
use crate::picture_form::{self, PLACES, Place, Sent};
use crate::session::{Editor, SignedIn};
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    let sized = DefaultBodyLimit::max(picture_form::MAX_BODY);
    Router::new()
        .route("/write/place", get(blank).post(create).layer(sized))
        .route("/places/{slug}/edit", get(edit).post(change).layer(sized))
        .route("/places/{slug}/confirm", post(confirm))
        .route("/places/{slug}/delete", get(ask).post(delete))
}

#[derive(Template)]
#[template(path = "edit_place.html")]
struct EditPlace {
    page: Page,
    form: Form,
    action: String,
    back: String,
    kinds: Vec<(&'static str, String)>,
    languages: Vec<(&'static str, String)>,
    access: Choices,
    rooms: Vec<RoomFields>,
    /// What in the opening hours cannot be read.
    hours: Option<String>,
    /// Who may keep the place, for those who decide that.
    keepers: Vec<Speaker>,
    places: &'static [Place],
}

async fn blank(State(app): State<App>, me: Editor) -> Result<Response, PageError> {
    let mut fields = Fields::default();
    fields.tick("language_de", true);
    layout::html(&EditPlace::of(&app, &me.visitor, Form::fresh(fields), None).await?)
}

async fn create(State(app): State<App>, Writing(me, sent): Writing<SignedIn, Sent>) -> Result<Response, PageError> {
    if !me.rights.may_edit() {
        return Err(PageError::Forbidden);
    }
    let (fields, invalid) = sent.read(&app, &me).await?;
    match keep(&app, &me, None, (&fields, invalid)).await {
        Ok(entry) => Ok(Redirect::to(&format!("/places/{}?done=created", entry.slug)).into_response()),
        Err(Refused::Page(error)) => Err(error),
        Err(Refused::Invalid(invalid)) => {
            let form = Form::refused(fields, invalid);
            let page = EditPlace::of(&app, &me.visitor, form, None).await?;
            layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn edit(State(app): State<App>, me: SignedIn, Path(slug): Path<String>) -> Result<Response, PageError> {
    let entry = own(&app, &me, &slug).await?;
    let mut fields = place_form::fill(&entry.listing);
    let mut tx = app.instance.store().read().await?;
    let keeper = keeper(&mut tx, &entry).await?;
    drop(tx);
    fields.set("keeper", keeper.map(|actor| actor.handle).unwrap_or_default());
    picture_form::fill(&mut fields, &picture_form::of(&app, entry.id).await?);
    layout::html(&EditPlace::of(&app, &me.visitor, Form::fresh(fields), Some(&slug)).await?)
}

async fn change(
    State(app): State<App>,
    Path(slug): Path<String>,
    Writing(me, sent): Writing<SignedIn, Sent>,
) -> Result<Response, PageError> {
    let entry = own(&app, &me, &slug).await?;
    let (fields, invalid) = sent.read(&app, &me).await?;
    match keep(&app, &me, Some(entry), (&fields, invalid)).await {
        Ok(_) => Ok(Redirect::to(&format!("/places/{slug}?done=changed")).into_response()),
        Err(Refused::Page(error)) => Err(error),
        Err(Refused::Invalid(invalid)) => {
            let form = Form::refused(fields, invalid);
            let page = EditPlace::of(&app, &me.visitor, form, Some(&slug)).await?;
            layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// Keeps what the form says of a place, or of a new one.
async fn keep(
    app: &App,
    me: &SignedIn,
    entry: Option<Entry>,
    (fields, invalid): (&Fields, Invalid),
) -> Result<Entry, Refused> {
    let blank =
        Listing { name: String::new(), kind: Kind::OTHER, position: None, keeper: None, facts: Facts::default() };
    let mut base = entry.as_ref().map_or(blank, |entry| entry.listing.clone());
    if me.rights.may_edit() {
        base.keeper = chosen_keeper(app, fields.value("keeper")).await.map_err(Refused::Page)?;
    }
    let draft = place_form::read(fields, &base, app.today());
    let pictures = picture_form::read(fields, me.rights.account.id);
    let (draft, pictures) = picture_form::both(invalid, draft, pictures).map_err(Refused::Invalid)?;
    let kept = match entry {
        Some(entry) => places::change(&app.instance, entry.id, &draft, Some(&pictures)).await,
        None => places::create(&app.instance, &draft, Some(&pictures)).await,
    };
    kept.map_err(Refused::from)
}

async fn confirm(State(app): State<App>, me: SignedIn, Path(slug): Path<String>) -> Result<Response, PageError> {
    let entry = own(&app, &me, &slug).await?;
    places::confirm(&app.instance, entry.id).await?;
    Ok(Redirect::to(&format!("/places/{slug}?done=still-right")).into_response())
}

async fn ask(State(app): State<App>, me: Editor, Path(slug): Path<String>) -> Result<Response, PageError> {
    let entry = find(&app, &slug).await?;
    layout::html(&Confirm {
        page: me.visitor.page(&app, me.visitor.text("places-delete-title")),
        what: entry.listing.name,
        consequence: "places-delete-consequence",
        action: format!("/places/{slug}/delete"),
        address: None,
        button: "places-delete-do",
        back: format!("/places/{slug}"),
    })
}

async fn delete(State(app): State<App>, _me: Editor, Path(slug): Path<String>) -> Result<Response, PageError> {
    let entry = find(&app, &slug).await?;
    places::remove(&app.instance, entry.id).await?;
    Ok(Redirect::to("/places?done=place-removed").into_response())
}

/// A place of the directory; `Gone` for one that was taken out.
pub(crate) async fn find(app: &App, slug: &str) -> Result<Entry, PageError> {
    let mut tx = app.instance.store().read().await?;
    if let Some(entry) = storage::places::by_slug(&mut tx, slug).await? {
        return Ok(entry);
    }
    let url = app.instance.url(&federation::paths::place(slug));
    let gone = storage::objects::by_url(&mut tx, &url).await?.is_some_and(|entry| entry.deleted_at.is_some());
    Err(if gone { PageError::Gone } else { PageError::NotFound })
}

/// The initiative that keeps a place.
pub(crate) async fn keeper(tx: &mut Tx, entry: &Entry) -> Result<Option<Actor>, PageError> {
    Ok(match entry.listing.keeper {
        Some(id) => storage::actors::by_id(tx, id).await?.filter(|actor| actor.deleted_at.is_none()),
        None => None,
    })
}

/// Whether a reader may change a place that `keeper` keeps.
pub(crate) fn may_change(visitor: &Visitor, keeper: Option<&Actor>) -> bool {
    let keeps = |rights: &domain::account::Rights| keeper.is_some_and(|actor| rights.may_manage(actor));
    visitor.rights.as_ref().is_some_and(|rights| rights.may_edit() || keeps(rights))
}

/// A place that the account may change.
async fn own(app: &App, me: &SignedIn, slug: &str) -> Result<Entry, PageError> {
    let entry = find(app, slug).await?;
    let mut tx = app.instance.store().read().await?;
    let keeper = keeper(&mut tx, &entry).await?;
    if may_change(&me.visitor, keeper.as_ref()) { Ok(entry) } else { Err(PageError::Forbidden) }
}

async fn chosen_keeper(app: &App, handle: &str) -> Result<Option<uuid::Uuid>, PageError> {
    let mut tx = app.instance.store().read().await?;
    let actor = storage::actors::by_handle(&mut tx, handle).await?;
    Ok(actor.filter(|actor| actor.part == Some(Part::Initiative) && actor.deleted_at.is_none()).map(|actor| actor.id))
}

impl EditPlace {
    async fn of(app: &App, visitor: &Visitor, form: Form, slug: Option<&str>) -> Result<Self, PageError> {
        let keepers = if visitor.may_edit() {
            let mut tx = app.instance.store().read().await?;
            storage::actors::of_part(&mut tx, Part::Initiative).await?.iter().map(Speaker::of).collect()
        } else {
            Vec::new()
        };
        let title = if slug.is_some() { "places-edit-title" } else { "places-new-title" };
        Ok(Self {
            page: visitor.page(app, visitor.text(title)),
            action: slug.map_or("/write/place".to_owned(), |slug| format!("/places/{slug}/edit")),
            back: slug.map_or("/places".to_owned(), |slug| format!("/places/{slug}")),
            kinds: KINDS.map(|kind| (kind.name, visitor.text(&format!("places-kind-{}", kind.name)))).into(),
            languages: event_form::spoken(visitor),
            access: Choices::of_place(visitor, &form),
            rooms: place_form::room_fields(visitor, &form.fields),
            hours: place_form::hours_problem(visitor, &form.fields),
            keepers,
            places: &PLACES,
            form,
        })
    }
}
