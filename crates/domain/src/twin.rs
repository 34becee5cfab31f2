//! Whether two events that came by different ways are one, and which of them is shown.
//!
//! [Decision 0074](../../../docs/decisions/0074-one-event-once.md) says why these thresholds and no others.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use url::Url;
use uuid::Uuid;

use crate::event::{Details, Event};
use crate::place::{Place, Position};

/// How far apart two may begin and still be the same.
pub const MINUTES: SignedDuration = SignedDuration::from_mins(15);
/// How far apart two may begin of which one names the other's address.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// How much of their titles has to be the same where the place is.
const SAME_PLACE: f64 = 0.6;
/// The same where the place of one is not known.
const UNKNOWN_PLACE: f64 = 0.8;
/// How much of the names of two places has to be the same.
const SAME_NAME: f64 = 0.8;
/// A stable name that is shorter is too common to count.
const UID: usize = 8;
/// Two points this near are one place, in metres.
const NEAR: f64 = 150.0;
/// Two points this far apart are two.
const FAR: f64 = 500.0;

/// Words that say nothing about what or where something is.
const FILLERS: [&str; 37] = [
    "der",
    "die",
    "das",
    "den",
    "dem",
    "des",
    "ein",
    "eine",
    "im",
    "in",
    "am",
    "an",
    "auf",
    "mit",
    "und",
    "für",
    "zum",
    "zur",
    "von",
    "vom",
    "bei",
    "the",
    "a",
    "of",
    "and",
    "at",
    "on",
    "with",
    "abgesagt",
    "cancelled",
    "canceled",
    "fällt",
    "aus",
    "neu",
    "verschoben",
    "ausgebucht",
    "uhr",
];
/// Words for a part of a house.
const ROOMS: [&str; 9] = ["raum", "saal", "zimmer", "halle", "etage", "room", "hall", "studio", "ebene"];

/// How much an event counts when one of several has to lead: the first is the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// Somebody here wrote it.
    Own,
    /// A neighbour published it.
    Neighbour,
    /// It was read in from a source.
    Import,
    /// Somebody published it whom nobody here follows.
    Stranger,
}

impl Rank {
    /// Of an event of ours or not, imported or not, by somebody that is followed or not.
    pub fn of(ours: bool, imported: bool, followed: bool) -> Self {
        match (ours, imported, followed) {
            (true, false, _) => Self::Own,
            (true, true, _) => Self::Import,
            (false, _, true) => Self::Neighbour,
            (false, _, false) => Self::Stranger,
        }
    }
}

/// Two keys in the order in which they are kept.
pub fn pair(one: Uuid, other: Uuid) -> (Uuid, Uuid) {
    if one <= other { (one, other) } else { (other, one) }
}

/// Whether two are the same event: by address, else by stable name, else by title, time and place. Who brings two events
/// by one way means two.
pub fn same(one: &Event, other: &Event) -> bool {
    if one.id == other.id || (one.author == other.author && one.source == other.source) {
        return false;
    }
    let apart = one.details.starts_at.duration_since(other.details.starts_at).abs();
    if apart <= DAY && (names(one, other) || names(other, one)) {
        return true;
    }
    let same_name = one.uid == other.uid && one.uid.len() >= UID;
    apart <= MINUTES && (same_name || alike(&one.details, &other.details))
}

/// Whether `one` says that it is what stands at an address of `other`.
fn names(one: &Event, other: &Event) -> bool {
    let bare = |url: &Url| url.as_str().split('#').next().unwrap_or_default().trim_end_matches('/').to_owned();
    let theirs = [bare(&other.url), bare(&other.page)];
    let link = one.details.link.as_ref().map(bare);
    link.is_some_and(|link| theirs.contains(&link)) || theirs.iter().any(|url| url == one.uid.trim_end_matches('/'))
}

