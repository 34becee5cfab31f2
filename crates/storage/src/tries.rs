//! How often somebody may try something, counted over all servers of a database: for what guards a secret.
//!
//! Each try takes a step of time from a budget that fills up again by itself (a leaky bucket): one number a subject.

use jiff::{SignedDuration, Timestamp};

use crate::tx::run;
use crate::{Result, Tx};

/// What may be tried only so often.
#[derive(Clone, Copy, Debug)]
pub struct Guard {
    /// Its name in the table.
    pub name: &'static str,
    /// How often at once.
    pub burst: i32,
    /// After how long as often again.
    pub period: SignedDuration,
}

/// Counts one more try of `subject`, a hash; `false`, and nothing is counted, if there were too many.
///
/// Until the transaction ends every other try of the same subject waits for it, on whichever server: none slips through.
pub async fn admit(tx: &mut Tx, guard: &Guard, subject: &[u8], now: Timestamp) -> Result<bool> {
    let step = guard.period / guard.burst.max(1);
    // What a wrong clock wrote lies beyond anything that clocks a little apart would write, and counts as nothing.
    let honest = now + guard.period + guard.period;
    let admitted = run!(tx, |conn| sqlx::query(
        "insert into tries (guard, subject, used_until) values ($1, $2, $3)
         on conflict (guard, subject) do update set used_until = $3 +
           case when tries.used_until > $4 and tries.used_until <= $6 then tries.used_until - $4 else 0 end
         where tries.used_until <= $5 or tries.used_until > $6",
    )
    .bind(guard.name)
    .bind(subject)
    .bind((now + step).as_millisecond())
    .bind(now.as_millisecond())
    .bind((now + guard.period - step).as_millisecond())
    .bind(honest.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(admitted)
}

/// Forgets whose budget is full again.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from tries where used_until <= $1")
        .bind(now.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{hours, noon, stores};

    const CODES: Guard = Guard { name: "codes", burst: 3, period: SignedDuration::from_hours(3) };

    #[tokio::test]
    async fn so_many_at_once_and_then_one_for_each_part_of_the_period() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            for expected in [true, true, true, false, false] {
                assert_eq!(admit(&mut tx, &CODES, b"mira", noon()).await.expect("a count"), expected);
            }
            assert!(admit(&mut tx, &CODES, b"jo", noon()).await.expect("a count"), "others have their own");
            let mails = Guard { name: "letters", ..CODES };
            assert!(admit(&mut tx, &mails, b"mira", noon()).await.expect("a count"), "and so has something else");
            for expected in [true, false] {
                assert_eq!(admit(&mut tx, &CODES, b"mira", noon() + hours(1)).await.expect("a count"), expected);
            }
            assert_eq!(prune(&mut tx, noon() + hours(3)).await.expect("a removal"), 2);
            for expected in [true, true, false] {
                assert_eq!(admit(&mut tx, &CODES, b"mira", noon() + hours(3)).await.expect("a count"), expected);
            }
        }
    }

    #[tokio::test]
    async fn t_01_a_clock_that_was_a_year_ahead_locks_nobody_out_and_a_slow_one_opens_nothing() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let year = noon() + hours(365 * 24);
            while admit(&mut tx, &CODES, b"mira", year).await.expect("a count") {}
            for expected in [true, true, true, false] {
                assert_eq!(admit(&mut tx, &CODES, b"mira", noon()).await.expect("a count"), expected);
            }
            assert!(!admit(&mut tx, &CODES, b"mira", noon() - hours(1)).await.expect("a count"), "a clock behind ours");
        }
    }
}
