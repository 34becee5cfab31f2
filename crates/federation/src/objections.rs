//! Objections: what an author here says, once, against a decision that took something of theirs away.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::account::{Account, Membership};
use domain::actor::{Actor, Part};
use domain::html;
use domain::invalid::Invalid;
use jiff::SignedDuration;
use storage::objections::{self, Objection};
use storage::reports::Report;
use storage::{Tx, accounts, actors, events, posts};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::reports::{self, letters};

/// How long an author has time: six months.
pub const LIFETIME: SignedDuration = domain::retention::OBJECTIONS;

/// What a thing of ours was called and said, read before it is gone.
pub(crate) struct Removed {
    author: Actor,
    title: String,
    words: String,
}

impl Removed {
    /// What is lost with the object `id`; `None` where it is not ours.
    pub(crate) async fn of(tx: &mut Tx, id: Uuid) -> Result<Option<Self>> {
        let (author, title, content) = if let Some(event) = events::by_id(tx, id).await? {
            (event.author, event.details.name, event.details.content)
        } else if let Some(post) = posts::by_id(tx, id).await? {
            let beginning = || html::line(post.details.content.as_str(), 60);
            (post.author, post.details.title.clone().unwrap_or_else(beginning), post.details.content)
        } else {
            return Ok(None);
        };
        let author = actors::by_id(tx, author).await?.filter(Actor::is_local);
        Ok(author.map(|author| Self { author, title, words: content.to_text() }))
    }
}

/// Tells those who answer for what was removed why it went, with the link by which one of them can object.
pub(crate) async fn offer(
    tx: &mut Tx,
    instance: &Instance,
    report: &Report,
    removed: Removed,
    reason: &str,
) -> Result<()> {
    let answerable = answerable(tx, &removed.author).await?;
    if answerable.is_empty() {
        return Ok(());
    }
    let token = token()?;
    let objection = Objection {
        report: report.id,
        author: removed.author.id,
        title: removed.title,
        reason: reason.to_owned(),
        decided_at: instance.clock().now(),
        words: None,
        made_at: None,
    };
    objections::insert(tx, &objection, hash(&token).as_ref()).await?;
    let link = instance.url(&format!("/objection/{token}"));
    for account in answerable {
        let told = (objection.title.as_str(), removed.words.as_str(), reason);
        letters::removed(tx, instance, (&account, link.as_str()), told).await?;
    }
    Ok(())
}

/// What may still be objected to by the link with this token.
pub async fn by_token(tx: &mut Tx, instance: &Instance, token: &str) -> Result<Option<Objection>> {
    let since = instance.clock().now() - LIFETIME;
    Ok(objections::by_token(tx, hash(token).as_ref(), since).await?)
}

/// Takes what an author says; [`Error::NotFound`] if the link is not good any more.
pub async fn make(instance: &Instance, token: &str, words: &str) -> Result<()> {
    let words: String = words.trim().chars().take(reports::MAX_REASON + 1).collect();
    let mut invalid = Invalid::default();
    invalid.unless(words.chars().count() >= 5, "words", "objection-words-missing");
    invalid.unless(words.chars().count() <= reports::MAX_REASON, "words", "report-reason-long");
    let words = invalid.or(words)?;
    let now = instance.clock().now();
    let mut tx = instance.store().write().await?;
    let made = objections::make(&mut tx, hash(token).as_ref(), &words, (now - LIFETIME, now)).await?;
    tx.commit().await?;
    if made { Ok(()) } else { Err(Error::NotFound) }
}

/// Answers the objection to the decision of `report`, as an editor named `who` decided.
pub async fn answer(instance: &Instance, report: Uuid, granted: bool, (who, reason): (&str, &str)) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let objection = objections::take(&mut tx, report).await?.ok_or(Error::NotFound)?;
    if let Some(author) = actors::by_id(&mut tx, objection.author).await? {
        for account in answerable(&mut tx, &author).await? {
            letters::answered(&mut tx, instance, &account, &objection, (granted, reason)).await?;
        }
    }
    let what = if granted { "objection-grant" } else { "objection-uphold" };
    reports::note(&mut tx, instance, who, what, &objection.title, reason).await?;
    tx.commit().await?;
    instance.wake_postman();
    Ok(())
}

/// The people who answer for what an actor of ours publishes; for the quarter's own things that is the team itself.
pub(crate) async fn answerable(tx: &mut Tx, author: &Actor) -> Result<Vec<Account>> {
    let accounts: Vec<Account> = match author.part {
        Some(Part::Member) => accounts::by_actor(tx, author.id).await?.into_iter().collect(),
        Some(Part::Initiative) => accounts::members_of(tx, author.id)
            .await?
            .into_iter()
            .filter(|(_, membership)| *membership == Membership::Speaker)
            .map(|(account, _)| account)
            .collect(),
        _ => Vec::new(),
    };
    Ok(accounts.into_iter().filter(|account| account.suspended_at.is_none()).collect())
}

/// 256 random bits for a link.
pub(crate) fn token() -> Result<String> {
    let mut bits = [0; 32];
    aws_lc_rs::rand::fill(&mut bits).map_err(|_| Error::Unusable("there is no randomness"))?;
    Ok(URL_SAFE_NO_PAD.encode(bits))
}

/// What is kept of it.
fn hash(token: &str) -> impl AsRef<[u8]> {
    digest(&SHA256, token.as_bytes())
}
