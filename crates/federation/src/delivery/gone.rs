//! Inboxes that answer 404 or 410, or take everything with a web page: who follows us from there is looked for, and only
//! who is gone as well is struck off.
//!
//! That answer alone proves little: a shared inbox stands for many, a broken proxy says anything, and some servers send
//! a page with every answer. It runs beside the lanes, which need not wait for it.

use std::collections::BTreeSet;

use domain::actor::Actor;
use domain::delivery::ASTRAY;
use jiff::SignedDuration;
use storage::{follows, inboxes, lanes};
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
/// Whoever was found within so long is not looked for because of a page.
const SEEN: SignedDuration = SignedDuration::from_hours(24);

/// What an answer makes us doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// 404 or 410: whether anybody is there.
    Gone,
    /// 2xx with a web page: whether the host is a server like ours still. Its name may be somebody else's.
    Astray,
}

/// Where lanes name the inboxes that answered so.
#[derive(Clone, Debug)]
pub(super) struct Doubts(mpsc::Sender<(Doubt, String, Url)>);

impl Doubts {
    /// Has it found out who is still there; where too much waits, that is left to the next answer.
    pub(super) fn note(&self, doubt: Doubt, host: &str, inbox: &Url) {
        if self.0.try_send((doubt, host.to_owned(), inbox.clone())).is_err() {
            debug!(inbox.host = host, "Nobody is looked for behind an inbox of {host} now");
        }
    }
}

/// Starts to look; it ends when every `Doubts` is dropped, and can be aborted at any time.
pub(super) fn start(instance: Instance) -> (Doubts, JoinHandle<()>) {
    let (sender, mut doubts) = mpsc::channel::<(Doubt, String, Url)>(WAITING);
    let looking = tokio::spawn(async move {
        while let Some((doubt, host, inbox)) = doubts.recv().await {
            let settled = match doubt {
                Doubt::Gone => Box::pin(settle(&instance, &host, &inbox)).await,
                Doubt::Astray => Box::pin(settle_astray(&instance, &host, &inbox)).await,
            };
            if let Err(cause) = settled {
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
    strike_off(instance, host, inbox, &gone).await
}

/// Looks for one of those who follow us from `inbox`. Behind whose pages nobody was for a week, of them nobody is left.
async fn settle_astray(instance: &Instance, host: &str, inbox: &Url) -> Result<()> {
    let now = instance.clock().now();
    let mut tx = instance.store().read().await?;
    let follower = inboxes::followers(&mut tx, host, inbox, now - SEEN, 1).await?.pop();
    drop(tx);
    let Some(follower) = follower else { return Ok(()) };
    let is_lost = match remote::is_gone(instance, &follower.url).await {
        Ok(is_gone) => is_gone,
        Err(Error::Fetch(FetchError::NotActivityPub(_) | FetchError::TooLarge) | Error::Unusable(_)) => true,
        Err(_) => return Ok(()),
    };
    let mut tx = instance.store().write().await?;
    if !is_lost {
        lanes::note_found(&mut tx, host).await?;
        return Ok(tx.commit().await?);
    }
    let since = lanes::note_astray(&mut tx, host, now).await?;
    tx.commit().await?;
    if since.is_some_and(|since| now.duration_since(since) >= ASTRAY) {
        let mut tx = instance.store().read().await?;
        let lost = inboxes::followers(&mut tx, host, inbox, now - ASTRAY, ACTORS).await?;
        drop(tx);
        strike_off(instance, host, inbox, &lost).await?;
    }
    Ok(())
}

/// These follow nobody here any more, and inboxes behind which nobody is left are forgotten.
async fn strike_off(instance: &Instance, host: &str, inbox: &Url, gone: &[Actor]) -> Result<()> {
    if gone.is_empty() {
        return Ok(());
    }
    let mut deserted = BTreeSet::from([inbox]);
    let mut tx = instance.store().write().await?;
    for actor in gone {
        follows::remove_all_by(&mut tx, actor.id).await?;
        deserted.extend([&actor.inbox, actor.delivery_inbox()]);
    }
    for inbox in deserted {
        inboxes::forget_deserted(&mut tx, host, inbox).await?;
    }
    tx.commit().await?;
    for actor in gone {
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
