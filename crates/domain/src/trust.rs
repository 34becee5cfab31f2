//! How far the editors trust where something comes from.

/// What becomes of what a source sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// An editor reads it first.
    Check,
    /// It is shown at once.
    Show,
    /// It is not taken.
    Refuse,
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::Check, Self::Show, Self::Refuse];

    /// The name in forms and in the database; the message keys are `trust-NAME` and `decision-trust-NAME`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Show => "show",
            Self::Refuse => "refuse",
        }
    }

    /// The level of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }
}

/// What kind of source it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A calendar that is read in.
    Calendar,
    /// A neighbour, a stranger elsewhere, an initiative or a member here.
    Actor,
    /// A mailbox that proposes.
    Mailbox,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Calendar, Self::Actor, Self::Mailbox];

    /// The name in forms and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Calendar => "calendar",
            Self::Actor => "actor",
            Self::Mailbox => "mailbox",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// After so many entries without one that was declined it is suggested to show what comes at once.
pub const ENOUGH: i64 = 5;
