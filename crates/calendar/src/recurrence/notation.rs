//! A series as one line of text, in databases and forms.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::rule::Rule;
use super::{Exceptions, MAX_DATES, Problem, Recurrence, Weeks};
use crate::ics::value::{self, Moment};

/// The longest line that is read, in bytes: twice the most dates, and a rule.
const MAX_BYTES: usize = 20_000;

impl fmt::Display for Recurrence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Exceptions { weeks, school_holidays, public_holidays, left_out, added } = &self.exceptions;
        write!(f, "{}", self.rule)?;
        if let Some(weeks) = weeks {
            write!(f, ";X-WEEKS={}", if *weeks == Weeks::Even { "EVEN" } else { "ODD" })?;
        }
        for (name, land) in [("X-SCHOOL", school_holidays), ("X-PUBLIC", public_holidays)] {
            if let Some(land) = land {
                write!(f, ";{name}={land}")?;
            }
        }
        for (name, dates) in [("X-NOT", left_out), ("X-ALSO", added)] {
            if !dates.is_empty() {
                let dates: Vec<String> = dates.iter().map(|date| date.strftime("%Y%m%d").to_string()).collect();
                write!(f, ";{name}={}", dates.join(","))?;
            }
        }
        Ok(())
    }
}

impl FromStr for Recurrence {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        if text.len() > MAX_BYTES {
            return Err(Problem::Rule("import-dates-many"));
        }
        let rule = Rule::read(text, None, &TimeZone::UTC).map_err(Problem::Rule)?;
        let mut exceptions = Exceptions::default();
        for (key, value) in text.split(';').filter_map(|part| part.split_once('=')) {
            take(&mut exceptions, &key.trim().to_ascii_uppercase(), value.trim())?;
        }
        Ok(Self { rule, exceptions })
    }
}

fn take(exceptions: &mut Exceptions, key: &str, value: &str) -> Result<(), Problem> {
    let unreadable = Problem::Rule("import-rule");
    match key {
        "X-WEEKS" if value.eq_ignore_ascii_case("EVEN") => exceptions.weeks = Some(Weeks::Even),
        "X-WEEKS" if value.eq_ignore_ascii_case("ODD") => exceptions.weeks = Some(Weeks::Odd),
        "X-SCHOOL" => exceptions.school_holidays = Some(value.parse().map_err(|_| unreadable)?),
        "X-PUBLIC" => exceptions.public_holidays = Some(value.parse().map_err(|_| unreadable)?),
        "X-NOT" => exceptions.left_out = dates(value)?,
        "X-ALSO" => exceptions.added = dates(value)?,
        _ if key.starts_with("X-") => return Err(Problem::Rule("import-rule-unknown")),
        _ => {}
    }
    Ok(())
}

fn dates(value: &str) -> Result<BTreeSet<Date>, Problem> {
    let mut dates = BTreeSet::new();
    for part in value.split(',').filter(|part| !part.trim().is_empty()) {
        let Ok(Moment::Day(date)) = value::moment(part, &TimeZone::UTC) else {
            return Err(Problem::Rule("import-date"));
        };
        dates.insert(date);
        if dates.len() > MAX_DATES {
            return Err(Problem::Rule("import-dates-many"));
        }
    }
    Ok(dates)
}

impl TryFrom<String> for Recurrence {
    type Error = Problem;

    fn try_from(text: String) -> Result<Self, Problem> {
        text.parse()
    }
}

impl From<Recurrence> for String {
    fn from(series: Recurrence) -> Self {
        series.to_string()
    }
}
