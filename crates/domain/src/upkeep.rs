//! „Stimmt das noch?“: what an initiative says of itself is asked about once a year.

use jiff::{SignedDuration, Timestamp};

/// How long what was said or confirmed counts as right.
pub const YEAR: SignedDuration = SignedDuration::from_hours(365 * 24);
/// How long after a letter the next one goes.
pub const PAUSE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How many letters go in a year: the question, and two reminders.
pub const LETTERS: i64 = 3;
/// How long a question stands open before the page says so: as long as all letters and a pause after the last one.
pub const PATIENCE: SignedDuration = SignedDuration::from_hours(3 * 14 * 24);
/// The most that may be said about what has changed, in characters.
pub const MAX_WORDS: usize = 2_000;

/// What is answered to the question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Everything is right.
    Right,
    /// Something has changed: what, in words.
    Changed(String),
    /// There is no such initiative any more.
    Gone,
}

/// What an editor has to see to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Somebody wrote what has changed.
    Changed,
    /// Somebody wrote that there is no such initiative any more.
    Gone,
    /// Nobody answers.
    Silent,
}

impl Open {
    /// The name in the database and after `upkeep-open-` in the message key.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Gone => "gone",
            Self::Silent => "silent",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Changed, Self::Gone, Self::Silent].into_iter().find(|open| open.as_str() == name)
    }
}

/// Whether a question has stood open for so long that everybody should know.
pub fn is_unsure(open_since: Option<Timestamp>, now: Timestamp) -> bool {
    open_since.is_some_and(|since| since + PATIENCE <= now)
}
