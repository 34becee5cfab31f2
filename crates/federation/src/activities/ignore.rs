//! Ignore: the answer of an event's organiser with whom nobody can register this way.

use domain::actor::Actor;
use domain::participation::State;
use serde::Deserialize;
use serde_json::Value;
use storage::Tx;

use super::{Dropped, answered, join};
use crate::error::Result;
use crate::instance::Instance;

/// Another server does nothing about something.
#[derive(Debug, Deserialize)]
pub struct Ignore {
    object: Value,
}

impl Ignore {
    /// Nothing to fetch; whose request it is shows in the database.
    pub(super) async fn verify(&self, _instance: &Instance, _sender: &Actor) -> Result<(), Dropped> {
        Ok(())
    }

    /// Notes that one of our actors has no seat at the sender's event.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let found = answered::find(tx, &self.object, sender).await?;
        join::answered(tx, instance, found, State::Declined).await
    }
}
