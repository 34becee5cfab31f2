//! The last letters about what waits for the editors: when they went, and how much they named.

use jiff::Timestamp;

use crate::tx::run;
use crate::{Result, Tx, row};

/// When a letter last went, and how many entries it named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// When.
    pub sent_at: Timestamp,
    /// How many entries.
    pub entries: i64,
}

/// The last letter of that name.
pub async fn find(tx: &mut Tx, name: &str) -> Result<Option<Reminder>> {
    let found: Option<(i64, i64)> =
        run!(tx, |conn| sqlx::query_as("select sent_at, entries from reminders where name = $1")
            .bind(name)
            .fetch_optional(conn)
            .await)?;
    let Some((sent_at, entries)) = found else { return Ok(None) };
    Ok(Some(Reminder { sent_at: row::time(sent_at)?, entries }))
}

/// What waits for the editors beside their queue, reports, objections and answers without an account: how much, and since when
/// the newest of it does.
pub async fn beside_the_queue(tx: &mut Tx) -> Result<(i64, Option<Timestamp>)> {
    let (count, newest): (i64, Option<i64>) = run!(tx, |conn| sqlx::query_as(
        "select count(*), max(since) from (
             select created_at as since from reports where closed_at is null
             union all select made_at from objections where made_at is not null
             union all select confirmed_at from guests where confirmed_at is not null and shown_at is null
         ) waiting",
    )
    .fetch_one(conn)
    .await)?;
    Ok((count, row::time_or_null(newest)?))
}

/// Notes that a letter of that name goes now.
pub async fn put(tx: &mut Tx, name: &str, reminder: Reminder) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into reminders (name, sent_at, entries) values ($1, $2, $3)
         on conflict (name) do update set sent_at = excluded.sent_at, entries = excluded.entries",
    )
    .bind(name)
    .bind(reminder.sent_at.as_millisecond())
    .bind(reminder.entries)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{hours, noon, stores};

    #[tokio::test]
    async fn the_latest_letter_is_remembered() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            assert_eq!(find(&mut tx, "cover").await.expect("a query"), None);
            for hour in [1, 2] {
                let reminder = Reminder { sent_at: noon() + hours(hour), entries: hour };
                put(&mut tx, "cover", reminder).await.expect("a note");
                assert_eq!(find(&mut tx, "cover").await.expect("a query"), Some(reminder));
            }
        }
    }
}
