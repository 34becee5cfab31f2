//! Days and times as people type them into tables: `Sa 05.12.`, `5. Dezember 2026`, `15 Uhr`, `15.00–17.30`, `3:00 PM`.

use domain::html;
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};

use crate::zone;

/// The longest cell that is read as a time, in bytes.
const MAX: usize = 120;
/// How many days a day without a year may lie back before the next one is meant.
const BACK: i64 = 60;

/// Whether the day or the month comes first where both are figures with slashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// `5/12/2026` is in December.
    #[default]
    DayFirst,
    /// `12/5/2026` is in December.
    MonthFirst,
}

impl Order {
    /// By what the cells can only mean, else by the language of the headings.
    pub(super) fn of<'a>(cells: impl Iterator<Item = &'a str>, english: bool) -> Self {
        for cell in cells {
            let mut figures = cell.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse::<u32>().ok());
            let (first, second) = (figures.next().unwrap_or_default(), figures.next().unwrap_or_default());
            if cell.contains('/') && (13..=31).contains(&first) {
                return Self::DayFirst;
            }
            if cell.contains('/') && (13..=31).contains(&second) {
                return Self::MonthFirst;
            }
        }
        if english { Self::MonthFirst } else { Self::DayFirst }
    }
}

/// The cells of a row that say when.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cells<'a> {
    /// The day it begins, perhaps with the time.
    pub start: Option<&'a str>,
    /// The time it begins, perhaps also when it ends.
    pub time: Option<&'a str>,
    /// The day or the time it ends, or both.
    pub end: Option<&'a str>,
    /// The time it ends.
    pub end_time: Option<&'a str>,
    /// When the doors open.
    pub doors: Option<&'a str>,
    /// Whether it is said to take whole days.
    pub all_day: bool,
}

/// When an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// When it begins.
    pub start: Timestamp,
    /// When it ends, if that is said.
    pub end: Option<Timestamp>,
    /// Whether it takes whole days.
    pub all_day: bool,
    /// When the doors open.
    pub doors: Option<Timestamp>,
}

/// Reads days and times of one table.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// The zone of times that name none.
    pub zone: &'a TimeZone,
    /// Now: a day without a year is the next one.
    pub now: Timestamp,
    /// Which figure comes first.
    pub order: Order,
}

/// What a cell says.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Said {
    moment: Option<Timestamp>,
    day: Option<Date>,
    time: Option<Time>,
    until: Option<Time>,
}

