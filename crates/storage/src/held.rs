//! Posts and events of others that wait for an editor: since when, from where, and which of them look suspicious.

use domain::actor::Actor;
use domain::event::Event;
use domain::post::Post;
use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, events, posts};

/// A post that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What it says.
    pub post: Post,
    /// Who it is by.
    pub author: Actor,
    /// Whether it looks like what nobody asked for.
    pub suspicious: bool,
    /// When it came.
    pub received_at: Timestamp,
}

/// Notes why and since when a post waits.
pub async fn insert(tx: &mut Tx, post: Uuid, host: &str, suspicious: bool, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into held (post, host, suspicious, received_at) values ($1, $2, $3, $4) on conflict do nothing",
    )
    .bind(post)
    .bind(host)
    .bind(suspicious)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// How many posts of a host came to wait since `since`.
pub async fn count_since(tx: &mut Tx, host: &str, since: Timestamp) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar("select count(*) from held where host = $1 and received_at > $2")
        .bind(host)
        .bind(since.as_millisecond())
        .fetch_one(conn)
        .await)?;
    Ok(count)
}

/// Whether a post of this author is shown.
pub async fn was_let_in(tx: &mut Tx, author: Uuid) -> Result<bool> {
    let count: i64 = run!(tx, |conn| sqlx::query_scalar("select count(*) from posts where author = $1 and not held")
        .bind(author)
        .fetch_one(conn)
        .await)?;
    Ok(count > 0)
}

/// How many posts wait in all, and how many of them look suspicious.
pub async fn count(tx: &mut Tx) -> Result<(i64, i64)> {
    let counts = run!(tx, |conn| sqlx::query_as(
        "select count(*), coalesce(sum(case when suspicious then 1 else 0 end), 0) from held"
    )
    .fetch_one(conn)
    .await)?;
    Ok(counts)
}

/// What waits, the oldest first.
pub async fn list(tx: &mut Tx, limit: i64) -> Result<Vec<Held>> {
    let held = posts::held(tx, limit).await?.into_iter();
    Ok(held.map(|(post, author, suspicious, received_at)| Held { post, author, suspicious, received_at }).collect())
}

/// Events of others that wait, by start.
pub async fn list_events(tx: &mut Tx, limit: i64) -> Result<Vec<(Event, Actor)>> {
    events::held(tx, limit).await
}

/// Forgets why a post waited.
pub async fn forget(tx: &mut Tx, post: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from held where post = $1").bind(post).execute(conn).await.map(|_| ()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{event, hours, known, noon, note, stores};

    #[tokio::test]
    async fn a_held_post_waits_is_counted_and_released_once() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let far = known(&mut tx, "fern", None).await;
            let post = note(&mut tx, &far, "Antwort", 0).await;
            posts::insert(&mut tx, &post, true).await.expect("an insert");
            insert(&mut tx, post.id, "fern.example", true, noon()).await.expect("an insert");
            assert_eq!(count(&mut tx).await.expect("counts"), (1, 1));
            assert_eq!(count_since(&mut tx, "fern.example", noon() - hours(1)).await.expect("a count"), 1);
            assert_eq!(count_since(&mut tx, "fern.example", noon()).await.expect("a count"), 0);
            let listed = list(&mut tx, 9).await.expect("a list");
            assert_eq!(listed, [Held { post: post.clone(), author: far, suspicious: true, received_at: noon() }]);
            posts::show(&mut tx, post.id).await.expect("an update");
            forget(&mut tx, post.id).await.expect("a removal");
            assert_eq!(posts::by_id(&mut tx, post.id).await.expect("a query"), Some(post.clone()));
            assert_eq!(count(&mut tx).await.expect("counts"), (0, 0));
            for is_news in [true, false] {
                assert_eq!(posts::hold(&mut tx, post.id).await.expect("an update"), is_news);
                assert_eq!(posts::by_id(&mut tx, post.id).await.expect("a query"), None);
            }
        }
    }

    #[tokio::test]
    async fn an_event_of_others_waits_beside_the_drafts_of_ours() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let far = known(&mut tx, "fern", None).await;
            let mut party = event(&mut tx, &far, "Fest", 5).await;
            party.state = domain::event::State::Draft;
            events::insert(&mut tx, &party, None).await.expect("an insert");
            assert!(events::drafts(&mut tx, 9).await.expect("drafts").is_empty());
            assert_eq!(list_events(&mut tx, 9).await.expect("events").len(), 1);
            events::show(&mut tx, party.id).await.expect("an update");
            assert!(list_events(&mut tx, 9).await.expect("events").is_empty());
            for is_news in [true, false] {
                assert_eq!(events::hold(&mut tx, party.id).await.expect("an update"), is_news);
                assert_eq!(list_events(&mut tx, 9).await.expect("events").len(), 1);
            }
        }
    }
}
