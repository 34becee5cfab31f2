//! New e-mail addresses of accounts that wait for their mailbox to answer.

use domain::account::Email;
use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx};

/// Keeps the address that `account` wants; the one it wanted before is forgotten.
pub async fn put(tx: &mut Tx, account: Uuid, email: &Email, token_hash: &[u8], expires_at: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into new_addresses (account, email, token_hash, expires_at) values ($1, $2, $3, $4)
         on conflict (account) do update
         set email = excluded.email, token_hash = excluded.token_hash, expires_at = excluded.expires_at",
    )
    .bind(account)
    .bind(email.as_str())
    .bind(token_hash)
    .bind(expires_at.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Uses up the link of a letter, and says whose it was and which address it proves.
pub async fn take(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<Option<(Uuid, Email)>> {
    let row: Option<(Uuid, String)> = run!(tx, |conn| sqlx::query_as(
        "delete from new_addresses where token_hash = $1 and expires_at > $2 returning account, email",
    )
    .bind(token_hash)
    .bind(now.as_millisecond())
    .fetch_optional(conn)
    .await)?;
    let Some((account, email)) = row else { return Ok(None) };
    Ok(Some((account, email.parse().map_err(|_| Error::Unreadable("e-mail address"))?)))
}

/// Removes what has expired.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from new_addresses where expires_at <= $1")
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
    async fn the_last_address_counts_and_once() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let mira = account("mira", Role::Member);
            accounts::insert(&mut tx, &mira).await.expect("an insert");
            let new: Email = "neu@nord.example".parse().expect("an address");
            put(&mut tx, mira.id, &mira.email, b"first", noon() + hours(1)).await.expect("an insert");
            put(&mut tx, mira.id, &new, b"second", noon() + hours(1)).await.expect("a change");
            assert_eq!(take(&mut tx, b"first", noon()).await.expect("a query"), None);
            assert_eq!(take(&mut tx, b"second", noon() + hours(1)).await.expect("a query"), None, "too late");
            assert_eq!(take(&mut tx, b"second", noon()).await.expect("a query"), Some((mira.id, new.clone())));
            assert_eq!(take(&mut tx, b"second", noon()).await.expect("a query"), None, "once");
            assert!(accounts::set_email(&mut tx, mira.id, &new).await.expect("an update"));
            let jo = account("jo", Role::Member);
            accounts::insert(&mut tx, &jo).await.expect("an insert");
            assert!(!accounts::set_email(&mut tx, jo.id, &new).await.expect("an update"), "it is mira's");
            put(&mut tx, jo.id, &new, b"third", noon() + hours(1)).await.expect("an insert");
            assert_eq!(prune(&mut tx, noon() + hours(1)).await.expect("a removal"), 1);
        }
    }
}
