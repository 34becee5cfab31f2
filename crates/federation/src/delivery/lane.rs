//! One host's turn: its deliveries in order, until none is left, the host fails, or the lease runs out.

use bytes::Bytes;
use domain::delivery::{self, LIFETIME, MAX_ATTEMPTS, Outcome};
use jiff::{SignedDuration, Timestamp};
use storage::deliveries::{self, Delivery, Done};
use storage::lanes::{Lane, Release};
use tracing::{info, warn};
use url::Url;
use uuid::Uuid;

use super::WORK;
use super::recorder::{Note, Recorder};
use crate::error::{Error, Result};
use crate::fetch::FetchError;
use crate::instance::Instance;
use crate::signatures::cavage::sign_post;

/// How long a lane rests when it is we who are broken. Not counted against the host.
const OUR_FAULT: SignedDuration = SignedDuration::from_secs(15);
/// How many deliveries are read at once.
const BATCH: i64 = 20;

/// Serves a leased lane and gives it back.
pub(super) async fn drain(instance: Instance, recorder: Recorder, lane: Lane, began: Timestamp) {
    let mut turn = Turn { instance, recorder, lane, delivered: false };
    let release = match turn.serve(began).await {
        Ok(release) => release,
        Err(cause) => {
            warn!(%cause, "The deliveries for {} could not be read", turn.lane.host);
            Release::Paused(turn.instance.clock().now() + OUR_FAULT)
        }
    };
    if let Release::Failing { failures, error, .. } = &release {
        info!(inbox.host = turn.lane.host, failures, "{} was not reached: {error}", turn.lane.host);
    }
    let Turn { recorder, lane, delivered, .. } = turn;
    recorder.note(Note::Release { host: lane.host, release, delivered }).await;
}

struct Turn {
    instance: Instance,
    recorder: Recorder,
    lane: Lane,
    delivered: bool,
}

impl Turn {
    async fn serve(&mut self, began: Timestamp) -> Result<Release> {
        let mut after: Option<(Uuid, Url)> = None;
        loop {
            let mut tx = self.instance.store().read().await?;
            let cursor = after.as_ref().map(|(activity, inbox)| (*activity, inbox));
            let batch = deliveries::waiting(&mut tx, &self.lane.host, cursor, BATCH).await?;
            drop(tx);
            if batch.is_empty() {
                return Ok(Release::Well);
            }
            for delivery in batch {
                if self.instance.clock().now().duration_since(began) > WORK {
                    return Ok(Release::Well);
                }
                after = Some((delivery.activity, delivery.inbox.clone()));
                if let Some(release) = self.attempt(delivery).await? {
                    return Ok(release);
                }
            }
        }
    }

    /// Sends one delivery and notes what became of it; `Some` if the lane has to stop.
    async fn attempt(&mut self, delivery: Delivery) -> Result<Option<Release>> {
        let now = self.instance.clock().now();
        if now.duration_since(delivery.created_at) > LIFETIME {
            self.finish(delivery, Err("not delivered within seven days".to_owned())).await;
            return Ok(None);
        }
        match self.send(&delivery).await? {
            Outcome::Delivered => {
                self.delivered = true;
                self.finish(delivery, Ok(())).await;
                Ok(None)
            }
            Outcome::Refused(why) => {
                info!(activity.id = %delivery.activity_url, "{} refused {}: {why}", self.lane.host, delivery.activity_url);
                self.finish(delivery, Err(why)).await;
                Ok(None)
            }
            // The host is there but breaks on this one, again and again: the rest has to flow.
            Outcome::Failed(why) if delivery.attempts + 1 >= MAX_ATTEMPTS && why.starts_with("HTTP") => {
                self.finish(delivery, Err(why)).await;
                Ok(None)
            }
            Outcome::Wait(pause) => {
                self.tried(delivery, "asked to wait").await;
                Ok(Some(Release::Paused(now + pause)))
            }
            Outcome::Failed(error) => {
                self.tried(delivery, &error).await;
                let failures = if self.delivered { 1 } else { self.lane.failures.saturating_add(1) };
                let until = now + delivery::pause(failures, rand::random());
                Ok(Some(Release::Failing { failures, until, error }))
            }
        }
    }

    async fn send(&self, delivery: &Delivery) -> Result<Outcome> {
        let key = match self.instance.signing_key(delivery.sender).await {
            Ok(key) => key,
            Err(Error::NotFound | Error::Key(_)) => return Ok(Outcome::Refused("its sender has no key".to_owned())),
            Err(broken) => return Err(broken),
        };
        let mut key_id = self.sender_url(delivery.sender).await?;
        key_id.set_fragment(Some("main-key"));
        let (url, body) = (delivery.inbox.clone(), Bytes::from(delivery.body.clone()));
        let (signed, now) = (body.clone(), self.instance.clock().now());
        // Signed at the moment of sending, and off the threads that serve requests.
        let signing = tokio::task::spawn_blocking(move || sign_post(&key, &key_id, &url, &signed, now)).await;
        let Ok(headers) = signing else { return Ok(Outcome::Refused("the request could not be signed".to_owned())) };
        Ok(match self.instance.client().post(&delivery.inbox, headers, body).await {
            Ok(answer) => {
                let now = self.instance.clock().now();
                let retry_after = answer.retry_after.as_deref().and_then(|value| delivery::retry_after(value, now));
                Outcome::of_status(answer.status, delivery.attempts, retry_after)
            }
            Err(FetchError::Refused(why)) => Outcome::Refused(why.to_owned()),
            Err(error @ FetchError::Blocked) => Outcome::Refused(error.to_string()),
            Err(error) => Outcome::Failed(error.to_string()),
        })
    }

    /// The id of one of our actors; the name of its key is made from it.
    async fn sender_url(&self, sender: Uuid) -> Result<Url> {
        for own in [self.instance.quarter(), self.instance.application()] {
            if own.id == sender {
                return Ok(own.url.clone());
            }
        }
        let actor = storage::actors::by_id(&mut self.instance.store().read().await?, sender).await?;
        actor.map(|actor| actor.url).ok_or(Error::NotFound)
    }

    async fn finish(&self, delivery: Delivery, result: Result<(), String>) {
        self.recorder.note(Note::Done(Done { activity: delivery.activity, inbox: delivery.inbox, result })).await;
    }

    async fn tried(&self, delivery: Delivery, error: &str) {
        let note = Note::Tried { activity: delivery.activity, inbox: delivery.inbox, error: error.to_owned() };
        self.recorder.note(note).await;
    }
}
