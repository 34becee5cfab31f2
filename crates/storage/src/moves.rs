//! Actors that moved to another address, and the former addresses of ours.

use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, row};

/// Where an actor moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The old actor.
    pub actor: Uuid,
    /// The id of the new one.
    pub target: Url,
    /// When we heard of it.
    pub moved_at: Timestamp,
    /// Whether an editor still has to say yes.
    pub open: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    actor: Uuid,
    target: String,
    moved_at: i64,
    open: bool,
}

impl TryFrom<Row> for Move {
    type Error = crate::Error;

    fn try_from(row: Row) -> Result<Self> {
        let (target, moved_at) = (row::url(&row.target)?, row::time(row.moved_at)?);
        Ok(Self { actor: row.actor, target, moved_at, open: row.open })
    }
}

/// Notes where an actor moved, in the place of any move before.
pub async fn put(tx: &mut Tx, moved: &Move) -> Result<()> {
    run!(tx, |conn| {
        sqlx::query(
        "insert into moves (actor, target, moved_at, open) values ($1, $2, $3, $4)
         on conflict (actor) do update set target = excluded.target, moved_at = excluded.moved_at, open = excluded.open",
    )
    .bind(moved.actor)
    .bind(moved.target.as_str())
    .bind(moved.moved_at.as_millisecond())
    .bind(moved.open)
    .execute(conn)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// Where an actor moved last.
pub async fn of(tx: &mut Tx, actor: Uuid) -> Result<Option<Move>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as("select actor, target, moved_at, open from moves where actor = $1")
            .bind(actor)
            .fetch_optional(conn)
            .await)?;
    row.map(Move::try_from).transpose()
}

/// The moves that wait for an editor, the oldest first.
pub async fn open(tx: &mut Tx) -> Result<Vec<Move>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(
        "select actor, target, moved_at, open from moves where open order by moved_at limit 200"
    )
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Move::try_from).collect()
}

/// Whether an actor moved since `since`, or somebody moved to it.
pub async fn is_recent(tx: &mut Tx, actor: Uuid, url: &Url, since: Timestamp) -> Result<bool> {
    let count: i64 = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from moves where (actor = $1 or target = $2) and moved_at > $3"
    )
    .bind(actor)
    .bind(url.as_str())
    .bind(since.as_millisecond())
    .fetch_one(conn)
    .await)?;
    Ok(count > 0)
}

/// Notes that no editor has to decide any more about the move of an actor, or those to `url`.
pub async fn close(tx: &mut Tx, actor: Uuid, url: &Url) -> Result<()> {
    run!(tx, |conn| sqlx::query("update moves set open = $3 where actor = $1 or target = $2")
        .bind(actor)
        .bind(url.as_str())
        .bind(false)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Adds a former address of one of our actors; `false` if it is there.
pub async fn add_alias(tx: &mut Tx, actor: Uuid, url: &Url) -> Result<bool> {
    let added =
        run!(tx, |conn| sqlx::query("insert into aliases (actor, url) values ($1, $2) on conflict do nothing")
            .bind(actor)
            .bind(url.as_str())
            .execute(conn)
            .await
            .map(|done| done.rows_affected() > 0))?;
    Ok(added)
}

/// The former addresses of one of our actors.
pub async fn aliases(tx: &mut Tx, actor: Uuid) -> Result<Vec<Url>> {
    let urls: Vec<String> =
        run!(tx, |conn| sqlx::query_scalar("select url from aliases where actor = $1 order by url")
            .bind(actor)
            .fetch_all(conn)
            .await)?;
    urls.iter().map(|url| row::url(url)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{hours, known, noon, stores};

    #[tokio::test]
    async fn the_last_move_counts_and_aliases_add_up() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let far = known(&mut tx, "fern", None).await;
            let url = |text: &str| text.parse::<Url>().expect("a URL");
            let mut moved = Move { actor: far.id, target: url("https://a.example/x"), moved_at: noon(), open: true };
            put(&mut tx, &moved).await.expect("an insert");
            assert_eq!(open(&mut tx).await.expect("moves"), std::slice::from_ref(&moved));
            close(&mut tx, Uuid::nil(), &url("https://b.example/x")).await.expect("an update");
            assert_eq!(open(&mut tx).await.expect("moves").len(), 1);
            close(&mut tx, Uuid::nil(), &url("https://a.example/x")).await.expect("an update");
            assert!(open(&mut tx).await.expect("moves").is_empty());
            moved = Move { target: url("https://b.example/x"), moved_at: noon() + hours(1), open: false, ..moved };
            put(&mut tx, &moved).await.expect("an update");
            assert_eq!(of(&mut tx, far.id).await.expect("a query"), Some(moved));
            assert!(open(&mut tx).await.expect("moves").is_empty());
            for (id, target, since, expected) in [
                (far.id, "https://c.example/x", noon(), true),
                (Uuid::nil(), "https://b.example/x", noon(), true),
                (Uuid::nil(), "https://a.example/x", noon(), false),
                (far.id, "https://b.example/x", noon() + hours(1), false),
            ] {
                assert_eq!(is_recent(&mut tx, id, &url(target), since).await.expect("a query"), expected, "{target}");
            }
            assert!(add_alias(&mut tx, far.id, &url("https://a.example/x")).await.expect("an insert"));
            assert!(!add_alias(&mut tx, far.id, &url("https://a.example/x")).await.expect("an insert"));
            assert_eq!(aliases(&mut tx, far.id).await.expect("URLs").len(), 1);
        }
    }
}
