//! What other servers attached to their objects: links, of which only pictures are shown, and only from our own copies.

use std::collections::HashMap;

use domain::media::{Attachment, Focus};
use sqlx::AssertSqlSafe;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    url: String,
    picture: bool,
    alt: Option<String>,
    credit: Option<String>,
    focus_x: Option<f64>,
    focus_y: Option<f64>,
    blurhash: Option<String>,
    width: Option<i64>,
    height: Option<i64>,
    sensitive: bool,
}

impl TryFrom<Row> for Attachment {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let side = |side: Option<i64>| side.and_then(|side| u32::try_from(side).ok());
        Ok(Self {
            id: row.id,
            url: row::url(&row.url)?,
            picture: row.picture,
            alt: row.alt,
            credit: row.credit,
            focus: row.focus_x.zip(row.focus_y).and_then(|(x, y)| Focus::new(x, y)),
            blurhash: row.blurhash,
            size: side(row.width).zip(side(row.height)),
            sensitive: row.sensitive,
        })
    }
}

/// A query for attachments: every column of `t`, then `rest`.
fn select(rest: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select t.id, t.url, t.picture, t.alt, t.focus_x, t.focus_y, t.blurhash, t.width, t.height, t.sensitive,
         t.credit from attachments t {rest}"
    ))
}

/// Gives an object exactly these attachments. One whose URL it had keeps its id, so that our copy stays good.
pub async fn replace(tx: &mut Tx, object: Uuid, attachments: &[Attachment]) -> Result<()> {
    let mut had = of_object(tx, object).await?;
    remove_of(tx, object).await?;
    for (position, attachment) in (0_i64..).zip(attachments) {
        let known = had.iter().position(|one| one.url == attachment.url).map(|at| had.swap_remove(at).id);
        insert(tx, object, position, known.unwrap_or(attachment.id), attachment).await?;
    }
    Ok(())
}

async fn insert(tx: &mut Tx, object: Uuid, position: i64, id: Uuid, attachment: &Attachment) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into attachments (id, object, position, url, picture, alt, focus_x, focus_y, blurhash, width, height,
         sensitive, credit) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(id)
    .bind(object)
    .bind(position)
    .bind(attachment.url.as_str())
    .bind(attachment.picture)
    .bind(&attachment.alt)
    .bind(attachment.focus.map(|focus| focus.x))
    .bind(attachment.focus.map(|focus| focus.y))
    .bind(&attachment.blurhash)
    .bind(attachment.size.map(|(width, _)| i64::from(width)))
    .bind(attachment.size.map(|(_, height)| i64::from(height)))
    .bind(attachment.sensitive)
    .bind(&attachment.credit)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The attachments of another server's object, in their order.
pub async fn of_object(tx: &mut Tx, object: Uuid) -> Result<Vec<Attachment>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select("where t.object = $1 order by t.position"))
        .bind(object)
        .fetch_all(conn)
        .await)?;
    rows.into_iter().map(Attachment::try_from).collect()
}

/// The first picture of each of those objects that has one.
pub async fn first_of(tx: &mut Tx, objects: impl IntoIterator<Item = Uuid>) -> Result<HashMap<Uuid, Attachment>> {
    let mut first = HashMap::new();
    for object in objects {
        let row: Option<Row> =
            run!(tx, |conn| sqlx::query_as(select("where t.object = $1 and t.picture order by t.position limit 1"))
                .bind(object)
                .fetch_optional(conn)
                .await)?;
        if let Some(row) = row {
            first.insert(object, Attachment::try_from(row)?);
        }
    }
    Ok(first)
}

/// The attachment under our key, if everyone may see what it belongs to; or an editor, `with_held`.
pub async fn shown(tx: &mut Tx, id: Uuid, with_held: bool) -> Result<Option<Attachment>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(select(
        "left join posts p on p.id = t.object left join events e on e.id = t.object
         where t.id = $1 and ($2 or ((p.held is null or not p.held) and (e.draft is null or not e.draft)))"
    ))
    .bind(id)
    .bind(with_held)
    .fetch_optional(conn)
    .await)?;
    row.map(Attachment::try_from).transpose()
}

