//! Flag: somebody points out to the editors what should not stand as it does.

use domain::actor::Actor;
use domain::html::Html;
use serde::Deserialize;
use serde_json::{Value, json};
use storage::reports::{self, Report};
use storage::{Tx, actors, objects as registry};
use url::Url;

use super::{Dropped, Outgoing};
use crate::error::Result;
use crate::instance::Instance;
use crate::reports::{MAX_OPEN, MAX_REASON, number};
use crate::{blocks, shape};

/// How many ids of one report are looked at.
const MAX_OBJECTS: usize = 50;
/// How many reports of one server may be open.
const MAX_OPEN_OF_HOST: i64 = 50;

/// A report by another server.
#[derive(Debug, Deserialize)]
pub struct Flag {
    object: Value,
    content: Option<Value>,
    summary: Option<Value>,
}

impl Flag {
    /// Nothing to fetch: what it is about has to be here already.
    pub(super) async fn verify(&self, _instance: &Instance, _sender: &Actor) -> Result<(), Dropped> {
        Ok(())
    }

    /// Puts it into the editors' queue, if it is about something that stands here and its server does not flood us.
    /// Nothing of what it names is told to anyone but the editors.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        if blocks::rejects_reports(tx, &sender.host).await? {
            return Err(Dropped::Unwanted("reports from there are not taken"));
        }
        let host = Some(sender.host.as_str());
        if reports::count_open_of(tx, host).await? >= MAX_OPEN_OF_HOST || reports::count_open(tx).await? >= MAX_OPEN {
            return Err(Dropped::Unwanted("too many reports wait already"));
        }
        let objects = known(tx, &self.object).await?;
        let target = things_first(tx, &objects).await?.ok_or(Dropped::Unwanted("nothing of it stands here"))?;
        let id = instance.new_id();
        let report = Report {
            id,
            number: number(id),
            reporter: Some(sender.id),
            host: host.map(str::to_owned),
            name: None,
            email: None,
            target,
            objects,
            kind: None,
            reason: self.reason(),
            language: None,
            created_at: instance.clock().now(),
        };
        reports::insert(tx, &report).await?;
        Ok(())
    }

    /// What it says, as plain text.
    fn reason(&self) -> String {
        let said = json!({ "content": self.content, "summary": self.summary });
        let text = shape::text(&said, "content").or_else(|| shape::text(&said, "summary")).unwrap_or_default();
        Html::clean(text).to_text().chars().take(MAX_REASON).collect()
    }
}

/// The ids in `object` of what is ours or shown here, each once.
async fn known(tx: &mut Tx, object: &Value) -> Result<Vec<Url>, Dropped> {
    let about = json!({ "object": object });
    let mut known = Vec::new();
    for url in shape::entries(&about, "object").take(MAX_OBJECTS).filter_map(shape::id_of) {
        let is_object = registry::by_url(tx, &url).await?.is_some_and(|entry| entry.deleted_at.is_none());
        let here = is_object || actors::by_url(tx, &url).await?.is_some_and(|actor| actor.deleted_at.is_none());
        if here && !known.contains(&url) {
            known.push(url);
        }
    }
    Ok(known)
}

/// What a report is about in the first place: the first that somebody published, else an actor.
async fn things_first(tx: &mut Tx, objects: &[Url]) -> Result<Option<Url>, Dropped> {
    for url in objects {
        if registry::by_url(tx, url).await?.is_some() {
            return Ok(Some(url.clone()));
        }
    }
    Ok(objects.first().cloned())
}

/// Reports `accused` and what it published to its own server, in the name of our server: nobody there learns who here
/// pointed it out. `reason` is what the editor wrote.
pub async fn publish(tx: &mut Tx, instance: &Instance, accused: &Actor, objects: &[Url], reason: &str) -> Result<Url> {
    let mut named = vec![&accused.url];
    named.extend(objects.iter().filter(|url| **url != accused.url));
    let outgoing = Outgoing {
        actor: instance.application(),
        kind: "Flag",
        about: &accused.url,
        object: json!(named),
        to: Some(&accused.url),
    };
    let activity = outgoing.send_with(tx, instance, accused, json!({ "content": reason })).await?;
    Ok(activity.url)
}
