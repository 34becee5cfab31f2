//! Announce: an actor passes on what another published or did.
//!
//! Two forms are met. `Announce{id}` is a boost, as Mastodon and Pleroma read it. `Announce{Create{…}}` is what groups
//! send (FEP-1b12), as Lemmy reads it. Both are sent. Of neither is anything believed but the id, which is fetched, unless
//! the activity inside proves itself ([`announced`]).

use domain::actor::{Actor, Kind};
use domain::host::Host;
use serde::Deserialize;
use serde_json::{Value, json};
use storage::{Tx, actors, deliveries, follows, objects as registry, reactions};
use url::Url;

use super::outgoing::{is_announced, to_author_of};
use super::{Dropped, Outgoing, announced};
use crate::error::{Error, Result};
use crate::fetch::FetchError;
use crate::instance::Instance;
use crate::objects::{self, Incoming, Kept};
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
pub(super) enum Found {
    /// We have it, or it is ours: there was no need to look.
    #[default]
    Known,
    /// It is there, by this author.
    Object(Box<(Incoming, Actor)>),
    /// It is gone.
    Gone,
}

impl Announce {
    /// The type of the activity that is passed on; `None` for a boost.
    fn inner(&self) -> Option<&str> {
        let inner = shape::only(&self.object);
        shape::get(inner, "object")?;
        shape::kind(inner, |kind| ["Create", "Update", "Delete"].into_iter().find(|known| *known == kind)).or(Some(""))
    }

    /// The id of the thing itself: of the boosted object, or of the object of the activity that was passed on.
    fn about(&self) -> Result<Url, Dropped> {
        let about = match self.inner() {
            None => entry(&self.object),
            // A group passes on every like and every ban, too.
            Some("") => return Err(Dropped::Unwanted("what is passed on is of no use here")),
            Some(_) => shape::id(shape::only(&self.object), "object"),
        };
        about.ok_or(Dropped::Malformed("an announce has an object".to_owned()))
    }

    /// Finds out what is passed on: by the proof inside it, else at its own id. Only those we follow may make us fetch.
    /// From their own host they pass on what they like; from another host only a group does, and only what its author
    /// meant for that group.
    pub(super) async fn verify(&mut self, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let about = self.about()?;
        if instance.is_ours(&about) {
            return Ok(());
        }
        let mut tx = instance.store().read().await?;
        if !follows::is_followed_by_us(&mut tx, sender.id).await? {
            return Err(Dropped::Unwanted("nobody here follows the sender"));
        }
        let known = registry::by_url(&mut tx, &about).await?.is_some();
        drop(tx);
        let near = Host::of(&about).as_ref() == Some(&sender.host);
        if !near && sender.kind != Kind::Group {
            return Err(Dropped::Unwanted("its object is on another host"));
        }
        self.found = match self.look(instance, &about, known).await {
            // A group's whole queue would wait for us, because one of its members' servers is down.
            Err(Dropped::NotNow(_)) if !near => return Err(Dropped::Unwanted("its author's server is not there")),
            found => found?,
        };
        match &self.found {
            Found::Object(found) if !near && !found.0.addressed.contains(&sender.url) => {
                Err(Dropped::Unwanted("its object is not meant for the group that passes it on"))
            }
            _ => Ok(()),
        }
    }

    /// What is really there, looked for no further than needed.
    async fn look(&self, instance: &Instance, about: &Url, known: bool) -> Result<Found, Dropped> {
        let inner = self.inner();
        match (inner, known) {
            (Some("Delete"), false) => return Err(Dropped::Unwanted("nobody here knows it")),
            (None | Some("Create"), true) => return Ok(Found::Known),
            _ => {}
        }
        if let Some(kind) = inner
            && let Some(found) = Box::pin(announced::believe(instance, kind, shape::only(&self.object), about)).await?
        {
            return Ok(found);
        }
        match fetch(instance, about).await {
            // The sender may take back its own word, whatever is at the id, and whether we reach it.
            Err(_) if inner == Some("Delete") => Ok(Found::Known),
            found => found,
        }
    }

