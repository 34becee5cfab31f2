//! Events for maps as `GeoJSON` (RFC 7946): one feature per event, without geometry where the point is not known.

use axum::extract::{Query, State};
use axum::response::Response;
use domain::actor::Actor;
use domain::event::Event;
use http::HeaderMap;
use serde_json::{Value, json};
use storage::posts::Which;

use super::{Feed, selection};
use crate::app::App;
use crate::error::PageError;
use crate::filter::Filter;

/// The features.
pub(super) async fn show(
    State(app): State<App>,
    Query(filter): Query<Filter>,
    request: HeaderMap,
) -> Result<Response, PageError> {
    let events = selection::events(&app, Which::All, &filter).await?;
    let features: Vec<Value> = events.iter().map(|(event, author)| feature(event, author)).collect();
    let body = json!({ "type": "FeatureCollection", "features": features }).to_string();
    let changed = selection::changed(&events);
    Ok(Feed { kind: "application/geo+json", body, changed, file: None }.answer(&request))
}

fn feature(event: &Event, author: &Actor) -> Value {
    let details = &event.details;
    let place = details.place.clone().unwrap_or_default();
    // Longitude first (RFC 7946 section 3.1.1).
    let point = place.position.map(|at| json!({ "type": "Point", "coordinates": [at.longitude, at.latitude] }));
    let (zone, access) = (details.zone(), details.effective_access());
    let date = |at: jiff::Timestamp| at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    json!({
        "type": "Feature",
        "id": event.url.as_str(),
        "geometry": point,
        "properties": {
            "title": details.name,
            "start": date(details.starts_at),
            "end": (!details.open_end).then(|| date(details.ends_at)),
            "status": details.status.as_str(),
            "place": place.name,
            "street": place.street,
            "postal_code": place.postal_code,
            "town": place.locality,
            "organiser": author.name,
            "category": details.category,
            "price": details.price,
            "free": details.free,
            "registration": details.registration,
            "access": access.answers(),
            "door_cm": access.door_cm(),
            "languages": details.languages,
            "url": event.page.as_str(),
            "updated": event.updated_at.to_string(),
        },
    })
}
