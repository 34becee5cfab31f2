//! How long this process has waited for the database: for a connection, and on SQLite for its turn to write.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waits {
    /// How often.
    pub count: u64,
    /// How long, all in all.
    pub time: Duration,
}

/// Counts of the whole process: whoever reads them reads them of a process.
pub(crate) struct Counter {
    count: AtomicU64,
    nanos: AtomicU64,
}

pub(crate) static READS: Counter = Counter::new();
pub(crate) static WRITES: Counter = Counter::new();

/// Somebody waits.
pub(crate) struct Waiting {
    counter: &'static Counter,
    began: Instant,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.counter.count.fetch_add(1, Ordering::Relaxed);
        let nanos = u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.counter.nanos.fetch_add(nanos, Ordering::Relaxed);
    }
}

/// The waits of reading transactions since the start.
pub fn of_reads() -> Waits {
    READS.so_far()
}

/// The waits of writing transactions since the start.
pub fn of_writes() -> Waits {
    WRITES.so_far()
}

impl Counter {
    const fn new() -> Self {
        Self { count: AtomicU64::new(0), nanos: AtomicU64::new(0) }
    }

    /// Counts a wait from now until the answer is dropped.
    pub(crate) fn waiting(&'static self) -> Waiting {
        Waiting { counter: self, began: Instant::now() }
    }

    fn so_far(&self) -> Waits {
        let time = Duration::from_nanos(self.nanos.load(Ordering::Relaxed));
        Waits { count: self.count.load(Ordering::Relaxed), time }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, testing};

    #[tokio::test]
    async fn who_waits_for_the_writer_is_counted() {
        let database = testing::sqlite();
        let store = Store::open(&database.url).await.expect("a store");
        let before = of_writes();
        let first = store.write().await.expect("a transaction");
        let other = tokio::spawn({
            let store = store.clone();
            async move { store.write().await.expect("a transaction").commit().await.expect("a commit") }
        });
        tokio::time::sleep(Duration::from_millis(20)).await;
        first.commit().await.expect("a commit");
        other.await.expect("a turn");
        let after = of_writes();
        assert!(after.count >= before.count + 2);
        assert!(after.time >= before.time + Duration::from_millis(15), "{after:?}");
    }
}
