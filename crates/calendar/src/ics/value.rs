//! Values of properties (RFC 5545 section 3.3): dates, times, lengths, text.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::zone;

/// A day, or a clock time in a zone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Moment {
    /// A whole day.
    Day(Date),
    /// A clock time.
    Time(DateTime, TimeZone),
}

impl Moment {
    /// The instant; a day begins at midnight in `day_zone`.
    pub(super) fn instant(&self, day_zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::Day(date) => zone::instant(date.to_datetime(Time::midnight()), day_zone),
            Self::Time(local, zone) => zone::instant(*local, zone),
        }
    }

    /// The day it falls on in `zone`.
    pub(super) fn date_in(&self, zone: &TimeZone) -> Option<Date> {
        match self {
            Self::Day(date) => Some(*date),
            Self::Time(..) => Some(zone.to_datetime(self.instant(zone)?).date()),
        }
    }

    /// The day a time stands for where days are told: its own date, or that in `zone` if it is told in UTC.
    pub(super) fn as_day(&self, zone: &TimeZone) -> Option<Date> {
        match self {
            Self::Time(local, own) if !zone::is_utc(own) => Some(local.date()),
            _ => self.date_in(zone),
        }
    }
}

/// Reads a DATE or DATE-TIME, also with the dashes and colons some write; `floating` is the zone of a time that
/// names none.
pub(crate) fn moment(text: &str, floating: &TimeZone) -> Result<Moment, &'static str> {
    const WRONG: &str = "import-date";
    let text: String = text.trim().chars().take(32).filter(|c| !matches!(c, '-' | ':')).collect();
    let (day, time) = match text.split_once(['T', 't']) {
        Some((day, time)) => (day, Some(time)),
        None => (text.as_str(), None),
    };
    let [year, month, date] = figures(day, [4, 2, 2]).ok_or(WRONG)?;
    let small = |number: i16| i8::try_from(number).map_err(|_| WRONG);
    let date = Date::new(year, small(month)?, small(date)?).map_err(|_| WRONG)?;
    let Some(time) = time else { return Ok(Moment::Day(date)) };
    let (time, zone) = match time.strip_suffix(['Z', 'z']) {
        Some(time) => (time, TimeZone::UTC),
        None => (time, floating.clone()),
    };
    let [hour, minute, second] =
        figures(time, [2, 2, 2]).or_else(|| figures(&format!("{time}00"), [2, 2, 2])).ok_or(WRONG)?;
    // Section 3.3.12: a leap second that cannot be told is the second before it.
    let time = Time::new(small(hour)?, small(minute)?, small(second)?.min(if second == 60 { 59 } else { i8::MAX }), 0);
    Ok(Moment::Time(date.to_datetime(time.map_err(|_| WRONG)?), zone))
}

/// Three numbers of so many figures each, and nothing else.
fn figures(text: &str, lengths: [usize; 3]) -> Option<[i16; 3]> {
    let whole = text.len() == lengths.iter().sum() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut rest = whole.then_some(text)?;
    let mut numbers = [0; 3];
    for (number, length) in numbers.iter_mut().zip(lengths) {
        let (head, tail) = rest.split_at_checked(length)?;
        *number = head.parse().ok()?;
        rest = tail;
    }
    Some(numbers)
}

/// A DURATION: days that follow the calendar, and a time that follows the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Length {
    /// Whole days, weeks among them.
    pub(super) days: i32,
    /// Hours, minutes and seconds.
    pub(super) time: SignedDuration,
}

/// Reads a DURATION (section 3.3.6) that is not negative.
pub(super) fn length(text: &str) -> Option<Length> {
    let text: String = text.trim().chars().take(64).collect::<String>().to_ascii_uppercase();
    let text = text.strip_prefix('+').unwrap_or(&text).strip_prefix('P')?.to_owned();
    let mut length = Length { days: 0, time: SignedDuration::ZERO };
    let mut number = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() && number.len() < 7 {
            number.push(c);
            continue;
        }
        let count: i32 = if c == 'T' { 0 } else { std::mem::take(&mut number).parse().ok()? };
        match c {
            'W' => length.days = length.days.checked_add(count.checked_mul(7)?)?,
            'D' => length.days = length.days.checked_add(count)?,
            'T' if number.is_empty() => {}
            'H' => length.time += SignedDuration::from_hours(count.into()),
            'M' => length.time += SignedDuration::from_mins(count.into()),
            'S' => length.time += SignedDuration::from_secs(count.into()),
            _ => return None,
        }
    }
    (number.is_empty() && length.days < 100_000).then_some(length)
}

