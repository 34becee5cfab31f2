//! What in a series is never met.

use jiff::civil::DateTime;

use super::{Problem, Recurrence};
use crate::holidays::Almanac;

/// Takes one part out of a series.
type Without = fn(&mut Recurrence);

/// The parts that may be at odds, the ones most probably meant first.
const PARTS: [Without; 11] = [
    |series| series.rule.count = None,
    |series| series.exceptions.left_out.clear(),
    |series| series.exceptions.weeks = None,
    |series| series.exceptions.public_holidays = None,
    |series| series.exceptions.school_holidays = None,
    |series| series.rule.until = None,
    |series| series.rule.positions.clear(),
    |series| series.rule.weeks.clear(),
    |series| series.rule.year_days.clear(),
    |series| series.rule.weekdays.clear(),
    |series| series.rule.months.clear(),
];

/// Why `series` has no day from `from` on: everything that can be left out without giving it one is left out.
pub(super) fn why(series: &Recurrence, from: DateTime, almanac: &Almanac) -> Problem {
    if let Some(land) = series.exceptions.school_holidays
        && almanac.known_until(land) < from.date()
    {
        return Problem::HolidaysUnknown { land, until: almanac.known_until(land) };
    }
    let mut left = series.clone();
    for without in PARTS {
        let mut less = left.clone();
        without(&mut less);
        if less != left && less.first_named(from, almanac).is_none() {
            left = less;
        }
    }
    Problem::Never(Box::new(left))
}
