//! Who wants nothing to do with whom: actors of ours and others', one by one.

use domain::actor::Actor;
use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, actors, row};

/// One actor blocks another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Who blocks.
    pub blocker: Uuid,
    /// Whom.
    pub blocked: Uuid,
    /// The ActivityPub id of the `Block`, if there is one.
    pub activity: Option<Url>,
    /// Why, for the editors.
    pub comment: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// Adds a block; `false` if it is there already.
pub async fn insert(tx: &mut Tx, block: &Block) -> Result<bool> {
    let added = run!(tx, |conn| sqlx::query(
        "insert into blocks (blocker, blocked, activity, comment, created_at) values ($1, $2, $3, $4, $5)
         on conflict do nothing",
    )
    .bind(block.blocker)
    .bind(block.blocked)
    .bind(block.activity.as_ref().map(Url::as_str))
    .bind(&block.comment)
    .bind(block.created_at.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(added)
}

/// Takes a block away; `false` if there is none.
pub async fn remove(tx: &mut Tx, blocker: Uuid, blocked: Uuid) -> Result<bool> {
    let removed = run!(tx, |conn| sqlx::query("delete from blocks where blocker = $1 and blocked = $2")
        .bind(blocker)
        .bind(blocked)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(removed)
}

/// Takes away the block of `blocker` that has this ActivityPub id; `false` if there is none.
pub async fn remove_by_activity(tx: &mut Tx, blocker: Uuid, activity: &Url) -> Result<bool> {
    let removed = run!(tx, |conn| sqlx::query("delete from blocks where blocker = $1 and activity = $2")
        .bind(blocker)
        .bind(activity.as_str())
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(removed)
}

/// Whether `blocker` blocks `blocked`.
pub async fn exists(tx: &mut Tx, blocker: Uuid, blocked: Uuid) -> Result<bool> {
    let count: i64 =
        run!(tx, |conn| sqlx::query_scalar("select count(*) from blocks where blocker = $1 and blocked = $2")
            .bind(blocker)
            .bind(blocked)
            .fetch_one(conn)
            .await)?;
    Ok(count > 0)
}

/// Those of ours that block `blocked`.
pub async fn of_ours(tx: &mut Tx, blocked: Uuid) -> Result<Vec<Actor>> {
    let ids: Vec<Uuid> = run!(tx, |conn| {
        sqlx::query_scalar(
        "select b.blocker from blocks b join actors a on a.id = b.blocker where b.blocked = $1 and a.part is not null"
    )
    .bind(blocked)
    .fetch_all(conn)
    .await
    })?;
    Ok(actors::by_ids(tx, ids).await?.into_values().collect())
}

/// Whom `blocker` blocks, the latest first, each with the reason and since when.
pub async fn list(tx: &mut Tx, blocker: Uuid, limit: i64) -> Result<Vec<(Actor, String, Timestamp)>> {
    let rows: Vec<(Uuid, String, i64)> = run!(tx, |conn| {
        sqlx::query_as(
        "select blocked, comment, created_at from blocks where blocker = $1 order by created_at desc, blocked limit $2"
    )
    .bind(blocker)
    .bind(limit)
    .fetch_all(conn)
    .await
    })?;
    let ids: Vec<Uuid> = rows.iter().map(|(blocked, ..)| *blocked).collect();
    let mut found = actors::by_ids(tx, ids).await?;
    let mut list = Vec::with_capacity(rows.len());
    for (blocked, comment, created_at) in rows {
        if let Some(actor) = found.remove(&blocked) {
            list.push((actor, comment, row::time(created_at)?));
        }
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::samples::{known, noon, stores};

    #[tokio::test]
    async fn a_block_is_made_once_and_taken_away_by_either_name() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (ours, theirs) =
                (known(&mut tx, "nord", Some(Part::Quarter)).await, known(&mut tx, "sued", None).await);
            let activity: Url = "https://nord.example/activities/1".parse().expect("a URL");
            let block = Block {
                blocker: ours.id,
                blocked: theirs.id,
                activity: Some(activity.clone()),
                comment: "Spam".into(),
                created_at: noon(),
            };
            assert!(insert(&mut tx, &block).await.expect("an insert"));
            assert!(!insert(&mut tx, &block).await.expect("an insert"));
            assert!(exists(&mut tx, ours.id, theirs.id).await.expect("a query"));
            assert!(!exists(&mut tx, theirs.id, ours.id).await.expect("a query"));
            assert_eq!(of_ours(&mut tx, theirs.id).await.expect("actors"), std::slice::from_ref(&ours));
            let listed = list(&mut tx, ours.id, 9).await.expect("a list");
            assert_eq!(listed, [(theirs.clone(), "Spam".to_owned(), noon())]);
            assert!(!remove_by_activity(&mut tx, theirs.id, &activity).await.expect("a removal"));
            assert!(remove_by_activity(&mut tx, ours.id, &activity).await.expect("a removal"));
            assert!(!remove(&mut tx, ours.id, theirs.id).await.expect("a removal"));
        }
    }
}
