//! Actors of other servers: found, fetched, remembered, and believed only when they prove to be who they say.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::actor::Actor;
use domain::handle::Address;
use domain::host::Host;
use domain::signing::{Knocks, Scheme};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use storage::{Tx, actors};
use url::Url;
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::fetch::{Answer, Document, FetchError, webfinger};
use crate::gate::{Caller, Claim, WINDOW_AHEAD};
use crate::hosts;
use crate::instance::Instance;
use crate::objects;
use crate::shape;
use crate::signatures::keys::{Algorithm, of_requests};
use crate::signatures::proof::Proof;

/// How long a fetched actor is believed before a failed signature makes us look again.
pub(crate) const LOOK_AGAIN: SignedDuration = SignedDuration::from_mins(5);
/// How old a proof may be that stands for the sender: what is older may have been taken back since, and be forgotten here.
const PROOF_LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);
const BROKEN: &str = "the proof does not fit the activity and its actor";
const OTHERS_KEY: &str = "the key is not on the host of the actor";
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

/// The actor that really said what `claim` claims: its own document names the key that it was signed with.
///
/// An actor we do not know is fetched. One we know is fetched again when its signature does not hold, but not more
/// often than every five minutes, and a few times in an hour where the key is new to us: it may have changed its keys, or
/// somebody may want us to hammer it. What another actor passes on counts only with a proof by the one who said it, of
/// this week; that other one has to have signed all the same. `known` is the claim's actor as we know it, if we do.
pub async fn authenticate(instance: &Instance, claim: &Claim, known: Option<Actor>) -> Result<Actor, Unproven> {
    let is_near = Host::of(&claim.actor) == Host::of(&claim.key_id);
    let direct = if is_near {
        prove(instance, &claim.actor, known, claim.caller()).await
    } else {
        Err(Unproven::No(OTHERS_KEY))
    };
    match (direct, &claim.proof) {
        (Ok(actor), None) => Ok(actor),
        (Ok(actor), Some(proof)) => unbroken(instance, actor, proof).await,
        (Err(Unproven::No(_)), Some(proof)) => {
            reader(instance, claim.caller()).await?;
            said(instance, &claim.actor, proof).await
        }
        (Err(unproven), _) => Err(unproven),
    }
}

/// That the proof does not contradict who sent it: one by a key that the actor has and that does not hold is broken.
async fn unbroken(instance: &Instance, actor: Actor, proof: &Proof) -> Result<Actor, Unproven> {
    let now = instance.clock().now();
    match of_requests(&actor, &proof.method, now).map(|key| proof.verify(&key)) {
        Some(Ok(())) => Ok(actor),
        // Two keys under one id, perhaps: the newer one decides.
        Some(Err(_)) => said(instance, &actor.url, proof).await,
        None if Host::of(&proof.method).as_ref() == Some(&actor.host) => Ok(actor),
        None => Err(Unproven::No(BROKEN)),
    }
}

/// Whether a proof says that it was made within the last week.
pub(crate) fn is_of_this_week(proof: &Proof, now: Timestamp) -> bool {
    proof.created.is_some_and(|at| now.duration_since(at) < PROOF_LIFETIME && at <= now + WINDOW_AHEAD)
}

/// That `actor` said it, wherever it comes from.
pub(crate) async fn said(instance: &Instance, actor: &Url, proof: &Proof) -> Result<Actor, Unproven> {
    let now = instance.clock().now();
    if !is_of_this_week(proof, now) {
        return Err(Unproven::No("the proof does not say that it was made within a week"));
    }
    let holds = |actor: &Actor| of_requests(actor, &proof.method, now).is_some_and(|key| proof.verify(&key).is_ok());
    let known = actors::by_url(&mut instance.store().look().await?, actor).await?;
    look(instance, (actor, &proof.method), known, holds, BROKEN).await
}

