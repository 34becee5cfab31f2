//! Reports: what somebody points out to the editors.

use serde::{Deserialize, Serialize};

/// What it is about, as whoever reports it sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Something is wrong.
    Mistake,
    /// Something hurts.
    Rude,
    /// Something is against the law.
    Unlawful,
    /// Somebody cannot get on with the pages.
    Barrier,
}

impl Kind {
    /// Those that the form about a thing offers; barriers have a form of their own.
    pub const OFFERED: [Self; 3] = [Self::Mistake, Self::Rude, Self::Unlawful];

    /// The name in forms and in the database; the message key is `report-kind-NAME`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mistake => "mistake",
            Self::Rude => "rude",
            Self::Unlawful => "unlawful",
            Self::Barrier => "barrier",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Mistake, Self::Rude, Self::Unlawful, Self::Barrier].into_iter().find(|kind| kind.as_str() == name)
    }
}
