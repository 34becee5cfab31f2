//! Activities of our actors, exactly as they are sent.

use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row};

/// Something one of our actors did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Our key, time-ordered: deliveries keep this order.
    pub id: Uuid,
    /// Its ActivityPub id.
    pub url: Url,
    /// Its ActivityStreams type.
    pub kind: String,
    /// Who did it.
    pub actor: Uuid,
    /// The ActivityPub id of what it is about.
    pub object: Url,
    /// The JSON, serialised once.
    pub body: String,
    /// Whether it stands in the public outbox.
    pub listed: bool,
    /// When.
    pub published_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    url: String,
    kind: String,
    actor: Uuid,
    object: String,
    body: String,
    listed: bool,
    published_at: i64,
}

impl TryFrom<Row> for Activity {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            url: row::url(&row.url)?,
            kind: row.kind,
            actor: row.actor,
            object: row::url(&row.object)?,
            body: row.body,
            listed: row.listed,
            published_at: row::time(row.published_at)?,
        })
    }
}

/// A query for activities: every column of `t`, then `rest`.
fn select(rest: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select t.id, t.url, t.kind, t.actor, t.object, t.body, t.listed, t.published_at from activities t {rest}"
    ))
}

/// Keeps an activity.
pub async fn insert(tx: &mut Tx, activity: &Activity) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into activities (id, url, kind, actor, object, body, listed, published_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(activity.id)
    .bind(activity.url.as_str())
    .bind(&activity.kind)
    .bind(activity.actor)
    .bind(activity.object.as_str())
    .bind(&activity.body)
    .bind(activity.listed)
    .bind(activity.published_at.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The activity with our key `id`.
pub async fn by_id(tx: &mut Tx, id: Uuid) -> Result<Option<Activity>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where t.id = $1")).bind(id).fetch_optional(conn).await)?;
    row.map(Activity::try_from).transpose()
}

/// The activity with that ActivityPub id.
pub async fn by_url(tx: &mut Tx, url: &Url) -> Result<Option<Activity>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where t.url = $1")).bind(url.as_str()).fetch_optional(conn).await)?;
    row.map(Activity::try_from).transpose()
}

/// The newest activity of `actor` of that kind about `object`.
pub async fn latest(tx: &mut Tx, actor: Uuid, kind: &str, object: &Url) -> Result<Option<Activity>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(select(
        "where t.object = $1 and t.actor = $2 and t.kind = $3 order by t.id desc limit 1"
    ))
    .bind(object.as_str())
    .bind(actor)
    .bind(kind)
    .fetch_optional(conn)
    .await)?;
    row.map(Activity::try_from).transpose()
}

/// One page of an outbox, newest first, from before `before` on.
pub async fn outbox(tx: &mut Tx, actor: Uuid, before: Option<Uuid>, limit: i64) -> Result<Vec<Activity>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select(
        "where t.actor = $1 and t.listed and t.id < $2 order by t.id desc limit $3"
    ))
    .bind(actor)
    .bind(before.unwrap_or(Uuid::max()))
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Activity::try_from).collect()
}

/// How many activities an outbox has.
pub async fn count_outbox(tx: &mut Tx, actor: Uuid) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar("select count(*) from activities where actor = $1 and listed")
        .bind(actor)
        .fetch_one(conn)
        .await)?;
    Ok(count)
}

/// Empties what an actor did, but what takes something back; none of it is listed any more.
pub async fn erase_of(tx: &mut Tx, actor: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "update activities set listed = $2, body = ''
         where actor = $1 and kind not in ('Delete', 'Leave', 'Reject', 'Undo')"
    )
    .bind(actor)
    .bind(false)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Takes everything about an object out of the outboxes and forgets what was said; for objects that are deleted.
pub async fn erase(tx: &mut Tx, object: &Url) -> Result<()> {
    run!(tx, |conn| sqlx::query("update activities set listed = $2, body = '' where object = $1")
        .bind(object.as_str())
        .bind(false)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::samples::{activity, known, stores};

    #[tokio::test]
    async fn an_outbox_pages_backwards_and_leaves_out_what_is_unlisted() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let mut kept = Vec::new();
            for kind in ["Create", "Update", "Accept"] {
                let mut done = activity(&ours, kind);
                done.listed = kind != "Accept";
                insert(&mut tx, &done).await.expect("an insert");
                kept.push(done);
            }
            assert_eq!(count_outbox(&mut tx, ours.id).await.expect("a count"), 2);
            let first = outbox(&mut tx, ours.id, None, 1).await.expect("a page");
            assert_eq!(first, kept[1..2]);
            assert_eq!(outbox(&mut tx, ours.id, Some(first[0].id), 9).await.expect("a page"), kept[..1]);
            assert_eq!(by_id(&mut tx, kept[0].id).await.expect("a row").as_ref(), kept.first());
            assert_eq!(by_url(&mut tx, &kept[0].url).await.expect("a row").as_ref(), kept.first());
            let latest = latest(&mut tx, ours.id, "Create", &kept[0].object).await.expect("a row");
            assert_eq!(latest.as_ref(), kept.first());
            erase(&mut tx, &kept[0].object).await.expect("an update");
            assert_eq!(count_outbox(&mut tx, ours.id).await.expect("a count"), 1);
        }
    }
}