/// The actor that signed a question, by whose own document the key is its.
///
/// Without an activity nobody says whose the key is: it is the actor's whose key we know, or of the document at the id
/// of the key, or of the owner that this document names.
pub async fn reader(instance: &Instance, caller: &Caller) -> Result<Actor, Unproven> {
    let known = actors::by_key(&mut instance.store().look().await?, &caller.key_id).await?;
    if let Some(actor) = known {
        return prove(instance, &actor.url.clone(), Some(actor), caller).await;
    }
    let owner = owner(instance, &caller.key_id).await?;
    let known = actors::by_url(&mut instance.store().look().await?, &owner).await?;
    prove(instance, &owner, known, caller).await
}

/// Whose document a key is in, or whom its own document names.
async fn owner(instance: &Instance, key_id: &Url) -> Result<Url, Unproven> {
    let mut document = key_id.clone();
    document.set_fragment(None);
    if document != *key_id {
        return Ok(document);
    }
    let stub = self::document(instance, key_id).await?;
    let named = shape::id(&stub.json, "owner").or_else(|| shape::id(&stub.json, "controller"));
    let owner = named.unwrap_or(stub.url);
    if Host::of(&owner) == Host::of(key_id) {
        return Ok(owner);
    }
    Err(Unproven::No("the key is not on the host of its owner"))
}

/// That `actor` signed the request as `caller` says. A host that signs by RFC 9421 is remembered for that.
async fn prove(instance: &Instance, actor: &Url, known: Option<Actor>, caller: &Caller) -> Result<Actor, Unproven> {
    let now = instance.clock().now();
    let holds = |actor: &Actor| of_requests(actor, &caller.key_id, now).is_some_and(|key| caller.verify(&key));
    let named = (actor, &caller.key_id);
    let actor = look(instance, named, known, holds, "the signature does not fit the actor's key").await?;
    if caller.scheme() == Scheme::Rfc9421 {
        let key = of_requests(&actor, &caller.key_id, now);
        hosts::seen(instance, &actor.host, key.is_some_and(|key| key.algorithm() == Algorithm::Ed25519)).await;
    }
    Ok(actor)
}

/// The actor as we know it, if `holds` holds for it, or else as it is at its own id; `why` if it holds for neither. A
/// `key` that it did not have may be one that it got a moment ago.
async fn look(
    instance: &Instance,
    (url, key): (&Url, &Url),
    known: Option<Actor>,
    holds: impl Fn(&Actor) -> bool,
    why: &'static str,
) -> Result<Actor, Unproven> {
    let known_at = known.as_ref().map(|actor| actor.updated_at);
    if let Some(actor) = known {
        if actor.deleted_at.is_some() {
            return Err(Unproven::No("the actor was deleted"));
        }
        if holds(&actor) {
            return Ok(actor);
        }
        let now = instance.clock().now();
        let is_fresh = now.duration_since(actor.updated_at) < LOOK_AGAIN;
        if is_fresh && (of_requests(&actor, key, now).is_some() || !instance.limits().may_look(url, now)) {
            return Err(Unproven::No(why));
        }
    }
    let fetched = fetch_unless(instance, url, |kept| known_at.is_none_or(|at| kept.updated_at > at)).await?;
    if holds(&fetched) { Ok(fetched) } else { Err(Unproven::No(why)) }
}

/// Fetches a document, signed by the server's actor in the scheme that its host takes, or else in the other.
pub async fn document(instance: &Instance, url: &Url) -> Result<Document> {
    document_for(instance, instance.application().id, url).await
}

