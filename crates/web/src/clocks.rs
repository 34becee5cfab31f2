//! Clocks that differ from ours, in words: a neighbour's, or, where most differ alike, our own.

use std::collections::BTreeMap;

use calendar::phrase;
use domain::host::Host;
use domain::messages;
use domain::neighbour::Neighbour;
use jiff::SignedDuration;
use jiff::tz::TimeZone;

use crate::app::App;
use crate::visitor::Visitor;

/// For how long it is told that a clock was wrong: whoever mended theirs is not told on for ever.
const RECENT: SignedDuration = SignedDuration::from_hours(24);

/// What the editors should know about clocks.
#[derive(Default)]
pub(crate) struct Clocks {
    /// That our own is probably wrong.
    pub(crate) own: Option<String>,
    others: BTreeMap<Host, String>,
}

impl Clocks {
    /// Compares the clocks of the neighbours with ours, as far as their requests were refused for it of late.
    pub(crate) fn of(app: &App, visitor: &Visitor, neighbours: &[Neighbour]) -> Self {
        let now = app.instance.clock().now();
        let names: BTreeMap<&Host, &str> =
            neighbours.iter().map(|one| (&one.actor.host, one.actor.name.as_str())).collect();
        let recent = |skew: &federation::Skew| now.duration_since(skew.seen_at) < RECENT;
        let skews: Vec<_> = app.instance.skews().into_iter().filter(|(_, skew)| recent(skew)).collect();
        let known: Vec<_> = skews.iter().filter(|(host, _)| names.contains_key(host)).collect();
        let offsets: Vec<SignedDuration> = known.iter().map(|(_, skew)| skew.ahead).collect();
        let suspected = suspect(&offsets, names.len());
        let zone = app.zone();
        let told = known.iter().filter(|(_, skew)| suspected.is_none_or(|ours| ours.signum() != skew.ahead.signum()));
        let others = told.filter_map(|(host, skew)| {
            let name = names.get(host)?;
            Some((host.clone(), in_words(visitor, name, skew, &zone)))
        });
        Self { others: others.collect(), own: suspected.map(|by| own_in_words(visitor, by)) }
    }

    /// What is wrong with the clock of a neighbour.
    pub(crate) fn at(&self, host: &Host) -> Option<String> {
        self.others.get(host).cloned()
    }
}

/// By how much others seem to be ahead, if so many differ alike that it must be us: most of the neighbours, and more
/// than one. The one in the middle counts.
fn suspect(offsets: &[SignedDuration], neighbours: usize) -> Option<SignedDuration> {
    let (mut ahead, mut behind): (Vec<_>, Vec<_>) = offsets.iter().copied().partition(SignedDuration::is_positive);
    let most = if ahead.len() > behind.len() { &mut ahead } else { &mut behind };
    if most.len() < 2 || 2 * most.len() <= neighbours {
        return None;
    }
    most.sort();
    most.get(most.len() / 2).copied()
}

fn in_words(visitor: &Visitor, name: &str, skew: &federation::Skew, zone: &TimeZone) -> String {
    let key = if skew.ahead.is_positive() { "clocks-ahead" } else { "clocks-behind" };
    let by = length(visitor, skew.ahead);
    let at = phrase::moment(skew.seen_at, zone, visitor.language);
    visitor.text_with(key, &[("name", name), ("by", &by), ("at", &at)])
}

/// The others are ahead: so we are behind.
fn own_in_words(visitor: &Visitor, others: SignedDuration) -> String {
    let key = if others.is_positive() { "clocks-own-behind" } else { "clocks-own-ahead" };
    visitor.text_with(key, &[("by", &length(visitor, others))])
}

/// `7 Minuten`, `2 Stunden`, `3 Tage`: as exact as anybody needs.
fn length(visitor: &Visitor, by: SignedDuration) -> String {
    let minutes = (by.abs().as_secs() + 30) / 60;
    let (key, count) = match minutes {
        ..90 => ("clocks-minutes", minutes.max(1)),
        90..2160 => ("clocks-hours", (minutes + 30) / 60),
        _ => ("clocks-days", (minutes + 720) / 1440),
    };
    messages::count(visitor.voice(), key, usize::try_from(count).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use domain::language::Language;
    use domain::voice::Manner;

    use super::*;

    fn minutes(all: &[i64]) -> Vec<SignedDuration> {
        all.iter().map(|minutes| SignedDuration::from_mins(*minutes)).collect()
    }

    #[test]
    fn our_own_clock_is_suspected_where_most_neighbours_differ_alike() {
        let suspected = |all: &[i64], neighbours| suspect(&minutes(all), neighbours).map(|by| by.as_mins());
        assert_eq!(suspected(&[], 0), None);
        assert_eq!(suspected(&[7], 1), None, "one alone proves nothing");
        assert_eq!(suspected(&[7, 8], 4), None, "half is not most");
        assert_eq!(suspected(&[7, 9, 8], 4), Some(8));
        assert_eq!(suspected(&[-70, -80], 3), Some(-70));
        assert_eq!(suspected(&[7, -70], 3), None);
        assert_eq!(suspected(&[7, 9, 8, -70], 5), Some(8));
    }

    #[test]
    fn a_difference_is_said_as_exactly_as_anybody_needs() {
        let visitor = Visitor::stranger(Language::DE, Manner::default(), "/".into());
        let said = |minutes| length(&visitor, SignedDuration::from_mins(minutes));
        assert_eq!([0, 1, -7, 89].map(said), ["eine Minute", "eine Minute", "7 Minuten", "89 Minuten"]);
        assert_eq!([-119, 90, 60 * 30].map(said), ["2 Stunden", "2 Stunden", "30 Stunden"]);
        assert_eq!([60 * 48, 60 * 24 * 400].map(said), ["2 Tage", "400 Tage"]);
    }
}
