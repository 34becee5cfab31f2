//! Devices of our own that say what is so, and what is not.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
    RSA_PKCS1_SHA256, RsaKeyPair,
};

use super::*;

const UP: u8 = 1;
const UV: u8 = 4;
const NEW: u8 = 64;

fn site() -> Site {
    Site { id: "nord.example".into(), origin: "https://nord.example".into() }
}

fn der(key: &impl AsDer<PublicKeyX509Der<'static>>) -> Vec<u8> {
    key.as_der().expect("a key").as_ref().to_vec()
}

/// A device's words about a host.
fn device(host: &str, flags: u8, counter: u32) -> Vec<u8> {
    let mut data = digest(&SHA256, host.as_bytes()).as_ref().to_vec();
    data.push(flags);
    data.extend(counter.to_be_bytes());
    data
}

/// The same with a new key of that name.
fn new_device(host: &str, flags: u8, name: &[u8]) -> Vec<u8> {
    let mut data = device(host, flags | NEW, 0);
    data.extend([0; 16]);
    data.extend(u16::try_from(name.len()).expect("short").to_be_bytes());
    data.extend_from_slice(name);
    data.extend([0xa5, 1, 2]);
    data
}

fn client(kind: &str, origin: &str) -> Vec<u8> {
    format!("{{\"type\":\"{kind}\",\"challenge\":\"abc\",\"origin\":\"{origin}\",\"crossOrigin\":false}}").into_bytes()
}

fn signed(device_data: &[u8], client_data: &[u8]) -> Vec<u8> {
    [device_data, digest(&SHA256, client_data).as_ref()].concat()
}

#[test]
fn every_algorithm_that_is_asked_for_is_understood_and_no_other() {
    let random = SystemRandom::new();
    let (data, browser) = (device("nord.example", UP | UV, 7), client("webauthn.get", "https://nord.example"));
    let message = signed(&data, &browser);
    let p256 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
    let edwards = Ed25519KeyPair::generate().expect("a key");
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
    let mut by_rsa = vec![0; 256];
    rsa.sign(&RSA_PKCS1_SHA256, &random, &message, &mut by_rsa).expect("a signature");
    let keys = [
        (-8, der(edwards.public_key()), edwards.sign(&message).as_ref().to_vec()),
        (-7, der(p256.public_key()), p256.sign(&random, &message).expect("a signature").as_ref().to_vec()),
        (-257, der(rsa.public_key()), by_rsa),
    ];
    assert_eq!(keys.iter().map(|(algorithm, _, _)| *algorithm).collect::<Vec<_>>(), ALGORITHMS);
    for (algorithm, key, signature) in &keys {
        let said = Said { client_data: &browser, device_data: &data, signature };
        assert_eq!(used(&site(), &said, key, *algorithm), Some(7), "{algorithm}");
        for other in ALGORITHMS.into_iter().chain([0, -35, -258]).filter(|other| other != algorithm) {
            assert_eq!(used(&site(), &said, key, other), None, "{algorithm} as {other}");
            assert_eq!(made(&site(), &new_device("nord.example", UP | UV, b"key"), key, other), None);
        }
        assert!(made(&site(), &new_device("nord.example", UP | UV, b"key"), key, *algorithm).is_some());
        let other_words = Said { client_data: b"{}", ..said };
        assert_eq!(used(&site(), &other_words, key, *algorithm), None, "a signature over something else");
    }
    let p384 = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_ASN1_SIGNING).expect("a key");
    let data = new_device("nord.example", UP | UV, b"key");
    assert_eq!(made(&site(), &data, &der(p384.public_key()), -7), None, "another curve");
    assert_eq!(made(&site(), &data, b"no key", -7), None);
}

#[test]
fn a_device_speaks_for_its_host_and_with_its_owner_there() {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
    let (public, random) = (der(key.public_key()), SystemRandom::new());
    let browser = client("webauthn.get", "https://nord.example");
    for (host, flags, fine) in [
        ("nord.example", UP | UV, true),
        ("nord.example", UP | UV | 0b11000, true),
        ("evil.example", UP | UV, false),
        ("example", UP | UV, false),
        ("nord.example", UP, false),
        ("nord.example", UV, false),
        ("nord.example", 0, false),
    ] {
        let data = device(host, flags, 1);
        let signature = key.sign(&random, &signed(&data, &browser)).expect("a signature");
        let said = Said { client_data: &browser, device_data: &data, signature: signature.as_ref() };
        assert_eq!(used(&site(), &said, &public, -7).is_some(), fine, "{host} {flags:b}");
        let new = new_device(host, flags, b"key");
        assert_eq!(made(&site(), &new, &public, -7).is_some(), fine, "{host} {flags:b}");
    }
}

#[test]
fn words_that_are_cut_short_or_too_long_are_none() {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
    let public = der(key.public_key());
    let whole = new_device("nord.example", UP | UV, b"key");
    assert_eq!(made(&site(), &whole, &public, -7), Some((b"key".as_slice(), 0)));
    // What follows the key's name is the key once more, which is not read.
    for length in 0..whole.len() - 3 {
        assert_eq!(made(&site(), &whole[..length], &public, -7), None, "{length}");
    }
    assert_eq!(made(&site(), &device("nord.example", UP | UV, 0), &public, -7), None, "no key was made");
    assert_eq!(made(&site(), &new_device("nord.example", UP | UV, b""), &public, -7), None);
    assert_eq!(made(&site(), &new_device("nord.example", UP | UV, &[1; 1024]), &public, -7), None);
    assert_eq!(bytes(&"A".repeat(9_000)), None);
    assert_eq!(bytes("a+b/"), None);
    assert_eq!(bytes(&text(&[0, 255, 7])), Some(vec![0, 255, 7]));
}

#[test]
fn a_browser_speaks_of_our_pages_and_of_what_was_asked() {
    let ours = client("webauthn.get", "https://nord.example");
    assert_eq!(challenge(&site(), Asked::Get, &ours).as_deref(), Some("abc"));
    assert_eq!(challenge(&site(), Asked::Create, &ours), None);
    for origin in
        ["https://evil.example", "http://nord.example", "https://nord.example:8443", "https://x.nord.example", ""]
    {
        assert_eq!(challenge(&site(), Asked::Get, &client("webauthn.get", origin)), None, "{origin}");
    }
    let framed = String::from_utf8_lossy(&ours).replace("false", "true");
    assert_eq!(challenge(&site(), Asked::Get, framed.as_bytes()), None, "in a frame of another site");
    for odd in ["", "{}", "[]", "{\"type\":\"webauthn.get\"}", "\u{feff}"] {
        assert_eq!(challenge(&site(), Asked::Get, odd.as_bytes()), None, "{odd}");
    }
}
