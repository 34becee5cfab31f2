//! Keys: ours to sign with, others' to verify with, in RSA and in Ed25519.

mod ed25519;
mod parsed;
pub(super) mod pem;
mod rsa;

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{PublicEncryptingKey, PublicKey};
use aws_lc_rs::signature::{ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};

use domain::actor::Actor;
use jiff::Timestamp;
use url::Url;

use super::multikey::{self, Multikey};

use parsed::PARSED;

pub use ed25519::Ed25519Key;
pub use rsa::SigningKey;

const BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// Not a key that quartier signs or verifies with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an Ed25519 key nor an RSA key of 2048 to 8192 bits")]
pub struct BadKey;

/// What a key signs with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2).
    RsaSha256,
    /// `EdDSA` on the curve 25519 (RFC 8032 section 5.1).
    Ed25519,
}

/// A public key, RSA of 2048 to 8192 bits or Ed25519, parsed once and cheap to clone.
#[derive(Clone)]
pub struct VerifyingKey {
    algorithm: Algorithm,
    key: Arc<ParsedPublicKey>,
}

impl VerifyingKey {
    /// Reads exactly one PEM block of at most 16 KiB: SPKI or PKCS#1, RSA, 2048 to 8192 bits.
    pub fn from_pem(text: &str) -> Result<Self, BadKey> {
        PARSED.or_read(text, || Self::rsa(&pem::one_block(text)?))
    }

    /// Reads the `publicKeyMultibase` of a Multikey (FEP-521a): Ed25519, or RSA as for [`VerifyingKey::from_pem`].
    pub fn from_multikey(text: &str) -> Result<Self, BadKey> {
        PARSED.or_read(text, || match multikey::decode(text).ok_or(BadKey)? {
            Multikey::Ed25519(bytes) if ed25519::has_small_order(&bytes) => Err(BadKey),
            Multikey::Ed25519(bytes) => Ok(Self {
                algorithm: Algorithm::Ed25519,
                key: Arc::new(ParsedPublicKey::new(&ED25519, bytes).map_err(|_| BadKey)?),
            }),
            Multikey::Rsa(pkcs1) => Self::rsa(&pkcs1),
        })
    }

    /// Reads SPKI or PKCS#1 in DER.
    fn rsa(der: &[u8]) -> Result<Self, BadKey> {
        // Refuses even exponents and those of 1 or beyond 33 bits, too (AWS-LC's RSA_check_key).
        let key = PublicKey::from_der(der).map_err(|_| BadKey)?;
        let spki: PublicKeyX509Der<'_> = key.as_der().map_err(|_| BadKey)?;
        let bits = PublicEncryptingKey::from_der(spki.as_ref()).map_err(|_| BadKey)?.key_size_bits();
        if !BITS.contains(&bits) {
            return Err(BadKey);
        }
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.as_ref()).map_err(|_| BadKey)?;
        Ok(Self { algorithm: Algorithm::RsaSha256, key: Arc::new(key) })
    }

    /// What it verifies.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether `signature` is this key's over `message`.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}

/// The key of `actor` under `id` that requests may be signed with at `now`; `None` if it has no good one.
pub fn of_requests(actor: &Actor, id: &Url, now: Timestamp) -> Option<VerifyingKey> {
    let main = actor.key.as_ref().filter(|key| key.id == *id);
    main.and_then(|key| VerifyingKey::from_pem(&key.pem).ok()).or_else(|| of_proofs(actor, id, now))
}

