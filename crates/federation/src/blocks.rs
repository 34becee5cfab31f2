//! Blocks: the one place that says whom we do not listen to, and what follows from it.
//!
//! Everything is asked of the database, so that a block by the command line counts at once. What comes in is judged by
//! [`judge`] before anything is fetched; what would be kept, by [`stance`]; what would be dialled, by the client; what
//! would be queued, by `storage::deliveries`.

use std::collections::BTreeSet;

use domain::actor::Actor;
use domain::block::{HostBlock, Severity};
use domain::handle::Address;
use domain::host::Host;
use serde_json::Value;
use storage::blocks::Block;
use storage::{Tx, actors, blocked_hosts, blocks, deliveries, follows, neighbours, objects as registry};
use url::Url;

use crate::activities::{reject, undo};
use crate::error::{Error, Result};
use crate::gate::Claim;
use crate::instance::Instance;
use crate::{handshakes, remote, shape};

pub mod desk;

/// What a block says about a request to the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Nothing; with its sender as we know it.
    Welcome(Option<Box<Actor>>),
    /// Its sender's host is blocked: 403.
    Refused,
    /// Nothing may come of it, and nobody is told: 202.
    Dropped(&'static str),
}

/// How what an actor publishes is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stance {
    /// As anyone's.
    Open,
    /// Held back until an editor says yes.
    Held,
    /// Not at all.
    Shut,
}

/// The properties in which an activity names others by their ids.
const NAMING: [&str; 14] = [
    "id",
    "actor",
    "object",
    "target",
    "origin",
    "attributedTo",
    "inReplyTo",
    "tag",
    "url",
    "href",
    "audience",
    "quote",
    "quoteUrl",
    "publicKey",
];
/// How deep objects are looked into.
const DEPTH: usize = 4;
/// How many ids are looked at; an honest activity names fewer.
const MAX_IDS: usize = 200;

/// Judges a request by who sent it and by everything it names; fetches nothing.
pub(crate) async fn judge(instance: &Instance, claim: &Claim) -> Result<Verdict> {
    let mut named = BTreeSet::new();
    collect(&claim.activity, DEPTH, &mut named);
    // A report may name many; only the first are looked at.
    let is_report = shape::kind(&claim.activity, |kind| (kind == "Flag").then_some(())).is_some();
    if named.len() > MAX_IDS && !is_report {
        return Ok(Verdict::Dropped("it names too many others"));
    }
    let senders: Vec<Host> = [&claim.actor, &claim.key_id].into_iter().filter_map(Host::of).collect();
    let hosts: BTreeSet<Host> = named.iter().filter_map(Host::of).filter(|host| host != instance.host()).collect();
    let mut tx = instance.store().look().await?;
    let all: Vec<Host> = senders.iter().chain(&hosts).cloned().collect();
    let covering = blocked_hosts::covering(&mut tx, &all).await?;
    let suspended =
        |host: &Host| covering.iter().any(|block| block.severity == Severity::Suspend && host.is_within(&block.host));
    if senders.iter().any(suspended) {
        return Ok(Verdict::Refused);
    }
    if hosts.iter().any(suspended) {
        return Ok(Verdict::Dropped("it names somebody on a blocked host"));
    }
    let Some(sender) = actors::by_url(&mut tx, &claim.actor).await? else { return Ok(Verdict::Welcome(None)) };
    let unwanted = is_unwanted(&mut tx, instance, &sender, &named).await?;
    Ok(if unwanted { Verdict::Dropped("its sender is blocked") } else { Verdict::Welcome(Some(Box::new(sender))) })
}

