//! Announce: an actor passes on what another published or did.
//!
//! Two forms are met. `Announce{id}` is a boost, as Mastodon and Pleroma read it. `Announce{Create{…}}` is what groups
//! send (FEP-1b12), as Lemmy reads it. Both are sent; of neither is anything believed but the id, which is fetched.

use domain::actor::Actor;
use domain::host::Host;
use serde::Deserialize;
use serde_json::{Value, json};
use storage::{Tx, actors, deliveries, follows, objects as registry, reactions};
use url::Url;

use super::outgoing::is_announced;
use super::{Dropped, Outgoing};
use crate::error::{Error, Result};
use crate::fetch::FetchError;
use crate::instance::Instance;
use crate::objects::{self, Incoming};
use crate::remote;
use crate::shape;

/// Something passed on by another server.
#[derive(Debug, Deserialize)]
pub struct Announce {
    #[serde(deserialize_with = "shape::one")]
    id: Url,
    object: Value,
    #[serde(skip)]
    found: Found,
}

/// What is really at the id that was passed on.
#[derive(Debug, Default)]
enum Found {
    /// We have it, or it is ours: there was no need to look.
    #[default]
    Known,
    /// It is there, by this author.
    Object(Box<(Incoming, Actor)>),
    /// It is gone.
    Gone,
}

impl Announce {
    /// The id of the thing itself: of the boosted object, or of the object of the activity that was passed on.
    fn about(&self) -> Option<Url> {
        let activity = shape::kind(&self.object, |kind| matches!(kind, "Create" | "Update" | "Delete").then_some(()));
        if activity.is_some() { shape::id(&self.object, "object") } else { entry(&self.object) }
    }

    /// Whether it says that something changed, so that what we have has to be looked at again.
    fn is_change(&self) -> bool {
        shape::kind(&self.object, |kind| matches!(kind, "Update" | "Delete").then_some(())).is_some()
    }

    /// Fetches what is passed on from its own id. Only those we follow may make us fetch, and only from their own host:
    /// a quarter vouches for its initiatives, and for nobody else's.
    pub(super) async fn verify(&mut self, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let about = self.about().ok_or(Dropped::Malformed("an announce has an object".to_owned()))?;
        if instance.is_ours(&about) {
            return Ok(());
        }
        let mut tx = instance.store().read().await?;
        if !follows::is_followed_by_us(&mut tx, sender.id).await? {
            return Err(Dropped::Unwanted("nobody here follows the sender"));
        }
        if Host::of(&about).as_ref() != Some(&sender.host) {
            return Err(Dropped::Unwanted("its object is on another host"));
        }
        let known = registry::by_url(&mut tx, &about).await?;
        drop(tx);
        if known.is_some() && !self.is_change() {
            return Ok(());
        }
        self.found = fetch(instance, &about).await?;
        Ok(())
    }

    /// Keeps what was found, or forgets what is gone.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let Some(about) = self.about() else { return Ok(()) };
        let now = instance.clock().now();
        match self.found {
            Found::Known => {
                let ours = registry::by_url(tx, &about).await?.is_some_and(|entry| entry.deleted_at.is_none());
                if ours && entry(&self.object).is_some() {
                    reactions::insert(tx, sender.id, &about, "Announce", &self.id, now).await?;
                }
            }
            Found::Object(found) => {
                let (object, author) = *found;
                objects::keep(tx, instance, &object, &author, true).await?;
            }
            Found::Gone => {
                if let Some(known) = registry::by_url(tx, &about).await?
                    && let Ok(owner) = known.owner.parse()
                    && actors::by_url(tx, &owner).await?.is_some_and(|owner| !owner.is_local())
                {
                    registry::delete(tx, &about, &owner, now).await?;
                }
            }
        }
        Ok(())
    }
}

/// The id of an object that is passed on as itself.
fn entry(object: &Value) -> Option<Url> {
    match object {
        Value::Array(list) => list.iter().find_map(shape::id_of),
        one => shape::id_of(one),
    }
}

/// What is at an object's own id, and who it is by.
async fn fetch(instance: &Instance, url: &Url) -> Result<Found, Dropped> {
    let document = match instance.client().get_document(url, |hop| instance.sign_get(hop)).await {
        Ok(document) => document,
        Err(FetchError::Gone | FetchError::NotFound) => return Ok(Found::Gone),
        Err(error) => return Err(Error::from(error).into()),
    };
    if shape::kind(&document.json, |kind| (kind == "Tombstone").then_some(())).is_some() {
        return Ok(Found::Gone);
    }
    let object = objects::read(&document.json, instance).ok_or(Dropped::Unwanted("its object is of no use here"))?;
    if object.url != *url || Host::of(&object.owner) != Host::of(&object.url) {
        return Err(Dropped::Unwanted("its object is another's"));
    }
    let author = remote::known_or_fetched(instance, &object.owner).await?;
    Ok(Found::Object(Box::new((object, author))))
}

/// Passes on what an initiative or a member of ours did, in the name of the quarter and in both forms; `boost` for
/// things that are new. The activity keeps its `@context` and its proof: with them, it can be believed as it is.
pub(crate) async fn pass_on(
    tx: &mut Tx,
    instance: &Instance,
    author: &Actor,
    about: &Url,
    activity: Value,
    boost: bool,
) -> Result<()> {
    if !is_announced(author) {
        return Ok(());
    }
    let quarter = instance.quarter();
    let now = instance.clock().now();
    let group = Outgoing { actor: quarter, kind: "Announce", about, object: activity, to: None };
    let (kept, _) = group.keep(tx, instance, false).await?;
    deliveries::to_followers(tx, kept.id, quarter.id, now).await?;
    if boost {
        let boost = Outgoing { actor: quarter, kind: "Announce", about, object: json!(about), to: None };
        let (kept, _) = boost.keep(tx, instance, true).await?;
        deliveries::to_followers(tx, kept.id, quarter.id, now).await?;
    }
    Ok(())
}

/// Boosts an object of another server in the name of one of our actors.
pub async fn publish(tx: &mut Tx, instance: &Instance, actor: &Actor, object: &Url) -> Result<()> {
    let outgoing = Outgoing { actor, kind: "Announce", about: object, object: json!(object), to: None };
    let (activity, _) = outgoing.publish(tx, instance).await?;
    reactions::insert(tx, actor.id, object, "Announce", &activity.url, instance.clock().now()).await?;
    Ok(())
}
