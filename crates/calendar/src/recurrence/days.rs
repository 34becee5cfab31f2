//! The days a rule names, found period by period with a bounded number of steps.

use jiff::civil::{Date, DateTime, Weekday};
use jiff::{Span, ToSpan};

use super::rule::{Frequency, Rule};

/// The days that are looked at for one series: 164 years of a daily rule, a few milliseconds.
const STEPS_PER_SERIES: i64 = 60_000;

/// The first and the last day that occurrences are told for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first day.
    pub first: Date,
    /// The last day, which belongs to it.
    pub last: Date,
}

impl Window {
    /// Whether `date` lies in it.
    pub fn contains(self, date: Date) -> bool {
        (self.first..=self.last).contains(&date)
    }
}

/// The days in `window` on which a series that starts at `start` (clock time) takes place, in order.
///
/// The start itself always counts, as the first, whether the rule names it or not. A rule that names no other day is
/// refused. `effort` is how many days may still be looked at for the whole file.
pub(crate) fn dates(rule: &Rule, start: DateTime, window: Window, effort: &mut i64) -> Result<Vec<Date>, &'static str> {
    if *effort <= 0 {
        return Err("import-effort");
    }
    let mut found: Vec<Date> = Some(start.date()).filter(|date| window.contains(*date)).into_iter().collect();
    let count = rule.count.map(|count| count.saturating_sub(1));
    let after = start.date().tomorrow().unwrap_or(start.date());
    let mut named = Named::new(rule, start, window.first, &|_| true).counting(count).after(after);
    let mut any = false;
    for date in named.by_ref() {
        any = true;
        if date > window.last {
            break;
        }
        if window.contains(date) {
            found.push(date);
        }
    }
    *effort -= STEPS_PER_SERIES - named.steps_left;
    if any || named.ended { Ok(found) } else { Err("import-rule-never") }
}

/// The days that a rule names, until its end or until it took too many steps.
pub(super) struct Named<'a> {
    rule: &'a Rule,
    start: DateTime,
    /// The first day that may be named.
    first: Date,
    /// Whether a day that the rule names takes place; others are not counted.
    keeps: &'a dyn Fn(Date) -> bool,
    /// How many periods after that of the start.
    period: i64,
    /// What is left of the current period.
    days: std::vec::IntoIter<Date>,
    /// How many may still be named, where the rule counts.
    count: Option<usize>,
    steps_left: i64,
    /// Whether `COUNT` or `UNTIL` was reached.
    pub(super) ended: bool,
}

impl<'a> Named<'a> {
    /// Leaves out what lies before `from`, unless it has to be counted.
    pub(super) fn new(rule: &'a Rule, start: DateTime, from: Date, keeps: &'a dyn Fn(Date) -> bool) -> Self {
        let period = if rule.count.is_some() { 0 } else { period_of(rule, start.date(), from) };
        Self {
            rule,
            start,
            first: start.date(),
            keeps,
            period,
            days: Vec::new().into_iter(),
            count: rule.count,
            steps_left: STEPS_PER_SERIES,
            ended: false,
        }
    }

    /// Names only so many.
    fn counting(self, count: Option<usize>) -> Self {
        Self { count, ..self }
    }

    /// Names none before `first`.
    fn after(self, first: Date) -> Self {
        Self { first, ..self }
    }

    /// The matching days of the next period; `None` at the end of the rule, of the steps or of the calendar.
    fn next_period(&mut self) -> Option<Vec<Date>> {
        let (first, last) = period(self.rule, self.start.date(), self.period)?;
        if self.rule.until.is_some_and(|until| until.date() < first) {
            self.ended = true;
            return None;
        }
        self.period += 1;
        let mut days = Vec::new();
        let mut day = first;
        while day <= last {
            self.steps_left -= 1;
            if matches(self.rule, day) {
                days.push(day);
            }
            // Years are walked month by month where the rule names months: it is what most cost here.
            let other_month = !self.rule.months.is_empty() && !self.rule.months.contains(&day.month().into());
            day = if other_month { day.last_of_month() } else { day }.tomorrow().ok()?;
        }
        (self.steps_left > 0).then(|| at_positions(&self.rule.positions, days))
    }
}

impl Iterator for Named<'_> {
    type Item = Date;

    fn next(&mut self) -> Option<Date> {
        self.ended |= self.count == Some(0);
        while !self.ended {
            let Some(day) = self.days.next() else {
                self.days = self.next_period()?.into_iter();
                continue;
            };
            if day < self.first {
                continue;
            }
            if self.rule.until.is_some_and(|until| until < day.to_datetime(self.start.time())) {
                self.ended = true;
                return None;
            }
            if !(self.keeps)(day) {
                continue;
            }
            self.count = self.count.map(|count| count.saturating_sub(1));
            return Some(day);
        }
        None
    }
}

