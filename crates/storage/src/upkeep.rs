//! Whether what initiatives say of themselves still holds: whom to ask, and what was answered.

use std::collections::HashMap;

use domain::upkeep::{LETTERS, Open, PAUSE, YEAR};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::tx::run;
use crate::{Result, Tx, row};

/// How it stands with an initiative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upkeep {
    /// When somebody last said that all of it is right.
    pub confirmed_at: Option<Timestamp>,
    /// Since when the question stands open.
    pub open_since: Option<Timestamp>,
    /// What was answered that an editor sees to: what, the words, and when.
    pub answer: Option<(Open, String, Timestamp)>,
}

#[derive(sqlx::FromRow)]
struct Row {
    actor: Uuid,
    confirmed_at: Option<i64>,
    open_since: Option<i64>,
    answer: Option<String>,
    words: Option<String>,
    answered_at: Option<i64>,
}

impl Row {
    fn read(self) -> Result<(Uuid, Upkeep)> {
        let open = self.answer.as_deref().and_then(Open::from_name);
        let answered_at = row::time_or_null(self.answered_at)?;
        let answer = open.zip(answered_at).map(|(open, at)| (open, self.words.unwrap_or_default(), at));
        let confirmed_at = row::time_or_null(self.confirmed_at)?;
        Ok((self.actor, Upkeep { confirmed_at, open_since: row::time_or_null(self.open_since)?, answer }))
    }
}

const COLUMNS: &str = "actor, confirmed_at, open_since, answer, words, answered_at";

/// How it stands with an initiative; as with a new one where nobody was ever asked.
pub async fn of(tx: &mut Tx, actor: Uuid) -> Result<Upkeep> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!("select {COLUMNS} from upkeep where actor = $1")))
            .bind(actor)
            .fetch_optional(conn)
            .await)?;
    Ok(row.map(Row::read).transpose()?.map(|(_, upkeep)| upkeep).unwrap_or_default())
}

/// How it stands with all of which something is known.
pub async fn all(tx: &mut Tx) -> Result<HashMap<Uuid, Upkeep>> {
    let rows: Vec<Row> =
        run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!("select {COLUMNS} from upkeep"))).fetch_all(conn).await)?;
    rows.into_iter().map(Row::read).collect()
}

