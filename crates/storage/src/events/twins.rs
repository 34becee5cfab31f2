//! The same event from two sources: which one leads, and what an editor said about two.

use std::collections::HashMap;

use domain::event::Event;
use domain::twin::{self, Rank};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use url::Url;
use uuid::Uuid;

use super::{Row, select};
use crate::tx::run;
use crate::{Result, Tx, row};

/// An event among those it may be the same as.
#[derive(Clone, Debug)]
pub struct Known {
    /// The event.
    pub event: Event,
    /// For one of an imported series, its original start.
    pub recurrence: Option<Timestamp>,
    /// The one that is shown in its place.
    pub twin_of: Option<Uuid>,
    /// How much it counts when one has to lead.
    pub rank: Rank,
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    #[sqlx(flatten)]
    row: Row,
    recurrence: Option<i64>,
    twin_of: Option<Uuid>,
    ours: bool,
    followed: bool,
}

impl TryFrom<KnownRow> for Known {
    type Error = crate::Error;

    fn try_from(found: KnownRow) -> Result<Self> {
        let event = Event::try_from(found.row)?;
        let rank = Rank::of(found.ours, event.source.is_some(), found.followed);
        Ok(Self { event, recurrence: row::time_or_null(found.recurrence)?, twin_of: found.twin_of, rank })
    }
}

/// A query for events with what [`Known`] says beside them: those on the board and those that were imported.
fn known(rest: &str) -> AssertSqlSafe<String> {
    let more = "e.updated_at, e.recurrence, e.twin_of, a.part is not null as ours,
        exists (select 1 from follows f join actors o on o.id = f.follower where f.followed = e.author
          and f.accepted_at is not null and o.part is not null) as followed";
    let rest = format!("join actors a on a.id = e.author where (not e.draft or e.source is not null) and {rest}");
    AssertSqlSafe(select(&rest).0.replacen("e.updated_at", more, 1))
}

/// Those that begin between two moments, by start.
pub async fn around(tx: &mut Tx, (from, until): (Timestamp, Timestamp), limit: i64) -> Result<Vec<Known>> {
    let rows: Vec<KnownRow> = run!(tx, |conn| sqlx::query_as(known(
        "e.starts_at >= $1 and e.starts_at <= $2 order by e.starts_at, e.id limit $3"
    ))
    .bind(from.as_millisecond())
    .bind(until.as_millisecond())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Known::try_from).collect()
}

/// Those with that stable name, whoever brought them.
pub async fn with_uid(tx: &mut Tx, uid: &str, limit: i64) -> Result<Vec<Known>> {
    let rows: Vec<KnownRow> = run!(tx, |conn| sqlx::query_as(known("e.uid = $1 order by e.id limit $2"))
        .bind(uid)
        .bind(limit)
        .fetch_all(conn)
        .await)?;
    rows.into_iter().map(Known::try_from).collect()
}

/// The one with that ActivityPub id.
pub async fn at(tx: &mut Tx, url: &Url) -> Result<Option<Known>> {
    let row: Option<KnownRow> =
        run!(tx, |conn| sqlx::query_as(known("e.url = $1")).bind(url.as_str()).fetch_optional(conn).await)?;
    row.map(Known::try_from).transpose()
}

/// Those that belong to the event with our key `id`: itself, the one that leads, those that follow it or the same one, and
/// those an editor said something about.
pub async fn of(tx: &mut Tx, id: Uuid) -> Result<Vec<Known>> {
    let rows: Vec<KnownRow> = run!(tx, |conn| sqlx::query_as(known(
        "(e.id = $1 or e.twin_of = $1 or e.id in (select twin_of from events where id = $1)
          or e.twin_of in (select twin_of from events where id = $1)
          or e.id in (select other from twins where one = $1) or e.id in (select one from twins where other = $1))
         order by e.starts_at, e.id limit 100"
    ))
    .bind(id)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Known::try_from).collect()
}

