//! One lane per host: its turn, its lease, and its circuit breaker.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use crate::tx::run;
use crate::{Result, Tx, row};

/// A host that we hold the lease of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Which host.
    pub host: String,
    /// How often in a row it did not answer.
    pub failures: u32,
}

/// How it stands with a host, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Which host.
    pub host: String,
    /// How many deliveries wait for it.
    pub waiting: i64,
    /// How many were given up.
    pub failed: i64,
    /// When the oldest waiting one was written.
    pub oldest: Option<Timestamp>,
    /// How often in a row it did not answer.
    pub failures: i64,
    /// When it is tried next.
    pub due_at: Option<Timestamp>,
    /// When it last took something.
    pub delivered_at: Option<Timestamp>,
    /// When it last failed.
    pub failed_at: Option<Timestamp>,
    /// Since when it has failed without a break.
    pub failing_since: Option<Timestamp>,
    /// How it last failed.
    pub error: Option<String>,
}

/// How the lease of a lane ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Release {
    /// All is well; go on at once if something is waiting.
    Well,
    /// The host is just back, and more is waiting for it: go on at once, and gently.
    Returning,
    /// The host asked for a pause until then.
    Paused(Timestamp),
    /// We were not able to; nothing is learnt about the host. Try again then.
    Resting(Timestamp),
    /// The host did not answer so many times; try again then.
    Failing {
        /// Failures in a row, this one included.
        failures: u32,
        /// When to try again.
        until: Timestamp,
        /// What went wrong.
        error: String,
    },
}

/// The times of one look at the lanes. A clock may have been wrong when a turn or a lease was written: what lies beyond
/// `latest` or `longest` is as good as over, or a lane would wait for that time for ever.
#[derive(Clone, Copy, Debug)]
pub struct Hour {
    /// Now.
    pub now: Timestamp,
    /// Until when a lease that begins now is held.
    pub leased_until: Timestamp,
    /// The latest that any honest lease ends.
    pub longest: Timestamp,
    /// The latest that any honest turn comes.
    pub latest: Timestamp,
}

/// Leases up to `limit` hosts whose turn has come, the longest waiting first; nobody else gets them until the lease ends.
pub async fn claim(tx: &mut Tx, hour: &Hour, limit: i64) -> Result<Vec<Lane>> {
    let query = format!(
        "with due as (select host from lanes where (due_at <= $1 or due_at > $5)
                        and (leased_until is null or leased_until <= $1 or leased_until > $4)
                      order by due_at limit $3 {})
         update lanes set leased_until = $2
         where host in (select host from due) and (leased_until is null or leased_until <= $1 or leased_until > $4)
         returning host, failures",
        tx.passing_over()
    );
    let rows: Vec<(String, i64)> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(query))
        .bind(hour.now.as_millisecond())
        .bind(hour.leased_until.as_millisecond())
        .bind(limit)
        .bind(hour.longest.as_millisecond())
        .bind(hour.latest.as_millisecond())
        .fetch_all(conn)
        .await)?;
    let lane = |(host, failures)| Lane { host, failures: u32::try_from(failures).unwrap_or(u32::MAX) };
    Ok(rows.into_iter().map(lane).collect())
}

/// Whether any host's turn has come, so that [`claim`] would find one.
pub async fn is_any_due(tx: &mut Tx, hour: &Hour) -> Result<bool> {
    let due: Option<i64> = run!(tx, |conn| {
        sqlx::query_scalar(
            "select due_at from lanes where (due_at <= $1 or due_at > $3)
           and (leased_until is null or leased_until <= $1 or leased_until > $2) limit 1",
        )
        .bind(hour.now.as_millisecond())
        .bind(hour.longest.as_millisecond())
        .bind(hour.latest.as_millisecond())
        .fetch_optional(conn)
        .await
    })?;
    Ok(due.is_some())
}

/// When the next turn comes, as far as that is known and before `until`: asked where [`is_any_due`] found none.
pub async fn next_turn(tx: &mut Tx, until: Timestamp) -> Result<Option<Timestamp>> {
    let next: Option<i64> = run!(tx, |conn| {
        sqlx::query_scalar(
        "select min(case when leased_until > due_at then leased_until else due_at end) from lanes where due_at <= $1",
    )
    .bind(until.as_millisecond())
    .fetch_one(conn)
    .await
    })?;
    row::time_or_null(next)
}