/// Initiatives that nobody confirmed, changed or was asked about for a year.
pub async fn due(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Uuid>> {
    let due = run!(tx, |conn| sqlx::query_scalar(
        "select a.id from actors a left join profiles p on p.actor = a.id left join upkeep u on u.actor = a.id
         where a.part = 'initiative' and a.deleted_at is null and coalesce(p.changed_at, a.created_at) <= $1
           and coalesce(u.confirmed_at, 0) <= $1 and coalesce(u.asked_at, 0) <= $1
         order by a.created_at, a.id limit $2"
    )
    .bind((now - YEAR).as_millisecond())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    Ok(due)
}

/// Takes on to ask an initiative; `false` if somebody else does or did.
pub async fn ask(tx: &mut Tx, actor: Uuid, now: Timestamp) -> Result<bool> {
    let taken = run!(tx, |conn| sqlx::query(
        "insert into upkeep (actor, asked_at, letter_at, letters, open_since) values ($1, $2, $2, 1, $2)
         on conflict (actor) do update set asked_at = $2, letter_at = $2, letters = 1,
           open_since = coalesce(upkeep.open_since, $2)
         where coalesce(upkeep.asked_at, 0) <= $3 and coalesce(upkeep.confirmed_at, 0) <= $3",
    )
    .bind(actor)
    .bind(now.as_millisecond())
    .bind((now - YEAR).as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(taken)
}

/// Initiatives whose question stands open and that are to be reminded.
pub async fn silent(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<Vec<Uuid>> {
    let silent = run!(tx, |conn| sqlx::query_scalar(
        "select actor from upkeep where open_since is not null and letters < $2 and letter_at <= $1
         order by letter_at, actor limit $3"
    )
    .bind((now - PAUSE).as_millisecond())
    .bind(LETTERS)
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    Ok(silent)
}

/// Takes on to remind an initiative; `false` if somebody else does or did, or it has answered.
pub async fn remind(tx: &mut Tx, actor: Uuid, now: Timestamp) -> Result<bool> {
    let taken = run!(tx, |conn| sqlx::query(
        "update upkeep set letters = letters + 1, letter_at = $2
         where actor = $1 and open_since is not null and letters < $4 and letter_at <= $3",
    )
    .bind(actor)
    .bind(now.as_millisecond())
    .bind((now - PAUSE).as_millisecond())
    .bind(LETTERS)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(taken)
}

/// Keeps the link of a letter to an initiative.
pub async fn add_link(tx: &mut Tx, actor: Uuid, token_hash: &[u8]) -> Result<()> {
    run!(tx, |conn| sqlx::query("insert into upkeep_links (token_hash, actor) values ($1, $2)")
        .bind(token_hash)
        .bind(actor)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The initiative that a link asks about.
pub async fn by_link(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<Uuid>> {
    let actor = run!(tx, |conn| sqlx::query_scalar("select actor from upkeep_links where token_hash = $1")
        .bind(token_hash)
        .fetch_optional(conn)
        .await)?;
    Ok(actor)
}

/// Ends every link to an initiative; how many there were.
pub async fn end_links(tx: &mut Tx, actor: Uuid) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from upkeep_links where actor = $1")
        .bind(actor)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone)
}

/// Notes that all of it is right.
pub async fn confirm(tx: &mut Tx, actor: Uuid, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into upkeep (actor, confirmed_at, letters) values ($1, $2, 0)
         on conflict (actor) do update set confirmed_at = $2, open_since = null, answer = null, words = null,
           answered_at = null",
    )
    .bind(actor)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Notes an answer that an editor sees to.
pub async fn note(tx: &mut Tx, actor: Uuid, (open, words): (Open, &str), now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "update upkeep set open_since = null, answer = $2, words = $3, answered_at = $4 where actor = $1"
    )
    .bind(actor)
    .bind(open.as_str())
    .bind(words)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Ends the question and what was answered to it, since the page was changed.
pub async fn settle(tx: &mut Tx, actor: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "update upkeep set open_since = null, answer = null, words = null, answered_at = null where actor = $1"
    )
    .bind(actor)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Forgets an initiative that is closed.
pub async fn remove(tx: &mut Tx, actor: Uuid) -> Result<()> {
    end_links(tx, actor).await?;
    run!(tx, |conn| sqlx::query("delete from upkeep where actor = $1").bind(actor).execute(conn).await.map(|_| ()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;
    use domain::profile::Facts;
    use jiff::SignedDuration;

    use super::*;
    use crate::profiles;
    use crate::samples::{known, noon, stores};

    fn days(days: i64) -> SignedDuration {
        SignedDuration::from_hours(24 * days)
    }

    #[tokio::test]
    async fn an_initiative_is_asked_once_a_year_and_reminded_twice() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let choir = known(&mut tx, "chor", Some(Part::Initiative)).await.id;
            known(&mut tx, "nord", Some(Part::Quarter)).await;
            profiles::put(&mut tx, choir, &Facts::default(), noon()).await.expect("an insert");
            assert!(due(&mut tx, noon() + days(364), 9).await.expect("a query").is_empty());
            let then = noon() + days(365);
            assert_eq!(due(&mut tx, then, 9).await.expect("a query"), [choir]);
            assert!(ask(&mut tx, choir, then).await.expect("a claim"));
            assert!(!ask(&mut tx, choir, then).await.expect("a claim"), "once");
            assert!(due(&mut tx, then, 9).await.expect("a query").is_empty());
            for (at, is_due) in [(13, false), (14, true), (27, false), (28, true), (99, false)] {
                let now = then + days(at);
                assert_eq!(!silent(&mut tx, now, 9).await.expect("a query").is_empty(), is_due, "{at}");
                assert_eq!(remind(&mut tx, choir, now).await.expect("a claim"), is_due, "{at}");
                assert!(!remind(&mut tx, choir, now).await.expect("a claim"), "once");
            }
            assert_eq!(of(&mut tx, choir).await.expect("a query").open_since, Some(then));
            let again = then + days(365);
            assert!(ask(&mut tx, choir, again).await.expect("a claim"), "a year later");
            assert_eq!(of(&mut tx, choir).await.expect("a query").open_since, Some(then), "open for two years");
            confirm(&mut tx, choir, again).await.expect("an update");
            let confirmed = Upkeep { confirmed_at: Some(again), ..Upkeep::default() };
            assert_eq!(all(&mut tx).await.expect("a query"), HashMap::from([(choir, confirmed)]));
            assert!(silent(&mut tx, again + days(20), 9).await.expect("a query").is_empty());
            assert!(due(&mut tx, again + days(364), 9).await.expect("a query").is_empty());
            assert_eq!(due(&mut tx, again + days(365), 9).await.expect("a query"), [choir]);
        }
    }

    #[tokio::test]
    async fn links_and_answers_go_when_the_page_is_changed_or_closed() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let choir = known(&mut tx, "chor", Some(Part::Initiative)).await.id;
            let then = noon() + days(365);
            ask(&mut tx, choir, then).await.expect("a claim");
            for link in [b"one", b"two"] {
                add_link(&mut tx, choir, link).await.expect("an insert");
            }
            assert_eq!(by_link(&mut tx, b"two").await.expect("a query"), Some(choir));
            assert_eq!(by_link(&mut tx, b"six").await.expect("a query"), None);
            note(&mut tx, choir, (Open::Changed, "Der Raum"), then).await.expect("an update");
            let kept = of(&mut tx, choir).await.expect("a query");
            assert_eq!((kept.open_since, kept.answer), (None, Some((Open::Changed, "Der Raum".to_owned(), then))));
            settle(&mut tx, choir).await.expect("an update");
            assert_eq!(of(&mut tx, choir).await.expect("a query"), Upkeep::default());
            assert_eq!(end_links(&mut tx, choir).await.expect("a removal"), 2);
            remove(&mut tx, choir).await.expect("a removal");
            assert!(all(&mut tx).await.expect("a query").is_empty());
        }
    }
}
