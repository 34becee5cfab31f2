//! Who asks for an account, until it is decided.

use domain::account::Email;
use domain::language::Language;
use domain::sign_up::Why;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row};

/// Somebody who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp {
    /// Our key for it.
    pub id: Uuid,
    /// Their name.
    pub name: String,
    /// Their mailbox.
    pub email: Email,
    /// The language they read.
    pub language: Language,
    /// What they say about themselves; plain text.
    pub words: String,
    /// When it came.
    pub created_at: Timestamp,
    /// Since when an admin may see it, and why it waits for one; `None` until the mailbox has answered.
    pub waits: Option<(Timestamp, Why)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    email: String,
    language: String,
    words: String,
    created_at: i64,
    confirmed_at: Option<i64>,
    why: Option<String>,
}

impl TryFrom<Row> for SignUp {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            name: row.name,
            email: row.email.parse().map_err(|_| Error::Unreadable("email"))?,
            language: Language::from_tag(&row.language).ok_or(Error::Unreadable("language"))?,
            words: row.words,
            created_at: row::time(row.created_at)?,
            waits: row::time_or_null(row.confirmed_at)?.zip(row.why.as_deref().and_then(Why::from_name)),
        })
    }
}

const COLUMNS: &str = "id, name, email, language, words, created_at, confirmed_at, why";

/// Keeps who asks; `token_hash` is of the link that confirms it.
pub async fn insert(tx: &mut Tx, sign_up: &SignUp, token_hash: Option<&[u8]>) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into sign_ups (id, name, email, language, words, token_hash, created_at, confirmed_at, why)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(sign_up.id)
    .bind(&sign_up.name)
    .bind(sign_up.email.as_str())
    .bind(sign_up.language.code())
    .bind(&sign_up.words)
    .bind(token_hash)
    .bind(sign_up.created_at.as_millisecond())
    .bind(sign_up.waits.map(|(since, _)| since.as_millisecond()))
    .bind(sign_up.waits.map(|(_, why)| why.as_str()))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Takes out whose link has this token, once, if they asked after `since`.
pub async fn take(tx: &mut Tx, token_hash: &[u8], since: Timestamp) -> Result<Option<SignUp>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!(
        "delete from sign_ups where token_hash = $1 and created_at > $2 returning {COLUMNS}"
    )))
    .bind(token_hash)
    .bind(since.as_millisecond())
    .fetch_optional(conn)
    .await)?;
    row.map(SignUp::try_from).transpose()
}

/// Takes out who waits for an admin under our key `id`.
pub async fn take_waiting(tx: &mut Tx, id: Uuid) -> Result<Option<SignUp>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!(
        "delete from sign_ups where id = $1 and confirmed_at is not null returning {COLUMNS}"
    )))
    .bind(id)
    .fetch_optional(conn)
    .await)?;
    row.map(SignUp::try_from).transpose()
}

/// Who waits for an admin, the longest first.
pub async fn waiting(tx: &mut Tx, limit: i64) -> Result<Vec<SignUp>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!(
        "select {COLUMNS} from sign_ups where confirmed_at is not null order by confirmed_at, id limit $1"
    )))
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(SignUp::try_from).collect()
}

/// How many are not confirmed, and how many wait for an admin.
pub async fn count(tx: &mut Tx) -> Result<(i64, i64)> {
    let counts =
        run!(tx, |conn| sqlx::query_as("select count(*) - count(confirmed_at), count(confirmed_at) from sign_ups")
            .fetch_one(conn)
            .await)?;
    Ok(counts)
}

/// Forgets what a mailbox asked for.
pub async fn remove_of(tx: &mut Tx, email: &Email) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from sign_ups where email = $1")
        .bind(email.as_str())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Forgets who asked before `before` and never confirmed it.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from sign_ups where confirmed_at is null and created_at < $1")
        .bind(before.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone)
}

/// Takes out who has waited for an admin since before `before`.
pub async fn take_overdue(tx: &mut Tx, before: Timestamp) -> Result<Vec<SignUp>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!(
        "delete from sign_ups where confirmed_at < $1 returning {COLUMNS}"
    )))
    .bind(before.as_millisecond())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(SignUp::try_from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{hours, noon, stores};

    fn ruth() -> SignUp {
        SignUp {
            id: Uuid::now_v7(),
            name: "Ruth".into(),
            email: "ruth@fern.example".parse().expect("an address"),
            language: Language::DE,
            words: "Ich wohne am Kanal.".into(),
            created_at: noon(),
            waits: None,
        }
    }

    #[tokio::test]
    async fn who_asks_is_taken_out_once_and_in_time() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ruth = ruth();
            insert(&mut tx, &ruth, Some(b"secret")).await.expect("an insert");
            assert_eq!(count(&mut tx).await.expect("counts"), (1, 0));
            assert_eq!(take(&mut tx, b"guess", noon() - hours(1)).await.expect("a query"), None);
            assert_eq!(take(&mut tx, b"secret", noon()).await.expect("a query"), None, "too late");
            assert_eq!(take_waiting(&mut tx, ruth.id).await.expect("a query"), None, "nobody has confirmed it");
            assert_eq!(take(&mut tx, b"secret", noon() - hours(1)).await.expect("a query"), Some(ruth.clone()));
            assert_eq!(take(&mut tx, b"secret", noon() - hours(1)).await.expect("a query"), None, "once");
            insert(&mut tx, &ruth, Some(b"secret")).await.expect("an insert");
            assert_eq!(prune(&mut tx, noon()).await.expect("a removal"), 0);
            assert_eq!(prune(&mut tx, noon() + hours(1)).await.expect("a removal"), 1);
        }
    }

    #[tokio::test]
    async fn who_waits_is_seen_until_it_is_decided_or_too_long() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ruth = SignUp { waits: Some((noon(), Why::Quiet)), ..ruth() };
            insert(&mut tx, &ruth, None).await.expect("an insert");
            assert_eq!(prune(&mut tx, noon() + hours(99)).await.expect("a removal"), 0);
            assert_eq!(waiting(&mut tx, 9).await.expect("a query"), std::slice::from_ref(&ruth));
            assert_eq!(take_waiting(&mut tx, ruth.id).await.expect("a query"), Some(ruth.clone()));
            assert_eq!(take_waiting(&mut tx, ruth.id).await.expect("a query"), None, "once");
            insert(&mut tx, &ruth, None).await.expect("an insert");
            assert!(take_overdue(&mut tx, noon()).await.expect("a query").is_empty());
            assert_eq!(take_overdue(&mut tx, noon() + hours(1)).await.expect("a query"), std::slice::from_ref(&ruth));
            insert(&mut tx, &ruth, None).await.expect("an insert");
            remove_of(&mut tx, &ruth.email).await.expect("a removal");
            assert_eq!(count(&mut tx).await.expect("counts"), (0, 0));
        }
    }
}
