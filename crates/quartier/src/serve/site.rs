//! The whole site: sends each request to the router that answers it, and counts the answers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, VARY};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;
use tracing::field::Empty;
use tracing::{Instrument, info_span};

use super::choose::{Way, way};
use super::figures::Figures;
use super::health::Health;

/// How long an answer may take, the reading of the request's body included.
const PATIENCE: Duration = Duration::from_mins(1);

/// When a quarter that is not open may be asked again, in seconds.
const LATER: &str = "3600";

/// By this name a line of the log is found again.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The routers behind the site.
#[derive(Clone)]
pub(crate) struct Routers {
    /// Other servers', at addresses of their own.
    pub(crate) fixed: Router,
    /// Other servers', at addresses shared with pages.
    pub(crate) federation: Router,
    /// Programs'.
    pub(crate) programs: Router,
    /// People's.
    pub(crate) pages: Router,
    /// Whether servers and programs get an answer; the pages see for themselves who may read them.
    pub(crate) is_open: bool,
}

#[derive(Clone)]
struct Site {
    routers: Arc<Routers>,
    figures: Arc<Figures>,
}

/// The site of `routers`, with its health under `/health`.
pub(crate) fn router(routers: Routers, health: Health, figures: Arc<Figures>) -> Router {
    let site = Site { routers: Arc::new(routers), figures };
    Router::new()
        .fallback(dispatch)
        .with_state(site)
        .layer(CatchPanicLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, PATIENCE))
        .route("/health/live", get(|| async { "alive\n" }))
        .route("/health/ready", get(move || health.answer()))
}

