//! Opening hours in the notation of OpenStreetMap (`opening_hours`): read, asked whether it is open, told in a sentence.

mod read;
mod words;

#[cfg(test)]
mod tests;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::{Span as Step, ToSpan};

pub use read::Problem;

/// When a place is open, by rules of which a later one holds on the days it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    rules: Vec<Rule>,
}

/// Which days are holidays, asked of whoever knows the quarter.
#[derive(Clone, Copy)]
pub struct Holidays<'a> {
    /// Whether a day is a public holiday.
    pub public: &'a dyn Fn(Date) -> bool,
    /// Whether a day is in the school holidays.
    pub school: &'a dyn Fn(Date) -> bool,
}

impl Holidays<'_> {
    /// No day is a holiday.
    pub const NONE: Self = Self { public: &|_| false, school: &|_| false };
}

/// One rule: on which days, and what is then.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    /// Whether it comes on top of what holds on its days.
    more: bool,
    seasons: Vec<Season>,
    weeks: Vec<Weeks>,
    days: Vec<Days>,
    holidays: Vec<Holiday>,
    /// Whether its weekdays count only in its holidays.
    within_holidays: bool,
    state: State,
    spans: Vec<Span>,
    comment: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Open,
    Closed,
    /// Only the comment says when.
    Unsure,
}

/// From one day of the year to another; months begin with their first day and end with their last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Season {
    from: (i8, i8),
    to: (i8, i8),
    /// Whether it was told by months alone.
    whole: bool,
}

/// Calendar weeks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Weeks {
    first: i8,
    last: i8,
    every: i8,
}

/// A weekday or a few; with `nth` only those of the month, from its end where negative.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Days {
    first: Weekday,
    last: Weekday,
    nth: Vec<i8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holiday {
    Public,
    School,
}

/// Minutes from midnight; past midnight more than 1440. Without an end it is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it opens.
    pub opens: u16,
    /// When it closes.
    pub closes: u16,
    /// Whether the end is open: `closes` is then the end of the day.
    pub open_end: bool,
}

/// The minutes of a day.
const DAY: u16 = 24 * 60;
/// How far ahead the next opening is looked for.
const DAYS_AHEAD: i32 = 60;

/// Whether a place is open at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Now {
    /// It is; until then, if it closes within a week.
    Open(Option<DateTime>),
    /// It is not; it opens then, if that is known.
    Closed(Option<DateTime>),
    /// Nobody can tell from what is written: by appointment.
    Unsure,
}

impl Hours {
    /// Reads the notation; what cannot be read is named with its place in the text.
    pub fn read(text: &str) -> Result<Self, Problem> {
        read::hours(text).map(|rules| Self { rules })
    }

    /// Whether it is open at `at`, a local time.
    pub fn at(&self, at: DateTime, holidays: Holidays) -> Now {
        let day = at.date();
        let spans = self.spans_around(day, 8, holidays);
        if let Some((_, closes)) = spans.iter().find(|(opens, closes)| *opens <= at && at < *closes) {
            let closes =
                spans.iter().fold(*closes, |end, (opens, closes)| if *opens <= end { end.max(*closes) } else { end });
            let soon = day.saturating_add(7.days()).to_datetime(jiff::civil::Time::midnight());
            return Now::Open((closes < soon).then_some(closes));
        }
        if self.effective(day, holidays).iter().any(|rule| rule.state == State::Unsure) {
            return Now::Unsure;
        }
        let next = spans.iter().map(|(opens, _)| *opens).find(|opens| *opens > at);
        Now::Closed(next.or_else(|| {
            self.spans_around(day, DAYS_AHEAD, holidays).iter().map(|(opens, _)| *opens).find(|opens| *opens > at)
        }))
    }

