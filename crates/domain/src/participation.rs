//! Participations: who wants to come to an event, how that stands, and who gets a seat.

use jiff::{SignedDuration, Timestamp};
use url::Url;
use uuid::Uuid;

use crate::event::{Details, Joining, Status};

/// How often one actor may ask to come to one event within [`WINDOW`]; what comes beyond is dropped. Who has not come
/// can't leave, so this bounds the leaving too.
pub const MOST_JOINS: i64 = 10;
/// The time in which [`MOST_JOINS`] counts.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(1);
/// How many may wait, in the queue or for the organiser's word: more than anybody reads through.
pub const MOST_WAITING: i64 = 500;
/// The seats of an event that names no number.
pub const MOST_SEATS: u32 = 10_000;
/// The longest message that comes with a request, in characters.
pub const MOST_WORDS: usize = 500;
/// How long after an event it is known who came.
pub const KEPT: SignedDuration = crate::retention::PARTICIPATIONS;

/// How it stands with one actor and one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The organiser asked it to come; it has not answered.
    Invited,
    /// It waits for the organiser's word.
    Asked,
    /// It waits for a seat.
    Queued,
    /// It has a seat.
    Confirmed,
    /// It said no to the organiser's invitation.
    Refused,
    /// The organiser said no, at once or later.
    Declined,
    /// It does not come. The row stays a while, so that coming and going can be counted.
    Left,
}

impl State {
    /// Every state, in the order in which organisers read them.
    pub const ALL: [Self; 7] =
        [Self::Asked, Self::Confirmed, Self::Queued, Self::Invited, Self::Refused, Self::Declined, Self::Left];

    /// The name in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Asked => "asked",
            Self::Queued => "queued",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Declined => "declined",
            Self::Left => "left",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }

    /// Whether it has a seat or waits for one.
    pub fn is_on_the_list(self) -> bool {
        matches!(self, Self::Asked | Self::Queued | Self::Confirmed)
    }
}

/// One actor and one event: ours with somebody else's actor, somebody else's with ours, or both ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participation {
    /// Our key of the event.
    pub event: Uuid,
    /// Our key of who comes.
    pub actor: Uuid,
    /// How it stands.
    pub state: State,
    /// The ActivityPub id of the latest `Join`, or of the `Invite` where that was accepted without one.
    pub activity: Url,
    /// The ActivityPub id of the `Invite`.
    pub invitation: Option<Url>,
    /// What came with the request, plain text.
    pub message: Option<String>,
    /// Its place in the queue: time-ordered.
    pub place: Uuid,
    /// How often it asked since `counted_from`.
    pub joins: i64,
    /// Since when that is counted.
    pub counted_from: Timestamp,
    /// When it was changed.
    pub changed_at: Timestamp,
}

/// How many persons are where on the list of an event, whichever way they came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// With a seat.
    pub confirmed: i64,
    /// Waiting for a seat.
    pub queued: i64,
    /// Waiting for the organiser's word.
    pub asked: i64,
}

/// What an event tells of who comes: numbers, and whether its own page takes registrations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attendance {
    /// How many.
    pub counts: Counts,
    /// Whether one can register at the event's page.
    pub by_form: bool,
}

impl Counts {
    /// The seats that are left; `None` where the event names no number.
    pub fn left(&self, details: &Details) -> Option<i64> {
        details.capacity.map(|seats| (i64::from(seats) - self.confirmed).max(0))
    }

    /// Whether the next one gets a seat.
    pub fn has_seat(&self, details: &Details) -> bool {
        self.has_seats(details, 1)
    }

    /// Whether there are seats for so many.
    pub fn has_seats(&self, details: &Details, persons: u32) -> bool {
        self.confirmed.saturating_add(persons.into()) <= i64::from(details.capacity.unwrap_or(MOST_SEATS))
    }
}

/// What becomes of a request to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is put on the list, in this state.
    Listed(State),
    /// Too late, called off, or too many wait already.
    Refused,
    /// This event can't be joined this way.
    NotOffered,
}

/// Decides about a request of somebody who is not on the list. Who was invited needs no further word.
pub fn decide(details: &Details, counts: &Counts, invited: bool, now: Timestamp) -> Verdict {
    if details.joining == Joining::None && !invited {
        return Verdict::NotOffered;
    }
    if is_closed(details, now) {
        return Verdict::Refused;
    }
    let state = match details.joining {
        Joining::ByApproval if !invited => State::Asked,
        _ => seat(details, counts),
    };
    let waits = state != State::Confirmed;
    if waits && counts.queued + counts.asked >= MOST_WAITING { Verdict::Refused } else { Verdict::Listed(state) }
}

/// Where somebody goes whom the organiser lets in: a seat, or the queue.
pub fn seat(details: &Details, counts: &Counts) -> State {
    // Who waits longer comes first, even in the moment between two changes.
    if counts.has_seat(details) && counts.queued == 0 { State::Confirmed } else { State::Queued }
}

/// Whether nobody can come any more.
pub fn is_closed(details: &Details, now: Timestamp) -> bool {
    details.status == Status::Cancelled || details.ends_at <= now
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().expect("a time")
    }

    fn event(joining: Joining, capacity: Option<u32>) -> Details {
        let starts_at = noon() + SignedDuration::from_hours(24);
        let mut details = Details::new("Lesung", starts_at, starts_at + SignedDuration::from_hours(2), "Europe/Berlin");
        (details.joining, details.capacity) = (joining, capacity);
        details
    }

    fn counts(confirmed: i64, queued: i64, asked: i64) -> Counts {
        Counts { confirmed, queued, asked }
    }

    #[test]
    fn seats_are_given_until_there_are_none() {
        let two = event(Joining::Open, Some(2));
        let decided = |counts| decide(&two, &counts, false, noon());
        assert_eq!(decided(counts(0, 0, 0)), Verdict::Listed(State::Confirmed));
        assert_eq!(decided(counts(2, 0, 0)), Verdict::Listed(State::Queued));
        assert_eq!(decided(counts(1, 1, 0)), Verdict::Listed(State::Queued), "nobody passes the queue");
        assert_eq!(decided(counts(2, MOST_WAITING, 0)), Verdict::Refused);
        assert_eq!(counts(5, 0, 0).left(&two), Some(0), "never below nothing");
    }

    #[test]
    fn the_organisers_word_is_needed_unless_they_asked_first() {
        let approved = event(Joining::ByApproval, None);
        assert_eq!(decide(&approved, &counts(0, 0, 0), false, noon()), Verdict::Listed(State::Asked));
        assert_eq!(decide(&approved, &counts(0, 0, 0), true, noon()), Verdict::Listed(State::Confirmed));
        assert_eq!(decide(&approved, &counts(0, 0, MOST_WAITING), false, noon()), Verdict::Refused);
    }

    #[test]
    fn nobody_comes_to_what_is_over_or_called_off_or_not_open() {
        let none = counts(0, 0, 0);
        assert_eq!(decide(&event(Joining::None, None), &none, false, noon()), Verdict::NotOffered);
        assert_eq!(decide(&event(Joining::None, None), &none, true, noon()), Verdict::Listed(State::Confirmed));
        let later = noon() + SignedDuration::from_hours(48);
        assert_eq!(decide(&event(Joining::Open, None), &none, false, later), Verdict::Refused);
        let off = Details { status: Status::Cancelled, ..event(Joining::Open, None) };
        assert_eq!(decide(&off, &none, true, noon()), Verdict::Refused);
    }

    #[test]
    fn a_state_keeps_its_name() {
        for state in State::ALL {
            assert_eq!(State::from_name(state.as_str()), Some(state));
        }
    }
}
