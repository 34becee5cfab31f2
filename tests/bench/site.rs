//! The time of this machine, which the servers go by too.

#[expect(clippy::disallowed_methods, reason = "this is where the clock of the benchmark is wound")]
pub(crate) fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// The midnight (UTC) before so many days from now.
pub(crate) fn midnight_ahead(days: usize) -> jiff::Timestamp {
    let day = 24 * 60 * 60;
    let ahead = now().as_second().div_euclid(day) + i64::try_from(days).unwrap_or(0);
    jiff::Timestamp::from_second(ahead * day).unwrap_or(jiff::Timestamp::MAX)
}
