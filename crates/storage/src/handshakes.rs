//! What we and each other quarter said last about being neighbours.

use domain::handshake::{Handshake, Standing};
use jiff::Timestamp;
use url::Url;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row};

/// How it stands with one other quarter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Whose actor it is.
    pub actor: Uuid,
    /// The words of both.
    pub words: Handshake,
    /// Since when it stands as it does.
    pub since: Timestamp,
    /// When we last said something, or said it again.
    pub said_at: Option<Timestamp>,
    /// The id of what they said last.
    pub theirs: Option<Url>,
    /// The id of what we said last.
    pub ours: Option<Url>,
    /// What they wrote beside it.
    pub sentence: Option<String>,
    /// Whom to ask there.
    pub contact: Option<String>,
}

impl Kept {
    /// Nothing was said yet.
    pub fn new(actor: Uuid, now: Timestamp) -> Self {
        Self {
            actor,
            words: Handshake::default(),
            since: now,
            said_at: None,
            theirs: None,
            ours: None,
            sentence: None,
            contact: None,
        }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    actor: Uuid,
    words: String,
    since: i64,
    said_at: Option<i64>,
    theirs: Option<String>,
    ours: Option<String>,
    sentence: Option<String>,
    contact: Option<String>,
}

impl TryFrom<Row> for Kept {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            actor: row.actor,
            words: serde_json::from_str(&row.words).map_err(|_| Error::Unreadable("hand-shake"))?,
            since: row::time(row.since)?,
            said_at: row::time_or_null(row.said_at)?,
            theirs: row::url_or_null(row.theirs.as_deref())?,
            ours: row::url_or_null(row.ours.as_deref())?,
            sentence: row.sentence,
            contact: row.contact,
        })
    }
}

/// How it stands with one other quarter; `None` if nothing was ever said.
pub async fn of(tx: &mut Tx, actor: Uuid) -> Result<Option<Kept>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(
        "select actor, words, since, said_at, theirs, ours, sentence, contact from handshakes where actor = $1"
    )
    .bind(actor)
    .fetch_optional(conn)
    .await)?;
    row.map(Kept::try_from).transpose()
}

/// Keeps how it stands.
pub async fn put(tx: &mut Tx, kept: &Kept) -> Result<()> {
    let words = serde_json::to_string(&kept.words).map_err(|_| Error::Unreadable("hand-shake"))?;
    run!(tx, |conn| sqlx::query(
        "insert into handshakes (actor, words, standing, since, said_at, theirs, ours, sentence, contact)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (actor) do update set words = excluded.words, standing = excluded.standing, since = excluded.since,
         said_at = excluded.said_at, theirs = excluded.theirs, ours = excluded.ours, sentence = excluded.sentence,
         contact = excluded.contact",
    )
    .bind(kept.actor)
    .bind(&words)
    .bind(name(kept.words.standing()))
    .bind(kept.since.as_millisecond())
    .bind(kept.said_at.map(Timestamp::as_millisecond))
    .bind(kept.theirs.as_ref().map(Url::as_str))
    .bind(kept.ours.as_ref().map(Url::as_str))
    .bind(&kept.sentence)
    .bind(&kept.contact)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Forgets what was said, as if the two had never met.
pub async fn remove(tx: &mut Tx, actor: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from handshakes where actor = $1")
        .bind(actor)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The name of a standing in the database.
fn name(standing: Standing) -> &'static str {
    match standing {
        Standing::Strangers => "strangers",
        Standing::Asked(_) => "asked",
        Standing::Invited(_) => "invited",
        Standing::Neighbours(_) => "neighbours",
        Standing::Ended => "ended",
    }
}

/// Those that wait for their word, or are neighbours, and to whom we said nothing since `said_before`; the longest first.
pub async fn silent(tx: &mut Tx, said_before: Timestamp, limit: i64) -> Result<Vec<Kept>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(
        "select actor, words, since, said_at, theirs, ours, sentence, contact from handshakes
         where standing in ('invited', 'neighbours') and said_at < $1 order by said_at, actor limit $2"
    )
    .bind(said_before.as_millisecond())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Kept::try_from).collect()
}

/// How many ask and wait for our word.
pub async fn count_asking(tx: &mut Tx) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar("select count(*) from handshakes where standing = 'asked'")
        .fetch_one(conn)
        .await)?;
    Ok(count)
}

/// Every quarter that something was said with, in the order in which it came to stand so.
pub async fn all(tx: &mut Tx, limit: i64) -> Result<Vec<Kept>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(
        "select actor, words, since, said_at, theirs, ours, sentence, contact from handshakes
         where standing <> 'strangers' order by since, actor limit $1"
    )
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Kept::try_from).collect()
}

#[cfg(test)]
mod tests {
    use domain::handshake::Scopes;

    use super::*;
    use crate::samples::{hours, known, noon, stores};

    #[tokio::test]
    async fn the_words_of_both_are_kept() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let south = known(&mut tx, "sued", None).await.id;
            assert_eq!(of(&mut tx, south).await.expect("a query"), None);
            let mut kept = Kept::new(south, noon());
            kept.words.say_yes(Scopes::ALL);
            kept.said_at = Some(noon());
            kept.ours = Some("https://nord.example/activities/1".parse().expect("a URL"));
            put(&mut tx, &kept).await.expect("an insert");
            assert_eq!(of(&mut tx, south).await.expect("a query").as_ref(), Some(&kept));
            assert_eq!(silent(&mut tx, noon() + hours(1), 9).await.expect("a list"), [kept.clone()]);
            assert!(silent(&mut tx, noon(), 9).await.expect("a list").is_empty());
            kept.words.say_no();
            put(&mut tx, &kept).await.expect("a change");
            assert!(silent(&mut tx, noon() + hours(1), 9).await.expect("a list").is_empty());
            assert_eq!(all(&mut tx, 9).await.expect("a list"), [kept]);
            remove(&mut tx, south).await.expect("a removal");
            assert_eq!(of(&mut tx, south).await.expect("a query"), None);
        }
    }
}
