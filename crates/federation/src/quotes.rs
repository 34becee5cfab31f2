//! Quotes: asking for an authorization, keeping it, and giving and taking back our own (FEP-044f).

use domain::actor::Actor;
use domain::host::Host;
use domain::post::{Draft, Post};
use serde_json::{Value, json};
use storage::quotes::{self, Grant, Quote};
use storage::{Tx, activities, actors, deliveries, objects as registry};
use url::Url;
use uuid::Uuid;

use crate::activities::{Dropped, Outgoing, create, update};
use crate::error::{Error, Result};
use crate::instance::Instance;
use crate::objects::{self, note, quote};
use crate::{paths, remote, shape};

/// Publishes a post of `author` that quotes `target`; the author of the target is asked for an authorization, which
/// follows by an `Update`. What is ours may be quoted at once.
pub async fn publish(instance: &Instance, author: &Actor, draft: Draft, target: &Url) -> Result<Post> {
    let quoted = if instance.is_ours(target) { None } else { Some(Box::pin(author_of(instance, target)).await?) };
    let mut tx = instance.store().write().await?;
    let kept = Quote::new(target.clone());
    let post = Box::pin(create::post_quoting(&mut tx, instance, author, &draft, Some(&kept))).await?;
    match quoted {
        Some(quoted) => Box::pin(ask(&mut tx, instance, (author, &post), target, &quoted)).await?,
        None => Box::pin(allow_ours(&mut tx, instance, (author, &post), target)).await?,
    }
    tx.commit().await?;
    instance.wake();
    Ok(post)
}

/// Who wrote what is to be quoted: as we know it, or as its own address says.
async fn author_of(instance: &Instance, target: &Url) -> Result<Actor> {
    let known = registry::by_url(&mut instance.store().look().await?, target).await?;
    let owner = match known {
        Some(entry) if entry.deleted_at.is_some() => return Err(Error::NotFound),
        Some(entry) => entry.owner.parse().map_err(|_| Error::NotFound)?,
        None => {
            let document = remote::document(instance, target).await?;
            let object = objects::read(&document.json, instance);
            object.filter(|object| object.url == *target).ok_or(Error::NotFound)?.owner
        }
    };
    if Host::of(&owner) != Host::of(target) {
        return Err(Error::Unusable("what is quoted is another's"));
    }
    remote::known_or_fetched(instance, &owner).await
}

async fn ask(
    tx: &mut Tx,
    instance: &Instance,
    (author, post): (&Actor, &Post),
    target: &Url,
    quoted: &Actor,
) -> Result<()> {
    let mut instrument = note::write(post, post.details.kind(), author);
    crate::conversations::complete(tx, instance, post.id, &mut instrument).await?;
    let outgoing = Outgoing {
        actor: author,
        kind: "QuoteRequest",
        about: &post.url,
        object: json!(target),
        to: Some(&quoted.url),
    };
    let request = outgoing.send_with(tx, instance, quoted, json!({ "instrument": instrument })).await?;
    quotes::ask(tx, post.id, &request.url).await?;
    Ok(())
}

/// The authorization for a quote of something of ours by one of ours.
async fn allow_ours(tx: &mut Tx, instance: &Instance, (author, post): (&Actor, &Post), target: &Url) -> Result<()> {
    let entry = registry::by_url(tx, target).await?.filter(|entry| entry.deleted_at.is_none());
    let entry = entry.ok_or(Error::NotFound)?;
    let now = instance.clock().now();
    let grant = quotes::allow(tx, instance.new_id(), entry.id, (&post.url, author.id), now).await?;
    quotes::stamp(tx, post.id, &instance.url(&paths::quote(grant.id))).await?;
    update::standing(tx, instance, post.id).await
}

/// Keeps the authorization (`result`) that an `Accept` of a `QuoteRequest` of ours (`request`) brings, and tells everyone;
/// `false` if this is about something else. Only whom we asked may answer, with an authorization on its own host.
pub(crate) async fn accepted(
    tx: &mut Tx,
    instance: &Instance,
    request: &Value,
    result: &Value,
    sender: &Actor,
) -> Result<bool, Dropped> {
    let Some(post) = answered(tx, request, sender).await? else { return Ok(false) };
    let stamp = shape::id_of(result).filter(|stamp| Host::of(stamp).as_ref() == Some(&sender.host));
    let stamp = stamp.ok_or(Dropped::Unwanted("there is no authorization on the sender's host"))?;
    quotes::stamp(tx, post, &stamp).await?;
    update::standing(tx, instance, post).await?;
    Ok(true)
}

/// The post whose `QuoteRequest` (`request`) the sender answers; `None` if this is about something else. Only whom we asked
/// may answer.
async fn answered(tx: &mut Tx, request: &Value, sender: &Actor) -> Result<Option<Uuid>, Dropped> {
    let Some(id) = shape::id_of(request) else { return Ok(None) };
    let Some((post, _)) = quotes::by_request(tx, &id).await? else { return Ok(None) };
    if asked(tx, &id).await?.as_ref() != Some(&sender.url) {
        return Err(Dropped::Unwanted("the sender was not asked"));
    }
    Ok(Some(post))
}

