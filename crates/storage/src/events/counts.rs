//! How many events wait.

use crate::tx::run;
use crate::{Result, Tx};

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
