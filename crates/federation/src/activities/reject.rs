//! Reject: the answer no to a follow, at once or later.

use domain::actor::Actor;
use serde::Deserialize;
use serde_json::Value;
use storage::{Tx, follows};
use url::Url;

use super::{Dropped, accept};
use crate::error::Result;
use crate::instance::Instance;

/// A no from another server.
#[derive(Debug, Deserialize)]
pub struct Reject {
    object: Value,
}

impl Reject {
    /// Nothing to fetch; whose follow it is shows in the database.
    pub(super) async fn verify(&self, _instance: &Instance, _sender: &Actor) -> Result<(), Dropped> {
        Ok(())
    }

    /// Ends our follow of the sender.
    pub(super) async fn receive(self, tx: &mut Tx, _instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        let follow = accept::answered(tx, &self.object, sender).await?;
        follows::remove(tx, follow.follower, follow.followed).await?;
        Ok(())
    }
}

/// Ends the follow of `followed` by `follower` from the side of `followed`; `follow` is its id.
pub async fn publish(tx: &mut Tx, instance: &Instance, followed: &Actor, follower: &Actor, follow: &Url) -> Result<()> {
    accept::answer(tx, instance, "Reject", (followed, follower), follow).await
}
