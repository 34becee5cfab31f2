//! Signatures by draft-cavage: what they have to cover, and what they say about time and key.

use std::collections::BTreeMap;

use http::HeaderMap;
use jiff::Timestamp;

use super::proof::{self, Signed};
use super::{Refusal, Request};
use crate::signatures::header::{self, SignatureHeader};
use crate::signatures::{cavage, date};

/// Looks at the `Signature` header; the key id as it stands, the proof to be made, and the times that it says.
pub(super) fn examine(request: &Request<'_>, has_body: bool) -> Result<(String, Signed, Vec<Timestamp>), Refusal> {
    let header = proof::text(request.headers, "signature")?;
    let header = header.ok_or_else(|| Refusal::unproven("the request is not signed"))?;
    let header = header::parse(header).map_err(|error| Refusal::unproven(error.to_string()))?;
    check_covered(&header, has_body)?;
    let times = times(&header, request.headers)?;
    let values = covered_values(&header, request.headers)?;
    let method = request.method.as_str();
    let string = cavage::signing_string(method, request.target, &header.covered, values)
        .ok_or_else(|| Refusal::unproven("the signature covers a header that is missing"))?;
    Ok((header.key_id, Signed::Draft { string, signature: header.signature, expires: header.expires }, times))
}

fn check_covered(header: &SignatureHeader, has_body: bool) -> Result<(), Refusal> {
    let covers = |name: &str| header.covered.iter().any(|covered| covered == name);
    if !covers("date") && !covers("(created)") {
        return Err(Refusal::unproven("the signature covers neither date nor (created)"));
    }
    if header.is_legacy && (covers("(created)") || covers("(expires)")) {
        return Err(Refusal::unproven("rsa-sha256 does not go with (created) and (expires)"));
    }
    let needed = ["(request-target)", "host", "digest"].into_iter().take(if has_body { 3 } else { 2 });
    let missing = needed.into_iter().find(|name| !covers(name));
    missing.map_or(Ok(()), |name| Err(Refusal::unproven(format!("the signature does not cover {name}"))))
}

/// The times that count: `Date` where it is covered, and `created`.
fn times(header: &SignatureHeader, headers: &HeaderMap) -> Result<Vec<Timestamp>, Refusal> {
    let mut times = Vec::new();
    if header.covered.iter().any(|name| name == "date") {
        times.push(proof::text(headers, "date")?.and_then(date::parse));
    }
    times.extend(header.created.map(|created| Timestamp::from_second(created).ok()));
    let readable: Option<Vec<_>> = times.into_iter().collect();
    readable.ok_or_else(|| Refusal::unproven("the date of the signature is missing or unreadable"))
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