    /// Keeps what was found, or forgets what is gone or what its group does not show any more.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let about = self.about()?;
        let now = instance.clock().now();
        let taken_back = self.inner() == Some("Delete");
        match self.found {
            Found::Gone => {
                if let Some(known) = registry::by_url(tx, &about).await?
                    && let Ok(owner) = known.owner.parse()
                    && actors::by_url(tx, &owner).await?.is_some_and(|owner| !owner.is_local())
                {
                    registry::delete(tx, &about, &owner, now).await?;
                }
            }
            _ if taken_back => withdraw(tx, sender, &about).await?,
            Found::Known => {
                if registry::by_url(tx, &about).await?.is_some_and(|entry| entry.deleted_at.is_none()) {
                    reactions::insert(tx, sender.id, &about, "Announce", &self.id, now).await?;
                }
            }
            Found::Object(found) => {
                let (object, author) = *found;
                if let Kept::Not(why) = objects::keep(tx, instance, &object, &author, true).await? {
                    return Err(Dropped::Unwanted(why));
                }
                // Through whom it came: who passed it on may take it back.
                reactions::insert(tx, sender.id, &about, "Announce", &self.id, now).await?;
            }
        }
        Ok(())
    }
}

/// Takes back that `group` passed on an object. One that is here for no other reason goes, as if it had never been seen:
/// it is still its author's, and another group may show it.
async fn withdraw(tx: &mut Tx, group: &Actor, about: &Url) -> Result<()> {
    if !reactions::remove(tx, group.id, "Announce", about).await? {
        return Ok(());
    }
    let Some(entry) = registry::by_url(tx, about).await?.filter(|entry| entry.deleted_at.is_none()) else {
        return Ok(());
    };
    let Ok(owner) = entry.owner.parse() else { return Ok(()) };
    let Some(owner) = actors::by_url(tx, &owner).await?.filter(|owner| !owner.is_local()) else { return Ok(()) };
    if !follows::is_followed_by_us(tx, owner.id).await? && !reactions::is_passed_on(tx, about).await? {
        registry::forget(tx, entry.id).await?;
    }
    Ok(())
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
    let document = match remote::document(instance, url).await {
        Ok(document) => document,
        Err(Error::Fetch(FetchError::Gone | FetchError::NotFound)) => return Ok(Found::Gone),
        Err(error) => return Err(error.into()),
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
    in_the_quarters_name(tx, instance, about, activity).await?;
    if boost {
        let quarter = instance.quarter();
        let boost = Outgoing { actor: quarter, kind: "Announce", about, object: json!(about), to: None };
        let (kept, _) = boost.keep(tx, instance, true).await?;
        deliveries::to_followers(tx, kept.id, quarter.id, instance.clock().now()).await?;
    }
    Ok(())
}

/// Passes on an `activity` as a group does (FEP-1b12), to those who follow the quarter.
pub(crate) async fn in_the_quarters_name(tx: &mut Tx, instance: &Instance, about: &Url, activity: Value) -> Result<()> {
    let quarter = instance.quarter();
    let group = Outgoing { actor: quarter, kind: "Announce", about, object: activity, to: None };
    let (kept, _) = group.keep(tx, instance, false).await?;
    Ok(deliveries::to_followers(tx, kept.id, quarter.id, instance.clock().now()).await.map(drop)?)
}

/// Boosts an object of another server in the name of one of our actors.
pub async fn publish(tx: &mut Tx, instance: &Instance, actor: &Actor, object: &Url) -> Result<()> {
    let outgoing = Outgoing { actor, kind: "Announce", about: object, object: json!(object), to: None };
    let (activity, _) = outgoing.publish(tx, instance).await?;
    to_author_of(tx, activity.id, object, instance.clock().now()).await?;
    reactions::insert(tx, actor.id, object, "Announce", &activity.url, instance.clock().now()).await?;
    Ok(())
}
