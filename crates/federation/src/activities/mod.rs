//! What actors do: one file per verb, with how it is read, checked, carried out, and published.
//!
//! The list below is the only place that names them all. Dispatch opens the transaction, asks whether the activity was
//! seen before, carries it out and commits: processing once, and all or nothing, live here and nowhere else.
#![expect(clippy::unused_async, reason = "every verb has the same shape, whether it has to fetch or not")]

use domain::actor::Actor;
use serde_json::Value;
use storage::{Tx, received};
use url::Url;

use crate::error::Error;
use crate::instance::Instance;

pub mod accept;
pub mod add;
pub mod announce;
mod announced;
mod answered;
pub mod block;
pub mod create;
pub mod delete;
pub mod flag;
pub mod follow;
pub mod ignore;
pub mod invite;
pub mod join;
pub mod leave;
pub mod like;
pub mod r#move;
pub mod offer;
mod outgoing;
pub mod quote_request;
pub mod reject;
pub mod remove;
pub mod tentative_accept;
pub mod undo;
pub mod update;

pub(crate) use outgoing::Outgoing;

/// Why an activity was not carried out.
#[derive(Debug)]
pub enum Dropped {
    /// It cannot be read: 400.
    Malformed(String),
    /// It is none of our business, or not the sender's right: 202, and nothing happens.
    Unwanted(&'static str),
    /// Something it needs cannot be fetched now: 503, so that it comes again.
    NotNow(String),
    /// We are broken: 503, so that it comes again.
    Broken(Error),
}

impl<E: Into<Error>> From<E> for Dropped {
    fn from(error: E) -> Self {
        match error.into() {
            Error::Fetch(error) if error.is_unreachable() => Self::NotNow(error.to_string()),
            Error::Fetch(_) => Self::Unwanted("what it is about could not be fetched"),
            Error::Unusable(why) => Self::Unwanted(why),
            other => Self::Broken(other),
        }
    }
}

/// Makes the enum of all activities that are understood, and the way through each.
macro_rules! activities {
    ($($verb:ident in $module:ident),* $(,)?) => {
        /// An activity from another server whose sender is proven.
        #[derive(Debug)]
        enum Activity {
            $($verb($module::$verb),)*
        }

        impl Activity {
            /// Reads an activity of type `kind`; `None` for types that are not understood.
            fn read(kind: &str, json: Value) -> Option<Result<Self, Dropped>> {
                match kind {
                    $(stringify!($verb) => Some(serde_json::from_value(json).map(Self::$verb)
                        .map_err(|error| Dropped::Malformed(error.to_string()))),)*
                    _ => None,
                }
            }

            /// Checks the sender's right and fetches what is needed; changes nothing here but the cache of actors.
            async fn verify(&mut self, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
                match self {
                    $(Self::$verb(activity) => activity.verify(instance, sender).await,)*
                }
            }

            /// Carries it out; fetches nothing.
            async fn receive(self, tx: &mut Tx, instance: &Instance, sender: &Actor) -> Result<(), Dropped> {
                match self {
                    $(Self::$verb(activity) => activity.receive(tx, instance, sender).await,)*
                }
            }
        }

        /// Whether activities of this type are understood.
        pub fn is_known(kind: &str) -> bool {
            matches!(kind, $(stringify!($verb))|*)
        }
    };
}

activities! {
    Accept in accept,
    Add in add,
    Announce in announce,
    Block in block,
    Create in create,
    Delete in delete,
    Flag in flag,
    Follow in follow,
    Ignore in ignore,
    Invite in invite,
    Join in join,
    Leave in leave,
    Like in like,
    Move in r#move,
    Offer in offer,
    QuoteRequest in quote_request,
    Reject in reject,
    Remove in remove,
    TentativeAccept in tentative_accept,
    Undo in undo,
    Update in update,
}

/// Carries out the activity `json` of type `kind` that `sender` sent: once, and all of it or nothing.
///
/// An activity that cannot be carried out for reasons that will stay is not remembered; it does no harm a second time.
pub async fn receive(instance: &Instance, sender: &Actor, id: &Url, kind: &str, json: Value) -> Result<(), Dropped> {
    let mut activity = Activity::read(kind, json).ok_or(Dropped::Unwanted("its type is not understood"))??;
    Box::pin(activity.verify(instance, sender)).await?;
    let mut tx = instance.store().write_together().await?;
    if !received::insert(&mut tx, id.as_str(), instance.clock().now()).await? {
        return Ok(());
    }
    Box::pin(activity.receive(&mut tx, instance, sender)).await?;
    // Most of what comes in is answered by nothing, and a look at the queue costs as much as a third of taking it in.
    let has_queued = tx.has_queued();
    tx.commit().await?;
    if has_queued {
        instance.wake();
    }
    Ok(())
}
