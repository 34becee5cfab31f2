//! The events at a place of the directory.

use domain::actor::Actor;
use domain::event::Event;
use jiff::Timestamp;
use uuid::Uuid;

use super::{Row, select, with_authors};
use crate::tx::run;
use crate::{Result, Tx};

/// The published events at a place of our directory that end after `from`, by start.
pub(crate) async fn at_place(tx: &mut Tx, place: Uuid, from: Timestamp, limit: i64) -> Result<Vec<(Event, Actor)>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select(
        "where e.place = $1 and not e.draft and e.ends_at > $2 order by e.starts_at, e.id limit $3"
    ))
    .bind(place)
    .bind(from.as_millisecond())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    with_authors(tx, rows).await
}
