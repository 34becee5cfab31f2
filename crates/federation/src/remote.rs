//! Actors of other servers: found, fetched, remembered, and believed only when they prove to be who they say.

use std::time::Duration;

use domain::actor::Actor;
use domain::handle::Address;
use domain::host::Host;
use jiff::SignedDuration;
use storage::{Tx, actors};
use url::Url;

use crate::error::{Error, Result};
use crate::fetch::{FetchError, webfinger};
use crate::gate::{Caller, Claim};
use crate::instance::Instance;
use crate::objects;
use crate::shape;
use crate::signatures::keys::VerifyingKey;

/// How long a fetched actor is believed before a failed signature makes us look again.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_mins(5);
/// What a peer is told to wait when we could not reach it for its key.
pub const RETRY_AFTER: Duration = Duration::from_mins(1);

/// Why the sender of a request is not believed.
#[derive(Debug)]
pub enum Unproven {
    /// It did not sign, or is not who it says: 401.
    No(&'static str),
    /// Its server cannot be asked now; it may be our network: 503.
    NotNow(String),
    /// We are broken.
    Broken(Error),
}

impl<E: Into<Error>> From<E> for Unproven {
    fn from(error: E) -> Self {
        match error.into() {
            Error::Fetch(error) if error.is_unreachable() => Self::NotNow(error.to_string()),
            Error::Fetch(_) => Self::No("the actor could not be fetched"),
            Error::Unusable(why) => Self::No(why),
            other => Self::Broken(other),
        }
    }
}

/// The actor that really sent what `claim` claims: its own document names the key that the request was signed with.
///
/// An actor we do not know is fetched. One we know is fetched again when its signature does not hold, but not more
/// often than every five minutes: it may have a new key, or somebody may want us to hammer it.
pub async fn authenticate(instance: &Instance, claim: &Claim) -> Result<Actor, Unproven> {
    prove(instance, &claim.actor, claim.caller()).await
}

/// The actor that signed a question, by whose own document the key is its.
///
/// Without an activity nobody says whose the key is: it is the actor's whose key we know, or of the document at the id
/// of the key, or of the owner that this document names.
pub async fn reader(instance: &Instance, caller: &Caller) -> Result<Actor, Unproven> {
    let known = actors::by_key(&mut instance.store().read().await?, &caller.key_id).await?;
    let actor = match known {
        Some(actor) => actor.url,
        None => owner(instance, &caller.key_id).await?,
    };
    prove(instance, &actor, caller).await
}

/// Whose document a key is in, or whom its own document names.
async fn owner(instance: &Instance, key_id: &Url) -> Result<Url, Unproven> {
    let mut document = key_id.clone();
    document.set_fragment(None);
    if document != *key_id {
        return Ok(document);
    }
    let stub = instance.client().get_document(key_id, |hop| instance.sign_get(hop)).await.map_err(Error::from)?;
    let named = shape::id(&stub.json, "owner").or_else(|| shape::id(&stub.json, "controller"));
    let owner = named.unwrap_or(stub.url);
    if Host::of(&owner) == Host::of(key_id) {
        return Ok(owner);
    }
    Err(Unproven::No("the key is not on the host of its owner"))
}

/// That `actor` signed as `caller` says.
async fn prove(instance: &Instance, actor: &Url, caller: &Caller) -> Result<Actor, Unproven> {
    let known = actors::by_url(&mut instance.store().read().await?, actor).await?;
    if let Some(actor) = &known {
        if actor.deleted_at.is_some() {
            return Err(Unproven::No("the actor was deleted"));
        }
        if is_signed_by(caller, actor) {
            return Ok(actor.clone());
        }
        if instance.clock().now().duration_since(actor.updated_at) < LOOK_AGAIN {
            return Err(Unproven::No("the signature does not fit the actor's key"));
        }
    }
    let fetched = fetch(instance, actor).await?;
    if !is_signed_by(caller, &fetched) {
        return Err(Unproven::No("the signature does not fit the actor's key"));
    }
    Ok(fetched)
}

fn is_signed_by(caller: &Caller, actor: &Actor) -> bool {
    let key = actor.key.as_ref().filter(|key| key.id == caller.key_id);
    key.is_some_and(|key| VerifyingKey::from_pem(&key.pem).is_ok_and(|key| caller.verify(&key)))
}

/// Fetches an actor from its own id and remembers it; who asks for it meanwhile gets the same answer.
pub async fn fetch(instance: &Instance, url: &Url) -> Result<Actor> {
    if instance.is_ours(url) {
        return Err(Error::Unusable("this address is on this server"));
    }
    let asked_at = instance.clock().now();
    let (_turn, has_waited) = instance.flights().board(url).await;
    if has_waited
        && let Some(actor) = actors::by_url(&mut instance.store().read().await?, url).await?
        && actor.updated_at >= asked_at
        && actor.deleted_at.is_none()
    {
        return Ok(actor);
    }
    let document = instance.client().get_document(url, |hop| instance.sign_get(hop)).await?;
    let actor = objects::actor::read(&document.json, instance.clock().now())
        .and_then(|actor| if actor.url == *url { Ok(actor) } else { Err("the document is another actor's") });
    // Or every signature in the name of what is no actor would make us look again.
    let actor = actor.inspect_err(|why| instance.client().reject(url, why)).map_err(Error::Unusable)?;
    let mut tx = instance.store().write().await?;
    let kept = remember(&mut tx, actor).await?;
    tx.commit().await?;
    Ok(kept)
}

/// Keeps a fetched actor under the key it has here. Its type may not become another's.
async fn remember(tx: &mut Tx, mut fetched: Actor) -> Result<Actor> {
    if actors::insert(tx, &fetched, None).await? {
        return Ok(fetched);
    }
    let kept = actors::by_url(tx, &fetched.url).await?.ok_or(Error::NotFound)?;
    if kept.is_local() {
        return Err(Error::Unusable("this address is on this server"));
    }
    fetched.id = kept.id;
    fetched.created_at = kept.created_at;
    actors::update(tx, &fetched).await?;
    Ok(fetched)
}

/// The actor at `url`, as we know it or fetched.
pub async fn known_or_fetched(instance: &Instance, url: &Url) -> Result<Actor> {
    match actors::by_url(&mut instance.store().read().await?, url).await? {
        Some(actor) if actor.deleted_at.is_some() => Err(FetchError::Gone.into()),
        Some(actor) => Ok(actor),
        None => fetch(instance, url).await,
    }
}

/// The actor behind `name@host`, fetched anew, if WebFinger and the actor's own document agree.
pub async fn find(instance: &Instance, address: &Address) -> Result<Actor> {
    if address.host == *instance.host() {
        return Err(Error::Unusable("this address is on this server"));
    }
    let url = webfinger::resolve(instance.client(), address).await?;
    let actor = fetch(instance, &url).await?;
    // On the actor's own host its document says the name; elsewhere that host has to say the same of it.
    if actor.host == address.host && actor.handle.eq_ignore_ascii_case(&address.name) {
        return Ok(actor);
    }
    Err(Error::Unusable("the address and the actor do not agree on their name"))
}
