//! Activities that were processed: an id counts once.

use jiff::Timestamp;

use crate::tx::run;
use crate::{Result, Tx};

/// Notes an activity id; `false` if it was processed before.
pub async fn insert(tx: &mut Tx, activity: &str, now: Timestamp) -> Result<bool> {
    let added = run!(tx, |conn| sqlx::query(
        "insert into received (activity, received_at) values ($1, $2) on conflict do nothing",
    )
    .bind(activity)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(added)
}

/// Forgets ids received before `before`; a signature that old is refused anyway.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from received where received_at < $1")
        .bind(before.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{hours, noon, stores};

    #[tokio::test]
    async fn an_activity_counts_once() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            assert!(insert(&mut tx, "https://a.example/1", noon()).await.expect("an insert"));
            assert!(!insert(&mut tx, "https://a.example/1", noon()).await.expect("an insert"));
            assert_eq!(prune(&mut tx, noon()).await.expect("a removal"), 0);
            assert_eq!(prune(&mut tx, noon() + hours(1)).await.expect("a removal"), 1);
        }
    }
}
