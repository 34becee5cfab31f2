//! Walks through the tables for what is not in the index: all of it after an update or a restored backup, else what an
//! older server wrote meanwhile.

use jiff::{SignedDuration, Timestamp};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, events};

/// The tables whose rows are searched for. A kind more is a line more, here and in [`look`].
const TABLES: [&str; 4] = ["actors", "events", "places", "posts"];
/// How long it is until the tables are walked through again.
const AGAIN: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Looks at the next `limit` rows of the first table that was not walked through within a week; `false` if all were.
pub async fn walk(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<bool> {
    for table in TABLES {
        let (after, done_at) = state(tx, table).await?;
        if is_fresh((after, done_at), now) {
            continue;
        }
        let ids = next(tx, table, after.unwrap_or_else(Uuid::nil), limit).await?;
        for id in &ids {
            look(tx, table, *id).await?;
        }
        let last = ids.last().copied();
        let done_at = if last.is_none() { Some(now.as_millisecond()) } else { done_at };
        note(tx, table, (last, done_at)).await?;
        return Ok(true);
    }
    Ok(false)
}

/// Whether a table was walked through to its end within a week.
fn is_fresh((after, done_at): (Option<Uuid>, Option<i64>), now: Timestamp) -> bool {
    let lately = |at: i64| now.as_millisecond() - at < i64::try_from(AGAIN.as_millis()).unwrap_or(i64::MAX);
    after.is_none() && done_at.is_some_and(lately)
}

/// Whether there is anything to walk through, to learn or to forget.
pub async fn is_due(tx: &mut Tx, now: Timestamp) -> Result<bool> {
    for table in TABLES {
        if !is_fresh(state(tx, table).await?, now) {
            return Ok(true);
        }
    }
    let waits: Option<i64> = run!(tx, |conn| {
        sqlx::query_scalar(
        "select cast(1 as bigint) from search_entries where not learned union all select cast(1 as bigint) from search_left limit 1"
    )
    .fetch_optional(conn)
    .await
    })?;
    Ok(waits.is_some())
}

async fn look(tx: &mut Tx, table: &str, id: Uuid) -> Result<()> {
    match table {
        "events" => match events::by_id(tx, id).await? {
            Some(event) => events::sort_in(tx, &event).await,
            None => Ok(()),
        },
        "places" => super::place(tx, id).await,
        "posts" => super::post(tx, id).await,
        _ => super::actor(tx, id).await,
    }
}

async fn next(tx: &mut Tx, table: &str, after: Uuid, limit: i64) -> Result<Vec<Uuid>> {
    // Of actors, ours alone: there may be very many others.
    let ours = if table == "actors" { "and part is not null" } else { "" };
    let text = format!("select id from {table} where id > $1 {ours} order by id limit $2");
    let ids = run!(tx, |conn| sqlx::query_scalar(AssertSqlSafe(text)).bind(after).bind(limit).fetch_all(conn).await)?;
    Ok(ids)
}

/// After which row the walk goes on, and when it last came to the end.
async fn state(tx: &mut Tx, table: &str) -> Result<(Option<Uuid>, Option<i64>)> {
    let state = run!(tx, |conn| sqlx::query_as("select after_id, done_at from search_walks where kind = $1")
        .bind(table)
        .fetch_optional(conn)
        .await)?;
    Ok(state.unwrap_or_default())
}

async fn note(tx: &mut Tx, table: &str, (after, done_at): (Option<Uuid>, Option<i64>)) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into search_walks (kind, after_id, done_at) values ($1, $2, $3)
         on conflict (kind) do update set after_id = excluded.after_id, done_at = excluded.done_at",
    )
    .bind(table)
    .bind(after)
    .bind(done_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}