/// Whether one of ours blocks `sender` and is concerned: the quarter always is, others by what is theirs.
async fn is_unwanted(tx: &mut Tx, instance: &Instance, sender: &Actor, named: &BTreeSet<Url>) -> Result<bool> {
    let blockers = blocks::of_ours(tx, sender.id).await?;
    if blockers.is_empty() || blockers.iter().any(|blocker| blocker.id == instance.quarter().id) {
        return Ok(!blockers.is_empty());
    }
    for url in named.iter().filter(|url| instance.is_ours(url)) {
        let owner = registry::by_url(tx, url).await?.map(|entry| entry.owner);
        let concerned = |actor: &Actor| actor.url == *url || owner.as_deref() == Some(actor.url.as_str());
        if blockers.iter().any(concerned) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Every id that `value` names where ids are named.
fn collect(value: &Value, depth: usize, named: &mut BTreeSet<Url>) {
    if named.len() > MAX_IDS {
        return;
    }
    match value {
        Value::String(_) => named.extend(shape::id_of(value)),
        Value::Array(list) => list.iter().for_each(|entry| collect(entry, depth, named)),
        Value::Object(object) if depth > 0 => {
            let naming = object.iter().filter(|(name, _)| NAMING.contains(&name.trim_start_matches('@')));
            naming.for_each(|(_, value)| collect(value, depth - 1, named));
        }
        _ => {}
    }
}

/// How what `author` publishes is met.
pub(crate) async fn stance(tx: &mut Tx, instance: &Instance, author: &Actor) -> Result<Stance> {
    let covering = blocked_hosts::covering(tx, std::slice::from_ref(&author.host)).await?;
    let is = |severity| covering.iter().any(|block| block.severity == severity);
    if is(Severity::Suspend) || blocks::exists(tx, instance.quarter().id, author.id).await? {
        return Ok(Stance::Shut);
    }
    Ok(if is(Severity::Silence) { Stance::Held } else { Stance::Open })
}

/// Whether requests to or by `host` are refused altogether.
pub async fn is_suspended(tx: &mut Tx, host: &Host) -> Result<bool, storage::Error> {
    let covering = blocked_hosts::covering(tx, std::slice::from_ref(host)).await?;
    Ok(covering.iter().any(|block| block.severity == Severity::Suspend))
}

/// Whether the host of a reader's key is blocked, so that it may read nothing where readers sign.
pub(crate) async fn shuts_out(instance: &Instance, key_id: &Url) -> Result<bool> {
    let Some(host) = Host::of(key_id) else { return Ok(true) };
    Ok(is_suspended(&mut instance.store().look().await?, &host).await?)
}

/// Whether a reader is blocked by the quarter.
pub(crate) async fn shuts_out_actor(instance: &Instance, reader: &Actor) -> Result<bool> {
    Ok(stance(&mut instance.store().look().await?, instance, reader).await? == Stance::Shut)
}

/// Whether pictures from `host` are not to be shown.
pub async fn rejects_media(tx: &mut Tx, host: &Host) -> Result<bool, storage::Error> {
    let covering = blocked_hosts::covering(tx, std::slice::from_ref(host)).await?;
    Ok(covering.iter().any(|block| block.reject_media || block.severity == Severity::Suspend))
}

/// Whether reports from `host` are not taken.
pub(crate) async fn rejects_reports(tx: &mut Tx, host: &Host) -> Result<bool> {
    let covering = blocked_hosts::covering(tx, std::slice::from_ref(host)).await?;
    Ok(covering.iter().any(|block| block.reject_reports))
}

/// Blocks a host and everything below it, in the caller's transaction.
///
/// Suspended: what was here from there is erased, follows end both ways, and what was queued for it is cancelled. It
/// hears nothing of it. Silenced: what was here from there waits for an editor.
pub async fn block_host(tx: &mut Tx, instance: &Instance, block: &HostBlock) -> Result<()> {
    if instance.host().is_within(&block.host) {
        return Err(Error::Unusable("this is the quarter's own host"));
    }
    let now = instance.clock().now();
    blocked_hosts::put(tx, block, now).await?;
    if block.severity == Severity::Noop {
        return Ok(());
    }
    for host in blocked_hosts::known_within(tx, &block.host).await? {
        if block.severity == Severity::Silence {
            blocked_hosts::hold(tx, &host).await?;
            continue;
        }
        blocked_hosts::cut_off(tx, &host).await?;
        registry::forget_host(tx, &host).await?;
        deliveries::cancel_host(tx, &host, now).await?;
    }
    Ok(())
}

/// Takes the block of a host away; `false` if there is none. What was erased comes back only as it is sent anew, and
/// what was held back waits on.
pub async fn unblock_host(tx: &mut Tx, host: &Host) -> Result<bool> {
    Ok(blocked_hosts::remove(tx, host).await?)
}

/// Blocks `other` in the name of `own`, in the caller's transaction; `false` if that was so before.
///
/// Follows end both ways, and the other's server hears that; a `Block` is not sent (ActivityPub section 6.9: it should
/// not be), so nobody learns more than that they are not followed any more. Blocked by the quarter, everything that was
/// here of the other is erased.
pub async fn block_actor(tx: &mut Tx, instance: &Instance, own: &Actor, other: &Actor, comment: &str) -> Result<bool> {
    if other.is_local() {
        return Err(Error::Unusable("this is one of our own"));
    }
    let now = instance.clock().now();
    let block =
        Block { blocker: own.id, blocked: other.id, activity: None, comment: comment.to_owned(), created_at: now };
    if !blocks::insert(tx, &block).await? {
        return Ok(false);
    }
    let quarter = own.id == instance.quarter().id;
    let ours = if quarter { actors::ours(tx).await? } else { vec![own.clone()] };
    for own in &ours {
        part(tx, instance, own, other).await?;
    }
    if quarter {
        if storage::handshakes::of(tx, other.id).await?.is_some() {
            handshakes::say_no(tx, instance, other, None).await?;
        }
        neighbours::remove(tx, other.id).await?;
        registry::forget_actor(tx, other.id, &other.url).await?;
        blocked_hosts::forget_reactions(tx, other.id).await?;
    }
    Ok(true)
}

/// Ends the follows between one of ours and another, and says so.
pub(crate) async fn part(tx: &mut Tx, instance: &Instance, own: &Actor, other: &Actor) -> Result<()> {
    undo::follow(tx, instance, own, other).await?;
    if let Some(theirs) = follows::between(tx, other.id, own.id).await? {
        reject::publish(tx, instance, own, other, &theirs.activity).await?;
        follows::remove(tx, other.id, own.id).await?;
    }
    Ok(())
}

/// The actor behind `name@host`: as it was met before, else as its server says.
pub async fn find(instance: &Instance, address: &Address) -> Result<Actor> {
    let known = actors::by_address(&mut instance.store().look().await?, &address.name, &address.host).await?;
    match known {
        Some(actor) => Ok(actor),
        None => remote::find(instance, address).await,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_place_in_which_somebody_is_named_is_looked_at() {
        let id = |n: usize| format!("https://h{n}.example/x");
        let activity = json!({
            "id": id(0), "actor": id(1), "to": [id(90)], "content": id(91), "@id": id(2),
            "object": {
                "id": id(3), "attributedTo": [{"id": id(4)}], "inReplyTo": [id(5)],
                "tag": [{"type": "Mention", "href": id(6)}], "url": [{"type": "Link", "href": id(7)}],
                "object": {"actor": id(8), "object": {"object": {"id": id(92)}}},
            },
            "target": {"id": id(9)},
        });
        let mut named = BTreeSet::new();
        collect(&activity, DEPTH, &mut named);
        let expected: BTreeSet<Url> = (0..=9).map(|n| id(n).parse().expect("a URL")).collect();
        assert_eq!(named, expected);
    }
}
