//! Signing our own requests by RFC 9421.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use url::Url;

use super::{Message, Signature};
use crate::signatures::cavage::{ACCEPTED, ACTIVITY_JSON, host, target};
use crate::signatures::content_digest;
use crate::signatures::keys::{Algorithm, Ed25519Key, SigningKey};

const LABEL: &str = "sig1";
const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");
const SIGNATURE: HeaderName = HeaderName::from_static("signature");
const SIGNATURE_INPUT: HeaderName = HeaderName::from_static("signature-input");

/// A key of either kind.
#[derive(Clone, Copy, Debug)]
pub enum Signer<'a> {
    /// What every peer understands.
    Rsa(&'a SigningKey),
    /// For peers that read `assertionMethod`.
    Ed25519(&'a Ed25519Key),
}

impl Signer<'_> {
    fn algorithm(self) -> Algorithm {
        match self {
            Self::Rsa(_) => Algorithm::RsaSha256,
            Self::Ed25519(_) => Algorithm::Ed25519,
        }
    }

    fn sign(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Rsa(key) => key.sign(message),
            Self::Ed25519(key) => key.sign(message),
        }
    }
}

impl<'a> From<&'a SigningKey> for Signer<'a> {
    fn from(key: &'a SigningKey) -> Self {
        Self::Rsa(key)
    }
}

impl<'a> From<&'a Ed25519Key> for Signer<'a> {
    fn from(key: &'a Ed25519Key) -> Self {
        Self::Ed25519(key)
    }
}

/// Signs a POST of `body` to `url`: `Content-Digest`, `Content-Type` and the signature over method, URL and digest.
pub fn sign_post<'a>(key: impl Into<Signer<'a>>, key_id: &Url, url: &Url, body: &[u8], now: Timestamp) -> HeaderMap {
    let mut headers = HeaderMap::new();
    insert(&mut headers, CONTENT_DIGEST, content_digest::of(body));
    sign(key.into(), key_id, "POST", url, &mut headers, now);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(ACTIVITY_JSON));
    headers
}

/// Signs a GET of `url`: the signature over method and URL; `Accept` asks for ActivityPub.
pub fn sign_get<'a>(key: impl Into<Signer<'a>>, key_id: &Url, url: &Url, now: Timestamp) -> HeaderMap {
    let mut headers = HeaderMap::new();
    sign(key.into(), key_id, "GET", url, &mut headers, now);
    headers.insert(ACCEPT, HeaderValue::from_static(ACCEPTED));
    headers
}

/// Covers what Mastodon wants to be covered, and all `headers`; `alg` as Fedify and Mitra send it.
fn sign(key: Signer<'_>, key_id: &Url, method: &str, url: &Url, headers: &mut HeaderMap, now: Timestamp) {
    let derived = ["@method", "@target-uri"].into_iter().map(str::to_owned);
    let covered: Vec<_> = derived.chain(headers.keys().map(ToString::to_string)).collect();
    let created = now.as_second();
    let algorithm = key.algorithm();
    let name = match algorithm {
        Algorithm::RsaSha256 => "rsa-v1_5-sha256",
        Algorithm::Ed25519 => "ed25519",
    };
    let list = covered.iter().map(|component| format!("\"{component}\"")).collect::<Vec<_>>().join(" ");
    let mut signature = Signature {
        key_id: key_id.to_string(),
        created,
        expires: None,
        algorithm: Some(algorithm),
        covered,
        signature: Vec::new(),
        parameters: format!("({list});created={created};keyid=\"{key_id}\";alg=\"{name}\""),
    };
    let (authority, target) = (host(url), target(url));
    let message = Message { method, scheme: url.scheme(), authority: &authority, target: &target, headers: &*headers };
    signature.signature = key.sign(signature.base(&message).unwrap_or_default().as_bytes());
    insert(headers, SIGNATURE_INPUT, format!("{LABEL}={}", signature.parameters));
    insert(headers, SIGNATURE, format!("{LABEL}=:{}:", BASE64.encode(&signature.signature)));
}

/// A URL is ASCII without control characters or quotes, and the rest is ours: every value is a header value.
fn insert(headers: &mut HeaderMap, name: HeaderName, value: String) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}