/// Gives a lane back. It is due again while something is waiting in it; a pause that was asked for holds for what comes.
pub async fn release(tx: &mut Tx, host: &str, release: &Release, now: Timestamp) -> Result<()> {
    let (until, failures, error) = match release {
        Release::Well => (now, Some(0), None),
        Release::Returning => (now, Some(1), None),
        Release::Paused(until) => (*until, Some(0), None),
        Release::Resting(until) => (*until, None, None),
        Release::Failing { failures, until, error } => (*until, Some(i64::from(*failures)), Some(error)),
    };
    run!(tx, |conn| {
        sqlx::query(
            "update lanes set leased_until = null, failures = coalesce($3, failures), error = coalesce($4, error),
           failed_at = case when $4 is null then failed_at else $5 end,
           failing_since = case when $4 is not null then coalesce(failing_since, $5)
             when $3 is null then failing_since else null end,
           due_at = case when $6 or exists (select 1 from deliveries where host = $1 and state = 'waiting')
                         then $2 else null end
         where host = $1",
        )
        .bind(host)
        .bind(until.as_millisecond())
        .bind(failures)
        .bind(error)
        .bind(now.as_millisecond())
        .bind(matches!(release, Release::Paused(_)))
        .execute(conn)
        .await
        .map(|_| ())
    })?;
    Ok(())
}

/// Gives back every lease: for the start of the only server of a database, whose predecessor may have been killed.
pub async fn release_all(tx: &mut Tx) -> Result<()> {
    run!(tx, |conn| sqlx::query("update lanes set leased_until = null where leased_until is not null")
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Makes a host's turn come now, as if it had not failed.
pub async fn hurry(tx: &mut Tx, host: &str, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query("update lanes set failures = 0, due_at = $2 where host = $1 and due_at is not null")
        .bind(host)
        .bind(now.as_millisecond())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Notes that nobody was found behind the pages of a host; since when that has been so.
pub async fn note_astray(tx: &mut Tx, host: &str, now: Timestamp) -> Result<Option<Timestamp>> {
    let since: Option<i64> = run!(tx, |conn| sqlx::query_scalar(
        "update lanes set astray_since = coalesce(astray_since, $2) where host = $1 returning astray_since"
    )
    .bind(host)
    .bind(now.as_millisecond())
    .fetch_optional(conn)
    .await)?;
    row::time_or_null(since)
}

/// Notes that somebody was found there.
pub async fn note_found(tx: &mut Tx, host: &str) -> Result<()> {
    run!(tx, |conn| sqlx::query("update lanes set astray_since = null where host = $1 and astray_since is not null")
        .bind(host)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// What waits for a host, or was given up on it: how much of one type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heap {
    /// Which host.
    pub host: String,
    /// `waiting` or `failed`.
    pub state: String,
    /// The type of the activities.
    pub kind: String,
    /// How many there are.
    pub count: i64,
    /// What went wrong with one of them.
    pub error: Option<String>,
}

/// What waits and what was given up, by host and type.
pub async fn heaps(tx: &mut Tx) -> Result<Vec<Heap>> {
    type Row = (String, String, String, i64, Option<String>);
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(
        "select d.host, d.state, t.kind, count(*), max(d.error)
         from deliveries d join activities t on t.id = d.activity where d.state in ('waiting', 'failed')
         group by d.host, d.state, t.kind order by d.host, d.state, t.kind"
    )
    .fetch_all(conn)
    .await)?;
    let heap = |(host, state, kind, count, error)| Heap { host, state, kind, count, error };
    Ok(rows.into_iter().map(heap).collect())
}

/// How it stands with every host anything was ever sent to, by name.
pub async fn status(tx: &mut Tx) -> Result<Vec<Status>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        host: String,
        waiting: i64,
        failed: i64,
        oldest: Option<i64>,
        failures: i64,
        due_at: Option<i64>,
        delivered_at: Option<i64>,
        failed_at: Option<i64>,
        failing_since: Option<i64>,
        error: Option<String>,
    }
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(
        "select l.host, l.failures, l.due_at, l.delivered_at, l.failed_at, l.failing_since, l.error,
           (select count(*) from deliveries d where d.host = l.host and d.state = 'waiting') as waiting,
           (select count(*) from deliveries d where d.host = l.host and d.state = 'failed') as failed,
           (select min(d.created_at) from deliveries d where d.host = l.host and d.state = 'waiting') as oldest
         from lanes l order by l.host"
    )
    .fetch_all(conn)
    .await)?;
    rows.into_iter()
        .map(|row| {
            Ok(Status {
                host: row.host,
                waiting: row.waiting,
                failed: row.failed,
                oldest: row::time_or_null(row.oldest)?,
                failures: row.failures,
                due_at: row::time_or_null(row.due_at)?,
                delivered_at: row::time_or_null(row.delivered_at)?,
                failed_at: row::time_or_null(row.failed_at)?,
                failing_since: row::time_or_null(row.failing_since)?,
                error: row.error,
            })
        })
        .collect()
}
