//! From bytes to text, and what parts the cells of a line.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// How many lines are looked at to find the separator.
const LINES: usize = 20;

/// The text of a file: UTF-8 or UTF-16 by its mark, UTF-8 or UTF-16 by its look, else Windows-1252.
pub(super) fn text(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return encoding.decode_without_bom_handling(rest).0.into_owned();
    }
    if let Some(encoding) = wide(bytes) {
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        // Cut off within a character it is still UTF-8.
        Err(error) if error.error_len().is_none() => UTF_8.decode_without_bom_handling(bytes).0.into_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// UTF-16 without a mark: every second byte of what is mostly Latin is nought.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let look = bytes.get(..bytes.len().min(512))?;
    let noughts = |odd: usize| look.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (noughts(0), noughts(1));
    if look.len() < 8 || even.max(odd) * 4 < look.len() {
        return None;
    }
    Some(if odd > even { encoding_rs::UTF_16LE } else { encoding_rs::UTF_16BE })
}

/// The separator that the headings have most of, outside quotes; `None` where the lines have none.
pub(super) fn separator(text: &str) -> Option<u8> {
    let first = text.lines().take(LINES).find(|line| !line.trim().is_empty())?;
    let count = |separator: char| {
        let mut quoted = false;
        let outside = |c: &char| {
            quoted ^= *c == '"';
            !quoted && *c == separator
        };
        first.chars().filter(outside).count()
    };
    let best = [(b';', ';'), (b'\t', '\t'), (b',', ','), (b'|', '|')].map(|(byte, sign)| (byte, count(sign)));
    best.into_iter().filter(|(_, count)| *count > 0).rev().max_by_key(|(_, count)| *count).map(|(byte, _)| byte)
}
