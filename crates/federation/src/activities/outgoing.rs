//! Activities of our own actors: written once, kept, and queued in the caller's transaction.

use domain::actor::{Actor, Part};
use jiff::Timestamp;
use serde_json::{Value, json};
use storage::activities::{self, Activity};
use storage::{Tx, actors, deliveries, objects as registry};
use url::Url;
use uuid::Uuid;

use crate::error::Result;
use crate::instance::Instance;
use crate::objects::{self, context_with};
use crate::paths;
use crate::shape::PUBLIC;
use crate::signatures::proof;

/// Something one of our actors does.
#[derive(Debug)]
pub(crate) struct Outgoing<'a> {
    /// Who.
    pub(crate) actor: &'a Actor,
    /// The type of the activity.
    pub(crate) kind: &'static str,
    /// The id of what it is about.
    pub(crate) about: &'a Url,
    /// The `object` property.
    pub(crate) object: Value,
    /// To whom alone; `None` for everyone.
    pub(crate) to: Option<&'a Url>,
}

impl Outgoing<'_> {
    /// The JSON under the id `url`, at time `published`.
    fn json(&self, url: &Url, published: &str) -> Value {
        let (to, cc) = match self.to {
            Some(actor) => (json!([actor]), json!([])),
            None => (json!([PUBLIC]), json!(self.actor.followers.iter().collect::<Vec<_>>())),
        };
        json!({
            "@context": context_with(proof::CONTEXT),
            "id": url,
            "type": self.kind,
            "actor": self.actor.url,
            "published": published,
            "to": to,
            "cc": cc,
            "object": self.object,
        })
    }

    /// Keeps the activity with its proof and gives its JSON; delivers it to nobody yet. `listed` ones stand in the outbox.
    pub(crate) async fn keep(self, tx: &mut Tx, instance: &Instance, listed: bool) -> Result<(Activity, Value)> {
        Box::pin(self.keep_with(tx, instance, listed, Value::Null)).await
    }

    /// As [`Outgoing::keep`], with `more` members: a `target`, a `result`, an `instrument`.
    pub(crate) async fn keep_with(
        self,
        tx: &mut Tx,
        instance: &Instance,
        listed: bool,
        more: Value,
    ) -> Result<(Activity, Value)> {
        let id = instance.new_id();
        let now = instance.clock().now();
        let url = instance.url(&paths::activity(id));
        let mut json = self.json(&url, &now.to_string());
        // Before the proof, which covers every member.
        if let (Some(json), Value::Object(more)) = (json.as_object_mut(), more) {
            json.extend(more);
        }
        if self.to.is_none() {
            objects::mean_for_quarter(&mut json, self.actor, instance);
            if let Some(object) = json.get_mut("object") {
                objects::mean_for_quarter(object, self.actor, instance);
            }
        }
        if let Some((key, key_id)) = instance.keys(tx, self.actor.id).await?.proof {
            proof::create(&mut json, &key, &key_id, now);
        }
        let activity = Activity {
            id,
            url,
            kind: self.kind.to_owned(),
            actor: self.actor.id,
            object: self.about.clone(),
            body: json.to_string(),
            listed,
            published_at: now,
        };
        activities::insert(tx, &activity).await?;
        Ok((activity, json))
    }

    /// Keeps the activity and queues it for the followers of its actor and for everyone who heard of its object before.
    pub(crate) async fn publish(self, tx: &mut Tx, instance: &Instance) -> Result<(Activity, Value)> {
        Box::pin(self.publish_with(tx, instance, Value::Null)).await
    }

    /// As [`Outgoing::publish`], with `more` members.
    pub(crate) async fn publish_with(self, tx: &mut Tx, instance: &Instance, more: Value) -> Result<(Activity, Value)> {
        let (actor, about) = (self.actor, self.about);
        let (activity, json) = self.keep_with(tx, instance, true, more).await?;
        let now = instance.clock().now();
        deliveries::to_followers(tx, activity.id, actor.id, now).await?;
        deliveries::to_receivers_of(tx, activity.id, about, now).await?;
        Ok((activity, json))
    }

    /// Keeps the activity and queues it for the inbox of `receiver` alone.
    pub(crate) async fn send(self, tx: &mut Tx, instance: &Instance, receiver: &Actor) -> Result<Activity> {
        Box::pin(self.send_with(tx, instance, receiver, Value::Null)).await
    }

    /// As [`Outgoing::send`], with `more` members.
    pub(crate) async fn send_with(
        self,
        tx: &mut Tx,
        instance: &Instance,
        receiver: &Actor,
        more: Value,
    ) -> Result<Activity> {
        let (activity, _) = self.keep_with(tx, instance, false, more).await?;
        let host = receiver.host.as_str();
        deliveries::to_inbox(tx, activity.id, &receiver.inbox, host, instance.clock().now()).await?;
        Ok(activity)
    }
}

/// Queues an activity for who wrote `object`, if that is another server's actor that we know: an answer or a boost
/// reaches it even if it follows nobody here.
pub(crate) async fn to_author_of(tx: &mut Tx, activity: Uuid, object: &Url, now: Timestamp) -> Result<()> {
    let Some(entry) = registry::by_url(tx, object).await? else { return Ok(()) };
    let Ok(owner) = entry.owner.parse() else { return Ok(()) };
    let author = actors::by_url(tx, &owner).await?.filter(|actor| !actor.is_local() && actor.deleted_at.is_none());
    if let Some(author) = author {
        deliveries::to_inbox(tx, activity, author.delivery_inbox(), author.host.as_str(), now).await?;
    }
    Ok(())
}

/// Whether the quarter tells its own followers of what `actor` publishes.
pub(crate) fn is_announced(actor: &Actor) -> bool {
    matches!(actor.part, Some(Part::Initiative | Part::Member))
}
