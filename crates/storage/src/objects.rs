//! Every id of an object that was ever seen: its type and owner never change, and a deleted one stays deleted.

use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, polls, row, search};

/// What is known about an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Our key, shared with the row in `posts` or `events`.
    pub id: Uuid,
    /// Its ActivityPub id.
    pub url: Url,
    /// Its ActivityStreams type, `Tombstone` where it was deleted before it was seen.
    pub kind: String,
    /// The ActivityPub id of the actor it belongs to.
    pub owner: String,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
}

/// What came of claiming an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody had it; it is the owner's now.
    New,
    /// It is the owner's, of this type, under this key.
    Known(Uuid),
    /// It is gone for good.
    Deleted,
    /// It is someone else's or of another type.
    Foreign,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    url: String,
    kind: String,
    owner: String,
    deleted_at: Option<i64>,
}

impl TryFrom<Row> for Entry {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            url: row::url(&row.url)?,
            kind: row.kind,
            owner: row.owner,
            deleted_at: row::time_or_null(row.deleted_at)?,
        })
    }
}

/// Claims the id `url` for an object of type `kind` that belongs to `owner`, under our key `id` if it is new.
///
/// A deletion that came before its object counts only when it was the owner's.
pub async fn claim(tx: &mut Tx, url: &Url, id: Uuid, kind: &str, owner: &Url) -> Result<Claim> {
    let entry = by_url(tx, url).await?;
    claim_seen(tx, entry, url, id, kind, owner).await
}

/// As [`claim`], where the entry of `url` was read in this transaction.
pub async fn claim_seen(
    tx: &mut Tx,
    entry: Option<Entry>,
    url: &Url,
    id: Uuid,
    kind: &str,
    owner: &Url,
) -> Result<Claim> {
    let Some(entry) = entry else {
        let added = insert(tx, url, id, kind, owner.as_str(), None).await?;
        return Ok(if added { Claim::New } else { Claim::Foreign });
    };
    if entry.owner != owner.as_str() {
        return if entry.kind == TOMBSTONE { take_over(tx, &entry, kind, owner).await } else { Ok(Claim::Foreign) };
    }
    Ok(match entry.deleted_at {
        Some(_) => Claim::Deleted,
        None if entry.kind == kind => Claim::Known(entry.id),
        None => Claim::Foreign,
    })
}

/// The type of what was deleted before it was seen.
const TOMBSTONE: &str = "Tombstone";

/// Gives an id to its true owner that another actor had "deleted" before it was seen.
async fn take_over(tx: &mut Tx, entry: &Entry, kind: &str, owner: &Url) -> Result<Claim> {
    run!(tx, |conn| sqlx::query("update objects set kind = $2, owner = $3, deleted_at = null where url = $1")
        .bind(entry.url.as_str())
        .bind(kind)
        .bind(owner.as_str())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(Claim::Known(entry.id))
}

async fn insert(tx: &mut Tx, url: &Url, id: Uuid, kind: &str, owner: &str, deleted: Option<Timestamp>) -> Result<bool> {
    let added = run!(tx, |conn| sqlx::query(
        "insert into objects (url, id, kind, owner, deleted_at) values ($1, $2, $3, $4, $5) on conflict do nothing",
    )
    .bind(url.as_str())
    .bind(id)
    .bind(kind)
    .bind(owner)
    .bind(deleted.map(Timestamp::as_millisecond))
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(added)
}

/// The entry of an ActivityPub id.
pub async fn by_url(tx: &mut Tx, url: &Url) -> Result<Option<Entry>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as("select id, url, kind, owner, deleted_at from objects where url = $1")
            .bind(url.as_str())
            .fetch_optional(conn)
            .await)?;
    row.map(Entry::try_from).transpose()
}

/// The entry of our key.
pub async fn by_id(tx: &mut Tx, id: Uuid) -> Result<Option<Entry>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as("select id, url, kind, owner, deleted_at from objects where id = $1")
            .bind(id)
            .fetch_optional(conn)
            .await)?;
    row.map(Entry::try_from).transpose()
}