/// Reads a UTC-OFFSET (section 3.3.14) in seconds.
pub(super) fn offset(text: &str) -> Option<i32> {
    let text = text.trim();
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let text = text.trim_start_matches(['+', '-']);
    let [hours, minutes, seconds] = figures(text, [2, 2, 2]).or_else(|| figures(&format!("{text}00"), [2, 2, 2]))?;
    Some(sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60 + i32::from(seconds)))
}

/// Takes the escapes out of TEXT (section 3.3.11). A backslash before anything else is one.
pub(super) fn text(value: &str) -> String {
    let mut plain = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(c) = characters.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match characters.next() {
            Some('n' | 'N') => plain.push('\n'),
            Some(escaped @ ('\\' | ';' | ',')) => plain.push(escaped),
            Some(other) => plain.extend(['\\', other]),
            None => plain.push('\\'),
        }
    }
    plain
}

/// The parts of a list of TEXT, split at commas that are not escaped.
pub(super) fn texts(value: &str) -> Vec<String> {
    let mut escaped = false;
    let parts = value.split(|c| {
        let here = c == ',' && !escaped;
        escaped = c == '\\' && !escaped;
        here
    });
    parts.map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_read_in_every_common_form() {
        let berlin = zone::named("Europe/Berlin").unwrap();
        let at = |text: &str| moment(text, &berlin).unwrap().instant(&berlin).unwrap().to_string();
        assert_eq!(at("20261205"), "2026-12-04T23:00:00Z");
        assert_eq!(at("20261205T150000"), "2026-12-05T14:00:00Z");
        assert_eq!(at("20261205T150000Z"), "2026-12-05T15:00:00Z");
        assert_eq!(at("2026-12-05T15:00"), "2026-12-05T14:00:00Z");
        assert_eq!(at("20161231T235960Z"), "2016-12-31T23:59:59Z");
    }

    #[test]
    fn dates_that_do_not_exist_are_refused() {
        for text in [
            "",
            "20260230",
            "20261301",
            "20261205T240000",
            "20261205T236100",
            "2026120",
            "100000101",
            "20261205T150000+0100",
            "20261205T15",
            "２０２６１２０５",
            "99999999999T9",
            "20261205T",
            "T120000",
        ] {
            assert!(moment(text, &TimeZone::UTC).is_err(), "{text}");
        }
    }

    #[test]
    fn lengths_are_read_and_negative_or_absurd_ones_are_not() {
        let hours = |days, hours| Some(Length { days, time: SignedDuration::from_hours(hours) });
        assert_eq!(length("PT1H30M"), Some(Length { days: 0, time: SignedDuration::from_mins(90) }));
        assert_eq!(length("P1W"), hours(7, 0));
        assert_eq!(length("P1DT2H"), hours(1, 2));
        for text in ["", "P", "PT", "-PT1H", "P1X", "PT99999999H", "P9999999W9999999D", "1H", "PT1"] {
            assert!(length(text).is_none_or(|length| length.days == 0 && length.time.is_zero()), "{text}");
        }
    }

    #[test]
    fn text_escapes_are_taken_out_once() {
        assert_eq!(text(r"Kaffee\, Kuchen\; Tee\nBitte C:\\neu \x"), "Kaffee, Kuchen; Tee\nBitte C:\\neu \\x");
        assert_eq!(texts(r"Musik,Singen\, laut,\\,ende"), ["Musik", "Singen, laut", "\\", "ende"]);
    }

    #[test]
    fn offsets_are_seconds() {
        assert_eq!(offset("+0100"), Some(3600));
        assert_eq!(offset("-033015"), Some(-12615));
        assert_eq!(offset("1"), None);
    }
}
