//! Sign-in links and codes: single use, short-lived, kept as hashes.

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx};

/// How many wrong codes end a sign-in.
pub const MAX_WRONG_CODES: i64 = 5;

/// A way in that was sent to its owner.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// SHA-256 of the link's token.
    pub token_hash: Vec<u8>,
    /// SHA-256 of the code.
    pub code_hash: Vec<u8>,
    /// Whose.
    pub account: Uuid,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Keeps a sign-in.
pub async fn insert(tx: &mut Tx, sign_in: &SignIn) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into sign_ins (token_hash, code_hash, account, wrong_codes, expires_at) values ($1, $2, $3, 0, $4)",
    )
    .bind(&sign_in.token_hash)
    .bind(&sign_in.code_hash)
    .bind(sign_in.account)
    .bind(sign_in.expires_at.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Uses up the sign-in of a link's token and says whose it was.
pub async fn take(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<Option<Uuid>> {
    let account = run!(tx, |conn| sqlx::query_scalar(
        "delete from sign_ins where token_hash = $1 and expires_at > $2 returning account",
    )
    .bind(token_hash)
    .bind(now.as_millisecond())
    .fetch_optional(conn)
    .await)?;
    Ok(account)
}

/// Uses up the sign-in of `account` with that code. A wrong code counts; five end every sign-in of the account.
pub async fn take_by_code(tx: &mut Tx, account: Uuid, code_hash: &[u8], now: Timestamp) -> Result<bool> {
    let taken: Vec<Uuid> = run!(tx, |conn| sqlx::query_scalar(
        "delete from sign_ins where account = $1 and code_hash = $2 and expires_at > $3 and wrong_codes < $4
         returning account",
    )
    .bind(account)
    .bind(code_hash)
    .bind(now.as_millisecond())
    .bind(MAX_WRONG_CODES)
    .fetch_all(conn)
    .await)?;
    if !taken.is_empty() {
        return Ok(true);
    }
    run!(tx, |conn| sqlx::query("update sign_ins set wrong_codes = wrong_codes + 1 where account = $1")
        .bind(account)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(false)
}

/// Ends every sign-in of an account.
pub async fn delete_of(tx: &mut Tx, account: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from sign_ins where account = $1")
        .bind(account)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Removes what has expired.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from sign_ins where expires_at <= $1")
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

    async fn sign_in(tx: &mut Tx) -> Uuid {
        let mira = account("mira", Role::Member);
        accounts::insert(tx, &mira).await.expect("an insert");
        let kept = SignIn { token_hash: vec![1], code_hash: vec![2], account: mira.id, expires_at: noon() + hours(1) };
        insert(tx, &kept).await.expect("an insert");
        mira.id
    }

    #[tokio::test]
    async fn a_link_works_once_and_not_after_its_hour() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let mira = sign_in(&mut tx).await;
            assert_eq!(take(&mut tx, &[1], noon() + hours(1)).await.expect("a query"), None);
            assert_eq!(take(&mut tx, &[9], noon()).await.expect("a query"), None);
            assert_eq!(take(&mut tx, &[1], noon()).await.expect("a query"), Some(mira));
            assert_eq!(take(&mut tx, &[1], noon()).await.expect("a query"), None);
        }
    }

    #[tokio::test]
    async fn five_wrong_codes_end_a_sign_in() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let mira = sign_in(&mut tx).await;
            for _ in 0..MAX_WRONG_CODES {
                assert!(!take_by_code(&mut tx, mira, &[3], noon()).await.expect("a query"));
            }
            assert!(!take_by_code(&mut tx, mira, &[2], noon()).await.expect("a query"));
            assert_eq!(prune(&mut tx, noon() + hours(2)).await.expect("a removal"), 1);
        }
    }

    #[tokio::test]
    async fn a_right_code_signs_in() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let mira = sign_in(&mut tx).await;
            assert!(!take_by_code(&mut tx, mira, &[3], noon()).await.expect("a query"));
            assert!(take_by_code(&mut tx, mira, &[2], noon()).await.expect("a query"));
            assert!(!take_by_code(&mut tx, mira, &[2], noon()).await.expect("a query"));
            let again =
                SignIn { token_hash: vec![4], code_hash: vec![5], account: mira, expires_at: noon() + hours(1) };
            insert(&mut tx, &again).await.expect("an insert");
            delete_of(&mut tx, mira).await.expect("a removal");
            assert_eq!(take(&mut tx, &[4], noon()).await.expect("a query"), None);
        }
    }
}
