//! Opening hours as a sentence: `Mo–Fr 9–12 Uhr, Mi auch 14–18 Uhr; an Feiertagen geschlossen`.

use domain::language::Language;
use domain::messages::{text, text_with};
use jiff::civil::Weekday;

use super::{DAY, Days, Holiday, Hours, Rule, Season, Span, State, Weeks};

impl Hours {
    /// Every rule in words.
    pub fn words(&self, language: Language) -> String {
        let mut sentence = String::new();
        for rule in &self.rules {
            if !sentence.is_empty() {
                sentence.push_str(if rule.more { ", " } else { "; " });
            }
            sentence.push_str(&rule.words(language));
        }
        let mut letters = sentence.chars();
        let first = letters.next().map(char::to_uppercase).into_iter().flatten();
        first.chain(letters).collect()
    }
}

impl Rule {
    fn words(&self, language: Language) -> String {
        let mut parts = Vec::new();
        if !self.seasons.is_empty() {
            parts.push(list(language, self.seasons.iter().map(|season| season.words(language))));
        }
        if !self.weeks.is_empty() {
            parts.push(list(language, self.weeks.iter().map(|weeks| weeks.words(language))));
        }
        let days = self.days.iter().map(|days| days.words(language));
        let holidays = self.holidays.iter().map(|holiday| text(language, holiday.key()));
        if self.within_holidays {
            parts.extend(holidays);
            parts.push(list(language, days));
        } else if !self.days.is_empty() || !self.holidays.is_empty() {
            parts.push(list(language, days.chain(holidays)));
        }
        parts.push(self.times(language));
        if let Some(comment) = &self.comment {
            let known = comment == "by appointment";
            parts.push(if known { text(language, "hours-appointment") } else { format!("({comment})") });
        }
        parts.retain(|part| !part.is_empty());
        parts.join(" ")
    }

    fn times(&self, language: Language) -> String {
        match self.state {
            State::Closed => return text(language, "hours-closed"),
            State::Unsure => return String::new(),
            State::Open => {}
        }
        if self.spans.iter().any(|span| span.opens == 0 && span.closes == DAY && !span.open_end) {
            return text(language, "hours-always");
        }
        let spans = list(language, self.spans.iter().map(|span| span.words(language)));
        let also = self.more && !self.days.is_empty();
        text_with(language, if also { "hours-also" } else { "hours-at" }, &[("times", &spans)])
    }
}

impl Season {
    fn words(self, language: Language) -> String {
        let month = |month: i8| text(language, &format!("dates-month-{month}"));
        let day = |(of, day): (i8, i8)| {
            text_with(language, "dates-part-month", &[("day", &day.to_string()), ("month", &month(of))])
        };
        let (from, to) =
            if self.whole { (month(self.from.0), month(self.to.0)) } else { (day(self.from), day(self.to)) };
        if from == to { from } else { text_with(language, "hours-through", &[("from", &from), ("to", &to)]) }
    }
}

impl Weeks {
    fn words(self, language: Language) -> String {
        let (first, last) = (self.first.to_string(), self.last.to_string());
        match (self.every, self.first, self.last) {
            (2, 2, 52..) => text(language, "hours-even-weeks"),
            (2, 1, 52..) => text(language, "hours-odd-weeks"),
            (1, first, last) if first == last => text_with(language, "hours-week", &[("week", &first.to_string())]),
            (1, _, _) => text_with(language, "hours-weeks", &[("from", &first), ("to", &last)]),
            (every, _, _) => {
                let every = every.to_string();
                text_with(language, "hours-every-weeks", &[("from", &first), ("to", &last), ("every", &every)])
            }
        }
    }
}

impl Days {
    fn words(&self, language: Language) -> String {
        let name = |day: Weekday| text(language, &format!("dates-weekday-short-{}", day.to_monday_one_offset()));
        let (first, last) = (name(self.first), name(self.last));
        let days = if self.first == self.last { first } else { format!("{first}–{last}") };
        if self.nth.is_empty() {
            return days;
        }
        let count = |nth: &i8| match nth {
            -1 => text(language, "hours-last"),
            nth if *nth < 0 => text_with(language, "hours-from-end", &[("number", &nth.abs().to_string())]),
            nth => text(language, &format!("hours-nth-{nth}")),
        };
        text_with(language, "hours-of-month", &[("which", &list(language, self.nth.iter().map(count))), ("day", &days)])
    }
}

impl Holiday {
    fn key(self) -> &'static str {
        match self {
            Self::Public => "hours-public-holidays",
            Self::School => "hours-school-holidays",
        }
    }
}

impl Span {
    fn words(self, language: Language) -> String {
        let from = clock(language, self.opens);
        if self.open_end && self.closes >= DAY {
            return text_with(language, "hours-from", &[("time", &from)]);
        }
        let to = clock(language, if self.closes > DAY { self.closes - DAY } else { self.closes });
        let words = format!("{from}–{to}");
        if self.open_end { text_with(language, "hours-or-longer", &[("times", &words)]) } else { words }
    }
}

/// `9`, or `9:30`.
fn clock(language: Language, minutes: u16) -> String {
    let (hour, minute) = (minutes / 60, minutes % 60);
    if minute == 0 {
        return text_with(language, "dates-clock-full-hour", &[("hour", &hour.to_string())]);
    }
    format!("{hour}:{minute:02}")
}

/// `9–12 und 14–18`.
fn list(language: Language, words: impl Iterator<Item = String>) -> String {
    let mut words: Vec<String> = words.collect();
    match words.pop() {
        Some(last) if words.is_empty() => last,
        Some(last) => text_with(language, "hours-and", &[("first", &words.join(", ")), ("last", &last)]),
        None => String::new(),
    }
}
