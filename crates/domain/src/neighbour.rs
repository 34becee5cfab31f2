//! Neighbours: other quarters whose posts and events appear here because an editor said so.

use jiff::Timestamp;

use crate::actor::Actor;
use crate::handshake::Standing;

/// How far it got between two quarters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// They follow us and wait for our word.
    Asked,
    /// We follow them; they have not accepted yet.
    Invited,
    /// We follow them and they accepted; they do not follow us (yet).
    OneSided,
    /// Both follow each other.
    Established,
}

impl State {
    /// The name on the command line; the message key is `neighbour-state-NAME`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Invited => "invited",
            Self::OneSided => "one-sided",
            Self::Established => "established",
        }
    }

    /// The state from what both said and who follows whom; `None` where there is nothing between the two.
    ///
    /// `said` is how the hand-shake stands, which only quarters make; `ours` is our follow of them (`Some(true)` once
    /// accepted), `theirs` whether they follow us.
    pub fn of(said: Option<Standing>, ours: Option<bool>, theirs: bool) -> Option<Self> {
        match said {
            Some(Standing::Asked(_)) => return Some(Self::Asked),
            Some(Standing::Invited(_)) => return Some(Self::Invited),
            _ => (),
        }
        match (ours, theirs) {
            (Some(true), true) if said == Some(Standing::Ended) => Some(Self::OneSided),
            (Some(true), true) => Some(Self::Established),
            (Some(true), false) => Some(Self::OneSided),
            (Some(false), _) => Some(Self::Invited),
            (None, true) => Some(Self::Asked),
            (None, false) => None,
        }
    }
}

/// Another quarter and how we stand.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// Who.
    pub actor: Actor,
    /// How far it got.
    pub state: State,
    /// Since when, in that state's sense: asked, invited or accepted at.
    pub since: Timestamp,
}
