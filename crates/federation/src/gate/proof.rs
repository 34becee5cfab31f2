//! Whether a signature could hold: in which scheme, for whom, when, and by which key.

use domain::host::Host;
use domain::signing::Scheme;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{Refusal, Request, draft, message};
use crate::signatures::keys::{Algorithm, VerifyingKey};
use crate::signatures::rfc9421::Signature;

/// How old a signature may be.
pub const WINDOW_BACK: SignedDuration = SignedDuration::from_hours(1);
/// How far the clock of a sender may be ahead of ours.
pub const WINDOW_AHEAD: SignedDuration = SignedDuration::from_mins(5);

const MAX_URL: usize = 2048;

/// Who says to have signed a request; proven once [`Caller::verify`] holds for that key.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The key that is said to have signed; never on our own host.
    pub key_id: Url,
    signed: Signed,
}

/// What was signed, and the signature over it.
#[derive(Clone, Debug)]
pub(super) enum Signed {
    /// By draft-cavage.
    Draft { string: String, signature: Vec<u8>, expires: Option<i64> },
    /// By RFC 9421.
    Message { signature: Signature, base: String },
}

impl Signed {
    fn expires(&self) -> Option<i64> {
        match self {
            Self::Draft { expires, .. } => *expires,
            Self::Message { signature, .. } => signature.expires,
        }
    }
}

impl Caller {
    /// Whether the request, as it was received, was signed with `key`, in the algorithm that it says.
    pub fn verify(&self, key: &VerifyingKey) -> bool {
        match &self.signed {
            Signed::Draft { string, signature, .. } => {
                key.algorithm() == Algorithm::RsaSha256 && key.verify(string.as_bytes(), signature)
            }
            Signed::Message { signature, base } => signature.verify(base, key),
        }
    }

    /// How the request was signed.
    pub fn scheme(&self) -> Scheme {
        match self.signed {
            Signed::Draft { .. } => Scheme::Cavage,
            Signed::Message { .. } => Scheme::Rfc9421,
        }
    }
}

/// Looks at the signature, which must cover method, target, host, a time and, with a body, its digest.
///
/// Where there is a `Signature-Input`, RFC 9421 alone counts: the same `Signature` is never read in two ways.
pub(super) fn examine(request: &Request<'_>, has_body: bool, now: Timestamp) -> Result<Caller, Refusal> {
    let (key_id, signed, times) = match text(request.headers, "signature-input")? {
        Some(input) => {
            let (key_id, signed, created) = message::examine(request, input, has_body)?;
            (key_id, signed, vec![created])
        }
        None => draft::examine(request, has_body)?,
    };
    check_host(request)?;
    let key_id = federated_url(&key_id, request.host)
        .filter(|url| Host::of(url).as_ref() != Some(request.host))
        .ok_or_else(|| Refusal::unproven("the key id is not a URL of another server"))?;
    if signed.expires().is_some_and(|expires| expires < now.as_second()) {
        return Err(Refusal::unproven("the signature has expired"));
    }
    times.into_iter().try_for_each(|at| check_window(at, now, &key_id))?;
    Ok(Caller { key_id, signed })
}

/// The one value of a header; an error if it is not visible ASCII.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Refusal> {
    let read = |value: &'a http::HeaderValue| {
        value.to_str().map_err(|_| Refusal::malformed(format!("the {name} header is not plain text")))
    };
    headers.get(name).map(read).transpose()
}

/// Reads the URL of an actor, a key or an activity: https, no user in it; http only between servers on localhost.
pub(super) fn federated_url(text: &str, ours: &Host) -> Option<Url> {
    // The URL parser would drop or encode white space, and then compare equal to what another reader sees as different.
    if text.len() > MAX_URL || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let host = Host::of(&url)?;
    let is_local = ours.is_localhost() && host.is_localhost();
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_local);
    let is_plain = url.username().is_empty() && url.password().is_none();
    (is_safe && is_plain).then_some(url)
}

fn check_host(request: &Request<'_>) -> Result<(), Refusal> {
    let host = text(request.headers, "host")?.and_then(|host| host.parse::<Host>().ok());
    if host.as_ref() == Some(request.host) {
        return Ok(());
    }
    Err(Refusal::unproven("the request is for another host"))
}

/// The last thing that is checked: whoever fails here has a wrong clock and nothing else, as far as can be seen.
fn check_window(at: Timestamp, now: Timestamp, key_id: &Url) -> Result<(), Refusal> {
    let age = now.duration_since(at);
    if age <= WINDOW_BACK && age >= -WINDOW_AHEAD {
        return Ok(());
    }
    let (off, side) = if age.is_positive() { (age, "behind") } else { (-age, "ahead of") };
    let reason = format!(
        "the signature was made {off:#} {side} our clock; at most an hour back and five minutes ahead is taken"
    );
    let skew = Host::of(key_id).map(|host| (host, -age));
    Err(Refusal { skew, ..Refusal::unproven(reason) })
}
