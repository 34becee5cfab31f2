//! `TentativeAccept`: the answer "perhaps" to a request to come: there is a place in the queue, or somebody has to say yes.

use domain::actor::Actor;
use domain::participation::State;
use serde::Deserialize;
use serde_json::Value;
use storage::Tx;

use super::{Dropped, answered, join};
use crate::error::Result;
use crate::instance::Instance;

/// A perhaps from another server.
#[derive(Debug, Deserialize)]
pub struct TentativeAccept {
    object: Value,
}

impl TentativeAccept {
    /// Nothing to fetch; whose request it is shows in the database.
    pub(super) async fn verify(&self, _instance: &Instance, _sender: &Actor) -> Result<(), Dropped> {
        Ok(())
    }

    /// Notes that one of our actors waits for a seat at the sender's event.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let found = answered::find(tx, &self.object, sender).await?;
        join::answered(tx, instance, found, State::Queued).await
    }
}
