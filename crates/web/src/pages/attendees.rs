//! Everyone who comes to an event of ours, whichever way: as the organisers' page shows them, and as a table, as a file and
//! on paper.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use calendar::phrase;
use domain::actor::Actor;
use domain::messages;
use domain::participation::{Participation, State as Standing};
use domain::registration::{Call, Registration, State as Registered, Way};
use http::header;
use jiff::Timestamp;
use serde::Deserialize;
use storage::{Tx, accounts, participations, registrations};
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::feeds::csv;
use crate::layout::{self, Page};
use crate::ods::{self, Cell};
use crate::session::SignedIn;
use crate::visitor::Visitor;
use crate::{links, speakers};

/// How many empty lines the printed list has for who comes without having said so.
const SPARE: usize = 5;

/// The routes of the files and of the printed list.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/events/{id}/participants.csv", get(table))
        .route("/events/{id}/participants.ods", get(sheet))
        .route("/events/{id}/participants/print", get(print))
}

/// One of those who come or want to, in words.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) id: Uuid,
    pub(crate) state: Standing,
    /// How many seats that takes.
    pub(crate) seats: usize,
    /// For how many, where that can be more than one.
    pub(crate) persons: Option<String>,
    pub(crate) name: String,
    /// The page of who came over the fediverse.
    pub(crate) href: Option<String>,
    pub(crate) address: String,
    pub(crate) phone: String,
    pub(crate) message: Option<String>,
    /// Whether it comes because it was invited.
    pub(crate) invited: bool,
    pub(crate) way: String,
    pub(crate) since: String,
    /// The message key of what the organisers should tell by phone.
    pub(crate) call: Option<&'static str>,
    /// Where it can be changed, if it was written down by hand.
    pub(crate) edit: Option<String>,
    /// What the buttons do, and what stands on them: letting in, and turning away.
    pub(crate) confirm: Option<&'static str>,
    pub(crate) decline: Option<&'static str>,
    /// Its place among all.
    place: Uuid,
    changed_at: Timestamp,
}

/// Everyone who has to do with an event of ours, in the order in which they came.
pub(crate) async fn everyone(app: &App, tx: &mut Tx, visitor: &Visitor, event: Uuid) -> Result<Vec<Person>, PageError> {
    let joined = participations::of_event(tx, event).await?;
    let mut people: Vec<Person> = joined.iter().map(|(kept, who)| Person::joined(visitor, kept, who)).collect();
    for kept in registrations::of_event(tx, event).await? {
        let account = match kept.account {
            Some(account) => accounts::by_id(tx, account).await?,
            None => None,
        };
        let mailbox = account.map(|account| account.email).or_else(|| kept.wish.email.clone());
        people.push(Person::registered(visitor, kept, mailbox.map(|email| email.to_string()).unwrap_or_default()));
    }
    people.sort_by_key(|person| person.place);
    for person in &mut people {
        person.since = phrase::moment(person.changed_at, &app.zone(), visitor.language);
    }
    Ok(people)
}

impl Person {
    fn joined(visitor: &Visitor, kept: &Participation, who: &Actor) -> Self {
        let (confirm, decline) = match kept.state {
            Standing::Asked => (Some("participation-confirm"), Some("participation-decline")),
            Standing::Queued | Standing::Confirmed => (None, Some("participation-remove")),
            Standing::Invited => (None, Some("participation-uninvite")),
            Standing::Declined => (Some("participation-confirm-after-all"), None),
            Standing::Refused | Standing::Left => (None, None),
        };
        Self {
            id: who.id,
            state: kept.state,
            seats: 1,
            persons: None,
            name: if who.name.is_empty() { who.handle.clone() } else { who.name.clone() },
            href: Some(links::actor(who)),
            address: who.address(),
            phone: String::new(),
            message: kept.message.clone(),
            invited: kept.invitation.is_some() && kept.state.is_on_the_list(),
            way: visitor.text("registration-way-join"),
            since: String::new(),
            call: None,
            edit: None,
            confirm,
            decline,
            place: kept.place,
            changed_at: kept.changed_at,
        }
    }

