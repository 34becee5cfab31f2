//! The `Date` header (RFC 9110 section 5.6.7).

use jiff::Timestamp;
use jiff::fmt::rfc2822::{DateTimeParser, DateTimePrinter};

/// Longer than any date, and short enough that comments in it cost nothing to parse.
const MAX_LENGTH: usize = 40;

/// Writes `at` as an IMF-fixdate, cut to the second: `Sun, 06 Nov 1994 08:49:37 GMT`.
pub fn format(at: Timestamp) -> String {
    // Only years before 0 cannot be written, and no clock shows them.
    DateTimePrinter::new().timestamp_to_rfc9110_string(&at).unwrap_or_default()
}

/// Reads an HTTP date; `None` for anything that is not one.
pub fn parse(text: &str) -> Option<Timestamp> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_reads_back_as_it_was_written() {
        let at = Timestamp::from_second(784_111_777).ok();
        assert_eq!(at.map(format).as_deref(), Some("Sun, 06 Nov 1994 08:49:37 GMT"));
        assert_eq!(parse("Sun, 06 Nov 1994 08:49:37 GMT"), at);
    }

    #[test]
    fn what_is_no_date_is_none() {
        let long = format!("Sun, 06 Nov 1994 08:49:37 GMT {}", "(".repeat(100_000));
        for text in ["", "banana", "1994", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", &long] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
