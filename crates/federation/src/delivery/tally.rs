//! What came of the requests that delivered, counted since the start.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::fetch::{Answer, FetchError};

/// The classes of answers, by the first digit of the status; 0 is no answer.
const CLASSES: [&str; 6] = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"];

/// How many requests were answered in each way, and how long they took.
#[derive(Debug, Default)]
pub(crate) struct Tally([Count; CLASSES.len()]);

#[derive(Debug, Default)]
struct Count {
    requests: AtomicU64,
    nanos: AtomicU64,
}

/// The requests that were answered in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// `2xx` and the like, or `none`.
    pub answer: &'static str,
    /// How many.
    pub requests: u64,
    /// How long they took, all in all.
    pub time: Duration,
}

impl Tally {
    /// Counts one request.
    pub(super) fn note(&self, answer: &Result<Answer, FetchError>, took: Duration) {
        let class = answer.as_ref().map_or(0, |answer| usize::from(answer.status / 100));
        let Some(count) = self.0.get(class) else { return };
        count.requests.fetch_add(1, Ordering::Relaxed);
        count.nanos.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Every way that occurred.
    pub(crate) fn so_far(&self) -> Vec<Sent> {
        let read = |(answer, count): (&&'static str, &Count)| Sent {
            answer,
            requests: count.requests.load(Ordering::Relaxed),
            time: Duration::from_nanos(count.nanos.load(Ordering::Relaxed)),
        };
        CLASSES.iter().zip(&self.0).map(read).filter(|sent| sent.requests > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_their_class_and_silence_too() {
        let tally = Tally::default();
        let answer = |status| Ok(Answer { status, retry_after: None, asks_for_rfc9421: false, is_page: false });
        for status in [202, 200, 503, 999] {
            tally.note(&answer(status), Duration::from_millis(5));
        }
        tally.note(&Err(FetchError::TooLarge), Duration::from_secs(1));
        let so_far: Vec<_> = tally.so_far().into_iter().map(|sent| (sent.answer, sent.requests)).collect();
        assert_eq!(so_far, [("none", 1), ("2xx", 2), ("5xx", 1)]);
    }
}