/// As [`document`], signed by another actor of ours.
pub(crate) async fn document_for(instance: &Instance, reader: Uuid, url: &Url) -> Result<Document> {
    let now = instance.clock().now();
    let host = Host::of(url).ok_or(Error::Unusable("this address has no host"))?;
    let keys = instance.keys(&mut instance.store().look().await?, reader).await?;
    let knocks = Knocks::for_habit(hosts::habit(instance, &host).await, now);
    // Where it redirects to somebody else, that one is a stranger.
    let knocks_at =
        |hop: &Url| if Host::of(hop).as_ref() == Some(&host) { knocks } else { Knocks::for_habit(None, now) };
    let has_knocked_twice = AtomicBool::new(false);
    let first = |hop: &Url| keys.sign_get(hop, knocks_at(hop).first, knocks_at(hop).ed25519, now);
    let again = |hop: &Url, answer: &Answer| {
        let Knocks { first, ed25519 } = knocks_at(hop);
        if !first.is_misunderstood(answer.status) {
            return None;
        }
        has_knocked_twice.fetch_or(Host::of(hop).as_ref() == Some(&host), Ordering::Relaxed);
        Some(keys.sign_get(hop, first.other(), ed25519, now))
    };
    let document = Box::pin(instance.client().get_document_knocking(url, first, again)).await?;
    if has_knocked_twice.load(Ordering::Relaxed) && Host::of(&document.url).as_ref() == Some(&host) {
        hosts::accepted(instance, &host, knocks.first.other(), knocks.ed25519).await;
    }
    Ok(document)
}

/// Fetches an actor from its own id and remembers it; who asks for it meanwhile gets the same answer.
pub async fn fetch(instance: &Instance, url: &Url) -> Result<Actor> {
    let asked_at = instance.clock().now();
    fetch_unless(instance, url, |kept| kept.updated_at >= asked_at).await
}

/// As [`fetch`], but for what somebody else fetched before it was our turn, if that is enough.
async fn fetch_unless(instance: &Instance, url: &Url, is_enough: impl Fn(&Actor) -> bool) -> Result<Actor> {
    if instance.is_ours(url) {
        return Err(Error::Unusable("this address is on this server"));
    }
    let _turn = instance.flights().board(url).await;
    let kept = actors::by_url(&mut instance.store().look().await?, url).await?;
    match kept.filter(|actor| actor.deleted_at.is_none() && is_enough(actor)) {
        Some(actor) => Ok(actor),
        None => Ok(ask(instance, url).await?.0),
    }
}

/// As [`fetch`], whoever asks for it meanwhile, and with the document.
pub(crate) async fn fetch_anew(instance: &Instance, url: &Url) -> Result<(Actor, Value)> {
    if instance.is_ours(url) {
        return Err(Error::Unusable("this address is on this server"));
    }
    let _turn = instance.flights().board(url).await;
    ask(instance, url).await
}

/// Whether nobody is at an actor's id any more: its server says 404 or 410, or shows a tombstone. Whoever is there is
/// remembered as it is now; an error if nothing can be said.
pub(crate) async fn is_gone(instance: &Instance, url: &Url) -> Result<bool> {
    let _turn = instance.flights().board(url).await;
    match document(instance, url).await {
        Err(Error::Fetch(FetchError::Gone | FetchError::NotFound)) => Ok(true),
        Err(error) => Err(error),
        Ok(document) if shape::kind(&document.json, |kind| (kind == "Tombstone").then_some(())).is_some() => Ok(true),
        Ok(document) => keep(instance, url, document).await.map(|_| false),
    }
}

async fn ask(instance: &Instance, url: &Url) -> Result<(Actor, Value)> {
    let document = document(instance, url).await?;
    keep(instance, url, document).await
}

/// Remembers the actor whose document was fetched from `url`.
async fn keep(instance: &Instance, url: &Url, document: Document) -> Result<(Actor, Value)> {
    let actor = objects::actor::read(&document.json, instance.clock().now())
        .and_then(|actor| if actor.url == *url { Ok(actor) } else { Err("the document is another actor's") });
    // Or every signature in the name of what is no actor would make us look again.
    let actor = actor.inspect_err(|why| instance.client().reject(url, why)).map_err(Error::Unusable)?;
    let mut tx = instance.store().write().await?;
    let kept = remember(&mut tx, actor).await?;
    if let Some(ed25519) = hosts::advertised(&document.json) {
        hosts::told(&mut tx, &kept.host, ed25519, instance.clock().now()).await?;
    }
    tx.commit().await?;
    Ok((kept, document.json))
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
    match actors::by_url(&mut instance.store().look().await?, url).await? {
        Some(actor) if actor.deleted_at.is_some() => Err(FetchError::Gone.into()),
        Some(actor) => Ok(actor),
        None => fetch_unless(instance, url, |_| true).await,
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
