//! What is on, on a screen in a hallway: large letters, nobody's telephone number, and still there without a network.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use calendar::phrase;
use domain::actor::{Actor, Kind};
use domain::event::{Event, Status};
use domain::language::Language;
use domain::messages::{text, text_with};
use domain::place::Place;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFRESH};
use serde::Deserialize;

use crate::app::App;
use crate::assets;
use crate::error::PageError;
use crate::feeds::selection;
use crate::filter::Filter;
use crate::headers::POLICY_WITH_SCRIPT;
use crate::qr::{self, Square};
use crate::visitor::Visitor;

/// The routes of the screen, under its German and its English name, and of what keeps it.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/anzeige", get(show))
        .route("/screen", get(show))
        .route("/screen-worker.js", get(async || worker()))
}

/// How many days it shows: a week without a network leaves something to read.
const AHEAD: i32 = 14;
/// How many events fit on one sheet, and how many sheets take turns.
const ON_A_SHEET: usize = 4;
const SHEETS: usize = 5;

/// What the address says besides the filter.
#[derive(Default, Deserialize)]
struct Wish {
    /// Only where the place or its street is called so: `haus-12`.
    #[serde(alias = "place")]
    ort: Option<String>,
    /// Only for these people: `kinder`.
    #[serde(alias = "audience")]
    publikum: Option<String>,
}

impl Wish {
    fn fits(&self, event: &Event) -> bool {
        let place = event.details.place.as_ref().map(Place::one_line).unwrap_or_default();
        let audience = event.details.audience.as_deref().unwrap_or_default();
        let within =
            |wanted: Option<&String>, text: &str| wanted.is_none_or(|wanted| bare(text).contains(&bare(wanted)));
        within(self.ort.as_ref(), &place) && within(self.publikum.as_ref(), audience)
    }
}

/// Letters and figures alone, so that `haus-12` finds „Haus 12“.
fn bare(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

#[derive(Template)]
#[template(path = "screen.html")]
struct Screen<'a> {
    language: Language,
    quarter: &'a str,
    style: &'static str,
    script: &'static str,
    icon: &'static str,
    /// When it was made, in milliseconds, and in words.
    made: i64,
    as_of: String,
    /// The zone of its clock.
    zone: &'a str,
    sheets: Vec<Vec<Card<'a>>>,
}

/// One event.
struct Card<'a> {
    title: &'a str,
    when: String,
    /// When it is over, in milliseconds.
    until: i64,
    place: Option<String>,
    facts: Vec<String>,
    is_cancelled: bool,
    is_tentative: bool,
    code: Option<Square>,
}

impl Screen<'_> {
    fn text(&self, key: &str) -> String {
        text(self.language, key)
    }

    /// What is read once the network is gone for long.
    fn late(&self) -> String {
        text_with(self.language, "screen-late", &[("when", &self.as_of)])
    }
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Query(wish): Query<Wish>,
    Query(filter): Query<Filter>,
) -> Result<Response, PageError> {
    // On a screen these two mean any place and any people that are called so.
    let filter = Filter { place: None, audience: None, ..filter };
    let mut events = selection::upcoming(&app, &filter, AHEAD).await?;
    events.retain(|(event, _)| wish.fits(event));
    events.truncate(ON_A_SHEET * SHEETS);
    let now = app.instance.clock().now();
    let screen = Screen {
        language: visitor.language,
        quarter: &app.instance.settings().name,
        style: &assets::SCREEN_STYLE.path,
        script: &assets::SCREEN.path,
        icon: &assets::ICON.path,
        made: now.as_millisecond(),
        as_of: phrase::moment(now, &app.zone(), visitor.language),
        zone: &app.instance.settings().timezone,
        sheets: sheets(&app, &visitor, &events),
    };
    // Without a script the browser itself asks again; with one that has been done before.
    let again = (REFRESH, "900");
    let headers = [(CONTENT_SECURITY_POLICY, POLICY_WITH_SCRIPT), (CACHE_CONTROL, "no-cache"), again];
    Ok((headers, Html(screen.render()?)).into_response())
}

fn sheets<'a>(app: &App, visitor: &Visitor, events: &'a [(Event, Actor)]) -> Vec<Vec<Card<'a>>> {
    let sheet = |some: &'a [(Event, Actor)]| some.iter().map(|(event, by)| Card::of(app, visitor, event, by)).collect();
    events.chunks(ON_A_SHEET).map(sheet).collect()
}

impl<'a> Card<'a> {
    /// Without texts, contacts and how to register: they may name people, and nobody in a hallway asked to be read.
    fn of(app: &App, visitor: &Visitor, event: &'a Event, author: &Actor) -> Self {
        let (details, language) = (&event.details, visitor.language);
        let place = details.place.as_ref().map(Place::one_line).filter(|place| !place.is_empty());
        let organiser = (author.kind != Kind::Person).then(|| author.name.clone());
        let registers = details.registration.is_some() || details.registration_url.is_some();
        let registers = registers.then(|| visitor.text("screen-registration"));
        Self {
            title: &details.name,
            when: phrase::when_list(details, language),
            until: details.ends_at.as_millisecond(),
            place: place.or_else(|| details.online.as_ref().map(|_| visitor.text("dates-online"))),
            facts: [organiser, phrase::price(details, language), registers].into_iter().flatten().collect(),
            is_cancelled: details.status == Status::Cancelled,
            is_tentative: details.status == Status::Tentative,
            code: qr::draw(&app.url(&format!("/events/{}", event.id))),
        }
    }
}

/// The program that shows the copy where the network does not answer, asked for anew each time so that it can be mended.
fn worker() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, "no-cache"),
        (CONTENT_SECURITY_POLICY, POLICY_WITH_SCRIPT),
    ];
    (headers, include_str!("../../assets/screen-worker.js")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_house_is_found_however_its_name_is_written() {
        assert!(bare("Haus 12, Hofstraße 3").contains(&bare("haus-12")));
        assert!(!bare("Haus 21").contains(&bare("haus-12")));
    }
}
