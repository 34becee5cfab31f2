//! What can go wrong with a page, and the friendly page that says so.

use askama::Template;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use domain::invalid::Invalid;
use http::header::{self, CONTENT_TYPE};
use http::{Method, StatusCode};
use tracing::error;

use crate::app::App;

use crate::language;
use crate::layout::{self, Page};
use crate::pages::legal::{self, Line};
use crate::visitor::Visitor;

/// Why there is no such page, or no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PageError {
    /// Only for those who are signed in.
    #[error("sign in to continue")]
    SignIn,
    /// Only for those who have a second key.
    #[error("set up a second key to continue")]
    SecondKey,
    /// Not for this account.
    #[error("not allowed")]
    Forbidden,
    /// There is nothing here.
    #[error("no such page")]
    NotFound,
    /// There was something here.
    #[error("deleted")]
    Gone,
    /// The request makes no sense.
    #[error("the request cannot be understood")]
    Malformed,
    /// The body is longer than it may be.
    #[error("the request is too large")]
    TooLarge,
    /// Too many requests.
    #[error("too many requests")]
    TooMany,
    /// The database cannot be reached or cannot take anything now; it may pass by itself.
    #[error("nothing can be read or kept now")]
    Unavailable(#[source] storage::Error),
    /// The store of our pictures cannot be reached; it may pass by itself.
    #[error("pictures cannot be read or kept now")]
    Away,
    /// Our own fault. Strangers never see the cause.
    #[error("something broke on our side")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<storage::Error> for PageError {
    fn from(error: storage::Error) -> Self {
        match error {
            storage::Error::Database(_) | storage::Error::Commit(_) => Self::Unavailable(error),
            other => Self::Internal(other.into()),
        }
    }
}

impl From<askama::Error> for PageError {
    fn from(error: askama::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<federation::Error> for PageError {
    fn from(error: federation::Error) -> Self {
        match error {
            federation::Error::NotFound => Self::NotFound,
            federation::Error::Forbidden => Self::Forbidden,
            federation::Error::Invalid(_) => Self::Malformed,
            federation::Error::Storage(error) => error.into(),
            federation::Error::Away(_) => Self::Away,
            other => Self::Internal(other.into()),
        }
    }
}

/// When a page that could not be read now may be there again, in seconds.
const SOON: &str = "10";

impl PageError {
    fn status(&self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::SecondKey => StatusCode::SEE_OTHER,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Gone => StatusCode::GONE,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) | Self::Away => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl IntoResponse for PageError {
    /// Only the status: `explain` knows the reader's language and makes the page.
    fn into_response(self) -> Response {
        let status = self.status();
        match self {
            Self::Internal(cause) => error!(error = cause.as_ref(), "A page failed: {cause}"),
            Self::Unavailable(cause) => {
                error!(%cause, "A page could not be made: {cause}");
                return (status, [(header::RETRY_AFTER, SOON)]).into_response();
            }
            // The log has it already, once for all pictures.
            Self::Away => return (status, [(header::RETRY_AFTER, SOON)]).into_response(),
            Self::SecondKey => return Redirect::to("/account/second").into_response(),
            _ => {}
        }
        status.into_response()
    }
}

/// What was wrong with a form, or an error that no form can help with.
pub(crate) enum Refused {
    /// Show the form again, with these problems.
    Invalid(Invalid),
    /// Give up.
    Page(PageError),
}

impl From<federation::Error> for Refused {
    fn from(error: federation::Error) -> Self {
        match error {
            federation::Error::Invalid(invalid) => Self::Invalid(invalid),
            other => Self::Page(other.into()),
        }
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    words: &'static str,
    sign_in: bool,
    /// The message key of who may do what the reader may not.
    whom: Option<&'static str>,
    /// How to reach them.
    reach: Vec<Line>,
}

/// Who may do what was refused.
fn whom(status: StatusCode, path: &str) -> Option<&'static str> {
    let key = match path {
        _ if status != StatusCode::FORBIDDEN => return None,
        _ if path.starts_with("/editors/people") => "pages-error-403-admin",
        _ if path.starts_with("/@") || path.starts_with("/write") => "pages-error-403-initiative",
        _ => "pages-error-403-team",
    };
    Some(key)
}

/// Heading and sentence of a status.
fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status.as_u16() {
        401 => ("pages-error-401", "pages-error-401-words"),
        403 => ("pages-error-403", "pages-error-403-words"),
        404 => ("pages-error-404", "pages-error-404-words"),
        405 => ("pages-error-405", "pages-error-405-words"),
        410 => ("pages-error-410", "pages-error-410-words"),
        413 => ("pages-error-413", "pages-error-413-words"),
        429 => ("pages-error-429", "pages-error-429-words"),
        503 => ("pages-error-503", "pages-error-503-words"),
        500..=599 => ("pages-error-500", "pages-error-500-words"),
        _ => ("pages-error-400", "pages-error-400-words"),
    }
}

/// Puts a page in the reader's language in the place of every bare error answer.
pub(crate) async fn explain(State(app): State<App>, request: Request, next: Next) -> Response {
    let settings = app.instance.settings();
    let language = language::choose(request.headers(), settings);
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let whom_of = request.uri().path().to_owned();
    let back = if request.method() == Method::GET { path } else { "/".to_owned() };
    let response = next.run(request).await;
    let status = response.status();
    let readable = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if readable || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (title, words) = words(status);
    let visitor = Visitor::stranger(language, settings.manner, back);
    let mut page = visitor.page(&app, visitor.text(title));
    page.head.hidden = true;
    let sign_in = status == StatusCode::UNAUTHORIZED;
    let whom = whom(status, &whom_of);
    let reach = whom.map_or_else(Vec::new, |_| legal::contact(&visitor, &app.settings.imprint));
    let explained = layout::html_with(status, &ErrorPage { page, words, sign_in, whom, reach });
    let mut explained = explained.unwrap_or_else(IntoResponse::into_response);
    // `Allow`, `Retry-After` and the like stay; what described the old body goes with it.
    for (name, value) in response.headers() {
        if !explained.headers().contains_key(name) && *name != header::CONTENT_LENGTH {
            explained.headers_mut().append(name.clone(), value.clone());
        }
    }
    explained.map(Body::new)
}
