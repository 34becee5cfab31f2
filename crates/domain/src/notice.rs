//! Notices: what a post on the board is about, and until when it hangs there.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Something is new.
    News,
    /// Somebody wants to know something.
    Question,
    /// Somebody misses something.
    Lost,
    /// Somebody found something.
    Found,
    /// Somebody has something for others.
    Offer,
    /// Somebody needs something.
    Wanted,
}

impl Topic {
    /// Every topic, in the order of the form.
    pub const ALL: [Self; 6] = [Self::News, Self::Question, Self::Lost, Self::Found, Self::Offer, Self::Wanted];

    /// The name in forms, addresses and the database; the message key is `board-topic-NAME`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::News => "news",
            Self::Question => "question",
            Self::Lost => "lost",
            Self::Found => "found",
            Self::Offer => "offer",
            Self::Wanted => "wanted",
        }
    }

    /// The topic of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.as_str() == name)
    }

    /// How many days it hangs where nobody says otherwise; news stay.
    fn days(self) -> Option<i32> {
        match self {
            Self::News => None,
            Self::Question => Some(60),
            Self::Lost | Self::Found | Self::Offer | Self::Wanted => Some(30),
        }
    }
}

/// How many days a notice hangs at most before its author says again that it should.
pub const LONGEST: i32 = 180;
/// How many days it hangs on when its author says so.
pub const AGAIN: i32 = 30;

/// What a post says as a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub topic: Topic,
    /// When it is taken down; `None`: it stays.
    pub until: Option<Timestamp>,
}

impl Notice {
    /// A notice that hangs until the end of `last`, or as long as its topic usually does; a message key if that day is past
    /// or too far away.
    pub fn typed(topic: Topic, last: Option<Date>, (now, zone): (Timestamp, &TimeZone)) -> Result<Self, &'static str> {
        let today = now.to_zoned(zone.clone()).date();
        let Some(last) = last.or_else(|| topic.days().map(|days| today.saturating_add(days.days()))) else {
            return Ok(Self { topic, until: None });
        };
        if last < today {
            return Err("board-until-past");
        }
        if last > today.saturating_add(LONGEST.days()) {
            return Err("board-until-far");
        }
        Ok(Self { topic, until: Some(end_of(last, zone)) })
    }

    /// The same, hanging on for another while from `now` on.
    #[must_use]
    pub fn renewed(self, (now, zone): (Timestamp, &TimeZone)) -> Self {
        let last = now.to_zoned(zone.clone()).date().saturating_add(AGAIN.days());
        let until = end_of(last, zone);
        Self { until: self.until.map(|before| before.max(until)), ..self }
    }

    /// The last day it hangs.
    pub fn last_day(&self, zone: &TimeZone) -> Option<Date> {
        let until = self.until?.to_zoned(zone.clone());
        Some(if until.time() == Time::midnight() {
            until.date().yesterday().unwrap_or(until.date())
        } else {
            until.date()
        })
    }
}

/// The midnight after a day.
fn end_of(day: Date, zone: &TimeZone) -> Timestamp {
    let midnight = day.saturating_add(1.day()).to_datetime(Time::midnight());
    midnight.to_zoned(zone.clone()).map_or(Timestamp::MAX, |at| at.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> (Timestamp, TimeZone) {
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        ("2026-11-22T23:30:00Z".parse().expect("a time"), zone)
    }

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    #[test]
    fn a_notice_hangs_to_the_end_of_its_last_day_where_it_hangs() {
        let (now, zone) = at();
        let lost = Notice::typed(Topic::Lost, None, (now, &zone)).expect("a notice");
        assert_eq!(lost.last_day(&zone), Some(day("2026-12-23")), "thirty days from the 23rd, as it is in Berlin");
        assert_eq!(lost.until.map(|at| at.to_string()).as_deref(), Some("2026-12-23T23:00:00Z"));
        assert_eq!(Notice::typed(Topic::News, None, (now, &zone)).expect("news").until, None);
        for (last, problem) in [("2026-11-22", "board-until-past"), ("2027-05-23", "board-until-far")] {
            assert_eq!(Notice::typed(Topic::Offer, Some(day(last)), (now, &zone)), Err(problem), "{last}");
        }
        for last in ["2026-11-23", "2027-05-22"] {
            let kept = Notice::typed(Topic::News, Some(day(last)), (now, &zone)).expect("a notice");
            assert_eq!(kept.last_day(&zone), Some(day(last)));
        }
    }

    #[test]
    fn a_renewed_notice_hangs_on_and_never_less_long() {
        let (now, zone) = at();
        let short = Notice::typed(Topic::Lost, Some(day("2026-11-24")), (now, &zone)).expect("a notice");
        assert_eq!(short.renewed((now, &zone)).last_day(&zone), Some(day("2026-12-23")));
        let long = Notice::typed(Topic::Lost, Some(day("2027-05-01")), (now, &zone)).expect("a notice");
        assert_eq!(long.renewed((now, &zone)), long);
    }
}
