//! Delivery: what is queued goes out, host by host, until it is there or a week has passed.
//!
//! Each host has a lane. A lane is leased, its deliveries are sent one after the other in the order of publication, and
//! what became of them is recorded in batches. A host that does not answer is left alone for longer and longer.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use domain::delivery::LATEST;
use jiff::{SignedDuration, Timestamp};
use storage::Tx;
use storage::bell::Call;
use storage::lanes::{self, Hour};
use tokio::task::JoinSet;
use tracing::{Instrument, error, info_span};

use crate::error::Result;
use crate::instance::Instance;

mod gone;
mod lane;
mod recorder;
pub(crate) mod tally;
mod weather;

use gone::Doubts;
use recorder::Recorder;
use weather::Weather;

/// How many hosts are served at once.
const LANES: usize = 64;
/// How many lanes are taken at a time where other servers want some too.
const SHARE: usize = 8;
/// How long a server whose cores are busy signing leaves lanes to others before it looks again.
const BUSY: Duration = Duration::from_millis(5);
/// How long a lane is ours; a killed server's lanes are free again after this.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How long after the start of its lease a lane sends nothing new: the longest send and its record still fit.
const WORK: SignedDuration = SignedDuration::from_secs(40);
/// The same where servers share the work, and each takes only as many lanes as it has cores for: a host that waits for its
/// turn waits no longer than this.
const SHARED_WORK: SignedDuration = SignedDuration::from_secs(5);
/// How often the queue is looked at for what other processes put there without a word.
const POLL: Duration = Duration::from_millis(250);
/// The same where other servers call (`bell`) and nothing is due before: how late what a lost call said is found.
const FALLBACK: Duration = Duration::from_secs(5);
/// The queue is never looked at more often than this for what is due by time alone.
const SHORTEST: Duration = Duration::from_millis(20);
/// How long a broken database is left alone.
const PAUSE: Duration = Duration::from_secs(2);

/// What every lane works with.
#[derive(Clone)]
struct Depot {
    instance: Instance,
    recorder: Recorder,
    doubts: Doubts,
    weather: Arc<Weather>,
    /// How long a lane's turn lasts at most.
    work: SignedDuration,
    /// How many requests are being signed, or wait for a core to be.
    signing: Arc<AtomicUsize>,
    /// Whether the server stops: what is under way is finished, and nothing new begun.
    is_ending: Arc<AtomicBool>,
}

/// Delivers until `shutdown`, then finishes what is under way.
pub async fn run(instance: Instance, shutdown: impl Future<Output = ()>) {
    if !instance.store().is_shared()
        && let Err(cause) = release_all(&instance).await
    {
        error!(%cause, "The leases of the last run could not be released; they end by themselves");
    }
    let (recorder, recording) = recorder::start(instance.clone());
    let (doubts, asking) = gone::start(instance.clone());
    let is_shared = instance.store().is_shared();
    let (signing, is_ending) = (Arc::<AtomicUsize>::default(), Arc::<AtomicBool>::default());
    let depot = Depot {
        instance: instance.clone(),
        recorder,
        doubts,
        weather: Arc::default(),
        work: if is_shared { SHARED_WORK } else { WORK },
        signing: Arc::clone(&signing),
        is_ending: Arc::clone(&is_ending),
    };
    // A core signs one thing while the next waits.
    let most = 2 * std::thread::available_parallelism().map_or(2, usize::from);
    let mut shutdown = pin!(shutdown);
    let (mut lanes, alarm) = (JoinSet::new(), instance.alarm(Call::Deliveries));
    loop {
        let is_busy = is_shared && signing.load(Ordering::Relaxed) >= most;
        let looked = if is_busy { Ok((Vec::new(), BUSY)) } else { claim(&instance, LANES - lanes.len()).await };
        let pause = match looked {
            Ok((claimed, pause)) => {
                let began = instance.clock().now();
                for lane in claimed {
                    let span = info_span!("lane", host = lane.host);
                    lanes.spawn(lane::drain(depot.clone(), lane, began).instrument(span));
                }
                pause
            }
            Err(cause) => {
                error!(%cause, "The queue could not be read");
                PAUSE
            }
        };
        tokio::select! {
            () = &mut shutdown => break,
            () = alarm.notified(), if lanes.len() < LANES => {}
            Some(_) = lanes.join_next() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    is_ending.store(true, Ordering::Relaxed);
    while lanes.join_next().await.is_some() {}
    drop(depot);
    // Whoever was not asked yet is asked at the next 404 or 410.
    asking.abort();
    // Fails only if recording panicked, and then there is nothing left to wait for.
    let _ = recording.await;
}

async fn release_all(instance: &Instance) -> Result<()> {
    let mut tx = instance.store().write().await?;
    lanes::release_all(&mut tx).await?;
    Ok(tx.commit().await?)
}

/// Leases up to `free` lanes whose turn has come, and says when to look again at the latest. Asks for the write lock only
/// if there are any.
async fn claim(instance: &Instance, free: usize) -> Result<(Vec<lanes::Lane>, Duration)> {
    if free == 0 {
        return Ok((Vec::new(), POLL));
    }
    // Where other servers are, by and by, so that who comes a little later gets a share.
    let most = if instance.store().is_shared() { free.min(SHARE) } else { free };
    let hour = hour(instance.clock().now());
    let mut tx = instance.store().look().await?;
    if !lanes::is_any_due(&mut tx, &hour).await? {
        let pause = if instance.store().is_shared() { until_next(&mut tx, hour.now).await? } else { POLL };
        return Ok((Vec::new(), pause));
    }
    drop(tx);
    let mut tx = instance.store().write_together().await?;
    let claimed = lanes::claim(&mut tx, &hour, i64::try_from(most).unwrap_or(1)).await?;
    tx.commit().await?;
    let pause = if claimed.len() == most && most < free { Duration::ZERO } else { POLL };
    Ok((claimed, pause))
}

/// How long until the next turn that is known of comes; not for ever, since a call may be lost.
async fn until_next(tx: &mut Tx, now: Timestamp) -> Result<Duration> {
    let next = lanes::next_turn(tx, now + FALLBACK).await?;
    let pause = next.map_or(FALLBACK, |next| next.duration_since(now).try_into().unwrap_or(SHORTEST));
    Ok(pause.clamp(SHORTEST, FALLBACK))
}

/// The times of a look at the lanes. Other nodes' clocks may differ from ours by as much as a lease.
fn hour(now: Timestamp) -> Hour {
    Hour { now, leased_until: now + LEASE, longest: now + LEASE + LEASE, latest: now + LATEST }
}
