//! The keys that our own actors prove their activities with (FEP-521a): made once, read once.

use std::sync::PoisonError;

use domain::actor::{Actor, AssertionKey, Part};
use jiff::Timestamp;
use storage::{Tx, actors};
use url::Url;
use uuid::Uuid;

use super::Instance;
use crate::error::Result;
use crate::paths;
use crate::signatures::keys::Ed25519Key;

impl Instance {
    /// The key that one of our actors proves its activities with, if it has one; its id is [`paths::proof_key`].
    pub(crate) async fn proof_key(&self, tx: &mut Tx, actor: Uuid) -> Result<Option<Ed25519Key>> {
        let cached = self.0.proof_keys.read().unwrap_or_else(PoisonError::into_inner).get(&actor).cloned();
        if cached.is_some() {
            return Ok(cached);
        }
        let Some(pkcs8) = actors::private_keys(tx, actor).await?.and_then(|keys| keys.ed25519) else {
            return Ok(None);
        };
        let key = Ed25519Key::from_pkcs8(&pkcs8)?;
        self.0.proof_keys.write().unwrap_or_else(PoisonError::into_inner).insert(actor, key.clone());
        Ok(Some(key))
    }
}

/// The public half as the actor at `actor` publishes it.
pub(super) fn assertion_key(actor: &Url, key: &Ed25519Key) -> AssertionKey {
    AssertionKey { id: paths::proof_key(actor), multibase: key.public_multibase(), expires_at: None }
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
    actor.assertion_keys.push(assertion_key(&actor.url, &key));
    actor.updated_at = now;
    actors::update(tx, actor).await?;
    Ok(())
}
