//! Problem documents (RFC 9457): what is wrong, in one sentence, for a program and for whoever wrote it.

use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::invalid::Invalid;
use domain::language::Language;
use domain::messages;
use federation::Error;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use tracing::error;

/// A refused request.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    detail: String,
    fields: Vec<Value>,
}

impl Problem {
    /// 400 with a sentence.
    pub(crate) fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// Any status with a sentence.
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), fields: Vec::new() }
    }

    fn broken(cause: &Error) -> Self {
        error!(%cause, "A program's request could not be carried out");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "something broke on our side; nothing was stored")
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        let field = |problem: &domain::invalid::Problem| json!({ "field": problem.field, "detail": messages::text(Language::EN, problem.message) });
        let fields = invalid.problems.iter().map(field).collect();
        Self { status: StatusCode::BAD_REQUEST, detail: invalid.to_string(), fields }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound => Self::new(StatusCode::NOT_FOUND, "there is no such object here"),
            Error::Forbidden => Self::new(StatusCode::FORBIDDEN, "this belongs to someone else"),
            Error::Invalid(invalid) => invalid.into(),
            Error::Unusable(why) => Self::bad(why),
            Error::Fetch(error) => Self::bad(error.to_string()),
            Error::Full => Self::new(StatusCode::INSUFFICIENT_STORAGE, "there is no room left for pictures here"),
            // The log has it already, once for all who ask.
            Error::Away(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "pictures cannot be kept at the moment, and nothing of this one was; try again in a minute",
            ),
            broken => Self::broken(&broken),
        }
    }
}

impl From<storage::Error> for Problem {
    fn from(error: storage::Error) -> Self {
        Self::broken(&error.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("refused");
        let document = json!({
            "title": title,
            "status": self.status.as_u16(),
            "detail": self.detail,
            "errors": self.fields,
        });
        let mut response = (self.status, Json(document)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
        }
        response
    }
}
