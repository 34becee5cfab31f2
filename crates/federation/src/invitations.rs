//! Invitations: a letter or a slip of paper that makes somebody a member here, or of an initiative.

use domain::account::{Account, Email, Membership, Role};
use domain::actor::Actor;
use domain::html;
use domain::language::Language;
use domain::messages::{text, text_with};
use jiff::SignedDuration;
use storage::invitations::{self, Invitation};
use storage::letters::Letter;
use storage::{Tx, accounts, actors};
use uuid::Uuid;

use crate::error::Result;
use crate::instance::Instance;
use crate::reports;

/// How long an invitation is good.
pub const LIFETIME: SignedDuration = domain::retention::INVITATIONS;
/// How long the letter is good that a code asked for.
pub const ANSWER: SignedDuration = SignedDuration::from_hours(24);

/// What somebody is invited to.
#[derive(Clone, Debug)]
pub struct Offer {
    /// What a new account may do. An account that is there keeps its role.
    pub role: Role,
    /// The initiative that the guest will belong to, and as what.
    pub initiative: Option<(Actor, Membership)>,
}

/// Who takes up an invitation.
#[derive(Clone, Debug)]
pub struct Guest {
    /// Their name, as typed.
    pub name: String,
    /// The language they read.
    pub language: Language,
}

/// An invitation by `by`, for a mailbox or for paper; not kept yet.
pub fn of(instance: &Instance, by: Uuid, offer: &Offer, email: Option<Email>) -> Invitation {
    let now = instance.clock().now();
    Invitation {
        id: instance.new_id(),
        role: offer.role,
        initiative: offer.initiative.as_ref().map(|(actor, membership)| (actor.id, *membership)),
        email,
        name: None,
        slip: None,
        by,
        created_at: now,
        expires_at: now + LIFETIME,
    }
}

/// The letter that a slip's code asks for; not kept yet.
pub fn answer(instance: &Instance, slip: &Invitation, email: Email) -> Invitation {
    let now = instance.clock().now();
    let expires_at = slip.expires_at.min(now + ANSWER);
    Invitation {
        id: instance.new_id(),
        email: Some(email),
        slip: Some(slip.id),
        created_at: now,
        expires_at,
        ..slip.clone()
    }
}

/// Keeps an invitation that `who` makes; `token_hash` is of its link or its code.
pub async fn keep(
    tx: &mut Tx,
    instance: &Instance,
    who: &str,
    invitation: &Invitation,
    token_hash: &[u8],
) -> Result<()> {
    let initiative = invitation.initiative.map(|(id, _)| id);
    if let Some(email) = &invitation.email {
        invitations::replace(tx, email, initiative).await?;
    }
    invitations::insert(tx, invitation, token_hash).await?;
    let about = about(tx, instance, invitation).await?;
    reports::note(tx, instance, who, "people-invite", &about, &what(instance, invitation)).await
}

/// What an invitation is to, as the log names it.
async fn about(tx: &mut Tx, instance: &Instance, invitation: &Invitation) -> Result<String> {
    let initiative = match invitation.initiative {
        Some((id, _)) => actors::by_id(tx, id).await?,
        None => None,
    };
    Ok(initiative.map_or_else(|| instance.quarter().address(), |actor| actor.address()))
}

/// What an invitation lets somebody do, in the quarter's language.
fn what(instance: &Instance, invitation: &Invitation) -> String {
    may(instance.settings().language, invitation.role, invitation.initiative.map(|(_, membership)| membership))
}

/// What a role, or a place in an initiative, lets somebody do.
pub fn may(language: Language, role: Role, membership: Option<Membership>) -> String {
    match membership {
        Some(membership) => text(language, &format!("people-membership-{}", membership.as_str())),
        None => text(language, &format!("people-role-{}", role.as_str())),
    }
}

/// The invitation of a link or a code, and its initiative, if it is good and who invites still may.
pub async fn find(tx: &mut Tx, instance: &Instance, token_hash: &[u8]) -> Result<Option<(Invitation, Option<Actor>)>> {
    let found = invitations::find(tx, token_hash, instance.clock().now()).await?;
    let Some(invitation) = found else { return Ok(None) };
    Ok(offered(tx, &invitation).await?.map(|initiative| (invitation, initiative)))
}

/// What an invitation is to: the quarter, or an initiative; `None` if who invites may not do so any more.
async fn offered(tx: &mut Tx, invitation: &Invitation) -> Result<Option<Option<Actor>>> {
    let Some(by) = accounts::rights(tx, invitation.by).await? else { return Ok(None) };
    let Some((id, _)) = invitation.initiative else {
        return Ok(by.may_manage_accounts().then_some(None));
    };
    let initiative = actors::by_id(tx, id).await?.filter(|actor| actor.deleted_at.is_none() && by.may_manage(actor));
    Ok(initiative.map(Some))
}

