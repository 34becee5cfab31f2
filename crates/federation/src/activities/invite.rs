//! Invite: an organiser asks somebody to come to an event.
//!
//! Mobilizon invites people into its groups with the same activity. Nobody here can become a member of a group elsewhere,
//! so that is dropped.

use domain::actor::Actor;
use domain::event::{Event, State as Board};
use domain::participation::{self, Participation, State};
use serde::Deserialize;
use serde_json::{Value, json};
use storage::{Tx, actors, events, follows, participations as kept};
use tracing::info;
use url::Url;
use uuid::Uuid;

use super::{Dropped, Outgoing, answered};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::{participations, shape};

/// An invitation from another server.
#[derive(Debug, Deserialize)]
pub struct Invite {
    #[serde(deserialize_with = "shape::one")]
    id: Url,
    #[serde(deserialize_with = "shape::one")]
    object: Url,
    #[serde(default)]
    target: Value,
    #[serde(default)]
    to: Value,
}

impl Invite {
    /// Nothing to fetch: who is not known here may not invite.
    pub(super) async fn verify(&self, _instance: &Instance, _sender: &Actor) -> Result<(), Dropped> {
        Ok(())
    }

    /// Keeps the invitation of one of our actors for the editors, if we know the event, it is the sender's, and somebody
    /// here follows the sender's server.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let who = self.invited(tx, instance).await?.ok_or(Dropped::Unwanted("nobody here is invited"))?;
        if actors::by_url(tx, &self.object).await?.is_some() {
            info!(activity.id = %self.id, "Dropped an invitation into a group");
            return Err(Dropped::Unwanted("nobody here joins groups elsewhere"));
        }
        let event = events::by_url(tx, &self.object).await?.filter(|event| event.state == Board::Published);
        let event = event.ok_or(Dropped::Unwanted("the event is not known here"))?;
        if !answered::is_organiser(sender, &event) {
            return Err(Dropped::Unwanted("the event is another's"));
        }
        let now = instance.clock().now();
        if participation::is_closed(&event.details, now) {
            return Err(Dropped::Unwanted("the event is over or called off"));
        }
        if !follows::is_host_followed_by_us(tx, sender.host.as_str()).await? {
            return Err(Dropped::Unwanted("nobody here follows the sender"));
        }
        let mut invited = participations::standing(tx, instance, event.id, &who, &self.id).await?;
        if !participations::count(&mut invited, now) || invited.state.is_on_the_list() {
            return Err(Dropped::Unwanted("the invited comes already, or was invited too often"));
        }
        (invited.state, invited.activity, invited.changed_at) = (State::Invited, self.id.clone(), now);
        invited.invitation = Some(self.id);
        kept::put(tx, &invited).await?;
        Ok(())
    }

    /// The one of our actors that is meant.
    async fn invited(&self, tx: &mut Tx, instance: &Instance) -> Result<Option<Actor>, Dropped> {
        let named = json!({ "target": self.target, "to": self.to });
        let mut ids = shape::entries(&named, "target").chain(shape::entries(&named, "to")).filter_map(shape::id_of);
        let Some(url) = ids.find(|url| instance.is_ours(url)) else { return Ok(None) };
        let who = actors::by_url(tx, &url).await?;
        Ok(who.filter(|who| who.is_local() && who.deleted_at.is_none()))
    }
}

