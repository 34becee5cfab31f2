//! Rules of repetition (RECUR, RFC 5545 section 3.3.10), as far as a neighbourhood needs them: daily and slower.

use std::fmt;

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;

use crate::ics::value::{self, Moment};
use crate::zone;

/// The most dates a rule may count.
pub(crate) const MAX_COUNT: usize = 730;
/// The most numbers in one list; there are no more days in a year.
const MAX_LIST: usize = 366;

/// The last second of a day, which `UNTIL` means where it names a day.
const END_OF_DAY: Time = Time::constant(23, 59, 59, 0);
/// The weekdays as rules write them, from Monday.
const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

/// From Monday to Friday.
pub(super) const WORKDAYS: [Weekday; 5] =
    [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday, Weekday::Friday];

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is said by its name")]
pub enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// A checked rule. An empty list does not limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(super) frequency: Frequency,
    /// Every how many periods, from 1.
    pub(super) interval: i32,
    pub(super) count: Option<usize>,
    /// The last clock time, in the zone of the series.
    pub(super) until: Option<DateTime>,
    pub(super) months: Vec<i16>,
    pub(super) month_days: Vec<i16>,
    pub(super) year_days: Vec<i16>,
    pub(super) weeks: Vec<i16>,
    /// Which weekday, and the how manieth of its month or year; 0 for every.
    pub(super) weekdays: Vec<(i16, Weekday)>,
    pub(super) positions: Vec<i16>,
    pub(super) week_start: Weekday,
}

impl Rule {
    /// Reads the rule of a series that starts at `start` in `zone`; what it leaves out is filled in from there.
    pub(crate) fn parse(text: &str, start: DateTime, zone: &TimeZone) -> Result<Self, &'static str> {
        Ok(Self::read(text, Some(start.time()), zone)?.filled(start.date()))
    }

    /// Reads what a rule says and no more; `clock` is the time of day that its clock parts may repeat.
    pub(super) fn read(text: &str, clock: Option<Time>, zone: &TimeZone) -> Result<Self, &'static str> {
        let mut rule = Self::every(Frequency::Daily);
        let mut frequency = None;
        for part in text.trim().split(';').filter(|part| !part.is_empty()) {
            let (key, value) = part.split_once('=').ok_or("import-rule")?;
            let (key, value) = (key.trim().to_ascii_uppercase(), value.trim().to_ascii_uppercase());
            if key == "FREQ" {
                frequency = Some(frequency_named(&value)?);
            } else if !value.is_empty() {
                rule.take(&key, &value, clock, zone)?;
            }
        }
        rule.frequency = frequency.ok_or("import-rule")?;
        if matches!(rule.frequency, Frequency::Daily | Frequency::Weekly) {
            rule.weekdays.iter_mut().for_each(|(nth, _)| *nth = 0);
        }
        Ok(rule)
    }

    /// A rule that limits nothing.
    pub(super) fn every(frequency: Frequency) -> Self {
        Self {
            frequency,
            interval: 1,
            count: None,
            until: None,
            months: Vec::new(),
            month_days: Vec::new(),
            year_days: Vec::new(),
            weeks: Vec::new(),
            weekdays: Vec::new(),
            positions: Vec::new(),
            week_start: Weekday::Monday,
        }
    }

    fn take(&mut self, key: &str, value: &str, clock: Option<Time>, zone: &TimeZone) -> Result<(), &'static str> {
        match key {
            "INTERVAL" => self.interval = interval(value)?,
            // Written by some for "without end".
            "COUNT" if value == "-1" => {}
            "COUNT" => self.count = Some(count(value)?),
            "UNTIL" => self.until = Some(until(value, zone)?),
            "BYMONTH" => self.months = numbers(value, 1, 12)?,
            "BYMONTHDAY" => self.month_days = numbers(value, -31, 31)?,
            "BYYEARDAY" => self.year_days = numbers(value, -366, 366)?,
            "BYWEEKNO" => self.weeks = numbers(value, -53, 53)?,
            "BYSETPOS" => self.positions = numbers(value, -366, 366)?,
            "BYDAY" => self.weekdays = list(value, weekday_of)?,
            "WKST" => self.week_start = weekday(value)?,
            "BYHOUR" => same_clock(value, clock.map(Time::hour))?,
            "BYMINUTE" => same_clock(value, clock.map(Time::minute))?,
            "BYSECOND" => same_clock(value, clock.map(Time::second))?,
            // RFC 7529, in the form that changes nothing.
            "RSCALE" if value == "GREGORIAN" => {}
            "SKIP" if value == "OMIT" => {}
            _ if key.starts_with("X-") => {}
            _ => return Err("import-rule-unknown"),
        }
        Ok(())
    }

    /// "Information missing from the rule is taken from DTSTART" (section 3.3.10).
    pub(super) fn filled(mut self, start: Date) -> Self {
        self.fill_in(start);
        self
    }

    fn fill_in(&mut self, start: Date) {
        let no_day = self.month_days.is_empty() && self.year_days.is_empty() && self.weekdays.is_empty();
        match self.frequency {
            Frequency::Weekly if self.weekdays.is_empty() => self.weekdays.push((0, start.weekday())),
            Frequency::Monthly if no_day => self.month_days.push(start.day().into()),
            Frequency::Yearly if no_day && !self.weeks.is_empty() => self.weekdays.push((0, start.weekday())),
            Frequency::Yearly if no_day => {
                self.month_days.push(start.day().into());
                if self.months.is_empty() {
                    self.months.push(start.month().into());
                }
            }
            _ => {}
        }
    }
}

