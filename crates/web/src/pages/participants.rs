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
use domain::participation::{Counts, Participation, State as Standing, is_closed};
use federation::activities::invite;
use federation::remote;
use http::{StatusCode, header};
use storage::{Tx, participations};
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::feeds::csv;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::session::SignedIn;
use crate::visitor::Visitor;
use crate::{links, speakers};

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/events/{id}/participants", get(show).post(change))
        .route("/events/{id}/participants/invite", post(invite))
        .route("/events/{id}/participants.csv", get(table))
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
    /// Whether somebody can still be invited, and the form for it.
    open: bool,
    form: Form,
}

/// Those with whom it stands alike.
struct Group {
    title: String,
    people: Vec<Person>,
}

/// One participant in words.
struct Person {
    id: Uuid,
    name: String,
    href: String,
    address: String,
    message: Option<String>,
    /// Whether it comes because it was invited.
    invited: bool,
    since: String,
    /// What the buttons do, and what stands on them: letting in, and turning away.
    confirm: Option<&'static str>,
    decline: Option<&'static str>,
}

async fn show(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let event = speakers::own_event(&app, &me.rights, id).await?;
    layout::html(&Participants::of(&app, &me.visitor, event, Form::default()).await?)
}

impl Participants {
    async fn of(app: &App, visitor: &Visitor, event: Event, form: Form) -> Result<Self, PageError> {
        let mut tx = app.instance.store().read().await?;
        let counts = participations::count(&mut tx, event.id).await?;
        let people = participations::of_event(&mut tx, event.id).await?;
        drop(tx);
        let group = |state: Standing| {
            let here = people.iter().filter(|(kept, _)| kept.state == state);
            let people: Vec<Person> = here.map(|(kept, who)| Person::of(app, visitor, kept, who)).collect();
            let title = messages::count(visitor.voice(), &format!("participation-{}", state.as_str()), people.len());
            (!people.is_empty()).then_some(Group { title, people })
        };
        let mut page = visitor.page(app, visitor.text("participation-title"));
        page.head.hidden = true;
        Ok(Self {
            page,
            event: event.id,
            when: phrase::when_long(&event.details, visitor.language),
            summary: summary(visitor, &event.details, &counts),
            groups: Standing::ALL.into_iter().filter_map(group).collect(),
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
    let form = Form::refused(fields, Invalid::one("address", problem));
    let page = Participants::of(&app, &me.visitor, event, form).await?;
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
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
}

/// The seats of an event: of ours as they are counted, of others as they are told.
pub(crate) async fn seats(
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
    let words = if known { summary(visitor, &event.details, &counts) } else { Vec::new() };
    Ok(Seats { offered, words, list })
}

/// How many seats are left and how many wait, in words; nothing where nobody can join.
pub(crate) fn summary(visitor: &Visitor, details: &Details, counts: &Counts) -> Vec<String> {
    if details.joining == Joining::None && *counts == Counts::default() {
        return Vec::new();
    }
    let count = |key, number: i64| messages::count(visitor.voice(), key, usize::try_from(number).unwrap_or(0));
    let seats = match (counts.left(details), details.capacity) {
        (Some(0), _) => visitor.text("participation-full"),
        (Some(left), Some(_)) => count("participation-seats", left),
        _ => count("participation-coming", counts.confirmed),
    };
    let waiting = (counts.queued > 0).then(|| count("participation-waiting", counts.queued));
    [Some(seats), waiting].into_iter().flatten().collect()
}

impl Person {
    fn of(app: &App, visitor: &Visitor, kept: &Participation, who: &Actor) -> Self {
        let (confirm, decline) = match kept.state {
            Standing::Asked => (Some("participation-confirm"), Some("participation-decline")),
            Standing::Queued | Standing::Confirmed => (None, Some("participation-remove")),
            Standing::Invited => (None, Some("participation-uninvite")),
            Standing::Declined => (Some("participation-confirm-after-all"), None),
            Standing::Refused | Standing::Left => (None, None),
        };
        Self {
            id: who.id,
            name: if who.name.is_empty() { who.handle.clone() } else { who.name.clone() },
            href: links::actor(who),
            address: who.address(),
            message: kept.message.clone(),
            invited: kept.invitation.is_some() && kept.state.is_on_the_list(),
            since: phrase::moment(kept.changed_at, &app.zone(), visitor.language),
            confirm,
            decline,
        }
    }
}

async fn change(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    speakers::own_event(&app, &me.rights, id).await?;
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

/// The list for office programs; never cached, never for search engines.
async fn table(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    speakers::own_event(&app, &me.rights, id).await?;
    let people = participations::of_event(&mut app.instance.store().look().await?, id).await?;
    let visitor = &me.visitor;
    let columns = visitor.text("participation-columns");
    let row = |(kept, who): &(Participation, Actor)| {
        let since = phrase::moment(kept.changed_at, &app.zone(), visitor.language);
        let state = visitor.text(&format!("participation-state-{}", kept.state.as_str()));
        let message = kept.message.clone().unwrap_or_default();
        csv::line(&[who.name.clone(), who.address(), state, message, since])
    };
    let body = format!("\u{FEFF}{columns}\r\n{}", people.iter().map(row).collect::<String>());
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"anmeldungen.csv\""),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, body).into_response())
}
