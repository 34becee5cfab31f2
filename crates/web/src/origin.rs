//! Requests that change something must come from our own pages (cross-site request forgery).

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{HeaderName, ORIGIN};
use http::{Method, StatusCode};

/// Refuses what changes something and does not say where it comes from.
///
/// Whether the origin that it says is ours is tower-http's question; but that layer lets requests without `Origin` and
/// `Sec-Fetch-Site` pass, which no browser of this decade sends for a form.
pub(crate) async fn require(request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let says = [ORIGIN, HeaderName::from_static("sec-fetch-site")];
    if safe || says.iter().any(|name| request.headers().contains_key(name)) {
        return next.run(request).await;
    }
    StatusCode::FORBIDDEN.into_response()
}
