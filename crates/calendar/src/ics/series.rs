//! The occurrences of a series: its rules and single dates, without its exceptions.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp, ToSpan};

use super::Fault;
use super::component::Component;
use super::line::Line;
use super::times::{self, Lasting, Times, Zones};
use super::value::Moment;
use crate::recurrence::days::{self, Window};
use crate::recurrence::rule::Rule;

/// The most occurrences of one series.
const MAX_OCCURRENCES: usize = 730;
/// How many years back the last occurrence of a series that is over is looked for.
const YEARS_BACK: usize = 30;
/// The most single dates (`RDATE`, `EXDATE`) of one series.
const MAX_DATES: usize = 2_000;
/// The most rules of one series; one is usual.
const MAX_RULES: usize = 4;

/// One of a series.
#[derive(Clone, Debug)]
pub(super) struct Occurrence {
    /// When it starts.
    pub(super) start: Moment,
    /// How long it lasts.
    pub(super) lasting: Lasting,
}

/// What a series is told from.
pub(super) struct Series<'a> {
    /// The event that names the rules.
    pub(super) event: &'a Component,
    /// When its first takes place.
    pub(super) times: &'a Times,
    /// The zones of its calendar.
    pub(super) zones: &'a Zones<'a>,
}

/// Whether an event repeats.
pub(super) fn is_series(event: &Component) -> bool {
    ["RRULE", "RDATE"].into_iter().any(|name| filled(event, name).next().is_some())
}

