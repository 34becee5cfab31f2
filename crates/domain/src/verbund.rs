//! A Verbund: quarters that belong together, as every member computes it for itself (decision 0077).
//!
//! It is what its members say, each in one ballot of its own that nobody else can write. Merging keeps the latest ballot of
//! each, so that it does not matter who heard what first; everything else follows from the ballots by the rules below, and
//! whoever has the same ballots comes to the same result.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

/// The most quarters that one ballot names, in each of its lists.
pub const MOST_NAMED: usize = 256;
/// The most ballots of quarters that nobody in the Verbund speaks for; they wait for a member's word.
pub const MOST_WAITING: usize = 64;

/// What it takes to become a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Accession {
    /// One member invites.
    One,
    /// Two members agree.
    Two,
    /// All agree whom the newcomer finds as members.
    All,
}

/// What a Verbund is called, where it is and what for.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Wording {
    /// From 0, the wording of the charter; the highest counts.
    pub version: u32,
    /// `Hellweg-Verbund`.
    pub name: String,
    /// `zwischen Soest und Unna`.
    pub area: String,
    /// `ein gemeinsamer Kalender`.
    pub purpose: String,
}

/// What it was founded as. It never changes: its hash is the name of the Verbund for programs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charter {
    /// Its first name, area and purpose.
    pub wording: Wording,
    /// What it takes to become a member.
    pub accession: Accession,
    /// Who founded it: each still says yes by a ballot of its own.
    pub founders: BTreeSet<Url>,
    /// When.
    pub founded_at: Timestamp,
    /// The Verbund that it goes on from, where its members could not agree.
    pub after: Option<String>,
}

/// What one quarter says about a Verbund. Of two ballots the one with the higher version counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ballot {
    /// How often it was cast, from 1.
    pub version: u64,
    /// Whether it belongs, as far as it itself is concerned.
    pub member: bool,
    /// Whom it found as members when it joined.
    pub with: BTreeSet<Url>,
    /// Whom it invites, or wants to stay.
    pub vouches: BTreeSet<Url>,
    /// Whom it wants out.
    pub rejects: BTreeSet<Url>,
    /// What it wants the Verbund to be called, if not as in the charter.
    pub wording: Option<Wording>,
}

impl Charter {
    /// Whether it can be: so many founders as it takes to let somebody in, two where all have to agree.
    pub fn is_sound(&self) -> bool {
        let needed = if self.accession == Accession::One { 1 } else { 2 };
        (needed..=MOST_NAMED).contains(&self.founders.len())
    }
}

impl Ballot {
    /// Whether it names no more than it may.
    pub fn is_bounded(&self) -> bool {
        [&self.with, &self.vouches, &self.rejects].into_iter().all(|list| list.len() <= MOST_NAMED)
    }
}

/// A charter and the latest ballot of everyone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verbund {
    /// What it was founded as.
    pub charter: Charter,
    /// What each says, by its actor.
    pub ballots: BTreeMap<Url, Ballot>,
}

/// What follows from the ballots.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Who belongs.
    pub members: BTreeSet<Url>,
    /// Who was invited and has not joined, or wants to join and lacks somebody's word.
    pub invited: BTreeSet<Url>,
    /// Who was voted out.
    pub expelled: BTreeSet<Url>,
    /// What it is called.
    pub wording: Wording,
}

impl Verbund {
    /// A Verbund of which only the charter is known.
    pub fn new(charter: Charter) -> Self {
        Self { charter, ballots: BTreeMap::new() }
    }

    /// The next ballot of `by`, for it to change: what it said before, as a member, and carrying what was decided since.
    /// Who joins accepts whom the others voted out, and who is there goes on carrying it when a voter leaves.
    pub fn next_ballot(&self, by: &Url) -> Ballot {
        let outcome = self.outcome();
        let before = self.ballots.get(by);
        let mut ballot = before.cloned().unwrap_or_default();
        ballot.version = ballot.version.saturating_add(1);
        if !ballot.member {
            ballot.member = true;
            ballot.with = outcome.members;
        }
        ballot.rejects.extend(outcome.expelled.into_iter().filter(|one| one != by));
        ballot
    }

    /// Takes in what `by` says; `false` if that was known, is outdated or too long. Of two ballots that `by` passes off
    /// under one version everyone keeps the same.
    pub fn hear(&mut self, by: &Url, ballot: Ballot) -> bool {
        if !ballot.is_bounded() || self.ballots.get(by).is_some_and(|known| *known >= ballot) {
            return false;
        }
        self.ballots.insert(by.clone(), ballot);
        true
    }

    /// Takes in all that another copy knows; whether anything was new.
    pub fn merge(&mut self, other: &Self) -> bool {
        let mut new = false;
        for (by, ballot) in &other.ballots {
            new |= self.hear(by, ballot.clone());
        }
        new
    }

    /// The ballots that nobody in the Verbund speaks for and that are more than may wait, the last by name first.
    pub fn surplus(&self) -> Vec<Url> {
        let outcome = self.outcome();
        let known = |by: &&Url| {
            !outcome.members.contains(*by)
                && !outcome.invited.contains(*by)
                && !outcome.expelled.contains(*by)
                && !outcome.members.iter().any(|member| self.names(member, by))
                && !self.charter.founders.contains(*by)
        };
        self.ballots.keys().filter(known).skip(MOST_WAITING).cloned().collect()
    }

