//! Reports: what somebody pointed out, from here or elsewhere, and what the editors make of it.

use domain::account::Email;
use domain::actor::Actor;
use domain::block::{HostBlock, Severity};
use domain::html;
use domain::invalid::Invalid;
use domain::language::Language;
use domain::report::Kind;
use storage::decisions::{self, Decision};
use storage::reports::{self, Report};
use storage::{Tx, actors, objects as registry};
use url::Url;
use uuid::Uuid;

use crate::activities::{delete, flag};
use crate::blocks;
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::objections::{self, Removed};

pub(crate) mod letters;

/// The longest reason, in characters.
pub const MAX_REASON: usize = 3_000;
/// How many reports may be open in all.
pub const MAX_OPEN: i64 = 1_000;

/// What an editor does about a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing; the report is closed.
    Close,
    /// Takes the thing off the board: ours is deleted everywhere, another's is erased here and does not come back.
    Remove,
    /// Blocks whoever published it.
    BlockActor,
    /// Blocks the server it is from.
    BlockHost,
    /// Passes the report on to the server it is from; it stays open here.
    Forward,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 5] = [Self::Close, Self::Remove, Self::BlockActor, Self::BlockHost, Self::Forward];

    /// The name in forms and in the log; the message key is `decision-NAME`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Close => "close",
            Self::Remove => "remove",
            Self::BlockActor => "block-actor",
            Self::BlockHost => "block-host",
            Self::Forward => "forward",
        }
    }

    /// The action of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == name)
    }
}

/// A report as typed into the form.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// What it is, if they said so.
    pub kind: Option<Kind>,
    /// Why.
    pub reason: String,
    /// Who, if they want to say.
    pub name: String,
    /// Where they can be reached, if they want to be.
    pub email: String,
    /// The language of the letters to them.
    pub language: Language,
}

/// What stands on the receipt of the report `id`: easy to say on the telephone.
pub fn number(id: Uuid) -> String {
    let hex = id.simple().to_string().to_uppercase();
    let (left, right) = hex.split_at(hex.len() - 4);
    format!("{}-{right}", left.get(left.len() - 4..).unwrap_or(left))
}

/// Takes a report by a person here about something that is shown; the number of its receipt, which they also get by letter
/// if they leave an address. What a mailbox says again about the same thing counts once.
pub async fn take(instance: &Instance, target: &Url, draft: &Draft) -> Result<String> {
    let mut invalid = Invalid::default();
    let reason: String = draft.reason.trim().chars().take(MAX_REASON + 1).collect();
    invalid.unless(reason.chars().count() >= 5, "reason", "report-reason-missing");
    invalid.unless(reason.chars().count() <= MAX_REASON, "reason", "report-reason-long");
    let email = Some(draft.email.trim()).filter(|email| !email.is_empty()).map(str::parse::<Email>);
    invalid.unless(!matches!(email, Some(Err(_))), "email", "report-email-form");
    let reason = invalid.or(reason)?;
    let email = email.and_then(Result::ok);
    let name = html::line(&html::escape(&draft.name), 100);
    let id = instance.new_id();
    let report = Report {
        id,
        number: number(id),
        reporter: None,
        host: None,
        name: Some(name).filter(|name| !name.is_empty()),
        email: email.as_ref().map(ToString::to_string),
        target: target.clone(),
        objects: vec![target.clone()],
        kind: draft.kind,
        reason,
        language: Some(draft.language),
        created_at: instance.clock().now(),
    };
    let mut tx = instance.store().write().await?;
    if let Some(mailbox) = &email
        && let Some(kept) = reports::open_from(&mut tx, target, mailbox).await?
    {
        add(&mut tx, &kept, &report.reason).await?;
        tx.commit().await?;
        return Ok(kept.number);
    }
    if reports::count_open(&mut tx).await? >= MAX_OPEN {
        return Err(Error::Unusable("too many reports wait already"));
    }
    reports::insert(&mut tx, &report).await?;
    letters::receipt(&mut tx, instance, &report).await?;
    tx.commit().await?;
    instance.wake_postman();
    Ok(report.number)
}

