//! Headers of every answer: what browsers may do with it, who may keep it, and what it varies by.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue};

use crate::app::App;

/// No script at all, and nothing from anywhere else.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; manifest-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

/// The same for the pages that have a script of our own: it may run, ask us, and stay as a worker.
pub(crate) const POLICY_WITH_SCRIPT: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; \
                                             style-src 'self'; img-src 'self'; manifest-src 'self'; \
                                             form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// For the list that stands in other people's pages: any frame may hold it, and nothing in it can be sent.
pub(crate) const POLICY_IN_FRAMES: &str = "default-src 'none'; style-src 'self'; form-action 'none'; \
                                           frame-ancestors *; base-uri 'none'";

const PERMISSIONS: &str =
    "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=(), interest-cohort=()";

/// Adds the headers that are not there yet.
pub(crate) async fn add(State(app): State<App>, request: Request, next: Next) -> Response {
    let private = request.headers().contains_key(COOKIE);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    put(headers, CONTENT_SECURITY_POLICY, POLICY);
    put(headers, X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(headers, REFERRER_POLICY, "same-origin");
    if headers.get(CONTENT_SECURITY_POLICY).is_none_or(|policy| policy != POLICY_IN_FRAMES) {
        put(headers, HeaderName::from_static("x-frame-options"), "DENY");
    }
    put(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    put(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    put(headers, HeaderName::from_static("permissions-policy"), PERMISSIONS);
    if app.is_https() {
        put(headers, STRICT_TRANSPORT_SECURITY, "max-age=63072000");
    }
    if !headers.contains_key(CACHE_CONTROL) {
        put(headers, CACHE_CONTROL, if private { "private, no-store" } else { "no-cache" });
        headers.append(VARY, HeaderValue::from_static("accept, accept-language, cookie"));
    }
    response
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
