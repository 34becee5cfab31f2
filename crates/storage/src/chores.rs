//! What one server of a database does now and then: when it is due, who does it, and how it went.

use jiff::{SignedDuration, Timestamp};
use sqlx::AssertSqlSafe;

use crate::tx::run;
use crate::{Result, Tx, row};

/// How it stands with a chore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chore {
    /// When it was last done.
    pub done_at: Option<Timestamp>,
    /// When it last failed, if it did since.
    pub failed_at: Option<Timestamp>,
    /// Why.
    pub error: Option<String>,
}

/// Nothing here is due later than this, nor taken for longer: what says so was written by a clock that was wrong.
const LATEST: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Takes `name` if it is due and nobody else is at it; nobody else gets it until `leased_until`.
pub async fn claim(tx: &mut Tx, name: &str, now: Timestamp, leased_until: Timestamp) -> Result<bool> {
    run!(tx, |conn| sqlx::query(
        // `on conflict` alone would wait for a server that is just taking it.
        "insert into chores (name, due_at) select $1, $2 where not exists (select 1 from chores where name = $1)
         on conflict do nothing",
    )
    .bind(name)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    let query = format!(
        "with due as (select name from chores where name = $1 and (due_at <= $2 or due_at > $4)
                        and (leased_until is null or leased_until <= $2 or leased_until > $4) {})
         update chores set leased_until = $3 where name in (select name from due)",
        tx.passing_over()
    );
    let taken = run!(tx, |conn| sqlx::query(AssertSqlSafe(query))
        .bind(name)
        .bind(now.as_millisecond())
        .bind(leased_until.as_millisecond())
        .bind((now + LATEST).as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(taken)
}

/// Notes that `name` was done, or why not, and that it is due again at `due_at`.
pub async fn release(
    tx: &mut Tx,
    name: &str,
    now: Timestamp,
    result: std::result::Result<(), &str>,
    due_at: Timestamp,
) -> Result<()> {
    let (done, error) = (result.is_ok(), result.err());
    run!(tx, |conn| {
        sqlx::query(
        "update chores set leased_until = null, due_at = $2, error = $4, done_at = case when $5 then $3 else done_at end,
           failed_at = case when $5 then null else $3 end where name = $1",
    )
    .bind(name)
    .bind(due_at.as_millisecond())
    .bind(now.as_millisecond())
    .bind(error)
    .bind(done)
    .execute(conn)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// How it stands with `name`; `None` if nobody ever took it.
pub async fn find(tx: &mut Tx, name: &str) -> Result<Option<Chore>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        done_at: Option<i64>,
        failed_at: Option<i64>,
        error: Option<String>,
    }
    let found: Option<Row> =
        run!(tx, |conn| sqlx::query_as("select done_at, failed_at, error from chores where name = $1")
            .bind(name)
            .fetch_optional(conn)
            .await)?;
    let Some(row) = found else { return Ok(None) };
    let (done_at, failed_at) = (row::time_or_null(row.done_at)?, row::time_or_null(row.failed_at)?);
    Ok(Some(Chore { done_at, failed_at, error: row.error }))
}

/// Forgets who is at what: in a restored database nobody is, and everything is due.
pub async fn reset(tx: &mut Tx) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from chores").execute(conn).await.map(|_| ()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{hours, noon, stores};

    #[tokio::test]
    async fn a_chore_is_done_by_one_and_not_again_before_it_is_due() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            assert!(claim(&mut tx, "backup", noon(), noon() + hours(6)).await.expect("a claim"));
            assert!(!claim(&mut tx, "backup", noon() + hours(5), noon() + hours(9)).await.expect("a claim"));
            assert!(
                claim(&mut tx, "backup", noon() + hours(6), noon() + hours(9)).await.expect("a lease that is over")
            );
            release(&mut tx, "backup", noon(), Ok(()), noon() + hours(24)).await.expect("an end");
            assert!(!claim(&mut tx, "backup", noon() + hours(23), noon() + hours(30)).await.expect("a claim"));
            assert!(claim(&mut tx, "backup", noon() + hours(24), noon() + hours(30)).await.expect("a claim"));
            let chore = find(&mut tx, "backup").await.expect("a query").expect("a chore");
            assert_eq!((chore.done_at, chore.failed_at, chore.error), (Some(noon()), None, None));
        }
    }

    #[tokio::test]
    async fn t_01_a_clock_that_was_a_year_ahead_puts_nothing_off() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let later = noon() + hours(365 * 24);
            assert!(claim(&mut tx, "killed", later, later + hours(1)).await.expect("a claim"));
            assert!(claim(&mut tx, "backup", later, later + hours(1)).await.expect("a claim"));
            release(&mut tx, "backup", later, Ok(()), later + hours(24)).await.expect("an end");
            for name in ["killed", "backup"] {
                assert!(claim(&mut tx, name, noon(), noon() + hours(1)).await.expect("a claim"), "{name}");
                assert!(!claim(&mut tx, name, noon(), noon() + hours(1)).await.expect("a claim"), "{name} is taken");
            }
        }
    }

    #[tokio::test]
    async fn a_failure_is_remembered_until_it_is_done() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            assert!(find(&mut tx, "backup").await.expect("a query").is_none());
            claim(&mut tx, "backup", noon(), noon() + hours(6)).await.expect("a claim");
            release(&mut tx, "backup", noon(), Err("the disk is full"), noon() + hours(1)).await.expect("an end");
            let chore = find(&mut tx, "backup").await.expect("a query").expect("a chore");
            assert_eq!((chore.failed_at, chore.error.as_deref()), (Some(noon()), Some("the disk is full")));
            release(&mut tx, "backup", noon() + hours(1), Ok(()), noon() + hours(25)).await.expect("an end");
            let chore = find(&mut tx, "backup").await.expect("a query").expect("a chore");
            assert_eq!((chore.failed_at, chore.error), (None, None));
        }
    }
}
