//! Sessions in the browser, kept as hashes of their cookies.

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx};

/// Begins a session; `hash` is the SHA-256 of the cookie's value.
pub async fn insert(tx: &mut Tx, hash: &[u8], account: Uuid, now: Timestamp, expires_at: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into sessions (token_hash, account, created_at, expires_at) values ($1, $2, $3, $4)",
    )
    .bind(hash)
    .bind(account)
    .bind(now.as_millisecond())
    .bind(expires_at.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Whose session it is, if it has not ended.
pub async fn account_of(tx: &mut Tx, hash: &[u8], now: Timestamp) -> Result<Option<Uuid>> {
    let account =
        run!(tx, |conn| sqlx::query_scalar("select account from sessions where token_hash = $1 and expires_at > $2")
            .bind(hash)
            .bind(now.as_millisecond())
            .fetch_optional(conn)
            .await)?;
    Ok(account)
}

/// Ends a session.
pub async fn delete(tx: &mut Tx, hash: &[u8]) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from sessions where token_hash = $1")
        .bind(hash)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Ends every session of an account but the one whose hash is `kept`.
pub async fn delete_of(tx: &mut Tx, account: Uuid, kept: &[u8]) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from sessions where account = $1 and token_hash <> $2")
        .bind(account)
        .bind(kept)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Removes what has expired.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from sessions where expires_at <= $1")
        .bind(now.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use domain::account::Role;

    use super::*;
    use crate::accounts;
    use crate::samples::{account, hours, noon, stores};

    #[tokio::test]
    async fn a_session_lasts_until_it_expires_or_is_ended() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let mira = account("mira", Role::Member);
            accounts::insert(&mut tx, &mira).await.expect("an insert");
            for hash in [[1], [2], [3]] {
                insert(&mut tx, &hash, mira.id, noon(), noon() + hours(1)).await.expect("an insert");
            }
            assert_eq!(account_of(&mut tx, &[1], noon()).await.expect("a query"), Some(mira.id));
            assert_eq!(account_of(&mut tx, &[1], noon() + hours(1)).await.expect("a query"), None);
            delete(&mut tx, &[1]).await.expect("a removal");
            assert_eq!(account_of(&mut tx, &[1], noon()).await.expect("a query"), None);
            assert_eq!(prune(&mut tx, noon()).await.expect("a removal"), 0);
            assert_eq!(prune(&mut tx, noon() + hours(2)).await.expect("a removal"), 2);
            insert(&mut tx, &[4], mira.id, noon(), noon() + hours(1)).await.expect("an insert");
            insert(&mut tx, &[5], mira.id, noon(), noon() + hours(1)).await.expect("an insert");
            delete_of(&mut tx, mira.id, &[4]).await.expect("a removal");
            assert_eq!(account_of(&mut tx, &[4], noon()).await.expect("a query"), Some(mira.id));
            assert_eq!(account_of(&mut tx, &[5], noon()).await.expect("a query"), None);
        }
    }
}
