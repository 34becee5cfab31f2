//! Repetition: which days a series takes place on, as a rule, as text and in words.
//!
//! A [`Recurrence`] is a rule of iCalendar (RFC 5545 section 3.3.10) with the exceptions that a neighbourhood makes:
//! single days, school holidays, public holidays, even and odd weeks. The calendars of others are read with the same
//! rules and the same days (`ics::read`).

pub(crate) mod days;
mod description;
mod exceptions;
mod impossible;
mod notation;
mod phrase;
mod problem;
pub(crate) mod rule;
mod words;
mod written;

use std::collections::BTreeSet;

use domain::land::Land;
use domain::language::Language;
use domain::messages::text_with;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::holidays::Almanac;
use crate::zone;
use days::Named;
use rule::{MAX_COUNT, Rule};

pub use days::Window;
pub use exceptions::{Exceptions, MAX_DATES, Weeks};
pub use problem::Problem;
pub use rule::Frequency;
pub(crate) use words::plain;
pub use written::Written;

/// The most occurrences that are told at once.
pub const MAX_OCCURRENCES: usize = 730;
/// How many years after its start a series has to take place for the first time.
const YEARS_TO_BEGIN: i64 = 30;

/// How something repeats. Its text is one line: the rule as `RRULE` writes it, then the exceptions under names of ours.
///
/// ```text
/// FREQ=MONTHLY;BYDAY=1TU;UNTIL=20271231;X-WEEKS=EVEN;X-SCHOOL=DE-NW;X-PUBLIC=DE-NW;X-NOT=20261224,20261231;X-ALSO=20270105
/// ```
///
/// `UNTIL` is a day, or a clock time in the zone of the series. What a rule leaves out is taken from the start: `FREQ=WEEKLY`
/// is the weekday of the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Recurrence {
    pub(crate) rule: Rule,
    /// What the rule does not say.
    pub exceptions: Exceptions,
}

/// One of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// What the clock shows in the zone of the series, or would if it did not skip that hour.
    pub local: DateTime,
    /// When that is.
    pub at: Timestamp,
}

impl Recurrence {
    /// How long a period is.
    pub fn frequency(&self) -> Frequency {
        self.rule.frequency
    }

    /// Every how many periods, from 1.
    pub fn interval(&self) -> i32 {
        self.rule.interval
    }

    /// How many there are, if that is said.
    pub fn count(&self) -> Option<usize> {
        self.rule.count
    }

    /// The last day, if that is said.
    pub fn until(&self) -> Option<Date> {
        self.rule.until.map(DateTime::date)
    }

    /// The same, ending with `last`.
    #[must_use]
    pub fn ending(mut self, last: Date) -> Self {
        self.rule.count = None;
        self.rule.until = Some(rule::end_of(last));
        self
    }

    /// The same, with at most so many; none and more than 730 are refused.
    pub fn times(mut self, count: usize) -> Result<Self, Problem> {
        if !(1..=MAX_COUNT).contains(&count) {
            return Err(Problem::Rule(if count == 0 { "import-rule" } else { "import-rule-long" }));
        }
        self.rule.until = None;
        self.rule.count = Some(count);
        Ok(self)
    }

    /// The same, without the days that lie in the school holidays of `land`.
    #[must_use]
    pub fn not_in_school_holidays(mut self, land: Land) -> Self {
        self.exceptions.school_holidays = Some(land);
        self
    }

    /// The same, without the public holidays of `land`.
    #[must_use]
    pub fn not_on_public_holidays(mut self, land: Land) -> Self {
        self.exceptions.public_holidays = Some(land);
        self
    }

    /// Whether it comes at least every two weeks: what is always on.
    pub fn is_frequent(&self) -> bool {
        match self.rule.frequency {
            Frequency::Daily => self.rule.interval <= 14,
            Frequency::Weekly => self.rule.interval <= 2,
            Frequency::Monthly | Frequency::Yearly => false,
        }
    }

    /// The first day on or after that of `from` that it takes place on.
    ///
    /// Refused where there is none, with the part of it that is never met.
    pub fn first(&self, from: DateTime, almanac: &Almanac) -> Result<Date, Problem> {
        self.first_named(from, almanac).ok_or_else(|| impossible::why(self, from, almanac))
    }

    /// Its occurrences in `window`, in order, where `start` is the clock time of the first; at most 730.
    ///
    /// The start is one of them only if the rule names its day. A time that the clock skips is moved forward by the
    /// length of the gap, and of a time that it shows twice the earlier one is meant. Days beyond the known school
    /// holidays are not told: see [`Recurrence::known_until`].
    pub fn occurrences(
        &self,
        start: DateTime,
        zone: &TimeZone,
        window: Window,
        almanac: &Almanac,
    ) -> Result<Vec<Occurrence>, Problem> {
        let days = self.days(start, window, almanac)?;
        let at = |date: Date| {
            let local = date.to_datetime(start.time());
            Some(Occurrence { local, at: zone::instant(local, zone)? })
        };
        Ok(days.into_iter().filter_map(at).collect())
    }

    /// The last day whose school holidays are known, where the series asks for them.
    pub fn known_until(&self, almanac: &Almanac) -> Option<Date> {
        self.exceptions.school_holidays.map(|land| almanac.known_until(land))
    }

    /// What is to be said of a series that goes on beyond the known school holidays: from when on they are not known.
    pub fn remark(&self, language: Language, almanac: &Almanac) -> Option<String> {
        let from = self.known_until(almanac)?.tomorrow().ok()?;
        let ends = self.count().is_some() || self.until().is_some_and(|until| until < from);
        let day = crate::phrase::date(from, language);
        (!ends).then(|| text_with(language, "recurrence-holidays-from", &[("day", &day)]))
    }

    fn days(&self, start: DateTime, window: Window, almanac: &Almanac) -> Result<BTreeSet<Date>, Problem> {
        let rule = self.rule.clone().filled(start.date());
        let keeps = |date| self.exceptions.keep(date, almanac);
        let last = self.known_until(almanac).map_or(window.last, |known| known.min(window.last));
        let mut named = Named::new(&rule, start, window.first, &keeps);
        let (mut days, mut any) = (BTreeSet::new(), false);
        for day in named.by_ref() {
            any = true;
            if day > last || days.len() >= MAX_OCCURRENCES {
                break;
            }
            if day >= window.first {
                days.insert(day);
            }
        }
        if !any && !named.ended {
            return Err(impossible::why(self, start, almanac));
        }
        days.retain(|day| !self.exceptions.left_out.contains(day));
        let added = self.exceptions.added.iter().filter(|day| **day >= start.date() && window.contains(**day));
        days.extend(added);
        while days.len() > MAX_OCCURRENCES {
            days.pop_last();
        }
        Ok(days)
    }

    fn first_named(&self, from: DateTime, almanac: &Almanac) -> Option<Date> {
        let first = from.date();
        let last = first.saturating_add(YEARS_TO_BEGIN.years());
        let rule = self.rule.clone().filled(first);
        let keeps = |date| self.exceptions.keep(date, almanac);
        let last = self.known_until(almanac).map_or(last, |known| known.min(last));
        let mut named = Named::new(&rule, from, first, &keeps).take_while(|day| *day <= last);
        let named = named.find(|day| !self.exceptions.left_out.contains(day));
        let added = self.exceptions.added.range(first..).next().copied();
        named.into_iter().chain(added).min()
    }
}

#[cfg(test)]
mod tests;