/// Whether title and place of two that begin together are those of one.
pub fn alike(one: &Details, other: &Details) -> bool {
    if one.all_day != other.all_day {
        return false;
    }
    let likeness = titles(&one.name, &other.name);
    match places(one.place.as_ref(), other.place.as_ref()) {
        Where::Same => likeness >= SAME_PLACE,
        Where::Unknown => likeness >= UNKNOWN_PLACE,
        Where::Elsewhere => false,
    }
}

/// How much of two titles is the same, from 0 to 1: words in any order, case and signs; 0 where they count differently.
pub fn titles(one: &str, other: &str) -> f64 {
    let (one, other) = (words(one), words(other));
    if is_numbered_differently(&one, &other) {
        return 0.0;
    }
    if is_compound(&one, &other) || is_compound(&other, &one) { 1.0 } else { likeness(&one, &other) }
}

/// Whether two titles are the same but for case, signs and words that say nothing.
pub fn is_same_title(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    !one.is_empty() && one == other
}

/// Whether one is the words of the other written together: “Adventssingen” and “Advents-Singen”.
fn is_compound(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    let (Some(whole), 1) = (one.first(), one.len()) else { return false };
    let (Some(first), Some(last), 2) = (other.first(), other.last(), other.len()) else { return false };
    *whole == format!("{first}{last}") || *whole == format!("{last}{first}")
}

/// How many words two sets share, twice, of all they have (Dice).
fn likeness(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let all = one.len() + other.len();
    if all == 0 { 0.0 } else { 2.0 * count(one.intersection(other).count()) / count(all) }
}

/// Whether both have figures and not the same: “Gruppe 1” and “Gruppe 2”.
fn is_numbered_differently(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    let figures = |words: &BTreeSet<String>| -> BTreeSet<String> {
        words.iter().filter(|word| word.chars().any(|c| c.is_ascii_digit())).cloned().collect()
    };
    let (one, other) = (figures(one), figures(other));
    !one.is_empty() && !other.is_empty() && one != other
}

fn words(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).map(|word| word.to_lowercase().replace('ß', "ss"));
    words.filter(|word| !word.is_empty() && !FILLERS.contains(&word.as_str())).collect()
}

/// What two places are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    Same,
    Unknown,
    Elsewhere,
}

fn places(one: Option<&Place>, other: Option<&Place>) -> Where {
    let (Some(one), Some(other)) = (one, other) else { return Where::Unknown };
    let (first, second) = (words(&one.name), words(&other.name));
    let rooms = |words: &BTreeSet<String>| words.iter().any(|word| ROOMS.iter().any(|room| word.ends_with(room)));
    let apart = !first.is_subset(&second) && !second.is_subset(&first);
    if is_numbered_differently(&first, &second) || (apart && rooms(&first) && rooms(&second)) {
        return Where::Elsewhere;
    }
    if let (Some(here), Some(there)) = (one.position, other.position) {
        let metres = metres(here, there);
        if metres <= NEAR || metres >= FAR {
            return if metres <= NEAR { Where::Same } else { Where::Elsewhere };
        }
    }
    if let (Some(here), Some(there)) = (street(one), street(other)) {
        return if here == there { Where::Same } else { Where::Elsewhere };
    }
    if (!first.is_empty() && !second.is_empty() && !apart) || likeness(&first, &second) >= SAME_NAME {
        Where::Same
    } else if first.is_disjoint(&second) {
        Where::Elsewhere
    } else {
        Where::Unknown
    }
}

/// The street in one spelling: `Hauptstr. 5` is `Hauptstraße 5`.
fn street(place: &Place) -> Option<String> {
    let text = place.street.as_ref()?.to_lowercase().replace('ß', "ss").replace("strasse", "str");
    let text: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
    (!text.is_empty()).then_some(text)
}

/// How far two points are from each other, as the crow flies: near enough for a quarter.
fn metres(one: Position, other: Position) -> f64 {
    let north = (one.latitude - other.latitude) * 111_320.0;
    let east = (one.longitude - other.longitude) * 111_320.0 * one.latitude.to_radians().cos();
    north.hypot(east)
}

#[cfg(test)]
mod tests;
