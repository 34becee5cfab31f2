//! Polls, their options, and who voted. Counts of ours are always recomputed from the votes.

use domain::poll::{Choice, Poll};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, row};

/// What came of a vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ballot {
    /// It is noted.
    Counted,
    /// The actor voted before.
    Twice,
    /// There is no such option.
    Unknown,
    /// The poll has ended, or there is none.
    Closed,
}

/// Adds the poll of a post; `due` is when it has to be looked at again, for polls of ours that end.
pub async fn insert(tx: &mut Tx, post: Uuid, poll: &Poll, due: Option<Timestamp>) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into polls (post, several, ends_at, closed_at, voters, due_at) values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(post)
    .bind(poll.several)
    .bind(poll.ends_at.map(Timestamp::as_millisecond))
    .bind(poll.closed_at.map(Timestamp::as_millisecond))
    .bind(poll.voters)
    .bind(due.map(Timestamp::as_millisecond))
    .execute(conn)
    .await
    .map(|_| ()))?;
    for (place, option) in (0_i64..).zip(&poll.options) {
        run!(tx, |conn| sqlx::query("insert into poll_options (poll, place, name, votes) values ($1, $2, $3, $4)")
            .bind(post)
            .bind(place)
            .bind(&option.name)
            .bind(option.votes)
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

/// Lets the poll of a post that waited begin: nobody has voted, and it is due when it ends.
pub async fn begin(tx: &mut Tx, post: Uuid, ends_at: Option<Timestamp>) -> Result<()> {
    run!(tx, |conn| sqlx::query("update polls set ends_at = $2, due_at = $2, voters = 0 where post = $1")
        .bind(post)
        .bind(ends_at.map(Timestamp::as_millisecond))
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The poll of a post.
pub async fn of_post(tx: &mut Tx, post: Uuid) -> Result<Option<Poll>> {
    type Row = (bool, Option<i64>, Option<i64>, Option<i64>);
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as("select several, ends_at, closed_at, voters from polls where post = $1")
            .bind(post)
            .fetch_optional(conn)
            .await)?;
    let Some((several, ends_at, closed_at, voters)) = row else { return Ok(None) };
    let options: Vec<(String, i64)> =
        run!(tx, |conn| sqlx::query_as("select name, votes from poll_options where poll = $1 order by place")
            .bind(post)
            .fetch_all(conn)
            .await)?;
    Ok(Some(Poll {
        options: options.into_iter().map(|(name, votes)| Choice { name, votes }).collect(),
        several,
        ends_at: row::time_or_null(ends_at)?,
        closed_at: row::time_or_null(closed_at)?,
        voters,
    }))
}

/// Takes over how another server's poll stands. With other options than before it is another poll: nobody voted yet.
pub async fn replace(tx: &mut Tx, post: Uuid, poll: &Poll) -> Result<()> {
    let same = of_post(tx, post).await?.is_some_and(|kept| kept.offers_the_same(poll));
    if same {
        return recount(tx, post, poll).await;
    }
    run!(tx, |conn| sqlx::query("delete from polls where post = $1").bind(post).execute(conn).await.map(|_| ()))?;
    insert(tx, post, poll, None).await
}

/// Takes over the numbers and the end of another server's poll whose options are the same.
async fn recount(tx: &mut Tx, post: Uuid, poll: &Poll) -> Result<()> {
    run!(tx, |conn| sqlx::query("update polls set ends_at = $2, closed_at = $3, voters = $4 where post = $1")
        .bind(post)
        .bind(poll.ends_at.map(Timestamp::as_millisecond))
        .bind(poll.closed_at.map(Timestamp::as_millisecond))
        .bind(poll.voters)
        .execute(conn)
        .await
        .map(|_| ()))?;
    for (place, option) in (0_i64..).zip(&poll.options) {
        run!(tx, |conn| sqlx::query("update poll_options set votes = $3 where poll = $1 and place = $2")
            .bind(post)
            .bind(place)
            .bind(option.votes)
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

/// Notes that `actor` chose the option `name`: once each, one only where one may be chosen, only while the poll is open.
pub async fn vote(tx: &mut Tx, post: Uuid, actor: Uuid, name: &str, now: Timestamp) -> Result<Ballot> {
    // Touching the row makes votes on the same poll wait for each other.
    let several: Option<bool> = run!(tx, |conn| {
        sqlx::query_scalar(
        "update polls set several = several
         where post = $1 and (closed_at is null or closed_at > $2) and (ends_at is null or ends_at > $2) returning several",
    )
    .bind(post)
    .bind(now.as_millisecond())
    .fetch_optional(conn)
    .await
    })?;
    let Some(several) = several else { return Ok(Ballot::Closed) };
    let place: Option<i64> =
        run!(tx, |conn| sqlx::query_scalar("select place from poll_options where poll = $1 and name = $2")
            .bind(post)
            .bind(name)
            .fetch_optional(conn)
            .await)?;
    let Some(place) = place else { return Ok(Ballot::Unknown) };
    let added = run!(tx, |conn| sqlx::query(
        "insert into votes (poll, actor, turn, place, voted_at) values ($1, $2, $3, $4, $5) on conflict do nothing",
    )
    .bind(post)
    .bind(actor)
    .bind(if several { place } else { 0 })
    .bind(place)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(if added { Ballot::Counted } else { Ballot::Twice })
}

/// Counts the votes of a poll of ours anew.
pub async fn count(tx: &mut Tx, post: Uuid) -> Result<()> {
    for statement in [
        "update poll_options set votes = (select count(*) from votes v
         where v.poll = poll_options.poll and v.place = poll_options.place) where poll = $1",
        "update polls set voters = (select count(distinct v.actor) from votes v where v.poll = polls.post)
         where post = $1",
    ] {
        run!(tx, |conn| sqlx::query(statement).bind(post).execute(conn).await.map(|_| ()))?;
    }
    Ok(())
}

/// Has a poll of ours looked at by `at` at the latest; one that is due earlier stays so.
pub async fn hurry(tx: &mut Tx, post: Uuid, at: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "update polls set due_at = $2 where post = $1 and closed_at is null and (due_at is null or due_at > $2)",
    )
    .bind(post)
    .bind(at.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Polls of ours for which there is something to do, the longest due first.
pub async fn due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Uuid>> {
    let posts =
        run!(tx, |conn| sqlx::query_scalar("select post from polls where due_at <= $1 order by due_at limit $2")
            .bind(now.as_millisecond())
            .bind(limit)
            .fetch_all(conn)
            .await)?;
    Ok(posts)
}

/// Takes a due poll on: it is due again when it ends, and closed if that is past. `false` if another was faster.
pub async fn take(tx: &mut Tx, post: Uuid, now: Timestamp) -> Result<bool> {
    let query = format!(
        "with due as (select post from polls where post = $1 and due_at <= $2 and closed_at is null {})
         update polls set due_at = case when ends_at > $2 then ends_at end,
           closed_at = case when ends_at <= $2 then ends_at end
         where post in (select post from due)",
        tx.passing_over()
    );
    let taken = run!(tx, |conn| sqlx::query(AssertSqlSafe(query))
        .bind(post)
        .bind(now.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(taken)
}

/// Forgets what an actor voted in polls that are open; for actors that are deleted.
pub async fn forget_voter(tx: &mut Tx, actor: Uuid) -> Result<()> {
    let ours: Vec<Uuid> = run!(tx, |conn| sqlx::query_scalar(
        "select distinct v.poll from votes v join polls l on l.post = v.poll join posts p on p.id = v.poll
         join actors a on a.id = p.author where v.actor = $1 and l.closed_at is null and a.part is not null",
    )
    .bind(actor)
    .fetch_all(conn)
    .await)?;
    run!(tx, |conn| sqlx::query("delete from votes where actor = $1").bind(actor).execute(conn).await.map(|_| ()))?;
    for poll in ours {
        count(tx, poll).await?;
    }
    Ok(())
}

/// Forgets who voted in polls that were closed before `before`; the counts stay.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let gone =
        run!(tx, |conn| sqlx::query("delete from votes where poll in (select post from polls where closed_at < $1)")
            .bind(before.as_millisecond())
            .execute(conn)
            .await
            .map(|done| done.rows_affected()))?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use domain::actor::{Actor, Part};

    use super::*;
    use crate::posts;
    use crate::samples::{hours, known, noon, note, stores};

    async fn asked(tx: &mut Tx, author: &Actor, several: bool) -> Uuid {
        let mut post = note(tx, author, "Wann?", 0).await;
        post.details.poll = Some(Poll::typed("Freitag\nSamstag", several, Some(noon() + hours(2))));
        posts::insert(tx, &post, false).await.expect("an insert");
        post.id
    }

    async fn votes(tx: &mut Tx, poll: Uuid) -> (Vec<i64>, Option<i64>) {
        let poll = of_post(tx, poll).await.expect("a query").expect("the poll");
        (poll.options.iter().map(|option| option.votes).collect(), poll.voters)
    }

    #[tokio::test]
    async fn an_actor_votes_once_and_counts_are_those_of_the_rows() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let (ada, bob) = (known(&mut tx, "ada", None).await.id, known(&mut tx, "bob", None).await.id);
            let (one, several) = (asked(&mut tx, &ours, false).await, asked(&mut tx, &ours, true).await);
            for (poll, actor, name, ballot) in [
                (one, ada, "Freitag", Ballot::Counted),
                (one, ada, "Freitag", Ballot::Twice),
                (one, ada, "Samstag", Ballot::Twice),
                (one, bob, "Montag", Ballot::Unknown),
                (several, ada, "Freitag", Ballot::Counted),
                (several, ada, "Samstag", Ballot::Counted),
                (several, ada, "Samstag", Ballot::Twice),
                (several, bob, "Samstag", Ballot::Counted),
                (Uuid::now_v7(), bob, "Samstag", Ballot::Closed),
            ] {
                assert_eq!(vote(&mut tx, poll, actor, name, noon()).await.expect("a vote"), ballot, "{name}");
                count(&mut tx, poll).await.expect("a count");
            }
            assert_eq!(votes(&mut tx, one).await, (vec![1, 0], Some(1)));
            assert_eq!(votes(&mut tx, several).await, (vec![1, 2], Some(2)));
            forget_voter(&mut tx, ada).await.expect("a deletion");
            assert_eq!(votes(&mut tx, several).await, (vec![0, 1], Some(1)));
        }
    }

    #[tokio::test]
    async fn a_poll_is_taken_once_when_it_is_due_and_closed_at_its_end() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let poll = asked(&mut tx, &ours, false).await;
            assert!(due(&mut tx, noon(), 9).await.expect("keys").is_empty());
            hurry(&mut tx, poll, noon() + hours(1)).await.expect("an update");
            hurry(&mut tx, poll, noon() + hours(9)).await.expect("an update");
            assert_eq!(due(&mut tx, noon() + hours(1), 9).await.expect("keys"), [poll]);
            assert!(take(&mut tx, poll, noon() + hours(1)).await.expect("an update"));
            assert!(!take(&mut tx, poll, noon() + hours(1)).await.expect("an update"));
            let end = noon() + hours(2);
            assert_eq!(vote(&mut tx, poll, ours.id, "Freitag", end).await.expect("a vote"), Ballot::Closed);
            assert_eq!(due(&mut tx, end, 9).await.expect("keys"), [poll]);
            assert!(take(&mut tx, poll, end).await.expect("an update"));
            assert_eq!(of_post(&mut tx, poll).await.expect("a query").expect("the poll").closed_at, Some(end));
            assert!(due(&mut tx, end, 9).await.expect("keys").is_empty());
            assert_eq!(vote(&mut tx, poll, ours.id, "Freitag", end).await.expect("a vote"), Ballot::Closed);
        }
    }

    #[tokio::test]
    async fn another_servers_counts_are_taken_over_and_who_voted_is_forgotten_in_the_end() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let theirs = known(&mut tx, "sued", None).await;
            let post = asked(&mut tx, &theirs, false).await;
            assert!(due(&mut tx, noon() + hours(9), 9).await.expect("keys").is_empty(), "not ours to close");
            let mut poll = of_post(&mut tx, post).await.expect("a query").expect("the poll");
            vote(&mut tx, post, theirs.id, "Freitag", noon()).await.expect("a vote");
            (poll.options[0].votes, poll.voters, poll.closed_at) = (7, Some(7), Some(noon()));
            replace(&mut tx, post, &poll).await.expect("an update");
            assert_eq!(votes(&mut tx, post).await, (vec![7, 0], Some(7)));
            assert_eq!(prune(&mut tx, noon()).await.expect("a removal"), 0);
            assert_eq!(prune(&mut tx, noon() + hours(1)).await.expect("a removal"), 1);
            replace(&mut tx, post, &Poll::typed("Ja\nNein", false, None)).await.expect("an update");
            assert_eq!(votes(&mut tx, post).await, (vec![0, 0], None));
        }
    }
}