/// Invites `who` to an event of ours in the name of its organiser; the id of the `Invite`. Who is on the list or was
/// invited is not invited again.
pub async fn publish(tx: &mut Tx, instance: &Instance, organiser: &Actor, event: &Event, who: &Actor) -> Result<Url> {
    kept::lock(tx, event.id).await?;
    if event.author != organiser.id || event.state != Board::Published {
        return Err(Error::Forbidden);
    }
    if who.is_local() {
        return Err(Error::Unusable("this actor is on this server: it can join by itself"));
    }
    let now = instance.clock().now();
    if participation::is_closed(&event.details, now) {
        return Err(Error::Unusable("the event is over or called off"));
    }
    let before = kept::between(tx, event.id, who.id).await?;
    if let Some(before) = before.filter(|before| before.state.is_on_the_list() || before.state == State::Invited) {
        return Ok(before.invitation.unwrap_or(before.activity));
    }
    let object = json!(event.url);
    let about = participations::subject(event, who.id);
    let invite = Outgoing { actor: organiser, kind: "Invite", about: &about, object, to: Some(&who.url) };
    let invite = invite.send_with(tx, instance, who, json!({ "target": who.url })).await?;
    let mut invited = participations::standing(tx, instance, event.id, who, &invite.url).await?;
    (invited.state, invited.activity, invited.changed_at) = (State::Invited, invite.url.clone(), now);
    invited.invitation = Some(invite.url.clone());
    kept::put(tx, &invited).await?;
    Ok(invite.url)
}

/// Gives `who` the seat it was invited to, or a place in the queue.
pub(super) async fn accepted(
    tx: &mut Tx,
    instance: &Instance,
    invited: &Participation,
    who: &Actor,
) -> Result<(), Dropped> {
    let Some(invitation) = &invited.invitation else { return Err(Dropped::Unwanted("it was not invited")) };
    let counted = participations::join(tx, instance, invited.event, who, invitation, None).await?;
    if counted { Ok(()) } else { Err(Dropped::Unwanted("the sender answers too often")) }
}

/// Forgets an invitation that its sender takes back before anybody here answered; whether there was one.
pub(super) async fn taken_back(
    tx: &mut Tx,
    instance: &Instance,
    sender: &Actor,
    invitation: &Url,
) -> Result<bool, Dropped> {
    let Some(mut invited) = kept::of_ours(tx, invitation).await? else { return Ok(false) };
    let event = events::by_id(tx, invited.event).await?;
    if !event.is_some_and(|event| answered::is_organiser(sender, &event)) {
        return Ok(false);
    }
    if invited.state == State::Invited {
        (invited.state, invited.invitation, invited.changed_at) = (State::Left, None, instance.clock().now());
        kept::put(tx, &invited).await?;
    }
    Ok(true)
}

/// Answers an invitation of one of our actors to an event elsewhere: yes or no, once.
pub async fn reply(instance: &Instance, event: Uuid, who: Uuid, yes: bool) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let event = events::by_id(&mut tx, event).await?.ok_or(Error::NotFound)?;
    let organiser = actors::by_id(&mut tx, event.author).await?.ok_or(Error::NotFound)?;
    let who = actors::by_id(&mut tx, who).await?.filter(Actor::is_local).ok_or(Error::NotFound)?;
    let invited = kept::between(&mut tx, event.id, who.id).await?.filter(|kept| kept.state == State::Invited);
    let mut invited = invited.ok_or(Error::NotFound)?;
    let (kind, state) = if yes { ("Accept", State::Confirmed) } else { ("Reject", State::Left) };
    let object = participations::embedded(&invited, &who, &organiser, &event.url);
    let answer = Outgoing { actor: &who, kind, about: &event.url, object, to: Some(&organiser.url) };
    answer.send(&mut tx, instance, &organiser).await?;
    (invited.state, invited.changed_at) = (state, instance.clock().now());
    kept::put(&mut tx, &invited).await?;
    tx.commit().await?;
    instance.wake();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_read_as_mobilizon_sends_it_and_without_a_target() {
        for json in [
            json!({ "id": "https://m.example/member/1", "object": "https://m.example/@group", "target": "https://n.example/@mira" }),
            json!({ "id": "https://m.example/1", "object": { "id": "https://m.example/events/1" }, "to": ["https://n.example/@mira"] }),
        ] {
            assert!(serde_json::from_value::<Invite>(json.clone()).is_ok(), "{json}");
        }
    }
}
