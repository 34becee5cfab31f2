//! The events and posts for other programs: iCalendar, Atom, CSV, `GeoJSON`, JSON-LD.

mod atom;
mod calendar;
pub(crate) mod csv;
mod geojson;
mod linked;
mod places;
pub(crate) mod selection;

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LAST_MODIFIED, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;

use crate::app::App;
use crate::visitor::Visitor;

/// The routes of the feeds.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/calendar.ics", get(calendar::of_quarter))
        .route("/@{handle}/calendar.ics", get(calendar::of_actor))
        .route("/events/{id}/calendar.ics", get(calendar::of_event))
        .route("/feed.atom", get(atom::of_quarter))
        .route("/@{handle}/feed.atom", get(atom::of_actor))
        .route("/places.csv", get(places::table))
        .route("/places.geojson", get(places::geojson))
        .route("/events.csv", get(csv::of_quarter))
        .route("/@{handle}/events.csv", get(csv::of_actor))
        .route("/events.geojson", get(geojson::of_quarter))
        .route("/@{handle}/events.geojson", get(geojson::of_actor))
        .route("/events.jsonld", get(linked::of_quarter))
        .route("/@{handle}/events.jsonld", get(linked::of_actor))
}

/// Under which licence our own entries are, as a sentence that stands in every feed.
pub(crate) fn licence(app: &App, visitor: &Visitor) -> String {
    match &app.settings.licence {
        Some(licence) => visitor.text_with("feeds-licence", &[("licence", licence)]),
        None => visitor.text("feeds-licence-none"),
    }
}

/// A feed's content and what is said about it.
struct Feed {
    kind: &'static str,
    body: String,
    /// When the newest part of it was last changed.
    changed: Option<Timestamp>,
    /// The file name for readers who save it.
    file: Option<&'static str>,
}

impl Feed {
    /// The answer; 304 for a program that has this very content already (RFC 9110 section 13.1.2). Only its tag counts, as
    /// an event that was deleted leaves no date behind.
    fn answer(self, request: &HeaderMap) -> Response {
        let hash = digest(&SHA256, self.body.as_bytes());
        let hash = URL_SAFE_NO_PAD.encode(hash.as_ref().get(..16).unwrap_or_default());
        // Weak: compression changes the bytes.
        let tag = format!("W/\"{hash}\"");
        let known = request.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
        let known = known
            .flat_map(|value| value.split(','))
            .any(|one| one.trim().trim_start_matches("W/") == tag.trim_start_matches("W/"));
        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            ([(CONTENT_TYPE, self.kind)], self.body).into_response()
        };
        let headers = response.headers_mut();
        let mut put = |name, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        put(ETAG, &tag);
        put(CACHE_CONTROL, "public, max-age=300");
        put(VARY, "accept-language");
        // Public data, for everyone's pages.
        put(ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        if let Some(date) = self.changed.and_then(|at| DateTimePrinter::new().timestamp_to_rfc9110_string(&at).ok()) {
            put(LAST_MODIFIED, &date);
        }
        if let Some(file) = self.file {
            // Browsers show a table as a heap of letters.
            let way = if self.kind.starts_with("text/csv") { "attachment" } else { "inline" };
            put(http::header::CONTENT_DISPOSITION, &format!("{way}; filename=\"{file}\""));
        }
        response
    }
}
