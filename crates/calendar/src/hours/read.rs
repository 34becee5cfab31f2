//! Reading the notation: the part of it that people use, and for all else what is wrong and where.

use jiff::civil::Weekday;

use super::{DAY, Days, Holiday, Rule, Season, Span, State, Weeks};

/// What cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// At which letter, counted from one.
    pub at: usize,
    /// The word that stands there; empty at the end.
    pub word: String,
}

/// The longest text, in bytes, and the most rules.
const MAX_TEXT: usize = 500;
const MAX_RULES: usize = 40;
const DAYS: [(&str, Weekday); 7] = [
    ("Mo", Weekday::Monday),
    ("Tu", Weekday::Tuesday),
    ("We", Weekday::Wednesday),
    ("Th", Weekday::Thursday),
    ("Fr", Weekday::Friday),
    ("Sa", Weekday::Saturday),
    ("Su", Weekday::Sunday),
];
const MONTHS: [(&str, i8); 12] = [
    ("Jan", 31),
    ("Feb", 29),
    ("Mar", 31),
    ("Apr", 30),
    ("May", 31),
    ("Jun", 30),
    ("Jul", 31),
    ("Aug", 31),
    ("Sep", 30),
    ("Oct", 31),
    ("Nov", 30),
    ("Dec", 31),
];

type Read<T> = Result<T, Problem>;

/// Every rule of a text.
pub(super) fn hours(text: &str) -> Read<Vec<Rule>> {
    let mut cursor = Cursor { text, at: 0 };
    let mut rules = Vec::new();
    let mut more = false;
    cursor.space();
    loop {
        if text.len() > MAX_TEXT || rules.len() >= MAX_RULES {
            return Err(cursor.problem());
        }
        rules.push(rule(&mut cursor, more)?);
        cursor.space();
        if cursor.is_done() {
            return Ok(rules);
        }
        more = cursor.take(",");
        if !more && !cursor.take(";") {
            return Err(cursor.problem());
        }
        cursor.space();
        // A semicolon at the end is a habit.
        if !more && cursor.is_done() {
            return Ok(rules);
        }
    }
}

fn rule(cursor: &mut Cursor, more: bool) -> Read<Rule> {
    let begin = cursor.at;
    let mut rule = Rule {
        more,
        seasons: Vec::new(),
        weeks: Vec::new(),
        days: Vec::new(),
        holidays: Vec::new(),
        within_holidays: false,
        state: State::Open,
        spans: Vec::new(),
        comment: None,
    };
    seasons(cursor, &mut rule)?;
    weeks(cursor, &mut rule)?;
    days(cursor, &mut rule)?;
    cursor.take(":");
    cursor.space();
    let always = cursor.take("24/7");
    if !always {
        times(cursor, &mut rule)?;
    }
    cursor.space();
    state(cursor, &mut rule)?;
    if begin == cursor.at {
        return Err(cursor.problem());
    }
    if rule.spans.is_empty() && rule.state == State::Open {
        rule.spans.push(Span { opens: 0, closes: DAY, open_end: false });
    }
    Ok(rule)
}

fn state(cursor: &mut Cursor, rule: &mut Rule) -> Read<()> {
    if cursor.word("off") || cursor.word("closed") {
        rule.state = State::Closed;
    } else if cursor.word("unknown") {
        rule.state = State::Unsure;
    } else if cursor.take("by appointment") {
        rule.state = State::Unsure;
        rule.comment = Some("by appointment".to_owned());
    } else {
        cursor.word("open");
    }
    cursor.space();
    if cursor.take("\"") {
        let words = cursor.rest().split_once('"').map(|(words, _)| words.to_owned()).ok_or_else(|| cursor.problem())?;
        cursor.at += words.len() + 1;
        if rule.spans.is_empty() && rule.state == State::Open {
            rule.state = State::Unsure;
        }
        rule.comment = Some(words.trim().to_owned()).filter(|words| !words.is_empty());
    }
    Ok(())
}

fn seasons(cursor: &mut Cursor, rule: &mut Rule) -> Read<()> {
    while let Some((month, length)) = cursor.month() {
        let first = cursor.day_of_month(length)?;
        let mut season =
            Season { from: (month, first.unwrap_or(1)), to: (month, first.unwrap_or(length)), whole: first.is_none() };
        if cursor.take("-") {
            let (to, length) = match cursor.month() {
                Some(other) => other,
                None if first.is_some() => (month, length),
                None => return Err(cursor.problem()),
            };
            let last = cursor.day_of_month(length)?;
            season.to = (to, last.unwrap_or(length));
        }
        rule.seasons.push(season);
        if !cursor.continues(|next| next.month().is_some()) {
            break;
        }
    }
    cursor.space();
    Ok(())
}

fn weeks(cursor: &mut Cursor, rule: &mut Rule) -> Read<()> {
    if !cursor.word("week") {
        return Ok(());
    }
    cursor.space();
    loop {
        let first = cursor.number(1..=53)?;
        let last = if cursor.take("-") { cursor.number(1..=53)? } else { first };
        let every = if cursor.take("/") { cursor.number(1..=52)? } else { 1 };
        rule.weeks.push(Weeks { first, last, every });
        if !cursor.continues(|next| next.number(1..=53).is_ok()) {
            break;
        }
    }
    cursor.space();
    Ok(())
}

