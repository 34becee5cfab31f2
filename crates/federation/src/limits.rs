//! How much one host may send. Counted in memory, and only what it proved to have sent: nobody uses up another's share.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::host::Host;
use jiff::Timestamp;
use url::Url;

/// How many activities a host may send within a minute. The largest servers send a few dozen a second.
pub(crate) const PER_MINUTE: u32 = 10_000;
/// How many activities a host may send within an hour.
pub(crate) const PER_HOUR: u32 = 100_000;
/// How often within an hour an actor may ask for the same thing and take it back again.
pub(crate) const ASKED_PER_HOUR: u32 = 30;
/// How often within an hour a key that is new to us makes us look at an actor that we know, however lately we did.
pub(crate) const NEW_KEYS_PER_HOUR: u32 = 3;
/// How many hosts, and how many askers, are counted; beyond that, those that were quiet for an hour are forgotten, then any.
const MAX_COUNTED: usize = 10_000;

/// After what time a count begins anew.
pub(crate) const AN_HOUR: Duration = Duration::from_hours(1);

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

/// The counts of the current minute and hour.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    hosts: Mutex<HashMap<String, [Window; 2]>>,
    askers: Mutex<HashMap<String, [Window; 2]>>,
}

/// How many came in the window of that number.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    number: i64,
    count: u32,
}

impl Limits {
    /// How long a host has to wait before it may send more; `None` if it may send now.
    pub(crate) fn wait(&self, host: &Host, now: Timestamp) -> Option<Duration> {
        let hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let [minute, hour] = hosts.get(host.name())?;
        let left = |window: &Window, length: i64, most: u32| {
            let seconds = now.as_second();
            let full = window.number == seconds.div_euclid(length) && window.count >= most;
            full.then(|| u64::try_from(length - seconds.rem_euclid(length)).map_or(Duration::ZERO, Duration::from_secs))
        };
        left(hour, HOUR, PER_HOUR).or_else(|| left(minute, MINUTE, PER_MINUTE))
    }

    /// Counts one activity that `host` is proven to have sent.
    pub(crate) fn count(&self, host: &Host, now: Timestamp) {
        count(&self.hosts, host.name(), now);
    }

    /// Counts that `actor` asks for `object`; `false` if it does so all the time.
    pub(crate) fn may_ask(&self, actor: &Url, object: &Url, now: Timestamp) -> bool {
        count(&self.askers, &format!("{actor} {object}"), now) <= ASKED_PER_HOUR
    }

    /// Counts that a request names a key that the actor did not have; `false` if that happens all the time.
    pub(crate) fn may_look(&self, actor: &Url, now: Timestamp) -> bool {
        count(&self.askers, &format!("{actor} #"), now) <= NEW_KEYS_PER_HOUR
    }
}

/// Counts one for `key`; how many it makes within the hour.
fn count(counted: &Mutex<HashMap<String, [Window; 2]>>, key: &str, now: Timestamp) -> u32 {
    let mut counted = counted.lock().unwrap_or_else(PoisonError::into_inner);
    let this_hour = now.as_second().div_euclid(HOUR);
    if counted.len() >= MAX_COUNTED && !counted.contains_key(key) {
        counted.retain(|_, [_, hour]| hour.number == this_hour);
        let crowded = counted.len() >= MAX_COUNTED;
        if let Some(any) = counted.keys().next().filter(|_| crowded).cloned() {
            counted.remove(&any);
        }
    }
    let windows = counted.entry(key.to_owned()).or_default();
    for (window, length) in windows.iter_mut().zip([MINUTE, HOUR]) {
        let number = now.as_second().div_euclid(length);
        if window.number != number {
            *window = Window { number, count: 0 };
        }
        window.count = window.count.saturating_add(1);
    }
    let [_, hour] = windows;
    hour.count
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn host(text: &str) -> Host {
        text.parse().expect("a host")
    }

    #[test]
    fn a_host_that_sends_too_much_waits_until_the_minute_is_over_and_others_do_not() {
        let limits = Limits::default();
        let now: Timestamp = "2026-11-22T12:00:20Z".parse().expect("a time");
        for _ in 0..PER_MINUTE {
            assert_eq!(limits.wait(&host("laut.example"), now), None);
            limits.count(&host("laut.example:8443"), now);
        }
        assert_eq!(limits.wait(&host("laut.example"), now), Some(Duration::from_secs(40)));
        assert_eq!(limits.wait(&host("leise.example"), now), None);
        assert_eq!(limits.wait(&host("laut.example"), now + SignedDuration::from_secs(40)), None);
    }

    #[test]
    fn the_hour_has_a_limit_of_its_own() {
        let limits = Limits::default();
        let mut now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("a time");
        for sent in 0..PER_HOUR {
            if sent % PER_MINUTE == PER_MINUTE - 1 {
                now += SignedDuration::from_mins(1);
            }
            limits.count(&host("laut.example"), now);
        }
        let wait = limits.wait(&host("laut.example"), now + SignedDuration::from_mins(5));
        assert!(wait.is_some_and(|wait| wait > Duration::from_mins(30)), "{wait:?}");
    }

    #[test]
    fn who_asks_again_and_again_is_not_heard_any_more_for_an_hour() {
        let limits = Limits::default();
        let now = Timestamp::UNIX_EPOCH;
        let url = |text: &str| text.parse::<Url>().expect("a URL");
        let (actor, ours) = (url("https://a.example/x"), url("https://nord.example/@nord"));
        assert!((0..ASKED_PER_HOUR).all(|_| limits.may_ask(&actor, &ours, now)));
        assert!(!limits.may_ask(&actor, &ours, now));
        assert!(limits.may_ask(&url("https://a.example/y"), &ours, now));
        assert!(limits.may_ask(&actor, &ours, now + SignedDuration::from_hours(1)));
    }

    #[test]
    fn a_flood_of_hosts_does_not_grow_the_memory() {
        let limits = Limits::default();
        let now = Timestamp::UNIX_EPOCH;
        for number in 0..MAX_COUNTED + 500 {
            limits.count(&host(&format!("h{number}.example")), now);
        }
        assert!(limits.hosts.lock().expect("a lock").len() <= MAX_COUNTED);
    }
}
