//! Our events inside a page of somebody else: the list that is put there, and the page that writes the line for it.
//!
//! The list may stand in anybody's frame and be fetched by anybody's page. It has no form, reads no cookie and sets none.

mod line;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use calendar::phrase;
use domain::actor::Actor;
use domain::event::{Event, Status};
use domain::language::Language;
use domain::messages::{text, text_with};
use http::HeaderName;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY};
use serde::Deserialize;
use uuid::Uuid;

use crate::app::App;
use crate::assets;
use crate::error::PageError;
use crate::feeds::selection;
use crate::filter::Filter;
use crate::headers::POLICY_IN_FRAMES;
use crate::listing::Origins;
use crate::pages::event;
use crate::visitor::Visitor;

/// The routes of the list, of its script, and of the page that writes the line.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/embed", get(show))
        .route("/embed/events/{id}", get(show_one))
        .route("/embed.js", get(async || script()))
        .route("/embed/line", get(line::show))
}

/// How many events the list has: unless the address says otherwise, and at most.
const USUAL: usize = 10;
const MOST: usize = 50;
/// How many days it looks ahead.
const AHEAD: i32 = 365;

/// What the address says besides the filter.
#[derive(Default, Deserialize)]
struct Wish {
    limit: Option<String>,
    /// The language of the page around it; the reader's else. `language` is the one an event is spoken in.
    lang: Option<String>,
}

impl Wish {
    fn limit(&self) -> usize {
        self.limit.as_ref().and_then(|limit| limit.trim().parse().ok()).unwrap_or(USUAL).clamp(1, MOST)
    }
}

#[derive(Template)]
#[template(path = "embed.html")]
struct Embed<'a> {
    list: List<'a>,
    style: &'static str,
}

/// The list, with addresses that lead back from any page.
struct List<'a> {
    language: Language,
    name: String,
    items: Vec<Item<'a>>,
    all: String,
    webcal: String,
    home: String,
    quarter: &'a str,
    as_of: String,
}

/// One event.
struct Item<'a> {
    href: String,
    title: &'a str,
    starts: String,
    when: String,
    place: Option<String>,
    from: Option<String>,
    is_cancelled: bool,
    is_tentative: bool,
}

async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Query(wish): Query<Wish>,
    Query(filter): Query<Filter>,
) -> Result<Response, PageError> {
    let mut events = selection::upcoming(&app, &filter, AHEAD).await?;
    events.truncate(wish.limit());
    let origins = origins(&app).await?;
    answer(List::of(&app, wish.language(&app, &visitor), (&events, &origins), &filter))
}

/// One event alone, as other sites show what somebody pasted the address of.
async fn show_one(
    State(app): State<App>,
    visitor: Visitor,
    Path(id): Path<Uuid>,
    Query(wish): Query<Wish>,
) -> Result<Response, PageError> {
    let reader = Visitor { rights: None, ..visitor };
    let mut tx = app.instance.store().read().await?;
    let found = [event::load(&mut tx, id, &reader).await?];
    drop(tx);
    let origins = origins(&app).await?;
    answer(List::of(&app, wish.language(&app, &reader), (&found, &origins), &Filter::default()))
}

impl Wish {
    fn language(&self, app: &App, visitor: &Visitor) -> Language {
        let offered = |language: &Language| app.instance.settings().languages.contains(language);
        self.lang.as_deref().and_then(Language::from_tag).filter(offered).unwrap_or(visitor.language)
    }
}

async fn origins(app: &App) -> Result<Origins, PageError> {
    let mut tx = app.instance.store().read().await?;
    Origins::load(app, &mut tx).await
}

impl<'a> List<'a> {
    fn of(
        app: &'a App,
        language: Language,
        (events, origins): (&'a [(Event, Actor)], &Origins),
        filter: &Filter,
    ) -> Self {
        let quarter = &app.instance.settings().name;
        let calendar = app.url(&filter.href("/calendar.ics"));
        Self {
            language,
            name: text_with(language, "pages-calendar-name", &[("name", quarter)]),
            items: events.iter().map(|(event, author)| Item::of(app, language, event, origins.of(author))).collect(),
            all: app.url(&filter.href("/events")),
            webcal: calendar.split_once("://").map_or(String::new(), |(_, rest)| format!("webcal://{rest}")),
            home: app.url("/"),
            quarter,
            as_of: phrase::moment(app.instance.clock().now(), &app.zone(), language),
        }
    }

    fn text(&self, key: &str) -> String {
        text(self.language, key)
    }
}

impl<'a> Item<'a> {
    fn of(app: &App, language: Language, event: &'a Event, from: Option<&str>) -> Self {
        let details = &event.details;
        let place = details.place.as_ref().map(domain::place::Place::one_line).filter(|place| !place.is_empty());
        Self {
            href: app.url(&format!("/events/{}", event.id)),
            title: &details.name,
            starts: details.starts_at.to_string(),
            when: phrase::when_list(details, language),
            place: place.or_else(|| details.online.as_ref().map(|_| text(language, "dates-online"))),
            from: from.map(str::to_owned),
            is_cancelled: details.status == Status::Cancelled,
            is_tentative: details.status == Status::Tentative,
        }
    }
}

/// For every page, and for every frame.
fn answer(list: List<'_>) -> Result<Response, PageError> {
    let embed = Embed { list, style: &assets::EMBED.path };
    let headers = [
        (CONTENT_SECURITY_POLICY, POLICY_IN_FRAMES),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
        (CACHE_CONTROL, "public, max-age=300"),
        (VARY, "accept, accept-language"),
    ];
    Ok((headers, Html(embed.render()?)).into_response())
}

/// The script that puts the list into a page, under an address that never changes.
fn script() -> Response {
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
        (CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, include_str!("../../assets/embed.js")).into_response()
}
