//! Accounts and their memberships in initiatives.

use domain::account::{Account, Email, Membership, Rights, Role};
use domain::language::Language;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::tx::run;
use crate::{Error, Result, Tx, row};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    email: String,
    name: String,
    role: String,
    language: String,
    actor: Option<Uuid>,
    created_at: i64,
    suspended_at: Option<i64>,
}

impl TryFrom<Row> for Account {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: row.id,
            email: row.email.parse().map_err(|_| Error::Unreadable("e-mail address"))?,
            name: row.name,
            role: row.role.parse().map_err(|_| Error::Unreadable("role"))?,
            language: Language::from_tag(&row.language).ok_or(Error::Unreadable("language"))?,
            actor: row.actor,
            created_at: row::time(row.created_at)?,
            suspended_at: row::time_or_null(row.suspended_at)?,
        })
    }
}

/// A query for accounts: every column of `c`, then `rest`.
fn select(rest: &str) -> AssertSqlSafe<String> {
    AssertSqlSafe(format!(
        "select c.id, c.email, c.name, c.role, c.language, c.actor, c.created_at, c.suspended_at from accounts c {rest}"
    ))
}

/// Adds an account; `false` if the e-mail address has one already.
pub async fn insert(tx: &mut Tx, account: &Account) -> Result<bool> {
    let added = run!(tx, |conn| sqlx::query(
        "insert into accounts (id, email, name, role, language, actor, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
    )
    .bind(account.id)
    .bind(account.email.as_str())
    .bind(&account.name)
    .bind(account.role.as_str())
    .bind(account.language.code())
    .bind(account.actor)
    .bind(account.created_at.as_millisecond())
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    Ok(added)
}

/// Erases an account with its memberships, sessions, keys, tokens, sign-ins and invitations. What it published in an initiative's name is
/// the initiative's and stays.
pub async fn remove(tx: &mut Tx, id: Uuid) -> Result<()> {
    for statement in [
        "delete from memberships where account = $1",
        "delete from sessions where account = $1",
        "delete from tokens where account = $1",
        "delete from sign_ins where account = $1",
        "delete from half_sign_ins where account = $1",
        "delete from second_factors where account = $1",
        "delete from paper_codes where account = $1",
        "delete from passwords where account = $1",
        "delete from passkeys where account = $1",
        "delete from challenges where account = $1",
        "delete from invitations where by_account = $1 or email in (select email from accounts where id = $1)",
        "delete from new_addresses where account = $1",
        "delete from guests where email in (select email from accounts where id = $1)",
        "delete from registrations where account = $1 or email in (select email from accounts where id = $1)",
        "delete from sign_ups where email in (select email from accounts where id = $1)",
        "delete from handed_in where account = $1",
        "delete from approvals where account = $1",
        "delete from previews where account = $1",
        "delete from letters where recipient in (select email from accounts where id = $1)",
        "delete from accounts where id = $1",
    ] {
        run!(tx, |conn| sqlx::query(statement).bind(id).execute(conn).await.map(|_| ()))?;
    }
    Ok(())
}

/// Gives an account another role. Who becomes a member owes no second key, and gets time for one as an editor again.
pub async fn set_role(tx: &mut Tx, id: Uuid, role: Role) -> Result<()> {
    run!(tx, |conn| sqlx::query(
        "update accounts set role = $2, second_due_at = case when $3 then null else second_due_at end where id = $1",
    )
    .bind(id)
    .bind(role.as_str())
    .bind(role == Role::Member)
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Gives an account another name and another language.
pub async fn set_name(tx: &mut Tx, id: Uuid, name: &str, language: Language) -> Result<()> {
    run!(tx, |conn| sqlx::query("update accounts set name = $2, language = $3 where id = $1")
        .bind(id)
        .bind(name)
        .bind(language.code())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Gives an account another e-mail address; `false` if that has an account.
pub async fn set_email(tx: &mut Tx, id: Uuid, email: &Email) -> Result<bool> {
    if by_email(tx, email).await?.is_some() {
        return Ok(false);
    }
    run!(tx, |conn| sqlx::query("update accounts set email = $2 where id = $1")
        .bind(id)
        .bind(email.as_str())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(true)
}

/// Suspends an account from `since` on, or lets it act again.
pub async fn suspend(tx: &mut Tx, id: Uuid, since: Option<Timestamp>) -> Result<()> {
    run!(tx, |conn| sqlx::query("update accounts set suspended_at = $2 where id = $1")
        .bind(id)
        .bind(since.map(Timestamp::as_millisecond))
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Spares an editor letters about what waits from `since` on, or writes them again.
pub async fn spare(tx: &mut Tx, id: Uuid, since: Option<Timestamp>) -> Result<()> {
    run!(tx, |conn| sqlx::query("update accounts set unreminded_at = $2 where id = $1")
        .bind(id)
        .bind(since.map(Timestamp::as_millisecond))
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Whether an editor wants no letters about what waits.
pub async fn is_spared(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let count: i64 = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from accounts where id = $1 and unreminded_at is not null"
    )
    .bind(id)
    .fetch_one(conn)
    .await)?;
    Ok(count > 0)
}

/// The editors who get letters about what waits.
pub async fn to_remind(tx: &mut Tx) -> Result<Vec<Account>> {
    let rows: Vec<Row> = run!(tx, |conn| {
        sqlx::query_as(select(
        "where c.role in ('editor', 'admin') and c.suspended_at is null and c.unreminded_at is null order by c.name, c.id"
    ))
    .fetch_all(conn)
    .await
    })?;
    rows.into_iter().map(Account::try_from).collect()
}

/// Notes when an account agreed to the rules.
pub async fn agree(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    run!(tx, |conn| sqlx::query("update accounts set agreed_at = $2 where id = $1")
        .bind(id)
        .bind(now.as_millisecond())
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Whether somebody else than `id` manages accounts. Until the transaction ends nobody else gets an answer to this.
pub async fn has_other_admin(tx: &mut Tx, id: Uuid) -> Result<bool> {
    // Where several write at once, two admins who remove each other wait for one another here.
    run!(tx, |conn| sqlx::query("update accounts set role = role where role = 'admin'")
        .execute(conn)
        .await
        .map(|_| ()))?;
    let others: i64 = run!(tx, |conn| sqlx::query_scalar(
        "select count(*) from accounts where role = 'admin' and suspended_at is null and id <> $1"
    )
    .bind(id)
    .fetch_one(conn)
    .await)?;
    Ok(others > 0)
}

/// Ties an account to the public profile that its member switched on.
pub async fn set_actor(tx: &mut Tx, id: Uuid, actor: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("update accounts set actor = $2 where id = $1")
        .bind(id)
        .bind(actor)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Unties an account from its public profile.
pub async fn clear_actor(tx: &mut Tx, id: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("update accounts set actor = null where id = $1")
        .bind(id)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The account with our key `id`.
pub async fn by_id(tx: &mut Tx, id: Uuid) -> Result<Option<Account>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where c.id = $1")).bind(id).fetch_optional(conn).await)?;
    row.map(Account::try_from).transpose()
}

/// The account of an e-mail address.
pub async fn by_email(tx: &mut Tx, email: &Email) -> Result<Option<Account>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where c.email = $1")).bind(email.as_str()).fetch_optional(conn).await)?;
    row.map(Account::try_from).transpose()
}

/// The account whose public profile that actor is.
pub async fn by_actor(tx: &mut Tx, actor: Uuid) -> Result<Option<Account>> {
    let row: Option<Row> =
        run!(tx, |conn| sqlx::query_as(select("where c.actor = $1")).bind(actor).fetch_optional(conn).await)?;
    row.map(Account::try_from).transpose()
}

/// Every account, by name.
pub async fn all(tx: &mut Tx) -> Result<Vec<Account>> {
    let rows: Vec<Row> = run!(tx, |conn| sqlx::query_as(select("order by c.name, c.id")).fetch_all(conn).await)?;
    rows.into_iter().map(Account::try_from).collect()
}

/// An account with everything that decides what it may do; `None` for one that is suspended.
pub async fn rights(tx: &mut Tx, id: Uuid) -> Result<Option<Rights>> {
    let account = by_id(tx, id).await?.filter(|account| account.suspended_at.is_none());
    let Some(account) = account else { return Ok(None) };
    let memberships = memberships_of(tx, id).await?;
    Ok(Some(Rights { acts_as: account.role, account, memberships }))
}

/// The initiatives that an account belongs to.
pub async fn memberships_of(tx: &mut Tx, id: Uuid) -> Result<Vec<(Uuid, Membership)>> {
    let rows: Vec<(Uuid, String)> =
        run!(tx, |conn| sqlx::query_as("select initiative, membership from memberships where account = $1")
            .bind(id)
            .fetch_all(conn)
            .await)?;
    rows.into_iter().map(|(initiative, name)| Ok((initiative, membership(&name)?))).collect()
}

fn membership(name: &str) -> Result<Membership> {
    Membership::from_name(name).ok_or(Error::Unreadable("membership"))
}

/// Makes an account a member of an initiative, or changes what it is there. Who only read is a member of the quarter from
/// then on.
pub async fn set_membership(tx: &mut Tx, initiative: Uuid, account: Uuid, membership: Membership) -> Result<()> {
    run!(tx, |conn| sqlx::query("update accounts set role = 'member' where id = $1 and role = 'reader'")
        .bind(account)
        .execute(conn)
        .await
        .map(|_| ()))?;
    run!(tx, |conn| sqlx::query(
        "insert into memberships (initiative, account, membership) values ($1, $2, $3)
         on conflict (initiative, account) do update set membership = excluded.membership",
    )
    .bind(initiative)
    .bind(account)
    .bind(membership.as_str())
    .execute(conn)
    .await
    .map(|_| ()))?;
    Ok(())
}

/// Ends a membership.
pub async fn remove_membership(tx: &mut Tx, initiative: Uuid, account: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from memberships where initiative = $1 and account = $2")
        .bind(initiative)
        .bind(account)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Ends all memberships of an account.
pub async fn leave_all(tx: &mut Tx, account: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from memberships where account = $1")
        .bind(account)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// Ends all memberships of an initiative.
pub async fn disband(tx: &mut Tx, initiative: Uuid) -> Result<()> {
    run!(tx, |conn| sqlx::query("delete from memberships where initiative = $1")
        .bind(initiative)
        .execute(conn)
        .await
        .map(|_| ()))?;
    Ok(())
}

/// The members of an initiative, by name.
pub async fn members_of(tx: &mut Tx, initiative: Uuid) -> Result<Vec<(Account, Membership)>> {
    let rows: Vec<(Uuid, String)> = run!(tx, |conn| sqlx::query_as(
        "select m.account, m.membership from memberships m join accounts c on c.id = m.account
         where m.initiative = $1 order by c.name, c.id"
    )
    .bind(initiative)
    .fetch_all(conn)
    .await)?;
    let mut members = Vec::with_capacity(rows.len());
    for (account, name) in rows {
        if let Some(account) = by_id(tx, account).await? {
            members.push((account, membership(&name)?));
        }
    }
    Ok(members)
}

#[cfg(test)]
mod tests {
    use domain::actor::Part;

    use super::*;
    use crate::samples::{account, known, noon, stores};

    #[tokio::test]
    async fn an_email_address_has_one_account() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let mira = account("mira", Role::Member);
            assert!(insert(&mut tx, &mira).await.expect("an insert"));
            assert!(!insert(&mut tx, &account("mira", Role::Admin)).await.expect("a second insert"));
            assert_eq!(by_email(&mut tx, &mira.email).await.expect("a row"), Some(mira.clone()));
            crate::tokens::insert(&mut tx, &[1], mira.id, mira.created_at).await.expect("a token");
            remove(&mut tx, mira.id).await.expect("a removal");
            assert_eq!(by_id(&mut tx, mira.id).await.expect("a query"), None);
            assert_eq!(crate::tokens::account_of(&mut tx, &[1]).await.expect("a query"), None);
            insert(&mut tx, &mira).await.expect("an insert");
            set_role(&mut tx, mira.id, Role::Editor).await.expect("an update");
            assert_eq!(all(&mut tx).await.expect("rows").first().map(|account| account.role), Some(Role::Editor));
        }
    }

    #[tokio::test]
    async fn who_is_suspended_has_no_rights_and_manages_nothing() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let (mira, nora) = (account("mira", Role::Admin), account("nora", Role::Admin));
            insert(&mut tx, &mira).await.expect("an insert");
            agree(&mut tx, mira.id, noon()).await.expect("an update");
            assert!(!has_other_admin(&mut tx, mira.id).await.expect("an answer"));
            insert(&mut tx, &nora).await.expect("an insert");
            assert!(has_other_admin(&mut tx, mira.id).await.expect("an answer"));
            suspend(&mut tx, nora.id, Some(noon())).await.expect("an update");
            assert!(!has_other_admin(&mut tx, mira.id).await.expect("an answer"));
            assert!(rights(&mut tx, nora.id).await.expect("a query").is_none());
            suspend(&mut tx, nora.id, None).await.expect("an update");
            assert!(rights(&mut tx, nora.id).await.expect("a query").is_some());
        }
    }

    #[tokio::test]
    async fn a_member_may_speak_for_its_initiative_and_no_other() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let mira = account("mira", Role::Member);
            insert(&mut tx, &mira).await.expect("an insert");
            let choir = known(&mut tx, "chor", Some(Part::Initiative)).await;
            let garden = known(&mut tx, "garten", Some(Part::Initiative)).await;
            set_membership(&mut tx, choir.id, mira.id, Membership::Helper).await.expect("a membership");
            set_membership(&mut tx, choir.id, mira.id, Membership::Speaker).await.expect("a change");
            let held = rights(&mut tx, mira.id).await.expect("a query").expect("the rights");
            assert!(held.may_speak_for(&choir) && !held.may_speak_for(&garden));
            assert_eq!(members_of(&mut tx, choir.id).await.expect("rows"), [(mira.clone(), Membership::Speaker)]);
            leave_all(&mut tx, mira.id).await.expect("a removal");
            assert!(memberships_of(&mut tx, mira.id).await.expect("rows").is_empty());
            remove_membership(&mut tx, choir.id, mira.id).await.expect("a removal");
            assert!(members_of(&mut tx, choir.id).await.expect("rows").is_empty());
            set_actor(&mut tx, mira.id, garden.id).await.expect("an update");
            assert_eq!(by_id(&mut tx, mira.id).await.expect("a row").and_then(|mira| mira.actor), Some(garden.id));
        }
    }

    #[tokio::test]
    async fn who_reads_speaks_for_nobody_and_is_a_member_with_the_first_initiative() {
        for (_database, store) in stores().await {
            let mut tx = store.write().await.expect("a transaction");
            let ruth = account("ruth", Role::Reader);
            insert(&mut tx, &ruth).await.expect("an insert");
            let profile = known(&mut tx, "ruth", Some(Part::Member)).await;
            set_actor(&mut tx, ruth.id, profile.id).await.expect("an update");
            let held = rights(&mut tx, ruth.id).await.expect("a query").expect("the rights");
            assert!(!held.may_speak_for(&profile) && !held.may_publish() && !held.may_edit());
            let choir = known(&mut tx, "chor", Some(Part::Initiative)).await;
            set_membership(&mut tx, choir.id, ruth.id, Membership::Helper).await.expect("a membership");
            let held = rights(&mut tx, ruth.id).await.expect("a query").expect("the rights");
            assert!(held.may_speak_for(&choir) && held.may_speak_for(&profile));
            let eva = account("eva", Role::Editor);
            insert(&mut tx, &eva).await.expect("an insert");
            set_membership(&mut tx, choir.id, eva.id, Membership::Helper).await.expect("a membership");
            assert_eq!(by_id(&mut tx, eva.id).await.expect("a row").map(|eva| eva.role), Some(Role::Editor));
        }
    }
}
