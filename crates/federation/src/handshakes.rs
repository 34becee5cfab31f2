//! Hand-shakes with other quarters: what our editors say goes out, what theirs say comes in, and what got lost is said again.

use domain::actor::Actor;
use domain::handshake::{Handshake, Message, Scopes, Standing};
use jiff::SignedDuration;
use serde_json::{Value, json};
use storage::handshakes::{self, Kept};
use storage::{Tx, actors, follows, neighbours};
use url::Url;

use crate::activities::{Dropped, Outgoing, follow};
use crate::error::Result;
use crate::instance::{AcceptNeighbours, Instance};
use crate::neighbours as desk;
use crate::objects::relationship::Said;

/// How often everything is said again: it may have got lost, and a quarter may have come back from a backup.
const AGAIN: SignedDuration = SignedDuration::from_hours(24);
/// How long an offer stands that nobody answers.
const OFFERED: SignedDuration = SignedDuration::from_hours(24 * 30);
/// The most quarters that may ask and wait at a time: what strangers can store here.
const MOST_ASKING: i64 = 200;
/// How many are looked after at a time.
const AT_ONCE: i64 = 50;

/// Our editors want to be neighbours of `other` in `scopes`, or in others than before.
pub(crate) async fn say_yes(tx: &mut Tx, instance: &Instance, other: &Actor, scopes: Scopes) -> Result<()> {
    let mut kept = load(tx, instance, other).await?;
    let before = kept.words;
    if kept.words.say_yes(scopes) {
        say(tx, instance, other, before, &mut kept).await?;
    }
    Ok(())
}

/// Our editors do not want to be neighbours of `other`, or not any more; `reason` goes with it.
pub(crate) async fn say_no(tx: &mut Tx, instance: &Instance, other: &Actor, reason: Option<&str>) -> Result<()> {
    let mut kept = load(tx, instance, other).await?;
    let before = kept.words;
    if kept.words.say_no() {
        say_with(tx, instance, other, (before, reason), &mut kept).await?;
    }
    Ok(())
}

/// Takes in what `sender` says in the activity `id` by the relationship `object`; `false` if this is none of a hand-shake.
pub(crate) async fn hear(
    tx: &mut Tx,
    instance: &Instance,
    sender: &Actor,
    id: Option<&Url>,
    object: &Value,
) -> Result<bool, Dropped> {
    let Some(said) = Said::read(object) else { return Ok(false) };
    let quarter = instance.quarter();
    if said.subject != sender.url || said.object != quarter.url {
        return Err(Dropped::Unwanted("this hand-shake is between others"));
    }
    let mut kept = load(tx, instance, sender).await?;
    let before = kept.words;
    let is_new = before == Handshake::default();
    if is_new && handshakes::count_asking(tx).await? >= MOST_ASKING {
        return Err(Dropped::Unwanted("too many ask already"));
    }
    let answer = kept.words.hear(said.message);
    (kept.sentence, kept.contact) = (said.sentence, said.contact);
    if kept.words.theirs != before.theirs {
        kept.theirs = id.cloned();
    }
    let asks = matches!(kept.words.standing(), Standing::Asked(_));
    if asks && instance.settings().accept_neighbours == AcceptNeighbours::Automatic {
        neighbours::insert(tx, sender.id, instance.clock().now()).await?;
        kept.words.say_yes(Scopes::ALL);
        say(tx, instance, sender, before, &mut kept).await?;
    } else if answer {
        say(tx, instance, sender, before, &mut kept).await?;
    } else {
        keep(tx, instance, before, &mut kept).await?;
    }
    follow_through(tx, instance, sender, kept.words.standing()).await?;
    Ok(true)
}

