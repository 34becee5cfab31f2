//! Our own pictures: who uploaded them, and what they belong to. Their files are kept by `federation`.

use std::collections::HashMap;

use domain::media::{Focus, Format, Media, Pick};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row};

/// Who may see a picture.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// It belongs to nothing yet, or to nothing any more: only the account that uploaded it.
    Loose,
    /// It belongs to a draft: those who may speak for this actor.
    Draft(Uuid),
    /// Everyone.
    Shown,
    /// What it belonged to was deleted: nobody.
    Gone,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    account: Uuid,
    format: String,
    width: i64,
    height: i64,
    bytes: i64,
    alt: String,
    credit: Option<String>,
    focus_x: Option<f64>,
    focus_y: Option<f64>,
    blurhash: String,
    created_at: i64,
}

impl TryFrom<Row> for Media {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            account: row.account,
            format: Format::from_ending(&row.format).ok_or(Error::Unreadable("format"))?,
            width: u32::try_from(row.width).map_err(|_| Error::Unreadable("width"))?,
            height: u32::try_from(row.height).map_err(|_| Error::Unreadable("height"))?,
            bytes: u64::try_from(row.bytes).map_err(|_| Error::Unreadable("size"))?,
            alt: row.alt,
            credit: row.credit,
            focus: row.focus_x.zip(row.focus_y).and_then(|(x, y)| Focus::new(x, y)),
            blurhash: row.blurhash,
            created_at: row::time(row.created_at)?,
        })
    }
}

/// What a picture belongs to, as far as it decides who may see it.
#[derive(sqlx::FromRow)]
struct Owner {
    object: Option<Uuid>,
    deleted_at: Option<i64>,
    draft: Option<bool>,
    author: Option<Uuid>,
}

/// A query for pictures: every column of `m`, then `rest`.
fn select(rest: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select m.id, m.account, m.format, m.width, m.height, m.bytes, m.alt, m.credit, m.focus_x, m.focus_y, m.blurhash,
         m.created_at from media m {rest}"
    ))
}

/// Adds a picture whose files are there; it belongs to nothing yet.
pub async fn insert(tx: &mut Tx, media: &Media) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into media (id, account, format, width, height, bytes, alt, focus_x, focus_y, blurhash, created_at,
         credit) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(media.id)
    .bind(media.account)
    .bind(media.format.ending())
    .bind(i64::from(media.width))
    .bind(i64::from(media.height))
    .bind(i64::try_from(media.bytes).unwrap_or(i64::MAX))
    .bind(&media.alt)
    .bind(media.focus.map(|focus| focus.x))
    .bind(media.focus.map(|focus| focus.y))
    .bind(&media.blurhash)
    .bind(media.created_at.as_millisecond())
    .bind(&media.credit)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The picture under `id`.
pub async fn by_id(tx: &mut Tx, id: Uuid) -> Result<Option<Media>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where m.id = $1")).bind(id).fetch_optional(conn).await)?;
    row.map(Media::try_from).transpose()
}

/// Who may see the picture under `id`; `None` if there is none.
pub async fn standing(tx: &mut Tx, id: Uuid) -> Result<Option<Standing>> {
    let row: Option<Owner> = run!(tx, |conn| sqlx::query_as(
        "select m.object, o.deleted_at, e.draft, e.author from media m
         left join objects o on o.id = m.object left join events e on e.id = m.object where m.id = $1",
    )
    .bind(id)
    .fetch_optional(conn)
    .await)?;
    Ok(row.map(|row| match row {
        Owner { object: None, .. } => Standing::Loose,
        Owner { deleted_at: Some(_), .. } => Standing::Gone,
        Owner { draft: Some(true), author: Some(author), .. } => Standing::Draft(author),
        Owner { .. } => Standing::Shown,
    }))
}

/// The pictures of an object of ours, in their order.
pub async fn of_object(tx: &mut Tx, object: Uuid) -> Result<Vec<Media>> {
    let own = own_of(tx, object).await?;
    if own.is_empty() { lent(tx, object).await } else { Ok(own) }
}

/// The pictures of its series that an event shows which has none itself.
pub async fn lent(tx: &mut Tx, event: Uuid) -> Result<Vec<Media>> {
    let lender: Option<Uuid> = run!(tx, |conn| sqlx::query_scalar(
        "select s.pictured from events e join series s on s.id = e.series
         where e.id = $1 and s.pictured is not null and s.pictured <> e.id"
    )
    .bind(event)
    .fetch_optional(conn)
    .await)?;
    match lender {
        Some(lender) => own_of(tx, lender).await,
        None => Ok(Vec::new()),
    }
}