/// As `RRULE` writes it, times of the day in the zone of the series.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frequency = match self.frequency {
            Frequency::Daily => "DAILY",
            Frequency::Weekly => "WEEKLY",
            Frequency::Monthly => "MONTHLY",
            Frequency::Yearly => "YEARLY",
        };
        write!(f, "FREQ={frequency}")?;
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        if let Some(until) = self.until {
            write!(f, ";UNTIL={}", written(until))?;
        }
        let lists = [
            ("BYMONTH", &self.months),
            ("BYWEEKNO", &self.weeks),
            ("BYYEARDAY", &self.year_days),
            ("BYMONTHDAY", &self.month_days),
            ("BYSETPOS", &self.positions),
        ];
        for (name, numbers) in lists.into_iter().filter(|(_, numbers)| !numbers.is_empty()) {
            write!(f, ";{name}={}", joined(numbers.iter()))?;
        }
        if !self.weekdays.is_empty() {
            write!(f, ";BYDAY={}", joined(self.weekdays.iter().map(|(nth, day)| by_day(*nth, *day))))?;
        }
        if self.week_start != Weekday::Monday {
            write!(f, ";WKST={}", by_day(0, self.week_start))?;
        }
        Ok(())
    }
}

/// A last day as a day, a last moment as one.
fn written(until: DateTime) -> String {
    let form = if until.time() == END_OF_DAY { "%Y%m%d" } else { "%Y%m%dT%H%M%S" };
    until.strftime(form).to_string()
}

fn joined<T: ToString>(parts: impl Iterator<Item = T>) -> String {
    parts.map(|part| part.to_string()).collect::<Vec<_>>().join(",")
}

fn by_day(nth: i16, weekday: Weekday) -> String {
    let name = WEEKDAYS.into_iter().find(|(_, day)| *day == weekday).map_or("", |(name, _)| name);
    if nth == 0 { name.to_owned() } else { format!("{nth}{name}") }
}

fn frequency_named(name: &str) -> Result<Frequency, &'static str> {
    match name {
        "DAILY" => Ok(Frequency::Daily),
        "WEEKLY" => Ok(Frequency::Weekly),
        "MONTHLY" => Ok(Frequency::Monthly),
        "YEARLY" => Ok(Frequency::Yearly),
        "HOURLY" | "MINUTELY" | "SECONDLY" => Err("import-rule-frequent"),
        _ => Err("import-rule"),
    }
}

fn interval(value: &str) -> Result<i32, &'static str> {
    value.parse().ok().filter(|interval| (1..=100_000).contains(interval)).ok_or("import-rule")
}

fn count(value: &str) -> Result<usize, &'static str> {
    let figures = value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse() {
        Ok(0) => Err("import-rule"),
        Ok(count) if count <= MAX_COUNT => Ok(count),
        _ if figures => Err("import-rule-long"),
        _ => Err("import-rule"),
    }
}