/// Whom a `QuoteRequest` of ours asked.
async fn asked(tx: &mut Tx, request: &Url) -> Result<Option<Url>> {
    let kept = activities::by_url(tx, request).await?;
    let json: Option<Value> = kept.and_then(|kept| serde_json::from_str(&kept.body).ok());
    Ok(json.and_then(|json| shape::id(&json, "to")))
}

/// Takes the quote out of a post whose `QuoteRequest` (`request`) is refused, at once or later, and tells everyone;
/// `false` if this is about something else. Only whom we asked may answer.
pub(crate) async fn rejected(
    tx: &mut Tx,
    instance: &Instance,
    request: &Value,
    sender: &Actor,
) -> Result<bool, Dropped> {
    let Some(post) = answered(tx, request, sender).await? else { return Ok(false) };
    refuse(tx, instance, post).await?;
    Ok(true)
}

/// A quote that may not stand is shown to nobody (FEP-044f); that a post had one is still known here.
async fn refuse(tx: &mut Tx, instance: &Instance, post: Uuid) -> Result<()> {
    if quotes::refuse(tx, post, instance.clock().now()).await? {
        update::standing(tx, instance, post).await?;
    }
    Ok(())
}

/// Takes the quote out of a post whose authorization its author takes back, and tells everyone; `false` if the sender
/// gave us none such.
pub(crate) async fn withdrawn(tx: &mut Tx, instance: &Instance, stamp: &Url, sender: &Actor) -> Result<bool> {
    let Some((post, Some(request))) = quotes::by_stamp(tx, stamp).await? else { return Ok(false) };
    if asked(tx, &request).await?.as_ref() != Some(&sender.url) {
        return Ok(false);
    }
    refuse(tx, instance, post).await?;
    Ok(true)
}

/// Takes back an authorization of ours in the name of the author of what is quoted.
pub async fn revoke(instance: &Instance, actor: &Actor, stamp: &Url) -> Result<()> {
    let mut tx = instance.store().write().await?;
    let grant = at(&mut tx, instance, stamp).await?.ok_or(Error::NotFound)?;
    let entry = registry::by_id(&mut tx, grant.object).await?.ok_or(Error::NotFound)?;
    if entry.owner != actor.url.as_str() {
        return Err(Error::Forbidden);
    }
    take_back(&mut tx, instance, actor, &grant).await?;
    tx.commit().await?;
    instance.wake();
    Ok(())
}

/// The authorization at an address of ours.
async fn at(tx: &mut Tx, instance: &Instance, stamp: &Url) -> Result<Option<Grant>> {
    let id = stamp.path().rsplit('/').next().and_then(|id| id.parse::<Uuid>().ok());
    let Some(id) = id.filter(|id| instance.url(&paths::quote(*id)) == *stamp) else { return Ok(None) };
    Ok(quotes::grant_by_id(tx, id).await?.filter(|grant| !grant.revoked))
}

/// Takes back every authorization to quote an object that is deleted.
pub(crate) async fn take_back_all(tx: &mut Tx, instance: &Instance, author: &Actor, object: Uuid) -> Result<()> {
    for grant in quotes::grants_of(tx, object).await? {
        take_back(tx, instance, author, &grant).await?;
    }
    Ok(())
}

async fn take_back(tx: &mut Tx, instance: &Instance, author: &Actor, grant: &Grant) -> Result<()> {
    let now = instance.clock().now();
    if !quotes::revoke(tx, grant.id, now).await? {
        return Ok(());
    }
    let stamp = instance.url(&paths::quote(grant.id));
    let outgoing = Outgoing { actor: author, kind: "Delete", about: &stamp, object: json!(stamp), to: None };
    let (activity, _) = outgoing.publish(tx, instance).await?;
    match actors::by_id(tx, grant.quoter).await? {
        Some(quoter) if !quoter.is_local() => {
            let host = quoter.host.as_str();
            deliveries::to_inbox(tx, activity.id, quoter.delivery_inbox(), host, now).await?;
        }
        _ => {
            if let Some((post, _)) = quotes::by_stamp(tx, &stamp).await? {
                Box::pin(refuse(tx, instance, post)).await?;
            }
        }
    }
    Ok(())
}

/// The document of an authorization of ours that holds.
pub(crate) async fn document(tx: &mut Tx, instance: &Instance, id: Uuid) -> Result<Value> {
    let grant = quotes::grant_by_id(tx, id).await?.filter(|grant| !grant.revoked).ok_or(Error::NotFound)?;
    let entry = registry::by_id(tx, grant.object).await?.filter(|entry| entry.deleted_at.is_none());
    let entry = entry.ok_or(Error::NotFound)?;
    Ok(quote::authorization(&instance.url(&paths::quote(id)), &entry.owner, &grant, &entry.url))
}
