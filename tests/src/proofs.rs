//! Ed25519 keys and the proofs made with them (FEP-8b32), written a second time, so that the server's own are not checked
//! by themselves.

use anyhow::{Context, Result};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

/// An Ed25519 key.
pub struct Key(Ed25519KeyPair);

impl Key {
    /// Makes a new one.
    pub fn generate() -> Result<Self> {
        Ok(Self(Ed25519KeyPair::generate()?))
    }

    /// Signs (RFC 8032): 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }

    /// The public half as it stands in a Multikey.
    pub fn multibase(&self) -> String {
        multibase(&[0xed, 1], self.0.public_key().as_ref())
    }
}

/// Bytes behind the prefix of their kind, in base58.
pub fn multibase(kind: &[u8], bytes: &[u8]) -> String {
    format!("z{}", bs58::encode([kind, bytes].concat()).into_string())
}

/// A `Multikey` (FEP-521a).
pub fn multikey(id: &str, controller: &str, multibase: &str) -> Value {
    json!({ "id": id, "type": "Multikey", "controller": controller, "publicKeyMultibase": multibase })
}

/// What a proof by the key `method`, made at `created`, says before it is signed.
pub fn options(method: &str, created: &str) -> Value {
    json!({
        "type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofPurpose": "assertionMethod",
        "verificationMethod": method, "created": created,
    })
}

/// The proof of `document` (W3C vc-di-eddsa section 3.3), for its member `proof`.
pub fn proof(document: &Value, options: &Value, key: &Key) -> Result<Value> {
    let hash = [options, document].map(|value| digest(&SHA256, canonical(value).as_bytes()).as_ref().to_vec());
    let mut proof = options.clone();
    let members = proof.as_object_mut().context("options are an object")?;
    members.insert("proofValue".to_owned(), json!(multibase(&[], &key.sign(&hash.concat()))));
    Ok(proof)
}

/// JSON in its canonical form (RFC 8785), as far as it has no numbers and only ASCII names.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let mut members: Vec<_> = object.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let written = members.into_iter().map(|(name, value)| format!("{}:{}", json!(name), canonical(value)));
            format!("{{{}}}", written.collect::<Vec<_>>().join(","))
        }
        Value::Array(list) => format!("[{}]", list.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_at_every_depth() {
        let value = json!({ "b": [{ "d": null, "c": "\n" }], "a": true });
        assert_eq!(canonical(&value), r#"{"a":true,"b":[{"c":"\n","d":null}]}"#);
    }

    #[test]
    fn a_key_is_written_as_a_multikey() {
        assert!(Key::generate().expect("a key").multibase().starts_with("z6Mk"));
    }
}
