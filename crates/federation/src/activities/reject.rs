//! Reject: the answer no to a follow, to a request to come to an event or to quote, to an invitation, or to an offer to be
//! neighbours; at once or later.

use domain::actor::Actor;
use domain::participation::State;
use serde::Deserialize;
use serde_json::Value;
use storage::{Tx, follows};
use url::Url;

use super::answered::{self, Answered};
use super::{Dropped, accept, join};
use crate::error::Result;
use crate::instance::Instance;
use crate::{handshakes, participations, quotes, shape};

/// A no from another server.
#[derive(Debug, Deserialize)]
pub struct Reject {
    #[serde(default)]
    id: Value,
    object: Value,
    /// What the sender says to an offer.
    #[serde(default)]
    result: Value,
}

impl Reject {
    /// Nothing to fetch; whose request it is shows in the database.
    pub(super) async fn verify(&self, _instance: &Instance, _sender: &Actor) -> Result<(), Dropped> {
        Ok(())
    }

    /// Ends our follow of the sender, takes out a quote of it, or notes that one of our actors does not come to it, or it
    /// not to us.
    pub(super) async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
        if handshakes::hear(tx, instance, sender, shape::id_of(&self.id).as_ref(), shape::only(&self.result)).await? {
            return Ok(());
        }
        if quotes::rejected(tx, instance, &self.object, sender).await? {
            return Ok(());
        }
        match answered::find(tx, &self.object, sender).await? {
            Answered::Follow(follow) => {
                follows::remove(tx, follow.follower, follow.followed).await?;
            }
            Answered::Invite(invited) => {
                participations::refuse(tx, instance, invited.event, sender).await?;
            }
            found @ Answered::Join(_) => join::answered(tx, instance, found, State::Declined).await?,
        }
        Ok(())
    }
}

/// Ends the follow of `followed` by `follower` from the side of `followed`; `follow` is its id.
pub async fn publish(tx: &mut Tx, instance: &Instance, followed: &Actor, follower: &Actor, follow: &Url) -> Result<()> {
    accept::answer(tx, instance, "Reject", (followed, follower), follow).await
}
