//! One host's turn: its deliveries in order, until none is left, the host fails, or the lease runs out.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::Bytes;
use domain::delivery::{
    self, BANISHED, FORBIDDEN, LIFETIME, Outcome, POISON_AFTER, SLOW_START, SUSPECT_AFTER, SUSPICION,
};
use domain::signing::{Evidence, Habit, Knocks, Scheme};
use jiff::{SignedDuration, Timestamp};
use storage::deliveries::{self, Delivery, Done};
use storage::hosts;
use storage::lanes::{Lane, Release};
use tracing::{debug, info, warn};
use url::Url;
use uuid::Uuid;

use super::Depot;
use super::gone::Doubt;
use super::recorder::Note;
use crate::error::{Error, Result};
use crate::fetch::{Answer, FetchError};
use crate::instance::keys::Keys;

/// How long a lane rests when it is we who are broken. Not counted against the host.
const OUR_FAULT: SignedDuration = SignedDuration::from_secs(15);
/// The pause between two sends to a host that is just back.
const PACE: Duration = SLOW_START.unsigned_abs();
/// How many deliveries may be passed over in a turn.
const MAX_SUSPECTS: usize = 3;
/// How many deliveries are read at once.
const BATCH: usize = 20;

/// Serves a leased lane and gives it back.
pub(super) async fn drain(depot: Depot, lane: Lane, began: Timestamp) {
    let (suspects, keys) = (Vec::new(), HashMap::new());
    let mut turn = Turn { depot, lane, delivered: false, by_a_page: false, suspects, habit: None, keys };
    let release = match turn.serve(began).await {
        Ok(release) => release,
        Err(cause) => {
            warn!(%cause, "The deliveries for {} could not be read", turn.lane.host);
            Release::Resting(turn.now() + OUR_FAULT)
        }
    };
    if let Release::Failing { failures, error, .. } = &release {
        info!(inbox.host = turn.lane.host, failures, "{} was not reached: {error}", turn.lane.host);
    }
    let Turn { depot, lane, delivered, by_a_page, .. } = turn;
    depot.recorder.note(Note::Release { host: lane.host, release, delivered, by_a_page }).await;
}

struct Turn {
    depot: Depot,
    lane: Lane,
    delivered: bool,
    /// Whether the host took something with a web page for an answer.
    by_a_page: bool,
    /// What the host broke on again and again, so that the next was tried, and how.
    suspects: Vec<(Delivery, String)>,
    habit: Option<Habit>,
    keys: HashMap<Uuid, Keys>,
}

impl Turn {
    async fn serve(&mut self, began: Timestamp) -> Result<Release> {
        let mut after: Option<(Uuid, Url)> = None;
        loop {
            let batch = self.batch(after.as_ref()).await?;
            let is_last = batch.len() < BATCH;
            for delivery in batch {
                if self.depot.is_ending.load(Ordering::Relaxed) || self.now().duration_since(began) > self.depot.work {
                    let rest = if self.is_back() { Release::Returning } else { Release::Well };
                    return self.end(rest).await;
                }
                if self.is_back() {
                    tokio::time::sleep(PACE).await;
                }
                after = Some((delivery.activity, delivery.inbox.clone()));
                if let Some(release) = self.attempt(delivery).await? {
                    return Ok(release);
                }
            }
            // What came meanwhile makes the lane due again when it is given back.
            if is_last {
                return self.end(Release::Well).await;
            }
        }
    }

    /// What waits after that one, with all that is needed to send it, read at once.
    async fn batch(&mut self, after: Option<&(Uuid, Url)>) -> Result<Vec<Delivery>> {
        let instance = &self.depot.instance;
        let mut tx = instance.store().read().await?;
        if after.is_none() {
            self.habit = hosts::habit(&mut tx, &self.lane.host).await?;
        }
        let after = after.map(|(activity, inbox)| (*activity, inbox));
        let limit = i64::try_from(BATCH).unwrap_or(1);
        let batch = deliveries::waiting(&mut tx, &self.lane.host, after, limit).await?;
        for delivery in &batch {
            if self.keys.contains_key(&delivery.sender) {
                continue;
            }
            match instance.keys(&mut tx, delivery.sender).await {
                Ok(keys) => drop(self.keys.insert(delivery.sender, keys)),
                Err(Error::NotFound | Error::Key(_)) => {}
                Err(broken) => return Err(broken),
            }
        }
        Ok(batch)
    }

