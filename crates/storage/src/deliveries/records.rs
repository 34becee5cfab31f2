//! What became of deliveries, as people read it.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use url::Url;

use crate::tx::run;
use crate::{Result, Tx, row};

/// One delivery, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The ActivityPub id of the activity.
    pub activity: Url,
    /// Its type.
    pub kind: String,
    /// The host it is for.
    pub host: String,
    /// `waiting`, `delivered`, `failed` or `cancelled`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was delivered or given up.
    pub finished_at: Option<Timestamp>,
    /// What went wrong last.
    pub error: Option<String>,
}

/// What became of everything about an object, by host; `limit` bounds the list.
pub async fn of_object(tx: &mut Tx, object: &Url, limit: i64) -> Result<Vec<Record>> {
    records(tx, "t.object = $1 order by d.host, d.activity", object.as_str(), limit).await
}

/// What waits for or was given up on a host, the oldest first; an empty host means all.
pub async fn unfinished(tx: &mut Tx, host: &str, limit: i64) -> Result<Vec<Record>> {
    records(
        tx,
        "d.state in ('waiting', 'failed') and ($1 = '' or d.host = $1) order by d.host, d.activity",
        host,
        limit,
    )
    .await
}

async fn records(tx: &mut Tx, filter: &str, value: &str, limit: i64) -> Result<Vec<Record>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        url: String,
        kind: String,
        host: String,
        state: String,
        attempts: i64,
        created_at: i64,
        finished_at: Option<i64>,
        error: Option<String>,
    }
    let query = AssertSqlSafe(format!(
        "select t.url, t.kind, d.host, d.state, d.attempts, d.created_at, d.finished_at, d.error
         from deliveries d join activities t on t.id = d.activity where {filter} limit $2"
    ));
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(query).bind(value).bind(limit).fetch_all(conn).await)?;
    rows.into_iter()
        .map(|row| {
            Ok(Record {
                activity: row::url(&row.url)?,
                kind: row.kind,
                host: row.host,
                state: row.state,
                attempts: row.attempts,
                created_at: row::time(row.created_at)?,
                finished_at: row::time_or_null(row.finished_at)?,
                error: row.error,
            })
        })
        .collect()
}

/// What became of the deletions that one host was told.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Tally {
    /// Which host.
    pub host: String,
    /// How many it took.
    pub delivered: i64,
    /// How many wait for it.
    pub waiting: i64,
    /// How many were given up.
    pub failed: i64,
}

/// What became of the deletions of the last weeks, by host; it reads every `Delete` there ever was.
pub async fn deletions(tx: &mut Tx) -> Result<Vec<Tally>> {
    let tallies = run!(tx, |conn| sqlx::query_as(
        "select d.host, sum(case when d.state = 'delivered' then 1 else 0 end) as delivered,
                sum(case when d.state = 'waiting' then 1 else 0 end) as waiting,
                sum(case when d.state = 'failed' then 1 else 0 end) as failed
         from activities a join deliveries d on d.activity = a.id
         where a.kind = 'Delete' group by d.host order by d.host",
    )
    .fetch_all(conn)
    .await)?;
    Ok(tallies)
}
