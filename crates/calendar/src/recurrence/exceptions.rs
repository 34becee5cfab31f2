//! What a rule of iCalendar cannot say.

use std::collections::BTreeSet;

use domain::land::Land;
use jiff::civil::Date;

use crate::holidays::{self, Almanac};

/// The most single days that are left out, and that are added.
pub const MAX_DATES: usize = 400;

/// Which of the calendar's weeks: the numbers of ISO 8601, as printed in German calendars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is said by its name")]
pub enum Weeks {
    Even,
    Odd,
}

/// When a series does not take place although its rule says so, and the other way round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exceptions {
    /// Only in weeks with such numbers.
    pub weeks: Option<Weeks>,
    /// Not in the school holidays of this Land.
    pub school_holidays: Option<Land>,
    /// Not on the public holidays of this Land.
    pub public_holidays: Option<Land>,
    /// Not on these days. They are counted all the same where the rule counts, so that taking one out moves no other.
    pub left_out: BTreeSet<Date>,
    /// Also on these days, at the usual time.
    pub added: BTreeSet<Date>,
}

impl Exceptions {
    /// Whether the weeks and holidays leave `date` in. What they take out is not counted: ten times are ten times.
    pub(super) fn keep(&self, date: Date, almanac: &Almanac) -> bool {
        self.weeks.is_none_or(|weeks| weeks.contain(date))
            && self.school_holidays.is_none_or(|land| !almanac.is_school_holiday(land, date))
            && self.public_holidays.is_none_or(|land| !holidays::is_public(land, date))
    }

    /// Whether any of them follows a calendar that RRULE does not know.
    pub(super) fn filter(&self) -> bool {
        self.weeks.is_some() || self.school_holidays.is_some() || self.public_holidays.is_some()
    }
}

impl Weeks {
    fn contain(self, date: Date) -> bool {
        let even = date.iso_week_date().week() % 2 == 0;
        even == (self == Self::Even)
    }
}
