//! The map of the quarter: one picture that the server puts together, and the list of what is on it.
//!
//! No reader's browser asks any other host for it. Where no tiles are set, the places are drawn to scale on their own.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use calendar::phrase;
use domain::map::{FRAME, Tile, View};
use domain::place::Position;
use federation::media::tiles::Picture;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use jiff::ToSpan;
use serde::Deserialize;
use storage::events;
use storage::posts::Which;

use crate::app::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::visitor::Visitor;

/// The routes of the map.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/map", get(show)).route("/tiles/{zoom}/{x}/{y}", get(tile))
}

/// The most points on the map.
const POINTS: usize = 200;
/// The most events that are looked through.
const EVENTS: i64 = 500;
/// The distances that a map without tiles shows around the middle, in metres.
const RINGS: [u32; 7] = [100, 250, 500, 1000, 2000, 4000, 8000];

/// The query of the map's address. What it does not know it ignores.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    /// Events of the next two weeks, and not the places.
    #[serde(default)]
    show: String,
    /// The place in the middle, by the end of its address.
    #[serde(default)]
    at: String,
    z: Option<u8>,
    lat: Option<f64>,
    lon: Option<f64>,
}

/// What is at one point.
struct Point {
    name: String,
    href: Option<String>,
    position: Option<Position>,
    /// The events there, with their times.
    events: Vec<(String, String)>,
}

/// A point in the picture, or beside it.
struct Marker {
    number: usize,
    x: i64,
    y: i64,
    shown: bool,
}

/// A line of the list.
struct Line {
    /// The number in the picture, if it is there.
    number: Option<usize>,
    name: String,
    href: Option<String>,
    events: Vec<(String, String)>,
}

/// A tile with its place in the picture.
struct Piece {
    href: String,
    x: i64,
    y: i64,
}

/// A distance around the middle, in the picture.
struct Ring {
    radius: i64,
    /// Where its name stands.
    top: i64,
    name: String,
}

/// A link to another part of the map.
struct Step {
    href: String,
    name: String,
}

#[derive(Template)]
#[template(path = "map.html")]
struct Map {
    page: Page,
    kinds: Vec<(String, String, bool)>,
    frame: (u32, u32),
    pieces: Vec<Piece>,
    rings: Vec<Ring>,
    markers: Vec<Marker>,
    lines: Vec<Line>,
    steps: Vec<Step>,
    attribution: Option<String>,
    /// Whether there is anything to draw.
    drawn: bool,
}

async fn show(State(app): State<App>, visitor: Visitor, Query(query): Query<Wanted>) -> Result<Response, PageError> {
    let events = query.show == "events";
    let points = if events { happening(&app, &visitor).await? } else { places(&app).await? };
    let view = view(&app, &query, &points);
    let mut page = visitor.page(&app, visitor.text("map-title"));
    page.head.address = Some(app.url("/map"));
    let markers = view.map(|view| markers(&view, &points)).unwrap_or_default();
    let tiles = app.settings.tiles.as_ref().filter(|_| app.instance.settings().position.is_some());
    layout::html(&Map {
        page,
        kinds: kinds(&visitor, events),
        frame: FRAME,
        pieces: view.filter(|_| tiles.is_some()).map(|view| pieces(&app, &view)).unwrap_or_default(),
        rings: view.filter(|_| tiles.is_none()).map(|view| rings(&visitor, &view)).unwrap_or_default(),
        steps: view.map(|view| steps(&visitor, &view, events)).unwrap_or_default(),
        lines: lines(points, &markers),
        drawn: view.is_some(),
        markers,
        attribution: tiles.map(|tiles| tiles.attribution.clone()),
    })
}

fn kinds(visitor: &Visitor, events: bool) -> Vec<(String, String, bool)> {
    let kind = |href: &str, key: &str, chosen| (href.to_owned(), visitor.text(key), chosen);
    vec![kind("/map", "map-places", !events), kind("/map?show=events", "map-events", events)]
}

async fn places(app: &App) -> Result<Vec<Point>, PageError> {
    let mut tx = app.instance.store().read().await?;
    let point = |entry: domain::directory::Entry| Point {
        href: Some(format!("/places/{}", entry.slug)),
        position: entry.listing.position,
        name: entry.listing.name,
        events: Vec::new(),
    };
    Ok(storage::places::all(&mut tx).await?.into_iter().map(point).take(POINTS).collect())
}

/// Where something is on in the next two weeks.
async fn happening(app: &App, visitor: &Visitor) -> Result<Vec<Point>, PageError> {
    let now = app.instance.clock().now();
    let until = now.to_zoned(app.zone()).saturating_add(14.days()).timestamp();
    let mut tx = app.instance.store().read().await?;
    let query = events::Query { until: Some(until), ..events::Query::from(now, Which::All, EVENTS) };
    let found = events::list(&mut tx, &query).await?;
    drop(tx);
    let mut points: Vec<Point> = Vec::new();
    for (event, _) in found {
        let Some(place) = &event.details.place else { continue };
        let words = format!("{}: {}", phrase::when_list(&event.details, visitor.language), event.details.name);
        let told = (format!("/events/{}", event.id), words);
        let same = |point: &Point| point.name == place.name && point.position == place.position;
        if let Some(point) = points.iter_mut().find(|point| same(point)) {
            point.events.push(told);
        } else if points.len() < POINTS {
            let (name, href) = (place.name.clone(), crate::links::own_place(place));
            points.push(Point { name, href, position: place.position, events: vec![told] });
        }
    }
    Ok(points)
}

