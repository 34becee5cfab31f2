//! Whether a signature could hold: what it covers, for whom, when, and by which key.

use std::collections::BTreeMap;

use domain::host::Host;
use http::HeaderMap;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{Refusal, Request};
use crate::signatures::header::{self, SignatureHeader};
use crate::signatures::keys::VerifyingKey;
use crate::signatures::{cavage, date};

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
    signing_string: String,
    signature: Vec<u8>,
}

impl Caller {
    /// Whether the request, as it was received, was signed with `key`.
    pub fn verify(&self, key: &VerifyingKey) -> bool {
        key.verify(self.signing_string.as_bytes(), &self.signature)
    }
}

/// Looks at the signature, which must cover target, host, a time and everything `also` names.
pub(super) fn examine(request: &Request<'_>, also: &[&str], now: Timestamp) -> Result<Caller, Refusal> {
    let header = text(request.headers, "signature")?.ok_or_else(|| Refusal::unproven("the request is not signed"))?;
    let header = header::parse(header).map_err(|error| Refusal::unproven(error.to_string()))?;
    check_covered(&header, also)?;
    check_host(request)?;
    check_times(&header, request.headers, now)?;
    let key_id = federated_url(&header.key_id, request.host)
        .filter(|url| Host::of(url).as_ref() != Some(request.host))
        .ok_or_else(|| Refusal::unproven("the key id is not a URL of another server"))?;
    let values = covered_values(&header, request.headers)?;
    let method = request.method.as_str();
    let signing_string = cavage::signing_string(method, request.target, &header.covered, values)
        .ok_or_else(|| Refusal::unproven("the signature covers a header that is missing"))?;
    Ok(Caller { key_id, signing_string, signature: header.signature })
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

fn check_covered(header: &SignatureHeader, also: &[&str]) -> Result<(), Refusal> {
    let covers = |name: &str| header.covered.iter().any(|covered| covered == name);
    if !covers("date") && !covers("(created)") {
        return Err(Refusal::unproven("the signature covers neither date nor (created)"));
    }
    if header.is_legacy && (covers("(created)") || covers("(expires)")) {
        return Err(Refusal::unproven("rsa-sha256 does not go with (created) and (expires)"));
    }
    let missing = ["(request-target)", "host"].iter().chain(also).find(|name| !covers(name));
    missing.map_or(Ok(()), |name| Err(Refusal::unproven(format!("the signature does not cover {name}"))))
}

fn check_host(request: &Request<'_>) -> Result<(), Refusal> {
    let host = text(request.headers, "host")?.and_then(|host| host.parse::<Host>().ok());
    if host.as_ref() == Some(request.host) {
        return Ok(());
    }
    Err(Refusal::unproven("the request is for another host"))
}

fn check_times(header: &SignatureHeader, headers: &HeaderMap, now: Timestamp) -> Result<(), Refusal> {
    if header.covered.iter().any(|name| name == "date") {
        let date = text(headers, "date")?.and_then(date::parse);
        check_window(date, now)?;
    }
    if let Some(created) = header.created {
        check_window(Timestamp::from_second(created).ok(), now)?;
    }
    let is_past = |expires: i64| expires < now.as_second();
    if header.expires.is_some_and(is_past) {
        return Err(Refusal::unproven("the signature has expired"));
    }
    Ok(())
}

fn check_window(at: Option<Timestamp>, now: Timestamp) -> Result<(), Refusal> {
    let at = at.ok_or_else(|| Refusal::unproven("the date of the signature is missing or unreadable"))?;
    let age = now.duration_since(at);
    if age > WINDOW_BACK || age < -WINDOW_AHEAD {
        return Err(Refusal::unproven("the signature is older than an hour or more than five minutes ahead"));
    }
    Ok(())
}

fn covered_values(header: &SignatureHeader, headers: &HeaderMap) -> Result<BTreeMap<String, String>, Refusal> {
    let mut values = BTreeMap::new();
    for name in header.covered.iter().filter(|name| !name.starts_with('(') && headers.contains_key(*name)) {
        let mut texts = Vec::new();
        for value in headers.get_all(name) {
            texts.push(value.to_str().map_err(|_| Refusal::malformed("a covered header is not plain text"))?.trim());
        }
        values.insert(name.clone(), texts.join(", "));
    }
    let times = [("(created)", header.created), ("(expires)", header.expires)];
    for (name, at) in times {
        values.extend(at.map(|at| (name.to_owned(), at.to_string())));
    }
    Ok(values)
}