impl Reader<'_> {
    /// When the cells of a row say that it is; else the message that says what is wrong with them.
    pub fn read(&self, cells: &Cells) -> Result<When, &'static str> {
        let start = self.cell(cells.start.ok_or("import-start-missing")?)?;
        let time = cells.time.filter(|text| !is_all_day(text)).map(|text| self.cell(text)).transpose()?;
        let end = cells.end.map(|text| self.cell(text)).transpose()?.unwrap_or_default();
        let end_time = cells.end_time.map(|text| self.cell(text)).transpose()?.unwrap_or_default();
        let doors = cells.doors.map(|text| self.cell(text)).transpose()?.unwrap_or_default().time;
        if let Some(moment) = start.moment {
            return Ok(When { start: moment, end: end.moment, all_day: false, doors: None });
        }
        let first = start.day.ok_or("import-date")?;
        let last = end.day.unwrap_or(first);
        let time = time.unwrap_or_default();
        let begins = time.time.or(start.time);
        let ends = end_time.time.or(end.time).or(time.until).or(start.until);
        // Programs write whole days as midnight to midnight.
        let Some(begins) = begins.filter(|_| !cells.all_day) else {
            let after = if end.time == Some(Time::midnight()) && last > first { last } else { Self::next(last)? };
            let (start, end) = (self.at(first, Time::midnight())?, self.at(after, Time::midnight())?);
            return Ok(When { start, end: Some(end), all_day: true, doors: None });
        };
        let start = self.at(first, begins)?;
        let end = match (end.day, ends) {
            (None, Some(ends)) if ends <= begins => Some(self.at(Self::next(first)?, ends)?),
            (_, Some(ends)) => Some(self.at(last, ends)?),
            (Some(day), None) if day > first => Some(self.at(Self::next(day)?, Time::midnight())?),
            (_, None) => None,
        };
        let doors = doors.map(|doors| self.at(first, doors)).transpose()?.filter(|doors| *doors <= start);
        Ok(When { start, end, all_day: false, doors })
    }

    fn next(day: Date) -> Result<Date, &'static str> {
        day.checked_add(1.day()).map_err(|_| "import-date-range")
    }

    fn at(&self, day: Date, time: Time) -> Result<Timestamp, &'static str> {
        if !(1970..2100).contains(&day.year()) {
            return Err("import-date-range");
        }
        zone::instant(DateTime::from_parts(day, time), self.zone).ok_or("import-date-range")
    }

    fn cell(&self, text: &str) -> Result<Said, &'static str> {
        let text = html::cut(text, MAX).trim();
        if let Some(said) = iso(text) {
            return Ok(said);
        }
        let (day, rest) = self.day(text)?;
        let (time, until) = times(rest.trim())?;
        if day.is_none() && time.is_none() {
            return Err("import-date");
        }
        Ok(Said { moment: None, day, time, until })
    }

    /// The day a text begins with, and the rest.
    fn day<'t>(&self, text: &'t str) -> Result<(Option<Date>, &'t str), &'static str> {
        let (weekday, rest) = weekday(text);
        let figures = |text: &'t str| {
            let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            text.split_at(end)
        };
        let (first, rest) = figures(rest);
        let Some(sign) = rest.chars().next().filter(|_| !first.is_empty()) else { return Ok((None, text)) };
        let rest = rest.get(sign.len_utf8()..).unwrap_or_default();
        let (first, month, rest) = match sign {
            '.' | '/' | ' ' => match named_month(rest.trim_start()) {
                Some((month, rest)) => (first, month, rest.trim_start()),
                None if sign == ' ' => return Ok((None, text)),
                None => {
                    let (second, rest) = figures(rest.trim_start());
                    let ends = rest.strip_prefix(sign);
                    // "15.00" is a time, "5.12." and "5.12.2026" are days, and so is "5/12".
                    let Some(rest) = ends.or((sign == '/').then_some(rest)).or(weekday.map(|_| rest)) else {
                        return Ok((None, text));
                    };
                    let month_first = sign == '/' && self.order == Order::MonthFirst;
                    let (day, month) = if month_first { (second, first) } else { (first, second) };
                    (day, month.parse().map_err(|_| "import-date")?, rest.trim_start())
                }
            },
            _ => return Ok((None, text)),
        };
        let day: i8 = first.parse().map_err(|_| "import-date")?;
        let (year, after) = figures(rest);
        // Behind a day without a year its time may follow at once.
        let is_year =
            matches!(year.len(), 2 | 4) && !after.trim_start().starts_with([':', '.', 'U', 'u', 'h', '-', '–']);
        let year = is_year.then(|| year.parse::<i16>().ok()).flatten();
        let rest = if is_year { after } else { rest };
        let rest = rest.trim_start_matches([',', ' ', '\u{a0}']);
        let date = match year {
            Some(short) if short < 100 => Date::new(2000 + short, month, day),
            Some(year) => Date::new(year, month, day),
            None => return Ok((Some(self.next_of(month, day, weekday)?), rest)),
        };
        let date = date.map_err(|_| "import-date")?;
        if weekday.is_some_and(|weekday| weekday != date.weekday()) {
            return Err("import-weekday");
        }
        Ok((Some(date), rest))
    }

    /// The next such day, from two months ago on; with a weekday the next that falls on it.
    fn next_of(&self, month: i8, day: i8, weekday: Option<Weekday>) -> Result<Date, &'static str> {
        let earliest = self.now.saturating_sub(SignedDuration::from_hours(24 * BACK)).unwrap_or(self.now);
        let earliest: Zoned = earliest.to_zoned(self.zone.clone());
        let years = (0..9).map(|ahead| earliest.year().saturating_add(ahead));
        let days = years.filter_map(|year| Date::new(year, month, day).ok()).filter(|date| *date >= earliest.date());
        let mut days = days.take(if weekday.is_some() { 2 } else { 1 }).peekable();
        if days.peek().is_none() {
            return Err("import-date");
        }
        days.find(|date| weekday.is_none_or(|weekday| weekday == date.weekday())).ok_or("import-weekday")
    }
}

/// `2026-12-05`, `2026-12-05T15:00`, `2026-12-05 15:00:00`, with an offset or without.
fn iso(text: &str) -> Option<Said> {
    let is_iso =
        text.get(4..5) == Some("-") && text.get(..4).is_some_and(|year| year.bytes().all(|b| b.is_ascii_digit()));
    if !is_iso {
        return None;
    }
    if let Ok(moment) = text.replacen(' ', "T", 1).parse::<Timestamp>() {
        return Some(Said { moment: Some(moment), ..Said::default() });
    }
    let day = text.get(..10)?.parse().ok();
    let rest = text.get(10..)?.trim_start_matches(['T', ' ']);
    let (time, until) = if rest.is_empty() { (None, None) } else { times(rest).ok()? };
    day.map(|day| Said { moment: None, day: Some(day), time, until })
}

