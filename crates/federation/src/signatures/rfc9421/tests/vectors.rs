//! Appendix B of RFC 9421, as far as it is about requests.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::*;
use crate::signatures::multikey;

/// Appendix B.1.4.
const ED25519_PRIVATE: &str = "n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU";
const ED25519_PUBLIC: &str = "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs";

/// Appendix B.2, "test-request".
fn request() -> HeaderMap {
    headers(&[
        ("host", "example.com"),
        ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("content-type", "application/json"),
        (
            "content-digest",
            "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
        ),
        ("content-length", "18"),
    ])
}

fn message(headers: &HeaderMap) -> Message<'_> {
    Message { method: "POST", scheme: "https", authority: "example.com", target: "/foo?param=Value&Pet=dog", headers }
}

fn key_pair() -> (Ed25519Key, VerifyingKey) {
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64");
    let key = Ed25519Key::from_seed(&bytes(ED25519_PRIVATE).try_into().expect("32 bytes")).expect("a key");
    assert_eq!(key.public_multibase(), multikey::encode(&bytes(ED25519_PUBLIC)));
    let public = VerifyingKey::from_multikey(&key.public_multibase()).expect("a key");
    (key, public)
}

#[test]
fn b_2_the_signature_bases_are_those_of_the_rfc() {
    let minimal = r#"();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd""#;
    let full = r#"("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss""#;
    let hmac = r#"("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret""#;
    let table = [
        (minimal, ""),
        (
            full,
            "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n\"@path\": /foo\n\
             \"@query\": ?param=Value&Pet=dog\n\"@authority\": example.com\n\"content-type\": application/json\n\
             \"content-digest\": sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:\n\
             \"content-length\": 18\n",
        ),
        (
            hmac,
            "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@authority\": example.com\n\"content-type\": application/json\n",
        ),
    ];
    for (parameters, lines) in table {
        let signature = parse(&format!("sig-b2={parameters}"), "sig-b2=:AAAA:").expect("reads");
        let expected = format!("{lines}\"@signature-params\": {parameters}");
        assert_eq!(signature.base(&message(&request())), Some(expected));
    }
}

#[test]
fn b_2_2_and_b_2_4_with_what_only_parameters_or_responses_have_are_refused() {
    let selective = r#"sig-b22=("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example""#;
    let response = r#"sig-b24=("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256""#;
    assert!(parse(selective, "sig-b22=:AAAA:").is_err());
    assert!(parse(response, "sig-b24=:AAAA:").is_err());
}

#[test]
fn b_2_6_the_ed25519_signature_verifies_and_is_made_again() {
    let (key, public) = key_pair();
    let input = r#"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#;
    let bytes = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
    let signature = parse(input, &format!("sig-b26=:{bytes}:")).expect("reads");
    let base = signature.base(&message(&request())).expect("a base");
    assert!(signature.verify(&base, &public));
    assert_eq!(STANDARD.encode(key.sign(base.as_bytes())), bytes);
    assert!(!signature.verify(&base.replace("POST", "GET"), &public));
}

#[test]
fn b_3_the_base_behind_a_proxy_is_that_of_the_rfc() {
    let input =
        r#"ttrp=("@path" "@query" "@method" "@authority" "client-cert");created=1618884473;keyid="test-key-ecc-p256""#;
    let signature = parse(input, "ttrp=:AAAA:").expect("reads");
    let headers = headers(&[("client-cert", ":MIIB:")]);
    let base = signature.base(&Message { authority: "service.internal.example", ..message(&headers) });
    let expected = "\"@path\": /foo\n\"@query\": ?param=Value&Pet=dog\n\"@method\": POST\n\
                    \"@authority\": service.internal.example\n\"client-cert\": :MIIB:\n\"@signature-params\": ";
    assert_eq!(base, Some(format!("{expected}{}", &input[5..])));
}

#[test]
fn b_4_a_signature_lives_through_changes_that_mean_nothing() {
    let (_, public) = key_pair();
    let input = r#"transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519""#;
    let bytes = "ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==";
    let signature = parse(input, &format!("transform=:{bytes}:")).expect("reads");
    let holds = |method: &str, authority: &str, target: &str, accept: &[(&'static str, &str)]| {
        let headers = headers(accept);
        let message = Message { method, scheme: "https", authority, target, headers: &headers };
        signature.verify(&signature.base(&message).expect("a base"), &public)
    };
    let accept = [("accept", "application/json"), ("accept", "*/*")];
    let target = "/demo?name1=Value1&Name2=value2";
    assert!(holds("GET", "example.org", target, &accept));
    assert!(holds("GET", "example.org", "/demo?name1=Value1&Name2=value2&param=added", &accept));
    assert!(holds("GET", "example.org", target, &[("accept", " application/json, */* ")]));
    assert!(!holds("POST", "example.org", target, &accept));
    assert!(!holds("GET", "example.com", target, &accept));
    assert!(!holds("GET", "example.org", "/other", &accept));
    assert!(!holds("GET", "example.org", target, &[("accept", "*/*"), ("accept", "application/json")]));
}
