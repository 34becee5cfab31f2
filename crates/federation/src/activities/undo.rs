//! Undo: an actor takes back a follow, a like, an announce or an offer of its own, or does not come after all.

use domain::actor::Actor;
use serde::Deserialize;
use serde_json::{Value, json};
use storage::{Tx, actors, blocks, events, follows, participations, reactions};
use url::Url;

use super::{Dropped, Outgoing, invite};
use crate::error::Result;
use crate::instance::Instance;
use crate::{handshakes, shape};

/// Something taken back by another server.
#[derive(Debug, Deserialize)]
pub struct Undo {
    #[serde(default)]
    id: Value,
    object: Value,
}

impl Undo {
    /// Refuses to undo what somebody else did.
    pub(super) async fn verify(&self, _instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let by_another = shape::id(&self.object, "actor").is_some_and(|actor| actor != sender.url);
        if by_another { Err(Dropped::Unwanted("what is undone is another's")) } else { Ok(()) }
    }

    /// Undoes what the sender did. What is told only by its id is looked up among the sender's own.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        if let Some(said) = shape::get(&self.object, "object")
            && handshakes::hear(tx, instance, sender, shape::id_of(&self.id).as_ref(), shape::only(said)).await?
        {
            return Ok(());
        }
        let id = shape::id_of(&self.object);
        let about = shape::id(&self.object, "object");
        let kind = shape::kind(&self.object, |kind| KINDS.into_iter().find(|known| *known == kind));
        if participation(tx, instance, sender, (kind, id.as_ref(), about.as_ref())).await? {
            return Ok(());
        }
        if matches!(kind, None | Some("Block")) && unblock(tx, sender, id.as_ref(), about.as_ref()).await? {
            return Ok(());
        }
        if matches!(kind, None | Some("Follow")) {
            if let Some(id) = &id
                && let Some(follow) = follows::by_activity(tx, id).await?
                && follow.follower == sender.id
            {
                follows::remove(tx, follow.follower, follow.followed).await?;
                return Ok(());
            }
            if let (Some(_), Some(about)) = (kind, &about)
                && let Some(followed) = actors::by_url(tx, about).await?
            {
                follows::remove(tx, sender.id, followed.id).await?;
                return Ok(());
            }
        }
        for kind in ["Like", "Announce"].into_iter().filter(|known| kind.is_none_or(|kind| kind == *known)) {
            for target in id.iter().chain(&about) {
                reactions::remove(tx, sender.id, kind, target).await?;
            }
        }
        Ok(())
    }
}

/// What can be taken back.
const KINDS: [&str; 6] = ["Follow", "Like", "Announce", "Block", "Join", "Invite"];

/// Undoes a `Join` of the sender to one of our events, or its invitation of one of our actors; whether it was that.
async fn participation(
    tx: &mut Tx,
    instance: &Instance,
    sender: &Actor,
    (kind, id, about): (Option<&str>, Option<&Url>, Option<&Url>),
) -> Result<bool, Dropped> {
    if matches!(kind, None | Some("Join")) {
        let known = match id {
            Some(id) => participations::by_activity(tx, sender.id, id).await?.map(|kept| kept.event),
            None => None,
        };
        let event = match (known, kind, about) {
            (None, Some(_), Some(about)) => events::by_url(tx, about).await?.map(|event| event.id),
            (known, ..) => known,
        };
        if let Some(event) = event {
            crate::participations::leave(tx, instance, event, sender).await?;
            return Ok(true);
        }
    }
    match (kind, id) {
        (None | Some("Invite"), Some(id)) => invite::taken_back(tx, instance, sender, id).await,
        _ => Ok(matches!(kind, Some("Join" | "Invite"))),
    }
}

/// Forgets that `sender` blocks one of ours, told by the id of the `Block` or as it was; `false` if it does not.
async fn unblock(tx: &mut Tx, sender: &Actor, id: Option<&Url>, about: Option<&Url>) -> Result<bool> {
    if let Some(id) = id
        && blocks::remove_by_activity(tx, sender.id, id).await?
    {
        return Ok(true);
    }
    let Some(about) = about else { return Ok(false) };
    let Some(ours) = actors::by_url(tx, about).await?.filter(Actor::is_local) else { return Ok(false) };
    Ok(blocks::remove(tx, sender.id, ours.id).await?)
}

/// Takes back the follow of `followed` by `follower`; the id of the `Undo`, or `None` if there is no such follow.
pub async fn follow(tx: &mut Tx, instance: &Instance, follower: &Actor, followed: &Actor) -> Result<Option<Url>> {
    let Some(follow) = follows::between(tx, follower.id, followed.id).await? else { return Ok(None) };
    let outgoing = Outgoing {
        actor: follower,
        kind: "Undo",
        about: &follow.activity,
        object: json!({ "id": follow.activity, "type": "Follow", "actor": follower.url, "object": followed.url }),
        to: Some(&followed.url),
    };
    let undo = outgoing.send(tx, instance, followed).await?;
    follows::remove(tx, follower.id, followed.id).await?;
    Ok(Some(undo.url))
}

/// Takes back a like or an announce (`kind`) of the object `about`; the id of the `Undo`, or `None` if there is none.
pub async fn reaction(
    tx: &mut Tx,
    instance: &Instance,
    actor: &Actor,
    kind: &'static str,
    about: &Url,
) -> Result<Option<Url>> {
    if !reactions::remove(tx, actor.id, kind, about).await? {
        return Ok(None);
    }
    let Some(done) = storage::activities::latest(tx, actor.id, kind, about).await? else { return Ok(None) };
    let outgoing = Outgoing {
        actor,
        kind: "Undo",
        about,
        object: json!({ "id": done.url, "type": kind, "actor": actor.url, "object": about }),
        to: None,
    };
    let (undo, _) = outgoing.publish(tx, instance).await?;
    Ok(Some(undo.url))
}
