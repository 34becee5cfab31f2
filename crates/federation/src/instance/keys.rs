//! The keys that our own actors sign with (RSA, and Ed25519 by FEP-521a): made once, parsed once, and changed when asked.

use std::sync::PoisonError;

use domain::actor::{Actor, AssertionKey, Part, PublicKey};
use domain::signing::Scheme;
use http::HeaderMap;
use jiff::Timestamp;
use storage::actors::PrivateKeys;
use storage::{Tx, actors, former_keys};
use url::Url;
use uuid::Uuid;

use super::Instance;
use crate::error::{Error, Result};
use crate::paths;
use crate::signatures::keys::{Ed25519Key, SigningKey};
use crate::signatures::{cavage, rfc9421};

/// The private keys of one of our actors, each with its id.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    /// RSA: what every peer verifies.
    pub(crate) main: (SigningKey, Url),
    /// Ed25519: for proofs, and for requests to peers that are known to take it.
    pub(crate) proof: Option<(Ed25519Key, Url)>,
    /// What a deleted actor signed with before, the last one first: nobody can ask for its document any more.
    former: Vec<(SigningKey, Url)>,
}

impl Keys {
    /// Whether these are what the actor publishes: after a change its keys have other ids.
    fn are_of(&self, actor: &Actor) -> bool {
        let main = actor.key.as_ref().map(|key| &key.id);
        let proof = actor.assertion_keys.first().map(|key| &key.id);
        main == Some(&self.main.1) && proof == self.proof.as_ref().map(|(_, id)| id)
    }
}

impl Keys {
    /// What to sign the try after `attempts` with: of a deleted actor each key in turn, for a peer that was away may know
    /// any of them.
    pub(crate) fn for_try(&self, attempts: u32) -> Self {
        let turn = usize::try_from(attempts).unwrap_or(0) % (self.former.len() + 1);
        match turn.checked_sub(1).and_then(|place| self.former.get(place)) {
            Some(former) => Self { main: former.clone(), proof: None, former: Vec::new() },
            None => self.clone(),
        }
    }

    /// Signs a POST of `body` to `url` at `now`; by RFC 9421 with the Ed25519 key, where there is one, if `ed25519`.
    pub(crate) fn sign_post(&self, url: &Url, body: &[u8], scheme: Scheme, ed25519: bool, now: Timestamp) -> HeaderMap {
        let (main, main_id) = &self.main;
        match (scheme, self.proof.as_ref().filter(|_| ed25519)) {
            (Scheme::Cavage, _) => cavage::sign_post(main, main_id, url, body, now),
            (Scheme::Rfc9421, None) => rfc9421::sign_post(main, main_id, url, body, now),
            (Scheme::Rfc9421, Some((key, id))) => rfc9421::sign_post(key, id, url, body, now),
        }
    }

    /// As [`Keys::sign_post`], a GET of `url`.
    pub(crate) fn sign_get(&self, url: &Url, scheme: Scheme, ed25519: bool, now: Timestamp) -> HeaderMap {
        let (main, main_id) = &self.main;
        match (scheme, self.proof.as_ref().filter(|_| ed25519)) {
            (Scheme::Cavage, _) => cavage::sign_get(main, main_id, url, now),
            (Scheme::Rfc9421, None) => rfc9421::sign_get(main, main_id, url, now),
            (Scheme::Rfc9421, Some((key, id))) => rfc9421::sign_get(key, id, url, now),
        }
    }
}

impl Instance {
    /// The keys of one of our actors as they are now, even if another process has just changed them.
    pub(crate) async fn keys(&self, tx: &mut Tx, actor: Uuid) -> Result<Keys> {
        let actor = actors::by_id(tx, actor).await?.ok_or(Error::NotFound)?;
        let cached = self.0.keys.read().unwrap_or_else(PoisonError::into_inner).get(&actor.id).cloned();
        if let Some(keys) = cached.filter(|keys| keys.are_of(&actor) && actor.deleted_at.is_none()) {
            return Ok(keys);
        }
        let private = actors::private_keys(tx, actor.id).await?.ok_or(Error::NotFound)?;
        let main = actor.key.as_ref().map_or_else(|| paths::main_key(&actor.url), |key| key.id.clone());
        let proof = private.ed25519.zip(actor.assertion_keys.first());
        let proof = proof.map(|(pkcs8, key)| Ok::<_, Error>((Ed25519Key::from_pkcs8(&pkcs8)?, key.id.clone())));
        let mut former = Vec::new();
        if actor.deleted_at.is_some() {
            for (id, rsa) in former_keys::of_actor(tx, actor.id).await? {
                former.push((SigningKey::from_pkcs8(&rsa)?, id));
            }
        }
        let keys = Keys { main: (SigningKey::from_pkcs8(&private.rsa)?, main), proof: proof.transpose()?, former };
        self.0.keys.write().unwrap_or_else(PoisonError::into_inner).insert(actor.id, keys.clone());
        Ok(keys)
    }
}

/// Gives an actor fresh keys under these ids; it is not kept yet.
pub(crate) fn renew(actor: &mut Actor, main_id: Url, proof_id: Url) -> Result<PrivateKeys> {
    let (main, proof) = (SigningKey::generate()?, Ed25519Key::generate()?);
    actor.key = Some(PublicKey { id: main_id, pem: main.public_pem() });
    actor.assertion_keys = vec![AssertionKey { id: proof_id, multibase: proof.public_multibase(), expires_at: None }];
    Ok(PrivateKeys { rsa: main.to_pkcs8()?, ed25519: Some(proof.to_pkcs8()?) })
}

/// Gives every actor of ours that was founded before there were proofs its key, at `now`.
pub(super) async fn complete(tx: &mut Tx, now: Timestamp) -> Result<()> {
    for part in [Part::Initiative, Part::Member] {
        for mut actor in actors::of_part(tx, part).await? {
            add_proof_key(tx, &mut actor, now).await?;
        }
    }
    Ok(())
}

/// Gives one actor of ours its key, if it has none.
pub(super) async fn add_proof_key(tx: &mut Tx, actor: &mut Actor, now: Timestamp) -> Result<()> {
    if !actor.assertion_keys.is_empty() {
        return Ok(());
    }
    let key = Ed25519Key::generate()?;
    actors::set_ed25519_key(tx, actor.id, &key.to_pkcs8()?).await?;
    let id = paths::proof_key(&actor.url);
    actor.assertion_keys.push(AssertionKey { id, multibase: key.public_multibase(), expires_at: None });
    actor.updated_at = now;
    actors::update(tx, actor).await?;
    Ok(())
}
