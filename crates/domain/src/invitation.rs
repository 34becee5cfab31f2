//! The code on a slip of paper that lets somebody in: eight letters that are easily told apart.

use std::fmt;
use std::str::FromStr;

/// What a code is made of: nothing that is taken for something else, no I, L, O, 0 or 1.
const LETTERS: &[u8; 31] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";
/// How many there are in a code.
const LENGTH: usize = 8;

/// A code as it is kept in mind: eight capital letters and digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(String);

/// What was typed cannot be a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a code of eight letters")]
pub struct NotACode;

impl Code {
    /// The code that belongs to a random number.
    pub fn of(random: u64) -> Self {
        let mut rest = random;
        let letters = std::iter::repeat_with(|| {
            let letter = usize::try_from(rest % 31).ok().and_then(|place| LETTERS.get(place));
            rest /= 31;
            letter.map_or('A', |letter| char::from(*letter))
        });
        Self(letters.take(LENGTH).collect())
    }

    /// The code without the gap in its middle.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (left, right) = self.0.split_at(LENGTH / 2);
        write!(f, "{left} {right}")
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl FromStr for Code {
    type Err = NotACode;

    /// Reads a code as people type it: small letters, gaps and dashes are fine.
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let typed = text.chars().filter(|c| !c.is_whitespace() && *c != '-').take(LENGTH + 1);
        let code: String = typed.map(|c| c.to_ascii_uppercase()).collect();
        let fits = code.len() == LENGTH && code.bytes().all(|letter| LETTERS.contains(&letter));
        if fits { Ok(Self(code)) } else { Err(NotACode) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = Code::of(0x1234_5678_9ABC_DEF0);
        let shown = code.to_string();
        assert_eq!(shown.len(), 9, "{shown}");
        for typed in [shown.clone(), shown.to_lowercase(), shown.replace(' ', "-"), format!(" {}  ", code.as_str())] {
            assert_eq!(typed.parse(), Ok(code.clone()), "{typed}");
        }
        assert!(!format!("{code:?}").contains(code.as_str()), "no log shows it");
    }

    #[test]
    fn what_cannot_be_a_code_is_refused() {
        for typed in ["", "ABCD", "ABCD EFGH J", "ABCD EFG0", "ABCD EFGI", "ÄBCD EFGH", "ABCDEFG\u{1F511}"] {
            assert_eq!(typed.parse::<Code>(), Err(NotACode), "{typed}");
        }
    }

    #[test]
    fn different_numbers_make_different_codes() {
        let codes: std::collections::BTreeSet<String> =
            (0..10_000).map(|number| Code::of(number * 7919).to_string()).collect();
        assert_eq!(codes.len(), 10_000);
    }
}
