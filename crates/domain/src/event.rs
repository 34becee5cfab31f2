//! Events: what is on, when and where.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use crate::access::Access;
use crate::category::Category;
use crate::html::Html;
use crate::invalid::Invalid;
use crate::media::Illustrations;
use crate::moved::Moved;
use crate::participation::MOST_SEATS;
use crate::place::Place;

/// Whether it takes place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Status {
    /// It takes place.
    #[default]
    Confirmed,
    /// Not sure yet.
    Tentative,
    /// It does not take place.
    Cancelled,
}

impl Status {
    /// The iCalendar name (RFC 5545 section 3.8.1.11), as on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "CONFIRMED",
            Self::Tentative => "TENTATIVE",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// The status of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Confirmed, Self::Tentative, Self::Cancelled].into_iter().find(|status| status.as_str() == name)
    }
}

/// Whether and how one can come by saying so in the fediverse (`Join`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Joining {
    /// Not this way.
    #[default]
    None,
    /// Who asks has a seat, while there are any.
    Open,
    /// The organiser says yes or no to each.
    ByApproval,
}

impl Joining {
    /// The name in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Open => "open",
            Self::ByApproval => "by-approval",
        }
    }

    /// The way of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::None, Self::Open, Self::ByApproval].into_iter().find(|joining| joining.as_str() == name)
    }

    /// Whether there is nothing to join.
    pub fn is_none(&self) -> bool {
        *self == Self::None
    }
}

/// Everything an event says, however it came here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Details {
    /// The title, plain text.
    pub name: String,
    /// At most 300 characters for lists, paper and mail, plain text.
    pub short: Option<String>,
    /// The long text.
    pub content: Html,
    /// The same in plain language; empty where nobody wrote it.
    pub plain: Html,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends; later than the start. For open-ended events a guess, not shown.
    pub ends_at: Timestamp,
    /// Whether the end is open (`displayEndTime: false`).
    pub open_end: bool,
    /// Whole days: from midnight to midnight in `timezone`.
    pub all_day: bool,
    /// When the doors open, if that differs.
    pub doors_at: Option<Timestamp>,
    /// The IANA name of the zone its times are told in.
    pub timezone: String,
    /// Where, if it is at a place.
    pub place: Option<Place>,
    /// Where, if it is online.
    pub online: Option<Url>,
    /// Whether it takes place.
    pub status: Status,
    /// What of it is not as it was announced first.
    pub moved: Moved,
    /// The theme.
    pub category: Option<Category>,
    /// The price line: `5 €, ermäßigt 3 €`.
    pub price: Option<String>,
    /// Whether it costs nothing.
    pub free: bool,
    /// How to register, in words: `bis 3.12. unter 0209 169-6666`. `None`: just drop in.
    pub registration: Option<String>,
    /// Where to register online.
    pub registration_url: Option<Url>,
    /// Whether and how one can join it in the fediverse.
    pub joining: Joining,
    /// How many seats there are for those who do.
    pub capacity: Option<u32>,
    /// How many come, as another server tells; of our own events it is counted.
    pub participants: Option<u32>,
    /// The actor of another server that answers in its author's place: Mobilizon's groups have a person for that.
    pub organiser: Option<Url>,
    /// Whom to ask: a role and a phone number or e-mail address.
    pub contact: Option<String>,
    /// What it says itself about access; [`Details::effective_access`] adds what is known of its place.
    pub access: Access,
    /// More about access in words.
    pub access_note: Option<String>,
    /// The languages spoken there, BCP 47 tags.
    pub languages: Vec<String>,
    /// Whom it is for: `alle`, `Kinder von 6 bis 10`.
    pub audience: Option<String>,
    /// A page elsewhere about it.
    pub link: Option<Url>,
    /// Free words to find it by, without `#`.
    pub tags: Vec<String>,
}

impl Details {
    /// An event of which only the title and the times are known.
    pub fn new(name: impl Into<String>, starts_at: Timestamp, ends_at: Timestamp, timezone: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            short: None,
            content: Html::default(),
            plain: Html::default(),
            starts_at,
            ends_at,
            open_end: false,
            all_day: false,
            doors_at: None,
            timezone: timezone.into(),
            place: None,
            online: None,
            status: Status::Confirmed,
            moved: Moved::default(),
            category: None,
            price: None,
            free: false,
            registration: None,
            registration_url: None,
            joining: Joining::None,
            capacity: None,
            participants: None,
            organiser: None,
            contact: None,
            access: Access::new(),
            access_note: None,
            languages: Vec::new(),
            audience: None,
            link: None,
            tags: Vec::new(),
        }
    }

    /// The zone its times are told in; UTC where the name is not known here.
    pub fn zone(&self) -> TimeZone {
        TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC)
    }

    /// What is known about access to it: of its place, where it says nothing else itself.
    pub fn effective_access(&self) -> Access {
        match &self.place {
            Some(place) => place.access.overridden_by(&self.access),
            None => self.access.clone(),
        }
    }
}