/// The ActivityPub id of the actor whose object has that attachment.
pub async fn owner(tx: &mut Tx, id: Uuid) -> Result<Option<Url>> {
    let owner: Option<String> = run!(tx, |conn| sqlx::query_scalar(
        "select o.owner from attachments t join objects o on o.id = t.object where t.id = $1"
    )
    .bind(id)
    .fetch_optional(conn)
    .await)?;
    row::url_or_null(owner.as_deref())
}

/// Removes the attachments of an object.
pub(crate) async fn remove_of(tx: &mut Tx, object: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from attachments where object = $1")
        .bind(object)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{known, noon, note, stores};
    use crate::{objects, posts};

    fn picture(name: &str) -> Attachment {
        Attachment {
            id: Uuid::now_v7(),
            url: format!("https://sued.example/{name}.jpg").parse().expect("a URL"),
            picture: name != "film",
            alt: Some(format!("Bild von {name}")),
            credit: Some("Mira Kaya, CC BY 4.0".into()),
            focus: Focus::new(0.0, 1.0),
            blurhash: Some("LEHV6nWB2yk8pyo0adR*.7kCMdnj".into()),
            size: Some((4000, 3000)),
            sensitive: name == "nackt",
        }
    }

    #[tokio::test]
    async fn a_change_replaces_what_is_attached_and_what_stays_keeps_its_key() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let theirs = known(&mut tx, "sued", None).await;
            let post = note(&mut tx, &theirs, "eins", 1).await;
            posts::insert(&mut tx, &post, false).await.expect("an insert");
            let (film, first, second) = (picture("film"), picture("fest"), picture("nackt"));
            replace(&mut tx, post.id, &[film.clone(), first.clone(), second.clone()]).await.expect("a change");
            assert_eq!(of_object(&mut tx, post.id).await.expect("rows"), [film, first.clone(), second.clone()]);
            assert_eq!(first_of(&mut tx, [post.id]).await.expect("rows").get(&post.id), Some(&first));
            let again = Attachment { id: Uuid::now_v7(), alt: None, ..second.clone() };
            replace(&mut tx, post.id, &[again.clone(), picture("neu")]).await.expect("a change");
            let kept = shown(&mut tx, second.id, false).await.expect("a row");
            assert_eq!(kept, Some(Attachment { id: second.id, ..again }));
            assert_eq!(shown(&mut tx, first.id, false).await.expect("no row"), None);
        }
    }

    #[tokio::test]
    async fn what_was_attached_to_a_deleted_post_or_forgotten_host_is_gone() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let theirs = known(&mut tx, "sued", None).await;
            let (post, other) = (note(&mut tx, &theirs, "eins", 1).await, note(&mut tx, &theirs, "zwei", 1).await);
            let (one, two) = (picture("eins"), picture("zwei"));
            for (post, picture) in [(&post, &one), (&other, &two)] {
                posts::insert(&mut tx, post, false).await.expect("an insert");
                replace(&mut tx, post.id, std::slice::from_ref(picture)).await.expect("a change");
            }
            objects::delete(&mut tx, &post.url, &theirs.url, noon()).await.expect("a deletion");
            assert_eq!(shown(&mut tx, one.id, true).await.expect("no row"), None);
            objects::forget_host(&mut tx, "sued.example").await.expect("a clearing");
            assert_eq!(shown(&mut tx, two.id, true).await.expect("no row"), None);
        }
    }

    #[tokio::test]
    async fn what_is_attached_to_a_held_reply_is_for_editors() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let theirs = known(&mut tx, "sued", None).await;
            let post = note(&mut tx, &theirs, "Antwort", 0).await;
            posts::insert(&mut tx, &post, true).await.expect("an insert");
            let picture = picture("fest");
            replace(&mut tx, post.id, std::slice::from_ref(&picture)).await.expect("a change");
            assert_eq!(shown(&mut tx, picture.id, false).await.expect("no row"), None);
            assert_eq!(shown(&mut tx, picture.id, true).await.expect("a row"), Some(picture));
        }
    }
}
