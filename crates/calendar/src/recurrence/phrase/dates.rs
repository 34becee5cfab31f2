//! The days a phrase names: a last one, single ones, and those from one to another.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::Part;
use crate::recurrence::{MAX_DATES, Problem};

/// The single days of a phrase.
pub(super) struct Dates {
    from: Date,
    pub(super) until: Option<Date>,
    pub(super) left_out: BTreeSet<Date>,
    pub(super) added: BTreeSet<Date>,
    /// The day that was named last.
    last: Option<Date>,
    /// Whether the next day ends a run that the last one began.
    pub(super) run: bool,
    /// Whether the Land of school holidays and of public ones is still to be said.
    pub(super) unplaced: (bool, bool),
}

impl Dates {
    pub(super) fn new(from: Date) -> Self {
        let (left_out, added) = (BTreeSet::new(), BTreeSet::new());
        Self { from, until: None, left_out, added, last: None, run: false, unplaced: (false, false) }
    }

    /// Whether a `bis` after a day means a run of days.
    pub(super) fn may_run(&self, part: Part) -> bool {
        matches!(part, Part::Except | Part::Also) && self.last.is_some() && !self.run
    }

    /// Takes a day of a part; without a year it is the next.
    pub(super) fn add(&mut self, part: Part, day: i16, month: i16, year: Option<i16>) -> Result<(), Problem> {
        let after = if self.run { self.last.unwrap_or(self.from) } else { self.from };
        let date = next(day, month, year, after)?;
        let mut days = vec![date];
        if std::mem::take(&mut self.run)
            && let Some(first) = self.last
        {
            days = first.series(1.day()).take(MAX_DATES + 1).take_while(|day| *day <= date).collect();
        }
        self.last = Some(date);
        let list = match part {
            Part::Until => {
                self.until = Some(date);
                return Ok(());
            }
            Part::Also => &mut self.added,
            _ => &mut self.left_out,
        };
        list.extend(days);
        if list.len() > MAX_DATES { Err(Problem::Rule("import-dates-many")) } else { Ok(()) }
    }

    /// `bis Juni`: to the end of the next one.
    pub(super) fn until_month(&mut self, month: i16, year: Option<i16>) -> Result<(), Problem> {
        let first = next(1, month, year, self.from.first_of_month())?;
        self.until = Some(first.last_of_month());
        Ok(())
    }

    /// `bis 2027`.
    pub(super) fn until_year(&mut self, year: i16) {
        self.until = Date::new(year, 12, 31).ok();
    }

    /// Notes whether the Land of these holidays is not known yet.
    pub(super) fn asks_land(&mut self, school: bool, asks: bool) {
        if school {
            self.unplaced.0 = asks;
        } else {
            self.unplaced.1 = asks;
        }
    }
}

/// That day of that year, or the next on or after `from`; within eight years there is a leap day.
fn next(day: i16, month: i16, year: Option<i16>, from: Date) -> Result<Date, Problem> {
    let wrong = || Problem::Word(format!("{day}.{month}."));
    let (Ok(day), Ok(month)) = (i8::try_from(day), i8::try_from(month)) else { return Err(wrong()) };
    if let Some(year) = year {
        return Date::new(year, month, day).map_err(|_| wrong());
    }
    let years = (0..=8).filter_map(|years: i64| from.checked_add(Span::new().years(years)).ok());
    let mut dates = years.filter_map(|date| Date::new(date.year(), month, day).ok());
    dates.find(|date| *date >= from).ok_or_else(wrong)
}
