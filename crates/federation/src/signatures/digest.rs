//! The `Digest` header (RFC 3230): what ties a body to a signature.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

/// Writes the header for `body`: `SHA-256=` and base64.
pub fn of(body: &[u8]) -> String {
    format!("SHA-256={}", BASE64.encode(digest(&SHA256, body)))
}

/// Whether `header` names SHA-256, whatever else it names, and every SHA-256 in it is that of `body`.
pub fn check(header: &str, body: &[u8]) -> bool {
    let expected = digest(&SHA256, body);
    let fits = |value: &str| BASE64.decode(value).is_ok_and(|bytes| bytes == expected.as_ref());
    let mut values = sha256_values(header).peekable();
    values.peek().is_some() && values.all(fits)
}

/// Whether `header` names SHA-256 more than once, so that two readers may see two digests.
pub fn is_doubled(header: &str) -> bool {
    sha256_values(header).count() > 1
}

fn sha256_values(header: &str) -> impl Iterator<Item = &str> {
    let entries = header.split(',').filter_map(|entry| entry.split_once('='));
    entries.filter(|(name, _)| name.trim().eq_ignore_ascii_case("sha-256")).map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    // SHA-256 of nothing (FIPS 180-4), in base64.
    const EMPTY: &str = "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    #[test]
    fn a_digest_is_written_as_others_read_it() {
        assert_eq!(of(b""), EMPTY);
        assert!(check(&of(b"body"), b"body"));
    }

    #[test]
    fn a_digest_must_be_sha_256_and_fit() {
        let good = of(b"body");
        let lower = good.replace("SHA", "sha");
        let table = [
            (good.clone(), true),
            (lower, true),
            (format!("MD5=abc, {good}"), true),
            (format!("{good},SHA-512=x"), true),
            (format!("{good},{good}"), true),
            (format!("{good},{EMPTY}"), false),
            (format!("{EMPTY},{good}"), false),
            (good.replace("256", "512"), false),
            (good.trim_end_matches('=').to_owned(), false),
            ("SHA-256=".to_owned(), false),
            ("SHA-256".to_owned(), false),
            (String::new(), false),
        ];
        for (header, fits) in table {
            assert_eq!(check(&header, b"body"), fits, "{header}");
        }
    }

    #[test]
    fn a_doubled_digest_is_noticed() {
        assert!(is_doubled(&format!("{EMPTY}, sha-256=x")));
        assert!(!is_doubled(&format!("{EMPTY}, sha-512=x")));
    }
}
