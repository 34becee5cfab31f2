//! Likes and announces: each actor counts once per object.

use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx};

/// Adds a reaction of `kind` (`Like` or `Announce`); `false` if the actor has one already.
pub async fn insert(
    tx: &mut Tx,
    actor: Uuid,
    object: &Url,
    kind: &str,
    activity: &Url,
    now: Timestamp,
) -> Result<bool> {
    let added = run!(tx, |conn| sqlx::query(
        "insert into reactions (actor, object, kind, activity, created_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
    )
    .bind(actor)
    .bind(object.as_str())
    .bind(kind)
    .bind(activity.as_str())
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(added)
}

/// Takes back a reaction by its activity or by its object; `false` if there is none.
pub async fn remove(tx: &mut Tx, actor: Uuid, kind: &str, activity_or_object: &Url) -> Result<bool> {
    let removed = run!(tx, |conn| sqlx::query(
        "delete from reactions where actor = $1 and kind = $2 and (activity = $3 or object = $3)",
    )
    .bind(actor)
    .bind(kind)
    .bind(activity_or_object.as_str())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(removed)
}

/// How many reactions of `kind` an object has.
pub async fn count(tx: &mut Tx, object: &Url, kind: &str) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar("select count(*) from reactions where object = $1 and kind = $2")
        .bind(object.as_str())
        .bind(kind)
        .fetch_one(conn)
        .await)?;
    Ok(count)
}

/// Whether an actor that one of ours follows passed the object on and did not take that back.
pub async fn is_passed_on(tx: &mut Tx, object: &Url) -> Result<bool> {
    let count: i64 = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from reactions r join follows f on f.followed = r.actor join actors a on a.id = f.follower
         where r.object = $1 and r.kind = 'Announce' and f.accepted_at is not null and a.part is not null",
    )
    .bind(object.as_str())
    .fetch_one(conn)
    .await)?;
    Ok(count > 0)
}

/// Whether `actor` has a reaction of `kind` to the object.
pub async fn exists(tx: &mut Tx, actor: Uuid, object: &Url, kind: &str) -> Result<bool> {
    let count: i64 = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from reactions where actor = $1 and object = $2 and kind = $3",
    )
    .bind(actor)
    .bind(object.as_str())
    .bind(kind)
    .fetch_one(conn)
    .await)?;
    Ok(count > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{known, noon, stores};

    #[tokio::test]
    async fn an_actor_likes_an_object_once_and_may_take_it_back() {
        let url = |text: &str| text.parse::<Url>().expect("a URL");
        let (object, first, second) =
            (url("https://n.example/1"), url("https://a.example/l1"), url("https://a.example/l2"));
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let fan = known(&mut tx, "fan", None).await.id;
            assert!(insert(&mut tx, fan, &object, "Like", &first, noon()).await.expect("an insert"));
            assert!(!insert(&mut tx, fan, &object, "Like", &second, noon()).await.expect("an insert"));
            assert_eq!(count(&mut tx, &object, "Like").await.expect("a count"), 1);
            assert!(!remove(&mut tx, fan, "Like", &second).await.expect("a removal"));
            assert!(remove(&mut tx, fan, "Like", &first).await.expect("a removal"));
            assert_eq!(count(&mut tx, &object, "Like").await.expect("a count"), 0);
        }
    }
}
