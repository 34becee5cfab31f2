//! What editors decide about what waits: by one or, where a quarter wants that, by two.

use domain::account::Account;
use domain::event::State;
use domain::trust::Kind;
use jiff::Timestamp;
use storage::{Tx, approvals, events, held, objects as registry, posts};
use url::Url;
use uuid::Uuid;

use super::{draft, list, publish};
use crate::activities::delete;
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::{proposals, reports, submissions, trust};

/// Who decides.
#[derive(Clone, Copy, Debug)]
pub struct Decider<'a> {
    /// The account; none at the command line, where nobody can be told apart.
    pub account: Option<Uuid>,
    /// The name for the log.
    pub name: &'a str,
}

impl<'a> From<&'a Account> for Decider<'a> {
    fn from(account: &'a Account) -> Self {
        Self { account: Some(account.id), name: &account.name }
    }
}

impl<'a> From<&'a str> for Decider<'a> {
    fn from(name: &'a str) -> Self {
        Self { account: None, name }
    }
}

/// What came of a yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It is carried out.
    Done,
    /// A second editor has to say yes, too.
    First,
}

/// Puts what waits under our key `id` on the board: a draft is published, what was handed in is passed on. Where two have to
/// say yes, the first one is only noted. [`Error::NotFound`] if no such thing waits (any more).
pub async fn approve(instance: &Instance, id: Uuid, who: impl Into<Decider<'_>>) -> Result<Decided> {
    let mut tx = instance.store().write().await?;
    // Two who decide at once are counted one after the other.
    tx.alone().await?;
    let decided = approve_in(&mut tx, instance, id, &who.into()).await?;
    tx.commit().await?;
    instance.wake();
    instance.wake_postman();
    Ok(decided)
}

/// As [`approve`], in the caller's transaction, which is [`Tx::alone`].
pub(crate) async fn approve_in(tx: &mut Tx, instance: &Instance, id: Uuid, who: &Decider<'_>) -> Result<Decided> {
    let version = version(tx, id).await?;
    if needs_another(tx, instance, (id, version), who).await? {
        return Ok(Decided::First);
    }
    let (source, about) = match draft(tx, id).await? {
        Some(draft) => {
            let source = trust::of_draft(tx, &draft).await?;
            let draft = publish(tx, instance, draft).await?;
            proposals::answer(tx, instance, &draft, None).await?;
            (source, draft.page().clone())
        }
        None => approve_others(tx, instance, id).await?,
    };
    approvals::forget(tx, id).await?;
    if let Some(source) = source {
        storage::trust::count(tx, source, true, instance.clock().now()).await?;
    }
    reports::note(tx, instance, who.name, "approve", about.as_str(), "").await?;
    Ok(Decided::Done)
}

/// Takes back the yes of an account to something that waits for a second one; `false` if there was none.
pub async fn withdraw(instance: &Instance, id: Uuid, account: Uuid) -> Result<bool> {
    let mut tx = instance.store().write().await?;
    tx.alone().await?;
    let withdrawn = approvals::remove(&mut tx, id, account).await?;
    tx.commit().await?;
    Ok(withdrawn)
}

/// Erases what waits under our key `id`, for that `reason`; it does not come back under the same id. One editor is enough
/// for a no. [`Error::NotFound`] if no such thing waits (any more).
pub async fn decline(instance: &Instance, id: Uuid, who: impl Into<Decider<'_>>, reason: &str) -> Result<()> {
    let reason: String = reason.trim().chars().take(reports::MAX_REASON).collect();
    let mut tx = instance.store().write().await?;
    tx.alone().await?;
    let (source, about) = match draft(&mut tx, id).await? {
        Some(draft) => {
            let source = trust::of_draft(&mut tx, &draft).await?;
            proposals::answer(&mut tx, instance, &draft, Some(&reason)).await?;
            delete::object_in(&mut tx, instance, id).await?;
            (source, draft.page().clone())
        }
        None => decline_others(&mut tx, instance, id).await?,
    };
    approvals::forget(&mut tx, id).await?;
    if let Some(source) = source {
        storage::trust::count(&mut tx, source, false, instance.clock().now()).await?;
    }
    reports::note(&mut tx, instance, who.into().name, "decline", about.as_str(), &reason).await?;
    tx.commit().await?;
    instance.wake();
    instance.wake_postman();
    Ok(())
}

/// Approves or declines (for that `reason`) everything that waits from `host`; how many it was. Where two have to say yes,
/// this is one yes to each.
pub async fn decide_host(
    instance: &Instance,
    host: &str,
    yes: bool,
    who: impl Into<Decider<'_>>,
    reason: &str,
) -> Result<usize> {
    let who = who.into();
    let mut tx = instance.store().write().await?;
    tx.alone().await?;
    let all = list(&mut tx, instance, crate::held::IN_ALL).await?;
    let theirs = all.into_iter().filter(|waiting| !waiting.author.is_local() && waiting.author.host.as_str() == host);
    let theirs: Vec<Uuid> = theirs.map(|waiting| waiting.id).collect();
    let mut done = 0;
    for id in theirs {
        let version = version(&mut tx, id).await?;
        if yes && needs_another(&mut tx, instance, (id, version), &who).await? {
            continue;
        }
        let (source, _) = if yes {
            approve_others(&mut tx, instance, id).await?
        } else {
            decline_others(&mut tx, instance, id).await?
        };
        approvals::forget(&mut tx, id).await?;
        if let Some(source) = source {
            storage::trust::count(&mut tx, source, yes, instance.clock().now()).await?;
        }
        done += 1;
    }
    if done > 0 {
        reports::note(&mut tx, instance, who.name, if yes { "approve" } else { "decline" }, host, reason).await?;
    }
    tx.commit().await?;
    instance.wake();
    Ok(done)
}

/// Notes a yes to something as it has been since `version`, and says whether it needs another.
pub(crate) async fn needs_another(
    tx: &mut Tx,
    instance: &Instance,
    (object, version): (Uuid, Timestamp),
    who: &Decider<'_>,
) -> Result<bool> {
    if !instance.settings().editors.two_persons {
        return Ok(false);
    }
    let account = who.account.ok_or(Error::Forbidden)?;
    approvals::insert(tx, object, account, version, instance.clock().now()).await?;
    Ok(approvals::count(tx, object, version).await? < 2)
}

/// When what waits was last changed; [`Error::NotFound`] if it does not wait (any more).
async fn version(tx: &mut Tx, id: Uuid) -> Result<Timestamp> {
    if let Some(event) = events::by_id(tx, id).await? {
        return if event.state == State::Draft { Ok(event.updated_at) } else { Err(Error::NotFound) };
    }
    posts::version(tx, id).await?.ok_or(Error::NotFound)
}

async fn approve_others(tx: &mut Tx, instance: &Instance, id: Uuid) -> Result<(Option<(Kind, Uuid)>, Url)> {
    let url = address(tx, id).await?;
    let author = submissions::approve_in(tx, instance, id).await?;
    held::forget(tx, id).await?;
    Ok((Some((Kind::Actor, author)), url))
}

async fn decline_others(tx: &mut Tx, instance: &Instance, id: Uuid) -> Result<(Option<(Kind, Uuid)>, Url)> {
    let url = address(tx, id).await?;
    let author = submissions::reject_in(tx, instance, id).await?;
    Ok((Some((Kind::Actor, author)), url))
}

async fn address(tx: &mut Tx, id: Uuid) -> Result<Url> {
    Ok(registry::by_id(tx, id).await?.ok_or(Error::NotFound)?.url)
}