impl Series<'_> {
    /// The occurrences in `window`; of a series that has none there, the last one before it or the first one after it,
    /// so that nothing a club hands over is lost.
    pub(super) fn told(&self, window: Window, effort: &mut i64) -> Result<BTreeMap<Timestamp, Occurrence>, Fault> {
        let found = self.occurrences(window, effort)?;
        let Some(begin) = self.date_of(&self.times.start).filter(|_| found.is_empty()) else { return Ok(found) };
        if begin > window.last {
            return self.occurrences(Window { first: begin, last: begin }, effort);
        }
        let mut last = window.first;
        for _ in 0..YEARS_BACK {
            let year = Window { first: last.saturating_sub(1.year()), last: last.saturating_sub(1.day()) };
            if let Some((at, occurrence)) = self.occurrences(year, effort)?.pop_last() {
                return Ok(BTreeMap::from([(at, occurrence)]));
            }
            if year.first < begin {
                break;
            }
            last = year.first;
        }
        Ok(found)
    }

    /// The occurrences in `window` by their original starts.
    fn occurrences(&self, window: Window, effort: &mut i64) -> Result<BTreeMap<Timestamp, Occurrence>, Fault> {
        let mut found = BTreeMap::new();
        for date in self.days_of("RRULE", window, effort)? {
            self.insert(&mut found, self.on(date), self.times.lasting.clone());
        }
        if filled(self.event, "RRULE").next().is_none() && self.in_window(&self.times.start, window) {
            self.insert(&mut found, self.times.start.clone(), self.times.lasting.clone());
        }
        for (line, text) in self.single_dates("RDATE")? {
            let (start, lasting) = self.extra(line, text)?;
            if self.in_window(&start, window) {
                self.insert(&mut found, start, lasting);
            }
        }
        let left_out: BTreeSet<Date> = self.days_of("EXRULE", window, effort)?.into_iter().collect();
        found.retain(|_, occurrence| self.date_of(&occurrence.start).is_none_or(|date| !left_out.contains(&date)));
        self.take_out_exceptions(&mut found)?;
        if found.len() > MAX_OCCURRENCES {
            return Err(Fault { line: self.event.line, why: "import-rule-long" });
        }
        Ok(found)
    }

    /// The original start that a `RECURRENCE-ID` or `EXDATE` of this series means: a day means that day's occurrence.
    pub(super) fn original(&self, moment: &Moment) -> Option<Timestamp> {
        let moment = match (moment, &self.times.start) {
            (Moment::Day(date), Moment::Time(..)) => self.on(*date),
            (Moment::Time(..), Moment::Day(_)) => Moment::Day(moment.as_day(&self.zones.default)?),
            _ => moment.clone(),
        };
        moment.instant(&self.zones.default)
    }

    /// The start of the occurrence at `original`, as this series tells times.
    pub(super) fn moment(&self, original: Timestamp) -> Moment {
        let zone = self.times.zone(self.zones);
        let local = zone.to_datetime(original);
        match &self.times.start {
            Moment::Day(_) => Moment::Day(local.date()),
            Moment::Time(..) => Moment::Time(local, zone.clone()),
        }
    }

    fn days_of(&self, name: &str, window: Window, effort: &mut i64) -> Result<Vec<Date>, Fault> {
        let start = self.local_start();
        let mut days = Vec::new();
        for line in filled(self.event, name).take(MAX_RULES) {
            let fault = Fault::at(line.number);
            let rule = Rule::parse(&line.value, start, self.times.zone(self.zones)).map_err(&fault)?;
            days.extend(days::dates(&rule, start, window, effort).map_err(&fault)?);
        }
        Ok(days)
    }

    fn take_out_exceptions(&self, found: &mut BTreeMap<Timestamp, Occurrence>) -> Result<(), Fault> {
        for (line, text) in self.single_dates("EXDATE")? {
            let moment = self.zones.moment(line, text, self.times.zone(self.zones))?;
            if let Some(at) = self.original(&moment) {
                found.remove(&at);
            }
        }
        Ok(())
    }

    /// The values of all properties of that name, with their lines.
    fn single_dates(&self, name: &str) -> Result<Vec<(&Line, &str)>, Fault> {
        let mut dates = Vec::new();
        for line in filled(self.event, name) {
            dates.extend(
                line.value
                    .split(',')
                    .filter(|text| !text.trim().is_empty())
                    .take(MAX_DATES + 1)
                    .map(|text| (line, text)),
            );
            if dates.len() > MAX_DATES {
                return Err(Fault { line: line.number, why: "import-dates-many" });
            }
        }
        Ok(dates)
    }

    /// An `RDATE`: a start, or a period with its own length.
    fn extra(&self, line: &Line, text: &str) -> Result<(Moment, Lasting), Fault> {
        let zone = self.times.zone(self.zones);
        let Some((start, end)) = text.split_once('/') else {
            let start = self.zones.moment(line, text, zone)?;
            return Ok((self.like_the_first(start), self.times.lasting.clone()));
        };
        let start = self.zones.moment(line, start, zone)?;
        let fault = Fault::at(line.number);
        let lasting = if end.trim().starts_with(['P', 'p', '+']) {
            times::for_length(&start, end).ok_or_else(|| fault("import-duration"))?
        } else {
            times::until(&start, &self.zones.moment(line, end, zone)?, self.zones).map_err(fault)?
        };
        Ok((start, lasting))
    }

    /// A day added to a series of times takes place at their time, and the other way round.
    fn like_the_first(&self, start: Moment) -> Moment {
        match (&start, &self.times.start) {
            (Moment::Day(date), Moment::Time(..)) => self.on(*date),
            (Moment::Time(..), Moment::Day(_)) => start.as_day(&self.zones.default).map_or(start, Moment::Day),
            _ => start,
        }
    }

    fn insert(&self, found: &mut BTreeMap<Timestamp, Occurrence>, start: Moment, lasting: Lasting) {
        if let Some(at) = start.instant(&self.zones.default) {
            found.insert(at, Occurrence { start, lasting });
        }
    }

    /// The occurrence on `date`, at the clock time of the first.
    fn on(&self, date: Date) -> Moment {
        match &self.times.start {
            Moment::Day(_) => Moment::Day(date),
            Moment::Time(local, zone) => Moment::Time(date.to_datetime(local.time()), zone.clone()),
        }
    }

    fn local_start(&self) -> DateTime {
        match &self.times.start {
            Moment::Day(date) => date.to_datetime(Time::midnight()),
            Moment::Time(local, _) => *local,
        }
    }

    fn date_of(&self, start: &Moment) -> Option<Date> {
        start.date_in(self.times.zone(self.zones))
    }

    fn in_window(&self, start: &Moment, window: Window) -> bool {
        self.date_of(start).is_some_and(|date| window.contains(date))
    }
}

/// The properties of that name that say anything.
fn filled<'e>(event: &'e Component, name: &str) -> impl Iterator<Item = &'e Line> {
    event.all(name).filter(|line| !line.value.trim().is_empty())
}
