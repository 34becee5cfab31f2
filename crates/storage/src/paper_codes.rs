//! Codes on paper, for when the app that holds the second key is lost: each is good once, and kept as a hash.

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx};

/// Keeps the codes of an account; those it had before are worth nothing any more.
pub async fn replace(tx: &mut Tx, account: Uuid, hashes: &[Vec<u8>], now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from paper_codes where account = $1")
        .bind(account)
        .execute(conn)
        .await
        .map(|_| ()))?;
    for hash in hashes {
        run!(tx, |conn| sqlx::query("insert into paper_codes (code_hash, account, created_at) values ($1, $2, $3)")
            .bind(hash)
            .bind(account)
            .bind(now.as_millisecond())
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

/// Uses a code up; `false` if the account has none of that hash.
pub async fn take(tx: &mut Tx, account: Uuid, hash: &[u8]) -> Result<bool> {
    let taken = run!(tx, |conn| sqlx::query("delete from paper_codes where code_hash = $1 and account = $2")
        .bind(hash)
        .bind(account)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(taken)
}

/// How many an account has left.
pub async fn count(tx: &mut Tx, account: Uuid) -> Result<i64> {
    let left = run!(tx, |conn| sqlx::query_scalar("select count(*) from paper_codes where account = $1")
        .bind(account)
        .fetch_one(conn)
        .await)?;
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{noon, stores};

    #[tokio::test]
    async fn a_code_is_good_once_for_its_owner_until_there_are_new_ones() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (eva, jo) = (Uuid::from_u128(1), Uuid::from_u128(2));
            replace(&mut tx, eva, &[vec![1], vec![2]], noon()).await.expect("inserts");
            assert!(!take(&mut tx, jo, &[1]).await.expect("a query"));
            assert!(take(&mut tx, eva, &[1]).await.expect("a removal"));
            assert!(!take(&mut tx, eva, &[1]).await.expect("a query"));
            assert_eq!(count(&mut tx, eva).await.expect("a count"), 1);
            replace(&mut tx, eva, &[vec![3]], noon()).await.expect("inserts");
            assert!(!take(&mut tx, eva, &[2]).await.expect("a query"), "there are new ones");
            assert!(take(&mut tx, eva, &[3]).await.expect("a removal"));
        }
    }
}
