//! The inbox gate: what a request must look like before anything is fetched or stored.
//!
//! Pure: it reads the request and the time, and nothing else. What is left to prove after it is that the key belongs to the
//! actor and that the signature is the key's ([`Claim::verify`]).

mod activity;
mod draft;
mod message;
mod proof;
#[cfg(test)]
mod tests;

use domain::host::Host;
use http::{HeaderMap, Method};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use url::Url;

use crate::fetch::media;
use crate::signatures::keys::VerifyingKey;
use crate::signatures::proof::Proof;
use crate::signatures::{content_digest, digest};

pub use proof::{Caller, WINDOW_AHEAD, WINDOW_BACK};

/// The largest body that is read, in bytes.
pub const MAX_BODY: usize = 1024 * 1024;

/// Headers that change what a request means: never more than one of each, or two readers may take different ones.
const ONLY_ONCE: [&str; 9] = [
    "authorization",
    "content-digest",
    "content-length",
    "content-type",
    "date",
    "digest",
    "host",
    "signature",
    "signature-input",
];

/// A request as it came over the wire.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Path and query, byte for byte as received: neither decoded nor stripped of a prefix.
    pub target: &'a str,
    /// Every header, with `Host` (in HTTP/2 its place is `:authority`; the caller puts it back).
    pub headers: &'a HeaderMap,
    /// The raw body.
    pub body: &'a [u8],
    /// Our own host, from the configured base URL.
    pub host: &'a Host,
    /// Its scheme, from there too.
    pub scheme: &'a str,
}

/// Why a request was turned away.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {reason}")]
pub struct Refusal {
    /// 400, 401 or 413.
    pub status: u16,
    /// For the answer and the log, in English; quotes nothing from the request.
    pub reason: String,
    /// Where the time alone is wrong: whose clock, and by how much it seems to be ahead of ours.
    pub skew: Option<(Host, SignedDuration)>,
}

impl Refusal {
    fn malformed(reason: impl Into<String>) -> Self {
        Self { status: 400, reason: reason.into(), skew: None }
    }

    fn unproven(reason: impl Into<String>) -> Self {
        Self { status: 401, reason: reason.into(), skew: None }
    }
}

/// An activity and who says to have sent it; proven once [`Claim::verify`] holds for the actor's own key.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The key that is said to have signed the request; on the actor's host, unless there is a proof.
    pub key_id: Url,
    /// The activity's one actor.
    pub actor: Url,
    /// The activity's id, on the actor's host, if it has one.
    pub id: Option<Url>,
    /// The activity: an object without doubled keys or NUL characters.
    pub activity: Value,
    /// What proves who said it, whoever sends it (FEP-8b32); well formed, not verified yet.
    pub proof: Option<Proof>,
    caller: Caller,
}

impl Claim {
    /// Who says to have signed it.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Whether the request, as it was received, was signed with `key`.
    pub fn verify(&self, key: &VerifyingKey) -> bool {
        self.caller.verify(key)
    }
}

/// Looks at a POST to an inbox; 400 if it is malformed, 401 if its signature cannot hold, 413 if it is too large.
pub fn examine(request: &Request<'_>, now: Timestamp) -> Result<Claim, Refusal> {
    refuse_repeated(request.headers)?;
    if request.body.len() > MAX_BODY {
        return Err(Refusal { status: 413, ..Refusal::malformed("the body is larger than 1 MiB") });
    }
    check_digests(request)?;
    let caller = proof::examine(request, true, now)?;
    if !media::of(request.headers).is_some_and(media::is_any_activity) {
        return Err(Refusal::malformed("the content type is not that of an activity"));
    }
    activity::claim(request, caller, now)
}

/// Looks at a signed GET (authorised fetch); 400 or 401 as in [`examine`], also if it is not signed.
pub fn examine_get(request: &Request<'_>, now: Timestamp) -> Result<Caller, Refusal> {
    refuse_repeated(request.headers)?;
    proof::examine(request, false, now)
}

fn refuse_repeated(headers: &HeaderMap) -> Result<(), Refusal> {
    let repeated = ONLY_ONCE.into_iter().find(|name| headers.get_all(*name).iter().count() > 1);
    repeated.map_or(Ok(()), |name| Err(Refusal::malformed(format!("more than one {name} header"))))
}

/// Every digest that is there fits the body; that the right one is there is the signature's to cover.
fn check_digests(request: &Request<'_>) -> Result<(), Refusal> {
    let of_draft = proof::text(request.headers, "digest")?;
    if of_draft.is_some_and(digest::is_doubled) {
        return Err(Refusal::malformed("more than one SHA-256 digest"));
    }
    let of_message = proof::text(request.headers, "content-digest")?;
    let fits = of_draft.is_none_or(|header| digest::check(header, request.body))
        && of_message.is_none_or(|header| content_digest::check(header, request.body));
    if fits { Ok(()) } else { Err(Refusal::unproven("the digest does not fit the body")) }
}
