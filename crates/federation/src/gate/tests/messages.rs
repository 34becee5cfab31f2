//! Signatures by RFC 9421 that must hold, and those that must not.

use base64::Engine as _;
use http::HeaderMap;
use url::Url;

use super::{BASE64, FOLLOW, KEY, KEY_ID, Post, now, ours, seconds_from_now};
use crate::gate::{Refusal, Request, examine_get};
use crate::signatures::keys::{Ed25519Key, VerifyingKey};
use crate::signatures::{cavage, content_digest, digest, rfc9421};

const ALL: [&str; 3] = ["@method", "@target-uri", "content-digest"];

/// Alice's follow with a `Content-Digest`, not signed yet.
fn bare(target: &str) -> Post {
    let mut post = Post { target: target.to_owned(), headers: HeaderMap::new(), body: FOLLOW.as_bytes().to_vec() };
    post = post.with("host", "ours.example").with("content-type", "application/activity+json");
    let digest = content_digest::of(&post.body);
    post.with("content-digest", &digest)
}

fn parameters() -> String {
    format!(r#";created={};keyid="{KEY_ID}""#, now().as_second())
}

impl Post {
    /// Signs by hand and not with our own signer.
    fn message(self, covered: &[&str], parameters: &str) -> Self {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let line = |name: &&str| {
            let value = match *name {
                "@method" => "POST".to_owned(),
                "@target-uri" => format!("https://ours.example{}", self.target),
                "@authority" => "ours.example".to_owned(),
                "@path" => path.to_owned(),
                "@query" => format!("?{query}"),
                header => self.header(header),
            };
            format!("\"{name}\": {value}\n")
        };
        let list = covered.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(" ");
        let input = format!("({list}){parameters}");
        let base = covered.iter().map(line).collect::<String>() + &format!("\"@signature-params\": {input}");
        let signature = BASE64.encode(KEY.sign(base.as_bytes()));
        self.with("signature-input", &format!("s={input}")).with("signature", &format!("s=:{signature}:"))
    }
}

fn good() -> Post {
    bare("/inbox").message(&ALL, &parameters())
}

#[test]
fn what_we_sign_ourselves_passes_with_either_key() {
    let inbox = Url::parse("https://ours.example/inbox").expect("a URL");
    let key_id = Url::parse(KEY_ID).expect("a URL");
    let ed25519 = Ed25519Key::generate().expect("a key");
    let of = |headers: HeaderMap| {
        let post = Post { target: "/inbox".to_owned(), headers, body: FOLLOW.as_bytes().to_vec() };
        post.with("host", "ours.example")
    };
    let by_rsa = of(rfc9421::sign_post(&*KEY, &key_id, &inbox, FOLLOW.as_bytes(), now()));
    assert_eq!(by_rsa.status(), 202);
    let by_ed25519 = of(rfc9421::sign_post(&ed25519, &key_id, &inbox, FOLLOW.as_bytes(), now()));
    assert_eq!(by_ed25519.status(), 401, "alice's key is another");
    let claim = by_ed25519.examined(now()).expect("it looks right");
    assert!(claim.verify(&VerifyingKey::from_multikey(&ed25519.public_multibase()).expect("its public half")));
}

#[test]
fn a_signed_question_needs_no_digest() {
    let url = Url::parse("https://ours.example/nord?page=1").expect("a URL");
    let key_id = Url::parse(KEY_ID).expect("a URL");
    let mut headers = rfc9421::sign_get(&*KEY, &key_id, &url, now());
    headers.insert("host", "ours.example".parse().expect("a value"));
    let examined = |target: &str| {
        let host = ours();
        let method = &http::Method::GET;
        let request = Request { method, target, headers: &headers, body: b"", host: &host, scheme: "https" };
        examine_get(&request, now())
    };
    assert!(examined("/nord?page=1").expect("passes").verify(&super::PUBLIC));
    assert!(!examined("/nord?page=2").expect("looks right").verify(&super::PUBLIC), "sig_20: another query");
}

#[test]
fn sig_19_what_is_covered_says_whom_it_was_made_for() {
    let table: [(&[&str], u16); 9] = [
        (&ALL, 202),
        (&["@method", "@authority", "@path", "content-digest"], 202),
        (&["content-digest", "@path", "@authority", "@method", "content-type"], 202),
        (&["@method", "@target-uri"], 401),
        (&["@target-uri", "content-digest"], 401),
        (&["@method", "content-digest"], 401),
        (&["@method", "@path", "content-digest"], 401),
        (&["@method", "@authority", "content-digest"], 401),
        (&["content-digest"], 401),
    ];
    for (covered, status) in table {
        assert_eq!(bare("/inbox").message(covered, &parameters()).status(), status, "{covered:?}");
    }
    let parts = ["@method", "@authority", "@path", "content-digest"];
    assert_eq!(bare("/inbox?x=1").message(&parts, &parameters()).status(), 401, "the query is not covered");
    let parts = ["@method", "@authority", "@path", "@query", "content-digest"];
    assert_eq!(bare("/inbox?x=1").message(&parts, &parameters()).status(), 202);
    assert_eq!(bare("/inbox").message(&[], &parameters()).status(), 401);
}

#[test]
fn sig_19_every_parameter_is_judged() {
    let with = |more: &str| bare("/inbox").message(&ALL, &format!("{}{more}", parameters())).status();
    assert_eq!(with(r#";alg="rsa-v1_5-sha256""#), 202);
    assert_eq!(with(r#";nonce="x";tag="fediverse""#), 202);
    assert_eq!(with(&format!(";expires={}", seconds_from_now(10))), 202);
    assert_eq!(with(&format!(";expires={}", seconds_from_now(-1))), 401);
    for alg in ["ed25519", "hmac-sha256", "rsa-pss-sha512", "ecdsa-p256-sha256", "none", ""] {
        assert_eq!(with(&format!(r#";alg="{alg}""#)), 401, "sig_15: {alg}");
    }
    for parameters in [
        format!(r#";keyid="{KEY_ID}""#),
        format!(";created={}", now().as_second()),
        format!(r#";created="{}";keyid="{KEY_ID}""#, now().as_second()),
        format!(r#";created={}.0;keyid="{KEY_ID}""#, now().as_second()),
        format!(r#";created=18446744073709551615;keyid="{KEY_ID}""#),
        format!(r#";created=-1;keyid="{KEY_ID}""#),
        format!(r#";created={};keyid="acct:alice@sender.example""#, now().as_second()),
        format!(r#";created={};keyid="https://ours.example/nord#main-key""#, now().as_second()),
        format!(r#";created={};keyid="https://mallory.example/key""#, now().as_second()),
    ] {
        assert_eq!(bare("/inbox").message(&ALL, &parameters).status(), 401, "{parameters}");
    }
}

#[test]
fn sig_19_two_labels_are_one_too_many() {
    let post = good();
    let (input, signature) = (post.header("signature-input"), post.header("signature"));
    let input_twice = format!("{input}, x{}", input.trim_start_matches('s'));
    let signature_twice = format!("{signature}, x=:AAAA:");
    assert_eq!(post.clone().with("signature-input", &input_twice).status(), 401);
    assert_eq!(post.clone().with("signature", &signature_twice).status(), 401);
    assert_eq!(post.with("signature-input", &input_twice).with("signature", &signature_twice).status(), 401);
}

#[test]
fn sig_07_the_window_is_the_same_and_the_refusal_says_by_how_much_it_was_missed() {
    for (offset, status) in [(-7200, 401), (-3660, 401), (-3540, 202), (240, 202), (360, 401), (86_400, 401)] {
        let parameters = format!(r#";created={};keyid="{KEY_ID}""#, seconds_from_now(offset));
        let post = bare("/inbox").message(&ALL, &parameters);
        assert_eq!(post.status(), status, "{offset}");
        if let Err(Refusal { reason, skew, .. }) = post.examined(now()) {
            let (host, skew) = skew.expect("only the time is wrong");
            assert_eq!((host.as_str(), skew.as_secs()), ("sender.example", offset));
            assert!(reason.contains(if offset < 0 { "behind our clock" } else { "ahead of our clock" }), "{reason}");
        }
    }
    let late = Post::good().examined(super::later(7200)).expect_err("too old");
    assert_eq!(late.skew.map(|(_, skew)| skew.as_secs()), Some(-7200), "the same for draft-cavage");
    assert!(late.reason.contains("2h"), "{}", late.reason);
}

#[test]
fn sig_01_every_digest_that_is_there_must_fit() {
    let mut forged = good();
    forged.body = FOLLOW.replace("Follow", "Delete").into_bytes();
    assert_eq!(forged.status(), 401);
    assert_eq!(good().with("content-digest", &content_digest::of(b"other")).status(), 401);
    assert_eq!(good().with("digest", &digest::of(FOLLOW.as_bytes())).status(), 202);
    assert_eq!(good().with("digest", &digest::of(b"other")).status(), 401);
    assert_eq!(Post::good().with("content-digest", &content_digest::of(b"other")).status(), 401);
    assert_eq!(bare("/inbox").with("content-digest", "sha-512=:AAAA:").message(&ALL, &parameters()).status(), 401);
    assert_eq!(good().without("content-digest").status(), 401);
}

#[test]
fn sig_03_a_signature_for_another_host_is_refused() {
    assert_eq!(good().with("host", "evil.example").status(), 401);
    let mut elsewhere = good();
    elsewhere.target = "/@nord/inbox".to_owned();
    assert_eq!(elsewhere.status(), 401);
    for target in ["//inbox", "/%69nbox", "/inbox?x=1"] {
        let mut moved = good();
        target.clone_into(&mut moved.target);
        assert_eq!(moved.status(), 401, "sig_20: {target}");
    }
}

#[test]
fn where_there_is_a_signature_input_the_draft_does_not_count() {
    let both = Post::good().with("signature-input", "s=()");
    assert_eq!(both.status(), 401);
    let digest = content_digest::of(FOLLOW.as_bytes());
    let draft = Post::good().with("content-digest", &digest);
    assert_eq!(draft.status(), 202, "a digest alone is no signature input");
    let input = good().header("signature-input");
    assert_eq!(draft.with("signature-input", &input).status(), 401);
    let inbox = Url::parse("https://ours.example/inbox").expect("a URL");
    let headers = cavage::sign_post(&KEY, &Url::parse(KEY_ID).expect("a URL"), &inbox, FOLLOW.as_bytes(), now());
    let mut mixed = good();
    mixed.headers.insert("date", headers["date"].clone());
    mixed.headers.insert("digest", headers["digest"].clone());
    assert_eq!(mixed.status(), 202, "other headers do no harm");
}
