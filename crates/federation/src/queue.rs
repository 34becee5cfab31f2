//! The editors' queue: what waits for a yes, wherever it came from, and what they decided.

use domain::actor::Actor;
use domain::event::{Event, State};
use domain::post::Post;
use jiff::Timestamp;
use storage::proposals::Proposal;
use storage::{Tx, actors, events, held, objects as registry};
use url::Url;
use uuid::Uuid;

use crate::activities::{create, delete};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::{proposals, reports, submissions};

/// Something that waits.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Our key for it.
    pub id: Uuid,
    /// What it is.
    pub what: What,
    /// Who it is by.
    pub author: Actor,
    /// Since when it waits.
    pub since: Timestamp,
    /// Whether it looks like what nobody asked for.
    pub suspicious: bool,
    /// Who proposed it, if it was somebody without an account.
    pub proposal: Option<Proposal>,
}

/// What it is that waits.
#[derive(Clone, Debug)]
pub enum What {
    /// A post of another server.
    Post(Post),
    /// An event of another server.
    Event(Event),
    /// An event of ours that is not on the board yet.
    Draft(Event),
}

/// What waits, at most `limit` of each kind: the oldest first, and what looks suspicious behind everything else.
pub async fn list(tx: &mut Tx, limit: i64) -> Result<Vec<Waiting>> {
    let posts = held::list(tx, limit).await?.into_iter().map(|held| Waiting {
        id: held.post.id,
        what: What::Post(held.post),
        author: held.author,
        since: held.received_at,
        suspicious: held.suspicious,
        proposal: None,
    });
    let event = |what: fn(Event) -> What| {
        move |(event, author): (Event, Actor)| Waiting {
            id: event.id,
            since: event.published_at,
            what: what(event),
            author,
            suspicious: false,
            proposal: None,
        }
    };
    let others = held::list_events(tx, limit).await?.into_iter().map(event(What::Event));
    let ours = events::drafts(tx, limit).await?.into_iter().map(event(What::Draft));
    let mut all: Vec<Waiting> = posts.chain(others).chain(ours).collect();
    all.sort_by_key(|waiting| (waiting.suspicious, waiting.since, waiting.id));
    for waiting in &mut all {
        if matches!(waiting.what, What::Draft(_)) {
            waiting.proposal = storage::proposals::of_event(tx, waiting.id).await?;
        }
    }
    Ok(all)
}

/// How many things wait.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    Ok(held::count(tx).await?.0 + events::count_waiting(tx).await?)
}

/// Puts what waits under our key `id` on the board, as the editor named `who` decided: a draft is published, what was
/// handed in is passed on. [`Error::NotFound`] if no such thing waits (any more).
pub async fn approve(instance: &Instance, id: Uuid, who: &str) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let about = match draft(&mut tx, id).await? {
        Some(event) => {
            let event = create::publish_draft(&mut tx, instance, event).await?;
            proposals::answer(&mut tx, instance, &event, None).await?;
            event.url
        }
        None => approve_others(&mut tx, instance, id).await?,
    };
    reports::note(&mut tx, instance, who, "approve", about.as_str(), "").await?;
    tx.commit().await?;
    instance.wake();
    instance.wake_postman();
    Ok(())
}

/// Erases what waits under our key `id`, as the editor named `who` decided for that `reason`; it does not come back under
/// the same id. [`Error::NotFound`] if no such thing waits (any more).
pub async fn decline(instance: &Instance, id: Uuid, who: &str, reason: &str) -> Result<()> {
    let reason: String = reason.trim().chars().take(reports::MAX_REASON).collect();
    let mut tx = instance.store().write().await?;
    let about = match draft(&mut tx, id).await? {
        Some(event) => {
            proposals::answer(&mut tx, instance, &event, Some(&reason)).await?;
            delete::object_in(&mut tx, instance, id).await?;
            event.url
        }
        None => decline_others(&mut tx, instance, id).await?,
    };
    reports::note(&mut tx, instance, who, "decline", about.as_str(), &reason).await?;
    tx.commit().await?;
    instance.wake();
    instance.wake_postman();
    Ok(())
}

/// Approves or declines everything that waits from `host`; how many it was.
pub async fn decide_host(instance: &Instance, host: &str, yes: bool, who: &str) -> Result<usize> {
    let mut tx = instance.store().write().await?;
    let all = list(&mut tx, crate::held::IN_ALL).await?;
    let theirs = all.into_iter().filter(|waiting| !waiting.author.is_local() && waiting.author.host.as_str() == host);
    let theirs: Vec<Uuid> = theirs.map(|waiting| waiting.id).collect();
    for id in &theirs {
        if yes {
            approve_others(&mut tx, instance, *id).await?
        } else {
            decline_others(&mut tx, instance, *id).await?
        };
    }
    if !theirs.is_empty() {
        reports::note(&mut tx, instance, who, if yes { "approve" } else { "decline" }, host, "").await?;
    }
    tx.commit().await?;
    instance.wake();
    Ok(theirs.len())
}

async fn approve_others(tx: &mut Tx, instance: &Instance, id: Uuid) -> Result<Url> {
    let url = address(tx, id).await?;
    submissions::approve_in(tx, instance, id).await?;
    held::forget(tx, id).await?;
    Ok(url)
}

async fn decline_others(tx: &mut Tx, instance: &Instance, id: Uuid) -> Result<Url> {
    let url = address(tx, id).await?;
    submissions::reject_in(tx, instance, id).await?;
    Ok(url)
}

async fn address(tx: &mut Tx, id: Uuid) -> Result<Url> {
    Ok(registry::by_id(tx, id).await?.ok_or(Error::NotFound)?.url)
}

/// The event of ours with our key `id`, if it is not on the board.
async fn draft(tx: &mut Tx, id: Uuid) -> Result<Option<Event>> {
    let Some(event) = events::by_id(tx, id).await?.filter(|event| event.state == State::Draft) else { return Ok(None) };
    let ours = actors::by_id(tx, event.author).await?.is_some_and(|author| author.is_local());
    Ok(ours.then_some(event))
}
