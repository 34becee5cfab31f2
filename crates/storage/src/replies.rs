//! What answers a post or an event, as everyone may see it beneath its page.

use domain::actor::Actor;
use domain::post::Post;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, actors, posts};

/// Which replies: shown ones, by authors that are still there.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// The ActivityPub id of what they answer.
    pub parent: &'a Url,
    /// Whose blocks count: those of the quarter and of the author of `parent`.
    pub blockers: [Uuid; 2],
    /// Only those after this one: its time and key.
    pub after: Option<(Timestamp, Uuid)>,
    /// At most so many.
    pub limit: i64,
}

/// A query about the replies that everyone may see.
fn select(what: &str, rest: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select {what} from posts p join actors a on a.id = p.author
         where p.in_reply_to = $1 and not p.held and a.deleted_at is null
           and not exists (select 1 from blocks b where b.blocked = p.author and b.blocker in ($2, $3)) {rest}"
    ))
}

/// The replies with their authors, the oldest first.
pub async fn list(tx: &mut Tx, query: &Query<'_>) -> Result<Vec<(Post, Actor)>> {
    let [quarter, author] = query.blockers;
    let (after, after_id) = query.after.unwrap_or((Timestamp::MIN, Uuid::nil()));
    let rest = "and (p.published_at > $4 or (p.published_at = $4 and p.id > $5))
         order by p.published_at, p.id limit $6";
    let ids: Vec<Uuid> = run!(tx, |conn| sqlx::query_scalar(select("p.id", rest))
        .bind(query.parent.as_str())
        .bind(quarter)
        .bind(author)
        .bind(after.as_millisecond())
        .bind(after_id)
        .bind(query.limit)
        .fetch_all(conn)
        .await)?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(post) = posts::by_id(tx, id).await?
            && let Some(author) = actors::by_id(tx, post.author).await?
        {
            found.push((post, author));
        }
    }
    Ok(found)
}

/// How many replies there are, whatever the limit.
pub async fn count(tx: &mut Tx, query: &Query<'_>) -> Result<i64> {
    let [quarter, author] = query.blockers;
    let count = run!(tx, |conn| sqlx::query_scalar(select("count(*)", ""))
        .bind(query.parent.as_str())
        .bind(quarter)
        .bind(author)
        .fetch_one(conn)
        .await)?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::blocks::{self, Block};
    use crate::samples::{known, noon, note, stores};

    async fn reply(tx: &mut Tx, author: &Actor, text: &str, (offset, held): (i64, bool), parent: &Url) -> Post {
        let mut reply = note(tx, author, text, offset).await;
        reply.details.in_reply_to = Some(parent.clone());
        posts::insert(tx, &reply, held).await.expect("an insert");
        reply
    }

    fn texts(found: &[(Post, Actor)]) -> Vec<String> {
        found.iter().map(|(post, _)| post.details.content.to_text()).collect()
    }

    #[tokio::test]
    async fn the_oldest_reply_comes_first_and_what_waits_is_not_there() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let theirs = known(&mut tx, "sued", None).await;
            let question = note(&mut tx, &ours, "Wer kommt?", 0).await;
            posts::insert(&mut tx, &question, false).await.expect("an insert");
            for (text, place) in
                [("drei", (3, false)), ("eins", (1, false)), ("Werbung", (1, true)), ("zwei", (2, false))]
            {
                reply(&mut tx, &theirs, text, place, &question.url).await;
            }
            let query = Query { parent: &question.url, blockers: [ours.id; 2], after: None, limit: 2 };
            let first = list(&mut tx, &query).await.expect("a list");
            assert_eq!(texts(&first), ["eins", "zwei"]);
            let after = first.last().map(|(post, _)| (post.published_at, post.id));
            assert_eq!(texts(&list(&mut tx, &Query { after, ..query }).await.expect("a list")), ["drei"]);
            assert_eq!(count(&mut tx, &query).await.expect("a count"), 3);
        }
    }

    #[tokio::test]
    async fn who_is_blocked_or_gone_is_not_read() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let choir = known(&mut tx, "chor", Some(Part::Initiative)).await;
            let question = note(&mut tx, &choir, "Wer singt?", 0).await;
            posts::insert(&mut tx, &question, false).await.expect("an insert");
            for (name, blocker) in [("eins", Some(&ours)), ("zwei", Some(&choir)), ("drei", None)] {
                let author = known(&mut tx, name, None).await;
                reply(&mut tx, &author, name, (1, false), &question.url).await;
                if let Some(blocker) = blocker {
                    let block = Block {
                        blocker: blocker.id,
                        blocked: author.id,
                        activity: None,
                        comment: String::new(),
                        created_at: noon(),
                    };
                    blocks::insert(&mut tx, &block).await.expect("an insert");
                }
            }
            let gone = known(&mut tx, "weg", None).await;
            reply(&mut tx, &gone, "weg", (1, false), &question.url).await;
            actors::mark_deleted(&mut tx, gone.id, noon()).await.expect("an update");
            let query = Query { parent: &question.url, blockers: [ours.id, choir.id], after: None, limit: 9 };
            assert_eq!(texts(&list(&mut tx, &query).await.expect("a list")), ["drei"]);
            assert_eq!(count(&mut tx, &query).await.expect("a count"), 1);
        }
    }
}
