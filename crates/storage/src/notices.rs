//! Posts that hang on the board until their day: whom to ask whether they should stay, and what to take down.

use jiff::Timestamp;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx};

/// What has hung to the end, the longest overdue first.
pub async fn due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Uuid>> {
    let due = run!(tx, |conn| sqlx::query_scalar(
        "select id from posts where expires_at <= $1 order by expires_at, id limit $2"
    )
    .bind(now.as_millisecond())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    Ok(due)
}

/// Takes on that a notice goes; `false` if somebody else does, or it was given longer meanwhile.
pub async fn take(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    let taken = run!(tx, |conn| sqlx::query("update posts set expires_at = null where id = $1 and expires_at <= $2")
        .bind(id)
        .bind(now.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(taken)
}

/// What ends before `soon` and has hung for longer than that is away, so that its author can be asked.
pub async fn ending(tx: &mut Tx, (now, soon): (Timestamp, Timestamp), limit: i64) -> Result<Vec<Uuid>> {
    let ending = run!(tx, |conn| sqlx::query_scalar(
        "select id from posts where expires_at > $1 and expires_at <= $2 and asked_at is null and not held
           and published_at < expires_at - ($2 - $1) order by expires_at, id limit $3"
    )
    .bind(now.as_millisecond())
    .bind(soon.as_millisecond())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    Ok(ending)
}

/// Takes on to ask about a notice; `false` if somebody else does or did.
pub async fn ask(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    let taken = run!(tx, |conn| sqlx::query("update posts set asked_at = $2 where id = $1 and asked_at is null")
        .bind(id)
        .bind(now.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))?;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;
    use domain::notice::{Notice, Topic};
    use domain::post::Post;

    use super::*;
    use crate::posts;
    use crate::samples::{hours, known, noon, note, stores};

    /// A notice of the quarter that hangs for so many hours from noon on.
    async fn hung(tx: &mut Tx, topic: Topic, until: Option<i64>) -> Post {
        let quarter = known(tx, topic.as_str(), Some(Part::Quarter)).await;
        let mut post = note(tx, &quarter, topic.as_str(), 0).await;
        post.details.notice = Some(Notice { topic, until: until.map(|until| noon() + hours(until)) });
        posts::insert(tx, &post, false).await.expect("an insert");
        post
    }

    #[tokio::test]
    async fn a_notice_is_asked_about_once_and_taken_down_once() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let lost = hung(&mut tx, Topic::Lost, Some(100)).await;
            let kept = posts::by_id(&mut tx, lost.id).await.expect("a query");
            assert_eq!(kept.as_ref(), Some(&lost));
            hung(&mut tx, Topic::Question, Some(5)).await;
            hung(&mut tx, Topic::News, None).await;
            let at = |now: i64| (noon() + hours(now), noon() + hours(now + 10));
            assert!(
                ending(&mut tx, at(1), 9).await.expect("notices").is_empty(),
                "what hangs so short is not asked about"
            );
            assert_eq!(ending(&mut tx, at(91), 9).await.expect("notices"), [lost.id]);
            assert!(ask(&mut tx, lost.id, noon()).await.expect("an update"));
            assert!(!ask(&mut tx, lost.id, noon()).await.expect("an update"));
            assert!(ending(&mut tx, at(91), 9).await.expect("notices").is_empty());

            let mut longer = lost.clone();
            longer.details.notice = Some(Notice { topic: Topic::Lost, until: Some(noon() + hours(200)) });
            longer.updated_at = noon() + hours(92);
            posts::update(&mut tx, &longer).await.expect("an update");
            assert!(!take(&mut tx, lost.id, noon() + hours(100)).await.expect("an update"), "it was given longer");
            assert_eq!(ending(&mut tx, at(191), 9).await.expect("notices"), [lost.id], "asked about again in time");
            assert_eq!(due(&mut tx, noon() + hours(200), 9).await.expect("notices").len(), 2);
            assert!(take(&mut tx, lost.id, noon() + hours(200)).await.expect("an update"));
            assert!(!take(&mut tx, lost.id, noon() + hours(200)).await.expect("an update"));
        }
    }

    #[tokio::test]
    async fn the_board_shows_what_hangs_and_knows_every_topic() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            hung(&mut tx, Topic::Lost, Some(5)).await;
            hung(&mut tx, Topic::Offer, Some(50)).await;
            let quarter = known(&mut tx, "west", Some(Part::Quarter)).await;
            let plain = note(&mut tx, &quarter, "neu", 1).await;
            posts::insert(&mut tx, &plain, false).await.expect("an insert");
            let far = known(&mut tx, "fern", None).await;
            let theirs = note(&mut tx, &far, "fremd", 1).await;
            posts::insert(&mut tx, &theirs, false).await.expect("an insert");
            for (topic, now, expected) in [
                (None, 1, vec!["neu", "offer", "lost"]),
                (None, 5, vec!["neu", "offer"]),
                (Some(Topic::Lost), 1, vec!["lost"]),
                (Some(Topic::News), 1, vec!["neu"]),
                (Some(Topic::Found), 1, vec![]),
            ] {
                let found = posts::board(&mut tx, topic, noon() + hours(now), (None, 9)).await.expect("a board");
                let texts: Vec<_> = found.iter().map(|(post, _)| post.details.content.to_text()).collect();
                assert_eq!(texts, expected, "{topic:?} at {now}");
            }
        }
    }
}
