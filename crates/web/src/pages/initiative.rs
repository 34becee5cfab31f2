//! The page of one of our actors: what it is for, what is on, how to follow, and for its own people who belongs to it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::account::{Account, Email, Membership, Role};
use domain::actor::{Actor, Part};
use domain::invalid::Invalid;
use federation::invitations::{Offer, may};
use federation::people;
use http::StatusCode;
use storage::posts::Which;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::inviting::{self, Invited, Open, Wanted};
use crate::layout::{self, Alternate, Page};
use crate::listing::{self, Day, Origins, Reading, Subscribe, Teaser};
use crate::pages::contact;
use crate::pages::featured::{self, First};
use crate::pages::upkeep::Sign;
use crate::profile::Profile;
use crate::session::SignedIn;
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
    sign: Sign,
    /// Whether it can be written to.
    contact: bool,
    first: Vec<First>,
    days: Vec<Day<'a>>,
    offers: Vec<listing::Offer<'a>>,
    posts: Vec<Teaser<'a>>,
    subscribe: Subscribe,
    members: Option<Vec<Member>>,
    /// Who is invited and has not come yet, for those who decide who belongs to it.
    open: Vec<Open>,
    mail: bool,
    form: Form,
}

impl Initiative<'_> {
    /// What it is for, in one sentence.
    fn purpose(&self) -> Option<&str> {
        self.profile.as_ref()?.purpose.as_deref()
    }
}

struct Member {
    id: uuid::Uuid,
    name: String,
    email: String,
    role: String,
}

/// How many events and posts the page shows at most.
const EVENTS: i64 = 50;
const POSTS: i64 = 10;
/// How many open invitations it shows.
const INVITED: i64 = 100;

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
    let query = storage::events::Query { regular: false, ..storage::events::Query::from(now, which, EVENTS) };
    let (events, offers) =
        (storage::events::list(&mut tx, &query).await?, storage::series::standing(&mut tx, &query).await?);
    let newest = storage::posts::Query { which, before: None, limit: POSTS };
    let posts = storage::posts::list(&mut tx, &newest).await?;
    let pictures = listing::pictures(&mut tx, visitor, &posts).await?;
    let (members, open) = match visitor.rights.as_ref().filter(|rights| rights.may_manage(actor)) {
        Some(_) => (Some(members(&mut tx, visitor, actor).await?), invited(app, &mut tx, visitor, actor).await?),
        None => (None, Vec::new()),
    };
    let first = featured::of(app, &mut tx, actor.id, language).await?;
    let profile = storage::profiles::of(&mut tx, actor.id).await?;
    let contact = contact::is_open(app, &mut tx, actor).await?;
    let sign = Sign::of(app, &mut tx, visitor, actor).await?;
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
        sign,
        contact,
        first,
        days: listing::days(&events, &origins, Reading { first: today, today, language }),
        offers: listing::offers(&offers, app, visitor),
        posts: listing::teasers(&posts, (&origins, pictures), visitor.reading(app, &zone)),
        subscribe: Subscribe::to(app, actor, &format!("/@{}", actor.handle)),
        members,
        open,
        mail: app.settings.mail_configured,
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

async fn invited(app: &App, tx: &mut storage::Tx, visitor: &Visitor, actor: &Actor) -> Result<Vec<Open>, PageError> {
    let now = app.instance.clock().now();
    let open = storage::invitations::open(tx, Some(actor.id), now, INVITED).await?;
    Ok(open.into_iter().map(|invitation| Open::of(app, visitor, invitation)).collect())
}

async fn members(tx: &mut storage::Tx, visitor: &Visitor, actor: &Actor) -> Result<Vec<Member>, PageError> {
    let members = storage::accounts::members_of(tx, actor.id).await?;
    let member = |(account, membership): (Account, Membership)| Member {
        id: account.id,
        role: may(visitor.language, account.role, Some(membership)),
        name: account.name,
        email: account.email.to_string(),
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
    if !me.rights.may_manage(&actor) {
        return Err(PageError::Forbidden);
    }
    let done = match fields.value("do") {
        "remove" => remove(&app, &me, &actor, &fields).await?,
        "withdraw" => withdraw(&app, &actor, &fields).await?,
        _ => return add(&app, &me, &actor, fields).await,
    };
    Ok(Redirect::to(&format!("/@{handle}?done={done}")).into_response())
}

/// Invites somebody, whether they have an account or not: nobody belongs to an initiative unasked, and the answer tells
/// nobody who has an account.
async fn add(app: &App, me: &SignedIn, actor: &Actor, fields: Fields) -> Result<Response, PageError> {
    let refuse = async |fields, problem| {
        let form = Form::refused(fields, Invalid::one("email", problem));
        render(app, &me.visitor, actor, (StatusCode::UNPROCESSABLE_ENTITY, form)).await
    };
    let email: Option<Email> = fields.value("email").parse().ok();
    let slip = fields.value("do") == "slip";
    if email.is_none() && !slip {
        return refuse(fields, "invalid-email").await;
    }
    let membership = Membership::from_name(fields.value("role")).unwrap_or(Membership::Helper);
    let offer = Offer { role: Role::Member, initiative: Some((actor.clone(), membership)) };
    let wanted = Wanted { offer, email: email.filter(|_| !slip), name: None };
    let back = format!("/@{}", actor.handle);
    match inviting::invite(app, &me.rights.account, wanted).await? {
        Invited::Letter => Ok(Redirect::to(&format!("{back}?done=sent")).into_response()),
        Invited::Slip(code, invitation) => inviting::slip(app, &me.visitor, &code, &invitation, &back),
        Invited::Enough => refuse(fields, "people-enough").await,
    }
}

async fn remove(app: &App, me: &SignedIn, actor: &Actor, fields: &Fields) -> Result<&'static str, PageError> {
    let account: uuid::Uuid = fields.value("account").parse().map_err(|_| PageError::Malformed)?;
    people::end_membership(&app.instance, &me.rights.account.name, actor, account).await?;
    Ok("member-removed")
}

async fn withdraw(app: &App, actor: &Actor, fields: &Fields) -> Result<&'static str, PageError> {
    let id: uuid::Uuid = fields.value("id").parse().map_err(|_| PageError::Malformed)?;
    let mut tx = app.instance.store().write().await?;
    storage::invitations::withdraw(&mut tx, id, Some(actor.id)).await?;
    tx.commit().await?;
    Ok("withdrawn")
}
