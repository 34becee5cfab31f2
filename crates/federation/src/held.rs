//! Held back: what strangers send is shown to nobody before an editor says yes, and there is only so much room for it.

use domain::actor::Actor;
use domain::event::State;
use domain::html::Html;
use jiff::SignedDuration;
use serde_json::Value;
use storage::{Tx, events, held, objects as registry, posts};
use uuid::Uuid;

use crate::error::Result;
use crate::instance::{Instance, Replies};
use crate::objects::{Content, Incoming};
use crate::{polls, shape};

/// How many posts of one host may come to wait within an hour.
pub const PER_HOUR: i64 = 20;
/// How many posts of one host may wait.
pub const PER_HOST: i64 = 200;
/// How many posts may wait in all.
pub const IN_ALL: i64 = 1_000;
/// How many of these may look suspicious: a flood of spam leaves room for those who mean it.
pub const SUSPICIOUS: i64 = 400;
/// More mentions than this in a first post are suspicious.
const MENTIONS: usize = 3;

/// Whether a post answers something of ours.
pub(crate) async fn answers_us(tx: &mut Tx, instance: &Instance, object: &Incoming) -> Result<bool> {
    let Content::Post(details) = &object.content else { return Ok(false) };
    let Some(parent) = details.in_reply_to.as_ref().filter(|parent| instance.is_ours(parent)) else { return Ok(false) };
    Ok(registry::by_url(tx, parent).await?.is_some_and(|parent| parent.deleted_at.is_none()))
}

/// Whether a stranger's answer is not taken at all: the quarter takes none, and this one, `known` or not, is not here.
pub(crate) async fn is_refused(
    tx: &mut Tx,
    instance: &Instance,
    object: &Incoming,
    known: Option<Uuid>,
) -> Result<bool> {
    let is_answer = matches!(&object.content, Content::Post(details) if details.in_reply_to.is_some());
    if !is_answer || instance.settings().replies == Replies::Held {
        return Ok(false);
    }
    match known {
        Some(id) => Ok(!posts::exists(tx, id).await?),
        None => Ok(true),
    }
}

/// Whether a `Create` by somebody whom we never met can only be an answer that is not taken: then nothing is fetched for
/// it. A vote is no answer.
pub(crate) fn is_unheard(instance: &Instance, activity: &Value) -> bool {
    let Some(object) = shape::get(activity, "object").filter(|_| instance.settings().replies == Replies::Off) else {
        return false;
    };
    let answers_us = shape::id(shape::only(object), "inReplyTo").is_some_and(|parent| instance.is_ours(&parent));
    answers_us && polls::votes(object, instance).is_none()
}

/// Whether there is room for one more post of `author` to wait. Events of silenced neighbours always find room.
pub(crate) async fn has_room(tx: &mut Tx, instance: &Instance, object: &Incoming, author: &Actor) -> Result<bool> {
    if matches!(object.content, Content::Event(_)) {
        return Ok(true);
    }
    let (all, odd) = held::count(tx).await?;
    if all >= IN_ALL || (odd >= SUSPICIOUS && is_suspicious(tx, object, author).await?) {
        return Ok(false);
    }
    let (host, hour_ago) = (author.host.as_str(), instance.clock().now() - SignedDuration::from_hours(1));
    Ok(held::count_since(tx, host, hour_ago).await? < PER_HOUR && posts::count_held(tx, host).await? < PER_HOST)
}

/// Whether what we keep under `id` waits.
pub(crate) async fn waits(tx: &mut Tx, id: Option<Uuid>) -> Result<bool> {
    let Some(id) = id else { return Ok(false) };
    match events::by_id(tx, id).await? {
        Some(event) => Ok(event.state == State::Draft),
        None => Ok(posts::exists(tx, id).await? && posts::by_id(tx, id).await?.is_none()),
    }
}

/// Notes since when a post waits, and whether it looks suspicious.
pub(crate) async fn note(tx: &mut Tx, instance: &Instance, object: &Incoming, id: Uuid, author: &Actor) -> Result<()> {
    let suspicious = is_suspicious(tx, object, author).await?;
    held::insert(tx, id, author.host.as_str(), suspicious, instance.clock().now()).await?;
    Ok(())
}

/// Whether a post looks like what nobody asked for, and its author was never let in before.
async fn is_suspicious(tx: &mut Tx, object: &Incoming, author: &Actor) -> Result<bool> {
    let Content::Post(details) = &object.content else { return Ok(false) };
    let odd = looks_suspicious(&details.content, object.has_media, object.mentions);
    Ok(odd && !held::was_let_in(tx, author.id).await?)
}

/// Whether a post has links or pictures, or names many.
fn looks_suspicious(content: &Html, has_media: bool, mentions: usize) -> bool {
    // A mention is a link too, and a tag says so.
    let links = content.as_str().matches("<a ").count();
    has_media || mentions > MENTIONS || links > mentions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_pictures_and_many_mentions_are_suspicious_and_a_mention_is_not() {
        let html = |text: &str| Html::clean(text);
        assert!(!looks_suspicious(&html("<p>Guten Morgen</p>"), false, 0));
        assert!(!looks_suspicious(&html("<p><a href=\"https://a.example/@x\">@x</a> Hallo</p>"), false, 1));
        assert!(looks_suspicious(&html("<p><a href=\"https://a.example/kaufen\">hier</a></p>"), false, 0));
        assert!(looks_suspicious(&html("<p>Bild</p>"), true, 0));
        assert!(looks_suspicious(&html("<p>alle</p>"), false, 4));
    }
}
