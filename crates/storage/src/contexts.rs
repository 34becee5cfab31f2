//! Conversations: which one a post or an event belongs to, what is in one, and what answers an object.

use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, row};

/// Notes the conversation that an object belongs to; the first one stays.
pub async fn insert(tx: &mut Tx, object: Uuid, context: &Url) -> Result<()> {
    run!(tx, |conn| sqlx::query("insert into contexts (object, context) values ($1, $2) on conflict do nothing")
        .bind(object)
        .bind(context.as_str())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The conversation that an object belongs to, where one is known.
pub async fn of_object(tx: &mut Tx, object: Uuid) -> Result<Option<Url>> {
    let context: Option<String> =
        run!(tx, |conn| sqlx::query_scalar("select context from contexts where object = $1")
            .bind(object)
            .fetch_optional(conn)
            .await)?;
    row::url_or_null(context.as_deref())
}

/// The ids of what everyone may see of a conversation, as it came in, after `after`.
pub async fn items(tx: &mut Tx, context: &Url, after: Option<Uuid>, limit: i64) -> Result<Vec<(Uuid, Url)>> {
    let rows: Vec<(Uuid, String)> = run!(tx, |conn| sqlx::query_as(
        "select o.id, o.url from contexts c join objects o on o.id = c.object
         left join posts p on p.id = o.id left join events e on e.id = o.id
         where c.context = $1 and o.id > $2
           and ((p.id is not null and not p.held) or (e.id is not null and not e.draft))
         order by o.id limit $3",
    )
    .bind(context.as_str())
    .bind(after.unwrap_or_default())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(|(id, url)| Ok((id, row::url(&url)?))).collect()
}

/// How many of them there are.
pub async fn count(tx: &mut Tx, context: &Url) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from contexts c left join posts p on p.id = c.object left join events e on e.id = c.object
         where c.context = $1 and ((p.id is not null and not p.held) or (e.id is not null and not e.draft))",
    )
    .bind(context.as_str())
    .fetch_one(conn)
    .await)?;
    Ok(count)
}

/// The ids of what everyone may see of the answers to an object, as they came in, after `after`.
pub async fn replies(tx: &mut Tx, parent: &Url, after: Option<Uuid>, limit: i64) -> Result<Vec<(Uuid, Url)>> {
    let rows: Vec<(Uuid, String)> = run!(tx, |conn| sqlx::query_as(
        "select id, url from posts where in_reply_to = $1 and not held and id > $2 order by id limit $3",
    )
    .bind(parent.as_str())
    .bind(after.unwrap_or_default())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(|(id, url)| Ok((id, row::url(&url)?))).collect()
}

/// How many of them there are.
pub async fn count_replies(tx: &mut Tx, parent: &Url) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar("select count(*) from posts where in_reply_to = $1 and not held")
        .bind(parent.as_str())
        .fetch_one(conn)
        .await)?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::posts;
    use crate::samples::{known, note, stores};

    #[tokio::test]
    async fn a_conversation_holds_what_everyone_may_see_in_the_order_it_came() {
        let context: Url = "https://nord.example/posts/1/context".parse().expect("a URL");
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let theirs = known(&mut tx, "sued", None).await;
            let question = note(&mut tx, &theirs, "Wer kommt?", 0).await;
            posts::insert(&mut tx, &question, false).await.expect("an insert");
            insert(&mut tx, question.id, &context).await.expect("an insert");
            let mut shown = vec![(question.id, question.url.clone())];
            for (text, held) in [("Ich", false), ("Werbung", true), ("Ich auch", false)] {
                let mut answer = note(&mut tx, &theirs, text, 1).await;
                answer.details.in_reply_to = Some(question.url.clone());
                posts::insert(&mut tx, &answer, held).await.expect("an insert");
                insert(&mut tx, answer.id, &context).await.expect("an insert");
                insert(&mut tx, answer.id, &answer.url).await.expect("the first one stays");
                shown.extend((!held).then(|| (answer.id, answer.url.clone())));
            }
            assert_eq!(items(&mut tx, &context, None, 9).await.expect("rows"), shown);
            assert_eq!(items(&mut tx, &context, Some(question.id), 1).await.expect("rows"), shown[1..2]);
            assert_eq!(count(&mut tx, &context).await.expect("a count"), 3);
            assert_eq!(replies(&mut tx, &question.url, None, 9).await.expect("rows"), shown[1..]);
            assert_eq!(count_replies(&mut tx, &question.url).await.expect("a count"), 2);
            assert_eq!(of_object(&mut tx, shown[1].0).await.expect("a row"), Some(context.clone()));
        }
    }
}
