//! The vectors of FEP-8b32, FEP-521a and RFC 8785, and proofs that do not hold.

use proptest::prelude::*;

use super::*;
use crate::signatures::multikey;

const PUBLIC: &str = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
/// The published test key of FEP-8b32 (CC0).
const SECRET: &str = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq";
const VALUE: &str = "z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL";
const METHOD: &str = "https://server.example/users/alice#ed25519-key";

fn now() -> Timestamp {
    "2023-02-24T23:36:38.5Z".parse().expect("a time")
}

fn key() -> Ed25519Key {
    let bytes = from_multibase(SECRET, 100).expect("multibase");
    let seed = bytes.strip_prefix(&[0x80, 0x26]).expect("a private Ed25519 key");
    Ed25519Key::from_seed(seed.try_into().expect("32 bytes")).expect("a key")
}

fn public() -> VerifyingKey {
    VerifyingKey::from_multikey(PUBLIC).expect("a key")
}

/// The test vector of FEP-8b32 (CC0).
fn document() -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/data-integrity/v2"],
        "id": "https://server.example/activities/1",
        "type": "Create",
        "actor": "https://server.example/users/alice",
        "object": {
            "id": "https://server.example/objects/1",
            "type": "Note",
            "attributedTo": "https://server.example/users/alice",
            "content": "Hello world",
            "location": { "type": "Place", "longitude": -71.184_902, "latitude": 25.273_962 },
        },
    })
}

fn signed() -> Value {
    let mut document = document();
    create(&mut document, &key(), &METHOD.parse().expect("a URL"), now());
    document
}

fn holds(document: &Value) -> bool {
    matches!(read(document, now()), Ok(Some(proof)) if proof.verify(&public()).is_ok())
}

#[test]
fn the_proof_is_that_of_the_fep() {
    let signed = signed();
    assert_eq!(signed["proof"]["proofValue"], VALUE);
    assert_eq!(signed["proof"]["created"], "2023-02-24T23:36:38Z");
    assert_eq!(signed["proof"]["@context"], signed["@context"]);
    let proof = read(&signed, now()).expect("reads").expect("a proof");
    assert_eq!(proof.method.as_str(), METHOD);
    assert_eq!(proof.verify(&public()), Ok(()));
    // As it comes over the wire, with numbers read from text.
    assert!(holds(&serde_json::from_str(&signed.to_string()).expect("JSON")));
    assert_eq!(key().public_multibase(), PUBLIC);
}

#[test]
fn a_change_anywhere_breaks_it() {
    let change = |pointer: &str, value: Value| {
        let mut changed = signed();
        *changed.pointer_mut(pointer).expect("a member") = value;
        changed
    };
    for changed in [
        change("/id", json!("https://server.example/activities/2")),
        change("/object/content", json!("Hullo world")),
        change("/object/location/latitude", json!(25.273_963)),
        change("/proof/created", json!("2023-02-24T23:36:39Z")),
        change("/proof/verificationMethod", json!("https://server.example/users/bob#ed25519-key")),
        change("/proof/proofValue", json!(multibase(&[7; 64]))),
        change("/@context", json!([])),
        change("/@context/1", json!("https://evil.example/context")),
        change("/proof/@context", json!("https://www.w3.org/ns/activitystreams")),
    ] {
        assert!(!holds(&changed), "{changed}");
    }
    let mut added = signed();
    added["object"]["summary"] = json!("");
    assert!(!holds(&added));
    let proof = read(&signed(), now()).expect("reads").expect("a proof");
    let other = Ed25519Key::generate().expect("a key").public_multibase();
    assert!(proof.verify(&VerifyingKey::from_multikey(&other).expect("a key")).is_err());
}

#[test]
fn what_is_put_on_after_the_proof_does_not_break_it() {
    let mut forwarded = signed();
    forwarded["signature"] = json!({ "type": "RsaSignature2017" });
    forwarded["@context"].as_array_mut().expect("a list").push(json!({ "toot": "http://joinmastodon.org/ns#" }));
    assert!(holds(&forwarded));
    forwarded["proof"] =
        json!([forwarded["proof"], { "type": "DataIntegrityProof", "cryptosuite": "mldsa44-jcs-2024" }]);
    assert!(holds(&forwarded));
}

#[test]
fn what_does_not_count_is_as_if_it_were_not_there() {
    let with = |name: &str, value: Value| {
        let mut proof = signed()["proof"].clone();
        proof[name] = value;
        proof
    };
    for proof in [
        json!(null),
        json!([]),
        json!("https://server.example/proofs/1"),
        json!({}),
        with("type", json!("Ed25519Signature2020")),
        with("cryptosuite", json!("eddsa-rdfc-2022")),
        with("cryptosuite", json!("jcs-eddsa-2022")),
        with("verificationMethod", json!(format!("did:key:{PUBLIC}#{PUBLIC}"))),
        with("expires", json!("2023-02-24T23:36:38Z")),
        with("previousProof", json!("urn:uuid:1")),
    ] {
        let mut document = signed();
        document["proof"] = proof;
        assert_eq!(read(&document, now()), Ok(None), "{document}");
    }
    assert_eq!(read(&document(), now()), Ok(None));
    assert_eq!(read(&json!([signed()]), now()), Ok(None));
}

