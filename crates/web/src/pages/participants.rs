//! Who comes to an event of ours: for those who may change it, and for nobody else.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use calendar::phrase;
use domain::actor::Actor;
use domain::event::{Details, Event, Joining, State as Board};
use domain::handle::Address;
use domain::invalid::Invalid;
use domain::messages;
use domain::participation::{Counts, State as Standing, is_closed};
use federation::activities::invite;
use federation::remote;
use http::StatusCode;
use storage::{Tx, participations};
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::pages::attendees::{Person, everyone};
use crate::pages::{by_hand, registration};
use crate::session::SignedIn;
use crate::speakers;
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/events/{id}/participants", get(show).post(change))
        .route("/events/{id}/participants/invite", post(invite))
}

#[derive(Template)]
#[template(path = "participants.html")]
struct Participants {
    page: Page,
    event: Uuid,
    name: String,
    when: String,
    summary: Vec<String>,
    groups: Vec<Group>,
    /// That more seats are taken than there are.
    crowded: Option<String>,
    /// Whether somebody can still be invited, and the form for it.
    open: bool,
    form: Form,
}

/// Those with whom it stands alike.
struct Group {
    title: String,
    people: Vec<Person>,
}

/// What a form of this page is refused with: the fields, and what is wrong.
pub(crate) async fn refuse(
    app: &App,
    visitor: &Visitor,
    event: Event,
    (fields, invalid): (Fields, Invalid),
) -> Result<Response, PageError> {
    let page = Participants::of(app, visitor, event, Form::refused(fields, invalid)).await?;
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn show(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let event = speakers::own_event(&app, &me.rights, id).await?;
    layout::html(&Participants::of(&app, &me.visitor, event, Form::default()).await?)
}

impl Participants {
    async fn of(app: &App, visitor: &Visitor, event: Event, form: Form) -> Result<Self, PageError> {
        let mut tx = app.instance.store().read().await?;
        let counts = participations::count(&mut tx, event.id).await?;
        let people = everyone(app, &mut tx, visitor, event.id).await?;
        drop(tx);
        let mut groups: Vec<Group> = Vec::new();
        for state in Standing::ALL {
            let here: Vec<Person> = people.iter().filter(|person| person.state == state).cloned().collect();
            let seats = here.iter().map(|person| person.seats).sum();
            let number = if state == Standing::Confirmed { seats } else { here.len() };
            let title = messages::count(visitor.voice(), &format!("participation-{}", state.as_str()), number);
            groups.extend((!here.is_empty()).then_some(Group { title, people: here }));
        }
        let mut page = visitor.page(app, visitor.text("participation-title"));
        page.head.hidden = true;
        Ok(Self {
            page,
            event: event.id,
            when: phrase::when_long(&event.details, visitor.language),
            summary: summary(visitor, &event.details, &counts),
            groups,
            crowded: crowded(visitor, &event.details, &counts),
            open: may_invite(app, &event),
            form,
            name: event.details.name,
        })
    }
}

fn may_invite(app: &App, event: &Event) -> bool {
    event.state == Board::Published && !is_closed(&event.details, app.instance.clock().now())
}

async fn invite(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    let event = speakers::own_event(&app, &me.rights, id).await?;
    let Some(problem) = invite_to(&app, &event, fields.value("address")).await? else {
        return Ok(Redirect::to(&format!("/events/{id}/participants?done=participant-invited")).into_response());
    };
    refuse(&app, &me.visitor, event, (fields, Invalid::one("address", problem))).await
}

/// Invites the actor at an address as it was typed; the message key of what is wrong with it.
async fn invite_to(app: &App, event: &Event, typed: &str) -> Result<Option<&'static str>, PageError> {
    let Ok(address) = typed.parse::<Address>() else { return Ok(Some("participation-invite-form")) };
    if address.host == *app.instance.host() {
        return Ok(Some("participation-invite-own"));
    }
    if !may_invite(app, event) {
        return Ok(Some("participation-invite-closed"));
    }
    let who = match remote::find(&app.instance, &address).await {
        Ok(who) => who,
        Err(federation::Error::Storage(error)) => return Err(error.into()),
        Err(_) => return Ok(Some("participation-invite-unreachable")),
    };
    let mut tx = app.instance.store().write().await?;
    let kept = participations::between(&mut tx, event.id, who.id).await?;
    if kept.is_some_and(|kept| kept.state.is_on_the_list() || kept.state == Standing::Invited) {
        return Ok(Some("participation-invite-listed"));
    }
    let organiser = storage::actors::by_id(&mut tx, event.author).await?.ok_or(PageError::NotFound)?;
    invite::publish(&mut tx, &app.instance, &organiser, event, &who).await?;
    tx.commit().await?;
    app.instance.wake();
    Ok(None)
}