fn days(cursor: &mut Cursor, rule: &mut Rule) -> Read<()> {
    loop {
        if cursor.take("PH") {
            rule.holidays.push(Holiday::Public);
        } else if cursor.take("SH") {
            rule.holidays.push(Holiday::School);
        } else if let Some(first) = cursor.weekday() {
            rule.days.push(weekdays(cursor, first)?);
        } else {
            break;
        }
        if cursor.continues(|next| next.weekday().is_some() || next.take("PH") || next.take("SH")) {
            continue;
        }
        let mut next = *cursor;
        next.space();
        if rule.days.is_empty() && next.weekday().is_some() {
            rule.within_holidays = true;
            cursor.space();
            continue;
        }
        break;
    }
    cursor.space();
    Ok(())
}

fn weekdays(cursor: &mut Cursor, first: Weekday) -> Read<Days> {
    let mut last = first;
    if cursor.take("-") {
        last = cursor.weekday().ok_or_else(|| cursor.problem())?;
    }
    let mut nth = Vec::new();
    if cursor.take("[") {
        loop {
            let end = cursor.take("-");
            let from = cursor.number(1..=5)?;
            nth.push(if end { -from } else { from });
            if !end && cursor.take("-") {
                nth.extend(from + 1..=cursor.number(from..=5)?);
            }
            if !cursor.take(",") {
                break;
            }
        }
        if !cursor.take("]") {
            return Err(cursor.problem());
        }
    }
    Ok(Days { first, last, nth })
}

fn times(cursor: &mut Cursor, rule: &mut Rule) -> Read<()> {
    while cursor.rest().starts_with(|c: char| c.is_ascii_digit()) {
        let opens = cursor.clock(DAY)?;
        let (closes, open_end) = if cursor.take("+") {
            (DAY.max(opens), true)
        } else {
            cursor.space();
            if !cursor.take("-") && !cursor.take("–") {
                return Err(cursor.problem());
            }
            cursor.space();
            let closes = cursor.clock(2 * DAY)?;
            let past_midnight = closes <= opens;
            (if past_midnight { closes + DAY } else { closes }, cursor.take("+"))
        };
        rule.spans.push(Span { opens, closes, open_end });
        if !cursor.continues(|next| next.rest().starts_with(|c: char| c.is_ascii_digit())) {
            break;
        }
    }
    Ok(())
}

/// Where reading has come to.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn is_done(&self) -> bool {
        self.rest().is_empty()
    }

    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn take(&mut self, what: &str) -> bool {
        let there = self.rest().starts_with(what);
        self.at += if there { what.len() } else { 0 };
        there
    }

    /// As `take`, of a whole word.
    fn word(&mut self, word: &str) -> bool {
        let ends = self.rest().strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
        ends && self.take(word)
    }

    /// Takes a comma if what comes after it goes on with the same list.
    fn continues(&mut self, goes_on: impl Fn(&mut Self) -> bool) -> bool {
        let mut next = *self;
        next.space();
        if !next.take(",") {
            return false;
        }
        next.space();
        let begin = next;
        if goes_on(&mut next) {
            *self = begin;
            return true;
        }
        false
    }

    fn weekday(&mut self) -> Option<Weekday> {
        let (name, day) = DAYS.into_iter().find(|(name, _)| self.rest().starts_with(name))?;
        self.word(name).then_some(day)
    }

    fn month(&mut self) -> Option<(i8, i8)> {
        let ((name, length), month) =
            MONTHS.into_iter().zip(1..).find(|((name, _), _)| self.rest().starts_with(name))?;
        self.word(name).then_some((month, length))
    }

    /// The day after a month, unless the number is an hour.
    fn day_of_month(&mut self, length: i8) -> Read<Option<i8>> {
        let mut next = *self;
        next.space();
        let digits = next.rest().chars().take_while(char::is_ascii_digit).count();
        let clock = next.rest().get(digits..).is_some_and(|rest| rest.starts_with(':'));
        if digits == 0 || clock {
            return Ok(None);
        }
        self.space();
        self.number(1..=length).map(Some)
    }

    fn number(&mut self, range: std::ops::RangeInclusive<i8>) -> Read<i8> {
        let digits = self.rest().chars().take_while(char::is_ascii_digit).count();
        let number = self.rest().get(..digits).and_then(|digits| digits.parse().ok());
        let number = number.filter(|number| range.contains(number)).ok_or_else(|| self.problem())?;
        self.at += digits;
        Ok(number)
    }

    /// `9:00` or `09:00`, in minutes; `latest` at most.
    fn clock(&mut self, latest: u16) -> Read<u16> {
        let problem = self.problem();
        let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
        let (hours, rest) = self.rest().split_at_checked(digits(self.rest())).ok_or_else(|| problem.clone())?;
        let minutes = rest.strip_prefix(':').and_then(|rest| rest.get(..2)).filter(|minutes| digits(minutes) == 2);
        let (hour, minute): (u16, u16) = match (hours.parse(), minutes.map(str::parse)) {
            (Ok(hour), Some(Ok(minute))) if hours.len() <= 2 && hour <= 48 && minute < 60 => (hour, minute),
            _ => return Err(problem),
        };
        let at = hour * 60 + minute;
        if at > latest {
            return Err(problem);
        }
        self.at += hours.len() + 3;
        Ok(at)
    }

    fn problem(&self) -> Problem {
        let before = self.text.get(..self.at).unwrap_or_default().chars().count();
        let word = self.rest().split_whitespace().next().unwrap_or_default().chars().take(20).collect();
        Problem { at: before + 1, word }
    }
}
