//! Content lines on their way out: escaped, folded, and never broken by what is in them.

/// The longest line in octets, without its end (RFC 5545 section 3.1).
const MAX_LINE: usize = 75;

/// A calendar file as it grows.
#[derive(Default)]
pub(super) struct Output(String);

impl Output {
    /// Adds a property whose value is written as it is; line breaks and other controls in either are left out.
    pub(super) fn line(&mut self, name: &str, value: &str) {
        let mut room = MAX_LINE;
        for c in name.chars().chain([':']).chain(value.chars()).filter(|c| !c.is_control()) {
            if c.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = MAX_LINE - 1;
            }
            self.0.push(c);
            room -= c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// Adds a property whose value is TEXT.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        self.line(name, &escape(value));
    }

    /// The file.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// Escapes TEXT (section 3.3.11).
pub(super) fn escape(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    text.replace(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}'], "\\n")
}

/// A parameter value in quotes, which it cannot itself hold.
pub(super) fn quoted(text: &str) -> String {
    let inner: String = text.chars().filter(|c| !c.is_control()).map(|c| if c == '"' { '\'' } else { c }).collect();
    format!("\"{inner}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut out = Output::default();
        out.text("SUMMARY", &"ä€🎄".repeat(60));
        let file = out.finish();
        assert!(file.trim_end().split("\r\n").all(|line| line.len() <= MAX_LINE));
        assert!(file.split("\r\n").count() > 5);
        assert_eq!(file.replace("\r\n ", ""), format!("SUMMARY:{}\r\n", "ä€🎄".repeat(60)));
    }

    #[test]
    fn no_value_begins_a_line_of_its_own() {
        let mut out = Output::default();
        out.text("SUMMARY", "a\r\nATTENDEE:mailto:x@x.example\u{2028}b\u{0}\u{b}c");
        out.line("URL", "https://x.example/\r\nX:1\n\rY");
        out.line(&format!("ORGANIZER;CN={}", quoted("A\"\r\nX:1")), "https://x.example");
        assert_eq!(
            out.finish(),
            "SUMMARY:a\\nATTENDEE:mailto:x@x.example\\nbc\r\nURL:https://x.example/X:1Y\r\nORGANIZER;CN=\"A'X:1\":https://x.example\r\n"
        );
    }
}
