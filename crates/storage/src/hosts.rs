//! Other servers: how requests to them are signed.

use domain::host::Host;
use domain::signing::{Evidence, Habit, Scheme};
use jiff::Timestamp;

use crate::tx::run;
use crate::{Error, Result, Tx, row};

/// What is remembered of a host, whether it still holds or not.
pub async fn habit(tx: &mut Tx, host: &str) -> Result<Option<Habit>> {
    let found: Option<(String, String, bool, i64)> =
        run!(tx, |conn| sqlx::query_as("select scheme, evidence, ed25519, learnt_at from hosts where host = $1")
            .bind(host)
            .fetch_optional(conn)
            .await)?;
    found.map(|(scheme, evidence, ed25519, learnt_at)| read(&scheme, &evidence, ed25519, learnt_at)).transpose()
}

/// Remembers a host's habit in place of what was remembered before.
pub async fn remember(tx: &mut Tx, host: &str, habit: &Habit) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into hosts (host, scheme, evidence, ed25519, learnt_at) values ($1, $2, $3, $4, $5)
         on conflict (host) do update set scheme = excluded.scheme, evidence = excluded.evidence,
           ed25519 = excluded.ed25519, learnt_at = excluded.learnt_at",
    )
    .bind(host)
    .bind(habit.scheme.as_str())
    .bind(habit.evidence.as_str())
    .bind(habit.ed25519)
    .bind(habit.learnt_at.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Every host that something is remembered of, by name.
pub async fn list(tx: &mut Tx) -> Result<Vec<(Host, Habit)>> {
    let rows: Vec<(String, String, String, bool, i64)> =
        run!(tx, |conn| sqlx::query_as("select host, scheme, evidence, ed25519, learnt_at from hosts order by host")
            .fetch_all(conn)
            .await)?;
    rows.into_iter()
        .map(|(host, scheme, evidence, ed25519, learnt_at)| {
            Ok((row::host(&host)?, read(&scheme, &evidence, ed25519, learnt_at)?))
        })
        .collect()
}

/// Forgets what was learnt before `before`.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from hosts where learnt_at < $1")
        .bind(before.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone)
}

fn read(scheme: &str, evidence: &str, ed25519: bool, learnt_at: i64) -> Result<Habit> {
    Ok(Habit {
        scheme: Scheme::from_name(scheme).ok_or(Error::Unreadable("scheme of signatures"))?,
        evidence: Evidence::from_name(evidence).ok_or(Error::Unreadable("evidence"))?,
        ed25519,
        learnt_at: row::time(learnt_at)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{hours, noon, stores};

    #[tokio::test]
    async fn the_last_habit_is_remembered_until_it_is_old() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            assert_eq!(habit(&mut tx, "sued.example").await.expect("a row"), None);
            let told = Habit::told(None, Evidence::Seen, true, noon()).expect("news");
            remember(&mut tx, "sued.example", &told).await.expect("an insert");
            assert_eq!(habit(&mut tx, "sued.example").await.expect("a row"), Some(told));
            let healed = Habit::accepted(Scheme::Cavage, false, noon() + hours(1));
            remember(&mut tx, "sued.example", &healed).await.expect("an update");
            let listed = list(&mut tx).await.expect("rows");
            assert_eq!(listed, [("sued.example".parse().expect("a host"), healed)]);
            assert_eq!(prune(&mut tx, noon() + hours(1)).await.expect("a removal"), 0);
            assert_eq!(prune(&mut tx, noon() + hours(2)).await.expect("a removal"), 1);
        }
    }
}
