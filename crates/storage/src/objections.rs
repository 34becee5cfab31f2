//! What authors here say against decisions that took something of theirs away.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, row};

/// What an author may object to, or has objected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// The report that was decided.
    pub report: Uuid,
    /// Whose thing it was.
    pub author: Uuid,
    /// What it was called.
    pub title: String,
    /// Why it had to go.
    pub reason: String,
    /// When that was decided.
    pub decided_at: Timestamp,
    /// What the author says, once they did.
    pub words: Option<String>,
    /// When they said it.
    pub made_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    report: Uuid,
    author: Uuid,
    title: String,
    reason: String,
    decided_at: i64,
    words: Option<String>,
    made_at: Option<i64>,
}

impl TryFrom<Row> for Objection {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            report: row.report,
            author: row.author,
            title: row.title,
            reason: row.reason,
            decided_at: row::time(row.decided_at)?,
            words: row.words,
            made_at: row::time_or_null(row.made_at)?,
        })
    }
}

const COLUMNS: &str = "report, author, title, reason, decided_at, words, made_at";

/// Lets an author object; `token_hash` is of the link in the letter that says so.
pub async fn insert(tx: &mut Tx, objection: &Objection, token_hash: &[u8]) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into objections (report, author, title, reason, decided_at, token_hash) values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing",
    )
    .bind(objection.report)
    .bind(objection.author)
    .bind(&objection.title)
    .bind(&objection.reason)
    .bind(objection.decided_at.as_millisecond())
    .bind(token_hash)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// What may still be objected to by the link with this token, if it was decided after `since`.
pub async fn by_token(tx: &mut Tx, token_hash: &[u8], since: Timestamp) -> Result<Option<Objection>> {
    let query = format!("select {COLUMNS} from objections where token_hash = $1 and decided_at > $2");
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(query))
        .bind(token_hash)
        .bind(since.as_millisecond())
        .fetch_optional(conn)
        .await)?;
    row.map(Objection::try_from).transpose()
}

/// Keeps what the author says, once; `false` if the link is not good any more.
pub async fn make(tx: &mut Tx, token_hash: &[u8], words: &str, (since, now): (Timestamp, Timestamp)) -> Result<bool> {
    let made = run!(tx, |conn| {
        sqlx::query(
        "update objections set words = $2, made_at = $3, token_hash = null where token_hash = $1 and decided_at > $4"
    )
    .bind(token_hash)
    .bind(words)
    .bind(now.as_millisecond())
    .bind(since.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0)
    })?;
    Ok(made)
}

/// What waits for an answer, the oldest first.
pub async fn open(tx: &mut Tx, limit: i64) -> Result<Vec<Objection>> {
    let query = format!("select {COLUMNS} from objections where made_at is not null order by made_at, report limit $1");
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(query)).bind(limit).fetch_all(conn).await)?;
    rows.into_iter().map(Objection::try_from).collect()
}

/// How many wait for an answer.
pub async fn count_open(tx: &mut Tx) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar("select count(*) from objections where made_at is not null")
        .fetch_one(conn)
        .await)?;
    Ok(count)
}

/// Takes what the author said about the decision of that report out, to be answered.
pub async fn take(tx: &mut Tx, report: Uuid) -> Result<Option<Objection>> {
    let query = format!("delete from objections where report = $1 and made_at is not null returning {COLUMNS}");
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(AssertSqlSafe(query)).bind(report).fetch_optional(conn).await)?;
    row.map(Objection::try_from).transpose()
}

/// Forgets what was decided before `before` and nobody objected to.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from objections where decided_at < $1 and made_at is null")
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
    use crate::reports::{self, Report};
    use crate::samples::{hours, known, noon, stores};

    async fn decided(tx: &mut Tx, author: Uuid, number: &str) -> Objection {
        let target: url::Url = format!("https://nord.example/posts/{number}").parse().expect("a URL");
        let report = Report {
            id: Uuid::now_v7(),
            number: number.to_owned(),
            reporter: None,
            host: None,
            name: None,
            email: None,
            objects: vec![target.clone()],
            target,
            kind: None,
            reason: "Gelogen".to_owned(),
            language: None,
            created_at: noon(),
        };
        reports::insert(tx, &report).await.expect("a report");
        let (title, reason) = ("Sommerfest".to_owned(), "Werbung".to_owned());
        Objection { report: report.id, author, title, reason, decided_at: noon(), words: None, made_at: None }
    }

    #[tokio::test]
    async fn an_author_objects_once_in_time_and_is_answered_once() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let choir = known(&mut tx, "chor", Some(Part::Initiative)).await.id;
            let (kept, quiet) = (decided(&mut tx, choir, "A1").await, decided(&mut tx, choir, "A2").await);
            insert(&mut tx, &kept, b"secret").await.expect("an insert");
            insert(&mut tx, &quiet, b"other").await.expect("an insert");
            let (long_ago, now) = (noon() - hours(1), noon() + hours(1));
            assert_eq!(by_token(&mut tx, b"guess", long_ago).await.expect("a query"), None);
            assert_eq!(by_token(&mut tx, b"secret", noon()).await.expect("a query"), None, "too late");
            assert_eq!(by_token(&mut tx, b"secret", long_ago).await.expect("a query"), Some(kept.clone()));
            assert_eq!(take(&mut tx, kept.report).await.expect("a query"), None, "nobody has said anything");
            assert!(make(&mut tx, b"secret", "Doch!", (long_ago, now)).await.expect("an update"));
            assert!(!make(&mut tx, b"secret", "Doch!", (long_ago, now)).await.expect("an update"), "once");
            let made = Objection { words: Some("Doch!".into()), made_at: Some(now), ..kept };
            assert_eq!(open(&mut tx, 9).await.expect("objections"), std::slice::from_ref(&made));
            assert_eq!(count_open(&mut tx).await.expect("a count"), 1);
            assert_eq!(prune(&mut tx, now).await.expect("a removal"), 1, "the other one");
            assert_eq!(take(&mut tx, made.report).await.expect("a query"), Some(made.clone()));
            assert_eq!(take(&mut tx, made.report).await.expect("a query"), None);
        }
    }
}
