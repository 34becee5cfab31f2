//! Who may do what here: roles are changed, accounts suspended and removed. Whoever's rights change is signed out
//! everywhere and told by letter.

use domain::account::{Account, Role};
use domain::actor::Actor;
use domain::messages::{text, text_with};
use storage::letters::{self, Letter};
use storage::{Tx, accounts, half_sign_ins, second_factors, sessions, sign_ins, tokens};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::{invitations, members, reports};

/// Who changes something.
#[derive(Clone, Copy, Debug)]
pub struct Admin<'a> {
    /// Their name, for the log.
    pub name: &'a str,
    /// The hash of the session they do it in: the only one that stays if they change their own rights.
    pub session: &'a [u8],
}

/// Gives an account another role; `false`, and nothing is done, if nobody would be left who manages accounts.
pub async fn set_role(instance: &Instance, admin: Admin<'_>, id: Uuid, role: Role) -> Result<bool> {
    let mut tx = instance.store().write().await?;
    let account = known(&mut tx, id).await?;
    if account.role == role {
        return Ok(true);
    }
    if account.role == Role::Admin && !accounts::has_other_admin(&mut tx, id).await? {
        return Ok(false);
    }
    accounts::set_role(&mut tx, id, role).await?;
    if role == Role::Reader {
        accounts::leave_all(&mut tx, id).await?;
    }
    cut(&mut tx, id, admin.session).await?;
    let may = |language| invitations::may(language, role, None);
    let voice = instance.settings().speak(account.language);
    let told = text_with(voice, "people-letter-role", &[("what", &may(account.language))]);
    letters::insert(&mut tx, &letter(instance, &account, told), instance.clock().now()).await?;
    let reason = may(instance.settings().language);
    reports::note(&mut tx, instance, admin.name, "people-role", &account.name, &reason).await?;
    tx.commit().await?;
    instance.wake_postman();
    Ok(true)
}

/// Suspends an account, or lets it act again; `false`, and nothing is done, if nobody would be left who manages accounts.
pub async fn suspend(instance: &Instance, admin: Admin<'_>, id: Uuid, suspended: bool) -> Result<bool> {
    let mut tx = instance.store().write().await?;
    let account = known(&mut tx, id).await?;
    if account.suspended_at.is_some() == suspended {
        return Ok(true);
    }
    if suspended && account.role == Role::Admin && !accounts::has_other_admin(&mut tx, id).await? {
        return Ok(false);
    }
    let now = instance.clock().now();
    accounts::suspend(&mut tx, id, suspended.then_some(now)).await?;
    cut(&mut tx, id, &[]).await?;
    let (what, told) = if suspended {
        ("people-suspend", "people-letter-suspended")
    } else {
        ("people-resume", "people-letter-resumed")
    };
    letters::insert(&mut tx, &letter(instance, &account, text(instance.settings().speak(account.language), told)), now)
        .await?;
    reports::note(&mut tx, instance, admin.name, what, &account.name, "").await?;
    tx.commit().await?;
    instance.wake_postman();
    Ok(true)
}

/// Ends every session, token and link of an account, but the session in which this is done.
pub async fn sign_out(instance: &Instance, admin: Admin<'_>, id: Uuid) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let account = known(&mut tx, id).await?;
    cut(&mut tx, id, admin.session).await?;
    reports::note(&mut tx, instance, admin.name, "people-sign-out", &account.name, "").await?;
    tx.commit().await?;
    Ok(())
}

/// Takes the second key off somebody who has lost it, and ends everything they are signed in with; `false`, and nothing is
/// done, if they have none.
pub async fn take_second_factor(instance: &Instance, admin: Admin<'_>, id: Uuid) -> Result<bool> {
    let mut tx = instance.store().write().await?;
    let account = known(&mut tx, id).await?;
    if !second_factors::remove(&mut tx, id).await? {
        return Ok(false);
    }
    change_keys(&mut tx, instance, &account, &[], "second-letter-taken").await?;
    reports::note(&mut tx, instance, admin.name, "people-second-factor", &account.name, "").await?;
    tx.commit().await?;
    instance.wake_postman();
    Ok(true)
}

