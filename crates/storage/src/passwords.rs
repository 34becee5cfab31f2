//! Passwords of those who want one, as hashes.

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, row};

/// Gives an account a password, or another one.
pub async fn put(tx: &mut Tx, account: Uuid, hash: &str, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into passwords (account, hash, changed_at) values ($1, $2, $3)
         on conflict (account) do update set hash = excluded.hash, changed_at = excluded.changed_at",
    )
    .bind(account)
    .bind(hash)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// What is kept of the password of an account.
pub async fn hash_of(tx: &mut Tx, account: Uuid) -> Result<Option<String>> {
    let hash = run!(tx, |conn| sqlx::query_scalar("select hash from passwords where account = $1")
        .bind(account)
        .fetch_optional(conn)
        .await)?;
    Ok(hash)
}

/// Since when an account has its password; `None` if it has none.
pub async fn changed_at(tx: &mut Tx, account: Uuid) -> Result<Option<Timestamp>> {
    let at = run!(tx, |conn| sqlx::query_scalar("select changed_at from passwords where account = $1")
        .bind(account)
        .fetch_optional(conn)
        .await)?;
    row::time_or_null(at)
}

/// Forgets the password of an account; `false` if it has none.
pub async fn remove(tx: &mut Tx, account: Uuid) -> Result<bool> {
    let removed = run!(tx, |conn| sqlx::query("delete from passwords where account = $1")
        .bind(account)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use domain::account::Role;

    use super::*;
    use crate::accounts;
    use crate::samples::{account, hours, noon, stores};

    #[tokio::test]
    async fn a_password_is_kept_until_another_comes_or_its_account_goes() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (mira, jo) = (account("mira", Role::Member), account("jo", Role::Member));
            for one in [&mira, &jo] {
                accounts::insert(&mut tx, one).await.expect("an insert");
                put(&mut tx, one.id, "first", noon()).await.expect("an insert");
            }
            put(&mut tx, mira.id, "second", noon() + hours(1)).await.expect("a change");
            assert_eq!(hash_of(&mut tx, mira.id).await.expect("a row").as_deref(), Some("second"));
            assert_eq!(changed_at(&mut tx, mira.id).await.expect("a row"), Some(noon() + hours(1)));
            assert!(remove(&mut tx, jo.id).await.expect("a removal") && !remove(&mut tx, jo.id).await.expect("none"));
            accounts::remove(&mut tx, mira.id).await.expect("a removal");
            assert_eq!(hash_of(&mut tx, mira.id).await.expect("a query"), None);
        }
    }
}
