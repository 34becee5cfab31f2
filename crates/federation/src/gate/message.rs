//! Signatures by RFC 9421: what they have to cover, and what they say about time and key.

use jiff::Timestamp;

use super::proof::{self, Signed};
use super::{Refusal, Request};
use crate::signatures::rfc9421::{self, Message, Signature};

/// Looks at the signature of `Signature-Input`; the key id as it stands, the proof to be made, and when it was made.
pub(super) fn examine(
    request: &Request<'_>,
    input: &str,
    has_body: bool,
) -> Result<(String, Signed, Timestamp), Refusal> {
    let signature = proof::text(request.headers, "signature")?.unwrap_or_default();
    let signature = rfc9421::parse(input, signature).map_err(|error| Refusal::unproven(error.to_string()))?;
    check_covered(&signature, request, has_body)?;
    let message = Message {
        method: request.method.as_str(),
        scheme: request.scheme,
        authority: request.host.as_str(),
        target: request.target,
        headers: request.headers,
    };
    let base = signature.base(&message);
    let base = base.ok_or_else(|| Refusal::unproven("the signature covers a header that is missing"))?;
    let unreadable = |_| Refusal::unproven("the date of the signature is unreadable");
    let created = Timestamp::from_second(signature.created).map_err(unreadable)?;
    Ok((signature.key_id.clone(), Signed::Message { signature, base }, created))
}

/// Method, host, path and query, and the digest of what has a body; everything else may be covered too.
fn check_covered(signature: &Signature, request: &Request<'_>, has_body: bool) -> Result<(), Refusal> {
    let has_query = request.target.contains('?');
    let parts = signature.covers("@authority") && signature.covers("@path");
    let target = signature.covers("@target-uri") || (parts && (!has_query || signature.covers("@query")));
    if !target {
        return Err(Refusal::unproven("the signature covers neither @target-uri nor @authority, @path and @query"));
    }
    let needed = ["@method", "content-digest"].into_iter().take(if has_body { 2 } else { 1 });
    let missing = needed.into_iter().find(|name| !signature.covers(name));
    missing.map_or(Ok(()), |name| Err(Refusal::unproven(format!("the signature does not cover {name}"))))
}