/// Gives the pictures of one object to another.
pub async fn hand_on(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("update media set object = $2 where object = $1")
        .bind(from)
        .bind(to)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

async fn own_of(tx: &mut Tx, object: Uuid) -> Result<Vec<Media>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select("where m.object = $1 order by m.position, m.id"))
        .bind(object)
        .fetch_all(conn)
        .await)?;
    rows.into_iter().map(Media::try_from).collect()
}

/// The first picture of each of those objects that has one.
pub async fn first_of(tx: &mut Tx, objects: impl IntoIterator<Item = Uuid>) -> Result<HashMap<Uuid, Media>> {
    let mut first = HashMap::new();
    for object in objects {
        let row: Option<Row> =
            run!(tx, |conn| sqlx::query_as(select("where m.object = $1 order by m.position, m.id limit 1"))
                .bind(object)
                .fetch_optional(conn)
                .await)?;
        if let Some(row) = row {
            first.insert(object, Media::try_from(row)?);
        }
    }
    Ok(first)
}

/// Gives an object exactly the pictures `ids`, in that order; those it had and loses belong to nothing any more.
///
/// `false`, and the transaction is to be dropped, if one belongs to another object or account.
pub async fn attach(tx: &mut Tx, object: Uuid, account: Option<Uuid>, ids: &[Uuid]) -> Result<bool> {
    let had: Vec<Uuid> = run!(tx, |conn| sqlx::query_scalar("select id from media where object = $1")
        .bind(object)
        .fetch_all(conn)
        .await)?;
    for lost in had.iter().filter(|id| !ids.contains(id)) {
        run!(tx, |conn| sqlx::query("update media set object = null, position = null where id = $1")
            .bind(lost)
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    for (position, id) in (0_i64..).zip(ids) {
        let done = run!(tx, |conn| sqlx::query(
            "update media set object = $1, position = $2
             where id = $3 and (object = $1 or (object is null and account = $4))",
        )
        .bind(object)
        .bind(position)
        .bind(id)
        .bind(account)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
        if done == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Changes what is said of a picture.
pub async fn describe(tx: &mut Tx, pick: &Pick) -> Result<()> {
    run!(tx, |conn| sqlx::query("update media set alt = $2, focus_x = $3, focus_y = $4, credit = $5 where id = $1")
        .bind(pick.id)
        .bind(&pick.alt)
        .bind(pick.focus.map(|focus| focus.x))
        .bind(pick.focus.map(|focus| focus.y))
        .bind(&pick.credit)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// How many pictures of an account belong to nothing, to bound what one can heap up.
pub async fn count_loose(tx: &mut Tx, account: Uuid) -> Result<i64> {
    let count =
        run!(tx, |conn| sqlx::query_scalar("select count(*) from media where account = $1 and object is null")
            .bind(account)
            .fetch_one(conn)
            .await)?;
    Ok(count)
}

/// Pictures that nothing needs: loose ones from before `then`, and those of deleted objects.
pub async fn unneeded(tx: &mut Tx, then: Timestamp) -> Result<Vec<Media>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select(
        "left join objects o on o.id = m.object
         where (m.object is null and m.created_at < $1) or o.deleted_at is not null order by m.id"
    ))
    .bind(then.as_millisecond())
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Media::try_from).collect()
}

/// Forgets a picture; its files are the caller's to remove.
pub async fn remove(tx: &mut Tx, id: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from media where id = $1").bind(id).execute(conn).await.map(|_| ()))?;
    Ok(())
}

/// Lets the pictures of an account that belong to nothing, or to something deleted, be thrown away at the next cleaning,
/// and forgets their descriptions at once.
pub async fn forget_of(tx: &mut Tx, account: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "update media set alt = '', credit = null, created_at = 0 where account = $1
           and (object is null or object in (select id from objects where deleted_at is not null))"
    )
    .bind(account)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;
    use domain::event::State;

    use super::*;
    use crate::samples::{event, hours, known, noon, note, stores};
    use crate::{events, objects, posts};

    fn media(account: Uuid) -> Media {
        Media {
            id: Uuid::now_v7(),
            account,
            format: Format::Jpeg,
            width: 1600,
            height: 900,
            bytes: 123_456,
            alt: "Kinder auf dem Nordmarkt".into(),
            credit: Some("Mira Kaya, CC BY 4.0".into()),
            focus: Focus::new(-0.5, 0.25),
            blurhash: "LEHV6nWB2yk8pyo0adR*.7kCMdnj".into(),
            created_at: noon(),
        }
    }

    #[tokio::test]
    async fn a_picture_belongs_to_one_object_in_its_order_and_to_nobody_elses() {
        let (mine, theirs) = (Uuid::now_v7(), Uuid::now_v7());
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let (first, second) = (note(&mut tx, &ours, "eins", 1).await, note(&mut tx, &ours, "zwei", 2).await);
            let (one, two, other) = (media(mine), media(mine), media(theirs));
            for media in [&one, &two, &other] {
                insert(&mut tx, media).await.expect("an insert");
            }
            assert_eq!(count_loose(&mut tx, mine).await.expect("a count"), 2);
            assert!(attach(&mut tx, first.id, Some(mine), &[two.id, one.id]).await.expect("an update"));
            assert_eq!(of_object(&mut tx, first.id).await.expect("rows"), [two.clone(), one.clone()]);
            assert_eq!(first_of(&mut tx, [first.id, second.id]).await.expect("rows").get(&first.id), Some(&two));
            assert!(!attach(&mut tx, second.id, Some(mine), &[one.id]).await.expect("an update"), "it is taken");
            assert!(!attach(&mut tx, second.id, Some(mine), &[other.id]).await.expect("an update"), "another's");
            assert!(!attach(&mut tx, second.id, None, &[other.id]).await.expect("an update"), "nobody's");
            // Whoever changes the object keeps what it has.
            assert!(attach(&mut tx, first.id, Some(theirs), &[one.id, other.id]).await.expect("an update"));
            assert_eq!(standing(&mut tx, two.id).await.expect("a row"), Some(Standing::Loose));
            describe(&mut tx, &Pick { id: one.id, alt: "Neu".into(), credit: None, focus: None })
                .await
                .expect("an update");
            assert_eq!(by_id(&mut tx, one.id).await.expect("a row").map(|one| one.alt).as_deref(), Some("Neu"));
        }
    }

    #[tokio::test]
    async fn med_06_what_belonged_to_a_deleted_post_is_gone_at_once_and_then_unneeded() {
        let account = Uuid::now_v7();
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let post = note(&mut tx, &ours, "eins", 1).await;
            posts::insert(&mut tx, &post, false).await.expect("an insert");
            let (shown, loose) = (media(account), media(account));
            insert(&mut tx, &shown).await.expect("an insert");
            insert(&mut tx, &loose).await.expect("an insert");
            attach(&mut tx, post.id, Some(account), &[shown.id]).await.expect("an update");
            assert_eq!(standing(&mut tx, shown.id).await.expect("a row"), Some(Standing::Shown));
            assert_eq!(unneeded(&mut tx, noon()).await.expect("rows"), []);
            objects::delete(&mut tx, &post.url, &ours.url, noon()).await.expect("a deletion");
            assert_eq!(standing(&mut tx, shown.id).await.expect("a row"), Some(Standing::Gone));
            assert_eq!(unneeded(&mut tx, noon()).await.expect("rows"), std::slice::from_ref(&shown));
            assert_eq!(unneeded(&mut tx, noon() + hours(1)).await.expect("rows").len(), 2);
            remove(&mut tx, shown.id).await.expect("a removal");
            assert_eq!(standing(&mut tx, shown.id).await.expect("no row"), None);
        }
    }

    #[tokio::test]
    async fn med_07_the_picture_of_a_draft_is_not_shown() {
        let account = Uuid::now_v7();
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
            let mut draft = event(&mut tx, &ours, "Fest", 1).await;
            draft.state = State::Draft;
            events::insert(&mut tx, &draft, None).await.expect("an insert");
            let picture = media(account);
            insert(&mut tx, &picture).await.expect("an insert");
            attach(&mut tx, draft.id, Some(account), &[picture.id]).await.expect("an update");
            assert_eq!(standing(&mut tx, picture.id).await.expect("a row"), Some(Standing::Draft(ours.id)));
        }
    }
}
