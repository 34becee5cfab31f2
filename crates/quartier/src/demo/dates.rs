//! When invented events take place: the n-th of a weekday from tomorrow on, or the night on which the clocks change.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

/// The n-th `weekday` from the day after `today` on, written like `Sa 2`; `None` for anything else.
pub(super) fn day(today: Date, text: &str) -> Option<Date> {
    let (name, number) = text.split_once(' ')?;
    let number: i32 = number.parse().ok().filter(|number| (1..=5).contains(number))?;
    today.nth_weekday(number, weekday(name)?).ok()
}

fn weekday(name: &str) -> Option<Weekday> {
    Some(match name {
        "Mo" => Weekday::Monday,
        "Di" => Weekday::Tuesday,
        "Mi" => Weekday::Wednesday,
        "Do" => Weekday::Thursday,
        "Fr" => Weekday::Friday,
        "Sa" => Weekday::Saturday,
        "So" => Weekday::Sunday,
        _ => return None,
    })
}

/// The evening before the clocks of `zone` change next after `now`; `None` where they never do.
pub(super) fn clocks_change(now: Timestamp, zone: &TimeZone) -> Option<Date> {
    // At least a day away, so that the evening before is still to come.
    let change = zone.following(now + jiff::SignedDuration::from_hours(36)).next()?;
    change.timestamp().to_zoned(zone.clone()).date().yesterday().ok()
}

/// From `from` on `day` until `to`, some days later; past midnight if it would end before it begins.
pub(super) fn span(day: Date, from: Time, to: Time, days: i32) -> Option<(DateTime, DateTime)> {
    let last = day.checked_add(later(days)).ok()?;
    let (start, end) = (day.to_datetime(from), last.to_datetime(to));
    let end = if end <= start { end.checked_add(1.day()).ok()? } else { end };
    Some((start, end))
}

fn later(days: i32) -> Span {
    Span::new().days(days.saturating_sub(1).max(0))
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    #[test]
    fn the_first_saturday_is_never_today() {
        let saturday = date(2026, 12, 5);
        assert_eq!(day(saturday, "Sa 1"), Some(date(2026, 12, 12)));
        assert_eq!(day(saturday, "So 1"), Some(date(2026, 12, 6)));
        assert_eq!(day(saturday, "Fr 4"), Some(date(2027, 1, 1)));
        assert_eq!(day(saturday, "Tu 1"), None);
    }

    #[test]
    fn the_night_of_the_clocks_is_found_in_spring_and_in_autumn() {
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        let november: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a time");
        assert_eq!(clocks_change(november, &zone), Some(date(2027, 3, 27)));
        let july: Timestamp = "2026-07-01T12:00:00Z".parse().expect("a time");
        assert_eq!(clocks_change(july, &zone), Some(date(2026, 10, 24)));
        assert_eq!(clocks_change(july, &TimeZone::UTC), None);
    }

    #[test]
    fn an_event_that_ends_before_it_begins_ends_the_next_day() {
        let day = date(2026, 12, 5);
        let end = |from, to, days| span(day, from, to, days).map(|(_, end)| end);
        assert_eq!(end(time(20, 0, 0, 0), time(2, 0, 0, 0), 1), Some(date(2026, 12, 6).at(2, 0, 0, 0)));
        assert_eq!(end(time(10, 0, 0, 0), time(15, 0, 0, 0), 2), Some(date(2026, 12, 6).at(15, 0, 0, 0)));
        assert_eq!(end(time(18, 0, 0, 0), time(18, 0, 0, 0), 2), Some(date(2026, 12, 6).at(18, 0, 0, 0)));
        assert_eq!(end(time(0, 0, 0, 0), time(0, 0, 0, 0), 3), Some(date(2026, 12, 7).at(0, 0, 0, 0)));
    }
}
