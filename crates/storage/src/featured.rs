//! What an actor puts first: its collection `featured`.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, row};

/// What came of putting something first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It stands first now.
    New,
    /// It did already.
    Known,
    /// So many do already that there is no room.
    Full,
}

/// Something that stands first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Our key.
    pub id: Uuid,
    /// Its ActivityPub id.
    pub url: Url,
    /// Whether it is an event; else it is a post.
    pub event: bool,
}

/// What everyone may see of it: neither deleted nor a draft nor held back.
const SHOWN: &str = "from featured f join objects o on o.id = f.object
    left join posts p on p.id = o.id left join events e on e.id = o.id
    where f.actor = $1 and ((p.id is not null and not p.held) or (e.id is not null and not e.draft))";

/// Puts `object` first for `actor`, who may have `most` such things.
pub async fn insert(tx: &mut Tx, actor: Uuid, object: Uuid, most: i64, now: Timestamp) -> Result<Added> {
    let known: i64 =
        run!(tx, |conn| sqlx::query_scalar("select count(*) from featured where actor = $1 and object = $2")
            .bind(actor)
            .bind(object)
            .fetch_one(conn)
            .await)?;
    if known > 0 {
        return Ok(Added::Known);
    }
    let added = run!(tx, |conn| sqlx::query(
        "insert into featured (actor, object, featured_at)
         select $1, $2, $3 where (select count(*) from featured where actor = $1) < $4 on conflict do nothing",
    )
    .bind(actor)
    .bind(object)
    .bind(now.as_millisecond())
    .bind(most)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(if added { Added::New } else { Added::Full })
}

/// Takes it back to its place; `false` if it did not stand first.
pub async fn remove(tx: &mut Tx, actor: Uuid, object: Uuid) -> Result<bool> {
    let removed = run!(tx, |conn| sqlx::query("delete from featured where actor = $1 and object = $2")
        .bind(actor)
        .bind(object)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(removed)
}

/// What stands first for `actor`, the latest first.
pub async fn of_actor(tx: &mut Tx, actor: Uuid) -> Result<Vec<Item>> {
    let sql = format!("select o.id, o.url, e.id is not null {SHOWN} order by f.featured_at desc, o.id desc");
    let rows: Vec<(Uuid, String, bool)> =
        run!(tx, |conn| sqlx::query_as(AssertSqlSafe(sql)).bind(actor).fetch_all(conn).await)?;
    rows.into_iter().map(|(id, url, event)| Ok(Item { id, url: row::url(&url)?, event })).collect()
}

/// Whether its author puts this object first.
pub async fn is(tx: &mut Tx, object: Uuid) -> Result<bool> {
    let count: i64 = run!(tx, |conn| sqlx::query_scalar("select count(*) from featured where object = $1")
        .bind(object)
        .fetch_one(conn)
        .await)?;
    Ok(count > 0)
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::samples::{event, hours, known, noon, note, stores};
    use crate::{events, objects, posts};

    #[tokio::test]
    async fn what_stands_first_is_there_once_within_limits_and_leaves_with_the_object() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let (post, party) =
                (note(&mut tx, &ours, "Wichtig", 0).await, event(&mut tx, &ours, "Straßenfest", 24).await);
            posts::insert(&mut tx, &post, false).await.expect("an insert");
            events::insert(&mut tx, &party, None).await.expect("an insert");
            for (object, at, added) in [
                (post.id, 0, Added::New),
                (post.id, 1, Added::Known),
                (party.id, 1, Added::New),
                (ours.id, 2, Added::Full),
            ] {
                let now = noon() + hours(at);
                assert_eq!(insert(&mut tx, ours.id, object, 2, now).await.expect("an insert"), added);
            }
            let found = of_actor(&mut tx, ours.id).await.expect("rows");
            assert_eq!(
                found.iter().map(|item| (item.id, item.event)).collect::<Vec<_>>(),
                [(party.id, true), (post.id, false)]
            );
            objects::delete(&mut tx, &party.url, &ours.url, noon()).await.expect("a deletion");
            assert!(!is(&mut tx, party.id).await.expect("a query"));
            assert!(remove(&mut tx, ours.id, post.id).await.expect("a removal"));
            assert!(of_actor(&mut tx, ours.id).await.expect("rows").is_empty());
        }
    }
}
