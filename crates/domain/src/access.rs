//! Facts about access. What nobody looked at is unknown, never "no".

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is known about one kind of access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is so.
    Yes,
    /// In part; the note says how.
    Partly,
    /// It is not so.
    No,
}

impl Answer {
    /// The name in forms and in the database; the message key is `access-answer-NAME`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Partly => "partly",
            Self::No => "no",
        }
    }

    /// The answer of that name; anything else is unknown.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Yes, Self::Partly, Self::No].into_iter().find(|answer| answer.as_str() == name)
    }
}

/// The facts asked for, by their keys; the message key is `access-KEY` with `-` for `_`.
pub const FACTS: [&str; 16] = [
    "step_free",
    "toilet",
    "lift",
    "parking",
    "hearing_loop",
    "sign_language",
    "subtitles",
    "plain_language",
    "tactile",
    "assistance_dog",
    "quiet",
    "seating",
    "companion",
    "pickup",
    "smoke_free",
    "stroller",
];

/// The known facts of a place or an event. A key that is not there is unknown.
pub type Access = BTreeMap<String, Answer>;

/// The `propertyID` of Mobilizon for a fact, where it has one.
pub fn mobilizon_key(fact: &str) -> Option<&'static str> {
    match fact {
        "step_free" => Some("mz:accessibility:wheelchairAccessible"),
        "sign_language" => Some("mz:accessibility:live:sign_language"),
        "subtitles" => Some("mz:accessibility:live:subtitle"),
        "smoke_free" => Some("mz:accessibility:smokeFree"),
        _ => None,
    }
}
