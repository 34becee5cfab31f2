//! The vectors of RFC 9421, what real peers send, and everything else that is refused.

mod vectors;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use proptest::prelude::*;
use url::Url;

use super::*;
use crate::signatures::content_digest;
use crate::signatures::keys::{Ed25519Key, SigningKey};

const KEY_ID: &str = "https://ours.example/nord#main-key";
const GOOD: &str = r#"sig1=("@method" "@target-uri" "content-digest");created=1618884473;keyid="k""#;

fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
    let line = |(name, value): &(&'static str, &str)| {
        (HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value"))
    };
    lines.iter().map(line).collect()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn read(headers: &HeaderMap) -> Signature {
    parse(text(headers, "signature-input"), text(headers, "signature")).expect("reads")
}

#[test]
fn what_we_sign_with_either_key_is_verified() {
    let (rsa, ed25519) = (SigningKey::generate().expect("a key"), Ed25519Key::generate().expect("a key"));
    let rsa_public = VerifyingKey::from_pem(&rsa.public_pem()).expect("a key");
    let ed25519_public = VerifyingKey::from_multikey(&ed25519.public_multibase()).expect("a key");
    let (key_id, inbox) =
        (Url::parse(KEY_ID).expect("a URL"), Url::parse("https://Peer.example:443/in?a=b").expect("a URL"));
    let now = Timestamp::from_second(1_618_884_473).expect("a time");
    for (signer, public, other) in
        [(Signer::from(&rsa), &rsa_public, &ed25519_public), (Signer::from(&ed25519), &ed25519_public, &rsa_public)]
    {
        let post = sign_post(signer, &key_id, &inbox, b"{}", now);
        let message =
            Message { method: "POST", scheme: "https", authority: "peer.example", target: "/in?a=b", headers: &post };
        let signature = read(&post);
        let base = signature.base(&message).expect("a base");
        assert!(signature.verify(&base, public));
        assert!(!signature.verify(&base, other));
        for changed in [
            Message { method: "PUT", ..message },
            Message { authority: "evil.example", ..message },
            Message { target: "/in", ..message },
            Message { scheme: "http", ..message },
        ] {
            assert!(!signature.verify(&signature.base(&changed).expect("a base"), public), "{changed:?}");
        }
        let get = sign_get(signer, &key_id, &inbox, now);
        let message = Message { method: "GET", headers: &get, ..message };
        assert!(read(&get).verify(&read(&get).base(&message).expect("a base"), public));
    }
}

#[test]
fn a_request_is_signed_as_peers_expect_it() {
    let key = SigningKey::generate().expect("a key");
    let (key_id, inbox) =
        (Url::parse(KEY_ID).expect("a URL"), Url::parse("https://peer.example/inbox").expect("a URL"));
    let now = Timestamp::from_second(1_618_884_473).expect("a time");
    let post = sign_post(&key, &key_id, &inbox, b"{}", now);
    let parameters = format!(r#"created=1618884473;keyid="{KEY_ID}";alg="rsa-v1_5-sha256""#);
    let input = format!(r#"sig1=("@method" "@target-uri" "content-digest");{parameters}"#);
    assert_eq!(text(&post, "signature-input"), input);
    assert_eq!(text(&post, "content-digest"), content_digest::of(b"{}"));
    assert_eq!(text(&post, "content-type"), "application/activity+json");
    assert!(text(&post, "signature").starts_with("sig1=:"));
    let get = sign_get(&key, &key_id, &inbox, now);
    assert_eq!(text(&get, "signature-input"), format!(r#"sig1=("@method" "@target-uri");{parameters}"#));
    assert!(text(&get, "accept").contains("activitystreams"));
}

#[test]
fn what_real_servers_send_is_read() {
    let mastodon =
        r#"sig1=("@method" "@target-uri" "content-digest");created=1618884473;keyid="https://a.example/u#main-key""#;
    let fedify = r#"sig1=("@method" "@target-uri" "@authority" "host" "date" "content-digest");alg="rsa-v1_5-sha256";keyid="https://a.example/u#main-key";created=1618884473"#;
    let mitra = r#"sig1=("@method" "@target-uri" "content-digest");keyid="https://a.example/u#main-key";created=1618884473;alg="ed25519""#;
    for (input, algorithm) in
        [(mastodon, None), (fedify, Some(Algorithm::RsaSha256)), (mitra, Some(Algorithm::Ed25519))]
    {
        let signature = parse(input, "sig1=:AAAA:").expect("reads");
        assert_eq!((signature.key_id.as_str(), signature.created), ("https://a.example/u#main-key", 1_618_884_473));
        assert_eq!(signature.algorithm, algorithm);
        assert!(["@method", "@target-uri", "content-digest"].into_iter().all(|component| signature.covers(component)));
        assert!(!signature.covers("@path"));
        assert_eq!(signature.signature, [0, 0, 0]);
    }
}

#[test]
fn the_base_holds_the_parameters_as_they_came() {
    let odd = r#"sig1=(  "@method"   "@path" ); created=1618884473;nonce="a\\b";keyid="k";x;y=1.50;  tag=t"#;
    let signature = parse(odd, "sig1=:AAAA:").expect("reads");
    let message =
        Message { method: "GET", scheme: "https", authority: "a.example", target: "/p", headers: &HeaderMap::new() };
    let base = signature.base(&message).expect("a base");
    assert_eq!(base, format!("\"@method\": GET\n\"@path\": /p\n\"@signature-params\": {}", &odd[5..]));
}

/// Forty times what stands before and behind a number.
fn many(before: &str, behind: &str) -> String {
    (0..40).map(|number| format!("{before}{number}{behind}")).collect::<Vec<_>>().concat()
}

#[test]
fn every_other_spelling_is_malformed() {
    assert!(parse(GOOD, "sig1=:AAAA:").is_ok());
    let swap = |from: &str, to: &str| GOOD.replace(from, to);
    let inputs = [
        String::new(),
        "sig1".to_owned(),
        "sig1=()".to_owned(),
        "sig1=1".to_owned(),
        format!("{GOOD},"),
        format!("{GOOD}, sig2=();created=1;keyid=\"k\""),
        format!("sig0=();created=1;keyid=\"k\", {GOOD}"),
        format!("{GOOD}, {GOOD}"),
        swap("sig1", "sig2"),
        swap("sig1", "Sig1"),
        swap("sig1=", "sig1 ="),
        swap("(", ""),
        swap("(", "(("),
        swap("\"@method\"", "@method"),
        swap("\"@method\"", "method"),
        swap("@method", "@target-uri"),
        swap("@method", "@METHOD"),
        swap("@method", "@status"),
        swap("@method", "@signature-params"),
        swap("@method", ""),
        swap("@method", "Date"),
        swap("@method", "a b"),
        swap("\"@method\"", "\"@method\";req"),
        swap("\"@method\"", "\"@query-param\";name=\"a\""),
        swap("\"content-digest\"", "\"content-digest\";sf"),
        swap("\"content-digest\"", "\"content-digest\";bs"),
        swap("\"content-digest\"", "\"content-digest\";tr"),
        swap("\"content-digest\"", "\"content-digest\";key=\"a\""),
        swap("\"@method\"", &many("\"h", "\" ")),
        swap("created=1618884473;", ""),
        swap("1618884473", "\"1618884473\""),
        swap("1618884473", "-1"),
        swap("1618884473", "1.5"),
        swap("1618884473", "@1618884473"),
        swap("1618884473", "100000000000"),
        swap("1618884473", "9223372036854775806"),
        swap("1618884473", "18446744073709551615"),
        swap("1618884473", "1;created=2"),
        swap(";keyid=\"k\"", ""),
        swap("\"k\"", "k"),
        swap("\"k\"", "\"\""),
        swap("\"k\"", "\"k\";keyid=\"l\""),
        swap("\"k\"", &format!("\"{}\"", "k".repeat(3000))),
        swap("\"k\"", &format!("\"k\"{}", ";a".repeat(3))),
        swap("\"k\"", &format!("\"k\"{}", many(";a", ""))),
        format!("{GOOD};expires=x"),
        format!("{GOOD};expires=100000000000"),
        format!("{GOOD};alg=ed25519"),
        format!("{GOOD};alg=\"rsa-pss-sha512\""),
        format!("{GOOD};alg=\"hmac-sha256\""),
        format!("{GOOD};alg=\"none\""),
        format!("{GOOD};alg=\"\""),
        format!("{GOOD};nonce=\"{}\"", "n".repeat(9000)),
        "(".repeat(5000),
        "\"".repeat(5000),
    ];
    for input in inputs {
        assert!(parse(&input, "sig1=:AAAA:").is_err(), "{input:.200}");
    }
    for signature in [
        "",
        "sig1",
        "sig1=AAAA",
        "sig1=\"AAAA\"",
        "sig1=::",
        "sig1=:%:",
        "sig1=(:AAAA:)",
        "sig2=:AAAA:",
        "sig1=:AAAA:;a",
        "sig1=:AAAA:, sig1=:AAAA:",
        "sig1=:AAAA:, sig2=:AAAA:",
        "sig1=:AAAA:,",
        r#"keyId="k",signature="AAAA""#,
    ] {
        assert!(parse(GOOD, signature).is_err(), "{signature}");
    }
    assert!(parse(GOOD, &format!("sig1=:{}:", "A".repeat(1 << 20))).is_err());
}

#[test]
fn a_covered_header_that_is_missing_or_strange_has_no_base() {
    let signature = parse(&GOOD.replace("content-digest", "x-a"), "sig1=:AAAA:").expect("reads");
    let base = |headers: &HeaderMap| {
        let message = Message { method: "GET", scheme: "https", authority: "a.example", target: "/", headers };
        signature.base(&message)
    };
    assert_eq!(base(&HeaderMap::new()), None);
    let mut strange = HeaderMap::new();
    strange.insert("x-a", HeaderValue::from_bytes(b"\xff").expect("a value"));
    assert_eq!(base(&strange), None);
    let twice = base(&headers(&[("x-a", "  one"), ("x-a", "two\t")])).expect("a base");
    assert!(twice.contains("\n\"x-a\": one, two\n"));
}

proptest! {
    #[test]
    fn no_header_makes_it_panic(input in "\\PC{0,200}", signature in "\\PC{0,100}", target in "\\PC{0,30}") {
        let structured = format!("sig1={input};created=1;keyid=\"k\"");
        let listed = format!("sig1=({input});created=1;keyid=\"k\"");
        for input in [&input, &structured, &listed] {
            for signature in [signature.as_str(), "sig1=:AAAA:"] {
                if let Ok(read) = parse(input, signature) {
                    let headers = HeaderMap::new();
                    let message =
                        Message { method: "GET", scheme: "https", authority: "a.example", target: &target, headers: &headers };
                    let _ = read.base(&message);
                    prop_assert!(!read.key_id.is_empty() && !read.signature.is_empty());
                }
            }
        }
        let _ = content_digest::check(&input, signature.as_bytes());
    }
}
