//! What could not be fetched a moment ago is not asked for again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::FetchError;

const MAX_ENTRIES: usize = 4096;
/// For answers: a peer that says no will say it again.
const AFTER_AN_ANSWER: SignedDuration = SignedDuration::from_mins(10);
/// For silence and for overload, which pass.
const AFTER_SILENCE: SignedDuration = SignedDuration::from_secs(30);

/// The failures of the last minutes, at most 4096 of them.
pub(super) struct Failures {
    clock: Clock,
    entries: Mutex<HashMap<String, (Timestamp, FetchError)>>,
}

impl Failures {
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, entries: Mutex::default() }
    }

    /// Why `url` failed, if that was a moment ago.
    pub(super) fn recall(&self, url: &Url) -> Option<FetchError> {
        let now = self.clock.now();
        let entries = self.entries();
        let (until, error) = entries.get(url.as_str())?;
        (now < *until).then(|| error.clone())
    }

    /// Remembers that `url` failed. That its host is blocked is known without a memory, and may end any time.
    pub(super) fn note(&self, url: &Url, error: &FetchError) {
        if *error == FetchError::Blocked {
            return;
        }
        let now = self.clock.now();
        let passes = matches!(error, FetchError::Unreachable(_) | FetchError::Status(429 | 500..));
        let Ok(until) = now.checked_add(if passes { AFTER_SILENCE } else { AFTER_AN_ANSWER }) else { return };
        let mut entries = self.entries();
        if entries.len() >= MAX_ENTRIES {
            entries.retain(|_, (until, _)| now < *until);
        }
        // A flood of failures pushes out others, no matter which: the price is one more fetch.
        if entries.len() >= MAX_ENTRIES {
            let first = entries.keys().next().cloned();
            first.and_then(|url| entries.remove(&url));
        }
        entries.insert(url.as_str().to_owned(), (until, error.clone()));
    }

    /// Forgets that `url` failed.
    pub(super) fn forget(&self, url: &Url) {
        self.entries().remove(url.as_str());
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, (Timestamp, FetchError)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use domain::clock::SteppedClock;

    use super::*;

    #[test]
    fn a_failure_is_forgotten_after_its_time() {
        let clock = SteppedClock::at(Timestamp::UNIX_EPOCH);
        let failures = Failures::new(clock.clock());
        let url = |n: usize| Url::parse(&format!("https://a.example/{n}")).expect("a URL");
        failures.note(&url(1), &FetchError::NotFound);
        failures.note(&url(2), &FetchError::Status(503));
        assert_eq!(failures.recall(&url(1)), Some(FetchError::NotFound));
        assert_eq!(failures.recall(&url(3)), None);
        clock.step(SignedDuration::from_secs(31));
        assert_eq!(failures.recall(&url(2)), None);
        clock.step(SignedDuration::from_mins(10));
        assert_eq!(failures.recall(&url(1)), None);
    }

    #[test]
    fn a_flood_of_failures_takes_bounded_memory() {
        let failures = Failures::new(SteppedClock::at(Timestamp::UNIX_EPOCH).clock());
        for n in 0..3 * MAX_ENTRIES {
            let url = Url::parse(&format!("https://a.example/{n}")).expect("a URL");
            failures.note(&url, &FetchError::NotFound);
            assert!(failures.recall(&url).is_some());
        }
        assert_eq!(failures.entries().len(), MAX_ENTRIES);
    }
}