/// What an event's page says about coming by the fediverse.
pub(crate) struct Seats {
    /// Whether one can.
    pub(crate) offered: bool,
    /// How many seats are left, and how many wait.
    pub(crate) words: Vec<String>,
    /// Whether the reader may see who comes.
    pub(crate) list: bool,
    /// What is said about the form, if there is one.
    pub(crate) form: Option<registration::Offer>,
    /// How many seats are left of how many, where that is said.
    pub(crate) left: Option<(u32, i64)>,
}

/// The seats of an event: of ours as they are counted, of others as they are told.
pub(crate) async fn seats(
    app: &App,
    tx: &mut Tx,
    visitor: &Visitor,
    (event, author): (&Event, &Actor),
    may_change: bool,
) -> Result<Seats, PageError> {
    let counts = match event.details.participants {
        _ if author.is_local() => participations::count(tx, event.id).await?,
        told => Counts { confirmed: told.unwrap_or(0).into(), ..Counts::default() },
    };
    let offered = event.details.joining != Joining::None;
    let list = may_change && event.state == Board::Published;
    let known = author.is_local() || event.details.participants.is_some();
    let form =
        if author.is_local() { registration::Offer::of(app, tx, visitor, (event, &counts)).await? } else { None };
    let counted = known && (offered || form.is_some() || counts != Counts::default());
    let words = if counted { summary(visitor, &event.details, &counts) } else { Vec::new() };
    let left = event.details.capacity.zip(counts.left(&event.details)).filter(|_| counted);
    Ok(Seats { offered, words, list, form, left })
}

/// How many seats are left and how many wait, in words; nothing where nobody can join.
pub(crate) fn summary(visitor: &Visitor, details: &Details, counts: &Counts) -> Vec<String> {
    let count = |key, number: i64| messages::count(visitor.voice(), key, usize::try_from(number).unwrap_or(0));
    let seats = match (counts.left(details), details.capacity) {
        (Some(0), _) => visitor.text("participation-full"),
        (Some(left), Some(_)) => count("participation-seats", left),
        _ => count("participation-coming", counts.confirmed),
    };
    let waiting = (counts.queued > 0).then(|| count("participation-waiting", counts.queued));
    [Some(seats), waiting].into_iter().flatten().collect()
}

/// That more seats are taken than there are, since the number was lowered.
fn crowded(visitor: &Visitor, details: &Details, counts: &Counts) -> Option<String> {
    let seats = details.capacity.filter(|seats| counts.confirmed > i64::from(*seats))?;
    let values = [("confirmed", &*counts.confirmed.to_string()), ("seats", &*seats.to_string())];
    Some(visitor.text_with("registration-list-full", &values))
}

async fn change(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    speakers::own_event(&app, &me.rights, id).await?;
    if let Some(registration) = fields.filled("registration") {
        let registration = registration.parse().map_err(|_| PageError::Malformed)?;
        let done = by_hand::act(&app, (id, registration), fields.value("do")).await?;
        return Ok(Redirect::to(&format!("/events/{id}/participants?done={done}")).into_response());
    }
    let who: Uuid = fields.value("who").parse().map_err(|_| PageError::Malformed)?;
    let done = match fields.value("do") {
        "confirm" if federation::participations::confirm(&app.instance, id, who).await? == Standing::Queued => {
            "participant-queued"
        }
        "confirm" => "participant-confirmed",
        "decline" => {
            federation::participations::decline(&app.instance, id, who).await?;
            "participant-declined"
        }
        _ => return Err(PageError::Malformed),
    };
    Ok(Redirect::to(&format!("/events/{id}/participants?done={done}")).into_response())
}
