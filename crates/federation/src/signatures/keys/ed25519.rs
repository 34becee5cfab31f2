//! Our Ed25519 keys: made, kept and signed with.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};

use super::BadKey;
use crate::signatures::multikey;

/// The points whose order divides eight, by their y, the least byte first: each once as it should be written and, where it
/// can be, once as it should not (RFC 8032 section 5.1.3).
const SMALL_ORDER: [[u8; 32]; 7] = [
    [0; 32],
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
    near_prime(0xec),
    near_prime(0xed),
    near_prime(0xee),
];

/// 2^255 and a little less: the field ends at its least byte 0xed.
const fn near_prime(least: u8) -> [u8; 32] {
    let mut bytes = [0xff; 32];
    bytes[0] = least;
    bytes[31] = 0x7f;
    bytes
}

/// Whether a public key is one under which the same signature fits whatever is said: nobody's, whoever shows it.
pub(super) fn has_small_order(public: &[u8; 32]) -> bool {
    let mut y = *public;
    y[31] &= 0x7f;
    SMALL_ORDER.contains(&y)
}

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

    #[test]
    fn sig_21_a_key_that_fits_everything_is_none() {
        for point in SMALL_ORDER {
            for sign in [0, 0x80] {
                let mut point = point;
                point[31] |= sign;
                assert!(VerifyingKey::from_multikey(&multikey::encode(&point)).is_err(), "{point:x?}");
            }
        }
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
