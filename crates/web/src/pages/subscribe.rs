//! Every way to keep a selection of events: explained in plain words, with addresses to copy.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;

use crate::app::App;
use crate::error::PageError;
use crate::feeds::licence;
use crate::filter::{Filter, Window};
use crate::layout::{self, Page};
use crate::pages::events::theme_text;
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/subscribe", get(show))
}

#[derive(Template)]
#[template(path = "subscribe_page.html")]
struct Subscribe {
    page: Page,
    /// What is chosen, in words.
    chosen: Vec<String>,
    webcal: String,
    calendar: String,
    atom: String,
    /// The name of the field, its label, and the address.
    files: Vec<(&'static str, String, String)>,
    handle: String,
    embed: String,
    screen: String,
    press: String,
    events: String,
    licence: String,
}

async fn show(State(app): State<App>, visitor: Visitor, Query(filter): Query<Filter>) -> Result<Response, PageError> {
    // What is subscribed goes on: it has no first day and no length.
    let filter = Filter { from: None, time: Window::default(), ..filter };
    let address = |path: &str| app.url(&filter.href(path));
    let calendar = address("/calendar.ics");
    let file = |id, key: &str, path: &str| (id, visitor.text(key), address(path));
    let files = vec![
        file("csv", "subscribe-csv", "/events.csv"),
        file("geojson", "subscribe-geojson", "/events.geojson"),
        file("jsonld", "subscribe-jsonld", "/events.jsonld"),
    ];
    let mut page = visitor.page(&app, visitor.text("subscribe-title"));
    page.head.hidden = filter != Filter::default();
    layout::html(&Subscribe {
        chosen: chosen(&visitor, &filter),
        webcal: calendar.split_once("://").map_or(String::new(), |(_, rest)| format!("webcal://{rest}")),
        calendar,
        atom: address("/feed.atom"),
        files,
        handle: app.instance.quarter().address(),
        embed: filter.href("/embed/line"),
        screen: filter.href("/screen"),
        press: filter.href("/press"),
        events: filter.href("/events"),
        licence: licence(&app, &visitor),
        page,
    })
}

/// The selection in words; nothing for everything.
fn chosen(visitor: &Visitor, filter: &Filter) -> Vec<String> {
    let own = filter.own.0.then(|| visitor.text("events-filter-where-own"));
    let free = filter.free.0.then(|| visitor.text("events-filter-cost-free"));
    let theme = filter.theme.map(|theme| theme_text(visitor, theme));
    let tag = filter.tag.as_ref().map(|tag| format!("#{tag}"));
    [theme, tag, own, free].into_iter().flatten().collect()
}