/// Adds what is new to an open report: whoever uses somebody's address first must not silence them.
async fn add(tx: &mut Tx, kept: &Report, reason: &str) -> Result<()> {
    let whole = format!("{}\n\n{reason}", kept.reason);
    if !kept.reason.contains(reason) && whole.chars().count() <= MAX_REASON {
        reports::set_reason(tx, kept.id, &whole).await?;
    }
    Ok(())
}

/// Who published what a report is about.
pub async fn accused(tx: &mut Tx, report: &Report) -> Result<Option<Actor>> {
    let owner = match registry::by_url(tx, &report.target).await? {
        Some(entry) => entry.owner.parse().map_err(|_| Error::NotFound)?,
        None => report.target.clone(),
    };
    Ok(actors::by_url(tx, &owner).await?)
}

/// Carries out what an editor named `who` decided about an open report, notes it with the reason, and tells who reported
/// it, and whose thing of ours was removed.
pub async fn decide(instance: &Instance, id: Uuid, action: Action, who: &str, reason: &str) -> Result<()> {
    let reason: String = reason.trim().chars().take(MAX_REASON).collect();
    let mut tx = instance.store().write().await?;
    let report = reports::by_id(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let accused = accused(&mut tx, &report).await?;
    let accused = accused.ok_or(Error::NotFound);
    let mut about = report.target.to_string();
    match action {
        Action::Close => {}
        Action::Remove => remove(&mut tx, instance, &report, &reason).await?,
        Action::BlockActor => {
            let actor = accused?;
            about = actor.address();
            blocks::block_actor(&mut tx, instance, instance.quarter(), &actor, &reason).await?;
        }
        Action::BlockHost => {
            let host = accused?.host.without_port();
            about = host.to_string();
            let block = HostBlock { private_comment: reason.clone(), ..HostBlock::new(&host, Severity::Suspend) };
            blocks::block_host(&mut tx, instance, &block).await?;
        }
        Action::Forward => {
            let actor = accused?;
            if actor.is_local() {
                return Err(Error::Unusable("this is from here"));
            }
            flag::publish(&mut tx, instance, &actor, &report.objects, &reason).await?;
        }
    }
    letters::outcome(&mut tx, instance, &report, action, &reason).await?;
    let now = instance.clock().now();
    let what = action.as_str().to_owned();
    let decision =
        Decision { id: instance.new_id(), decided_at: now, who: who.to_owned(), what, about, reason, report: Some(id) };
    decisions::insert(&mut tx, &decision).await?;
    if action != Action::Forward {
        reports::close(&mut tx, id, now).await?;
    }
    tx.commit().await?;
    instance.wake();
    instance.wake_postman();
    Ok(())
}

/// Takes a post or an event off the board; an actor is blocked instead. Whose it was may object, if it is one of ours.
async fn remove(tx: &mut Tx, instance: &Instance, report: &Report, reason: &str) -> Result<()> {
    let entry = registry::by_url(tx, &report.target).await?;
    let entry = entry.filter(|entry| entry.deleted_at.is_none()).ok_or(Error::NotFound)?;
    if instance.is_ours(&entry.url) {
        if let Some(removed) = Removed::of(tx, entry.id).await? {
            objections::offer(tx, instance, report, removed, reason).await?;
        }
        return delete::object_in(tx, instance, entry.id).await;
    }
    let owner = entry.owner.parse().map_err(|_| Error::NotFound)?;
    registry::delete(tx, &entry.url, &owner, instance.clock().now()).await?;
    Ok(())
}

/// Notes a decision that no report asked for.
pub async fn note(tx: &mut Tx, instance: &Instance, who: &str, what: &str, about: &str, reason: &str) -> Result<()> {
    let decision = Decision {
        id: instance.new_id(),
        decided_at: instance.clock().now(),
        who: who.to_owned(),
        what: what.to_owned(),
        about: about.to_owned(),
        reason: reason.to_owned(),
        report: None,
    };
    Ok(decisions::insert(tx, &decision).await?)
}
