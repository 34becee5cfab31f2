//! Inboxes of other servers: which followers of ours get their mail there, and what is forgotten when nobody does.

use domain::actor::Actor;
use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, actors};

/// The followers of ours on `host` who get their mail at `inbox`, be it their own or a shared one, and whose documents
/// were last read before `before`; the longest unread first, at most `limit`.
pub async fn followers(tx: &mut Tx, host: &str, inbox: &Url, before: Timestamp, limit: i64) -> Result<Vec<Actor>> {
    let ids: Vec<Uuid> = run!(tx, |conn| sqlx::query_scalar(
        "select a.id from actors a
         where a.host = $1 and (a.inbox = $2 or a.shared_inbox = $2) and a.part is null and a.deleted_at is null
           and a.updated_at <= $3 and exists (select 1 from follows f where f.follower = a.id)
         order by a.updated_at, a.id limit $4"
    )
    .bind(host)
    .bind(inbox.as_str())
    .bind(before.as_millisecond())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    let mut found = actors::by_ids(tx, ids.iter().copied()).await?;
    Ok(ids.into_iter().filter_map(|id| found.remove(&id)).collect())
}

/// Forgets everything that was ever for an inbox behind which no follower of ours is left; `false` if one is.
pub async fn forget_deserted(tx: &mut Tx, host: &str, inbox: &Url) -> Result<bool> {
    if !followers(tx, host, inbox, Timestamp::MAX, 1).await?.is_empty() {
        return Ok(false);
    }
    run!(tx, |conn| sqlx::query("delete from deliveries where host = $1 and inbox = $2")
        .bind(host)
        .bind(inbox.as_str())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::follows::{self, Follow};
    use crate::samples::{activity, actor, hours, known, noon, stores};
    use crate::{activities, deliveries};

    /// An actor on `fern.example` with an inbox of its own, that follows `followed`.
    async fn follower(tx: &mut Tx, name: &str, followed: &Actor, read_at: Timestamp) -> Actor {
        let mut one = actor("fern", None);
        one.id = Uuid::now_v7();
        one.url = format!("https://fern.example/{name}").parse().expect("a URL");
        one.inbox = format!("https://fern.example/{name}/inbox").parse().expect("a URL");
        one.shared_inbox = Some("https://fern.example/shared".parse().expect("a URL"));
        one.updated_at = read_at;
        assert!(actors::insert(tx, &one, None).await.expect("an insert"), "{name}");
        let follow = Follow {
            follower: one.id,
            followed: followed.id,
            activity: format!("https://fern.example/{name}/follow").parse().expect("a URL"),
            requested_at: noon(),
            accepted_at: Some(noon()),
        };
        follows::insert(tx, &follow).await.expect("an insert");
        one
    }

    #[tokio::test]
    async fn who_was_not_read_for_the_longest_time_comes_first() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let late = follower(&mut tx, "late", &ours, noon()).await;
            let early = follower(&mut tx, "early", &ours, noon() - hours(2)).await;
            let shared = late.shared_inbox.clone().expect("an inbox");
            let host = late.host.as_str();
            let at = async |tx: &mut Tx, inbox: &Url, before, limit| {
                let found = followers(tx, host, inbox, before, limit).await.expect("actors");
                found.into_iter().map(|one| one.id).collect::<Vec<_>>()
            };
            assert_eq!(at(&mut tx, &shared, noon(), 9).await, [early.id, late.id]);
            assert_eq!(at(&mut tx, &shared, noon(), 1).await, [early.id]);
            assert_eq!(at(&mut tx, &shared, noon() - hours(1), 9).await, [early.id]);
            assert_eq!(at(&mut tx, &late.inbox, noon(), 9).await, [late.id]);
            assert!(followers(&mut tx, "nah.example", &shared, noon(), 9).await.expect("actors").is_empty());
            follows::remove_all_by(&mut tx, early.id).await.expect("a removal");
            assert_eq!(at(&mut tx, &shared, noon(), 9).await, [late.id]);
        }
    }

    #[tokio::test]
    async fn an_inbox_is_forgotten_when_the_last_one_left() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let (one, other) =
                (follower(&mut tx, "one", &ours, noon()).await, follower(&mut tx, "other", &ours, noon()).await);
            let done = activity(&ours, "Create");
            activities::insert(&mut tx, &done).await.expect("an insert");
            deliveries::to_followers(&mut tx, done.id, ours.id, noon()).await.expect("deliveries");
            deliveries::to_inbox(&mut tx, done.id, &one.inbox, one.host.as_str(), noon()).await.expect("deliveries");
            let (host, shared) = (one.host.as_str(), one.shared_inbox.clone().expect("an inbox"));
            assert!(!forget_deserted(&mut tx, host, &shared).await.expect("a look"));
            follows::remove_all_by(&mut tx, one.id).await.expect("a removal");
            assert!(!forget_deserted(&mut tx, host, &shared).await.expect("a look"), "the other is there");
            assert!(forget_deserted(&mut tx, host, &one.inbox).await.expect("a removal"));
            assert_eq!(deliveries::count(&mut tx).await.expect("counts"), [("waiting".to_owned(), 1)]);
            follows::remove_all_by(&mut tx, other.id).await.expect("a removal");
            assert!(forget_deserted(&mut tx, host, &shared).await.expect("a removal"));
            assert!(deliveries::count(&mut tx).await.expect("counts").is_empty());
        }
    }
}