    fn now(&self) -> Timestamp {
        self.depot.instance.clock().now()
    }

    /// Whether the host did not answer before this turn and does now: it may have a lot to catch up with.
    fn is_back(&self) -> bool {
        self.delivered && self.lane.failures > 0
    }

    /// Sends one delivery and notes what became of it; `Some` if the lane has to stop.
    async fn attempt(&mut self, delivery: Delivery) -> Result<Option<Release>> {
        if self.now().duration_since(delivery.created_at) > LIFETIME {
            self.finish(delivery, Err("not delivered within seven days".to_owned())).await;
            return Ok(None);
        }
        let outcome = self.send(&delivery).await?;
        let (weather, is_forbidden) = (&self.depot.weather, matches!(outcome, Outcome::Forbidden));
        if !matches!(outcome, Outcome::Silent(_)) {
            weather.heard();
        }
        let forbidden = weather.forbade(&self.lane.host, is_forbidden);
        match outcome {
            Outcome::Delivered => {
                self.delivered = true;
                debug!(activity.id = %delivery.activity_url, "{} took {}", self.lane.host, delivery.activity_url);
                self.finish(delivery, Ok(())).await;
            }
            Outcome::Refused(why) => {
                info!(activity.id = %delivery.activity_url, "{} refused {}: {why}", self.lane.host, delivery.activity_url);
                self.finish(delivery, Err(why)).await;
            }
            Outcome::Gone(status) => {
                self.depot.doubts.note(Doubt::Gone, &self.lane.host, &delivery.inbox);
                self.finish(delivery, Err(format!("HTTP {status}"))).await;
            }
            Outcome::Forbidden => {
                self.finish(delivery, Err("HTTP 403".to_owned())).await;
                if forbidden >= FORBIDDEN {
                    info!(
                        inbox.host = self.lane.host,
                        "{} forbids everything: it is left alone for a day", self.lane.host
                    );
                    return Ok(Some(Release::Paused(self.now() + BANISHED)));
                }
            }
            Outcome::Wait(pause) => {
                self.settle_suspects().await?;
                self.tried(delivery, "asked to wait").await;
                return Ok(Some(Release::Paused(self.now() + pause)));
            }
            // Perhaps the host is there and breaks on this one: the rest has to flow.
            Outcome::Failed(error) if delivery.attempts + 1 >= SUSPECT_AFTER && self.suspects.len() < MAX_SUSPECTS => {
                self.suspects.push((delivery, error));
            }
            Outcome::Failed(error) => {
                self.tried(delivery, &error).await;
                self.settle_suspects().await?;
                return Ok(Some(self.failing(error)));
            }
            Outcome::Silent(error) => {
                self.settle_suspects().await?;
                return Ok(Some(self.unheard(delivery, error).await));
            }
        }
        Ok(None)
    }

    /// No answer came: it is the host's failure, unless nobody else answers either.
    async fn unheard(&self, delivery: Delivery, error: String) -> Release {
        let now = self.now();
        if let Some(rest) = self.depot.weather.unheard(&self.lane.host, now, rand::random()) {
            return Release::Resting(now + rest);
        }
        self.tried(delivery, &error).await;
        self.failing(error)
    }

    /// The end of a turn in which the host did not fail altogether; `well` unless there are suspects.
    async fn end(&mut self, well: Release) -> Result<Release> {
        let Some((_, error)) = self.suspects.first() else { return Ok(well) };
        let error = error.clone();
        let (waits, takes_others) = self.settle_suspects().await?;
        Ok(match (waits, takes_others) {
            (false, _) => well,
            (true, true) => Release::Paused(self.now() + SUSPICION),
            (true, false) => self.failing(error),
        })
    }

    /// Notes the tries of what the host broke on; gives up what it broke on for long while it took what was published
    /// later. Says whether any of it goes on waiting, and whether the host takes others.
    async fn settle_suspects(&mut self) -> Result<(bool, bool)> {
        let (mut waits, mut takes_others) = (false, self.delivered);
        for (delivery, error) in std::mem::take(&mut self.suspects) {
            let mut tx = self.depot.instance.store().read().await?;
            takes_others |= deliveries::takes_others(&mut tx, &self.lane.host, delivery.activity).await?;
            if takes_others && delivery.attempts + 1 >= POISON_AFTER {
                info!(activity.id = %delivery.activity_url, "{} takes others, but not {}: {error}", self.lane.host, delivery.activity_url);
                self.finish(delivery, Err(error)).await;
            } else {
                self.tried(delivery, &error).await;
                waits = true;
            }
        }
        Ok((waits, takes_others))
    }

