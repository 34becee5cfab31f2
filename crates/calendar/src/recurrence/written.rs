//! A series as calendar programs read it: RRULE, EXDATE and RDATE.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::rule::{self, Rule};
use super::{Problem, Recurrence, Window};
use crate::holidays::Almanac;
use crate::zone;

/// What of a series goes into a calendar file. The days are those of `DTSTART`, at its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The value of `RRULE`.
    pub rrule: String,
    /// For `EXDATE`.
    pub left_out: BTreeSet<Date>,
    /// For `RDATE`.
    pub added: BTreeSet<Date>,
}

impl Recurrence {
    /// The series as RFC 5545 can say it; `start` is its first, which the rule has to name, and `zone` that of
    /// `DTSTART`, none for whole days.
    ///
    /// Weeks and holidays have no words there: such a series is told until `last`, with an `EXDATE` for every day they
    /// take out.
    pub fn written(
        &self,
        start: DateTime,
        zone: Option<&TimeZone>,
        last: Date,
        almanac: &Almanac,
    ) -> Result<Written, Problem> {
        let Self { rule, exceptions } = self;
        if !exceptions.filter() {
            let (left_out, added) = (exceptions.left_out.clone(), exceptions.added.clone());
            return Ok(Written { rrule: rrule(rule, zone), left_out, added });
        }
        let window = Window { first: start.date(), last };
        let takes_place = self.days(start, window, almanac)?;
        let last = takes_place.last().copied().unwrap_or(last);
        let mut rule = rule.clone();
        rule.count = None;
        rule.until = Some(rule.until.map_or(rule::end_of(last), |until| until.min(rule::end_of(last))));
        let plain = Self { rule, exceptions: super::Exceptions::default() };
        let named = plain.days(start, window, almanac)?;
        Ok(Written {
            rrule: rrule(&plain.rule, zone),
            left_out: named.difference(&takes_place).copied().collect(),
            added: takes_place.difference(&named).copied().collect(),
        })
    }
}

/// The value of `RRULE`: its `UNTIL` is an instant in UTC where `DTSTART` is a time, else a day (section 3.3.10).
fn rrule(rule: &Rule, zone: Option<&TimeZone>) -> String {
    let mut rule = rule.clone();
    let Some(until) = rule.until.take() else { return rule.to_string() };
    let until = match zone {
        None => until.strftime("%Y%m%d").to_string(),
        Some(zone) => {
            let at = zone::instant(until, zone).map_or(until, |at| TimeZone::UTC.to_datetime(at));
            at.strftime("%Y%m%dT%H%M%SZ").to_string()
        }
    };
    format!("{rule};UNTIL={until}")
}
