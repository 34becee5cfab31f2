//! Events that are not on the board yet, ours and others'.

use domain::actor::Actor;
use domain::event::Event;
use uuid::Uuid;

use super::{Row, select, with_authors};
use crate::tx::run;
use crate::{Result, Tx};

/// Events of ours that an editor may publish, by start.
pub async fn drafts(tx: &mut Tx, limit: i64) -> Result<Vec<(Event, Actor)>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select(
        "join actors a on a.id = e.author where e.draft and e.twin_of is null and a.part is not null
           and not exists (select 1 from proposals p where p.event = e.id and p.confirmed_at is null)
         order by e.starts_at, e.id limit $1"
    ))
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    with_authors(tx, rows).await
}

/// Events of other servers that wait for an editor, by start.
pub(crate) async fn held(tx: &mut Tx, limit: i64) -> Result<Vec<(Event, Actor)>> {
    let rows: Vec<Row> = run!(tx, |conn| {
        sqlx::query_as(select(
        "join actors a on a.id = e.author where e.draft and e.twin_of is null and a.part is null order by e.starts_at, e.id limit $1"
    ))
    .bind(limit)
    .fetch_all(conn)
    .await
    })?;
    with_authors(tx, rows).await
}

/// Puts a draft on the board as it is; `false` if it was there. For those of other servers, which change nothing.
pub async fn show(tx: &mut Tx, id: Uuid) -> Result<bool> {
    set_draft(tx, id, false).await
}

/// Takes an event of another server off the board until it is shown again; `false` if it was not there.
pub async fn hold(tx: &mut Tx, id: Uuid) -> Result<bool> {
    set_draft(tx, id, true).await
}

/// `false` if it was so already.
async fn set_draft(tx: &mut Tx, id: Uuid, draft: bool) -> Result<bool> {
    let changed = run!(tx, |conn| sqlx::query("update events set draft = $2 where id = $1 and draft <> $2")
        .bind(id)
        .bind(draft)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    crate::search::event(tx, id).await?;
    Ok(changed)
}

/// How many events wait to be put on the board, ours and others'.
pub async fn count_waiting(tx: &mut Tx) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from events e where e.draft and e.twin_of is null
           and not exists (select 1 from proposals p where p.event = e.id and p.confirmed_at is null)"
    )
    .fetch_one(conn)
    .await)?;
    Ok(count)
}

/// How many events of one host wait for the editors, to bound what strangers can store.
pub async fn count_drafts(tx: &mut Tx, host: &str) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from events e join actors a on a.id = e.author where e.draft and a.host = $1"
    )
    .bind(host)
    .fetch_one(conn)
    .await)?;
    Ok(count)
}