    fn registered(visitor: &Visitor, kept: Registration, address: String) -> Self {
        let (state, confirm, decline) = match kept.state {
            Registered::Asked | Registered::Unconfirmed => {
                (Standing::Asked, Some("participation-confirm"), Some("participation-decline"))
            }
            Registered::Queued => (Standing::Queued, Some("registration-list-move-up"), Some("participation-remove")),
            Registered::Confirmed => (Standing::Confirmed, None, Some("participation-remove")),
            Registered::Declined => (Standing::Declined, Some("participation-confirm-after-all"), None),
        };
        let way = match kept.way {
            Way::Form => "registration-way-form",
            Way::Account => "registration-way-account",
            Way::Hand => "registration-way-hand",
        };
        let call = kept.call.map(|call| match call {
            Call::Seat => "registration-list-call-seat",
            Call::Changed => "registration-list-call-changed",
        });
        let seats = usize::try_from(kept.wish.persons).unwrap_or(1);
        Self {
            id: kept.id,
            state,
            seats,
            persons: Some(messages::count(visitor.voice(), "registration-persons", seats)),
            name: kept.wish.name,
            href: None,
            address,
            phone: kept.wish.phone.unwrap_or_default(),
            message: kept.wish.note,
            invited: false,
            way: visitor.text(way),
            since: String::new(),
            call,
            edit: (kept.way == Way::Hand).then(|| format!("/registrations/{}", kept.id)),
            confirm,
            decline,
            place: kept.place,
            changed_at: kept.changed_at,
        }
    }

    /// The cells of the files, in the order of `registration-columns`.
    fn cells(&self, visitor: &Visitor) -> [String; 8] {
        [
            self.name.clone(),
            self.seats.to_string(),
            visitor.text(&format!("participation-state-{}", self.state.as_str())),
            self.way.clone(),
            self.phone.clone(),
            self.address.clone(),
            self.message.clone().unwrap_or_default(),
            self.since.clone(),
        ]
    }
}

async fn listed(app: &App, me: &SignedIn, id: Uuid) -> Result<Vec<Person>, PageError> {
    speakers::own_event(app, &me.rights, id).await?;
    everyone(app, &mut app.instance.store().read().await?, &me.visitor, id).await
}

/// The list for office programs; never cached, never for search engines.
async fn table(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let people = listed(&app, &me, id).await?;
    let columns = me.visitor.text("registration-columns");
    let rows: String = people.iter().map(|person| csv::line(&person.cells(&me.visitor))).collect();
    let body = format!("\u{FEFF}{columns}\r\n{rows}");
    Ok(file("text/csv; charset=utf-8", "anmeldungen.csv", body.into_bytes()))
}

/// The same as a sheet that needs no questions about separators.
async fn sheet(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let people = listed(&app, &me, id).await?;
    let visitor = &me.visitor;
    let columns = visitor.text("registration-columns");
    let mut rows: Vec<Vec<Cell>> = vec![columns.split(';').map(|name| Cell::Text(name.to_owned())).collect()];
    for person in &people {
        let cells = person.cells(visitor).into_iter().enumerate();
        rows.push(
            cells.map(|(at, text)| if at == 1 { Cell::Number(person.seats) } else { Cell::Text(text) }).collect(),
        );
    }
    let bytes = ods::write(&visitor.text("registration-sheet"), &rows);
    let bytes = bytes.map_err(federation::Error::Files)?;
    Ok(file(ods::TYPE, "anmeldungen.ods", bytes))
}

fn file(kind: &'static str, name: &str, body: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, body).into_response()
}

/// What the printed list shows.
#[derive(Deserialize)]
struct Wanted {
    /// With how people are reached, where that was chosen.
    contacts: Option<String>,
}

#[derive(Template)]
#[template(path = "attendees.html")]
struct Sheet {
    page: Page,
    event: Uuid,
    name: String,
    when: String,
    contacts: bool,
    coming: Vec<Person>,
    waiting: Vec<Person>,
    total: String,
    spare: usize,
}

/// The list for the table at the door.
async fn print(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    let event = speakers::own_event(&app, &me.rights, id).await?;
    let people = listed(&app, &me, id).await?;
    let with = |state| people.iter().filter(|person| person.state == state).cloned().collect::<Vec<_>>();
    let mut coming = with(Standing::Confirmed);
    coming.sort_by_key(|person| person.name.to_lowercase());
    let total = coming.iter().map(|person| person.seats).sum();
    let mut page = me.visitor.page(&app, me.visitor.text("participation-title"));
    page.head.hidden = true;
    layout::html(&Sheet {
        page,
        event: id,
        when: phrase::when_long(&event.details, me.visitor.language),
        name: event.details.name,
        contacts: wanted.contacts.is_some(),
        coming,
        waiting: with(Standing::Queued),
        total: messages::count(me.visitor.voice(), "participation-confirmed", total),
        spare: SPARE,
    })
}