    fn failing(&self, error: String) -> Release {
        let failures = if self.delivered { 1 } else { self.lane.failures.saturating_add(1) };
        Release::Failing { failures, until: self.now() + delivery::pause(failures, rand::random()), error }
    }

    /// Sends one delivery, a second time in the other scheme where the first may not have been understood.
    async fn send(&mut self, delivery: &Delivery) -> Result<Outcome> {
        let Some(keys) = self.keys.get(&delivery.sender).map(|keys| keys.for_try(delivery.attempts)) else {
            return Ok(Outcome::Refused("its sender has no key".to_owned()));
        };
        let body = Bytes::from(delivery.body.clone());
        let Knocks { first, ed25519 } = Knocks::for_habit(self.habit, self.now());
        let answer = match self.post(&keys, delivery, &body, first, ed25519).await {
            Ok(answer) => answer,
            Err(FetchError::Refused(why)) => return Ok(Outcome::Refused(why.to_owned())),
            Err(error @ FetchError::Blocked) => return Ok(Outcome::Refused(error.to_string())),
            Err(error) if error.is_unreachable() => return Ok(Outcome::Silent(error.to_string())),
            Err(error) => return Ok(Outcome::Failed(error.to_string())),
        };
        if answer.is_page && (200..=299).contains(&answer.status) && !self.by_a_page {
            self.by_a_page = true;
            self.depot.doubts.note(Doubt::Astray, &self.lane.host, &delivery.inbox);
        }
        if !first.is_misunderstood(answer.status) {
            return Ok(self.outcome(&answer, delivery));
        }
        let second = self.post(&keys, delivery, &body, first.other(), ed25519).await;
        match second {
            Ok(second) if (200..=299).contains(&second.status) => {
                self.learn(Habit::accepted(first.other(), ed25519, self.now())).await;
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
        let now = self.now();
        // Signed at the moment of sending, and off the threads that serve requests.
        let sign = move || keys.sign_post(&url, &signed, scheme, ed25519, now);
        self.depot.signing.fetch_add(1, Ordering::Relaxed);
        let signed = tokio::task::spawn_blocking(sign).await;
        self.depot.signing.fetch_sub(1, Ordering::Relaxed);
        let headers = signed.map_err(|_| FetchError::Refused("the request could not be signed"))?;
        let began = Instant::now();
        let answer = self.depot.instance.client().post(&delivery.inbox, headers, body.clone()).await;
        self.depot.instance.tally().note(&answer, began.elapsed());
        let answer = answer?;
        if answer.asks_for_rfc9421
            && let Some(habit) = Habit::told(self.habit, Evidence::Advertised, false, now)
        {
            self.learn(habit).await;
        }
        Ok(answer)
    }

    fn outcome(&self, answer: &Answer, delivery: &Delivery) -> Outcome {
        let now = self.now();
        let retry_after = answer.retry_after.as_deref().and_then(|value| delivery::retry_after(value, now));
        Outcome::of_status(answer.status, delivery.attempts, retry_after)
    }

    /// Remembers how the host wants requests to be signed, unless that is known already and for better reasons.
    async fn learn(&mut self, habit: Habit) {
        let now = self.now();
        let is_known = |before: Habit| before.holds(now) && before.scheme == habit.scheme;
        if habit.evidence == Evidence::Accepted && self.habit.is_some_and(is_known) {
            return;
        }
        self.habit = Some(habit);
        self.depot.recorder.note(Note::Learnt { host: self.lane.host.clone(), habit }).await;
    }

    async fn finish(&self, delivery: Delivery, result: Result<(), String>) {
        self.depot.recorder.note(Note::Done(Done { activity: delivery.activity, inbox: delivery.inbox, result })).await;
    }

    async fn tried(&self, delivery: Delivery, error: &str) {
        let note = Note::Tried { activity: delivery.activity, inbox: delivery.inbox, error: error.to_owned() };
        self.depot.recorder.note(note).await;
    }
}
