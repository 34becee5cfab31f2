//! Calendars that events are read in from.

use domain::import::Source;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    url: String,
    name: String,
    author: Uuid,
    publish: bool,
    etag: Option<String>,
    last_modified: Option<String>,
    read_at: Option<i64>,
    error: Option<String>,
    kind: String,
    feed: Option<String>,
    mark: Option<i64>,
    done: i64,
    total: i64,
    report: Option<String>,
}

/// Every column of [`Row`].
const COLUMNS: &str =
    "id, url, name, author, publish, etag, last_modified, read_at, error, kind, feed, mark, done, total,
 report";

impl TryFrom<Row> for Source {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            url: row::url(&row.url)?,
            name: row.name,
            author: row.author,
            publish: row.publish,
            etag: row.etag,
            last_modified: row.last_modified,
            read_at: row::time_or_null(row.read_at)?,
            error: row.error,
            kind: row.kind,
            feed: row::url_or_null(row.feed.as_deref())?,
            mark: row::time_or_null(row.mark)?,
            progress: (row.done, row.total),
            report: row.report,
        })
    }
}

/// A query for calendars: every column, then `rest`.
fn select(rest: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!("select {COLUMNS} from sources s {rest}"))
}

/// The calendar at `url`, added if it is new; `author` and `publish` hold from now on.
pub async fn add(tx: &mut Tx, url: &Url, name: &str, author: Uuid, publish: bool) -> Result<Source> {
    let query = format!(
        "insert into sources (id, url, name, author, publish) values ($1, $2, $3, $4, $5)
         on conflict (url) do update set author = excluded.author, publish = excluded.publish returning {COLUMNS}"
    );
    let row: Row = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(query))
        .bind(Uuid::now_v7())
        .bind(url.as_str())
        .bind(name)
        .bind(author)
        .bind(publish)
        .fetch_one(conn)
        .await)?;
    Source::try_from(row)
}

/// The calendars that are published in the name of `author`.
pub async fn of_author(tx: &mut Tx, author: Uuid) -> Result<Vec<Uuid>> {
    let ids = run!(tx, |conn| sqlx::query_scalar("select id from sources where author = $1 order by id")
        .bind(author)
        .fetch_all(conn)
        .await)?;
    Ok(ids)
}

/// Every calendar, by name.
pub async fn all(tx: &mut Tx) -> Result<Vec<Source>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select("order by s.name, s.id")).fetch_all(conn).await)?;
    rows.into_iter().map(Source::try_from).collect()
}

/// The calendar with our key `id`.
pub async fn by_id(tx: &mut Tx, id: Uuid) -> Result<Option<Source>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where s.id = $1")).bind(id).fetch_optional(conn).await)?;
    row.map(Source::try_from).transpose()
}

/// The calendars that are due to be read again, leased until `leased_until`.
pub async fn claim(tx: &mut Tx, now: Timestamp, leased_until: Timestamp, limit: i64) -> Result<Vec<Source>> {
    let query = format!(
        "with due as (select id from sources where due_at <= $1 order by due_at limit $3 {})
         update sources set due_at = $2 where id in (select id from due) and due_at <= $1
         returning {COLUMNS}",
        tx.passing_over()
    );
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(query))
        .bind(now.as_millisecond())
        .bind(leased_until.as_millisecond())
        .bind(limit)
        .fetch_all(conn)
        .await)?;
    rows.into_iter().map(Source::try_from).collect()
}

/// Keeps what a reading found: its name, validators, time and error, and when to read again (`None`: never, a file).
pub async fn mark_read(tx: &mut Tx, source: &Source, due_at: Option<Timestamp>) -> Result<()> {
    run!(tx, |conn| {
        sqlx::query(
        "update sources set name = $2, etag = $3, last_modified = $4, read_at = $5, error = $6, due_at = $7, kind = $8,
         feed = $9, mark = $10, done = $11, total = $12, report = $13 where id = $1",
    )
    .bind(source.id)
    .bind(&source.name)
    .bind(&source.etag)
    .bind(&source.last_modified)
    .bind(source.read_at.map(Timestamp::as_millisecond))
    .bind(&source.error)
    .bind(due_at.map(Timestamp::as_millisecond))
    .bind(&source.kind)
    .bind(source.feed.as_ref().map(Url::as_str))
    .bind(source.mark.map(Timestamp::as_millisecond))
    .bind(source.progress.0)
    .bind(source.progress.1)
    .bind(&source.report)
    .execute(conn)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// Notes how far a reading is: so many of so many.
pub async fn progress(tx: &mut Tx, id: Uuid, (done, total): (i64, i64)) -> Result<()> {
    run!(tx, |conn| sqlx::query("update sources set done = $2, total = $3 where id = $1")
        .bind(id)
        .bind(done)
        .bind(total)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The calendar at `url`.
pub async fn by_url(tx: &mut Tx, url: &Url) -> Result<Option<Source>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where s.url = $1")).bind(url.as_str()).fetch_optional(conn).await)?;
    row.map(Source::try_from).transpose()
}

/// Has a calendar read anew as soon as possible, whatever it answered before.
pub async fn forget_validators(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "update sources set etag = null, last_modified = null, mark = null, due_at = $2
         where id = $1 and due_at is not null",
    )
    .bind(id)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Puts what a calendar brings from now on onto the board at once, or not.
pub async fn set_publish(tx: &mut Tx, id: Uuid, publish: bool) -> Result<()> {
    run!(tx, |conn| sqlx::query("update sources set publish = $2 where id = $1")
        .bind(id)
        .bind(publish)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Strikes a calendar off; its events stay, as if they had been typed in.
pub async fn remove(tx: &mut Tx, id: Uuid) -> Result<()> {
    for statement in [
        "update events set source = null where source = $1",
        "delete from trust where source = $1",
        "delete from declined where source = $1",
        "delete from previews where source = $1",
        "delete from sources where id = $1",
    ] {
        run!(tx, |conn| sqlx::query(statement).bind(id).execute(conn).await.map(|_| ()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::samples::{hours, known, noon, stores};

    #[tokio::test]
    async fn a_calendar_is_added_once_and_read_when_it_is_due() {
        let url: Url = "https://verein.example/k.ics".parse().expect("a URL");
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await.id;
            let mut source = add(&mut tx, &url, "Verein", ours, false).await.expect("a source");
            assert_eq!(add(&mut tx, &url, "anders", ours, true).await.expect("a source").id, source.id);
            assert!(claim(&mut tx, noon(), noon() + hours(1), 9).await.expect("sources").is_empty());
            (source.etag, source.read_at, source.publish) = (Some("\"1\"".into()), Some(noon()), true);
            mark_read(&mut tx, &source, Some(noon() + hours(1))).await.expect("an update");
            assert_eq!(by_id(&mut tx, source.id).await.expect("a row").and_then(|found| found.etag), source.etag);
            let due = claim(&mut tx, noon() + hours(1), noon() + hours(2), 9).await.expect("sources");
            assert_eq!(due.iter().map(|found| found.id).collect::<Vec<_>>(), [source.id]);
            assert!(claim(&mut tx, noon() + hours(1), noon() + hours(2), 9).await.expect("sources").is_empty());
            remove(&mut tx, source.id).await.expect("a removal");
            assert!(all(&mut tx).await.expect("rows").is_empty());
        }
    }
}
