//! What a peer reads when its request is turned away.

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode, header};
use tracing::{debug, error, warn};

use crate::error::Error;
use crate::gate::Refusal;
use crate::instance::Instance;
use crate::remote::{self, Unproven};

const ACCEPT_SIGNATURE: HeaderName = HeaderName::from_static("accept-signature");

/// An answer that says no, with a sentence for whoever looks for the cause.
pub(crate) struct Refused {
    status: StatusCode,
    reason: String,
    has_body: bool,
    pause: Option<Duration>,
}

impl Refused {
    /// Turns away a request that brought something.
    pub(crate) fn new(status: u16, reason: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        let pause = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(remote::RETRY_AFTER);
        Self { status, reason: reason.into(), has_body: true, pause }
    }

    /// Turns away a host that sent too much; it may come again after `pause`.
    pub(crate) fn too_many(pause: Duration) -> Self {
        Self { pause: Some(pause), ..Self::new(429, "too many activities from this host") }
    }

    /// The same to a request that only asked for something.
    pub(crate) fn for_reader(self) -> Self {
        Self { has_body: false, ..self }
    }

    /// What the gate says; a clock that is wrong is remembered.
    pub(crate) fn by_gate(refusal: Refusal, instance: &Instance) -> Self {
        debug!(reason = refusal.reason, "Turned a request away");
        if let Some((host, ahead)) = &refusal.skew {
            instance.note_skew(host, *ahead);
        }
        Self::new(refusal.status, refusal.reason)
    }

    /// Our own fault: the peer tries again.
    pub(crate) fn broken(cause: &Error) -> Self {
        error!(%cause, "A request of another server could not be taken in");
        Self::new(503, "something broke on our side")
    }
}

impl From<Unproven> for Refused {
    fn from(unproven: Unproven) -> Self {
        match unproven {
            Unproven::No(why) => {
                debug!(why, "Turned a request away");
                Self::new(401, why)
            }
            Unproven::NotNow(why) => {
                warn!("A sender's key could not be fetched: {why}");
                Self::new(503, "the sender's key cannot be fetched now")
            }
            Unproven::Broken(cause) => Self::broken(&cause),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.reason).into_response();
        let headers = response.headers_mut();
        if let Some(pause) = self.pause {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(pause.as_secs()));
        }
        match self.status {
            // RFC 9421 section 5.1: what a better request is signed like.
            StatusCode::UNAUTHORIZED if self.has_body => {
                let wanted = r#"sig1=("@method" "@target-uri" "content-digest");created;keyid"#;
                headers.insert(ACCEPT_SIGNATURE, HeaderValue::from_static(wanted));
            }
            StatusCode::UNAUTHORIZED => {
                let wanted = r#"sig1=("@method" "@target-uri");created;keyid"#;
                headers.insert(ACCEPT_SIGNATURE, HeaderValue::from_static(wanted));
            }
            _ => {}
        }
        response
    }
}
