//! The page of one of our actors: what it is for, what is on, how to follow, and for its own people who belongs to it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::account::{Email, Membership};
use domain::actor::{Actor, Part};
use domain::invalid::Invalid;
use http::StatusCode;
use storage::posts::Which;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Alternate, Page};
use crate::listing::{self, Day, Origins, Reading, Subscribe, Teaser};
use crate::pages::featured::{self, First};
use crate::profile::Profile;
use crate::session::SignedIn;
use crate::speakers::may_manage;
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/@{handle}", get(show)).route("/@{handle}/members", post(change_members))
}

#[derive(Template)]
#[template(path = "initiative.html")]
struct Initiative<'a> {
    page: Page,
    handle: &'a str,
    about: &'a str,
    profile: Option<Profile>,
    first: Vec<First>,
    days: Vec<Day<'a>>,
    posts: Vec<Teaser<'a>>,
    subscribe: Subscribe,
    members: Option<Vec<Member>>,
    form: Form,
}

impl Initiative<'_> {
    /// What it is for, in one sentence.
    fn purpose(&self) -> Option<&str> {
        self.profile.as_ref()?.purpose.as_deref()
    }
}

struct Member {
    name: String,
    email: String,
    role: String,
}

/// How many events and posts the page shows at most.
const EVENTS: i64 = 50;
const POSTS: i64 = 10;

/// One of our living actors by its handle; `Gone` for a deleted one.
pub(crate) async fn find(app: &App, handle: &str) -> Result<Actor, PageError> {
    let mut tx = app.instance.store().read().await?;
    let actor = storage::actors::by_handle(&mut tx, handle).await?;
    let actor = actor.filter(|actor| actor.part != Some(Part::Instance)).ok_or(PageError::NotFound)?;
    if actor.deleted_at.is_some() { Err(PageError::Gone) } else { Ok(actor) }
}

async fn show(State(app): State<App>, visitor: Visitor, Path(handle): Path<String>) -> Result<Response, PageError> {
    let actor = find(&app, &handle).await?;
    if actor.part == Some(Part::Quarter) {
        return Ok(Redirect::to("/").into_response());
    }
    render(&app, &visitor, &actor, (StatusCode::OK, Form::default())).await
}

async fn render(
    app: &App,
    visitor: &Visitor,
    actor: &Actor,
    (status, form): (StatusCode, Form),
) -> Result<Response, PageError> {
    let (zone, now, language) = (app.zone(), app.instance.clock().now(), visitor.language);
    let today = now.to_zoned(zone.clone()).date();
    let mut tx = app.instance.store().read().await?;
    let origins = Origins::load(app, &mut tx).await?;
    let which = Which::Author(actor.id);
    let events = storage::events::list(&mut tx, &storage::events::Query::from(now, which, EVENTS)).await?;
    let newest = storage::posts::Query { which, before: None, limit: POSTS };
    let posts = storage::posts::list(&mut tx, &newest).await?;
    let pictures = listing::pictures(&mut tx, visitor, &posts).await?;
    let members = match visitor.rights.as_ref().filter(|rights| may_manage(rights, actor)) {
        Some(_) => Some(members(&mut tx, visitor, actor).await?),
        None => None,
    };
    let first = featured::of(app, &mut tx, actor.id, language).await?;
    let profile = storage::profiles::of(&mut tx, actor.id).await?;
    drop(tx);
    let profile = profile.map(|kept| Profile::of(app, visitor, &kept));
    let mut page = visitor.page(app, actor.name.clone());
    let purpose = profile.as_ref().and_then(|profile| profile.purpose.clone());
    page.head.description =
        purpose.or_else(|| Some(listing::beginning(&actor.summary, 280))).filter(|words| !words.is_empty());
    page.head.address = Some(actor.page.to_string());
    page.head.alternates = alternates(actor);
    let view = Initiative {
        page,
        handle: &actor.handle,
        about: actor.summary.as_str(),
        profile,
        first,
        days: listing::days(&events, &origins, Reading { first: today, today, language }),
        posts: listing::teasers(&posts, (&origins, pictures), visitor.reading(app, &zone)),
        subscribe: Subscribe::to(app, actor, &format!("/@{}", actor.handle)),
        members,
        form,
    };
    layout::html_with(status, &view)
}

fn alternates(actor: &Actor) -> Vec<Alternate> {
    let form = |kind, href| Alternate { kind, href, title: actor.name.clone() };
    vec![
        form("text/calendar", format!("/@{}/calendar.ics", actor.handle)),
        form("application/atom+xml", format!("/@{}/feed.atom", actor.handle)),
        form("application/activity+json", actor.url.to_string()),
    ]
}

async fn members(tx: &mut storage::Tx, visitor: &Visitor, actor: &Actor) -> Result<Vec<Member>, PageError> {
    let role = |membership| match membership {
        Membership::Speaker => visitor.text("pages-members-speaker"),
        Membership::Helper => visitor.text("pages-members-helper"),
    };
    let members = storage::accounts::members_of(tx, actor.id).await?;
    let member = |(account, membership): (domain::account::Account, Membership)| Member {
        name: account.name,
        email: account.email.to_string(),
        role: role(membership),
    };
    Ok(members.into_iter().map(member).collect())
}

async fn change_members(
    State(app): State<App>,
    me: SignedIn,
    Path(handle): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    let actor = find(&app, &handle).await?;
    if !may_manage(&me.rights, &actor) {
        return Err(PageError::Forbidden);
    }
    let mut tx = app.instance.store().write().await?;
    let email: Option<Email> = fields.value("email").parse().ok();
    let account = match &email {
        Some(email) => storage::accounts::by_email(&mut tx, email).await?,
        None => None,
    };
    let Some(account) = account else {
        drop(tx);
        let invalid = Invalid::one("email", if email.is_some() { "pages-members-unknown" } else { "invalid-email" });
        let form = Form::refused(fields, invalid);
        return render(&app, &me.visitor, &actor, (StatusCode::UNPROCESSABLE_ENTITY, form)).await;
    };
    let done = if fields.value("do") == "remove" {
        storage::accounts::remove_membership(&mut tx, actor.id, account.id).await?;
        "member-removed"
    } else {
        let membership = Membership::from_name(fields.value("role")).unwrap_or(Membership::Helper);
        storage::accounts::set_membership(&mut tx, actor.id, account.id, membership).await?;
        "member-added"
    };
    tx.commit().await?;
    Ok(Redirect::to(&format!("/@{handle}?done={done}")).into_response())
}