/// Shows `leader` in place of an event; `None`: it is shown itself.
pub async fn lead(tx: &mut Tx, id: Uuid, leader: Option<Uuid>) -> Result<()> {
    run!(tx, |conn| sqlx::query("update events set twin_of = $2 where id = $1")
        .bind(id)
        .bind(leader)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Has those that one led be led by another.
pub async fn hand_over(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("update events set twin_of = $2 where twin_of = $1 and id <> $2")
        .bind(from)
        .bind(to)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The one that is shown in place of the event with our key `id`.
pub async fn leader(tx: &mut Tx, id: Uuid) -> Result<Option<Uuid>> {
    let leader: Option<Option<Uuid>> = run!(tx, |conn| sqlx::query_scalar("select twin_of from events where id = $1")
        .bind(id)
        .fetch_optional(conn)
        .await)?;
    Ok(leader.flatten())
}

/// Moves an imported event to another source, where it is known by that key from now on.
pub async fn adopt(tx: &mut Tx, id: Uuid, source: Uuid, (uid, recurrence): (&str, Option<Timestamp>)) -> Result<()> {
    run!(tx, |conn| sqlx::query("update events set source = $2, uid = $3, recurrence = $4 where id = $1")
        .bind(id)
        .bind(source)
        .bind(uid)
        .bind(recurrence.map(Timestamp::as_millisecond))
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Keeps what an editor said about two: the same, or not.
pub async fn say(tx: &mut Tx, (one, other): (Uuid, Uuid), same: bool, now: Timestamp) -> Result<()> {
    let (one, other) = twin::pair(one, other);
    run!(tx, |conn| sqlx::query(
        "insert into twins (one, other, same, decided_at) values ($1, $2, $3, $4)
         on conflict (one, other) do update set same = excluded.same, decided_at = excluded.decided_at",
    )
    .bind(one)
    .bind(other)
    .bind(same)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Takes back what an editor said about two.
pub async fn unsay(tx: &mut Tx, (one, other): (Uuid, Uuid)) -> Result<()> {
    let (one, other) = twin::pair(one, other);
    run!(tx, |conn| sqlx::query("delete from twins where one = $1 and other = $2")
        .bind(one)
        .bind(other)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// What editors said about the event with our key `id`, by the other one.
pub async fn said(tx: &mut Tx, id: Uuid) -> Result<HashMap<Uuid, bool>> {
    let rows: Vec<(Uuid, Uuid, bool)> =
        run!(tx, |conn| sqlx::query_as("select one, other, same from twins where one = $1 or other = $1")
            .bind(id)
            .fetch_all(conn)
            .await)?;
    Ok(rows.into_iter().map(|(one, other, same)| (if one == id { other } else { one }, same)).collect())
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::posts::Which;
    use crate::samples::{event, hours, known as actor, noon, stores};
    use crate::{events, objects};

    #[tokio::test]
    async fn the_one_that_leads_is_listed_and_the_other_after_it_is_gone() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = actor(&mut tx, "nord", Some(Part::Quarter)).await;
            let theirs = actor(&mut tx, "sued", None).await;
            let first = event(&mut tx, &ours, "Fest", 1).await;
            let second = event(&mut tx, &theirs, "Fest", 1).await;
            for one in [&first, &second] {
                events::insert(&mut tx, one, None).await.expect("an insert");
            }
            lead(&mut tx, second.id, Some(first.id)).await.expect("an update");
            let query = events::Query::from(noon(), Which::All, 9);
            let listed = events::list(&mut tx, &query).await.expect("events");
            assert_eq!(listed.iter().map(|(event, _)| event.id).collect::<Vec<_>>(), [first.id]);
            let found = around(&mut tx, (noon(), noon() + hours(2)), 9).await.expect("events");
            assert_eq!(found.iter().map(|one| one.rank).collect::<Vec<_>>(), [Rank::Own, Rank::Stranger]);
            assert_eq!(of(&mut tx, first.id).await.expect("events").len(), 2);
            objects::delete(&mut tx, &first.url, &ours.url, noon()).await.expect("a deletion");
            let listed = events::list(&mut tx, &query).await.expect("events");
            assert_eq!(listed.iter().map(|(event, _)| event.id).collect::<Vec<_>>(), [second.id]);
        }
    }

    #[tokio::test]
    async fn what_an_editor_said_holds_in_either_order_until_it_is_taken_back() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (one, other) = (Uuid::now_v7(), Uuid::now_v7());
            say(&mut tx, (other, one), true, noon()).await.expect("an insert");
            say(&mut tx, (one, other), false, noon()).await.expect("an insert");
            assert_eq!(said(&mut tx, other).await.expect("rows"), HashMap::from([(one, false)]));
            unsay(&mut tx, (one, other)).await.expect("a deletion");
            assert!(said(&mut tx, one).await.expect("rows").is_empty());
        }
    }
}
