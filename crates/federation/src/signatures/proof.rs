//! Integrity proofs on documents (FEP-8b32): who said this, whoever carries it, by `eddsa-jcs-2022` (W3C vc-di-eddsa).

use aws_lc_rs::digest::{SHA256, digest};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use url::Url;

use super::keys::{Algorithm, Ed25519Key, VerifyingKey};
use super::multikey::{from_multibase, multibase};
use crate::shape;

/// The terms of proofs, for the `@context` of what carries one.
pub const CONTEXT: &str = "https://w3id.org/security/data-integrity/v2";

const KIND: &str = "DataIntegrityProof";
const SUITE: &str = "eddsa-jcs-2022";
const PURPOSE: &str = "assertionMethod";
/// 64 bytes in base58, with room.
const MAX_VALUE: usize = 100;
const SIGNATURE_BYTES: usize = 64;
/// How many proofs of one document are looked at; with more, nobody knows what is meant.
const MAX_PROOFS: usize = 10;

/// A proof that does not hold, and why; quotes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Broken(&'static str);

/// A proof that is well formed; it holds if [`Proof::verify`] does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The key that is said to have signed, an `http` or `https` URL.
    pub method: Url,
    /// When it was signed, as it says.
    pub created: Option<Timestamp>,
    hash: Vec<u8>,
    signature: Vec<u8>,
}

impl Proof {
    /// Whether it is the key's; `key` has to be one of the document's owner, under [`Proof::method`].
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), Broken> {
        let holds = key.algorithm() == Algorithm::Ed25519 && key.verify(&self.hash, &self.signature);
        if holds { Ok(()) } else { Err(Broken("the proof does not fit the document and the key")) }
    }
}

/// Adds the proof of `key`, whose id is `method`, to an object; replaces one that it has.
pub fn create(document: &mut Value, key: &Ed25519Key, method: &Url, now: Timestamp) {
    let Some(object) = document.as_object_mut() else { return };
    object.shift_remove("proof");
    let mut proof = Map::new();
    if let Some(context) = object.get("@context") {
        proof.insert("@context".to_owned(), context.clone());
    }
    // Fedify writes the time anew before it verifies: whole seconds come out the same everywhere.
    let created = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let told = json!({
        "type": KIND,
        "cryptosuite": SUITE,
        "verificationMethod": method,
        "proofPurpose": PURPOSE,
        "created": created.to_string(),
    });
    proof.extend(told.as_object().cloned().unwrap_or_default());
    // A value of serde_json always has a canonical form: there is no number in it that JSON does not have.
    if let Some(hash) = hash(&Value::Object(proof.clone()), object) {
        proof.insert("proofValue".to_owned(), json!(multibase(&key.sign(&hash))));
        object.insert("proof".to_owned(), Value::Object(proof));
    }
}

/// Reads the proof of a document at `now`; `None` if it has none that counts.
///
/// As if they were not there: proofs of other types and suites, of a chain, by keys without a web address, and those
/// that have expired (FEP-8b32). Two proofs that would count are broken, as is one that is malformed.
pub fn read(document: &Value, now: Timestamp) -> Result<Option<Proof>, Broken> {
    let Some(object) = document.as_object() else { return Ok(None) };
    let proofs = match object.get("proof") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    if proofs.len() > MAX_PROOFS {
        return Err(Broken("there are too many proofs"));
    }
    let mut read =
        proofs.iter().filter_map(Value::as_object).filter_map(|proof| read_one(proof, object, now).transpose());
    let first = read.next().transpose()?;
    if read.next().is_some() {
        return Err(Broken("there is more than one proof"));
    }
    Ok(first)
}

fn read_one(proof: &Map<String, Value>, object: &Map<String, Value>, now: Timestamp) -> Result<Option<Proof>, Broken> {
    let text = |name: &str| proof.get(name).and_then(Value::as_str);
    if text("type") != Some(KIND) || text("cryptosuite") != Some(SUITE) || proof.contains_key("previousProof") {
        return Ok(None);
    }
    let method = text("verificationMethod").ok_or(Broken("the proof names no key"))?;
    let expires = time(proof, "expires")?;
    let Some(method) = shape::id_of(&json!(method)).filter(|_| expires.is_none_or(|at| at > now)) else {
        return Ok(None);
    };
    if text("proofPurpose") != Some(PURPOSE) {
        return Err(Broken("the proof has another purpose"));
    }
    let signature = text("proofValue").and_then(|value| from_multibase(value, MAX_VALUE));
    let signature = signature.filter(|bytes| bytes.len() == SIGNATURE_BYTES).ok_or(Broken("the proof has no value"))?;
    let created = time(proof, "created")?;
    let hash = received_hash(proof, object)?;
    Ok(Some(Proof { method, created, hash, signature }))
}

fn time(proof: &Map<String, Value>, name: &str) -> Result<Option<Timestamp>, Broken> {
    let Some(value) = proof.get(name) else { return Ok(None) };
    let at = value.as_str().and_then(|text| text.parse().ok());
    at.map(Some).ok_or(Broken("a time of the proof is unreadable"))
}

/// What was signed of a document that was received (vc-di-eddsa section 3.3.2).
fn received_hash(proof: &Map<String, Value>, object: &Map<String, Value>) -> Result<Vec<u8>, Broken> {
    let mut config = proof.clone();
    config.shift_remove("proofValue");
    let mut unsecured = object.clone();
    unsecured.shift_remove("proof");
    // A Linked Data signature is put on after the proof (FEP-8b32); it means nothing here.
    unsecured.shift_remove("signature");
    if let Some(context) = config.get("@context") {
        // Who passes a document on may add terms behind those that were signed.
        if !entries(unsecured.get("@context")).starts_with(entries(Some(context))) {
            return Err(Broken("the proof is for another context"));
        }
        unsecured.insert("@context".to_owned(), context.clone());
    }
    hash(&Value::Object(config), &unsecured).ok_or(Broken("the document has no canonical form"))
}

fn entries(context: Option<&Value>) -> &[Value] {
    match context {
        None => &[],
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
    }
}

/// The hashes of both in their canonical form (RFC 8785), one behind the other.
fn hash(config: &Value, unsecured: &Map<String, Value>) -> Option<Vec<u8>> {
    let config = serde_json_canonicalizer::to_vec(config).ok()?;
    let unsecured = serde_json_canonicalizer::to_vec(unsecured).ok()?;
    Some([digest(&SHA256, &config).as_ref(), digest(&SHA256, &unsecured).as_ref()].concat())
}

#[cfg(test)]
mod tests;
