//! Where time comes from: the system in service, a hand in tests.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// A source of the current time, to the millisecond (what the database keeps).
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that reads `source`, for example `Timestamp::now`.
    pub fn new(source: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(source))
    }

    /// The current time, cut to the millisecond.
    pub fn now(&self) -> Timestamp {
        let now = (self.0)();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

/// A clock that stands still until it is stepped.
#[derive(Clone, Debug)]
pub struct SteppedClock(Arc<AtomicI64>);

impl SteppedClock {
    /// Stands at `start`.
    pub fn at(start: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(start.as_millisecond())))
    }

    /// Moves on by `by`, or back if it is negative.
    pub fn step(&self, by: SignedDuration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    /// The clock to hand to the code under test.
    pub fn clock(&self) -> Clock {
        let at = Arc::clone(&self.0);
        Clock::new(move || Timestamp::from_millisecond(at.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX))
    }
}