    /// What follows from the ballots, by the rules of decision 0077.
    pub fn outcome(&self) -> Outcome {
        let mut expelled = BTreeSet::new();
        while let Some(next) = self.next_expelled(&expelled) {
            expelled.insert(next);
        }
        let members = self.members(&expelled);
        let invited = members
            .iter()
            .filter_map(|member| self.ballots.get(member))
            .flat_map(|ballot| &ballot.vouches)
            .filter(|one| !members.contains(*one) && !expelled.contains(*one) && !self.left(one))
            .cloned()
            .collect();
        Outcome { wording: self.wording(&members), invited, members, expelled }
    }

    /// Whether `one` was there and said that it goes.
    fn left(&self, one: &Url) -> bool {
        self.ballots.get(one).is_some_and(|ballot| !ballot.member)
    }

    /// Who belongs if the word of `expelled` no longer counts.
    fn members(&self, expelled: &BTreeSet<Url>) -> BTreeSet<Url> {
        let mut admitted = self.admitted(expelled);
        admitted.retain(|one| !self.left(one));
        admitted
    }

    /// Who was ever let in, by somebody whose word counts. What a member vouched for stays when it leaves.
    fn admitted(&self, expelled: &BTreeSet<Url>) -> BTreeSet<Url> {
        let mut admitted = self.roots(expelled);
        loop {
            let more: Vec<Url> = self
                .ballots
                .iter()
                .filter(|(by, ballot)| {
                    !admitted.contains(*by) && !expelled.contains(*by) && self.lets_in(by, ballot, &admitted, expelled)
                })
                .map(|(by, _)| by.clone())
                .collect();
            if more.is_empty() {
                return admitted;
            }
            admitted.extend(more);
        }
    }

    /// Where it begins: the founders, and if all of them were voted out, who did so.
    fn roots(&self, expelled: &BTreeSet<Url>) -> BTreeSet<Url> {
        let founders = || self.charter.founders.iter().filter(|one| self.ballots.contains_key(*one));
        let left: BTreeSet<Url> = founders().filter(|one| !expelled.contains(*one)).cloned().collect();
        if !left.is_empty() || expelled.is_empty() {
            return left;
        }
        let voters = self.members(&BTreeSet::new()).into_iter();
        voters.filter(|by| !expelled.contains(by) && founders().any(|one| self.rejects(by, one))).collect()
    }

    fn lets_in(&self, by: &Url, ballot: &Ballot, admitted: &BTreeSet<Url>, expelled: &BTreeSet<Url>) -> bool {
        let support = admitted.iter().filter(|one| self.vouches(one, by)).count();
        match self.charter.accession {
            Accession::One => support >= 1,
            Accession::Two => support >= 2,
            Accession::All => {
                let asked = self.charter.founders.union(&ballot.with).filter(|one| {
                    *one != by && !expelled.contains(*one) && self.ballots.get(*one).is_some_and(|ballot| ballot.member)
                });
                support >= 1 && asked.into_iter().all(|one| admitted.contains(one) && self.vouches(one, by))
            }
        }
    }

    fn vouches(&self, one: &Url, other: &Url) -> bool {
        self.ballots.get(one).is_some_and(|ballot| ballot.vouches.contains(other))
    }

    fn rejects(&self, one: &Url, other: &Url) -> bool {
        self.ballots.get(one).is_some_and(|ballot| ballot.rejects.contains(other))
    }

    fn names(&self, one: &Url, other: &Url) -> bool {
        self.vouches(one, other) || self.rejects(one, other)
    }

    /// Who is voted out next: more than half of those want it who would be members without that one's word. Of several
    /// the one against whom the largest part of them is, then the first by name.
    fn next_expelled(&self, expelled: &BTreeSet<Url>) -> Option<Url> {
        let members = self.members(expelled);
        let mut worst: Option<(usize, usize, Url)> = None;
        for one in &members {
            let against =
                |voters: &BTreeSet<Url>| voters.iter().filter(|by| *by != one && self.rejects(by, one)).count();
            // Most are wanted out by nobody: that costs no more than to ask.
            if against(&members) == 0 {
                continue;
            }
            let mut without = expelled.clone();
            without.insert(one.clone());
            let voters = self.members(&without);
            let (votes, of) = (against(&voters), voters.len());
            if votes * 2 > of && worst.as_ref().is_none_or(|(most, all, _)| votes * all > most * of) {
                worst = Some((votes, of, one.clone()));
            }
        }
        worst.map(|(_, _, one)| one)
    }

    /// The latest wording that as many members carry as it takes to let somebody in.
    fn wording(&self, members: &BTreeSet<Url>) -> Wording {
        let needed = match self.charter.accession {
            Accession::One => 1,
            Accession::Two => members.len().min(2),
            Accession::All => members.len(),
        };
        let mut carried: BTreeMap<&Wording, usize> = BTreeMap::new();
        for wording in members.iter().filter_map(|member| self.ballots.get(member)?.wording.as_ref()) {
            *carried.entry(wording).or_default() += 1;
        }
        let latest = carried.into_iter().rev().find(|(_, carriers)| *carriers >= needed);
        latest.map_or_else(|| self.charter.wording.clone(), |(wording, _)| wording.clone())
    }
}

#[cfg(test)]
mod tests;
