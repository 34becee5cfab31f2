//! Offer: another quarter wants to be our neighbour.

use domain::actor::Actor;
use serde::Deserialize;
use serde_json::Value;
use storage::Tx;
use url::Url;

use super::Dropped;
use crate::instance::Instance;
use crate::{handshakes, shape};

/// An offer from another server.
#[derive(Debug, Deserialize)]
pub struct Offer {
    #[serde(deserialize_with = "shape::one")]
    id: Url,
    object: Value,
}

impl Offer {
    /// Nothing to fetch; what is offered stands in it.
    pub(super) async fn verify(&self, _instance: &Instance, _sender: &Actor) -> Result<(), Dropped> {
        Ok(())
    }

    /// Notes that the sender wants to be our neighbour, for the editors; any other offer is none of our business.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        if handshakes::hear(tx, instance, sender, Some(&self.id), shape::only(&self.object)).await? {
            return Ok(());
        }
        Err(Dropped::Unwanted("nothing of this kind can be offered here"))
    }
}
