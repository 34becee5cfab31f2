//! Who follows whom, in both directions.

use domain::actor::Actor;
use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, actors, row};

/// One actor asked to hear from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follow {
    /// Who asked.
    pub follower: Uuid,
    /// Whom.
    pub followed: Uuid,
    /// The ActivityPub id of the latest `Follow`.
    pub activity: Url,
    /// When it was asked first.
    pub requested_at: Timestamp,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    follower: Uuid,
    followed: Uuid,
    activity: String,
    requested_at: i64,
    accepted_at: Option<i64>,
}

impl TryFrom<Row> for Follow {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            follower: row.follower,
            followed: row.followed,
            activity: row::url(&row.activity)?,
            requested_at: row::time(row.requested_at)?,
            accepted_at: row::time_or_null(row.accepted_at)?,
        })
    }
}

/// Adds a follow, or puts the id of a repeated one in its place; `false` if it was there already.
pub async fn insert(tx: &mut Tx, follow: &Follow) -> Result<bool> {
    let known = between(tx, follow.follower, follow.followed).await?.is_some();
    run!(tx, |conn| sqlx::query(
        "insert into follows (follower, followed, activity, requested_at, accepted_at) values ($1, $2, $3, $4, $5)
         on conflict (follower, followed) do update set activity = excluded.activity",
    )
    .bind(follow.follower)
    .bind(follow.followed)
    .bind(follow.activity.as_str())
    .bind(follow.requested_at.as_millisecond())
    .bind(follow.accepted_at.map(Timestamp::as_millisecond))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(!known)
}

/// Marks a follow as accepted; `false` if there is none or it was accepted before.
pub async fn accept(tx: &mut Tx, follower: Uuid, followed: Uuid, now: Timestamp) -> Result<bool> {
    let changed = run!(tx, |conn| sqlx::query(
        "update follows set accepted_at = $3 where follower = $1 and followed = $2 and accepted_at is null",
    )
    .bind(follower)
    .bind(followed)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(changed)
}

/// Ends a follow; `false` if there is none.
pub async fn remove(tx: &mut Tx, follower: Uuid, followed: Uuid) -> Result<bool> {
    let removed = run!(tx, |conn| sqlx::query("delete from follows where follower = $1 and followed = $2")
        .bind(follower)
        .bind(followed)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(removed)
}

/// Ends every follow that an actor has a part in; for actors that are deleted.
pub async fn remove_all_of(tx: &mut Tx, actor: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from follows where follower = $1 or followed = $1")
        .bind(actor)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Ends every follow by an actor; whoever follows it still does.
pub async fn remove_all_by(tx: &mut Tx, follower: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from follows where follower = $1")
        .bind(follower)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The follow of one by the other.
pub async fn between(tx: &mut Tx, follower: Uuid, followed: Uuid) -> Result<Option<Follow>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(
        "select follower, followed, activity, requested_at, accepted_at from follows
         where follower = $1 and followed = $2"
    )
    .bind(follower)
    .bind(followed)
    .fetch_optional(conn)
    .await)?;
    row.map(Follow::try_from).transpose()
}

/// The follow with that ActivityPub id.
pub async fn by_activity(tx: &mut Tx, activity: &Url) -> Result<Option<Follow>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(
        "select follower, followed, activity, requested_at, accepted_at from follows where activity = $1"
    )
    .bind(activity.as_str())
    .fetch_optional(conn)
    .await)?;
    row.map(Follow::try_from).transpose()
}

/// Those of ours that follow `followed` or asked to.
pub async fn ours(tx: &mut Tx, followed: Uuid) -> Result<Vec<Actor>> {
    let ids: Vec<Uuid> = run!(tx, |conn| sqlx::query_scalar(
        "select f.follower from follows f join actors a on a.id = f.follower
         where f.followed = $1 and a.part is not null and a.deleted_at is null order by f.requested_at, f.follower"
    )
    .bind(followed)
    .fetch_all(conn)
    .await)?;
    let mut found = actors::by_ids(tx, ids.iter().copied()).await?;
    Ok(ids.into_iter().filter_map(|id| found.remove(&id)).collect())
}

/// Whether one of our actors follows `followed` and was accepted.
pub async fn is_followed_by_us(tx: &mut Tx, followed: Uuid) -> Result<bool> {
    let count: i64 = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from follows f join actors a on a.id = f.follower
         where f.followed = $1 and f.accepted_at is not null and a.part is not null"
    )
    .bind(followed)
    .fetch_one(conn)
    .await)?;
    Ok(count > 0)
}

