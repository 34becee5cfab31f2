//! Sessions in the browser, kept as hashes of their cookies.

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, row};

/// Where somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its owner's key for it; `None` if it began before there were keys.
    pub id: Option<Uuid>,
    /// Whose.
    pub account: Uuid,
    /// What it is used by, in two words.
    pub browser: Option<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// Begins a session; `hash` is the SHA-256 of the cookie's value.
pub async fn insert(tx: &mut Tx, hash: &[u8], session: &Session) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into sessions (token_hash, id, account, browser, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(hash)
    .bind(session.id)
    .bind(session.account)
    .bind(&session.browser)
    .bind(session.created_at.as_millisecond())
    .bind(session.expires_at.as_millisecond())
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

#[derive(sqlx::FromRow)]
struct Row {
    token_hash: Vec<u8>,
    id: Option<Uuid>,
    browser: Option<String>,
    created_at: i64,
    expires_at: i64,
}

/// The sessions of an account with their hashes, the newest first.
pub async fn of_account(tx: &mut Tx, account: Uuid, now: Timestamp) -> Result<Vec<(Vec<u8>, Session)>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(
        "select token_hash, id, browser, created_at, expires_at from sessions
         where account = $1 and expires_at > $2 order by created_at desc, token_hash"
    )
    .bind(account)
    .bind(now.as_millisecond())
    .fetch_all(conn)
    .await)?;
    let session = |row: Row| {
        let (created_at, expires_at) = (row::time(row.created_at)?, row::time(row.expires_at)?);
        Ok((row.token_hash, Session { id: row.id, account, browser: row.browser, created_at, expires_at }))
    };
    rows.into_iter().map(session).collect()
}

/// Ends the session `id` of `account`; `false` if it has none of that key.
pub async fn end(tx: &mut Tx, account: Uuid, id: Uuid) -> Result<bool> {
    let ended = run!(tx, |conn| sqlx::query("delete from sessions where id = $1 and account = $2")
        .bind(id)
        .bind(account)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(ended)
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

    fn session(account: Uuid) -> Session {
        let browser = Some("Firefox, Android".to_owned());
        Session { id: Some(Uuid::now_v7()), account, browser, created_at: noon(), expires_at: noon() + hours(1) }
    }

    #[tokio::test]
    async fn a_session_is_ended_by_its_owner_and_nobody_else() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (mira, jo) = (account("mira", Role::Member), account("jo", Role::Admin));
            for one in [&mira, &jo] {
                accounts::insert(&mut tx, one).await.expect("an insert");
            }
            let kept = session(mira.id);
            insert(&mut tx, &[1], &kept).await.expect("an insert");
            let id = kept.id.expect("a key");
            assert_eq!(of_account(&mut tx, mira.id, noon()).await.expect("rows"), [(vec![1], kept)]);
            assert!(of_account(&mut tx, jo.id, noon()).await.expect("rows").is_empty());
            assert!(!end(&mut tx, jo.id, id).await.expect("a removal"));
            assert!(end(&mut tx, mira.id, id).await.expect("a removal"));
            assert!(of_account(&mut tx, mira.id, noon()).await.expect("rows").is_empty());
        }
    }

    #[tokio::test]
    async fn a_session_lasts_until_it_expires_or_is_ended() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let mira = account("mira", Role::Member);
            accounts::insert(&mut tx, &mira).await.expect("an insert");
            for hash in [[1], [2], [3]] {
                insert(&mut tx, &hash, &session(mira.id)).await.expect("an insert");
            }
            assert_eq!(account_of(&mut tx, &[1], noon()).await.expect("a query"), Some(mira.id));
            assert_eq!(account_of(&mut tx, &[1], noon() + hours(1)).await.expect("a query"), None);
            delete(&mut tx, &[1]).await.expect("a removal");
            assert_eq!(account_of(&mut tx, &[1], noon()).await.expect("a query"), None);
            assert_eq!(prune(&mut tx, noon()).await.expect("a removal"), 0);
            assert_eq!(prune(&mut tx, noon() + hours(2)).await.expect("a removal"), 2);
            insert(&mut tx, &[4], &session(mira.id)).await.expect("an insert");
            insert(&mut tx, &[5], &session(mira.id)).await.expect("an insert");
            delete_of(&mut tx, mira.id, &[4]).await.expect("a removal");
            assert_eq!(account_of(&mut tx, &[4], noon()).await.expect("a query"), Some(mira.id));
            assert_eq!(account_of(&mut tx, &[5], noon()).await.expect("a query"), None);
        }
    }
}