/// Says again what may have got lost, and takes back what nobody answered; how many it was.
pub async fn look_after(instance: &Instance) -> Result<usize> {
    let now = instance.clock().now();
    let mut tx = instance.store().write().await?;
    let silent = handshakes::silent(&mut tx, now - AGAIN, AT_ONCE).await?;
    let count = silent.len();
    for mut kept in silent {
        let Some(other) = actors::by_id(&mut tx, kept.actor).await?.filter(|other| other.deleted_at.is_none()) else {
            continue;
        };
        let before = kept.words;
        let is_open = matches!(before.standing(), Standing::Invited(_));
        if is_open && now.duration_since(kept.since) > OFFERED {
            desk::part(&mut tx, instance, &other).await?;
        } else {
            say(&mut tx, instance, &other, before, &mut kept).await?;
            follow_through(&mut tx, instance, &other, before.standing()).await?;
        }
    }
    tx.commit().await?;
    instance.wake();
    Ok(count)
}

async fn load(tx: &mut Tx, instance: &Instance, other: &Actor) -> Result<Kept> {
    let known = handshakes::of(tx, other.id).await?;
    Ok(known.unwrap_or_else(|| Kept::new(other.id, instance.clock().now())))
}

/// Keeps how it stands; `since` is when it came to stand so.
async fn keep(tx: &mut Tx, instance: &Instance, before: Handshake, kept: &mut Kept) -> Result<()> {
    if kind(before.standing()) != kind(kept.words.standing()) {
        kept.since = instance.clock().now();
    }
    Ok(handshakes::put(tx, kept).await?)
}

/// A standing without its scopes.
fn kind(standing: Standing) -> std::mem::Discriminant<Standing> {
    std::mem::discriminant(&standing)
}

async fn say(tx: &mut Tx, instance: &Instance, other: &Actor, before: Handshake, kept: &mut Kept) -> Result<()> {
    say_with(tx, instance, other, (before, None), kept).await
}

/// Sends our last word, as the verb that fits, and keeps it.
async fn say_with(
    tx: &mut Tx,
    instance: &Instance,
    other: &Actor,
    (before, reason): (Handshake, Option<&str>),
    kept: &mut Kept,
) -> Result<()> {
    let said = said(instance, other, kept.words.message(), reason);
    let (verb, object, about) = wrap(instance, other, kept, &said);
    let more = if verb == "Offer" || verb == "Undo" { Value::Null } else { json!({ "result": said.write() }) };
    let outgoing = Outgoing { actor: instance.quarter(), kind: verb, about: &about, object, to: Some(&other.url) };
    let activity = outgoing.send_with(tx, instance, other, more).await?;
    kept.said_at = Some(instance.clock().now());
    if verb == "Offer" || verb == "Accept" {
        kept.ours = Some(activity.url);
    }
    keep(tx, instance, before, kept).await
}

fn said(instance: &Instance, other: &Actor, message: Message, reason: Option<&str>) -> Said {
    Said {
        subject: instance.quarter().url.clone(),
        object: other.url.clone(),
        message,
        sentence: reason.map(str::to_owned),
        contact: None,
    }
}

/// The verb for our last word, its object, and what it is about: an offer where they asked nothing, an answer where they
/// did, an undo of what we said before where it was a yes.
fn wrap(instance: &Instance, other: &Actor, kept: &Kept, said: &Said) -> (&'static str, Value, Url) {
    let is_yes = matches!(kept.words.standing(), Standing::Invited(_) | Standing::Neighbours(_));
    match (is_yes, &kept.theirs, &kept.ours) {
        (true, Some(theirs), _) => ("Accept", json!(theirs), theirs.clone()),
        (true, None, _) => ("Offer", said.write(), other.url.clone()),
        (false, Some(theirs), None) => ("Reject", json!(theirs), theirs.clone()),
        (false, _, ours) => {
            let about = ours.as_ref().unwrap_or(&other.url);
            let undone =
                json!({ "id": ours, "type": "Offer", "actor": instance.quarter().url, "object": said.write() });
            ("Undo", undone, about.clone())
        }
    }
}

/// What follows from it: neighbours follow each other.
async fn follow_through(tx: &mut Tx, instance: &Instance, other: &Actor, standing: Standing) -> Result<()> {
    if matches!(standing, Standing::Neighbours(_)) {
        neighbours::insert(tx, other.id, instance.clock().now()).await?;
        if follows::between(tx, instance.quarter().id, other.id).await?.is_none() {
            follow::publish(tx, instance, instance.quarter(), other).await?;
        }
    }
    Ok(())
}
