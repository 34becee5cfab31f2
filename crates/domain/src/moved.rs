//! What of an event is not as it was announced first: its day, its place, or both.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::{Details, Status};

/// How an event differs from what people may have noted. Empty where everything is as announced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// It does not take place on its day (its status says so), but will on another that is not known yet.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub postponed: bool,
    /// When it was to begin at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Timestamp>,
    /// Where it was to be at first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Why, in a sentence for the people who meant to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Moved {
    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What has moved once `after` is said instead of `before`, which people have read.
    #[must_use]
    pub fn between(before: &Details, after: &Details) -> Self {
        let place = |details: &Details| details.place.as_ref().map(|place| place.name.clone());
        let off = after.status == Status::Cancelled;
        let first_start = before.moved.start.unwrap_or(before.starts_at);
        let first_place = before.moved.place.clone().or_else(|| place(before));
        let somewhere = after.place.is_some() || after.online.is_some();
        let moved = Self {
            postponed: off && after.moved.postponed,
            start: (after.starts_at.as_millisecond() != first_start.as_millisecond()).then_some(first_start),
            place: first_place.filter(|first| somewhere && place(after).as_ref() != Some(first)),
            reason: after.moved.reason.clone(),
        };
        let says = off || moved.start.is_some() || moved.place.is_some();
        Self { reason: moved.reason.filter(|_| says), ..moved }
    }

    /// Adds what has moved since `before` to what another server says of `after` itself.
    pub fn follow(&mut self, before: &Details, after: &Details) {
        let found = Self::between(before, after);
        self.start = self.start.or(found.start);
        self.place = self.place.take().or(found.place);
    }

    /// Whether `details`, of which this is a part, was at a place and is online now.
    pub fn is_online(details: &Details) -> bool {
        details.moved.place.is_some() && details.place.is_none() && details.online.is_some()
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::place::Place;

    fn details() -> Details {
        let start: Timestamp = "2026-12-05T14:00:00Z".parse().expect("a time");
        let mut details = Details::new("Singen", start, start + SignedDuration::from_hours(2), "Europe/Berlin");
        details.place = Some(Place { name: "Halle".into(), ..Place::default() });
        details
    }

    #[test]
    fn the_first_announcement_counts_however_often_it_is_moved() {
        let before = details();
        let mut once = before.clone();
        once.starts_at += SignedDuration::from_hours(24);
        once.moved = Moved::between(&before, &once);
        assert_eq!(once.moved.start, Some(before.starts_at));
        let mut twice = once.clone();
        twice.starts_at += SignedDuration::from_hours(24);
        assert_eq!(Moved::between(&once, &twice).start, Some(before.starts_at));
        assert!(Moved::between(&once, &before).is_empty(), "it is back where it was");
    }

    #[test]
    fn a_place_that_becomes_an_address_in_the_net_is_told() {
        let before = details();
        let mut after = before.clone();
        (after.place, after.online) = (None, Some("https://treff.example/".parse().expect("a URL")));
        after.moved = Moved::between(&before, &after);
        assert_eq!(after.moved.place.as_deref(), Some("Halle"));
        assert!(Moved::is_online(&after));
    }

    #[test]
    fn nothing_is_postponed_that_takes_place() {
        let before = details();
        let mut after = before.clone();
        after.moved.postponed = true;
        after.moved.reason = Some("Sturm".into());
        assert!(Moved::between(&before, &after).is_empty());
        after.status = Status::Cancelled;
        let moved = Moved::between(&before, &after);
        assert!(moved.postponed && moved.reason.as_deref() == Some("Sturm"));
    }
}