/// Whom our actors follow and were accepted by.
pub async fn followed_by_us(tx: &mut Tx, limit: i64) -> Result<Vec<Uuid>> {
    let ids = run!(tx, |conn| sqlx::query_scalar(
        "select distinct f.followed from follows f join actors a on a.id = f.follower
         where f.accepted_at is not null and a.part is not null limit $1"
    )
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    Ok(ids)
}

/// Whether one of our actors follows any actor of `host` and was accepted.
pub async fn is_host_followed_by_us(tx: &mut Tx, host: &str) -> Result<bool> {
    let count: i64 = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from follows f join actors a on a.id = f.follower join actors b on b.id = f.followed
         where b.host = $1 and f.accepted_at is not null and a.part is not null"
    )
    .bind(host)
    .fetch_one(conn)
    .await)?;
    Ok(count > 0)
}

/// How many accepted followers an actor has.
pub async fn count_followers(tx: &mut Tx, followed: Uuid) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from follows where followed = $1 and accepted_at is not null"
    )
    .bind(followed)
    .fetch_one(conn)
    .await)?;
    Ok(count)
}

/// How many actors an actor follows.
pub async fn count_following(tx: &mut Tx, follower: Uuid) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from follows where follower = $1 and accepted_at is not null"
    )
    .bind(follower)
    .fetch_one(conn)
    .await)?;
    Ok(count)
}

/// The accepted followers of an actor, the oldest first.
pub async fn followers(tx: &mut Tx, followed: Uuid, limit: i64) -> Result<Vec<Actor>> {
    let ids: Vec<Uuid> = run!(tx, |conn| {
        sqlx::query_scalar(
        "select follower from follows where followed = $1 and accepted_at is not null order by requested_at limit $2"
    )
    .bind(followed)
    .bind(limit)
    .fetch_all(conn)
    .await
    })?;
    let mut found = actors::by_ids(tx, ids.iter().copied()).await?;
    Ok(ids.into_iter().filter_map(|id| found.remove(&id)).collect())
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::samples::{hours, known, noon, stores};

    #[tokio::test]
    async fn a_follow_is_asked_accepted_and_ended_once() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (ours, theirs) =
                (known(&mut tx, "nord", Some(Part::Quarter)).await, known(&mut tx, "sued", None).await);
            let activity: Url = "https://nord.example/activities/1".parse().expect("a URL");
            let mut follow =
                Follow { follower: ours.id, followed: theirs.id, activity, requested_at: noon(), accepted_at: None };
            assert!(insert(&mut tx, &follow).await.expect("an insert"));
            assert_eq!(super::ours(&mut tx, theirs.id).await.expect("rows"), std::slice::from_ref(&ours));
            assert!(super::ours(&mut tx, ours.id).await.expect("rows").is_empty());
            assert!(!is_followed_by_us(&mut tx, theirs.id).await.expect("a query"));
            assert!(accept(&mut tx, ours.id, theirs.id, noon()).await.expect("an update"));
            assert!(!accept(&mut tx, ours.id, theirs.id, noon() + hours(1)).await.expect("an update"));
            follow.activity = "https://nord.example/activities/2".parse().expect("a URL");
            assert!(!insert(&mut tx, &follow).await.expect("a repeated one"));
            follow.accepted_at = Some(noon());
            assert_eq!(by_activity(&mut tx, &follow.activity).await.expect("a row"), Some(follow));
            assert!(is_followed_by_us(&mut tx, theirs.id).await.expect("a query"));
            assert_eq!(count_followers(&mut tx, theirs.id).await.expect("a count"), 1);
            assert_eq!(count_following(&mut tx, ours.id).await.expect("a count"), 1);
            assert_eq!(followers(&mut tx, theirs.id, 9).await.expect("rows"), std::slice::from_ref(&ours));
            assert!(remove(&mut tx, ours.id, theirs.id).await.expect("a removal"));
            assert!(!remove(&mut tx, ours.id, theirs.id).await.expect("a removal"));
        }
    }

    #[tokio::test]
    async fn a_deleted_actor_follows_and_is_followed_by_nobody() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (ours, theirs) =
                (known(&mut tx, "nord", Some(Part::Quarter)).await, known(&mut tx, "sued", None).await);
            for (follower, followed) in [(ours.id, theirs.id), (theirs.id, ours.id)] {
                let activity = format!("https://x.example/{follower}").parse().expect("a URL");
                let follow = Follow { follower, followed, activity, requested_at: noon(), accepted_at: Some(noon()) };
                insert(&mut tx, &follow).await.expect("an insert");
            }
            remove_all_of(&mut tx, theirs.id).await.expect("a removal");
            assert_eq!(count_followers(&mut tx, ours.id).await.expect("a count"), 0);
            assert_eq!(between(&mut tx, ours.id, theirs.id).await.expect("a query"), None);
        }
    }
}