/// The number of the period, counted from that of `start`, which holds `date` or is the last to begin before it.
fn period_of(rule: &Rule, start: Date, date: Date) -> i64 {
    let months = |date: Date| i64::from(date.year()) * 12 + i64::from(date.month());
    let distance = match rule.frequency {
        Frequency::Daily => days_between(start, date),
        Frequency::Weekly => days_between(week_of(start, rule.week_start).unwrap_or(start), date).div_euclid(7),
        Frequency::Monthly => months(date) - months(start),
        Frequency::Yearly => i64::from(date.year()) - i64::from(start.year()),
    };
    distance.max(0) / i64::from(rule.interval)
}

/// First and last day of a period; `None` past the end of the calendar.
fn period(rule: &Rule, start: Date, number: i64) -> Option<(Date, Date)> {
    let distance = number.checked_mul(rule.interval.into())?;
    // The short forms (`distance.days()`) panic where these refuse.
    match rule.frequency {
        Frequency::Daily => start.checked_add(Span::new().try_days(distance).ok()?).ok().map(|day| (day, day)),
        Frequency::Weekly => {
            let first = week_of(start, rule.week_start)?.checked_add(Span::new().try_weeks(distance).ok()?).ok()?;
            Some((first, first.checked_add(6.days()).ok()?))
        }
        Frequency::Monthly => {
            let first = start.first_of_month().checked_add(Span::new().try_months(distance).ok()?).ok()?;
            Some((first, first.last_of_month()))
        }
        Frequency::Yearly => {
            let first = start.first_of_year().checked_add(Span::new().try_years(distance).ok()?).ok()?;
            Some((first, first.last_of_year()))
        }
    }
}

/// Whether every part of the rule allows the day.
fn matches(rule: &Rule, date: Date) -> bool {
    let none_or = |list: &[i16], here: i16, whole: i16| {
        list.is_empty() || list.iter().any(|wanted| *wanted == here || wanted + whole + 1 == here)
    };
    none_or(&rule.months, date.month().into(), i16::MIN / 2)
        && none_or(&rule.month_days, date.day().into(), date.days_in_month().into())
        && none_or(&rule.year_days, date.day_of_year(), date.days_in_year())
        && (rule.weekdays.is_empty() || rule.weekdays.iter().any(|wanted| is_weekday(rule, date, *wanted)))
        && (rule.weeks.is_empty() || is_week(rule, date))
}

/// Whether `date` is that weekday, and the how manieth of its month or, in rules by the year, of its year.
fn is_weekday(rule: &Rule, date: Date, (nth, weekday): (i16, Weekday)) -> bool {
    if date.weekday() != weekday || nth == 0 {
        return date.weekday() == weekday;
    }
    let by_year = rule.frequency == Frequency::Yearly && rule.months.is_empty();
    let (day, days) = if by_year {
        (date.day_of_year(), date.days_in_year())
    } else {
        (date.day().into(), date.days_in_month().into())
    };
    nth == (day - 1) / 7 + 1 || -nth == (days - day) / 7 + 1
}

/// Whether `date` lies in one of the rule's weeks: week 1 is the first with four days in the year.
fn is_week(rule: &Rule, date: Date) -> bool {
    let numbers = || {
        let first = week_of(date, rule.week_start)?;
        let middle = first.checked_add(3.days()).ok()?;
        let week = (middle.day_of_year() - 1) / 7 + 1;
        let weeks = week + (middle.days_in_year() - middle.day_of_year()) / 7;
        Some((week, weeks))
    };
    numbers().is_some_and(|(week, weeks)| rule.weeks.iter().any(|wanted| *wanted == week || wanted + weeks + 1 == week))
}

/// The days at the rule's positions (`BYSETPOS`), or all of them.
fn at_positions(positions: &[i16], days: Vec<Date>) -> Vec<Date> {
    if positions.is_empty() {
        return days;
    }
    let count = days.len();
    let wanted = |index: usize| {
        let (front, back) = (index + 1, count - index);
        positions.iter().any(|position| {
            let from = usize::from(position.unsigned_abs());
            if *position > 0 { from == front } else { from == back }
        })
    };
    days.into_iter().enumerate().filter(|(index, _)| wanted(*index)).map(|(_, day)| day).collect()
}

/// The first day of the week of `date`.
fn week_of(date: Date, week_start: Weekday) -> Option<Date> {
    date.checked_sub(i64::from(date.weekday().since(week_start)).days()).ok()
}

fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

#[cfg(test)]
mod tests;
