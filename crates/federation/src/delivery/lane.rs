//! One host's turn: its deliveries in order, until none is left, the host fails, or the lease runs out.

use std::collections::HashMap;

use bytes::Bytes;
use domain::delivery::{self, LIFETIME, MAX_ATTEMPTS, Outcome};
use domain::signing::{Evidence, Habit, Knocks, Scheme};
use jiff::{SignedDuration, Timestamp};
use storage::deliveries::{self, Delivery, Done};
use storage::hosts;
use storage::lanes::{Lane, Release};
use tracing::{info, warn};
use url::Url;
use uuid::Uuid;

use super::WORK;
use super::gone::Doubts;
use super::recorder::{Note, Recorder};
use crate::error::{Error, Result};
use crate::fetch::{Answer, FetchError};
use crate::instance::Instance;
use crate::instance::keys::Keys;

/// How long a lane rests when it is we who are broken. Not counted against the host.
const OUR_FAULT: SignedDuration = SignedDuration::from_secs(15);
/// How many deliveries are read at once.
const BATCH: i64 = 20;

/// Serves a leased lane and gives it back.
pub(super) async fn drain(instance: Instance, recorder: Recorder, doubts: Doubts, lane: Lane, began: Timestamp) {
    let mut turn = Turn { instance, recorder, doubts, lane, delivered: false, habit: None, keys: HashMap::new() };
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
    doubts: Doubts,
    lane: Lane,
    delivered: bool,
    habit: Option<Habit>,
    keys: HashMap<Uuid, Keys>,
}

impl Turn {
    async fn serve(&mut self, began: Timestamp) -> Result<Release> {
        self.habit = hosts::habit(&mut self.instance.store().read().await?, &self.lane.host).await?;
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
            Outcome::Gone => {
                self.doubts.note(&self.lane.host, &delivery.inbox);
                self.finish(delivery, Err("HTTP 410".to_owned())).await;
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

    /// Sends one delivery, a second time in the other scheme where the first may not have been understood.
    async fn send(&mut self, delivery: &Delivery) -> Result<Outcome> {
        let keys = match self.keys(delivery.sender).await {
            Ok(keys) => keys,
            Err(Error::NotFound | Error::Key(_)) => return Ok(Outcome::Refused("its sender has no key".to_owned())),
            Err(broken) => return Err(broken),
        };
        let body = Bytes::from(delivery.body.clone());
        let Knocks { first, ed25519 } = Knocks::for_habit(self.habit, self.instance.clock().now());
        let answer = match self.post(&keys, delivery, &body, first, ed25519).await {
            Ok(answer) => answer,
            Err(FetchError::Refused(why)) => return Ok(Outcome::Refused(why.to_owned())),
            Err(error @ FetchError::Blocked) => return Ok(Outcome::Refused(error.to_string())),
            Err(error) => return Ok(Outcome::Failed(error.to_string())),
        };
        if !first.is_misunderstood(answer.status) {
            return Ok(self.outcome(&answer, delivery));
        }
        let second = self.post(&keys, delivery, &body, first.other(), ed25519).await;
        match second {
            Ok(second) if (200..=299).contains(&second.status) => {
                self.learn(Habit::accepted(first.other(), ed25519, self.instance.clock().now())).await;
                Ok(self.outcome(&second, delivery))
            }
            // Of two refusals the one in the scheme that everybody understands says more, unless it was about time.
            Ok(second) if first == Scheme::Rfc9421 || second.retry_after.is_some() || second.status == 429 => {
                Ok(self.outcome(&second, delivery))
            }
            _ => Ok(self.outcome(&answer, delivery)),
        }
    }

    /// One try in one scheme.
    async fn post(
        &mut self,
        keys: &Keys,
        delivery: &Delivery,
        body: &Bytes,
        scheme: Scheme,
        ed25519: bool,
    ) -> Result<Answer, FetchError> {
        let (keys, url, signed) = (keys.clone(), delivery.inbox.clone(), body.clone());
        let now = self.instance.clock().now();
        // Signed at the moment of sending, and off the threads that serve requests.
        let sign = move || keys.sign_post(&url, &signed, scheme, ed25519, now);
        let signing = tokio::task::spawn_blocking(sign).await;
        let headers = signing.map_err(|_| FetchError::Refused("the request could not be signed"))?;
        let answer = self.instance.client().post(&delivery.inbox, headers, body.clone()).await?;
        if answer.asks_for_rfc9421
            && let Some(habit) = Habit::told(self.habit, Evidence::Advertised, false, now)
        {
            self.learn(habit).await;
        }
        Ok(answer)
    }

    fn outcome(&self, answer: &Answer, delivery: &Delivery) -> Outcome {
        let now = self.instance.clock().now();
        let retry_after = answer.retry_after.as_deref().and_then(|value| delivery::retry_after(value, now));
        Outcome::of_status(answer.status, delivery.attempts, retry_after)
    }

    /// Remembers how the host wants requests to be signed, unless that is known already and for better reasons.
    async fn learn(&mut self, habit: Habit) {
        let now = self.instance.clock().now();
        let is_known = |before: Habit| before.holds(now) && before.scheme == habit.scheme;
        if habit.evidence == Evidence::Accepted && self.habit.is_some_and(is_known) {
            return;
        }
        self.habit = Some(habit);
        self.recorder.note(Note::Learnt { host: self.lane.host.clone(), habit }).await;
    }

    /// The keys of a sender, read once in a turn.
    async fn keys(&mut self, sender: Uuid) -> Result<Keys> {
        if let Some(keys) = self.keys.get(&sender) {
            return Ok(keys.clone());
        }
        let keys = self.instance.keys(&mut self.instance.store().read().await?, sender).await?;
        self.keys.insert(sender, keys.clone());
        Ok(keys)
    }

    async fn finish(&self, delivery: Delivery, result: Result<(), String>) {
        self.recorder.note(Note::Done(Done { activity: delivery.activity, inbox: delivery.inbox, result })).await;
    }

    async fn tried(&self, delivery: Delivery, error: &str) {
        let note = Note::Tried { activity: delivery.activity, inbox: delivery.inbox, error: error.to_owned() };
        self.recorder.note(note).await;
    }
}
