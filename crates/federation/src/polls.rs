//! Polls: taking votes in, voting elsewhere, telling how it stands, and closing in time.

use domain::actor::Actor;
use domain::html;
use domain::invalid::Invalid;
use domain::poll::MAX_NAME;
use jiff::SignedDuration;
use serde_json::Value;
use storage::polls::{self, Ballot};
use storage::{Tx, actors, objects as registry, posts};
use url::Url;
use uuid::Uuid;

use crate::activities::{Dropped, Outgoing, update};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::objects::question::Vote;

/// How long after a vote the others hear how it stands: once for all the votes until then.
const TELL_AFTER: SignedDuration = SignedDuration::from_mins(3);
/// How many due polls are seen to in one go.
const AT_ONCE: i64 = 100;

/// The votes on questions of ours in the object of a `Create`: one, or a list of nothing else.
pub(crate) fn votes(object: &Value, instance: &Instance) -> Option<Vec<Vote>> {
    let vote = |object: &Value| Vote::read(object).filter(|vote| instance.is_ours(&vote.poll));
    match object {
        Value::Array(list) => list.iter().take(domain::poll::MAX_READ).map(vote).collect(),
        one => vote(one).map(|vote| vec![vote]),
    }
}

/// Refuses votes in somebody else's name.
pub(crate) fn verify(votes: &[Vote], sender: &Actor) -> Result<(), Dropped> {
    let foreign = |vote: &Vote| {
        let elsewhere = |url: &Url| domain::host::Host::of(url).as_ref() != Some(&sender.host);
        vote.owner.as_ref().is_some_and(|owner| *owner != sender.url) || vote.url.as_ref().is_some_and(elsewhere)
    };
    if votes.iter().any(foreign) { Err(Dropped::Unwanted("this vote is another's")) } else { Ok(()) }
}

/// Counts the votes of `sender`; what is no vote for an open poll of ours leaves no trace.
pub(crate) async fn receive(tx: &mut Tx, instance: &Instance, votes: &[Vote], sender: &Actor) -> Result<(), Dropped> {
    let mut counted = false;
    for vote in votes {
        let entry = registry::by_url(tx, &vote.poll).await?;
        let entry = entry.filter(|entry| entry.kind == "Question" && entry.deleted_at.is_none());
        let entry = entry.ok_or(Dropped::Unwanted("there is no such poll here"))?;
        counted |= ballot(tx, instance, entry.id, sender, &vote.name).await? == Ballot::Counted;
    }
    if counted { Ok(()) } else { Err(Dropped::Unwanted("this vote does not count")) }
}

/// Notes a vote for a poll of ours, and that its new state is to be told.
async fn ballot(tx: &mut Tx, instance: &Instance, poll: Uuid, actor: &Actor, name: &str) -> Result<Ballot> {
    let now = instance.clock().now();
    let mut ballot = polls::vote(tx, poll, actor.id, name, now).await?;
    if ballot == Ballot::Unknown {
        ballot = polls::vote(tx, poll, actor.id, &html::line(name, MAX_NAME), now).await?;
    }
    if ballot == Ballot::Counted {
        polls::count(tx, poll).await?;
        polls::hurry(tx, poll, now.saturating_add(TELL_AFTER).unwrap_or(now)).await?;
    }
    Ok(ballot)
}

/// Votes for the option `name` of the question at `url` in the name of `actor`; only its author is told.
pub async fn vote(instance: &Instance, actor: &Actor, url: &Url, name: &str) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let post = posts::by_url(&mut tx, url).await?.ok_or(Error::NotFound)?;
    let author = actors::by_id(&mut tx, post.author).await?.ok_or(Error::NotFound)?;
    let now = instance.clock().now();
    let ballot = if author.is_local() {
        ballot(&mut tx, instance, post.id, actor, name).await?
    } else {
        polls::vote(&mut tx, post.id, actor.id, name, now).await?
    };
    let refused = |message| Err(Invalid::one("name", message).into());
    match ballot {
        Ballot::Counted => {}
        Ballot::Twice => return refused("polls-invalid-twice"),
        Ballot::Unknown => return refused("polls-invalid-unknown"),
        Ballot::Closed => return refused("polls-invalid-closed"),
    }
    let object = Vote::write(instance.new_id(), &actor.url, url, &author.url, name);
    let outgoing = Outgoing { actor, kind: "Create", about: url, object, to: Some(&author.url) };
    if author.is_local() {
        outgoing.keep(&mut tx, instance, false).await?;
    } else {
        outgoing.send(&mut tx, instance, &author).await?;
    }
    tx.commit().await?;
    instance.wake();
    Ok(())
}

/// Tells how polls of ours stand that were voted on a while ago, and closes those that end; how many there were.
pub async fn see_to_due(instance: &Instance) -> Result<usize> {
    let now = instance.clock().now();
    let due = polls::due(&mut instance.store().look().await?, now, AT_ONCE).await?;
    let mut seen_to = 0;
    for id in due {
        let mut tx = instance.store().write().await?;
        if polls::take(&mut tx, id, now).await? {
            update::standing(&mut tx, instance, id).await?;
            tx.commit().await?;
            seen_to += 1;
        }
    }
    if seen_to > 0 {
        instance.wake();
    }
    Ok(seen_to)
}

/// Whether a note that a program hands in is a vote: on which question, for which option. One on what is no question
/// here is refused: a secret vote would become a public post.
pub async fn as_vote(instance: &Instance, object: &Value) -> Result<Option<(Url, String)>> {
    let Some(vote) = Vote::read(object) else { return Ok(None) };
    let entry = registry::by_url(&mut instance.store().look().await?, &vote.poll).await?;
    let asked = entry.is_some_and(|entry| entry.kind == "Question" && entry.deleted_at.is_none());
    if asked { Ok(Some((vote.poll, vote.name))) } else { Err(Error::NotFound) }
}
