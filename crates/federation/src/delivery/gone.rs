//! Inboxes that answer 404 or 410: everyone who follows us from there is looked for, and only who is gone as well is struck off.
//!
//! That alone proves little: a shared inbox stands for many, and a broken proxy says anything. It runs beside the lanes,
//! which need not wait for it.

use std::collections::BTreeSet;

use domain::actor::Actor;
use storage::{follows, inboxes};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::{debug, info, warn};
use url::Url;

use crate::error::{Error, Result};
use crate::fetch::{FetchError, budget};
use crate::instance::Instance;
use crate::remote;

/// How many inboxes may wait to be looked into.
const WAITING: usize = 64;
/// How many actors are looked for after one such answer; the next one goes on with others.
const ACTORS: i64 = 20;
/// How many requests that may take.
const FETCHES: usize = 20;

/// Where lanes name the inboxes that answered so.
#[derive(Clone, Debug)]
pub(super) struct Doubts(mpsc::Sender<(String, Url)>);

impl Doubts {
    /// Has it found out who is still there; where too much waits, that is left to the next answer.
    pub(super) fn note(&self, host: &str, inbox: &Url) {
        if self.0.try_send((host.to_owned(), inbox.clone())).is_err() {
            debug!(inbox.host = host, "Nobody is looked for behind an inbox of {host} now");
        }
    }
}

/// Starts to look; it ends when every `Doubts` is dropped, and can be aborted at any time.
pub(super) fn start(instance: Instance) -> (Doubts, JoinHandle<()>) {
    let (sender, mut doubts) = mpsc::channel::<(String, Url)>(WAITING);
    let looking = tokio::spawn(async move {
        while let Some((host, inbox)) = doubts.recv().await {
            if let Err(cause) = Box::pin(settle(&instance, &host, &inbox)).await {
                warn!(%cause, inbox.host = host, "It could not be found out who is gone from {host}");
            }
        }
    });
    (Doubts(sender), looking)
}

/// Looks for who follows us from `inbox`, and strikes off who is gone.
async fn settle(instance: &Instance, host: &str, inbox: &Url) -> Result<()> {
    let before = instance.clock().now() - remote::LOOK_AGAIN;
    let mut tx = instance.store().read().await?;
    let followers = inboxes::followers(&mut tx, host, inbox, before, ACTORS).await?;
    drop(tx);
    let gone = budget::within(FETCHES, gone(instance, followers)).await;
    if gone.is_empty() {
        return Ok(());
    }
    let mut deserted = BTreeSet::from([inbox]);
    let mut tx = instance.store().write().await?;
    for actor in &gone {
        follows::remove_all_by(&mut tx, actor.id).await?;
        deserted.extend([&actor.inbox, actor.delivery_inbox()]);
    }
    for inbox in deserted {
        inboxes::forget_deserted(&mut tx, host, inbox).await?;
    }
    tx.commit().await?;
    for actor in &gone {
        info!(actor.id = %actor.url, "{} is gone and follows nobody here any more", actor.url);
    }
    Ok(())
}

/// Those of whom nothing is left at their own ids. Of whom nothing can be learnt now is not among them.
async fn gone(instance: &Instance, actors: Vec<Actor>) -> Vec<Actor> {
    let mut gone = Vec::new();
    for actor in actors {
        match remote::is_gone(instance, &actor.url).await {
            Ok(true) => gone.push(actor),
            Err(Error::Fetch(FetchError::TooMany)) => break,
            Ok(false) | Err(_) => {}
        }
    }
    gone
}
