//! Events that people without an account want on the board: who asked, until an editor has decided.

use domain::account::Email;
use domain::language::Language;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row};

/// Who wants an event on the board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// The draft.
    pub event: Uuid,
    /// What stands on the receipt.
    pub number: String,
    /// The name of who asked.
    pub name: String,
    /// Where they get the answer.
    pub email: Email,
    /// The language of the letters.
    pub language: Language,
    /// When it came.
    pub created_at: Timestamp,
    /// Since when an editor may see it; `None` until the mailbox has answered.
    pub confirmed_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    event: Uuid,
    number: String,
    name: String,
    email: String,
    language: String,
    created_at: i64,
    confirmed_at: Option<i64>,
}

impl TryFrom<Row> for Proposal {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            event: row.event,
            number: row.number,
            name: row.name,
            email: row.email.parse().map_err(|_| Error::Unreadable("email"))?,
            language: Language::from_tag(&row.language).ok_or(Error::Unreadable("language"))?,
            created_at: row::time(row.created_at)?,
            confirmed_at: row::time_or_null(row.confirmed_at)?,
        })
    }
}

const COLUMNS: &str = "event, number, name, email, language, created_at, confirmed_at";

/// Keeps who asked for the draft, which has to be there; `token_hash` is of the link that confirms it.
pub async fn insert(tx: &mut Tx, proposal: &Proposal, token_hash: Option<&[u8]>) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into proposals (event, number, name, email, language, token_hash, created_at, confirmed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(proposal.event)
    .bind(&proposal.number)
    .bind(&proposal.name)
    .bind(proposal.email.as_str())
    .bind(proposal.language.code())
    .bind(token_hash)
    .bind(proposal.created_at.as_millisecond())
    .bind(proposal.confirmed_at.map(Timestamp::as_millisecond))
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Confirms the proposal whose link has this token, once, if it came after `since`; `None` if there is none.
pub async fn confirm(tx: &mut Tx, token_hash: &[u8], since: Timestamp, now: Timestamp) -> Result<Option<Proposal>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!(
        "update proposals set confirmed_at = $2, token_hash = null where token_hash = $1 and created_at > $3
         returning {COLUMNS}"
    )))
    .bind(token_hash)
    .bind(now.as_millisecond())
    .bind(since.as_millisecond())
    .fetch_optional(conn)
    .await)?;
    row.map(Proposal::try_from).transpose()
}

/// Who asked for the draft `event`.
pub async fn of_event(tx: &mut Tx, event: Uuid) -> Result<Option<Proposal>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!("select {COLUMNS} from proposals where event = $1")))
            .bind(event)
            .fetch_optional(conn)
            .await)?;
    row.map(Proposal::try_from).transpose()
}

/// Everyone who asked and whose mailbox has answered.
pub async fn confirmed(tx: &mut Tx) -> Result<Vec<Proposal>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!(
        "select {COLUMNS} from proposals where confirmed_at is not null"
    )))
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Proposal::try_from).collect()
}

/// Forgets who asked for `event`, and says who it was.
pub async fn take(tx: &mut Tx, event: Uuid) -> Result<Option<Proposal>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!(
        "delete from proposals where event = $1 returning {COLUMNS}"
    )))
    .bind(event)
    .fetch_optional(conn)
    .await)?;
    row.map(Proposal::try_from).transpose()
}

/// How many are not confirmed, and how many wait for an editor.
pub async fn count(tx: &mut Tx) -> Result<(i64, i64)> {
    let counts =
        run!(tx, |conn| sqlx::query_as("select count(*) - count(confirmed_at), count(confirmed_at) from proposals")
            .fetch_one(conn)
            .await)?;
    Ok(counts)
}

/// The drafts that came before `before` and were never confirmed.
pub async fn unconfirmed(tx: &mut Tx, before: Timestamp) -> Result<Vec<Uuid>> {
    let events = run!(tx, |conn| sqlx::query_scalar(
        "select event from proposals where confirmed_at is null and created_at < $1 order by created_at"
    )
    .bind(before.as_millisecond())
    .fetch_all(conn)
    .await)?;
    Ok(events)
}

/// The drafts that a mailbox proposed and nobody decided about.
pub async fn of_mailbox(tx: &mut Tx, email: &Email) -> Result<Vec<Uuid>> {
    let events = run!(tx, |conn| sqlx::query_scalar("select event from proposals where email = $1")
        .bind(email.as_str())
        .fetch_all(conn)
        .await)?;
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{event, hours, known, noon, stores};
    use crate::{events, objects};

    #[tokio::test]
    async fn a_proposal_is_seen_once_it_is_confirmed_and_goes_with_its_draft() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let quarter = known(&mut tx, "nord", Some(domain::actor::Part::Quarter)).await;
            let mut party = event(&mut tx, &quarter, "Fest", 5).await;
            party.state = domain::event::State::Draft;
            events::insert(&mut tx, &party, None).await.expect("an insert");
            let proposal = Proposal {
                event: party.id,
                number: "1-2".into(),
                name: "Ruth".into(),
                email: "ruth@fern.example".parse().expect("an address"),
                language: Language::DE,
                created_at: noon(),
                confirmed_at: None,
            };
            insert(&mut tx, &proposal, Some(b"secret")).await.expect("an insert");
            assert!(events::drafts(&mut tx, 9).await.expect("drafts").is_empty());
            assert_eq!(events::count_waiting(&mut tx).await.expect("a count"), 0);
            assert_eq!(count(&mut tx).await.expect("counts"), (1, 0));
            assert!(unconfirmed(&mut tx, noon()).await.expect("drafts").is_empty());
            assert_eq!(unconfirmed(&mut tx, noon() + hours(1)).await.expect("drafts"), [party.id]);
            assert_eq!(confirm(&mut tx, b"guess", noon() - hours(1), noon()).await.expect("a query"), None);
            assert_eq!(confirm(&mut tx, b"secret", noon(), noon()).await.expect("a query"), None, "too late");
            let confirmed = Proposal { confirmed_at: Some(noon()), ..proposal.clone() };
            assert_eq!(
                confirm(&mut tx, b"secret", noon() - hours(1), noon()).await.expect("a query"),
                Some(confirmed.clone())
            );
            assert_eq!(confirm(&mut tx, b"secret", noon() - hours(1), noon()).await.expect("a query"), None, "once");
            assert_eq!(events::drafts(&mut tx, 9).await.expect("drafts").len(), 1);
            assert_eq!(events::count_waiting(&mut tx).await.expect("a count"), 1);
            assert_eq!(of_event(&mut tx, party.id).await.expect("a query"), Some(confirmed));
            assert_eq!(of_mailbox(&mut tx, &proposal.email).await.expect("drafts"), [party.id]);
            objects::forget(&mut tx, party.id).await.expect("a removal");
            assert_eq!(of_event(&mut tx, party.id).await.expect("a query"), None);
        }
    }
}
