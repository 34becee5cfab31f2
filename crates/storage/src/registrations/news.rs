//! What those who registered were last told about an event, and when they are told the next.

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row};

/// What was told about an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// Our key of the event.
    pub event: Uuid,
    /// What people know, as who writes the letters reads it.
    pub known: String,
    /// When they were told.
    pub told_at: Timestamp,
    /// When they are told what changed since, if something did.
    pub due_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    event: Uuid,
    known: String,
    told_at: i64,
    due_at: Option<i64>,
}

impl TryFrom<Row> for News {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            event: row.event,
            known: row.known,
            told_at: row::time(row.told_at)?,
            due_at: row::time_or_null(row.due_at)?,
        })
    }
}

/// What was told about an event, if anything was.
pub async fn news_of(tx: &mut Tx, event: Uuid) -> Result<Option<News>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(
        "select event, known, told_at, due_at from registration_news where event = $1"
    )
    .bind(event)
    .fetch_optional(conn)
    .await)?;
    row.map(News::try_from).transpose()
}

/// Keeps what was told about an event.
pub async fn put_news(tx: &mut Tx, news: &News) -> Result<()> {
    run!(tx, |conn| {
        sqlx::query(
        "insert into registration_news (event, known, told_at, due_at) values ($1, $2, $3, $4)
         on conflict (event) do update set known = excluded.known, told_at = excluded.told_at, due_at = excluded.due_at",
    )
    .bind(news.event)
    .bind(&news.known)
    .bind(news.told_at.as_millisecond())
    .bind(news.due_at.map(Timestamp::as_millisecond))
    .execute(conn)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// The events whose changes are to be told by now.
pub async fn due_news(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Uuid>> {
    let ids = run!(tx, |conn| sqlx::query_scalar(
        "select event from registration_news where due_at <= $1 order by due_at limit $2"
    )
    .bind(now.as_millisecond())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    Ok(ids)
}
