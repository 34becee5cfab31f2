//! Answers by people without an account beneath posts of ours, until an editor has decided and after.

use domain::account::Email;
use domain::language::Language;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row};

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guest {
    /// Our key for it.
    pub id: Uuid,
    /// The post it stands beneath.
    pub post: Uuid,
    /// The name of who answers, as they gave it.
    pub name: String,
    /// Their mailbox, until it was decided.
    pub email: Option<Email>,
    /// The language of letters to them.
    pub language: Language,
    /// What they say; plain text.
    pub words: String,
    /// When it came.
    pub created_at: Timestamp,
    /// Since when an editor may see it.
    pub confirmed_at: Option<Timestamp>,
    /// Since when everybody may.
    pub shown_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    post: Uuid,
    name: String,
    email: Option<String>,
    language: String,
    words: String,
    created_at: i64,
    confirmed_at: Option<i64>,
    shown_at: Option<i64>,
}

impl TryFrom<Row> for Guest {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let email = row.email.map(|email| email.parse()).transpose();
        Ok(Self {
            id: row.id,
            post: row.post,
            name: row.name,
            email: email.map_err(|_| Error::Unreadable("email"))?,
            language: Language::from_tag(&row.language).ok_or(Error::Unreadable("language"))?,
            words: row.words,
            created_at: row::time(row.created_at)?,
            confirmed_at: row::time_or_null(row.confirmed_at)?,
            shown_at: row::time_or_null(row.shown_at)?,
        })
    }
}

const COLUMNS: &str = "id, post, name, email, language, words, created_at, confirmed_at, shown_at";

/// Lets guests answer beneath a post; nothing happens where they may.
pub async fn open(tx: &mut Tx, post: Uuid, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query("insert into guestbooks (post, opened_at) values ($1, $2) on conflict do nothing")
        .bind(post)
        .bind(now.as_millisecond())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Lets nobody answer beneath a post any more; what stands there stays.
pub async fn close(tx: &mut Tx, post: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from guestbooks where post = $1").bind(post).execute(conn).await.map(|_| ()))?;
    Ok(())
}

/// Whether guests may answer beneath a post.
pub async fn is_open(tx: &mut Tx, post: Uuid) -> Result<bool> {
    let count: i64 = run!(tx, |conn| sqlx::query_scalar("select count(*) from guestbooks where post = $1")
        .bind(post)
        .fetch_one(conn)
        .await)?;
    Ok(count > 0)
}

/// Keeps an answer; `token_hash` is of the link that confirms it.
pub async fn insert(tx: &mut Tx, guest: &Guest, token_hash: Option<&[u8]>) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into guests (id, post, name, email, language, words, token_hash, created_at, confirmed_at, shown_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(guest.id)
    .bind(guest.post)
    .bind(&guest.name)
    .bind(guest.email.as_ref().map(Email::as_str))
    .bind(guest.language.code())
    .bind(&guest.words)
    .bind(token_hash)
    .bind(guest.created_at.as_millisecond())
    .bind(guest.confirmed_at.map(Timestamp::as_millisecond))
    .bind(guest.shown_at.map(Timestamp::as_millisecond))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Confirms the answer whose link has this token, once, if it came after `since`.
pub async fn confirm(tx: &mut Tx, token_hash: &[u8], since: Timestamp, now: Timestamp) -> Result<Option<Guest>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!(
        "update guests set confirmed_at = $2, token_hash = null where token_hash = $1 and created_at > $3
         returning {COLUMNS}"
    )))
    .bind(token_hash)
    .bind(now.as_millisecond())
    .bind(since.as_millisecond())
    .fetch_optional(conn)
    .await)?;
    row.map(Guest::try_from).transpose()
}

/// What waits for an editor, the oldest first.
pub async fn waiting(tx: &mut Tx, limit: i64) -> Result<Vec<Guest>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!(
        "select {COLUMNS} from guests where confirmed_at is not null and shown_at is null
         order by confirmed_at, id limit $1"
    )))
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Guest::try_from).collect()
}

/// What stands beneath a post, the oldest first.
pub async fn of_post(tx: &mut Tx, post: Uuid, limit: i64) -> Result<Vec<Guest>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!(
        "select {COLUMNS} from guests where post = $1 and shown_at is not null order by shown_at, id limit $2"
    )))
    .bind(post)
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Guest::try_from).collect()
}