/// What the query asks to see, else everything there is.
fn view(app: &App, query: &Wanted, points: &[Point]) -> Option<View> {
    let own = format!("/places/{}", query.at);
    let place = points.iter().find(|point| point.href.as_ref() == Some(&own)).and_then(|point| point.position);
    let typed = query.lat.zip(query.lon).and_then(|(lat, lon)| Position::new(lat, lon));
    let known: Vec<Position> = points.iter().filter_map(|point| point.position).collect();
    let quarter = app.instance.settings().position;
    let middle = place.or(typed);
    let all = || View::of(&known).or_else(|| quarter.map(|centre| View { centre, zoom: 14 }));
    let view = match middle {
        Some(centre) => View { centre, zoom: 16 },
        None => all()?,
    };
    let zoom = query.z.filter(|zoom| domain::map::ZOOMS.contains(zoom)).unwrap_or(view.zoom);
    Some(View { zoom, ..view })
}

fn whole(pixels: f64) -> i64 {
    format!("{pixels:.0}").parse().unwrap_or_default()
}

fn markers(view: &View, points: &[Point]) -> Vec<Marker> {
    let marker = |(point, number): (&Point, usize)| {
        let position = point.position?;
        let (x, y) = view.pixel(position);
        Some(Marker { number, x: whole(x), y: whole(y), shown: view.shows(position) })
    };
    points.iter().zip(1..).filter_map(marker).filter(|marker| marker.shown).collect()
}

fn lines(points: Vec<Point>, markers: &[Marker]) -> Vec<Line> {
    let line = |(point, number): (Point, usize)| Line {
        number: markers.iter().any(|marker| marker.number == number).then_some(number),
        name: point.name,
        href: point.href,
        events: point.events,
    };
    let mut lines: Vec<Line> = points.into_iter().zip(1..).map(line).collect();
    // What is in the picture stands first, in its order.
    lines.sort_by_key(|line| line.number.is_none());
    lines
}

/// The tiles of the picture, as far as they lie in or near the quarter.
fn pieces(app: &App, view: &View) -> Vec<Piece> {
    let Some(centre) = app.instance.settings().position else { return Vec::new() };
    let near = |(tile, x, y): (Tile, f64, f64)| {
        let tile = Tile::near(tile.zoom, tile.x, tile.y, centre)?;
        Some(Piece { href: format!("/tiles/{}/{}/{}", tile.zoom, tile.x, tile.y), x: whole(x), y: whole(y) })
    };
    view.tiles().into_iter().filter_map(near).collect()
}

/// Rings around the middle, so that a picture without streets has a scale.
fn rings(visitor: &Visitor, view: &View) -> Vec<Ring> {
    let (width, height) = (f64::from(FRAME.0), f64::from(FRAME.1));
    let ring = |metres: u32| {
        let radius = f64::from(metres) / view.metres_per_pixel();
        let name = match metres {
            1000.. => visitor.text_with("map-kilometres", &[("number", &(metres / 1000).to_string())]),
            _ => visitor.text_with("map-metres", &[("number", &metres.to_string())]),
        };
        let shown = (40.0..width).contains(&radius);
        shown.then(|| Ring { radius: whole(radius), top: whole((height / 2.0 - radius + 22.0).max(22.0)), name })
    };
    RINGS.into_iter().filter_map(ring).filter(|ring| ring.radius < i64::from(FRAME.1 / 2)).collect()
}

fn steps(visitor: &Visitor, view: &View, events: bool) -> Vec<Step> {
    let show = if events { "&show=events" } else { "" };
    let step = |key: &str, view: View| Step {
        href: format!("/map?z={}&lat={:.5}&lon={:.5}{show}", view.zoom, view.centre.latitude, view.centre.longitude),
        name: visitor.text(key),
    };
    let nearer = view.zoomed(true).map(|view| step("map-nearer", view));
    let farther = view.zoomed(false).map(|view| step("map-farther", view));
    let moves = [("map-north", 0.0, -1.0), ("map-east", 1.0, 0.0), ("map-south", 0.0, 1.0), ("map-west", -1.0, 0.0)];
    let moved = moves.map(|(key, east, south)| step(key, view.moved(east, south)));
    nearer.into_iter().chain(farther).chain(moved).collect()
}

/// One tile, from our own address: nobody else learns who looks at which street.
async fn tile(State(app): State<App>, Path((zoom, x, y)): Path<(u8, u32, u32)>) -> Result<Response, PageError> {
    let (Some(tiles), Some(centre)) = (&app.settings.tiles, app.instance.settings().position) else {
        return Err(PageError::NotFound);
    };
    let tile = Tile::near(zoom, x, y, centre).ok_or(PageError::NotFound)?;
    let Picture { kind, bytes } = tiles.get(&app.instance, tile).await?;
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "public, max-age=86400"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
    ];
    Ok((headers, bytes).into_response())
}
