//! What a device says to prove that it holds a key, and whether that is so (Web Authentication, W3C, level 2).
//!
//! No maker's word is asked for about a device (`attestation: none`): then a new key is only as good as the session in
//! which it is added, and its public half may be taken as the browser gives it.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, VerificationAlgorithm,
};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::app::App;

/// The algorithms that are taken, by their COSE numbers, the first the best liked: Ed25519, ES256, RS256.
pub(crate) const ALGORITHMS: [i64; 3] = [-8, -7, -257];
/// The longest of what devices send.
const LONGEST: usize = 8 * 1024;
/// A device's name for a key is no longer (section 4).
const LONGEST_CREDENTIAL: usize = 1023;

/// What a device is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// To make a key.
    Create,
    /// To use one.
    Get,
}

/// Where keys are good.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// The host: keys belong to it (the "relying party").
    pub(crate) id: String,
    /// Scheme, host and port, as browsers name them.
    origin: String,
}

impl Site {
    pub(crate) fn of(app: &App) -> Self {
        let base = &app.instance.settings().base_url;
        Self { id: base.host_str().unwrap_or_default().to_owned(), origin: base.origin().ascii_serialization() }
    }
}

/// What the browser says it was asked.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

/// What the device says it did.
struct Device<'a> {
    counter: u32,
    /// Its name for the key that it made.
    credential: Option<&'a [u8]>,
}

/// Something that a page sends in the alphabet of addresses.
pub(crate) fn bytes(text: &str) -> Option<Vec<u8>> {
    (text.len() <= LONGEST).then(|| URL_SAFE_NO_PAD.decode(text).ok()).flatten()
}

/// The same the other way round.
pub(crate) fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The challenge that a browser was given, if it was asked `asked` by a page of `site`. Whether we gave it is another
/// question.
pub(crate) fn challenge(site: &Site, asked: Asked, client_data: &[u8]) -> Option<String> {
    let said: ClientData = serde_json::from_slice(client_data).ok()?;
    let kind = if asked == Asked::Create { "webauthn.create" } else { "webauthn.get" };
    let is_ours = said.kind == kind && said.origin == site.origin && !said.cross_origin;
    is_ours.then_some(said.challenge)
}

/// A key that was made: the device's name for it, and its counter. `None` unless the device made it for `site`, its owner
/// was there and was known to it, and the public half is a key of `algorithm`.
pub(crate) fn made<'a>(site: &Site, device_data: &'a [u8], key: &[u8], algorithm: i64) -> Option<(&'a [u8], u32)> {
    let device = read(site, device_data)?;
    let credential = device.credential?;
    ParsedPublicKey::new(scheme(algorithm)?, key).ok()?;
    Some((credential, device.counter))
}

/// The counter of a key that was used. `None` unless the device used it for `site`, its owner was there and was known to
/// it, and the signature is by `key` over all that was said.
pub(crate) fn used(site: &Site, said: &Said<'_>, key: &[u8], algorithm: i64) -> Option<u32> {
    let device = read(site, said.device_data)?;
    let mut signed = said.device_data.to_vec();
    signed.extend_from_slice(digest(&SHA256, said.client_data).as_ref());
    ParsedPublicKey::new(scheme(algorithm)?, key).ok()?.verify_sig(&signed, said.signature).ok()?;
    Some(device.counter)
}

/// What a device and its browser say when a key is used.
pub(crate) struct Said<'a> {
    /// JSON of the browser.
    pub(crate) client_data: &'a [u8],
    /// The device's own words.
    pub(crate) device_data: &'a [u8],
    /// By the key, over both.
    pub(crate) signature: &'a [u8],
}

fn scheme(algorithm: i64) -> Option<&'static dyn VerificationAlgorithm> {
    match algorithm {
        -7 => Some(&ECDSA_P256_SHA256_ASN1),
        -8 => Some(&ED25519),
        -257 => Some(&RSA_PKCS1_2048_8192_SHA256),
        _ => None,
    }
}

/// Reads a device's words (section 6.1): the hash of the host, flags, a counter, and of a new key its name.
fn read<'a>(site: &Site, data: &'a [u8]) -> Option<Device<'a>> {
    let (host, rest) = data.split_at_checked(32)?;
    let (&flags, rest) = rest.split_first()?;
    let (counter, rest) = rest.split_first_chunk::<4>()?;
    verify_slices_are_equal(host, digest(&SHA256, site.id.as_bytes()).as_ref()).ok()?;
    // Somebody was there (bit 0), and the device knows who (bit 2): by a finger, a face, a number. That is two keys in one.
    if flags & 0b101 != 0b101 {
        return None;
    }
    let counter = u32::from_be_bytes(*counter);
    if flags & 0b100_0000 == 0 {
        return Some(Device { counter, credential: None });
    }
    let (_maker, rest) = rest.split_first_chunk::<16>()?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let credential = rest.get(..usize::from(u16::from_be_bytes(*length)))?;
    (!credential.is_empty() && credential.len() <= LONGEST_CREDENTIAL)
        .then_some(Device { counter, credential: Some(credential) })
}

#[cfg(test)]
mod tests;
