//! HTTP message signatures (RFC 9421) as the fediverse uses them: one signature, RSA-SHA256 or Ed25519.
//!
//! Stricter than the RFC, so that no two readers can differ: exactly one label, the same in both headers; only
//! components without parameters, none twice; no parameter twice. Every peer known to us signs like that. With several
//! labels, somebody would have to choose, and an attacker could add the one that is chosen.

mod sign;
#[cfg(test)]
mod tests;

use http::HeaderMap;
use sfv::BareItemFromInput;

use super::header::Malformed;
use super::keys::{Algorithm, VerifyingKey};
use super::structured::{self, Member, Parameters};

pub use sign::{Signer, sign_get, sign_post};

/// Room for a signature of 8192 bits, a long key id and every component.
const MAX_HEADER: usize = 8 * 1024;
const MAX_KEY_ID: usize = 2048;
const MAX_COVERED: usize = 32;
const MAX_PARAMETERS: usize = 16;
/// Eleven digits, as in draft-cavage: they end in the year 5138.
const MAX_SECONDS: i64 = 99_999_999_999;

/// What a request may be covered by apart from its headers (section 2.2).
const DERIVED: [&str; 7] = ["@authority", "@method", "@path", "@query", "@request-target", "@scheme", "@target-uri"];

/// A signature as received: its two headers, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// `keyid` as it stands; never empty.
    pub key_id: String,
    /// `created`, in seconds since 1970; at most eleven digits.
    pub created: i64,
    /// `expires`, in seconds since 1970; at most eleven digits.
    pub expires: Option<i64>,
    /// `alg`; [`Signature::verify`] holds only for a key of this algorithm.
    pub algorithm: Option<Algorithm>,
    /// The covered components in their order, none twice: derived ones (`@…`) and headers in lower case.
    pub covered: Vec<String>,
    /// The signature itself; never empty.
    pub signature: Vec<u8>,
    /// The value of `Signature-Input` behind its label, byte for byte: written anew, a valid signature might break.
    parameters: String,
}

/// The request that a signature is about.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// `https`, or `http` between servers on localhost.
    pub scheme: &'a str,
    /// The host in lower case, with its port where that is not the default of the scheme.
    pub authority: &'a str,
    /// Path and query, byte for byte as on the wire.
    pub target: &'a str,
    /// Every header.
    pub headers: &'a HeaderMap,
}

/// Takes the values of `Signature-Input` and `Signature` apart; what may not be in them is said above.
pub fn parse(input: &str, signature: &str) -> Result<Signature, Malformed> {
    if input.len() > MAX_HEADER || signature.len() > MAX_HEADER {
        return Err(Malformed("the signature headers are too long"));
    }
    let input_member = only(structured::dictionary(input))?;
    let signature_member = only(structured::dictionary(signature))?;
    if input_member.label != signature_member.label {
        return Err(Malformed("the signature headers have different labels"));
    }
    let received = input.trim_matches(' ').strip_prefix(input_member.label).and_then(|rest| rest.strip_prefix('='));
    let parameters = received.filter(|_| input_member.is_list).ok_or(Malformed("the signature input is not a list"))?;
    let covered = covered(&input_member)?;
    let read = Read::of(input_member.parameters)?;
    Ok(Signature {
        key_id: read.key_id.ok_or(Malformed("the signature names no key"))?,
        created: read.created.ok_or(Malformed("the signature does not say when it was created"))?,
        expires: read.expires,
        algorithm: read.algorithm,
        covered,
        signature: bytes(signature_member)?,
        parameters: parameters.to_owned(),
    })
}

impl Signature {
    /// Whether it covers the component.
    pub fn covers(&self, component: &str) -> bool {
        self.covered.iter().any(|covered| covered == component)
    }

    /// What is signed (section 2.5); `None` if a covered header is missing or not plain text.
    pub fn base(&self, message: &Message<'_>) -> Option<String> {
        let mut lines = Vec::new();
        for component in &self.covered {
            let value = derived(component, message).or_else(|| header(component, message.headers))?;
            lines.push(format!("\"{component}\": {value}"));
        }
        lines.push(format!("\"@signature-params\": {}", self.parameters));
        Some(lines.join("\n"))
    }

    /// Whether it is the signature of `key` over `base`, in the algorithm that it says, if it says one.
    pub fn verify(&self, base: &str, key: &VerifyingKey) -> bool {
        let is_possible = self.algorithm.is_none_or(|algorithm| algorithm == key.algorithm());
        is_possible && key.verify(base.as_bytes(), &self.signature)
    }
}

