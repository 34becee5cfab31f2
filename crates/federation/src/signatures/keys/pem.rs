//! PEM: the armour that actors publish RSA keys in (RFC 7468).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::BadKey;

const MAX_PEM: usize = 16 * 1024;
/// SPKI (RFC 5280), and PKCS#1 (RFC 8017) as some old servers publish it.
const LABELS: [&str; 2] = ["PUBLIC KEY", "RSA PUBLIC KEY"];

/// Writes one block.
pub(in crate::signatures) fn write(label: &str, der: &[u8]) -> String {
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

/// The bytes of the only PEM block in `text` (RFC 7468, lax about white space).
pub(super) fn one_block(text: &str) -> Result<Vec<u8>, BadKey> {
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
