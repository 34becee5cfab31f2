//! RSA keys: ours to sign with, others' to verify with.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize, PublicEncryptingKey, PublicKey};
use aws_lc_rs::signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

const MAX_PEM: usize = 16 * 1024;
const BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
/// SPKI (RFC 5280), and PKCS#1 (RFC 8017) as some old servers publish it.
const LABELS: [&str; 2] = ["PUBLIC KEY", "RSA PUBLIC KEY"];

/// Not a key that quartier signs or verifies with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an RSA key of 2048 to 8192 bits")]
pub struct BadKey;

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
        let public_pem = pem("PUBLIC KEY", spki.as_ref());
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

fn pem(label: &str, der: &[u8]) -> String {
    let base64 = BASE64.encode(der);
    let mut text = format!("-----BEGIN {label}-----\n");
    for (i, c) in base64.chars().enumerate() {
        if i > 0 && i % 64 == 0 {
            text.push('\n');
        }
        text.push(c);
    }
    text + &format!("\n-----END {label}-----\n")
}

/// A public RSA key of 2048 to 8192 bits, parsed once and cheap to clone.
#[derive(Clone)]
pub struct VerifyingKey(Arc<ParsedPublicKey>);

impl VerifyingKey {
    /// Reads exactly one PEM block of at most 16 KiB: SPKI or PKCS#1, RSA, 2048 to 8192 bits.
    pub fn from_pem(text: &str) -> Result<Self, BadKey> {
        // Refuses even exponents and those of 1 or beyond 33 bits, too (AWS-LC's RSA_check_key).
        let key = PublicKey::from_der(&one_block(text)?).map_err(|_| BadKey)?;
        let spki: PublicKeyX509Der<'_> = key.as_der().map_err(|_| BadKey)?;
        let bits = PublicEncryptingKey::from_der(spki.as_ref()).map_err(|_| BadKey)?.key_size_bits();
        if !BITS.contains(&bits) {
            return Err(BadKey);
        }
        let parsed = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.as_ref()).map_err(|_| BadKey)?;
        Ok(Self(Arc::new(parsed)))
    }

    /// Whether `signature` is this key's over `message` (RSASSA-PKCS1-v1_5, SHA-256).
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifyingKey")
    }
}

/// The bytes of the only PEM block in `text` (RFC 7468, lax about white space).
fn one_block(text: &str) -> Result<Vec<u8>, BadKey> {
    let text = text.trim();
    if text.len() > MAX_PEM || text.matches("-----BEGIN").count() != 1 {
        return Err(BadKey);
    }
    let inside = |label: &&str| {
        let text = text.strip_prefix(&format!("-----BEGIN {label}-----"))?;
        text.strip_suffix(&format!("-----END {label}-----"))
    };
    let body = LABELS.iter().find_map(inside).ok_or(BadKey)?;
    let base64: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    BASE64.decode(base64).map_err(|_| BadKey)
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
        pem("RSA PUBLIC KEY", &tlv(0x30, &numbers))
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