fn only(members: Option<Vec<Member<'_>>>) -> Result<Member<'_>, Malformed> {
    let mut members = members.ok_or(Malformed("a signature header is not a dictionary"))?.into_iter();
    let first = members.next().filter(|_| members.next().is_none());
    first.ok_or(Malformed("there is not exactly one signature"))
}

fn covered(member: &Member<'_>) -> Result<Vec<String>, Malformed> {
    let mut covered: Vec<String> = Vec::new();
    for (name, parameters) in &member.items {
        let BareItemFromInput::String(name) = name else {
            return Err(Malformed("a covered component is not a string"));
        };
        let name = name.as_str();
        let is_known = DERIVED.contains(&name) || is_header(name);
        if !is_known || !parameters.is_empty() || covered.len() == MAX_COVERED || covered.iter().any(|c| c == name) {
            return Err(Malformed("the list of covered components is malformed"));
        }
        covered.push(name.to_owned());
    }
    Ok(covered)
}

fn is_header(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    !name.is_empty() && name.chars().all(plain)
}

/// The parameters that matter; others are only signed.
#[derive(Default)]
struct Read {
    key_id: Option<String>,
    created: Option<i64>,
    expires: Option<i64>,
    algorithm: Option<Algorithm>,
}

impl Read {
    fn of(parameters: Parameters<'_>) -> Result<Self, Malformed> {
        let is_doubled = |name: &str| parameters.iter().filter(|(other, _)| *other == name).count() > 1;
        if parameters.len() > MAX_PARAMETERS || parameters.iter().any(|(name, _)| is_doubled(name)) {
            return Err(Malformed("a signature parameter comes twice, or there are too many"));
        }
        let mut read = Self::default();
        for (name, value) in parameters {
            match (name, value) {
                ("keyid", BareItemFromInput::String(id)) => {
                    read.key_id = Some(id.as_str().to_owned()).filter(|id| !id.is_empty() && id.len() <= MAX_KEY_ID);
                }
                ("created", BareItemFromInput::Integer(at)) => read.created = Some(seconds(at.into())?),
                ("expires", BareItemFromInput::Integer(at)) => read.expires = Some(seconds(at.into())?),
                ("alg", BareItemFromInput::String(name)) => read.algorithm = Some(algorithm(name.as_str())?),
                ("keyid" | "created" | "expires" | "alg", _) => {
                    return Err(Malformed("a signature parameter has the wrong type"));
                }
                _ => {}
            }
        }
        Ok(read)
    }
}

fn seconds(at: i64) -> Result<i64, Malformed> {
    if (0..=MAX_SECONDS).contains(&at) { Ok(at) } else { Err(Malformed("a time in the signature is absurd")) }
}

fn algorithm(name: &str) -> Result<Algorithm, Malformed> {
    match name {
        "rsa-v1_5-sha256" => Ok(Algorithm::RsaSha256),
        "ed25519" => Ok(Algorithm::Ed25519),
        _ => Err(Malformed("the signature algorithm is not rsa-v1_5-sha256 or ed25519")),
    }
}

fn bytes(member: Member<'_>) -> Result<Vec<u8>, Malformed> {
    let is_list = member.is_list;
    match member.items.into_iter().next() {
        Some((BareItemFromInput::ByteSequence(bytes), parameters))
            if !is_list && parameters.is_empty() && !bytes.is_empty() =>
        {
            Ok(bytes)
        }
        _ => Err(Malformed("the signature is not a byte sequence")),
    }
}

fn derived(component: &str, message: &Message<'_>) -> Option<String> {
    let (path, query) = message.target.split_once('?').unwrap_or((message.target, ""));
    Some(match component {
        "@method" => message.method.to_owned(),
        "@scheme" => message.scheme.to_owned(),
        "@authority" => message.authority.to_owned(),
        "@target-uri" => format!("{}://{}{}", message.scheme, message.authority, message.target),
        "@request-target" => message.target.to_owned(),
        "@path" => path.to_owned(),
        // Also without a query (section 2.2.7).
        "@query" => format!("?{query}"),
        _ => return None,
    })
}

/// The values of a header, trimmed and joined (section 2.1).
fn header(name: &str, headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(name).iter().map(|value| value.to_str().ok().map(str::trim));
    let values: Vec<_> = values.collect::<Option<_>>()?;
    (!values.is_empty()).then(|| values.join(", "))
}