/// The last second of `day`.
pub(super) fn end_of(day: Date) -> DateTime {
    day.to_datetime(END_OF_DAY)
}

fn until(value: &str, local_zone: &TimeZone) -> Result<DateTime, &'static str> {
    match value::moment(value, local_zone)? {
        Moment::Day(date) => Ok(end_of(date)),
        // "For ever" is often the last second of the year 9999, which has no instant in every zone.
        Moment::Time(local, own) => Ok(zone::instant(local, &own).map_or(local, |at| local_zone.to_datetime(at))),
    }
}

/// Takes a clock part only if it is one number that DTSTART has anyway: nothing here repeats within a day.
fn same_clock(value: &str, start: Option<i8>) -> Result<(), &'static str> {
    if value.parse().ok() == start && start.is_some() { Ok(()) } else { Err("import-rule-clock") }
}

fn numbers(value: &str, least: i16, most: i16) -> Result<Vec<i16>, &'static str> {
    list(value, |part| part.parse().ok().filter(|number| *number != 0 && (least..=most).contains(number)))
}

fn list<T: PartialEq>(value: &str, one: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, &'static str> {
    let mut found = Vec::new();
    for part in value.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let part = one(part).ok_or("import-rule")?;
        if !found.contains(&part) {
            found.push(part);
        }
        if found.len() > MAX_LIST {
            return Err("import-rule");
        }
    }
    Ok(found)
}

/// `MO`, `2TU`, `-1SU`.
fn weekday_of(text: &str) -> Option<(i16, Weekday)> {
    let (nth, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let nth = if nth.is_empty() { 0 } else { nth.parse().ok().filter(|nth| *nth != 0 && (-53..=53).contains(nth))? };
    Some((nth, weekday(name).ok()?))
}

fn weekday(name: &str) -> Result<Weekday, &'static str> {
    WEEKDAYS.into_iter().find(|(known, _)| *known == name).map(|(_, day)| day).ok_or("import-rule")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Rule, &'static str> {
        Rule::parse(text, "2026-12-05T15:00".parse().unwrap(), &TimeZone::UTC)
    }

    #[test]
    fn common_rules_are_read() {
        let rule = parse("FREQ=MONTHLY;INTERVAL=2;BYDAY=-1SU,2TU;WKST=SU;UNTIL=20270101").unwrap();
        assert_eq!(rule.weekdays, [(-1, Weekday::Sunday), (2, Weekday::Tuesday)]);
        assert_eq!((rule.interval, rule.week_start), (2, Weekday::Sunday));
        assert_eq!(rule.until.unwrap().to_string(), "2027-01-01T23:59:59");
        assert_eq!(parse("freq=weekly;byday=;byhour=15;byminute=0;").unwrap().weekdays, [(0, Weekday::Saturday)]);
        assert_eq!(parse("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=OMIT").unwrap().months, [12]);
    }

    #[test]
    fn each_kind_of_bad_rule_has_its_own_reason() {
        for (text, why) in [
            ("FREQ=SECONDLY", "import-rule-frequent"),
            ("FREQ=HOURLY;COUNT=3", "import-rule-frequent"),
            ("FREQ=DAILY;COUNT=1000000000", "import-rule-long"),
            ("FREQ=DAILY;COUNT=99999999999999999999999", "import-rule-long"),
            ("FREQ=DAILY;COUNT=0", "import-rule"),
            ("FREQ=DAILY;COUNT=-2", "import-rule"),
            ("FREQ=DAILY;BYHOUR=9,10", "import-rule-clock"),
            ("FREQ=DAILY;BYMINUTE=30", "import-rule-clock"),
            ("FREQ=DAILY;INTERVAL=0", "import-rule"),
            ("FREQ=DAILY;UNTIL=morgen", "import-date"),
            ("FREQ=DAILY;RSCALE=HEBREW", "import-rule-unknown"),
            ("FREQ=MONTHLY;BYDAY=0MO", "import-rule"),
            ("FREQ=MONTHLY;BYDAY=ÄÖ", "import-rule"),
            ("BYDAY=MO", "import-rule"),
            ("FREQ=NEVER", "import-rule"),
            ("", "import-rule"),
            ("jeden Dienstag", "import-rule"),
        ] {
            assert_eq!(parse(text).unwrap_err(), why, "{text}");
        }
    }
}
