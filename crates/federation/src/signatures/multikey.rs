//! Multikeys (FEP-521a, W3C Controlled Identifiers section 2.2.2): public keys in one line of base58.

use domain::actor::AssertionKey;
use domain::host::Host;
use serde_json::Value;
use url::Url;

use crate::shape;

/// The terms of Multikeys, for the `@context` of an actor.
pub const CONTEXT: &str = "https://w3id.org/security/multikey/v1";

/// How many keys of an actor are read.
pub const MAX_KEYS: usize = 5;
/// How many are looked at for them.
const MAX_LOOKED_AT: usize = 20;

/// Room for an RSA key of 8192 bits; decoding base58 costs the square of its length.
const MAX_TEXT: usize = 1500;
/// The multicodec prefix of an Ed25519 public key: 0xed as a varint.
const ED25519: [u8; 2] = [0xed, 0x01];
/// The multicodec prefix of an RSA public key: 0x1205 as a varint.
const RSA: [u8; 2] = [0x85, 0x24];

/// The bytes of a public key, not checked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Multikey {
    /// The 32 bytes of RFC 8032.
    Ed25519([u8; 32]),
    /// PKCS#1 in DER.
    Rsa(Vec<u8>),
}

/// Writes an Ed25519 public key as `publicKeyMultibase`: `z6Mk…`.
pub(super) fn encode(public_key: &[u8]) -> String {
    multibase(&[&ED25519, public_key].concat())
}

/// Reads `publicKeyMultibase`; `None` for other encodings and other types of key.
pub(super) fn decode(text: &str) -> Option<Multikey> {
    let bytes = from_multibase(text, MAX_TEXT)?;
    if let Some(key) = bytes.strip_prefix(&ED25519) {
        return key.try_into().ok().map(Multikey::Ed25519);
    }
    bytes.strip_prefix(&RSA).map(|pkcs1| Multikey::Rsa(pkcs1.to_vec()))
}

/// Writes `bytes` in base58btc with its multibase prefix.
pub(super) fn multibase(bytes: &[u8]) -> String {
    format!("z{}", bs58::encode(bytes).into_string())
}

/// Reads base58btc of at most `max` characters with its multibase prefix.
pub(super) fn from_multibase(text: &str, max: usize) -> Option<Vec<u8>> {
    let base58 = text.strip_prefix('z').filter(|base58| !base58.is_empty() && base58.len() < max)?;
    bs58::decode(base58).into_vec().ok()
}

/// The Multikeys under `assertionMethod` of the actor `actor`: at most five, in a type that is understood, none twice.
///
/// A key that another actor controls does not count, nor one whose id is not on the actor's host; an id with a fragment
/// has to be in the actor's own document.
pub fn read(object: &Value, actor: &Url) -> Vec<AssertionKey> {
    let mut keys: Vec<AssertionKey> = Vec::new();
    for key in
        shape::entries(object, "assertionMethod").take(MAX_LOOKED_AT).filter_map(|method| read_one(method, actor))
    {
        if keys.len() < MAX_KEYS && keys.iter().all(|known| known.id != key.id) {
            keys.push(key);
        }
    }
    keys
}

fn read_one(method: &Value, actor: &Url) -> Option<AssertionKey> {
    shape::kind(method, |kind| (kind == "Multikey").then_some(()))?;
    let id = shape::id(method, "id").filter(|id| is_of(id, actor))?;
    let controller = shape::id(method, "controller")?;
    let multibase = shape::text(method, "publicKeyMultibase")?;
    decode(multibase).filter(|_| controller == *actor)?;
    let expires_at = match shape::get(method, "expires") {
        Some(_) => Some(shape::time(method, "expires")?),
        None => None,
    };
    Some(AssertionKey { id, multibase: multibase.to_owned(), expires_at })
}

