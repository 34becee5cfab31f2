//! Bearer tokens of programs, kept as hashes.

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx};

/// Keeps a token; `hash` is its SHA-256.
pub async fn insert(tx: &mut Tx, hash: &[u8], account: Uuid, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query("insert into tokens (token_hash, account, created_at) values ($1, $2, $3)")
        .bind(hash)
        .bind(account)
        .bind(now.as_millisecond())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Whose token it is.
pub async fn account_of(tx: &mut Tx, hash: &[u8]) -> Result<Option<Uuid>> {
    let account = run!(tx, |conn| sqlx::query_scalar("select account from tokens where token_hash = $1")
        .bind(hash)
        .fetch_optional(conn)
        .await)?;
    Ok(account)
}

/// Ends every token of an account.
pub async fn delete_of(tx: &mut Tx, account: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from tokens where account = $1")
        .bind(account)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::account::Role;

    use super::*;
    use crate::accounts;
    use crate::samples::{account, noon, stores};

    #[tokio::test]
    async fn a_token_is_its_accounts_until_it_is_ended() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let mira = account("mira", Role::Member);
            accounts::insert(&mut tx, &mira).await.expect("an insert");
            insert(&mut tx, &[1], mira.id, noon()).await.expect("an insert");
            assert_eq!(account_of(&mut tx, &[1]).await.expect("a query"), Some(mira.id));
            assert_eq!(account_of(&mut tx, &[2]).await.expect("a query"), None);
            delete_of(&mut tx, mira.id).await.expect("a removal");
            assert_eq!(account_of(&mut tx, &[1]).await.expect("a query"), None);
        }
    }
}
