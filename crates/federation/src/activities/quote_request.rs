//! `QuoteRequest`: an actor asks whether it may quote something (FEP-044f). Whoever may read ours may quote it.

use domain::actor::Actor;
use domain::event::State;
use domain::host::Host;
use serde::Deserialize;
use serde_json::{Value, json};
use storage::objects::Entry;
use storage::{Tx, actors, events, objects as registry, posts, quotes};
use url::Url;

use super::{Dropped, Outgoing};
use crate::error::Result;
use crate::instance::Instance;
use crate::objects::quote;
use crate::{paths, shape};

/// A request from another server.
#[derive(Debug, Deserialize)]
pub struct QuoteRequest {
    #[serde(deserialize_with = "shape::one")]
    id: Url,
    #[serde(deserialize_with = "shape::one")]
    object: Url,
    instrument: Value,
    #[serde(skip)]
    quote: Option<Url>,
}

impl QuoteRequest {
    /// Refuses requests about what is not ours, and for posts that are not the sender's.
    pub(super) async fn verify(&mut self, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        if !instance.is_ours(&self.object) {
            return Err(Dropped::Unwanted("its object is not ours"));
        }
        let quote = shape::id_of(&self.instrument).ok_or(Dropped::Malformed("it has no instrument".to_owned()))?;
        let by_another = shape::id(&self.instrument, "attributedTo").is_some_and(|author| author != sender.url);
        if by_another || Host::of(&quote).as_ref() != Some(&sender.host) {
            return Err(Dropped::Unwanted("the quoting post is another's"));
        }
        self.quote = Some(quote);
        Ok(())
    }

    /// Answers with an authorization, always the same for the same post; with no, where there is nothing to quote or
    /// where the author took the authorization back.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let quote = self.quote.as_ref().ok_or(Dropped::Unwanted("there is no quoting post"))?;
        let entry =
            registry::by_url(tx, &self.object).await?.ok_or(Dropped::Unwanted("there is no such object here"))?;
        let owner: Url = entry.owner.parse().map_err(|_| Dropped::Unwanted("its author is unknown"))?;
        let author = actors::by_url(tx, &owner).await?.filter(Actor::is_local);
        let author = author.ok_or(Dropped::Unwanted("its author is not ours"))?;
        let shown = is_shown(tx, &entry).await?;
        if !shown && entry.deleted_at.is_none() {
            // What nobody may see yet is not even refused: a refusal would tell that it is there.
            return Err(Dropped::Unwanted("there is no such object here"));
        }
        let grant = if shown {
            let now = instance.clock().now();
            let kept = quotes::allow(tx, instance.new_id(), entry.id, (quote, sender.id), now).await?;
            Some(kept).filter(|kept| !kept.revoked && kept.quoter == sender.id)
        } else {
            None
        };
        let (kind, more) = match grant {
            Some(grant) => ("Accept", json!({ "result": instance.url(&paths::quote(grant.id)) })),
            None => ("Reject", Value::Null),
        };
        let object = quote::request(&self.id, &sender.url, &self.object, &json!(quote));
        let answer = Outgoing { actor: &author, kind, about: &self.id, object, to: Some(&sender.url) };
        answer.send_with(tx, instance, sender, more).await?;
        Ok(())
    }
}

/// Whether everyone may read it.
async fn is_shown(tx: &mut Tx, entry: &Entry) -> Result<bool> {
    if entry.deleted_at.is_some() {
        return Ok(false);
    }
    Ok(match events::by_id(tx, entry.id).await? {
        Some(event) => event.state == State::Published,
        None => posts::by_id(tx, entry.id).await?.is_some(),
    })
}
