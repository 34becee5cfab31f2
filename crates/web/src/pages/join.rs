//! Coming along to an event of a neighbour: the quarter, an initiative or a member asks its organiser, and leaves again.

use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use domain::actor::Actor;
use domain::event::{Event, Joining, State as Board};
use domain::participation::{State as Standing, is_closed};
use federation::activities::{join, leave};
use storage::{Tx, actors, events, participations};
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Speaker};
use crate::session::SignedIn;
use crate::speakers;
use crate::visitor::Visitor;

/// The routes of the buttons.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/events/{id}/join", post(come)).route("/events/{id}/leave", post(go))
}

/// What the page of a neighbour's event says to those who may speak for somebody here.
pub(crate) struct Together {
    /// Those of ours who asked, come, or are invited.
    pub(crate) ours: Vec<Ours>,
    /// Those who may still ask.
    pub(crate) speakers: Vec<Speaker>,
}

/// How it stands with one of ours, in words.
pub(crate) struct Ours {
    pub(crate) handle: String,
    pub(crate) name: String,
    pub(crate) words: String,
    /// Whether it can leave.
    pub(crate) listed: bool,
    pub(crate) invited: bool,
}

/// Who of those the reader may speak for comes to an event of others, and who could; `None` where there is nothing to
/// say.
pub(crate) async fn together(
    app: &App,
    tx: &mut Tx,
    visitor: &Visitor,
    (event, author): (&Event, &Actor),
) -> Result<Option<Together>, PageError> {
    let Some(rights) = visitor.rights.as_ref().filter(|_| !author.is_local()) else { return Ok(None) };
    let open = !is_closed(&event.details, app.instance.clock().now());
    let (mut ours, mut could) = (Vec::new(), Vec::new());
    for actor in speakers::actors(tx, rights).await? {
        let kept = participations::between(tx, event.id, actor.id).await?;
        match kept.map(|kept| kept.state).filter(|state| *state != Standing::Left) {
            Some(state) => ours.push(Ours::of(visitor, &actor, state)),
            None if open && event.details.joining != Joining::None => could.push(Speaker::of(&actor)),
            None => {}
        }
    }
    let some = !ours.is_empty() || !could.is_empty();
    Ok(some.then_some(Together { ours, speakers: could }))
}

impl Ours {
    fn of(visitor: &Visitor, actor: &Actor, state: Standing) -> Self {
        let key = match state {
            Standing::Confirmed => "participation-ours-confirmed",
            Standing::Queued => "participation-ours-queued",
            Standing::Invited => "participation-ours-invited",
            Standing::Declined => "participation-ours-declined",
            Standing::Asked | Standing::Refused | Standing::Left => "participation-ours-asked",
        };
        Self {
            handle: actor.handle.clone(),
            name: actor.name.clone(),
            words: visitor.text_with(key, &[("who", &actor.name)]),
            listed: state.is_on_the_list(),
            invited: state == Standing::Invited,
        }
    }
}

async fn come(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    let (event, who) = chosen(&app, &me, id, &fields).await?;
    let mut tx = app.instance.store().write().await?;
    let kept = participations::between(&mut tx, id, who.id).await?;
    let offered = event.details.joining != Joining::None || kept.is_some_and(|kept| kept.state == Standing::Invited);
    if !offered || is_closed(&event.details, app.instance.clock().now()) {
        return Ok(back(id, "join-closed"));
    }
    let organiser = actors::by_id(&mut tx, event.author).await?.ok_or(PageError::NotFound)?;
    let message = fields.filled("message");
    join::publish(&mut tx, &app.instance, &who, (&event, &organiser), message).await?;
    tx.commit().await?;
    app.instance.wake();
    Ok(back(id, "joined"))
}

async fn go(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>, fields: Fields) -> Result<Response, PageError> {
    let (event, who) = chosen(&app, &me, id, &fields).await?;
    let mut tx = app.instance.store().write().await?;
    leave::publish(&mut tx, &app.instance, &who, &event).await?;
    tx.commit().await?;
    app.instance.wake();
    Ok(back(id, "left"))
}

fn back(event: Uuid, done: &str) -> Response {
    Redirect::to(&format!("/events/{event}?done={done}")).into_response()
}

/// An event of others on our board, and who of ours is to come.
async fn chosen(app: &App, me: &SignedIn, id: Uuid, fields: &Fields) -> Result<(Event, Actor), PageError> {
    let mut tx = app.instance.store().read().await?;
    let event = events::by_id(&mut tx, id).await?.filter(|event| event.state == Board::Published);
    let event = event.ok_or(PageError::NotFound)?;
    let author = actors::by_id(&mut tx, event.author).await?.filter(|author| !author.is_local());
    author.ok_or(PageError::NotFound)?;
    drop(tx);
    let who = speakers::chosen(app, &me.rights, fields.value("speaker")).await?;
    Ok((event, who.ok_or(PageError::Forbidden)?))
}