/// Our keys of everything that `owner` published and did not delete.
pub async fn of_owner(tx: &mut Tx, owner: &Url) -> Result<Vec<Uuid>> {
    let ids = run!(tx, |conn| sqlx::query_scalar("select id from objects where owner = $1 and deleted_at is null")
        .bind(owner.as_str())
        .fetch_all(conn)
        .await)?;
    Ok(ids)
}

/// Deletes the object `url` of `owner` with all it said, and remembers that it is gone; an id never seen is remembered
/// too. `false` if it is someone else's or was gone already.
pub async fn delete(tx: &mut Tx, url: &Url, owner: &Url, now: Timestamp) -> Result<bool> {
    let Some(entry) = by_url(tx, url).await? else {
        return insert(tx, url, Uuid::now_v7(), TOMBSTONE, owner.as_str(), Some(now)).await;
    };
    if entry.owner != owner.as_str() || entry.deleted_at.is_some() {
        return Ok(false);
    }
    erase(tx, entry.id).await?;
    run!(tx, |conn| sqlx::query("update objects set deleted_at = $2 where id = $1")
        .bind(entry.id)
        .bind(now.as_millisecond())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(true)
}

/// Removes what an object said; its id stays.
async fn erase(tx: &mut Tx, id: Uuid) -> Result<()> {
    search::remove(tx, id).await?;
    for statement in [
        "delete from participations where event = $1",
        "delete from posts where id = $1",
        "delete from events where id = $1",
        "update events set twin_of = null where twin_of = $1",
        "delete from twins where one = $1 or other = $1",
        "delete from featured where object = $1",
        "delete from contexts where object = $1",
        "delete from attachments where object = $1",
        "delete from proposals where event = $1",
        "delete from handed_in where object = $1",
        "delete from approvals where object = $1",
    ] {
        run!(tx, |conn| sqlx::query(statement).bind(id).execute(conn).await.map(|_| ()))?;
    }
    Ok(())
}

/// Forgets the object with our key `id`, as if it had never been seen: it may come again.
pub async fn forget(tx: &mut Tx, id: Uuid) -> Result<()> {
    erase(tx, id).await?;
    run!(tx, |conn| sqlx::query("delete from objects where id = $1").bind(id).execute(conn).await.map(|_| ()))?;
    Ok(())
}

/// Erases everything that one actor published; for actors that are deleted.
pub async fn forget_actor(tx: &mut Tx, actor: Uuid, url: &Url) -> Result<()> {
    polls::forget_voter(tx, actor).await?;
    search::forget_author(tx, actor).await?;
    for statement in [
        "delete from participations where event in (select id from events where author = $1)",
        "delete from posts where author = $1",
        "update events set twin_of = null where twin_of in (select id from events where author = $1)",
        "delete from events where author = $1",
        "delete from series where author = $1",
        "delete from trust where source = $1",
    ] {
        run!(tx, |conn| sqlx::query(statement).bind(actor).execute(conn).await.map(|_| ()))?;
    }
    run!(tx, |conn| sqlx::query("delete from objects where owner = $1")
        .bind(url.as_str())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Forgets everything kept of the actors of a host, as if it had never been seen. For neighbours that are none any more.
pub async fn forget_host(tx: &mut Tx, host: &str) -> Result<()> {
    search::forget_host(tx, host).await?;
    for statement in [
        "delete from participations where event in (select e.id from events e join actors a on a.id = e.author
         where a.host = $1 and a.part is null)",
        "delete from posts where author in (select id from actors where host = $1 and part is null)",
        "update events set twin_of = null where twin_of in (select e.id from events e join actors a on a.id = e.author
         where a.host = $1 and a.part is null)",
        "delete from events where author in (select id from actors where host = $1 and part is null)",
        "delete from objects where owner in (select url from actors where host = $1 and part is null)",
        "delete from trust where source in (select id from actors where host = $1 and part is null)",
    ] {
        run!(tx, |conn| sqlx::query(statement).bind(host).execute(conn).await.map(|_| ()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{event, known, noon, stores};
    use crate::{events, samples};

    fn url(text: &str) -> Url {
        text.parse().expect("a URL")
    }

    #[tokio::test]
    async fn type_and_owner_of_an_id_never_change() {
        let (mira, mallory) = (url("https://a.example/mira"), url("https://a.example/mallory"));
        let note = url("https://a.example/1");
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let id = Uuid::now_v7();
            assert_eq!(claim(&mut tx, &note, id, "Note", &mira).await.expect("a claim"), Claim::New);
            assert_eq!(claim(&mut tx, &note, Uuid::now_v7(), "Note", &mira).await.expect("a claim"), Claim::Known(id));
            assert_eq!(claim(&mut tx, &note, Uuid::now_v7(), "Event", &mira).await.expect("a claim"), Claim::Foreign);
            assert_eq!(claim(&mut tx, &note, Uuid::now_v7(), "Note", &mallory).await.expect("a claim"), Claim::Foreign);
        }
    }

    #[tokio::test]
    async fn a_deletion_before_its_object_wins_only_if_it_was_the_owners() {
        let (mira, mallory) = (url("https://a.example/mira"), url("https://a.example/mallory"));
        let note = url("https://a.example/1");
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            assert!(delete(&mut tx, &note, &mallory, noon()).await.expect("a deletion"));
            let claimed = claim(&mut tx, &note, Uuid::now_v7(), "Note", &mira).await.expect("a claim");
            assert!(matches!(claimed, Claim::Known(_)), "{claimed:?}");
            assert!(!delete(&mut tx, &note, &mallory, noon()).await.expect("a deletion"));
            assert!(delete(&mut tx, &note, &mira, noon()).await.expect("a deletion"));
            assert_eq!(claim(&mut tx, &note, Uuid::now_v7(), "Note", &mira).await.expect("a claim"), Claim::Deleted);
        }
    }

    #[tokio::test]
    async fn a_deleted_event_is_erased_and_its_id_stays() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let far = known(&mut tx, "fern", None).await;
            let party = event(&mut tx, &far, "Straßenfest", 24).await;
            events::insert(&mut tx, &party, None).await.expect("an insert");
            assert_eq!(of_owner(&mut tx, &far.url).await.expect("keys"), [party.id]);
            assert!(delete(&mut tx, &party.url, &far.url, noon()).await.expect("a deletion"));
            assert!(of_owner(&mut tx, &far.url).await.expect("keys").is_empty());
            assert_eq!(events::by_id(&mut tx, party.id).await.expect("a query"), None);
            let entry = by_id(&mut tx, party.id).await.expect("a query").expect("the entry");
            assert_eq!((entry.kind.as_str(), entry.deleted_at), ("Event", Some(noon())));
        }
    }

    #[tokio::test]
    async fn a_host_that_is_forgotten_may_come_back() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let far = known(&mut tx, "fern", None).await;
            let note = samples::note(&mut tx, &far, "Hallo", 0).await;
            crate::posts::insert(&mut tx, &note, false).await.expect("an insert");
            forget_host(&mut tx, "fern.example").await.expect("a deletion");
            let again = claim(&mut tx, &note.url, Uuid::now_v7(), "Note", &far.url).await.expect("a claim");
            assert_eq!(again, Claim::New);
        }
    }

    #[tokio::test]
    async fn nothing_stays_of_an_actor_that_left() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let far = known(&mut tx, "fern", None).await;
            let note = samples::note(&mut tx, &far, "Hallo", 0).await;
            crate::posts::insert(&mut tx, &note, false).await.expect("an insert");
            forget_actor(&mut tx, far.id, &far.url).await.expect("a deletion");
            assert_eq!(by_url(&mut tx, &note.url).await.expect("a query"), None);
        }
    }
}
