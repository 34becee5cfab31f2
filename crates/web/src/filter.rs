//! Which events a list or a feed is about: the query of its address.

use domain::category::Category;
use domain::place::Position;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};
use serde::Deserialize;
use storage::events::Query;
use storage::posts::Which;

use crate::error::PageError;

mod parts;
pub(crate) use parts::{Facts, For, Handle, Near, Tag, Within};

/// How long a list is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Window {
    Today,
    /// To Sunday.
    Week,
    /// Saturday and Sunday.
    Weekend,
    #[default]
    Fortnight,
    /// 31 days.
    Month,
}

impl Window {
    pub(crate) const ALL: [Self; 5] = [Self::Today, Self::Week, Self::Weekend, Self::Fortnight, Self::Month];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Week => "week",
            Self::Weekend => "weekend",
            Self::Fortnight => "fortnight",
            Self::Month => "month",
        }
    }

    /// The message of its name.
    pub(crate) fn message(self) -> &'static str {
        match self {
            Self::Today => "events-filter-time-today",
            Self::Week => "events-filter-time-week",
            Self::Weekend => "events-filter-time-weekend",
            Self::Fortnight => "events-filter-time-fortnight",
            Self::Month => "events-filter-time-month",
        }
    }

    fn length(self) -> Span {
        match self {
            Self::Today => 1.day(),
            Self::Week | Self::Weekend => 7.days(),
            Self::Fortnight => 14.days(),
            Self::Month => 31.days(),
        }
    }
}

/// The query of a list's address. What it does not know it ignores.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct Filter {
    #[serde(default)]
    pub(crate) time: Window,
    /// The first day, if it is not today.
    pub(crate) from: Option<Date>,
    pub(crate) theme: Option<Category>,
    #[serde(default)]
    pub(crate) free: Flag,
    /// Only our own, without the neighbours'.
    #[serde(default)]
    pub(crate) own: Flag,
    /// Only with this tag.
    pub(crate) tag: Option<String>,
    /// Only within so many kilometres.
    pub(crate) within: Option<Within>,
    /// Around this point, if it is not the middle of the quarter.
    pub(crate) near: Option<Near>,
    /// Only where all of these are so.
    #[serde(default)]
    pub(crate) access: Facts,
    /// Only where this language is spoken.
    pub(crate) language: Option<Tag>,
    /// Only for these.
    pub(crate) audience: Option<For>,
    /// Only at the place of this name.
    pub(crate) place: Option<String>,
    /// Only by the one of ours with this handle.
    pub(crate) by: Option<Handle>,
}

/// `1` in an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Flag(pub(crate) bool);

impl From<String> for Flag {
    fn from(text: String) -> Self {
        Self(text == "1")
    }
}

/// From which day to before which day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Days {
    pub(crate) first: Date,
    /// The day after the last.
    pub(crate) after: Date,
}

/// Whose events, and where the middle of the quarter is.
type Whose = (Which, Option<Position>);

/// Lists go five years back, or to the earliest event, and five years ahead, so that nobody crawls the calendar for
/// ever.
const YEARS: i32 = 5;

/// The longest list on one page.
pub(crate) const LIMIT: i64 = 500;

impl Filter {
    /// The days it covers, `NotFound` for days too far away; `begin` is the day of the earliest event.
    pub(crate) fn days(&self, today: Date, begin: Option<Date>) -> Result<Days, PageError> {
        let first = self.from.unwrap_or(today);
        let (earliest, latest) = (today.saturating_sub(YEARS.years()), today.saturating_add(YEARS.years()));
        // A week more for those who reckon in another zone.
        let earliest = begin.map_or(earliest, |begin| earliest.min(begin.saturating_sub(7.days())));
        if first < earliest || first > latest {
            return Err(PageError::NotFound);
        }
        let days_to_monday = i32::from(Weekday::Sunday.since(first.weekday())) + 1;
        let monday = first.saturating_add(days_to_monday.days());
        Ok(match self.time {
            _ if self.tag.is_some() => Days { first, after: first.saturating_add(1.year()) },
            Window::Week => Days { first, after: monday },
            Window::Weekend => Days { first: first.max(monday.saturating_sub(2.days())), after: monday },
            other => Days { first, after: first.saturating_add(other.length()) },
        })
    }

