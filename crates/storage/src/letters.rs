//! Letters waiting to be sent by e-mail.

use domain::account::Email;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx};

/// What a letter says, and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// To whom.
    pub to: Email,
    /// The subject, one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
}

/// A letter in the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    /// Our key for it.
    pub id: Uuid,
    /// What it says.
    pub letter: Letter,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was written.
    pub created_at: Timestamp,
    /// Where an answer goes, if not to who sends all letters.
    pub reply_to: Option<Email>,
    /// A calendar file that goes with it.
    pub calendar: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    recipient: String,
    subject: String,
    body: String,
    attempts: i64,
    created_at: i64,
    reply_to: Option<String>,
    calendar: Option<String>,
}

/// Queues a letter for now.
pub async fn insert(tx: &mut Tx, letter: &Letter, now: Timestamp) -> Result<()> {
    queue(tx, letter, (None, None), now).await
}

/// As [`insert`]; an answer goes to `reply_to`.
pub async fn insert_from(tx: &mut Tx, letter: &Letter, reply_to: &Email, now: Timestamp) -> Result<()> {
    queue(tx, letter, (Some(reply_to), None), now).await
}

/// As [`insert`]; a calendar file goes with it.
pub async fn insert_with(tx: &mut Tx, letter: &Letter, calendar: &str, now: Timestamp) -> Result<()> {
    queue(tx, letter, (None, Some(calendar)), now).await
}

async fn queue(
    tx: &mut Tx,
    letter: &Letter,
    (reply_to, calendar): (Option<&Email>, Option<&str>),
    now: Timestamp,
) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into letters (id, recipient, subject, body, attempts, created_at, due_at, reply_to, calendar)
         values ($1, $2, $3, $4, 0, $5, $5, $6, $7)",
    )
    .bind(Uuid::now_v7())
    .bind(letter.to.as_str())
    .bind(&letter.subject)
    .bind(&letter.text)
    .bind(now.as_millisecond())
    .bind(reply_to.map(Email::as_str))
    .bind(calendar)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Takes the letters that are due and leases them until `leased_until`, the longest waiting first.
pub async fn claim(tx: &mut Tx, now: Timestamp, leased_until: Timestamp, limit: i64) -> Result<Vec<Queued>> {
    let query = format!(
        "with due as (select id from letters where due_at <= $1 order by due_at limit $3 {})
         update letters set due_at = $2 where id in (select id from due) and due_at <= $1
         returning id, recipient, subject, body, attempts, created_at, reply_to, calendar",
        tx.passing_over()
    );
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(query))
        .bind(now.as_millisecond())
        .bind(leased_until.as_millisecond())
        .bind(limit)
        .fetch_all(conn)
        .await)?;
    rows.into_iter()
        .map(|row| {
            let email = |text: String| text.parse().map_err(|_| Error::Unreadable("e-mail address"));
            let letter = Letter { to: email(row.recipient)?, subject: row.subject, text: row.body };
            let (created_at, reply_to) = (crate::row::time(row.created_at)?, row.reply_to.map(email).transpose()?);
            Ok(Queued { id: row.id, letter, attempts: row.attempts, created_at, reply_to, calendar: row.calendar })
        })
        .collect()
}

/// The letter is out; what it said is forgotten.
pub async fn mark_sent(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    run!(tx, |conn| {
        sqlx::query(
        "update letters set sent_at = $2, due_at = null, body = '', reply_to = null, calendar = null, error = null, attempts = attempts + 1 where id = $1",
    )
    .bind(id)
    .bind(now.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ())
    })?;
    Ok(())
}

/// The letter did not go out; it is due again at `due_at`, or never.
pub async fn mark_failed(tx: &mut Tx, id: Uuid, error: &str, due_at: Option<Timestamp>) -> Result<()> {
    run!(tx, |conn| sqlx::query("update letters set error = $2, due_at = $3, attempts = attempts + 1 where id = $1",)
        .bind(id)
        .bind(error)
        .bind(due_at.map(Timestamp::as_millisecond))
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Removes letters written before `before`, sent or not.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from letters where created_at < $1")
        .bind(before.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{hours, noon, stores};

    #[tokio::test]
    async fn a_letter_is_claimed_once_until_it_is_due_again() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let letter =
                Letter { to: "mira@nord.example".parse().expect("an address"), subject: "S".into(), text: "T".into() };
            let ruth: Email = "ruth@fern.example".parse().expect("an address");
            insert_from(&mut tx, &letter, &ruth, noon()).await.expect("an insert");
            let claimed = claim(&mut tx, noon(), noon() + hours(1), 9).await.expect("letters");
            assert_eq!(claimed.iter().map(|queued| &queued.letter).collect::<Vec<_>>(), [&letter]);
            assert!(claim(&mut tx, noon(), noon() + hours(1), 9).await.expect("letters").is_empty());
            assert_eq!(claimed[0].reply_to, Some(ruth));
            let id = claimed[0].id;
            mark_failed(&mut tx, id, "greylisted", Some(noon() + hours(2))).await.expect("an update");
            let again = claim(&mut tx, noon() + hours(2), noon() + hours(3), 9).await.expect("letters");
            assert_eq!(again.iter().map(|queued| queued.attempts).collect::<Vec<_>>(), [1]);
            mark_sent(&mut tx, id, noon() + hours(2)).await.expect("an update");
            assert!(claim(&mut tx, noon() + hours(9), noon() + hours(10), 9).await.expect("letters").is_empty());
            assert_eq!(prune(&mut tx, noon() + hours(1)).await.expect("a removal"), 1);
        }
    }
}
