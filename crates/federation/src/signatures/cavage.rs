//! HTTP signatures as the fediverse writes them (draft-cavage-http-signatures-12), RSA-SHA256.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::header::{ACCEPT, CONTENT_TYPE, DATE, HOST, HeaderMap, HeaderName, HeaderValue};
use http_signature_normalization::verify::ParsedHeader;
use jiff::Timestamp;
use url::Url;

use super::keys::SigningKey;
use super::{date, digest};

/// The media type of what we send.
pub const ACTIVITY_JSON: &str = "application/activity+json";
/// What we ask for (ActivityPub section 3.2).
pub const ACCEPTED: &str =
    r#"application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams""#;

const DIGEST: HeaderName = HeaderName::from_static("digest");
const SIGNATURE: HeaderName = HeaderName::from_static("signature");
const HUNDRED_YEARS: Duration = Duration::from_hours(100 * 366 * 24);

/// Signs a POST of `body` to `url`: `Host`, `Date`, `Digest`, `Content-Type` and the `Signature` over them.
pub fn sign_post(key: &SigningKey, key_id: &Url, url: &Url, body: &[u8], now: Timestamp) -> HeaderMap {
    let signed = [
        (HOST, host(url)),
        (DATE, date::format(now)),
        (DIGEST, digest::of(body)),
        (CONTENT_TYPE, ACTIVITY_JSON.to_owned()),
    ];
    sign(key, key_id, "post", url, signed)
}

/// Signs a GET of `url`: `Host`, `Date` and the `Signature` over them; `Accept` asks for ActivityPub.
pub fn sign_get(key: &SigningKey, key_id: &Url, url: &Url, now: Timestamp) -> HeaderMap {
    let signed = [(HOST, host(url)), (DATE, date::format(now))];
    let mut headers = sign(key, key_id, "get", url, signed);
    headers.insert(ACCEPT, HeaderValue::from_static(ACCEPTED));
    headers
}

/// The `Host` that the HTTP client sends: with the port where that is not the default of the scheme.
pub(super) fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    }
}

/// Path and query as the HTTP client sends them.
pub(super) fn target(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

fn sign<const N: usize>(
    key: &SigningKey,
    key_id: &Url,
    method: &str,
    url: &Url,
    signed: [(HeaderName, String); N],
) -> HeaderMap {
    let mut covered = vec!["(request-target)".to_owned()];
    covered.extend(signed.iter().map(|(name, _)| name.as_str().to_owned()));
    let values = signed.iter().map(|(name, value)| (name.as_str().to_owned(), value.clone())).collect();
    let string = signing_string(method, &target(url), &covered, values).unwrap_or_default();
    let signature = BASE64.encode(key.sign(string.as_bytes()));
    let covered = covered.join(" ");
    let header = format!(r#"keyId="{key_id}",algorithm="rsa-sha256",headers="{covered}",signature="{signature}""#);

    let mut headers = HeaderMap::new();
    for (name, value) in signed.into_iter().chain([(SIGNATURE, header)]) {
        // A URL is ASCII without control characters or quotes, and the rest is ours: every value is a header value.
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
    headers
}

/// What is signed (section 2.3): a line for each covered name, taken from `values` by its name in lower case.
///
/// `(created)` and `(expires)` are expected among `values`, as received. `None` if a covered name has no value.
pub(crate) fn signing_string(
    method: &str,
    target: &str,
    covered: &[String],
    mut values: BTreeMap<String, String>,
) -> Option<String> {
    // The gate checks times, by our clock. The library would read the system's and panic on absurd ones, so it is shown
    // none, and for `Date` its window is a hundred years.
    let names = covered.join(" ");
    let header: ParsedHeader = format!(r#"keyId="-",headers="{names}",signature="-""#).parse().ok()?;
    let unvalidated = header.into_unvalidated(method, target, &mut values, HashSet::new()).ok()?;
    let unverified = unvalidated.validate(HUNDRED_YEARS).ok()?;
    Some(unverified.signing_string().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test values of appendix C.
    fn values() -> BTreeMap<String, String> {
        let values = [
            ("host", "example.com"),
            ("date", "Sun, 05 Jan 2014 21:31:40 GMT"),
            ("content-type", "application/json"),
            ("digest", "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="),
            ("content-length", "18"),
        ];
        values.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    fn string(covered: &str) -> Option<String> {
        let covered: Vec<_> = covered.split(' ').map(str::to_owned).collect();
        signing_string("POST", "/foo?param=value&pet=dog", &covered, values())
    }

    #[test]
    fn the_signing_string_is_that_of_the_draft() {
        let basic =
            "(request-target): post /foo?param=value&pet=dog\nhost: example.com\ndate: Sun, 05 Jan 2014 21:31:40 GMT";
        assert_eq!(string("(request-target) host date").as_deref(), Some(basic));
        let all = format!(
            "{basic}\ncontent-type: application/json\n\
             digest: SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=\ncontent-length: 18"
        );
        assert_eq!(string("(request-target) host date content-type digest content-length"), Some(all));
        assert_eq!(string("date host").as_deref(), Some("date: Sun, 05 Jan 2014 21:31:40 GMT\nhost: example.com"));
        assert_eq!(string("host x-missing"), None);
        assert_eq!(string("host (created)"), None);
    }

    #[test]
    fn a_request_is_signed_as_peers_expect_it() {
        let key = SigningKey::generate().expect("a key");
        let key_id = Url::parse("https://ours.example/nord#main-key").expect("a URL");
        let now = Timestamp::from_second(784_111_777).expect("a time");
        let header =
            |headers: &HeaderMap, name: &str| headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);

        let inbox = Url::parse("https://Peer.example:443/inbox?a=b").expect("a URL");
        let post = sign_post(&key, &key_id, &inbox, b"{}", now);
        assert_eq!(header(&post, "host").as_deref(), Some("peer.example"));
        assert_eq!(header(&post, "date").as_deref(), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
        assert_eq!(header(&post, "digest"), Some(digest::of(b"{}")));
        assert_eq!(header(&post, "content-type").as_deref(), Some("application/activity+json"));
        let signature = header(&post, "signature").unwrap_or_default();
        let start = r#"keyId="https://ours.example/nord#main-key",algorithm="rsa-sha256",headers="(request-target) host date digest content-type",signature=""#;
        assert!(signature.starts_with(start), "{signature}");

        let actor = Url::parse("http://nord.localhost:8080/quarter").expect("a URL");
        let get = sign_get(&key, &key_id, &actor, now);
        assert_eq!(header(&get, "host").as_deref(), Some("nord.localhost:8080"));
        assert!(header(&get, "accept").is_some_and(|accept| accept.contains("activitystreams")));
        assert!(header(&get, "signature").is_some_and(|s| s.contains(r#"headers="(request-target) host date""#)));
        assert_eq!(header(&get, "digest"), None);
    }
}
