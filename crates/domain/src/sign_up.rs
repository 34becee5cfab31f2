//! Accounts for who asks: how a quarter wants it, and what stands in front of an open door.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::account::Email;
use crate::host::Host;

/// How long the door stays open while nobody of the editors is there.
pub const QUIET: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How many come in by the open door in a day.
pub const A_DAY: i64 = 20;
/// The most somebody may say about themselves, in characters.
pub const MAX_WORDS: usize = 1_000;
/// The least, where somebody has to read it.
const MIN_WORDS: usize = 10;

/// How a quarter gives accounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SignUp {
    /// Only to who was invited.
    #[default]
    Invited,
    /// To who asked, once an admin has said yes.
    Approved,
    /// To who asked, as a reader.
    Open,
}

/// How it stands with the door just now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// There is none.
    Shut,
    /// Who asks waits for an admin.
    Asks(Why),
    /// Who asks is in.
    Open,
}

/// Why somebody waits for an admin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The quarter wants it so.
    Asked,
    /// The door is open, but no editor was there for [`QUIET`].
    Quiet,
    /// The door is open, but [`A_DAY`] came in already.
    Full,
}

impl Why {
    /// The name in the database; the message key is `signup-waits-NAME`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Quiet => "quiet",
            Self::Full => "full",
        }
    }

    /// The reason of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Asked, Self::Quiet, Self::Full].into_iter().find(|why| why.as_str() == name)
    }
}

impl Door {
    /// What is wrong with what somebody says about themselves, as a message key: somebody has to be able to decide by it.
    pub fn refuses(self, words: &str) -> Option<&'static str> {
        let length = words.chars().count();
        match self {
            _ if length > MAX_WORDS => Some("invalid-too-long"),
            Self::Asks(_) if length < MIN_WORDS => Some("signup-words-missing"),
            _ => None,
        }
    }
}

/// Whether a mailbox is one of those that are thrown away after use, on our list or on the operator's.
pub fn is_throwaway(email: &Email, more: &[Host]) -> bool {
    let Some((_, host)) = email.as_str().rsplit_once('@') else { return true };
    let is_below = |known: &str| host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    let listed = include_str!("../data/throwaway-mail.txt").lines().filter(|line| !line.starts_with('#'));
    listed.chain(more.iter().map(Host::as_str)).any(is_below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailboxes_that_are_thrown_away_are_known_with_everything_below_their_host() {
        let more = ["wegwerf.example".parse().expect("a host")];
        let known = |address: &str| is_throwaway(&address.parse().expect("an address"), &more);
        for address in ["a@mailinator.com", "a@x.Mailinator.com", "a@wegwerf.example", "a@yopmail.fr"] {
            assert!(known(address), "{address}");
        }
        for address in ["a@fern.example", "a@notmailinator.com", "a@mailinator.com.example"] {
            assert!(!known(address), "{address}");
        }
    }

    #[test]
    fn every_line_of_the_list_is_a_host_in_its_one_spelling() {
        let mut lines = include_str!("../data/throwaway-mail.txt").lines().filter(|line| !line.starts_with('#'));
        assert!(lines.all(|line| line.parse::<Host>().is_ok_and(|host| host.as_str() == line)));
    }

    #[test]
    fn words_are_needed_where_somebody_has_to_decide() {
        for why in [Why::Asked, Why::Quiet, Why::Full] {
            assert_eq!(Door::Asks(why).refuses("Hallo"), Some("signup-words-missing"));
            assert_eq!(Door::Asks(why).refuses("Ich wohne am Kanal."), None);
            assert_eq!(Why::from_name(why.as_str()), Some(why));
        }
        assert_eq!(Door::Open.refuses(""), None);
        assert_eq!(Door::Open.refuses(&"x".repeat(1001)), Some("invalid-too-long"));
    }
}
