//! What the words of a phrase come to.

use domain::land::Land;
use jiff::civil::{Date, Weekday};

use super::dates::Dates;
use super::{Part, Reader, push};
use crate::recurrence::rule::{self, Frequency, Rule};
use crate::recurrence::{Exceptions, Problem, Recurrence};

impl Reader {
    pub(super) fn new(from: Date, home: Option<Land>) -> Self {
        Self {
            home,
            part: Part::Rule,
            waiting: Vec::new(),
            every: None,
            of: false,
            last: None,
            twofold: None,
            by_weekdays: false,
            habit: None,
            series: Recurrence { rule: Rule::every(Frequency::Daily), exceptions: Exceptions::default() },
            not_months: Vec::new(),
            not_weekdays: Vec::new(),
            dates: Dates::new(from),
        }
    }

    pub(super) fn on_month_days(&mut self, days: &[i16]) {
        for day in days {
            push(&mut self.series.rule.month_days, *day);
        }
    }

    pub(super) fn in_months(&mut self, months: &[i16]) {
        for month in months {
            push(&mut self.series.rule.months, *month);
        }
    }

    /// Begins another part; what waits in the one before gets its meaning.
    pub(super) fn begin(&mut self, part: Part) -> Result<(), Problem> {
        self.flush()?;
        self.every = None;
        self.part = part;
        Ok(())
    }

    /// Gives the numbers that still wait the meaning of their part.
    pub(super) fn flush(&mut self) -> Result<(), Problem> {
        let numbers = std::mem::take(&mut self.waiting);
        let within = |most: i16| numbers.iter().all(|number| *number != 0 && number.abs() <= most);
        let rule = &mut self.series.rule;
        let (list, most) = match self.part {
            _ if numbers.is_empty() => return Ok(()),
            Part::Rule => (&mut rule.month_days, 31),
            Part::OfThem => (&mut rule.positions, 366),
            Part::CalendarWeeks => (&mut rule.weeks, 53),
            Part::Except | Part::Until | Part::Also => return Err(Problem::Unclear),
        };
        if !within(most) {
            return Err(Problem::Unclear);
        }
        for number in numbers {
            push(list, number);
        }
        Ok(())
    }

    /// The series, if the words make one.
    pub(super) fn series(mut self) -> Result<Recurrence, Problem> {
        if self.dates.unplaced.0 || self.dates.unplaced.1 {
            return Err(Problem::WhichLand);
        }
        self.leave_out();
        let (interval, frequency) = self.habit.or_else(|| self.guess()).ok_or(Problem::Unclear)?;
        let rule = &mut self.series.rule;
        (rule.interval, rule.frequency) = (interval, frequency);
        // Every second week with a number of that kind is every week with one.
        if (interval, frequency) == (2, Frequency::Weekly) && self.series.exceptions.weeks.is_some() {
            rule.interval = 1;
        }
        rule.until = self.dates.until.map(rule::end_of);
        let short = matches!(frequency, Frequency::Daily | Frequency::Weekly);
        let fine = |list: &[i16], most: i16| list.iter().all(|number| *number != 0 && number.abs() <= most);
        let numbered = rule.weekdays.iter().any(|(nth, _)| *nth != 0);
        let nths: Vec<i16> = rule.weekdays.iter().map(|(nth, _)| *nth).filter(|nth| *nth != 0).collect();
        if (short && numbered) || !fine(&rule.month_days, 31) || !fine(&rule.year_days, 366) || !fine(&nths, 53) {
            return Err(Problem::Unclear);
        }
        if rule.count.is_some() && rule.until.is_some() {
            return Err(Problem::Unclear);
        }
        let exceptions = &mut self.series.exceptions;
        (exceptions.left_out, exceptions.added) = (self.dates.left_out, self.dates.added);
        match self.twofold {
            Some((nth, day)) if frequency == Frequency::Monthly => Err(twofold(&self.series, nth, day)),
            _ => Ok(self.series),
        }
    }

    /// The months and weekdays that are left out are those that remain otherwise.
    fn leave_out(&mut self) {
        let rule = &mut self.series.rule;
        if !self.not_months.is_empty() {
            let all = if rule.months.is_empty() { (1..=12).collect() } else { rule.months.clone() };
            rule.months = all.into_iter().filter(|month| !self.not_months.contains(month)).collect();
        }
        if !self.not_weekdays.is_empty() {
            let week = || Weekday::Monday.cycle_forward().take(7).map(|day| (0, day)).collect();
            let all: Vec<_> = if rule.weekdays.is_empty() { week() } else { rule.weekdays.clone() };
            rule.weekdays = all.into_iter().filter(|(_, day)| !self.not_weekdays.contains(day)).collect();
        }
    }

    /// How often, where nobody said it: by what was named.
    fn guess(&self) -> Option<(i32, Frequency)> {
        let rule = &self.series.rule;
        let numbered = rule.weekdays.iter().any(|(nth, _)| *nth != 0) || !rule.month_days.is_empty();
        let frequency = if !rule.year_days.is_empty() || !rule.weeks.is_empty() {
            Frequency::Yearly
        } else if self.by_weekdays {
            Frequency::Weekly
        } else if numbered {
            if rule.months.is_empty() { Frequency::Monthly } else { Frequency::Yearly }
        } else if !rule.weekdays.is_empty() || self.series.exceptions.weeks.is_some() {
            Frequency::Weekly
        } else {
            return None;
        };
        Some((1, frequency))
    }
}

/// `jeden 2. Mittwoch` is every other one, or one a month.
fn twofold(series: &Recurrence, nth: i16, day: Weekday) -> Problem {
    let mut often = Recurrence { rule: Rule::every(Frequency::Weekly), exceptions: Exceptions::default() };
    often.rule.interval = nth.into();
    often.rule.weekdays = vec![(0, day)];
    let seldom = Recurrence { rule: series.rule.clone(), exceptions: Exceptions::default() };
    Problem::Twofold(Box::new(often), Box::new(seldom))
}