    /// The question to the database: `days` in `zone`, what is over by `now` left out of today's list.
    pub(crate) fn query(&self, days: Days, (zone, now): (&TimeZone, Timestamp), (which, center): Whose) -> Query {
        let begin = midnight(days.first, zone);
        let today = now >= begin && now < midnight(days.first.saturating_add(1.day()), zone);
        Query {
            from: if today { now } else { begin },
            until: Some(midnight(days.after, zone)),
            which,
            category: self.theme,
            free: self.free.0,
            regular: true,
            choice: self.choice(center),
            limit: LIMIT,
        }
    }

    /// The same list some days later.
    pub(crate) fn later(&self, days: Days) -> Self {
        Self { from: Some(days.after), ..self.clone() }
    }

    /// The same list as long before `days`; from today on it needs no day.
    pub(crate) fn earlier(&self, days: Days, today: Date) -> Self {
        let from = days.first.saturating_sub(self.time.length());
        Self { from: (from > today).then_some(from), ..self.clone() }
    }

    /// `base` with this filter as its query.
    pub(crate) fn href(&self, base: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if self.time != Window::default() {
            query.append_pair("time", self.time.name());
        }
        if let Some(from) = self.from {
            query.append_pair("from", &from.to_string());
        }
        if let Some(theme) = self.theme {
            query.append_pair("theme", theme.slug());
        }
        for (name, flag) in [("free", self.free), ("own", self.own)] {
            if flag.0 {
                query.append_pair(name, "1");
            }
        }
        for (name, value) in self.rest() {
            query.append_pair(name, &value);
        }
        let query = query.finish();
        if query.is_empty() { base.to_owned() } else { format!("{base}?{query}") }
    }
}

/// When a day begins in a zone.
pub(crate) fn midnight(day: Date, zone: &TimeZone) -> Timestamp {
    day.to_zoned(zone.clone()).map_or(Timestamp::MAX, |at| at.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    fn window(time: Window, today: &str) -> (String, String) {
        let days = Filter { time, ..Filter::default() }.days(day(today), None).expect("days");
        (days.first.to_string(), days.after.to_string())
    }

    #[test]
    fn windows_end_where_their_names_say() {
        // 22 November 2026 is a Sunday.
        assert_eq!(window(Window::Today, "2026-11-22"), ("2026-11-22".into(), "2026-11-23".into()));
        assert_eq!(window(Window::Week, "2026-11-22"), ("2026-11-22".into(), "2026-11-23".into()));
        assert_eq!(window(Window::Week, "2026-11-23"), ("2026-11-23".into(), "2026-11-30".into()));
        assert_eq!(window(Window::Weekend, "2026-11-22"), ("2026-11-22".into(), "2026-11-23".into()));
        assert_eq!(window(Window::Weekend, "2026-11-24"), ("2026-11-28".into(), "2026-11-30".into()));
        assert_eq!(window(Window::Fortnight, "2026-11-22"), ("2026-11-22".into(), "2026-12-06".into()));
    }

    #[test]
    fn nobody_pages_further_than_five_years_or_to_the_earliest_event() {
        let today = day("2026-11-22");
        let at = |from: &str| Filter { from: Some(day(from)), ..Filter::default() }.days(today, None);
        assert!(at("2031-11-22").is_ok() && at("2021-11-22").is_ok());
        assert!(at("2031-11-23").is_err() && at("2021-11-21").is_err() && at("9999-12-31").is_err());
        let archive = Filter { from: Some(day("2008-01-01")), ..Filter::default() };
        assert!(
            archive.days(today, Some(day("2008-01-01"))).is_ok()
                && archive.days(today, Some(day("2009-01-01"))).is_err()
        );
    }

    #[test]
    fn an_address_holds_the_whole_filter() {
        let filter = Filter {
            time: Window::Month,
            from: Some(day("2026-12-01")),
            theme: Some(Category::Music),
            free: Flag(true),
            own: Flag(true),
            tag: Some("Chor & Kuchen".into()),
            ..Filter::default()
        };
        let href = filter.href("/events");
        assert_eq!(href, "/events?time=month&from=2026-12-01&theme=music&free=1&own=1&tag=Chor+%26+Kuchen");
        assert_eq!(Filter::default().href("/events"), "/events");
    }
}
