//! The places for other programs: `GeoJSON` (RFC 7946) for maps, CSV for tables.

use axum::extract::{Query, State};
use axum::response::Response;
use domain::directory::Entry;
use domain::language::Language;
use domain::messages::text;
use http::HeaderMap;
use serde_json::{Value, json};

use super::{Feed, csv};
use crate::app::App;
use crate::error::PageError;
use crate::pages::places::Filter;
use crate::visitor::Visitor;

/// The names of the columns.
const COLUMNS: [&str; 17] = [
    "id",
    "name",
    "art",
    "strasse",
    "plz",
    "stadt",
    "lat",
    "lon",
    "haltestelle",
    "oeffnungszeiten",
    "kontakt",
    "traeger",
    "zugang",
    "sprachen",
    "url",
    "bestaetigt",
    "stand",
];

/// The features.
pub(super) async fn geojson(
    State(app): State<App>,
    visitor: Visitor,
    Query(filter): Query<Filter>,
    request: HeaderMap,
) -> Result<Response, PageError> {
    let places = chosen(&app, &visitor, &filter).await?;
    let features: Vec<Value> = places.iter().map(|entry| feature(&app, entry)).collect();
    let body = json!({ "type": "FeatureCollection", "features": features }).to_string();
    let changed = places.iter().map(|entry| entry.updated_at).max();
    Ok(Feed { kind: "application/geo+json", body, changed, file: None }.answer(&request))
}

/// The table.
pub(super) async fn table(
    State(app): State<App>,
    visitor: Visitor,
    Query(filter): Query<Filter>,
    request: HeaderMap,
) -> Result<Response, PageError> {
    let places = chosen(&app, &visitor, &filter).await?;
    let mut body = String::from('\u{feff}');
    body.push_str(&csv::line(&COLUMNS.map(str::to_owned)));
    for entry in &places {
        body.push_str(&csv::line(&row(&app, entry)));
    }
    let changed = places.iter().map(|entry| entry.updated_at).max();
    Ok(Feed { kind: "text/csv; charset=utf-8", body, changed, file: Some("orte.csv") }.answer(&request))
}

async fn chosen(app: &App, visitor: &Visitor, filter: &Filter) -> Result<Vec<Entry>, PageError> {
    let mut tx = app.instance.store().read().await?;
    let mut places = storage::places::all(&mut tx).await?;
    places.retain(|entry| filter.admits(app, visitor, entry) && filter.has(entry) == Some(true));
    Ok(places)
}

fn feature(app: &App, entry: &Entry) -> Value {
    let (listing, facts) = (&entry.listing, &entry.listing.facts);
    // Longitude first (RFC 7946 section 3.1.1).
    let point = listing.position.map(|at| json!({ "type": "Point", "coordinates": [at.longitude, at.latitude] }));
    let address = app.url(&format!("/places/{}", entry.slug));
    json!({
        "type": "Feature",
        "id": address,
        "geometry": point,
        "properties": {
            "name": listing.name,
            "kind": listing.kind.name,
            "osm_tag": listing.kind.osm.map(|(key, value)| format!("{key}={value}")),
            "street": facts.street,
            "postal_code": facts.postal_code,
            "town": facts.locality,
            "stop": facts.stop,
            "opening_hours": facts.hours,
            "contact": facts.contact,
            "operator": facts.operator,
            "website": facts.website,
            "access": facts.access.answers(),
            "door_cm": facts.access.door_cm(),
            "languages": facts.languages,
            "osm_id": facts.osm,
            "confirmed": entry.confirmed_on.map(|on| on.to_string()),
            "url": address,
            "updated": entry.updated_at.to_string(),
        },
    })
}

fn row(app: &App, entry: &Entry) -> [String; 17] {
    let (listing, facts) = (&entry.listing, &entry.listing.facts);
    let said = |line: &Option<String>| line.clone().unwrap_or_default();
    let address = app.url(&format!("/places/{}", entry.slug));
    [
        address.clone(),
        listing.name.clone(),
        text(Language::DE, &format!("places-kind-{}", listing.kind.name)),
        said(&facts.street),
        said(&facts.postal_code),
        said(&facts.locality),
        listing.position.map(|at| at.latitude.to_string()).unwrap_or_default(),
        listing.position.map(|at| at.longitude.to_string()).unwrap_or_default(),
        said(&facts.stop),
        said(&facts.hours),
        said(&facts.contact),
        said(&facts.operator),
        facts.access.lines(Language::DE).join(", "),
        facts.languages.join(", "),
        address,
        entry.confirmed_on.map(|on| on.to_string()).unwrap_or_default(),
        entry.updated_at.to_zoned(app.zone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
    ]
}