/// The key of `actor` under `id` that documents may be proven with at `now` (FEP-521a); `None` if it has no good one.
pub fn of_proofs(actor: &Actor, id: &Url, now: Timestamp) -> Option<VerifyingKey> {
    let is_current = |at: Timestamp| at > now;
    let key = actor.assertion_keys.iter().find(|key| key.id == *id && key.expires_at.is_none_or(is_current))?;
    VerifyingKey::from_multikey(&key.multibase).ok()
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({:?})", self.algorithm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).expect("short").to_be_bytes();
        let length: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
        let mut out = vec![tag];
        if content.len() < 128 {
            out.push(u8::try_from(content.len()).expect("short"));
        } else {
            out.push(0x80 | u8::try_from(length.len()).expect("short"));
            out.extend(length);
        }
        out.extend(content);
        out
    }

    /// PKCS#1 of any size: `bits` ones with an odd end, and `exponent`.
    fn pkcs1(bits: usize, exponent: &[u8]) -> String {
        let mut modulus = vec![0];
        modulus.extend(vec![0xff; bits / 8]);
        let numbers = [tlv(2, &modulus), tlv(2, exponent)].concat();
        pem::write("RSA PUBLIC KEY", &tlv(0x30, &numbers))
    }

    #[test]
    fn what_a_key_signs_its_public_half_verifies() {
        let key = SigningKey::generate().expect("a key");
        let again = SigningKey::from_pkcs8(&key.to_pkcs8().expect("der")).expect("the same key");
        let public = VerifyingKey::from_pem(&again.public_pem()).expect("its public half");
        let signature = key.sign(b"hello");
        assert!(public.verify(b"hello", &signature));
        assert!(!public.verify(b"hullo", &signature));
        assert!(!public.verify(b"hello", b""));
        assert!(!public.verify(b"hello", &vec![0; 100_000]));
        let other = VerifyingKey::from_pem(&SigningKey::generate().expect("a key").public_pem()).expect("a key");
        assert!(!other.verify(b"hello", &signature));
    }

    #[test]
    fn a_public_key_reads_in_the_forms_that_servers_publish() {
        let spki = SigningKey::generate().expect("a key").public_pem();
        for text in [spki.clone(), spki.replace('\n', "\r\n"), spki.replace('\n', ""), format!("\n {spki}\n\n")] {
            assert!(VerifyingKey::from_pem(&text).is_ok(), "{text}");
        }
        assert!(VerifyingKey::from_pem(&pkcs1(2048, &[1, 0, 1])).is_ok());
        assert!(VerifyingKey::from_pem(&pkcs1(8192, &[3])).is_ok());
    }

    #[test]
    fn weak_and_absurd_keys_are_refused() {
        let good = SigningKey::generate().expect("a key").public_pem();
        let ec = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n\
                  6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n-----END PUBLIC KEY-----\n";
        let table = [
            ("512 bits", pkcs1(512, &[1, 0, 1])),
            ("2040 bits", pkcs1(2040, &[1, 0, 1])),
            ("8200 bits", pkcs1(8200, &[1, 0, 1])),
            ("16384 bits", pkcs1(16384, &[1, 0, 1])),
            ("100000 bits", pkcs1(100_000, &[1, 0, 1])),
            ("exponent 0", pkcs1(2048, &[0])),
            ("exponent 1", pkcs1(2048, &[1])),
            ("even exponent", pkcs1(2048, &[4])),
            ("exponent of 5 bytes", pkcs1(2048, &[0x7f, 0xff, 0xff, 0xff, 0xff])),
            ("elliptic curve", ec.to_owned()),
            ("two blocks", format!("{good}{good}")),
            ("words before it", format!("key: {good}")),
            ("1 MB of junk", format!("{good}{}", "A".repeat(1 << 20))),
            ("wrong label", good.replace("PUBLIC", "PRIVATE")),
            ("labels that differ", good.replace("END PUBLIC", "END RSA PUBLIC")),
            ("no base64", "-----BEGIN PUBLIC KEY-----\n*\n-----END PUBLIC KEY-----".to_owned()),
            ("nothing inside", "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----".to_owned()),
            ("nothing", String::new()),
        ];
        for (what, text) in table {
            assert!(VerifyingKey::from_pem(&text).is_err(), "{what}");
        }
        assert!(SigningKey::from_pkcs8(b"no key").is_err());
    }
}