/// How many are not confirmed, and how many wait for an editor.
pub async fn count(tx: &mut Tx) -> Result<(i64, i64)> {
    let counts = run!(tx, |conn| sqlx::query_as(
        "select count(*) - count(confirmed_at), count(confirmed_at) from guests where shown_at is null"
    )
    .fetch_one(conn)
    .await)?;
    Ok(counts)
}

/// The answer under our key `id`, if an editor may see it.
pub async fn by_id(tx: &mut Tx, id: Uuid) -> Result<Option<Guest>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!(
        "select {COLUMNS} from guests where id = $1 and confirmed_at is not null"
    )))
    .bind(id)
    .fetch_optional(conn)
    .await)?;
    row.map(Guest::try_from).transpose()
}

/// Shows an answer that waits, and forgets whose mailbox it was; `false` if it does not wait.
pub async fn show(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    let shown = run!(tx, |conn| {
        sqlx::query(
        "update guests set shown_at = $2, email = null where id = $1 and confirmed_at is not null and shown_at is null"
    )
    .bind(id)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0)
    })?;
    Ok(shown)
}

/// Removes an answer, shown or not; `false` if it is gone.
pub async fn remove(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let gone = run!(tx, |conn| sqlx::query("delete from guests where id = $1")
        .bind(id)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(gone)
}

/// Forgets what came before `before` and was never confirmed.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from guests where confirmed_at is null and created_at < $1")
        .bind(before.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::objects;
    use crate::posts;
    use crate::samples::{hours, known, noon, note, stores};

    #[tokio::test]
    async fn an_answer_is_seen_by_editors_then_by_all_and_goes_with_its_post() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let quarter = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let post = note(&mut tx, &quarter, "Wer hat einen Hammer?", 0).await;
            posts::insert(&mut tx, &post, false).await.expect("an insert");
            assert!(!is_open(&mut tx, post.id).await.expect("an answer"));
            for _ in 0..2 {
                open(&mut tx, post.id, noon()).await.expect("an insert");
            }
            assert!(is_open(&mut tx, post.id).await.expect("an answer"));
            let ruth = Guest {
                id: Uuid::now_v7(),
                post: post.id,
                name: "Ruth".into(),
                email: "ruth@fern.example".parse().ok(),
                language: Language::DE,
                words: "Ich.".into(),
                created_at: noon(),
                confirmed_at: None,
                shown_at: None,
            };
            insert(&mut tx, &ruth, Some(b"secret")).await.expect("an insert");
            assert_eq!(count(&mut tx).await.expect("counts"), (1, 0));
            assert!(!show(&mut tx, ruth.id, noon()).await.expect("an update"), "nobody has confirmed it");
            assert_eq!(confirm(&mut tx, b"secret", noon(), noon()).await.expect("a query"), None, "too late");
            let confirmed = Guest { confirmed_at: Some(noon()), ..ruth.clone() };
            let early = noon() - hours(1);
            assert_eq!(confirm(&mut tx, b"secret", early, noon()).await.expect("a query"), Some(confirmed.clone()));
            assert_eq!(confirm(&mut tx, b"secret", early, noon()).await.expect("a query"), None, "once");
            assert_eq!(waiting(&mut tx, 9).await.expect("a query"), [confirmed]);
            assert!(of_post(&mut tx, post.id, 9).await.expect("a query").is_empty());
            assert!(show(&mut tx, ruth.id, noon()).await.expect("an update"));
            assert!(!show(&mut tx, ruth.id, noon()).await.expect("an update"), "once");
            let shown = of_post(&mut tx, post.id, 9).await.expect("a query");
            assert_eq!(shown.first().map(|one| (one.name.as_str(), one.email.clone())), Some(("Ruth", None)));
            assert_eq!(count(&mut tx).await.expect("counts"), (0, 0));
            assert_eq!(prune(&mut tx, noon() + hours(99)).await.expect("a removal"), 0);
            close(&mut tx, post.id).await.expect("a removal");
            assert!(!is_open(&mut tx, post.id).await.expect("an answer"));
            objects::forget(&mut tx, post.id).await.expect("a removal");
            assert_eq!(by_id(&mut tx, ruth.id).await.expect("a query"), None);
        }
    }
}
