//! Calendars that are read in: where an event came from, and what a second reading did.

use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use crate::event::Details;

pub mod fields;

/// A calendar that events are imported from.
#[derive(Clone, Debug)]
pub struct Source {
    /// Our key for it.
    pub id: Uuid,
    /// Its address; for a file, `file:` and its name.
    pub url: Url,
    /// Its name for people.
    pub name: String,
    /// The actor its events are published by.
    pub author: Uuid,
    /// Whether its events are published at once.
    pub publish: bool,
    /// The `ETag` of the last answer.
    pub etag: Option<String>,
    /// The `Last-Modified` of the last answer.
    pub last_modified: Option<String>,
    /// When it was last read.
    pub read_at: Option<Timestamp>,
    /// What went wrong the last time.
    pub error: Option<String>,
    /// What it is, by the message key after `sources-kind-`.
    pub kind: String,
    /// The address behind its own, where a page only points to it.
    pub feed: Option<Url>,
    /// From when on the next reading has to ask for changes, if it can be asked so.
    pub mark: Option<Timestamp>,
    /// How far a reading is: so many of so many.
    pub progress: (i64, i64),
    /// What the last reading did, as JSON.
    pub report: Option<String>,
}

/// What makes an imported event the same at the next reading.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The iCalendar `UID`.
    pub uid: String,
    /// For one of a series, its original start (`RECURRENCE-ID`).
    pub recurrence: Option<Timestamp>,
}

/// One occurrence read from a calendar.
#[derive(Clone, Debug)]
pub struct Item {
    /// What makes it the same next time.
    pub key: Key,
    /// What it says.
    pub details: Details,
}

/// What could not be read, where, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The line of the file, from 1.
    pub line: usize,
    /// What it is about: the title or UID, where there is one.
    pub what: String,
    /// Why, as a message key (`messages/*/import.ftl`).
    pub why: &'static str,
}
