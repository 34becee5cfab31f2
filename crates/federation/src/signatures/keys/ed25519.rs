//! Our Ed25519 keys: made, kept and signed with.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};

use super::BadKey;
use crate::signatures::multikey;

/// A private Ed25519 key, cheap to clone.
#[derive(Clone)]
pub struct Ed25519Key(Arc<Ed25519KeyPair>);

impl Ed25519Key {
    /// Makes a new key; fails only if the system gives no randomness.
    pub fn generate() -> Result<Self, BadKey> {
        Ed25519KeyPair::generate().map_err(|_| BadKey).map(Self::of)
    }

    /// Reads an unencrypted PKCS#8 key (RFC 8410) in DER, with or without its public half.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, BadKey> {
        Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map_err(|_| BadKey).map(Self::of)
    }

    /// Reads the 32 bytes that RFC 8032 calls the private key.
    pub fn from_seed(seed: &[u8; 32]) -> Result<Self, BadKey> {
        Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| BadKey).map(Self::of)
    }

    fn of(pair: Ed25519KeyPair) -> Self {
        Self(Arc::new(pair))
    }

    /// Writes the key as PKCS#8 in DER, unencrypted: a secret.
    pub fn to_pkcs8(&self) -> Result<Vec<u8>, BadKey> {
        self.0.to_pkcs8v1().map(|der| der.as_ref().to_vec()).map_err(|_| BadKey)
    }

    /// The public half as actors publish it: `publicKeyMultibase` of a Multikey (FEP-521a).
    pub fn public_multibase(&self) -> String {
        multikey::encode(self.0.public_key().as_ref())
    }

    /// Signs `message` (RFC 8032 section 5.1.6): 64 bytes.
    ///
    /// The signature is empty, which nobody accepts, in the one case that is left for a valid key: no memory.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.try_sign(message).map(|signature| signature.as_ref().to_vec()).unwrap_or_default()
    }
}

impl fmt::Debug for Ed25519Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ed25519Key")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signatures::keys::{Algorithm, VerifyingKey};

    #[test]
    fn what_a_key_signs_its_public_half_verifies() {
        let key = Ed25519Key::generate().expect("a key");
        let again = Ed25519Key::from_pkcs8(&key.to_pkcs8().expect("der")).expect("the same key");
        let public = VerifyingKey::from_multikey(&again.public_multibase()).expect("its public half");
        assert_eq!(public.algorithm(), Algorithm::Ed25519);
        let signature = key.sign(b"hello");
        assert!(public.verify(b"hello", &signature));
        assert!(!public.verify(b"hullo", &signature));
        assert!(!public.verify(b"hello", b""));
        assert!(!public.verify(b"hello", &[0; 64]));
        let other = Ed25519Key::generate().expect("a key").public_multibase();
        assert!(!VerifyingKey::from_multikey(&other).expect("a key").verify(b"hello", &signature));
    }

    /// RFC 8032 section 7.1, test 2.
    #[test]
    fn a_seed_gives_the_key_and_the_signature_of_the_rfc() {
        let seed = [
            0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3, 0x46, 0xec, 0x11, 0x4e, 0x0f, 0x5b, 0x8a,
            0x31, 0x9f, 0x35, 0xab, 0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb,
        ];
        let key = Ed25519Key::from_seed(&seed).expect("a key");
        assert_eq!(key.sign(&[0x72]).get(..4), Some([0x92, 0xa0, 0x09, 0xa9].as_slice()));
        assert!(Ed25519Key::from_pkcs8(b"no key").is_err());
        assert!(Ed25519Key::from_pkcs8(&seed).is_err());
    }
}
