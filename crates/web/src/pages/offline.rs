//! The next fourteen days on one page, to keep without a network: by printing, by saving, or by the browser itself.
//!
//! Nothing is kept on a device before somebody presses the button for it (§ 25 TDDDG).

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use calendar::phrase;
use domain::actor::Actor;
use domain::event::{Event, Status};
use domain::place::Place;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use jiff::ToSpan;
use jiff::civil::Date;
use serde_json::json;
use storage::events::Query;
use storage::posts::Which;

use crate::app::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::listing::{self, Offer, Origins};
use crate::visitor::Visitor;
use crate::{assets, filter, headers};

/// The routes of this page, of what keeps it, and of what a telephone needs to put it on its first screen.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/offline", get(show))
        .route("/offline-worker.js", get(async || worker()))
        .route("/manifest.webmanifest", get(manifest))
}

/// How many events the page has at most; it stays below 60 KB as it is sent.
const MOST: i64 = 300;

#[derive(Template)]
#[template(path = "offline.html")]
struct Offline<'a> {
    page: Page,
    as_of: String,
    days: Vec<Day<'a>>,
    offers: Vec<Offer<'a>>,
}

/// The events of one day.
struct Day<'a> {
    date: Date,
    heading: String,
    entries: Vec<Entry<'a>>,
}

/// One event with what one has to know to go there.
struct Entry<'a> {
    id: uuid::Uuid,
    title: &'a str,
    when: String,
    is_cancelled: bool,
    mark: Option<String>,
    place: Option<String>,
    short: Option<&'a str>,
    organiser: &'a str,
    from: Option<&'a str>,
    contact: Option<&'a str>,
    price: Option<String>,
    registration: String,
}

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    let (zone, now) = (app.zone(), app.instance.clock().now());
    let today = now.to_zoned(zone.clone()).date();
    let mut query = Query::from(now, Which::All, MOST);
    query.until = Some(filter::midnight(today.saturating_add(14.days()), &zone));
    let mut tx = app.instance.store().read().await?;
    let origins = Origins::load(&app, &mut tx).await?;
    query.regular = false;
    let offers = storage::series::standing(&mut tx, &query).await?;
    let events = storage::events::list(&mut tx, &query).await?;
    drop(tx);
    let mut days: Vec<Day<'_>> = Vec::new();
    for (event, author) in &events {
        let date = phrase::days(&event.details).0.max(today);
        if days.last().is_none_or(|day| day.date != date) {
            days.push(Day { date, heading: heading(date, &visitor), entries: Vec::new() });
        }
        if let Some(day) = days.last_mut() {
            day.entries.push(Entry::of(&visitor, event, (author, origins.of(author)), date));
        }
    }
    let mut page = visitor.page(&app, visitor.text("offline-title"));
    page.head.hidden = true;
    let as_of = phrase::moment(now, &zone, visitor.language);
    page.head.script = Some(&assets::OFFLINE.path);
    layout::html_with_script(
        StatusCode::OK,
        &Offline { page, as_of, days, offers: listing::offers(&offers, &app, &visitor) },
    )
}

/// The day in words that are still right tomorrow: seen from a week before, none is near.
fn heading(date: Date, visitor: &Visitor) -> String {
    phrase::day_heading(date, date.saturating_sub(7.days()), visitor.language)
}

impl<'a> Entry<'a> {
    fn of(visitor: &Visitor, event: &'a Event, (author, from): (&'a Actor, Option<&'a str>), date: Date) -> Self {
        let (details, language) = (&event.details, visitor.language);
        let began = phrase::days(details).0 < date;
        let online = || details.online.as_ref().map(|_| visitor.text("dates-online"));
        Self {
            id: event.id,
            title: &details.name,
            when: if began { phrase::when_list(details, language) } else { phrase::times(details, language) },
            is_cancelled: details.status == Status::Cancelled,
            mark: phrase::mark(details, language),
            place: details.place.as_ref().map(Place::one_line).filter(|place| !place.is_empty()).or_else(online),
            short: details.short.as_deref(),
            organiser: &author.name,
            from: from.filter(|from| *from != author.name),
            contact: details.contact.as_deref(),
            price: phrase::price(details, language),
            registration: listing::registration(visitor, details),
        }
    }
}

/// The program that keeps the page, for the browser. It must stand at the top to answer for every address, and is asked
/// for anew each time, so that it can be mended.
fn worker() -> Response {
    let program = include_str!("../../assets/offline-worker.js").replace("/style.css", &assets::STYLE.path);
    let program = program.replace("/offline.js", &assets::OFFLINE.path);
    let kind = (CONTENT_TYPE, "text/javascript; charset=utf-8");
    ([kind, (CACHE_CONTROL, "no-cache"), (CONTENT_SECURITY_POLICY, headers::POLICY_WITH_SCRIPT)], program)
        .into_response()
}

/// Name and icons for the first screen of a telephone (W3C Web Application Manifest).
async fn manifest(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    let name = app.instance.settings().name.as_str();
    let icon =
        |path: &str, sizes, kind, purpose| json!({ "src": path, "sizes": sizes, "type": kind, "purpose": purpose });
    let said = json!({
        "id": "/", "start_url": "/", "scope": "/", "display": "minimal-ui",
        "name": name, "short_name": listing::shortened(name, 12), "lang": visitor.language.code(), "dir": "ltr",
        "background_color": "#fbf9f4", "theme_color": "#0b4f47",
        "icons": [
            icon(&assets::ICON.path, "any", "image/svg+xml", "any"),
            icon(&assets::ICON_192.path, "192x192", "image/png", "any"),
            icon(&assets::ICON_512.path, "512x512", "image/png", "maskable"),
        ],
    });
    Ok(([(CONTENT_TYPE, "application/manifest+json")], said.to_string()).into_response())
}
