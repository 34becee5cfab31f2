//! Our RSA keys: made, kept and signed with.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};

use super::{BadKey, pem};

/// A private RSA key, cheap to clone.
#[derive(Clone)]
pub struct SigningKey(Arc<Pair>);

struct Pair {
    rsa: RsaKeyPair,
    public_pem: String,
}

impl SigningKey {
    /// Makes a new key of 2048 bits; fails only if the system gives no randomness.
    pub fn generate() -> Result<Self, BadKey> {
        RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| BadKey).and_then(Self::of)
    }

    /// Reads an unencrypted PKCS#8 key (RFC 5208) in DER.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, BadKey> {
        RsaKeyPair::from_pkcs8(der).map_err(|_| BadKey).and_then(Self::of)
    }

    fn of(rsa: RsaKeyPair) -> Result<Self, BadKey> {
        let spki: PublicKeyX509Der<'_> = rsa.public_key().as_der().map_err(|_| BadKey)?;
        let public_pem = pem::write("PUBLIC KEY", spki.as_ref());
        Ok(Self(Arc::new(Pair { rsa, public_pem })))
    }

    /// Writes the key as PKCS#8 in DER, unencrypted: a secret.
    pub fn to_pkcs8(&self) -> Result<Vec<u8>, BadKey> {
        let der: Pkcs8V1Der<'_> = self.0.rsa.as_der().map_err(|_| BadKey)?;
        Ok(der.as_ref().to_vec())
    }

    /// The public half as actors publish it: SPKI in PEM.
    pub fn public_pem(&self) -> String {
        self.0.public_pem.clone()
    }

    /// Signs `message` with RSASSA-PKCS1-v1_5 and SHA-256 (RFC 8017 section 8.2).
    ///
    /// The signature is empty, which nobody accepts, in the one case that is left for a valid key: no memory.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.0.rsa.public_modulus_len()];
        match self.0.rsa.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature) {
            Ok(()) => signature,
            Err(_) => Vec::new(),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey")
    }
}
