//! For who fills a page of a newspaper: facts to copy, whom to call, and what changed after it was published.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use calendar::phrase;
use domain::actor::Actor;
use domain::event::{Event, Status};
use domain::place::Place;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use jiff::{Span, ToSpan};

use crate::app::App;
use crate::error::PageError;
use crate::feeds::{csv, licence, selection};
use crate::filter::{Filter, Window};
use crate::layout::{self, Page};
use crate::listing::{self, Origins};
use crate::visitor::Visitor;

/// The routes of this page and of its table.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/press", get(show)).route("/press.csv", get(table))
}

/// How many days it holds where the address names none.
const AHEAD: i32 = 7;

const COLUMNS: [&str; 14] = [
    "titel",
    "wann",
    "ort",
    "kurztext",
    "kosten",
    "anmeldung",
    "veranstalter",
    "kontakt",
    "quelle",
    "bild",
    "bildbeschreibung",
    "url",
    "stand",
    "geaendert",
];

#[derive(Template)]
#[template(path = "press.html")]
struct Press {
    page: Page,
    weeks: Vec<(String, String, bool)>,
    table: String,
    /// Everything in one piece.
    all: String,
    items: Vec<Item>,
    licence: String,
    as_of: String,
}

/// One event as facts.
struct Item {
    title: String,
    when: String,
    place: String,
    short: String,
    price: String,
    registration: String,
    organiser: String,
    contact: String,
    source: String,
    image: Option<(String, String)>,
    url: String,
    as_of: String,
    /// When it was changed after it had been published.
    changed: Option<String>,
    /// What must be known first: that it does not take place, or is not sure.
    state: Option<String>,
    text: String,
}

async fn show(State(app): State<App>, visitor: Visitor, Query(filter): Query<Filter>) -> Result<Response, PageError> {
    let items = items(&app, &visitor, &filter).await?;
    let mut page = visitor.page(&app, visitor.text("press-title"));
    page.head.hidden = true;
    layout::html(&Press {
        weeks: weeks(&app, &visitor, &filter),
        table: filter.href("/press.csv"),
        all: items.iter().map(|item| item.text.as_str()).collect::<Vec<_>>().join("\n\n"),
        licence: licence(&app, &visitor),
        as_of: phrase::moment(app.instance.clock().now(), &app.zone(), visitor.language),
        items,
        page,
    })
}

async fn table(State(app): State<App>, visitor: Visitor, Query(filter): Query<Filter>) -> Result<Response, PageError> {
    let mut body = format!("\u{FEFF}{}\r\n", COLUMNS.join(";"));
    for item in items(&app, &visitor, &filter).await? {
        body.push_str(&csv::line(&item.cells()));
    }
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"presse.csv\""),
        (CACHE_CONTROL, "public, max-age=300"),
    ];
    Ok((headers, body).into_response())
}

/// This week, the next, and the month.
fn weeks(app: &App, visitor: &Visitor, filter: &Filter) -> Vec<(String, String, bool)> {
    let today = selection::today(app);
    let to_monday = 8 - i64::from(today.weekday().to_monday_one_offset());
    let next = today.saturating_add(Span::new().days(to_monday));
    let one = |key: &str, time, from| {
        let other = Filter { time, from, ..filter.clone() };
        (visitor.text(key), other.href("/press"), other == *filter)
    };
    vec![
        one("press-seven", Window::default(), None),
        one("press-next", Window::Week, Some(next)),
        one("events-filter-time-month", Window::Month, None),
    ]
}

async fn items(app: &App, visitor: &Visitor, filter: &Filter) -> Result<Vec<Item>, PageError> {
    let events = selection::upcoming(app, filter, AHEAD).await?;
    let mut images = selection::images(app, visitor, &events).await?;
    let mut tx = app.instance.store().read().await?;
    let origins = Origins::load(app, &mut tx).await?;
    drop(tx);
    let item = |(event, author): &(Event, Actor)| {
        let source = origins.of(author).unwrap_or(&app.instance.settings().name).to_owned();
        let mut item = Item::of(app, visitor, event, (author, source));
        item.image = images.remove(&event.id);
        item.text = item.block(visitor);
        item
    };
    Ok(events.iter().map(item).collect())
}

impl Item {
    fn of(app: &App, visitor: &Visitor, event: &Event, (author, source): (&Actor, String)) -> Self {
        let (details, language) = (&event.details, visitor.language);
        let moment = |at| phrase::moment(at, &app.zone(), language);
        let online = || details.online.as_ref().map(ToString::to_string);
        let place = details.place.as_ref().map(Place::one_line).filter(|place| !place.is_empty()).or_else(online);
        let state = match details.status {
            Status::Confirmed => None,
            Status::Cancelled => Some(visitor.text("events-cancelled-banner")),
            Status::Tentative => Some(visitor.text("events-tentative-banner")),
        };
        Self {
            title: details.name.clone(),
            when: phrase::when_long(details, language),
            place: place.unwrap_or_default(),
            short: details.short.clone().unwrap_or_else(|| listing::beginning(&details.content, 300)),
            price: phrase::price(details, language).unwrap_or_default(),
            registration: listing::registration(visitor, details),
            organiser: author.name.clone(),
            contact: details.contact.clone().unwrap_or_default(),
            source,
            image: None,
            url: event.page.to_string(),
            as_of: moment(event.updated_at),
            // What was mended in the first minute nobody has copied.
            changed: (event.updated_at > event.published_at + 1.minute()).then(|| moment(event.updated_at)),
            state,
            text: String::new(),
        }
    }

    /// The facts as a text to copy.
    fn block(&self, visitor: &Visitor) -> String {
        let said = |key: &str, value: &str| (!value.is_empty()).then(|| format!("{} {value}", visitor.text(key)));
        let lines = [
            self.state.clone(),
            Some(self.title.clone()),
            Some(self.when.clone()),
            Some(self.place.clone()),
            Some(self.short.clone()),
            said("press-price", &self.price),
            said("press-registration", &self.registration),
            said("press-organiser", &self.organiser),
            said("events-contact", &self.contact),
            Some(self.url.clone()),
        ];
        lines.into_iter().flatten().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }

    fn cells(&self) -> [String; 14] {
        let (image, words) = self.image.clone().unwrap_or_default();
        let title = self.state.as_ref().map_or(self.title.clone(), |state| format!("{state}: {}", self.title));
        [
            title,
            self.when.clone(),
            self.place.clone(),
            self.short.clone(),
            self.price.clone(),
            self.registration.clone(),
            self.organiser.clone(),
            self.contact.clone(),
            self.source.clone(),
            image,
            words,
            self.url.clone(),
            self.as_of.clone(),
            self.changed.clone().unwrap_or_default(),
        ]
    }
}
