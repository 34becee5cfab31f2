//! Content lines (RFC 5545 section 3.1): unfolded, decoded, split into name, parameters and value.

/// One property of a file, still as it is written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it begins in the file, from 1.
    pub(super) number: usize,
    /// Its name in capitals.
    pub(super) name: String,
    /// Its parameters, names in capitals, values without quotes.
    pub(super) params: Vec<(String, String)>,
    /// Everything after the colon.
    pub(super) value: String,
}

/// The most parameters of one property that are looked at.
const MAX_PARAMS: usize = 32;

impl Line {
    /// The value of a parameter.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn parse(number: usize, text: &str) -> Option<Self> {
        let end = text.find([':', ';'])?;
        let (name, mut rest) = text.split_at(end);
        let fine = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let name = name.trim();
        if name.is_empty() || !name.chars().all(fine) {
            return None;
        }
        let mut params = Vec::new();
        while let Some(param) = rest.strip_prefix(';') {
            let (key, value, after) = param_of(param)?;
            if params.len() < MAX_PARAMS {
                params.push((key.trim().to_ascii_uppercase(), value));
            }
            rest = after;
        }
        let value = rest.strip_prefix(':')?.to_owned();
        Some(Self { number, name: name.to_ascii_uppercase(), params, value })
    }
}

/// Name, value and what follows of one parameter.
fn param_of(text: &str) -> Option<(&str, String, &str)> {
    let mut quoted = false;
    let end = text.find(|c| {
        quoted ^= c == '"';
        !quoted && (c == ';' || c == ':')
    })?;
    let (param, after) = text.split_at(end);
    let (key, value) = param.split_once('=').unwrap_or((param, ""));
    Some((key, value.replace('"', ""), after))
}

/// Every readable line of a file; what is no content line is passed over.
///
/// Lines are joined as bytes before they are decoded, because some programs fold inside a character.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = Line> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let separator = if bytes.contains(&b'\n') { b'\n' } else { b'\r' };
    let mut physical = bytes.split(move |byte| *byte == separator).zip(1..).peekable();
    std::iter::from_fn(move || {
        let (first, number) = physical.next()?;
        let mut whole = bare(first).to_vec();
        while let Some((next, _)) = physical.next_if(|(next, _)| next.starts_with(b" ") || next.starts_with(b"\t")) {
            whole.extend_from_slice(bare(next.get(1..).unwrap_or_default()));
        }
        Some((number, whole))
    })
    .filter_map(|(number, whole)| Line::parse(number, &decode(whole)))
}

fn bare(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// UTF-8, or else Windows-1252, which holds all of Latin-1 that is printed.
fn decode(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| error.as_bytes().iter().map(|byte| western(*byte)).collect())
}

fn western(byte: u8) -> char {
    const BETWEEN: [char; 32] = [
        '€', ' ', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', ' ', 'Ž', ' ', ' ', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', ' ', 'ž', 'Ÿ',
    ];
    let between = byte.checked_sub(0x80).and_then(|index| BETWEEN.get(usize::from(index)));
    between.copied().unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<Line> {
        lines(text).collect()
    }

    #[test]
    fn folded_lines_are_joined_and_keep_the_number_of_their_first() {
        let lines = read("\u{FEFF}begin:VEVENT\r\n\r\nSummary;LANGUAGE=de:Som\r\n mer\r\n\tfest\r\nUID:1".as_bytes());
        assert_eq!(lines[1].value, "Sommerfest");
        assert_eq!((lines[0].number, lines[1].number, lines[2].number), (1, 3, 6));
        assert_eq!(lines[1].param("LANGUAGE"), Some("de"));
        assert_eq!(lines[0].name, "BEGIN");
    }

    #[test]
    fn a_fold_inside_a_character_and_old_encodings_are_read() {
        assert_eq!(read(b"SUMMARY:Caf\xC3\r\n \xA9")[0].value, "Café");
        assert_eq!(read(b"SUMMARY:Stra\xDFenfest f\xFCr 5 \x80")[0].value, "Straßenfest für 5 €");
    }

    #[test]
    fn quotes_protect_colons_and_semicolons() {
        let lines = read(b"DTSTART;TZID=\"a;b:c\";VALUE=DATE-TIME:20261205T150000");
        assert_eq!(lines[0].param("TZID"), Some("a;b:c"));
        assert_eq!(lines[0].value, "20261205T150000");
    }

    #[test]
    fn what_is_no_line_is_passed_over() {
        assert!(read(b"hello\r\n<html>:\r\n;x=1:2\r\nX;\"open:1\r\n").is_empty());
    }
}