const WEEKDAYS: [(Weekday, [&str; 4]); 7] = [
    (Weekday::Monday, ["montag", "monday", "mon", "mo"]),
    (Weekday::Tuesday, ["dienstag", "tuesday", "tue", "di"]),
    (Weekday::Wednesday, ["mittwoch", "wednesday", "wed", "mi"]),
    (Weekday::Thursday, ["donnerstag", "thursday", "thu", "do"]),
    (Weekday::Friday, ["freitag", "friday", "fri", "fr"]),
    (Weekday::Saturday, ["samstag", "saturday", "sat", "sa"]),
    (Weekday::Sunday, ["sonntag", "sunday", "sun", "so"]),
];

const MONTHS: [[&str; 4]; 12] = [
    ["januar", "january", "jan", "jän"],
    ["februar", "february", "feb", "feb"],
    ["märz", "march", "mär", "mar"],
    ["april", "april", "apr", "apr"],
    ["mai", "may", "mai", "may"],
    ["juni", "june", "jun", "jun"],
    ["juli", "july", "jul", "jul"],
    ["august", "august", "aug", "aug"],
    ["september", "september", "sept", "sep"],
    ["oktober", "october", "okt", "oct"],
    ["november", "november", "nov", "nov"],
    ["dezember", "december", "dez", "dec"],
];

/// The word a text begins with, in small letters, and the rest.
fn word(text: &str) -> (String, &str) {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    (word.to_lowercase(), rest)
}

fn weekday(text: &str) -> (Option<Weekday>, &str) {
    let (word, rest) = word(text);
    match WEEKDAYS.iter().find(|(_, names)| names.contains(&word.as_str())) {
        Some((weekday, _)) => (Some(*weekday), rest.trim_start_matches(['.', ',', ' ', '\u{a0}'])),
        None => (None, text),
    }
}

fn named_month(text: &str) -> Option<(i8, &str)> {
    let (word, rest) = word(text);
    let index = MONTHS.iter().position(|names| names.contains(&word.as_str()))?;
    Some((i8::try_from(index + 1).ok()?, rest.trim_start_matches('.')))
}

fn is_all_day(text: &str) -> bool {
    matches!(text.to_lowercase().trim(), "ganztägig" | "ganztags" | "all day" | "all-day")
}

/// One time or a stretch: `15 Uhr`, `15:00`, `15.00–17.30`, `15 bis 17 Uhr`, `ab 19 Uhr`, `3:00 PM`.
fn times(text: &str) -> Result<(Option<Time>, Option<Time>), &'static str> {
    if text.is_empty() || is_all_day(text) {
        return Ok((None, None));
    }
    let text = text.to_lowercase().replace(['–', '—', '−'], "-").replace(" bis ", "-").replace(" to ", "-");
    let text = text.trim_start_matches("ab ").trim_start_matches("von ").trim_start_matches("um ");
    let (first, last) = text.split_once('-').map_or((text, None), |(first, last)| (first, Some(last)));
    let last = last.map(str::trim).filter(|last| !last.is_empty());
    Ok((Some(clock(first)?), last.map(clock).transpose()?))
}

fn clock(text: &str) -> Result<Time, &'static str> {
    let text = text.trim().trim_end_matches("uhr").trim_end_matches('h').trim();
    let (text, after_noon) = match (text.strip_suffix("pm"), text.strip_suffix("am")) {
        (Some(text), _) => (text.trim(), Some(true)),
        (_, Some(text)) => (text.trim(), Some(false)),
        _ => (text, None),
    };
    let mut parts = text.split([':', '.']).map(str::trim);
    let figure = |part: &str| -> Result<i8, &'static str> {
        if part.is_empty() || part.len() > 2 { Err("import-time") } else { part.parse().map_err(|_| "import-time") }
    };
    let hour = figure(parts.next().unwrap_or_default())?;
    let minute = parts.next().map(figure).transpose()?.unwrap_or_default();
    let second = parts.next().map(figure).transpose()?.unwrap_or_default();
    if parts.next().is_some() {
        return Err("import-time");
    }
    let hour = match after_noon {
        Some(true) if hour < 12 => hour + 12,
        Some(false) if hour == 12 => 0,
        _ => hour,
    };
    // "24 Uhr" ends the day.
    let hour = if hour == 24 && minute == 0 { 0 } else { hour };
    Time::new(hour, minute, second, 0).map_err(|_| "import-time")
}