    /// The spans of an ordinary week from Monday on, without seasons, single weeks and holidays, for search engines.
    pub fn week(&self) -> [Vec<Span>; 7] {
        let mut week: [Vec<Span>; 7] = Default::default();
        for rule in self.rules.iter().filter(|rule| rule.is_weekly()) {
            let days = [Weekday::Monday, Weekday::Tuesday, Weekday::Wednesday, Weekday::Thursday].into_iter().chain([
                Weekday::Friday,
                Weekday::Saturday,
                Weekday::Sunday,
            ]);
            for (spans, weekday) in week.iter_mut().zip(days) {
                if rule.days.is_empty() || rule.days.iter().any(|days| days.covers(weekday)) {
                    if !rule.more {
                        spans.clear();
                    }
                    if rule.state == State::Open {
                        spans.extend(&rule.spans);
                    }
                }
            }
        }
        week
    }

    /// The rules that hold on a day.
    fn effective(&self, day: Date, holidays: Holidays) -> Vec<&Rule> {
        let mut holding: Vec<&Rule> = Vec::new();
        for rule in self.rules.iter().filter(|rule| rule.covers(day, holidays)) {
            if !rule.more {
                holding.clear();
            }
            holding.push(rule);
        }
        holding
    }

    /// When it opens and closes from the day before `day` on, in order.
    fn spans_around(&self, day: Date, ahead: i32, holidays: Holidays) -> Vec<(DateTime, DateTime)> {
        let mut found = Vec::new();
        for offset in -1..ahead {
            let day = day.saturating_add(offset.days());
            let midnight = day.to_datetime(jiff::civil::Time::midnight());
            let at = |minutes: u16| midnight.saturating_add(Step::new().minutes(i64::from(minutes)));
            let open = self.effective(day, holidays).into_iter().filter(|rule| rule.state == State::Open);
            found.extend(open.flat_map(|rule| &rule.spans).map(|span| (at(span.opens), at(span.closes))));
        }
        found.sort_unstable();
        found
    }
}

impl Rule {
    fn covers(&self, day: Date, holidays: Holidays) -> bool {
        let season = self.seasons.is_empty() || self.seasons.iter().any(|season| season.covers(day));
        let week = self.weeks.is_empty() || self.weeks.iter().any(|weeks| weeks.covers(day));
        let holiday = self.holidays.iter().any(|holiday| match holiday {
            Holiday::Public => (holidays.public)(day),
            Holiday::School => (holidays.school)(day),
        });
        let weekday = self.days.iter().any(|days| days.covers(day.weekday()) && days.counts(day));
        let day = match (self.days.is_empty(), self.holidays.is_empty()) {
            (true, true) => true,
            (_, false) if self.within_holidays => holiday && weekday,
            _ => weekday || holiday,
        };
        season && week && day
    }

    /// Whether it says something of every week.
    fn is_weekly(&self) -> bool {
        self.seasons.is_empty()
            && self.weeks.is_empty()
            && self.days.iter().all(|days| days.nth.is_empty())
            && (self.holidays.is_empty() || (!self.days.is_empty() && !self.within_holidays))
    }
}

impl Season {
    fn covers(self, day: Date) -> bool {
        let at = (day.month(), day.day());
        if self.from <= self.to { self.from <= at && at <= self.to } else { at >= self.from || at <= self.to }
    }
}

impl Weeks {
    fn covers(self, day: Date) -> bool {
        let week = day.iso_week_date().week();
        (self.first..=self.last).contains(&week) && (week - self.first) % self.every == 0
    }
}

impl Days {
    fn covers(&self, day: Weekday) -> bool {
        let (first, last, day) =
            (self.first.to_monday_zero_offset(), self.last.to_monday_zero_offset(), day.to_monday_zero_offset());
        if first <= last { (first..=last).contains(&day) } else { day >= first || day <= last }
    }

    /// Whether a day of its weekday is one of those of the month.
    fn counts(&self, day: Date) -> bool {
        let from_start = (day.day() - 1) / 7 + 1;
        let from_end = -((day.days_in_month() - day.day()) / 7 + 1);
        self.nth.is_empty() || self.nth.contains(&from_start) || self.nth.contains(&from_end)
    }
}
