//! Checks against another hand's code, that of Mitra: what it signs we verify, and what we sign it verifies.

use apx_core::crypto::common::PublicKey;
use apx_core::crypto::eddsa::ed25519_public_key_from_multikey;
use apx_core::crypto::rsa::rsa_secret_key_from_pkcs8_pem;
use apx_core::http_digest::ContentDigest;
use apx_core::http_signatures::create::{HttpSigner, create_http_signature_cavage, create_http_signature_rfc9421};
use apx_core::http_signatures::verify::{
    parse_http_signature_cavage, parse_http_signature_rfc9421, verify_http_signature,
};
use apx_core::json_signatures::create::sign_object_eddsa;
use apx_core::json_signatures::verify::{get_json_signature, verify_eddsa_json_signature};
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, Uri};
use jiff::Timestamp;
use serde_json::{Value, json};
use url::Url;

use super::keys::{Ed25519Key, SigningKey, VerifyingKey, pem};
use super::rfc9421::{self, Message, Signer};
use super::{cavage, content_digest, digest, header, proof};

const KEY_ID: &str = "https://ours.example/nord#main-key";
const INBOX: &str = "https://peer.example/inbox";
const BODY: &[u8] = b"{\"type\":\"Follow\"}";

/// A document with what is hard to write in one form only.
fn document() -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/activitystreams", proof::CONTEXT, { "sc": "http://schema.org#" }],
        "type": "Create",
        "object": { "content": "Grüße, €, \u{1f600}\u{f}\"\\", "latitude": 51.339_695_1, "longitude": 12.0, "size": 1e21, "ö": null },
    })
}

struct Pair {
    rsa: SigningKey,
    ed25519: Ed25519Key,
    seed: [u8; 32],
}

impl Pair {
    fn new() -> Self {
        let seed = [7; 32];
        let ed25519 = Ed25519Key::from_seed(&seed).expect("a key");
        Self { rsa: SigningKey::generate().expect("a key"), ed25519, seed }
    }

    /// Ours and theirs, with both public halves, of either algorithm.
    fn all(&self) -> [(Signer<'_>, VerifyingKey, HttpSigner, PublicKey); 2] {
        let pem = pem::write("PRIVATE KEY", &self.rsa.to_pkcs8().expect("der"));
        let rsa = rsa_secret_key_from_pkcs8_pem(&pem).expect("their key");
        let multibase = self.ed25519.public_multibase();
        [
            (
                Signer::from(&self.rsa),
                VerifyingKey::from_pem(&self.rsa.public_pem()).expect("our key"),
                HttpSigner::new_rsa(rsa, KEY_ID.to_owned()),
                PublicKey::from_pem(&self.rsa.public_pem()).expect("their key"),
            ),
            (
                Signer::from(&self.ed25519),
                VerifyingKey::from_multikey(&multibase).expect("our key"),
                HttpSigner::new_ed25519(self.seed, KEY_ID.to_owned()),
                PublicKey::from_multikey(&multibase).expect("their key"),
            ),
        ]
    }
}

fn url(text: &str) -> Url {
    Url::parse(text).expect("a URL")
}

/// Later than any clock: theirs reads the system's and refuses what is older than twelve hours.
fn now() -> Timestamp {
    Timestamp::from_second(4_102_444_800).expect("a time")
}

fn headers(lines: &[(&'static str, Option<String>)]) -> HeaderMap {
    let given = lines.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
    given.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value"))).collect()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[test]
fn rfc_9421_agrees_in_both_directions() {
    for (our_signer, our_key, their_signer, their_key) in Pair::new().all() {
        for body in [None, Some(BODY)] {
            let method = if body.is_some() { Method::POST } else { Method::GET };
            let ours = match body {
                Some(body) => rfc9421::sign_post(our_signer, &url(KEY_ID), &url(INBOX), body, now()),
                None => rfc9421::sign_get(our_signer, &url(KEY_ID), &url(INBOX), now()),
            };
            let read = parse_http_signature_rfc9421(&method, &Uri::from_static(INBOX), &ours, false).expect("reads");
            verify_http_signature(&read, &their_key, body.map(ContentDigest::new)).expect("they verify ours");

            let theirs = create_http_signature_rfc9421(method.clone(), INBOX, body, &their_signer).expect("signs");
            let theirs = headers(&[
                ("content-digest", theirs.content_digest),
                ("signature", Some(theirs.signature)),
                ("signature-input", Some(theirs.signature_input)),
            ]);
            let read = rfc9421::parse(text(&theirs, "signature-input"), text(&theirs, "signature")).expect("reads");
            let (method, headers) = (method.as_str(), &theirs);
            let message = Message { method, scheme: "https", authority: "peer.example", target: "/inbox", headers };
            assert!(read.verify(&read.base(&message).expect("a base"), &our_key), "we verify theirs");
            assert!(body.is_none_or(|body| content_digest::check(text(&theirs, "content-digest"), body)));
        }
    }
}

#[test]
fn proofs_agree_in_both_directions() {
    let pair = Pair::new();
    let multibase = pair.ed25519.public_multibase();
    let mut ours = document();
    proof::create(&mut ours, &pair.ed25519, &url(KEY_ID), now());
    let read = get_json_signature(&ours).expect("reads");
    let their_key = ed25519_public_key_from_multikey(&multibase).expect("their key");
    verify_eddsa_json_signature(&their_key, &read.object, &read.proof_config, &read.signature)
        .expect("they verify ours");

    let our_key = VerifyingKey::from_multikey(&multibase).expect("our key");
    for with_context in [true, false] {
        let theirs =
            sign_object_eddsa(&pair.seed, KEY_ID, &document(), None, false, with_context, false).expect("signs");
        let read = proof::read(&theirs, now()).expect("reads").expect("a proof");
        assert_eq!(read.method.as_str(), KEY_ID);
        assert_eq!(read.verify(&our_key), Ok(()), "we verify theirs");
    }
}

#[test]
fn draft_cavage_agrees_in_both_directions() {
    let pair = Pair::new();
    let [(_, our_key, their_signer, their_key), _] = pair.all();
    let ours = cavage::sign_post(&pair.rsa, &url(KEY_ID), &url(INBOX), BODY, now());
    let read = parse_http_signature_cavage(&Method::POST, &Uri::from_static(INBOX), &ours).expect("reads");
    verify_http_signature(&read, &their_key, Some(ContentDigest::new(BODY))).expect("they verify ours");

    let theirs = create_http_signature_cavage(Method::POST, INBOX, Some(BODY), &their_signer).expect("signs");
    let digest_header = theirs.digest.unwrap_or_default();
    assert!(digest::check(&digest_header, BODY));
    let read = header::parse(&theirs.signature).expect("reads");
    let values = [("host", theirs.host), ("date", theirs.date), ("digest", digest_header)];
    let values = values.map(|(name, value)| (name.to_owned(), value)).into();
    let string = cavage::signing_string("post", "/inbox", &read.covered, values).expect("a string");
    assert!(our_key.verify(string.as_bytes(), &read.signature), "we verify theirs");
}
