//! Who has shown a first key and not yet the second: no session, a few minutes, kept as hashes of their cookies.

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx};

/// Notes that the first key of `account` was right; `hash` is the SHA-256 of the cookie's value.
pub async fn insert(tx: &mut Tx, hash: &[u8], account: Uuid, expires_at: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query("insert into half_sign_ins (token_hash, account, expires_at) values ($1, $2, $3)")
        .bind(hash)
        .bind(account)
        .bind(expires_at.as_millisecond())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Who waits for the second key, if it is not too late.
pub async fn account_of(tx: &mut Tx, hash: &[u8], now: Timestamp) -> Result<Option<Uuid>> {
    let account = run!(tx, |conn| sqlx::query_scalar(
        "select account from half_sign_ins where token_hash = $1 and expires_at > $2"
    )
    .bind(hash)
    .bind(now.as_millisecond())
    .fetch_optional(conn)
    .await)?;
    Ok(account)
}

/// Uses one up; `false` if it is gone.
pub async fn take(tx: &mut Tx, hash: &[u8]) -> Result<bool> {
    let taken = run!(tx, |conn| sqlx::query("delete from half_sign_ins where token_hash = $1")
        .bind(hash)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(taken)
}

/// Ends all of an account.
pub async fn delete_of(tx: &mut Tx, account: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from half_sign_ins where account = $1")
        .bind(account)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Removes what has expired.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from half_sign_ins where expires_at <= $1")
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

    #[tokio::test]
    async fn half_a_sign_in_waits_for_its_time_and_is_taken_once() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (eva, jo) = (Uuid::from_u128(1), Uuid::from_u128(2));
            for (hash, account) in [([1], eva), ([2], eva), ([3], jo)] {
                insert(&mut tx, &hash, account, noon() + hours(1)).await.expect("an insert");
            }
            assert_eq!(account_of(&mut tx, &[1], noon()).await.expect("a query"), Some(eva));
            assert_eq!(account_of(&mut tx, &[1], noon() + hours(1)).await.expect("a query"), None, "too late");
            assert!(take(&mut tx, &[1]).await.expect("a removal") && !take(&mut tx, &[1]).await.expect("a query"));
            delete_of(&mut tx, eva).await.expect("a removal");
            assert_eq!(account_of(&mut tx, &[2], noon()).await.expect("a query"), None);
            assert_eq!(prune(&mut tx, noon() + hours(1)).await.expect("a removal"), 1);
        }
    }
}
