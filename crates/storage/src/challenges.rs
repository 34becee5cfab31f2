//! What devices have to sign: random, good once and for a few minutes, kept as hashes.

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx};

/// Keeps a challenge: for a new key of `account`, or to sign in.
pub async fn insert(tx: &mut Tx, hash: &[u8], account: Option<Uuid>, expires_at: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query("insert into challenges (challenge_hash, account, expires_at) values ($1, $2, $3)")
        .bind(hash)
        .bind(account)
        .bind(expires_at.as_millisecond())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Uses a challenge up; `false` if there is none for that.
pub async fn take(tx: &mut Tx, hash: &[u8], account: Option<Uuid>, now: Timestamp) -> Result<bool> {
    let found: Option<Option<Uuid>> = run!(tx, |conn| sqlx::query_scalar(
        "delete from challenges where challenge_hash = $1 and expires_at > $2 returning account"
    )
    .bind(hash)
    .bind(now.as_millisecond())
    .fetch_optional(conn)
    .await)?;
    Ok(found == Some(account))
}

/// Removes what has expired.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from challenges where expires_at <= $1")
        .bind(now.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;
    use crate::samples::{hours, noon, stores};

    #[tokio::test]
    async fn a_challenge_is_good_once_in_time_and_for_what_it_was_made_for() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (mira, jo) = (Some(Uuid::from_u128(1)), Some(Uuid::from_u128(2)));
            for (hash, account) in [([1], None), ([2], mira), ([3], mira), ([4], None)] {
                insert(&mut tx, &hash, account, noon() + hours(1)).await.expect("an insert");
            }
            assert!(!take(&mut tx, &[1], None, noon() + hours(1)).await.expect("a query"), "too late");
            assert!(take(&mut tx, &[1], None, noon()).await.expect("a removal"));
            assert!(!take(&mut tx, &[1], None, noon()).await.expect("a query"), "once");
            assert!(!take(&mut tx, &[2], jo, noon()).await.expect("a removal"), "it was mira's");
            assert!(take(&mut tx, &[3], mira, noon()).await.expect("a removal"));
            assert_eq!(prune(&mut tx, noon() + hours(1)).await.expect("a removal"), 1);
        }
    }

    async fn try_it(store: &Store) -> bool {
        let mut tx = store.write().await.expect("a transaction");
        let is_ours = take(&mut tx, &[1], None, noon()).await.expect("a removal");
        tx.commit().await.expect("a commit");
        is_ours
    }

    #[tokio::test]
    async fn acc_17_of_twenty_who_answer_one_challenge_at_once_one_gets_in() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            insert(&mut tx, &[1], None, noon() + hours(1)).await.expect("an insert");
            tx.commit().await.expect("a commit");
            let mut tries = tokio::task::JoinSet::new();
            for _ in 0..20 {
                let store = store.clone();
                tries.spawn(async move { try_it(&store).await });
            }
            assert_eq!(tries.join_all().await.into_iter().filter(|is_in| *is_in).count(), 1);
        }
    }
}