/// How long an event without a known end is taken to last.
pub const USUAL_LENGTH: SignedDuration = SignedDuration::from_hours(2);

/// An event that may be published: `Draft::new` checked it.
#[derive(Clone, Debug)]
pub struct Draft {
    details: Details,
    pictures: Option<Illustrations>,
}

impl Draft {
    /// Checks every rule and names every problem by its form field.
    ///
    /// Past starts are fine (imports, records); times outside 1970 to 2100 and events over 400 days are not.
    pub fn new(details: Details) -> Result<Self, Invalid> {
        let mut invalid = Invalid::default();
        let title = details.name.trim().chars().count();
        invalid.unless(title >= 3, "name", "invalid-title-short");
        invalid.unless(title <= 200, "name", "invalid-title-long");
        invalid.unless(details.ends_at > details.starts_at, "ends", "invalid-end-before-start");
        let longest = SignedDuration::from_hours(400 * 24);
        invalid.unless(details.ends_at.duration_since(details.starts_at) <= longest, "ends", "invalid-event-long");
        let years = 0..4_102_444_800;
        invalid.unless(years.contains(&details.starts_at.as_second()), "starts", "invalid-date");
        invalid.unless(TimeZone::get(&details.timezone).is_ok(), "timezone", "invalid-timezone");
        invalid.unless(details.doors_at.is_none_or(|doors| doors <= details.starts_at), "doors", "invalid-doors-late");
        invalid.unless(length(details.short.as_ref()) <= 300, "short", "invalid-too-long");
        invalid.unless(details.content.as_str().len() <= 60_000, "content", "invalid-too-long");
        invalid.unless(details.plain.as_str().len() <= 60_000, "plain", "invalid-too-long");
        invalid.unless(
            details.place.as_ref().is_none_or(|place| place.name.chars().count() <= 200),
            "place",
            "invalid-too-long",
        );
        invalid.unless(
            details.capacity.is_none_or(|seats| (1..=MOST_SEATS).contains(&seats)),
            "capacity",
            "invalid-seats",
        );
        for (field, value) in [
            ("price", &details.price),
            ("registration", &details.registration),
            ("contact", &details.contact),
            ("access_note", &details.access_note),
            ("audience", &details.audience),
            ("reason", &details.moved.reason),
        ] {
            invalid.unless(length(value.as_ref()) <= 300, field, "invalid-too-long");
        }
        invalid.or(Self { details, pictures: None })
    }

    /// What it says.
    pub fn details(&self) -> &Details {
        &self.details
    }

    /// With exactly these pictures; without a word about them they stay as they are.
    #[must_use]
    pub fn with_pictures(self, pictures: Illustrations) -> Self {
        Self { pictures: Some(pictures), ..self }
    }

    /// The pictures it is to have, if that is decided.
    pub fn pictures(&self) -> Option<&Illustrations> {
        self.pictures.as_ref()
    }
}

fn length(text: Option<&String>) -> usize {
    text.map_or(0, |text| text.chars().count())
}

/// Whether an event is on the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Only editors see it.
    Draft,
    /// Everyone sees it.
    Published,
}

/// An event that is kept here, ours or another's.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Our key for it.
    pub id: Uuid,
    /// Its ActivityPub id.
    pub url: Url,
    /// Its HTML page.
    pub page: Url,
    /// The actor that organises it.
    pub author: Uuid,
    /// What it says.
    pub details: Details,
    /// Whether it is on the board.
    pub state: State,
    /// The calendar it was imported from.
    pub source: Option<Uuid>,
    /// The stable name in calendars (`UID`).
    pub uid: String,
    /// How often it was changed since it was published (`SEQUENCE`).
    pub sequence: i64,
    /// When it was first published.
    pub published_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn details() -> Details {
        let start: Timestamp = "2026-12-05T14:00:00Z".parse().expect("a time");
        Details::new("Adventssingen", start, start + SignedDuration::from_hours(2), "Europe/Berlin")
    }

    #[test]
    fn a_plain_event_is_fine() {
        assert!(Draft::new(details()).is_ok());
    }

    #[test]
    fn every_problem_is_named_at_its_field() {
        let mut bad = details();
        bad.name = "X".into();
        bad.ends_at = bad.starts_at;
        bad.timezone = "../../etc/passwd".into();
        let invalid = Draft::new(bad).expect_err("an invalid event");
        let fields: Vec<_> = invalid.problems.iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["name", "ends", "timezone"]);
    }
}
