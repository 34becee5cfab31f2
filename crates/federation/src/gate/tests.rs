//! Hostile requests, by the names they have in the list of attacks.

mod bodies;
mod messages;
mod signatures;
mod strange;

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use domain::host::Host;
use http::Method;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{Claim, Refusal, Request};
use crate::signatures::cavage;
use crate::signatures::keys::{SigningKey, VerifyingKey};

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate().expect("a key"));
static PUBLIC: LazyLock<VerifyingKey> =
    LazyLock::new(|| VerifyingKey::from_pem(&KEY.public_pem()).expect("its public half"));

const KEY_ID: &str = "https://sender.example/alice#main-key";
const FOLLOW: &str = r#"{"id":"https://sender.example/1","type":"Follow","actor":"https://sender.example/alice","object":"https://ours.example/nord"}"#;
const ALL: &str = "(request-target) host date digest content-type";

fn now() -> Timestamp {
    Timestamp::from_second(1_763_000_000).expect("a time")
}

fn ours() -> Host {
    "ours.example".parse().expect("a host")
}

/// A request that can be bent before it is judged.
#[derive(Clone)]
struct Post {
    target: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Post {
    /// Alice's follow, signed now for our inbox, as quartier itself signs.
    fn good() -> Self {
        static GOOD: LazyLock<Post> = LazyLock::new(|| Post::of(FOLLOW));
        GOOD.clone()
    }

    fn of(body: &str) -> Self {
        let inbox = Url::parse("https://ours.example/inbox").expect("a URL");
        let key_id = Url::parse(KEY_ID).expect("a URL");
        let headers = cavage::sign_post(&KEY, &key_id, &inbox, body.as_bytes(), now());
        Self { target: "/inbox".to_owned(), headers, body: body.as_bytes().to_vec() }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header value");
        self.headers.insert(HeaderName::from_static(name), value);
        self
    }

    fn adding(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header value");
        self.headers.append(HeaderName::from_static(name), value);
        self
    }

    fn without(mut self, name: &'static str) -> Self {
        self.headers.remove(name);
        self
    }

    fn header(&self, name: &str) -> String {
        self.headers.get(name).and_then(|value| value.to_str().ok()).expect("the header").to_owned()
    }

    /// Signs what is there anew, by hand and not with our own signer: `covered` names, `parameters` in front.
    fn signed(self, covered: &str, parameters: &str) -> Self {
        let line = |name: &str| match name {
            "(request-target)" => format!("{name}: post {}", self.target),
            "(created)" | "(expires)" => {
                let after = parameters.split_once(&format!("{}=", name.trim_matches(['(', ')']))).expect("a time").1;
                format!("{name}: {}", after.split([',', '"']).find(|part| !part.is_empty()).expect("a number"))
            }
            _ => format!("{name}: {}", self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()),
        };
        let string = covered.split(' ').map(line).collect::<Vec<_>>().join("\n");
        let signature = BASE64.encode(KEY.sign(string.as_bytes()));
        let header = format!(r#"{parameters},headers="{covered}",signature="{signature}""#);
        self.with("signature", &header)
    }

    fn examined(&self, now: Timestamp) -> Result<Claim, Refusal> {
        let host = ours();
        let request = Request {
            method: &Method::POST,
            target: &self.target,
            headers: &self.headers,
            body: &self.body,
            host: &host,
            scheme: "https",
        };
        super::examine(&request, now)
    }

    /// The status that the sender gets: 202 only if the signature holds for alice's key, too.
    fn status(&self) -> u16 {
        self.status_at(now())
    }

    fn status_at(&self, now: Timestamp) -> u16 {
        match self.examined(now) {
            Ok(claim) if claim.verify(&PUBLIC) => 202,
            Ok(_) => 401,
            Err(refusal) => refusal.status,
        }
    }
}

fn legacy(key_id: &str) -> String {
    format!(r#"keyId="{key_id}",algorithm="rsa-sha256""#)
}

fn hs2019() -> String {
    format!(r#"keyId="{KEY_ID}",algorithm="hs2019""#)
}

fn seconds_from_now(seconds: i64) -> i64 {
    now().as_second() + seconds
}

fn later(seconds: i64) -> Timestamp {
    now().checked_add(SignedDuration::from_secs(seconds)).expect("a time")
}

#[test]
fn a_good_request_passes() {
    let claim = Post::good().examined(now()).expect("passes");
    assert_eq!(claim.key_id.as_str(), KEY_ID);
    assert_eq!(claim.actor.as_str(), "https://sender.example/alice");
    assert_eq!(claim.id.as_ref().map(Url::as_str), Some("https://sender.example/1"));
    assert_eq!(claim.activity.get("type").and_then(|kind| kind.as_str()), Some("Follow"));
    assert!(claim.verify(&PUBLIC));
}

#[test]
fn a_signed_get_passes_without_a_digest() {
    let url = Url::parse("https://ours.example/nord?page=1").expect("a URL");
    let key_id = Url::parse(KEY_ID).expect("a URL");
    let headers = cavage::sign_get(&KEY, &key_id, &url, now());
    let host = ours();
    let (method, target, body) = (&Method::GET, "/nord?page=1", &b""[..]);
    let unsigned = HeaderMap::new();
    let request = |headers| Request { method, target, headers, body, host: &host, scheme: "https" };
    let caller = super::examine_get(&request(&headers), now()).expect("passes");
    assert!(caller.verify(&PUBLIC));
    assert!(super::examine(&request(&headers), now()).is_err(), "a signed GET is no delivery");
    let refusal = super::examine_get(&request(&unsigned), now()).expect_err("it is not signed");
    assert_eq!(refusal.status, 401);
}
