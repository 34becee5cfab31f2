//! Polls: options to choose from, one or several, until when, and how it stands.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::html;
use crate::invalid::Invalid;

/// The most options that are read of another server's poll.
pub const MAX_READ: usize = 20;
/// The fewest options of a poll.
pub const MIN_OPTIONS: usize = 2;
/// The most options of a poll of ours: more than that nobody weighs against each other.
pub const MAX_WRITTEN: usize = 10;
/// The longest name of an option, in characters.
pub const MAX_NAME: usize = 200;
/// The highest number that is believed of votes or voters.
pub const MAX_COUNT: i64 = 1_000_000_000;

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What it is; no two of a poll are the same.
    pub name: String,
    /// How many chose it.
    pub votes: i64,
}

/// A poll, ours or another's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poll {
    /// What can be chosen, in this order.
    pub options: Vec<Choice>,
    /// Whether several may be chosen.
    pub several: bool,
    /// When it ends, if it does by itself.
    pub ends_at: Option<Timestamp>,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// How many voted, where that is known.
    pub voters: Option<i64>,
}

impl Poll {
    /// A poll without votes: names are cleaned to one line, empty and doubled ones left out; the first `most` count.
    pub fn new<'a>(
        names: impl IntoIterator<Item = &'a str>,
        several: bool,
        ends_at: Option<Timestamp>,
        most: usize,
    ) -> Self {
        let mut seen = HashSet::new();
        let names = names.into_iter().map(|name| html::line(name, MAX_NAME));
        let names = names.filter(|name| !name.is_empty() && seen.insert(name.clone())).take(most);
        let options = names.map(|name| Choice { name, votes: 0 }).collect();
        Self { options, several, ends_at, closed_at: None, voters: None }
    }

    /// A poll as typed into the form, one option on each line.
    pub fn typed(lines: &str, several: bool, ends_at: Option<Timestamp>) -> Self {
        let lines = lines.lines().map(html::escape).collect::<Vec<_>>();
        // One too many is kept, so that it is refused and not forgotten.
        Self::new(lines.iter().map(String::as_str), several, ends_at, MAX_WRITTEN + 1)
    }

    /// Notes what is wrong with a poll of ours.
    pub(crate) fn check(&self, invalid: &mut Invalid) {
        invalid.unless(self.options.len() >= MIN_OPTIONS, "options", "polls-invalid-few");
        invalid.unless(self.options.len() <= MAX_WRITTEN, "options", "polls-invalid-many");
    }

    /// A poll of ours that begins `now`: without votes, whatever was claimed. Refuses an end that is past.
    pub fn begin(&mut self, now: Timestamp) -> Result<(), Invalid> {
        if self.ends_at.is_some_and(|end| end <= now) {
            return Err(Invalid::one("poll_ends", "polls-invalid-past"));
        }
        self.options.iter_mut().for_each(|option| option.votes = 0);
        (self.closed_at, self.voters) = (None, Some(0));
        Ok(())
    }

    /// When it ended or will end.
    pub fn end(&self) -> Option<Timestamp> {
        self.closed_at.or(self.ends_at)
    }

    /// Whether one may vote.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.end().is_none_or(|end| end > now)
    }

    /// All votes together; of those who chose several each counts.
    pub fn votes(&self) -> i64 {
        self.options.iter().fold(0, |sum, option| sum.saturating_add(option.votes))
    }

    /// The share of an option in whole percent, rounded down: of the voters where several may be chosen and their number
    /// is known, else of the votes.
    pub fn percent(&self, option: &Choice) -> i64 {
        let whole = if self.several { self.voters.unwrap_or_else(|| self.votes()) } else { self.votes() };
        option.votes.saturating_mul(100).checked_div(whole).unwrap_or(0).clamp(0, 100)
    }

    /// Whether `other` offers the same to choose from.
    pub fn offers_the_same(&self, other: &Self) -> bool {
        let names = |poll: &Self| poll.options.iter().map(|option| option.name.clone()).collect::<Vec<_>>();
        self.several == other.several && names(self) == names(other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(poll: &Poll) -> Vec<&str> {
        poll.options.iter().map(|option| option.name.as_str()).collect()
    }

    #[test]
    fn options_are_lines_and_none_is_there_twice() {
        let poll = Poll::typed(" Freitag \r\n\nSamstag\nFreitag\nSonntag <3\n", false, None);
        assert_eq!(names(&poll), ["Freitag", "Samstag", "Sonntag <3"]);
        let endless = "x".repeat(900);
        assert_eq!(Poll::typed(&endless, false, None).options[0].name.len(), MAX_NAME);
    }

    #[test]
    fn a_poll_has_two_to_ten_options_and_ends_later() {
        let problem = |lines: &str| {
            let mut invalid = Invalid::default();
            Poll::typed(lines, false, None).check(&mut invalid);
            invalid.at("options")
        };
        assert_eq!(problem("eins"), Some("polls-invalid-few"));
        assert_eq!(problem("eins\nzwei"), None);
        assert_eq!(problem("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11"), Some("polls-invalid-many"));
        let end = Timestamp::UNIX_EPOCH;
        assert!(Poll::typed("a\nb", false, Some(end)).begin(end).is_err());
        let mut claimed = Poll::typed("a\nb", false, None);
        (claimed.options[0].votes, claimed.voters) = (9, Some(9));
        assert!(claimed.begin(end).is_ok());
        assert_eq!((claimed.votes(), claimed.voters), (0, Some(0)));
    }

    #[test]
    fn shares_are_of_the_voters_where_several_may_be_chosen() {
        let mut poll = Poll::typed("a\nb", true, None);
        assert_eq!(poll.percent(&poll.options[0]), 0);
        (poll.options[0].votes, poll.options[1].votes, poll.voters) = (4, 3, Some(4));
        assert_eq!((poll.percent(&poll.options[0]), poll.percent(&poll.options[1])), (100, 75));
        poll.several = false;
        assert_eq!(poll.percent(&poll.options[1]), 42);
        poll.options[0].votes = i64::MAX;
        assert_eq!(poll.percent(&poll.options[1]), 0);
    }
}