/// Takes up the invitation of a letter's link, once: the account it makes, or the one that its mailbox has already, and
/// the initiative that it now belongs to. `None`, and nothing may be committed, if the link is good no longer.
pub async fn accept(
    tx: &mut Tx,
    instance: &Instance,
    token_hash: &[u8],
    guest: &Guest,
) -> Result<Option<(Account, Option<Actor>)>> {
    let Some(invitation) = invitations::take(tx, token_hash, instance.clock().now()).await? else { return Ok(None) };
    let Some(email) = invitation.email.clone() else { return Ok(None) };
    if let Some(slip) = invitation.slip
        && !invitations::withdraw(tx, slip, invitation.initiative.map(|(id, _)| id)).await?
    {
        return Ok(None);
    }
    let Some(initiative) = offered(tx, &invitation).await? else { return Ok(None) };
    let account = match accounts::by_email(tx, &email).await? {
        Some(account) if account.suspended_at.is_some() => return Ok(None),
        Some(account) => account,
        None => open(tx, instance, (invitation.role, email), guest).await?,
    };
    join(tx, instance, &invitation, &account).await?;
    Ok(Some((account, initiative)))
}

/// Takes up a slip without asking its mailbox, where no letters can be sent. `None`, and nothing may be committed, if the
/// code is good no longer or the mailbox has an account.
pub async fn accept_slip(
    tx: &mut Tx,
    instance: &Instance,
    token_hash: &[u8],
    (email, guest): (Email, &Guest),
) -> Result<Option<Account>> {
    let Some(slip) = invitations::take(tx, token_hash, instance.clock().now()).await? else { return Ok(None) };
    if offered(tx, &slip).await?.is_none() || accounts::by_email(tx, &email).await?.is_some() {
        return Ok(None);
    }
    let account = open(tx, instance, (slip.role, email), guest).await?;
    join(tx, instance, &slip, &account).await?;
    Ok(Some(account))
}

/// Takes up a slip of an initiative for somebody who has an account. `None`, and nothing may be committed, if the code is
/// good no longer or is not one of an initiative.
pub async fn accept_as(
    tx: &mut Tx,
    instance: &Instance,
    token_hash: &[u8],
    account: &Account,
) -> Result<Option<Actor>> {
    let Some(slip) = invitations::take(tx, token_hash, instance.clock().now()).await? else { return Ok(None) };
    let Some(Some(initiative)) = offered(tx, &slip).await? else { return Ok(None) };
    join(tx, instance, &slip, account).await?;
    Ok(Some(initiative))
}

/// Makes the account of somebody who agreed to the rules.
pub(crate) async fn open(
    tx: &mut Tx,
    instance: &Instance,
    (role, email): (Role, Email),
    guest: &Guest,
) -> Result<Account> {
    let now = instance.clock().now();
    let account = Account {
        id: instance.new_id(),
        email,
        name: html::line(&html::escape(&guest.name), 100),
        role,
        language: guest.language,
        actor: None,
        created_at: now,
        suspended_at: None,
    };
    accounts::insert(tx, &account).await?;
    accounts::agree(tx, account.id, now).await?;
    Ok(account)
}

/// Gives an account its place, and notes that it came.
async fn join(tx: &mut Tx, instance: &Instance, invitation: &Invitation, account: &Account) -> Result<()> {
    if let Some((initiative, membership)) = invitation.initiative {
        accounts::set_membership(tx, initiative, account.id, membership).await?;
    }
    let about = about(tx, instance, invitation).await?;
    reports::note(tx, instance, &account.name, "people-join", &about, &what(instance, invitation)).await
}

/// The letter with the link that takes an invitation up.
pub fn letter(instance: &Instance, offer: &Offer, (to, name): (&Email, Option<&str>), link: &str) -> Letter {
    let settings = instance.settings();
    let voice = settings.speak(settings.language);
    let quarter = [("quarter", settings.name.as_str())];
    let greeting = match name {
        Some(name) => text_with(voice, "people-letter-greeting", &[("name", name)]),
        None => text(voice, "people-letter-greeting-nobody"),
    };
    let membership = offer.initiative.as_ref().map(|(_, membership)| *membership);
    let may = may(settings.language, offer.role, membership);
    let what = match &offer.initiative {
        Some((actor, _)) => {
            text_with(voice, "people-letter-invited-initiative", &[("name", &actor.name), ("what", &may)])
        }
        None => text_with(voice, "people-letter-invited", &[("quarter", &settings.name), ("what", &may)]),
    };
    let lines = [
        greeting,
        what,
        text(voice, "people-letter-link"),
        link.to_owned(),
        text(voice, "people-letter-not-you"),
        text_with(voice, "people-letter-from", &quarter),
    ];
    Letter {
        to: to.clone(),
        subject: text_with(voice, "people-letter-invited-subject", &quarter),
        text: format!("{}\n", lines.join("\n\n")),
    }
}
