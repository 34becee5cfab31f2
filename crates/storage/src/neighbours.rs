//! The other quarters that an editor wants on this board, and those that asked.

use domain::neighbour::{Neighbour, State};
use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, actors, follows, handshakes, row};

/// Notes that an editor wants this actor as a neighbour; `false` if it was noted before.
pub async fn insert(tx: &mut Tx, actor: Uuid, now: Timestamp) -> Result<bool> {
    let added =
        run!(tx, |conn| sqlx::query("insert into neighbours (actor, since) values ($1, $2) on conflict do nothing")
            .bind(actor)
            .bind(now.as_millisecond())
            .execute(conn)
            .await
            .map(|done| done.rows_affected() > 0))?;
    Ok(added)
}

/// Strikes a neighbour off; `false` if it was none.
pub async fn remove(tx: &mut Tx, actor: Uuid) -> Result<bool> {
    let removed = run!(tx, |conn| sqlx::query("delete from neighbours where actor = $1")
        .bind(actor)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(removed)
}

/// Whether an editor wants this actor as a neighbour.
pub async fn contains(tx: &mut Tx, actor: Uuid) -> Result<bool> {
    let count: i64 = run!(tx, |conn| sqlx::query_scalar("select count(*) from neighbours where actor = $1")
        .bind(actor)
        .fetch_one(conn)
        .await)?;
    Ok(count > 0)
}

/// How this quarter stands with every neighbour and with every group that follows it and waits for an answer.
pub async fn list(tx: &mut Tx, quarter: Uuid) -> Result<Vec<Neighbour>> {
    let wanted: Vec<(Uuid, i64)> =
        run!(tx, |conn| sqlx::query_as("select actor, since from neighbours order by since, actor")
            .fetch_all(conn)
            .await)?;
    let asking: Vec<(Uuid, i64)> = run!(tx, |conn| sqlx::query_as(
        "select f.follower, f.requested_at from follows f join actors a on a.id = f.follower
         where f.followed = $1 and a.kind <> 'Person' and a.part is null and a.deleted_at is null
           and not exists (select 1 from neighbours n where n.actor = f.follower)
         union all
         select h.actor, h.since from handshakes h
         where h.standing = 'asked' and not exists (select 1 from neighbours n where n.actor = h.actor)
           and not exists (select 1 from follows f where f.followed = $1 and f.follower = h.actor)
         order by 2 limit 200"
    )
    .bind(quarter)
    .fetch_all(conn)
    .await)?;
    let mut neighbours = Vec::with_capacity(wanted.len() + asking.len());
    for (id, since) in wanted.into_iter().chain(asking) {
        if let Some(neighbour) = standing(tx, quarter, id, since).await? {
            neighbours.push(neighbour);
        }
    }
    Ok(neighbours)
}

/// The neighbour with that key, if there is anything between us.
pub async fn standing(tx: &mut Tx, quarter: Uuid, other: Uuid, since: i64) -> Result<Option<Neighbour>> {
    let Some(actor) = actors::by_id(tx, other).await? else { return Ok(None) };
    let ours = follows::between(tx, quarter, other).await?;
    let theirs = follows::between(tx, other, quarter).await?;
    let words = handshakes::of(tx, other).await?.map(|kept| kept.words.standing());
    let state = State::of(words, ours.as_ref().map(|follow| follow.accepted_at.is_some()), theirs.is_some());
    let since = ours.and_then(|follow| follow.accepted_at).map_or_else(|| row::time(since), Ok)?;
    Ok(state.map(|state| Neighbour { actor, state, since }))
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::follows::Follow;
    use crate::samples::{known, noon, stores};

    async fn follow(tx: &mut Tx, follower: Uuid, followed: Uuid) {
        let activity = format!("https://x.example/{follower}/{followed}").parse().expect("a URL");
        let asked = Follow { follower, followed, activity, requested_at: noon(), accepted_at: None };
        follows::insert(tx, &asked).await.expect("an insert");
    }

    #[tokio::test]
    async fn a_neighbour_goes_from_invited_to_established() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (ours, theirs) =
                (known(&mut tx, "nord", Some(Part::Quarter)).await.id, known(&mut tx, "sued", None).await.id);
            let state = async |tx: &mut Tx| list(tx, ours).await.expect("a list").first().map(|found| found.state);
            assert!(insert(&mut tx, theirs, noon()).await.expect("an insert"));
            assert_eq!(state(&mut tx).await, None);
            follow(&mut tx, ours, theirs).await;
            assert_eq!(state(&mut tx).await, Some(State::Invited));
            follows::accept(&mut tx, ours, theirs, noon()).await.expect("an update");
            assert_eq!(state(&mut tx).await, Some(State::OneSided));
            follow(&mut tx, theirs, ours).await;
            assert_eq!(state(&mut tx).await, Some(State::Established));
            assert!(contains(&mut tx, theirs).await.expect("a query"));
            assert!(remove(&mut tx, theirs).await.expect("a removal"));
            assert!(!contains(&mut tx, theirs).await.expect("a query"));
        }
    }

    #[tokio::test]
    async fn a_group_that_follows_us_asks_and_a_person_does_not() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await.id;
            let group = known(&mut tx, "sued", None).await.id;
            let mut person = crate::samples::actor("mira", None);
            person.kind = domain::actor::Kind::Person;
            actors::insert(&mut tx, &person, None).await.expect("an insert");
            follow(&mut tx, group, ours).await;
            follow(&mut tx, person.id, ours).await;
            let found = list(&mut tx, ours).await.expect("a list");
            assert_eq!(found.iter().map(|one| (one.actor.id, one.state)).collect::<Vec<_>>(), [(group, State::Asked)]);
        }
    }
}
