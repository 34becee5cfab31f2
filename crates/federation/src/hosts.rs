//! What we learn of other servers: how they want requests to be signed, and by how much their clocks are off.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::host::Host;
use domain::signing::{Evidence, Habit, Scheme};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use storage::{Tx, hosts};
use tracing::{debug, info, warn};

use crate::error::Result;
use crate::instance::Instance;
use crate::shape;

/// The name of RFC 9421 among capabilities (FEP-844e).
pub(crate) const RFC9421: &str = "https://datatracker.ietf.org/doc/html/rfc9421";
/// The name of its signatures by Ed25519 keys.
pub(crate) const ED25519: &str = "https://datatracker.ietf.org/doc/html/rfc9421#name-eddsa-using-curve-edwards25";
/// How many wrong clocks are remembered.
const MAX_SKEWS: usize = 512;
/// How often the same wrong clock is worth a line in the log.
const TELL_AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// What an actor's document says of its server: whether it takes Ed25519, if it takes RFC 9421 at all.
pub(crate) fn advertised(document: &Value) -> Option<bool> {
    let server = shape::get(document, "generator").unwrap_or(document);
    let names = || shape::entries(server, "implements").filter_map(|link| link.get("href").unwrap_or(link).as_str());
    let has = |name: &str| names().any(|href| href.trim_end_matches('/') == name);
    let ed25519 = has(ED25519);
    (ed25519 || has(RFC9421)).then_some(ed25519)
}

/// What is remembered of a host; nothing if the database fails, since then the first guess is as good.
pub(crate) async fn habit(instance: &Instance, host: &Host) -> Option<Habit> {
    let read = async { hosts::habit(&mut instance.store().look().await?, host.as_str()).await };
    read.await.inspect_err(|cause| warn!(%cause, "What is known of {host} could not be read")).ok().flatten()
}

/// Notes that a host says it speaks RFC 9421, in the caller's transaction.
pub(crate) async fn told(tx: &mut Tx, host: &Host, ed25519: bool, now: Timestamp) -> Result<()> {
    let before = hosts::habit(tx, host.as_str()).await?;
    if let Some(habit) = Habit::told(before, Evidence::Advertised, ed25519, now) {
        hosts::remember(tx, host.as_str(), &habit).await?;
    }
    Ok(())
}

/// Notes that a host signed a request of its own by RFC 9421; written once a day at most.
pub(crate) async fn seen(instance: &Instance, host: &Host, ed25519: bool) {
    let before = habit(instance, host).await;
    if let Some(habit) = Habit::told(before, Evidence::Seen, ed25519, instance.clock().now()) {
        keep(instance, host, &habit).await;
    }
}

/// Notes that a host took the other scheme after it had refused the first.
pub(crate) async fn accepted(instance: &Instance, host: &Host, scheme: Scheme, ed25519: bool) {
    keep(instance, host, &Habit::accepted(scheme, ed25519, instance.clock().now())).await;
}

async fn keep(instance: &Instance, host: &Host, habit: &Habit) {
    let write = async {
        let mut tx = instance.store().write_together().await?;
        hosts::remember(&mut tx, host.as_str(), habit).await?;
        tx.commit().await
    };
    match write.await {
        Ok(()) => debug!(scheme = habit.scheme.as_str(), "Learnt how {host} wants requests to be signed"),
        Err(cause) => warn!(%cause, "How {host} wants requests to be signed could not be kept"),
    }
}

/// A clock that is wrong, ours or that of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skew {
    /// By how much it seemed to be ahead of ours; negative: behind.
    pub ahead: SignedDuration,
    /// When it was last seen.
    pub seen_at: Timestamp,
    told_at: Timestamp,
}

/// The wrong clocks of late, at most 512. A host is what the sender says it is: nobody proves a signature that is too old.
#[derive(Default)]
pub(crate) struct Skews(Mutex<HashMap<Host, Skew>>);

impl Skews {
    /// Notes that a signature of `host` was refused only for its time, and says so in the log once an hour.
    pub(crate) fn note(&self, host: &Host, ahead: SignedDuration, now: Timestamp) {
        let mut skews = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let told_at = skews.get(host).map(|skew| skew.told_at).filter(|at| now.duration_since(*at) < TELL_AGAIN);
        if told_at.is_none() {
            info!(host = host.as_str(), "The clock of {host} and ours differ by {ahead:#}; its requests are refused");
        }
        if skews.len() >= MAX_SKEWS && !skews.contains_key(host) {
            let oldest = skews.iter().min_by_key(|(_, skew)| skew.seen_at).map(|(host, _)| host.clone());
            oldest.and_then(|host| skews.remove(&host));
        }
        skews.insert(host.clone(), Skew { ahead, seen_at: now, told_at: told_at.unwrap_or(now) });
    }

    /// All of them, by host.
    pub(crate) fn list(&self) -> Vec<(Host, Skew)> {
        let skews = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = skews.iter().map(|(host, skew)| (host.clone(), *skew)).collect();
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        all
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_server_speaks_stands_in_its_own_actor_or_in_the_generator_of_others() {
        let ours = json!([{ "href": RFC9421, "name": "RFC 9421" }, { "href": ED25519 }]);
        let plain = json!([{ "href": RFC9421 }]);
        let table = [
            (json!({ "type": "Application", "implements": ours }), Some(true)),
            (json!({ "type": "Person", "generator": { "type": "Application", "implements": ours } }), Some(true)),
            (json!({ "generator": { "implements": plain } }), Some(false)),
            (json!({ "implements": RFC9421 }), Some(false)),
            (json!({ "implements": [{ "href": "https://w3id.org/fep/844e" }, 7, null] }), None),
            (json!({ "generator": "https://a.example/actor" }), None),
            (json!({}), None),
        ];
        for (document, expected) in table {
            assert_eq!(advertised(&document), expected, "{document}");
        }
    }

    #[test]
    fn wrong_clocks_take_bounded_memory() {
        let skews = Skews::default();
        for n in 0..3 * MAX_SKEWS {
            let host = format!("h{n}.example").parse().expect("a host");
            let at = Timestamp::from_second(i64::try_from(n).expect("small")).expect("a time");
            skews.note(&host, SignedDuration::from_hours(2), at);
        }
        let kept = skews.list();
        assert_eq!(kept.len(), MAX_SKEWS);
        assert!(kept.iter().all(|(_, skew)| skew.seen_at.as_second() >= 1024), "the oldest are gone");
    }
}
