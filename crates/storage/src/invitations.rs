//! Ways to become somebody here: links in letters and codes on paper, kept as hashes.

use domain::account::{Email, Membership, Role};
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row};

/// A way in that somebody was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Our key for it.
    pub id: Uuid,
    /// What a new account may do.
    pub role: Role,
    /// The initiative that the guest will belong to, and as what.
    pub initiative: Option<(Uuid, Membership)>,
    /// Where the letter went; `None` for a slip of paper.
    pub email: Option<Email>,
    /// What the guest is called, as far as known.
    pub name: Option<String>,
    /// The slip whose code asked for this letter.
    pub slip: Option<Uuid>,
    /// Who invites.
    pub by: Uuid,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    role: String,
    initiative: Option<Uuid>,
    membership: Option<String>,
    email: Option<String>,
    name: Option<String>,
    slip: Option<Uuid>,
    by_account: Uuid,
    created_at: i64,
    expires_at: i64,
}

impl TryFrom<Row> for Invitation {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let membership = row.membership.as_deref().and_then(Membership::from_name);
        Ok(Self {
            id: row.id,
            role: row.role.parse().map_err(|_| Error::Unreadable("role"))?,
            initiative: row.initiative.zip(membership),
            email: row.email.map(|email| email.parse()).transpose().map_err(|_| Error::Unreadable("e-mail address"))?,
            name: row.name,
            slip: row.slip,
            by: row.by_account,
            created_at: row::time(row.created_at)?,
            expires_at: row::time(row.expires_at)?,
        })
    }
}

const COLUMNS: &str = "id, role, initiative, membership, email, name, slip, by_account, created_at, expires_at";

/// Keeps an invitation; `token_hash` is of its link or its code.
pub async fn insert(tx: &mut Tx, invitation: &Invitation, token_hash: &[u8]) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "insert into invitations
           (id, token_hash, role, initiative, membership, email, name, slip, by_account, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(invitation.id)
    .bind(token_hash)
    .bind(invitation.role.as_str())
    .bind(invitation.initiative.map(|(initiative, _)| initiative))
    .bind(invitation.initiative.map(|(_, membership)| membership.as_str()))
    .bind(invitation.email.as_ref().map(Email::as_str))
    .bind(&invitation.name)
    .bind(invitation.slip)
    .bind(invitation.by)
    .bind(invitation.created_at.as_millisecond())
    .bind(invitation.expires_at.as_millisecond())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The invitation of a link or a code, if it is still good.
pub async fn find(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<Option<Invitation>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!(
        "select {COLUMNS} from invitations where token_hash = $1 and expires_at > $2"
    )))
    .bind(token_hash)
    .bind(now.as_millisecond())
    .fetch_optional(conn)
    .await)?;
    row.map(Invitation::try_from).transpose()
}

/// Uses an invitation up, and says what it was.
pub async fn take(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<Option<Invitation>> {
    let row: Option<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!(
        "delete from invitations where token_hash = $1 and expires_at > $2 returning {COLUMNS}"
    )))
    .bind(token_hash)
    .bind(now.as_millisecond())
    .fetch_optional(conn)
    .await)?;
    row.map(Invitation::try_from).transpose()
}

/// Ends the invitation `id` to `initiative`, or to the quarter; `false` if there is none.
pub async fn withdraw(tx: &mut Tx, id: Uuid, initiative: Option<Uuid>) -> Result<bool> {
    let gone =
        run!(tx, |conn| sqlx::query("delete from invitations where id = $1 and initiative is not distinct from $2")
            .bind(id)
            .bind(initiative)
            .execute(conn)
            .await
            .map(|done| done.rows_affected() > 0))?;
    Ok(gone)
}

/// Ends what a mailbox was invited to before by letter, so that one letter counts: the last.
pub async fn replace(tx: &mut Tx, email: &Email, initiative: Option<Uuid>) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "delete from invitations where email = $1 and initiative is not distinct from $2 and slip is null"
    )
    .bind(email.as_str())
    .bind(initiative)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// The invitations to `initiative`, or to the quarter, that are still good, the newest first; without the letters that
/// slips asked for.
pub async fn open(tx: &mut Tx, initiative: Option<Uuid>, now: Timestamp, limit: i64) -> Result<Vec<Invitation>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(AssertSqlSafe(format!(
        "select {COLUMNS} from invitations
         where initiative is not distinct from $1 and slip is null and expires_at > $2
         order by created_at desc, id desc limit $3"
    )))
    .bind(initiative)
    .bind(now.as_millisecond())
    .bind(limit)
    .fetch_all(conn)
    .await)?;
    rows.into_iter().map(Invitation::try_from).collect()
}

/// Removes what has expired.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let gone = run!(tx, |conn| sqlx::query("delete from invitations where expires_at <= $1")
        .bind(now.as_millisecond())
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::accounts;
    use crate::samples::{account, hours, known, noon, stores};

    #[tokio::test]
    async fn an_invitation_is_good_once_and_for_a_while() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let mira = account("mira", Role::Admin);
            accounts::insert(&mut tx, &mira).await.expect("an insert");
            let choir = known(&mut tx, "chor", Some(Part::Initiative)).await;
            let slip = Invitation {
                id: Uuid::now_v7(),
                role: Role::Member,
                initiative: Some((choir.id, Membership::Speaker)),
                email: None,
                name: None,
                slip: None,
                by: mira.id,
                created_at: noon(),
                expires_at: noon() + hours(2),
            };
            insert(&mut tx, &slip, b"code").await.expect("an insert");
            let ruth: Email = "ruth@fern.example".parse().expect("an address");
            let answer = Invitation {
                id: Uuid::now_v7(),
                email: Some(ruth.clone()),
                name: Some("Ruth".into()),
                slip: Some(slip.id),
                ..slip.clone()
            };
            insert(&mut tx, &answer, b"link").await.expect("an insert");
            let team =
                Invitation { id: Uuid::now_v7(), initiative: None, role: Role::Editor, slip: None, ..answer.clone() };
            insert(&mut tx, &team, b"team").await.expect("an insert");
            assert_eq!(open(&mut tx, Some(choir.id), noon(), 9).await.expect("rows"), std::slice::from_ref(&slip));
            assert_eq!(open(&mut tx, None, noon(), 9).await.expect("rows"), std::slice::from_ref(&team));
            assert_eq!(find(&mut tx, b"code", noon() + hours(2)).await.expect("a query"), None, "too late");
            assert_eq!(find(&mut tx, b"code", noon()).await.expect("a query"), Some(slip.clone()));
            assert_eq!(take(&mut tx, b"link", noon()).await.expect("a query"), Some(answer));
            assert_eq!(take(&mut tx, b"link", noon()).await.expect("a query"), None, "once");
            assert!(!withdraw(&mut tx, slip.id, None).await.expect("a removal"), "it is another's");
            assert!(withdraw(&mut tx, slip.id, Some(choir.id)).await.expect("a removal"));
            replace(&mut tx, &ruth, Some(choir.id)).await.expect("a removal");
            assert_eq!(prune(&mut tx, noon()).await.expect("a removal"), 0);
            assert_eq!(prune(&mut tx, noon() + hours(2)).await.expect("a removal"), 1);
            insert(&mut tx, &team, b"team").await.expect("an insert");
            accounts::remove(&mut tx, mira.id).await.expect("a removal");
            assert_eq!(find(&mut tx, b"team", noon()).await.expect("a query"), None, "it went with who invited");
        }
    }
}