async fn dispatch(State(site): State<Site>, request: Request) -> Response {
    let way = way(&request);
    if !site.routers.is_open && !matches!(way, Way::Pages | Way::SharedPages) {
        return (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, LATER)], "not open yet\n").into_response();
    }
    let router = match way {
        Way::Federation => &site.routers.fixed,
        Way::SharedFederation => &site.routers.federation,
        Way::Programs => &site.routers.programs,
        Way::Pages | Way::SharedPages => &site.routers.pages,
    };
    let is_inbox = request.uri().path().ends_with("/inbox");
    let id = request_id(request.headers());
    // No address: a sign-in link is one.
    let span = info_span!("request", id, activity = Empty);
    let start = Instant::now();
    let answer = router.clone().oneshot(request).instrument(span).await;
    let Ok(mut response) = answer.map(IntoResponse::into_response);
    site.figures.answered(way, response.status(), start.elapsed(), is_inbox);
    if way.varies() {
        vary_by_accept(&mut response);
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// What this request is called in the log: as the proxy in front calls it, or a name of our own.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    let is_name =
        |id: &&str| (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    given.filter(is_name).map_or_else(|| format!("{:016x}", rand::random::<u64>()), str::to_owned)
}

/// Adds `Accept` to `Vary` unless it is there.
fn vary_by_accept(response: &mut Response) {
    let there = response.headers().get_all(VARY).iter().filter_map(|value| value.to_str().ok());
    let there = there
        .flat_map(|value| value.split(','))
        .any(|name| matches!(name.trim(), "*") || name.trim().eq_ignore_ascii_case("accept"));
    if !there {
        response.headers_mut().append(VARY, HeaderValue::from_static("Accept"));
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::http::header::ACCEPT;

    use super::*;

    fn site(is_open: bool) -> Router {
        let named = |name: &'static str| {
            Router::new()
                .route("/both", get(move || async move { ([("vary", "Accept-Language")], name) }))
                .route("/own", get(move || async move { ([("vary", "accept, Cookie")], name) }))
                .route("/broken", get(broken))
                .fallback(move || async move { (StatusCode::NOT_FOUND, name) })
        };
        let routers = Routers {
            fixed: named("fixed"),
            federation: named("federation"),
            programs: named("programs"),
            pages: named("pages"),
            is_open,
        };
        router(routers, Health::always(), Arc::default())
    }

    async fn broken() -> &'static str {
        panic!("a bug")
    }

    async fn asked(method: &str, path: &str, accept: &str) -> (StatusCode, Vec<String>, String) {
        let request = Request::builder().method(method).uri(path).header(ACCEPT, accept).body(Body::empty());
        let Ok(response) = site(true).oneshot(request.expect("a request")).await;
        let vary =
            response.headers().get_all(VARY).iter().map(|value| value.to_str().expect("text").to_owned()).collect();
        let status = response.status();
        let body = to_bytes(response.into_body(), 1000).await.expect("a body");
        (status, vary, String::from_utf8(body.to_vec()).expect("text"))
    }

    #[tokio::test]
    async fn every_answer_at_a_shared_address_says_that_it_varies() {
        for (path, accept, status, vary, body) in [
            ("/both", "text/html", 200, vec!["Accept-Language", "Accept"], "pages"),
            ("/both", "application/activity+json", 200, vec!["Accept-Language", "Accept"], "federation"),
            ("/own", "text/html", 200, vec!["accept, Cookie"], "pages"),
            ("/nowhere", "text/html", 404, vec!["Accept"], "pages"),
            ("/nowhere", "application/activity+json", 404, vec!["Accept"], "federation"),
        ] {
            let (got, varies, text) = asked("GET", path, accept).await;
            assert_eq!((got.as_u16(), text.as_str()), (status, body), "{path} {accept}");
            assert_eq!(varies, vary, "{path} {accept}");
        }
    }

    #[tokio::test]
    async fn fixed_addresses_do_not_vary() {
        assert_eq!(asked("POST", "/inbox", "*/*").await, (StatusCode::NOT_FOUND, vec![], "fixed".into()));
        assert_eq!(asked("POST", "/@nord/outbox", "*/*").await, (StatusCode::NOT_FOUND, vec![], "programs".into()));
        assert_eq!(asked("POST", "/events", "*/*").await, (StatusCode::NOT_FOUND, vec![], "pages".into()));
    }

    #[tokio::test]
    async fn health_is_asked_before_everything_else() {
        assert_eq!(asked("GET", "/health/live", "*/*").await, (StatusCode::OK, vec![], "alive\n".into()));
        assert_eq!(asked("GET", "/health/ready", "application/activity+json").await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn each_answer_says_by_what_name_it_is_found_in_the_log() {
        let named = async |id: Option<&str>| {
            let mut request = Request::get("/both").body(Body::empty()).expect("a request");
            if let Some(id) = id {
                request.headers_mut().insert(REQUEST_ID, HeaderValue::from_str(id).expect("a value"));
            }
            let Ok(response) = site(true).oneshot(request).await;
            response.headers().get(REQUEST_ID).expect("a name").to_str().expect("text").to_owned()
        };
        assert_eq!(named(Some("proxy-7F")).await, "proxy-7F");
        let (one, other) = (named(None).await, named(Some("a b\"c")).await);
        assert!(one.len() == 16 && other.len() == 16 && one != other);
        assert_eq!(named(Some(&"x".repeat(65))).await.len(), 16);
    }

    #[tokio::test]
    async fn a_quarter_that_is_not_open_answers_neither_servers_nor_programs() {
        for (method, path, accept, status) in [
            ("GET", "/both", "application/activity+json", 503),
            ("GET", "/.well-known/webfinger", "*/*", 503),
            ("GET", "/nodeinfo/2.1", "text/html", 503),
            ("POST", "/inbox", "text/html", 503),
            ("POST", "/@nord/outbox", "text/html", 503),
            ("GET", "/both", "text/html", 200),
            ("GET", "/health/ready", "*/*", 200),
        ] {
            let request = Request::builder().method(method).uri(path).header(ACCEPT, accept).body(Body::empty());
            let Ok(answer) = site(false).oneshot(request.expect("a request")).await;
            assert_eq!(answer.status().as_u16(), status, "{method} {path} {accept}");
        }
    }

    #[tokio::test]
    async fn a_bug_in_one_answer_is_an_error_and_not_the_end() {
        assert_eq!(asked("GET", "/broken", "text/html").await.0, StatusCode::INTERNAL_SERVER_ERROR);
    }
}
