//! What people write to initiatives by a form, until their mailbox has answered.

use domain::account::Email;
use domain::language::Language;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row};

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Our key for it.
    pub id: Uuid,
    /// The initiative it is for.
    pub actor: Uuid,
    /// The name of who writes.
    pub name: String,
    /// Where they are answered.
    pub email: Email,
    /// The language of letters to them.
    pub language: Language,
    /// What they write; plain text.
    pub words: String,
    /// When it came.
    pub created_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    actor: Uuid,
    name: String,
    email: String,
    language: String,
    words: String,
    created_at: i64,
}

impl TryFrom<Row> for Contact {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            actor: row.actor,
            name: row.name,
            email: row.email.parse().map_err(|_| Error::Unreadable("email"))?,
            language: Language::from_tag(&row.language).ok_or(Error::Unreadable("language"))?,
            words: row.words,
            created_at: row::time(row.created_at)?,
        })
    }
}

/// Keeps a message until the link with this token is used.
pub async fn insert(tx: &mut Tx, contact: &Contact, token_hash: &[u8]) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into contacts (id, actor, name, email, language, words, token_hash, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(contact.id)
    .bind(contact.actor)
    .bind(&contact.name)
    .bind(contact.email.as_str())
    .bind(contact.language.code())
    .bind(&contact.words)
    .bind(token_hash)
    .bind(contact.created_at.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Takes the message of that link out, once, if it came after `since`.
pub async fn take(tx: &mut Tx, token_hash: &[u8], since: Timestamp) -> Result<Option<Contact>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(
        "delete from contacts where token_hash = $1 and created_at > $2
         returning id, actor, name, email, language, words, created_at"
            .to_owned()
    ))
    .bind(token_hash)
    .bind(since.as_millisecond())
    .fetch_optional(conn)
    .await)?;
    row.map(Contact::try_from).transpose()
}

/// How many wait for their mailbox.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    let count = run!(tx, |conn| sqlx::query_scalar("select count(*) from contacts").fetch_one(conn).await)?;
    Ok(count)
}

/// Forgets what came before `before` and was never confirmed.
pub async fn prune(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from contacts where created_at < $1")
        .bind(before.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone)
}

/// Forgets what was written to an initiative that is closed.
pub async fn remove_of(tx: &mut Tx, actor: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from contacts where actor = $1").bind(actor).execute(conn).await.map(|_| ()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::samples::{hours, known, noon, stores};

    #[tokio::test]
    async fn a_message_is_taken_out_once_and_in_time() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let choir = known(&mut tx, "chor", Some(Part::Initiative)).await.id;
            let contact = Contact {
                id: Uuid::now_v7(),
                actor: choir,
                name: "Ruth".into(),
                email: "ruth@fern.example".parse().expect("an address"),
                language: Language::DE,
                words: "Darf ich mitsingen?".into(),
                created_at: noon(),
            };
            insert(&mut tx, &contact, b"secret").await.expect("an insert");
            assert_eq!(count(&mut tx).await.expect("a count"), 1);
            assert_eq!(take(&mut tx, b"guess", noon() - hours(1)).await.expect("a query"), None);
            assert_eq!(take(&mut tx, b"secret", noon()).await.expect("a query"), None, "too late");
            assert_eq!(take(&mut tx, b"secret", noon() - hours(1)).await.expect("a query"), Some(contact.clone()));
            assert_eq!(take(&mut tx, b"secret", noon() - hours(1)).await.expect("a query"), None, "once");
            insert(&mut tx, &contact, b"secret").await.expect("an insert");
            assert_eq!(prune(&mut tx, noon()).await.expect("a removal"), 0);
            assert_eq!(prune(&mut tx, noon() + hours(1)).await.expect("a removal"), 1);
            insert(&mut tx, &contact, b"secret").await.expect("an insert");
            remove_of(&mut tx, choir).await.expect("a removal");
            assert_eq!(count(&mut tx).await.expect("a count"), 0);
        }
    }
}
