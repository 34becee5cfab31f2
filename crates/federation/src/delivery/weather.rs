//! What the last answers say beyond the delivery that each was to.
//!
//! When nobody at all can be reached, it is we who are offline, and that is held against nobody. Who forbids everything
//! does not want us.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tracing::warn;

/// How long what happened with a host says something about our own network.
const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// So many different hosts, silent one after the other, are no coincidence.
const ENOUGH: usize = 3;
/// How long we believe that it is our network; after that it is the others who are gone.
const PATIENCE: SignedDuration = SignedDuration::from_hours(24);
/// How long a lane rests while we are offline.
const REST: SignedDuration = SignedDuration::from_mins(1);
/// How many hosts are kept in mind.
const MAX_HOSTS: usize = 256;

/// What the last tries say about the network.
#[derive(Debug, Default)]
pub(super) struct Weather(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    /// Since when nobody was reached, as far as we know.
    silent_since: Option<Timestamp>,
    /// The hosts that did not answer since, and when they last did not.
    silent: HashMap<String, Timestamp>,
    /// How many sends in a row a host forbade.
    forbidden: HashMap<String, u32>,
}

impl Weather {
    /// Notes that a host answered, whatever it said: the network works.
    pub(super) fn heard(&self) {
        let mut seen = self.seen();
        if seen.silent_since.take().is_some() {
            seen.silent.clear();
        }
    }

    /// Notes whether a host that answered forbade it (403); says how often in a row it did.
    pub(super) fn forbade(&self, host: &str, forbade: bool) -> u32 {
        let mut seen = self.seen();
        if !forbade {
            seen.forbidden.remove(host);
            return 0;
        }
        if seen.forbidden.len() >= MAX_HOSTS {
            seen.forbidden.clear();
        }
        let count = seen.forbidden.entry(host.to_owned()).or_default();
        *count += 1;
        *count
    }

    /// Notes that no answer came from `host`; says how long to rest if that is because we are offline.
    ///
    /// `chance` in 0..1 spreads the rests, so that not everything wakes at once when the network is back.
    pub(super) fn unheard(&self, host: &str, now: Timestamp, chance: f64) -> Option<SignedDuration> {
        let mut seen = self.seen();
        seen.silent.retain(|_, at| now.duration_since(*at).abs() < WINDOW);
        if seen.silent.is_empty() {
            seen.silent_since = None;
        }
        let since = *seen.silent_since.get_or_insert(now);
        if seen.silent.len() < MAX_HOSTS {
            seen.silent.insert(host.to_owned(), now);
        }
        let is_ours = seen.silent.len() >= ENOUGH && now.duration_since(since) < PATIENCE;
        if is_ours && seen.silent.len() == ENOUGH {
            warn!("No other server can be reached: our own network seems to be down. Nobody is blamed for it");
        }
        let spread = SignedDuration::try_from_secs_f64(REST.as_secs_f64() * chance.clamp(0.0, 1.0));
        is_ours.then(|| REST + spread.unwrap_or_default())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    #[test]
    fn three_silent_hosts_and_no_other_are_our_own_outage() {
        let weather = Weather::default();
        assert_eq!(weather.unheard("a", at(0), 0.0), None);
        assert_eq!(weather.unheard("a", at(1), 0.0), None, "one host is one host");
        assert_eq!(weather.unheard("b", at(2), 0.0), None);
        assert_eq!(weather.unheard("c", at(3), 0.0), Some(REST));
        assert_eq!(weather.unheard("a", at(4), 1.0), Some(REST + REST));
    }

    #[test]
    fn one_that_answers_shows_that_the_network_works() {
        let weather = Weather::default();
        for host in ["a", "b", "c"] {
            weather.unheard(host, at(0), 0.0);
        }
        weather.heard();
        assert_eq!(weather.unheard("a", at(1), 0.0), None);
    }

    #[test]
    fn what_is_forbidden_is_counted_until_something_is_not() {
        let weather = Weather::default();
        assert_eq!([true, true, false, true].map(|forbade| weather.forbade("a", forbade)), [1, 2, 0, 1]);
        assert_eq!(weather.forbade("b", true), 1);
    }

    #[test]
    fn what_was_long_ago_says_nothing() {
        let weather = Weather::default();
        weather.unheard("a", at(0), 0.0);
        weather.unheard("b", at(1), 0.0);
        assert_eq!(weather.unheard("c", at(700), 0.0), None);
    }

    #[test]
    fn after_a_day_it_is_the_others_who_are_gone() {
        let weather = Weather::default();
        let day = 24 * 60 * 60;
        for minute in 0..(day / 60) {
            for host in ["a", "b", "c"] {
                weather.unheard(host, at(minute * 60), 0.0);
            }
        }
        assert_eq!(weather.unheard("a", at(day + 1), 0.0), None);
    }
}
