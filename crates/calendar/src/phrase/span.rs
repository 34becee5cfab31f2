//! From when to when, in one of two styles.

use domain::event::Details;
use domain::language::Language;
use domain::messages::{text, text_with};
use jiff::Zoned;
use jiff::civil::Time;

use super::words::{clock, day, midnight};

/// How times are told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `15:00`, with every fact.
    Long,
    /// `15`, in lists.
    Short,
}

/// The times of an event, to be told in one language and style.
pub(super) struct Span<'a> {
    details: &'a Details,
    start: Zoned,
    end: Zoned,
    language: Language,
    style: Style,
}

impl<'a> Span<'a> {
    pub(super) fn new(details: &'a Details, language: Language, style: Style) -> Self {
        let (start, end) = super::bounds(details);
        Self { details, start, end, language, style }
    }

    /// Whether it ends with its first day, to the minute.
    pub(super) fn ends_at_midnight(&self) -> bool {
        let next = self.start.date().tomorrow();
        self.end.time() == Time::midnight() && next.is_ok_and(|next| next == self.end.date())
    }

    /// `15:00–17:30 Uhr`, `ab 19:00 Uhr, Ende offen`, `Einlass 18:30 Uhr, Beginn 19:00 Uhr`.
    pub(super) fn within_a_day(&self) -> String {
        let from = self.clock(self.start.time());
        let to =
            if self.ends_at_midnight() { midnight(self.language, self.style) } else { self.clock(self.end.time()) };
        let open = self.details.open_end;
        match (self.details.doors_at, self.style) {
            (None, _) if open => self.say("dates-open", &[("time", &from)]),
            (None, _) => self.say("dates-span", &[("from", &from), ("to", &to)]),
            (Some(_), Style::Short) => self.begin(),
            (Some(_), Style::Long) if open => format!("{}, {}", self.begin(), text(self.language, "dates-open-end")),
            (Some(_), Style::Long) => format!("{}, {}", self.begin(), self.say("dates-end", &[("time", &to)])),
        }
    }

    /// `18 Uhr bis So., 6.12., 14 Uhr`.
    pub(super) fn over_days(&self) -> String {
        self.say("dates-until", &[("from", &self.begin()), ("to", &self.end_with_day())])
    }

    /// `22:00 Uhr`, with the doors before it if they differ.
    pub(super) fn begin(&self) -> String {
        let time = self.clock(self.start.time());
        let Some(doors) = self.details.doors_at else { return self.say("dates-oclock", &[("time", &time)]) };
        let doors = self.clock(doors.to_zoned(self.start.time_zone().clone()).time());
        let key = if self.style == Style::Long { "dates-doors" } else { "dates-doors-short" };
        self.say(key, &[("doors", &doors), ("time", &time)])
    }

    /// `2:00 Uhr`.
    pub(super) fn end(&self) -> String {
        self.say("dates-oclock", &[("time", &self.clock(self.end.time()))])
    }

    /// `So., 6.12., 2 Uhr`.
    pub(super) fn end_with_day(&self) -> String {
        format!("{}, {}", day(self.language, "dates-day-list", self.end.date()), self.end())
    }

    /// Only when it starts: `15 Uhr`, `ab 19 Uhr`, `ganztägig`.
    pub(super) fn start(&self) -> String {
        if self.details.all_day {
            return text(self.language, "dates-all-day");
        }
        let key = if self.details.open_end { "dates-from" } else { "dates-oclock" };
        self.say(key, &[("time", &self.clock(self.start.time()))])
    }

    fn clock(&self, time: Time) -> String {
        clock(self.language, self.style, time)
    }

    fn say(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        text_with(self.language, key, values)
    }
}
