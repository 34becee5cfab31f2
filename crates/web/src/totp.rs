//! Codes that an app counts along with (RFC 6238): six digits, new every 30 seconds.

use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rand::Rng;

/// For how many seconds a code is shown.
const STEP: i64 = 30;
/// What base32 is made of (RFC 4648): what apps let people type.
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// What stands in an address as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// As long as the hash that counts with it (RFC 4226 section 4).
pub(crate) fn secret() -> [u8; 20] {
    rand::rng().random()
}

/// The step that `typed` is the code of: the one of now, the one before or the one after, since clocks differ and people
/// need time to type.
pub(crate) fn step_of(secret: &[u8], typed: &str, now: Timestamp) -> Option<i64> {
    let step = now.as_second().div_euclid(STEP);
    let typed: u32 = typed.parse().ok()?;
    [step, step - 1, step + 1].into_iter().find(|step| code(secret, *step) == Some(typed))
}

/// The six digits of a step (RFC 4226 section 5.3). Apps know no other hash than SHA-1 for sure; as a MAC it holds.
fn code(secret: &[u8], step: i64) -> Option<u32> {
    let mac = sign(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret), &step.to_be_bytes());
    let mac = mac.as_ref();
    let start = usize::from(mac.last()? & 0x0f);
    let word: [u8; 4] = mac.get(start..start + 4)?.try_into().ok()?;
    Some((u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000)
}

/// A secret to type into an app, in groups of four.
pub(crate) fn spelled(secret: &[u8]) -> String {
    let letters: Vec<char> = base32(secret).chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// The address that apps read from a square.
pub(crate) fn address(quarter: &str, email: &str, secret: &[u8]) -> String {
    let [quarter, email] = [quarter, email].map(|text| utf8_percent_encode(text, PLAIN));
    format!("otpauth://totp/{quarter}:{email}?secret={}&issuer={quarter}", base32(secret))
}

fn base32(bytes: &[u8]) -> String {
    let group = |five: &[u8]| {
        let number = five.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)) << (8 * (5 - five.len()));
        let letter = move |place: usize| {
            let bits = usize::try_from(number >> (35 - 5 * place) & 31).unwrap_or_default();
            LETTERS.get(bits).map_or('A', |letter| char::from(*letter))
        };
        (0..(five.len() * 8).div_ceil(5)).map(letter).collect::<String>()
    };
    bytes.chunks(5).map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a time")
    }

    #[test]
    fn the_codes_are_those_of_the_rfc() {
        // RFC 6238 appendix B, of whose eight digits the last six are shown.
        for (second, digits) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(step_of(SECRET, &digits[2..], at(second)), Some(second / STEP), "{second}");
        }
    }

    #[test]
    fn a_code_counts_one_step_to_either_side() {
        let shown = 1_111_111_109;
        for (offset, fits) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            assert_eq!(step_of(SECRET, "081804", at(shown + offset)).is_some(), fits, "{offset}");
        }
        for odd in ["", "81804x", "-81804", "99999999999"] {
            assert_eq!(step_of(SECRET, odd, at(shown)), None, "{odd}");
        }
    }

    #[test]
    fn a_secret_is_spelled_as_apps_read_it() {
        // RFC 4648 section 10, without the padding.
        for (bytes, text) in [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB")]
        {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
        assert_eq!(spelled(SECRET), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let address = address("Nord & Süd", "mira+x@nord.example", SECRET);
        assert!(
            address.starts_with("otpauth://totp/Nord%20%26%20S%C3%BCd:mira%2Bx%40nord.example?secret=GEZD"),
            "{address}"
        );
        assert!(address.ends_with("&issuer=Nord%20%26%20S%C3%BCd"), "{address}");
    }
}