/// Whether a key with that id can be the actor's: on its host, and in its own document where it is a part of one.
fn is_of(id: &Url, actor: &Url) -> bool {
    let mut document = id.clone();
    document.set_fragment(None);
    let is_part = id.fragment().is_some();
    Host::of(id) == Host::of(actor) && (!is_part || document == *actor)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::signatures::keys::{Algorithm, VerifyingKey};

    // Both keys and their bytes are those of the test vectors of FEP-521a (CC0).
    const ED25519_KEY: &str = "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK";
    const RSA_KEY: &str = "z4MXj1wBzi9jUstyPMS4jQqB6KdJaiatPkAtVtGc6bQEQEEsKTic4G7Rou3iBf9vPmT5dbkm9qsZsuVNjq8HCuW1w24nhBFGkRE4cd2Uf2tfrB3N7h4mnyPp1BF3ZttHTYv3DLUPi1zMdkULiow3M1GfXkoC6DoxDUm1jmN6GBj22SjVsr6dxezRVQc7aj9TxE7JLbMH1wh5X3kA58H3DFW8rnYMakFGbca5CB2Jf6CnGQZmL7o5uJAdTwXfy2iiiyPxXEGerMhHwhjTA1mKYobyk2CpeEcmvynADfNZ5MBvcCS7m3XkFCMNUYBS9NQ3fze6vMSUPsNa6GVYmKx2x6JrdEjCk3qRMMmyjnjCMfR4pXbRMZa3i";

    fn alice() -> Url {
        Url::parse("https://server.example/users/alice").expect("a URL")
    }

    fn method(id: &str) -> Value {
        json!({ "id": id, "type": "Multikey", "controller": alice(), "publicKeyMultibase": ED25519_KEY })
    }

    #[test]
    fn the_keys_of_the_fep_read_and_write() {
        let hex = "2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6";
        let bytes: Vec<u8> = (0..32).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).expect("hex")).collect();
        assert_eq!(encode(&bytes), ED25519_KEY);
        assert_eq!(decode(ED25519_KEY), bytes.try_into().ok().map(Multikey::Ed25519));
        let algorithm = |text: &str| VerifyingKey::from_multikey(text).map(|key| key.algorithm());
        assert_eq!(algorithm(ED25519_KEY), Ok(Algorithm::Ed25519));
        assert_eq!(algorithm(RSA_KEY), Ok(Algorithm::RsaSha256));
    }

    #[test]
    fn every_other_text_is_no_key() {
        let with = |prefix: &[u8], length: usize| multibase(&[prefix, &vec![7; length]].concat());
        let table = [
            String::new(),
            "z".to_owned(),
            ED25519_KEY.replace("z6", "6"),
            ED25519_KEY.replace("z6", "u6"),
            ED25519_KEY.replace("z6", "Z6"),
            ED25519_KEY.replace("haX", "h0X"),
            format!(" {ED25519_KEY}"),
            format!("{ED25519_KEY}\n"),
            with(&ED25519, 31),
            with(&ED25519, 33),
            with(&[0x80, 0x26], 32),
            with(&[0xe7, 0x01], 33),
            with(&[0xed, 0x81, 0x00], 32),
            with(&RSA, 300),
            format!("z{}", "2".repeat(1 << 20)),
        ];
        for text in table {
            assert!(VerifyingKey::from_multikey(&text).is_err(), "{text:.100}");
        }
    }

    #[test]
    fn the_keys_of_an_actor_are_its_own_and_few() {
        let own = format!("{}#ed25519-key", alice());
        let only = std::slice::from_ref(&own);
        let read_ids = |value: Value| -> Vec<String> {
            read(&json!({ "assertionMethod": value }), &alice()).into_iter().map(|key| key.id.into()).collect()
        };
        assert_eq!(read_ids(json!([method(&own)])), only);
        assert_eq!(read_ids(method(&own)), only);
        assert_eq!(read_ids(json!([method(&own), method(&own)])), only);
        assert_eq!(read_ids(json!([method("https://server.example/keys/1")])), ["https://server.example/keys/1"]);
        let many: Vec<_> = (0..9).map(|number| method(&format!("{own}-{number}"))).collect();
        assert_eq!(read_ids(json!(many)).len(), MAX_KEYS);

        let mut brief = method(&own);
        brief["expires"] = json!("1970-01-01T00:00:00Z");
        let expiring = read(&json!({ "assertionMethod": brief }), &alice());
        assert_eq!(expiring.first().and_then(|key| key.expires_at), Some(jiff::Timestamp::UNIX_EPOCH));
        brief["expires"] = json!("never");

        let mut other = method(&own);
        other["controller"] = json!("https://server.example/users/bob");
        let mut strange = method(&own);
        strange["type"] = json!("Ed25519VerificationKey2020");
        let mut curve = method(&own);
        curve["publicKeyMultibase"] = json!("zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv");
        let strangers = [brief, other, strange, curve, json!(own), json!(null), json!(7), json!([])];
        for key in strangers.into_iter().chain([
            method("https://server.example/users/bob#ed25519-key"),
            method("https://server.example/users/alice?a=b#ed25519-key"),
            method("https://evil.example/users/alice#ed25519-key"),
            method("did:key:z6Mk#z6Mk"),
        ]) {
            assert!(read_ids(json!([key])).is_empty(), "{key}");
        }
    }
}