/// Ends what an account is signed in with, since a key of it changed, but the session whose hash is `kept`; the message
/// `told` goes to its mailbox.
pub async fn change_keys(tx: &mut Tx, instance: &Instance, account: &Account, kept: &[u8], told: &str) -> Result<()> {
    cut(tx, account.id, kept).await?;
    tell(tx, instance, account, told).await
}

/// Writes to the mailbox of an account that a key of it changed: the message `told`.
pub async fn tell(tx: &mut Tx, instance: &Instance, account: &Account, told: &str) -> Result<()> {
    let voice = instance.settings().speak(account.language);
    let told = format!("{} {}", text(voice, told), text(voice, "account-letter-changed-not-you"));
    letters::insert(tx, &letter(instance, account, told), instance.clock().now()).await?;
    Ok(())
}

/// Erases an account; `false`, and nothing is done, if nobody would be left who manages accounts.
pub async fn remove(instance: &Instance, admin: Admin<'_>, id: Uuid) -> Result<bool> {
    let mut tx = instance.store().write().await?;
    let account = known(&mut tx, id).await?;
    if account.role == Role::Admin && !accounts::has_other_admin(&mut tx, id).await? {
        return Ok(false);
    }
    members::remove_in(&mut tx, instance, &account).await?;
    let told = text(instance.settings().speak(account.language), "people-letter-removed");
    letters::insert(&mut tx, &letter(instance, &account, told), instance.clock().now()).await?;
    // Without a name: who is gone is gone.
    let about = instance.quarter().address();
    reports::note(&mut tx, instance, admin.name, "people-remove", &about, "").await?;
    tx.commit().await?;
    instance.wake();
    instance.wake_postman();
    members::sweep(instance).await;
    Ok(true)
}

/// Ends what an account is in an initiative. What it may do elsewhere stays, and so do its sessions.
pub async fn end_membership(instance: &Instance, who: &str, initiative: &Actor, id: Uuid) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let members = accounts::members_of(&mut tx, initiative.id).await?;
    let Some((member, _)) = members.into_iter().find(|(member, _)| member.id == id) else { return Ok(()) };
    accounts::remove_membership(&mut tx, initiative.id, id).await?;
    reports::note(&mut tx, instance, who, "people-member-end", &initiative.address(), &member.name).await?;
    tx.commit().await?;
    Ok(())
}

async fn known(tx: &mut Tx, id: Uuid) -> Result<Account> {
    accounts::by_id(tx, id).await?.ok_or(Error::NotFound)
}

/// Ends what an account is signed in with, but the session whose hash is `kept`.
async fn cut(tx: &mut Tx, id: Uuid, kept: &[u8]) -> Result<()> {
    sessions::delete_of(tx, id, kept).await?;
    tokens::delete_of(tx, id).await?;
    sign_ins::delete_of(tx, id).await?;
    half_sign_ins::delete_of(tx, id).await?;
    Ok(())
}

/// The letter that tells somebody what changed.
fn letter(instance: &Instance, account: &Account, told: String) -> Letter {
    let settings = instance.settings();
    let voice = settings.speak(account.language);
    let quarter = [("quarter", settings.name.as_str())];
    let lines = [
        text_with(voice, "people-letter-greeting", &[("name", &account.name)]),
        told,
        text_with(voice, "people-letter-ask", &[("address", settings.base_url.as_str())]),
        text_with(voice, "people-letter-from", &quarter),
    ];
    Letter {
        to: account.email.clone(),
        subject: text_with(voice, "people-letter-changed-subject", &quarter),
        text: format!("{}\n", lines.join("\n\n")),
    }
}
