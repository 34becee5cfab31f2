//! Series: something that repeats, each of its dates an event of its own.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use crate::event::{Details, Event};

/// How far ahead the dates of a series are made, in months.
pub const MONTHS_AHEAD: i32 = 12;
/// The most dates of a series that lie ahead.
pub const MOST_AHEAD: usize = 60;
/// The most dates of a series that others were told of and that are still to come.
pub const TOLD_AHEAD: usize = 4;
/// How long before its start others are told of a date, in days.
pub const TOLD_DAYS: i32 = 28;

/// A series of ours.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What its events say, at the times of its first; under the series' own key.
    pub template: Event,
    /// The rule and its exceptions, as `calendar::recurrence` writes them.
    pub rule: String,
    /// Whether it comes at least every two weeks, so that lists show it once.
    pub frequent: bool,
    /// The event that has the pictures of all of them.
    pub pictured: Option<Uuid>,
    /// Its dates are made up to here.
    pub made_until: Timestamp,
    /// When it is looked at again.
    pub due_at: Timestamp,
}

impl Series {
    /// The clock time of its first.
    pub fn start(&self) -> DateTime {
        let details = &self.template.details;
        details.zone().to_datetime(details.starts_at)
    }

    /// The day of that occurrence whose original start is `at`.
    pub fn date(&self, at: Timestamp) -> Date {
        self.template.details.zone().to_datetime(at).date()
    }

    /// What its event on `date` says if nobody changes it.
    pub fn on(&self, date: Date) -> Details {
        on(&self.template.details, date)
    }
}

/// Which events of a series a change is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// This one.
    #[default]
    One,
    /// This and those after it.
    Following,
    /// All that are still to come.
    All,
}

impl Scope {
    /// The name in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Following => "following",
            Self::All => "all",
        }
    }

    /// The scope of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::One, Self::Following, Self::All].into_iter().find(|scope| scope.as_str() == name)
    }
}

/// `template` on another day, at the same clock times in its zone, whatever the clocks did in between.
pub fn on(template: &Details, date: Date) -> Details {
    let zone = template.zone();
    let days = days_between(zone.to_datetime(template.starts_at).date(), date);
    let moved = |at: Timestamp| instant(zone.to_datetime(at).saturating_add(days.days()), &zone).unwrap_or(at);
    let mut details = template.clone();
    details.starts_at = moved(template.starts_at);
    details.ends_at = moved(template.ends_at);
    details.doors_at = template.doors_at.map(moved);
    if details.ends_at <= details.starts_at {
        // The night the clocks go back took its hour away.
        let length = template.ends_at.duration_since(template.starts_at);
        details.ends_at = details.starts_at.checked_add(length).unwrap_or(details.starts_at);
    }
    details
}

/// How many days later `to` is.
pub fn days_between(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

fn instant(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    local.to_zoned(zone.clone()).ok().map(|at| at.timestamp())
}

/// `kept` with what has changed between `before` and `after`, except where somebody had changed it already.
pub fn merge(before: &Details, kept: &Details, after: &Details) -> Details {
    let mut merged = after.clone();
    follow(&mut merged.name, &before.name, &kept.name);
    follow(&mut merged.short, &before.short, &kept.short);
    follow(&mut merged.content, &before.content, &kept.content);
    follow(&mut merged.plain, &before.plain, &kept.plain);
    follow(&mut merged.place, &before.place, &kept.place);
    follow(&mut merged.online, &before.online, &kept.online);
    follow(&mut merged.status, &before.status, &kept.status);
    follow(&mut merged.category, &before.category, &kept.category);
    follow(&mut merged.price, &before.price, &kept.price);
    follow(&mut merged.free, &before.free, &kept.free);
    follow(&mut merged.registration, &before.registration, &kept.registration);
    follow(&mut merged.registration_url, &before.registration_url, &kept.registration_url);
    follow(&mut merged.joining, &before.joining, &kept.joining);
    follow(&mut merged.capacity, &before.capacity, &kept.capacity);
    follow(&mut merged.participants, &before.participants, &kept.participants);
    follow(&mut merged.organiser, &before.organiser, &kept.organiser);
    follow(&mut merged.contact, &before.contact, &kept.contact);
    follow(&mut merged.access, &before.access, &kept.access);
    follow(&mut merged.access_note, &before.access_note, &kept.access_note);
    follow(&mut merged.languages, &before.languages, &kept.languages);
    follow(&mut merged.audience, &before.audience, &kept.audience);
    follow(&mut merged.link, &before.link, &kept.link);
    follow(&mut merged.tags, &before.tags, &kept.tags);
    follow(&mut merged.moved, &before.moved, &kept.moved);
    let times =
        |details: &Details| (details.starts_at, details.ends_at, details.doors_at, details.open_end, details.all_day);
    if times(kept) != times(before) {
        (merged.starts_at, merged.ends_at, merged.doors_at, merged.open_end, merged.all_day) = times(kept);
        merged.timezone.clone_from(&kept.timezone);
    }
    merged
}

/// Leaves in `merged` what was `kept` where that is not what was said `before`.
fn follow<T: Clone + PartialEq>(merged: &mut T, before: &T, kept: &T) {
    if kept != before {
        merged.clone_from(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Status;

    fn details(start: &str, end: &str) -> Details {
        let at = |text: &str| text.parse().expect("a time");
        Details::new("Chor", at(start), at(end), "Europe/Berlin")
    }

    #[test]
    fn clock_times_stay_when_the_clocks_change() {
        // 19:00 in winter is 18:00 in UTC, in summer 17:00.
        let template = details("2026-03-24T18:00:00Z", "2026-03-24T20:00:00Z");
        let summer = on(&template, "2026-03-31".parse().expect("a date"));
        assert_eq!(summer.starts_at.to_string(), "2026-03-31T17:00:00Z");
        assert_eq!(summer.ends_at.to_string(), "2026-03-31T19:00:00Z");
    }

    #[test]
    fn nothing_ends_before_it_begins_in_the_night_that_lacks_an_hour() {
        // 01:30 to 02:15, and from two to three there is nothing on 29 March.
        let template = details("2026-03-22T00:30:00Z", "2026-03-22T01:15:00Z");
        let night = on(&template, "2026-03-29".parse().expect("a date"));
        assert!(night.ends_at > night.starts_at, "{} {}", night.starts_at, night.ends_at);
    }

    #[test]
    fn what_somebody_changed_at_one_date_survives_a_change_of_the_series() {
        let before = details("2026-12-01T18:00:00Z", "2026-12-01T20:00:00Z");
        let mut kept = before.clone();
        kept.name = "Chor im Advent".into();
        kept.status = Status::Cancelled;
        let mut after = on(&before, "2026-12-01".parse().expect("a date"));
        (after.name, after.price) = ("Großer Chor".into(), Some("2 €".into()));
        let merged = merge(&before, &kept, &after);
        assert_eq!((merged.name.as_str(), merged.price.as_deref()), ("Chor im Advent", Some("2 €")));
        assert_eq!(merged.status, Status::Cancelled);
        assert_eq!(merge(&before, &before, &after), after, "what nobody changed follows");
    }
}