#[test]
fn what_is_malformed_is_broken() {
    let good = signed()["proof"].clone();
    let with = |name: &str, value: Value| {
        let mut proof = good.clone();
        proof[name] = value;
        proof
    };
    for proof in [
        json!([good, good]),
        json!([{}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, good]),
        with("proofPurpose", json!("authentication")),
        with("proofPurpose", json!(null)),
        with("verificationMethod", json!({ "id": METHOD })),
        with("proofValue", json!(null)),
        with("proofValue", json!("")),
        with("proofValue", json!("z")),
        with("proofValue", json!(VALUE.replace('z', "u"))),
        with("proofValue", json!(multibase(&[7; 63]))),
        with("proofValue", json!("z".repeat(1 << 20))),
        with("created", json!("yesterday")),
        with("created", json!(7)),
        with("expires", json!("never")),
    ] {
        let mut document = signed();
        document["proof"] = proof;
        assert!(read(&document, now()).is_err(), "{:.300}", document["proof"]);
    }
}

#[test]
fn a_proof_without_a_context_of_its_own_is_read_as_it_stands() {
    let mut bare = document();
    bare.as_object_mut().expect("an object").remove("@context");
    create(&mut bare, &key(), &METHOD.parse().expect("a URL"), now());
    assert_eq!(bare["proof"].get("@context"), None);
    assert!(holds(&bare));
    create(&mut bare, &key(), &METHOD.parse().expect("a URL"), now());
    assert!(holds(&bare), "signed again");
}

/// RFC 8785 section 3.2.2, 3.2.3 and appendix B.
#[test]
fn the_canonical_form_is_that_of_the_rfc() {
    let canonical = |text: &str| {
        let value: Value = serde_json::from_str(text).expect("JSON");
        String::from_utf8(serde_json_canonicalizer::to_vec(&value).expect("a canonical form")).expect("UTF-8")
    };
    let input = r#"{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"#;
    let output = r#"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#;
    assert_eq!(canonical(input), output);
    let keys = r#"{"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\ud83d\ude00": 5, "\u0080": 6, "\u00f6": 7}"#;
    assert_eq!(canonical(keys), "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\u{fb33}\":3}");
    let numbers = [
        ("0", "0"),
        ("-0", "0"),
        ("5e-324", "5e-324"),
        ("-5e-324", "-5e-324"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ("9007199254740992", "9007199254740992"),
        ("-9007199254740992", "-9007199254740992"),
        ("295147905179352830000", "295147905179352830000"),
        ("9.999999999999997e22", "9.999999999999997e+22"),
        ("1e23", "1e+23"),
        ("1.0000000000000001e23", "1.0000000000000001e+23"),
        ("999999999999999700000", "999999999999999700000"),
        ("999999999999999900000", "999999999999999900000"),
        ("1e21", "1e+21"),
        ("9.999999999999997e-7", "9.999999999999997e-7"),
        ("0.000001", "0.000001"),
        ("333333333.3333332", "333333333.3333332"),
        ("333333333.33333325", "333333333.33333325"),
        ("333333333.3333333", "333333333.3333333"),
        ("333333333.3333334", "333333333.3333334"),
        ("333333333.33333343", "333333333.33333343"),
        ("-0.0000033333333333333333", "-0.0000033333333333333333"),
        ("1424953923781206.2", "1424953923781206.2"),
        ("52.0", "52"),
    ];
    for (number, expected) in numbers {
        assert_eq!(canonical(&format!("[{number}]")), format!("[{expected}]"));
    }
}

/// The published vectors, where they lie beside the checkout.
#[test]
fn the_vectors_of_the_feps_hold() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/samples/vectors");
    let Ok(text) = std::fs::read_to_string(directory.join("fep-8b32.feature")) else { return };
    let blocks = text.split("\"\"\"").skip(1).step_by(2).map(|block| serde_json::from_str(block).expect("JSON"));
    let blocks: Vec<Value> = blocks.collect();
    let [unsigned, expected, received, actor] = blocks.as_slice() else { panic!("{} documents", blocks.len()) };
    let mut made = unsigned.clone();
    create(&mut made, &key(), &METHOD.parse().expect("a URL"), now());
    assert_eq!(made, *expected);
    let keys = multikey::read(actor, &"https://server.example/users/alice".parse().expect("a URL"));
    let proof = read(received, now()).expect("reads").expect("a proof");
    let own = keys.iter().find(|key| key.id == proof.method).expect("the key");
    assert_eq!(proof.verify(&VerifyingKey::from_multikey(&own.multibase).expect("a key")), Ok(()));
}

proptest! {
    #[test]
    fn whatever_was_signed_holds_after_a_journey(number in any::<f64>(), whole in any::<i64>(), text in "\\PC*", name in "\\PC{1,9}") {
        let mut document = json!({ "number": number, "whole": whole, "text": text, "deep": [{ "a": number }] });
        document["deep"][0][name] = json!(text);
        create(&mut document, &key(), &METHOD.parse().expect("a URL"), now());
        prop_assert!(holds(&document));
        prop_assert!(holds(&serde_json::from_str(&document.to_string()).expect("JSON")));
    }

    #[test]
    fn no_proof_makes_it_panic(kind in "\\PC*", value in "\\PC*", method in "\\PC*") {
        for (kind, value) in [(kind.as_str(), value.as_str()), (KIND, &value), (KIND, VALUE)] {
            let proof = json!({ "type": kind, "cryptosuite": SUITE, "proofPurpose": PURPOSE, "proofValue": value, "verificationMethod": method });
            let _ = read(&json!({ "proof": proof }), now());
        }
    }
}
