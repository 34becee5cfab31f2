//! Delivery: what is queued goes out, host by host, until it is there or a week has passed.
//!
//! Each host has a lane. A lane is leased, its deliveries are sent one after the other in the order of publication, and
//! what became of them is recorded in batches. A host that does not answer is left alone for longer and longer.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::delivery::LATEST;
use jiff::{SignedDuration, Timestamp};
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
/// How long a lane is ours; a killed server's lanes are free again after this.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How long after the start of its lease a lane sends nothing new: the longest send and its record still fit.
const WORK: SignedDuration = SignedDuration::from_secs(40);
/// How often the queue is looked at for what other processes put there.
const POLL: Duration = Duration::from_millis(250);
/// How long a broken database is left alone.
const PAUSE: Duration = Duration::from_secs(2);

/// What every lane works with.
#[derive(Clone)]
struct Depot {
    instance: Instance,
    recorder: Recorder,
    doubts: Doubts,
    weather: Arc<Weather>,
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
    let (weather, is_ending) = (Arc::default(), Arc::<AtomicBool>::default());
    let depot = Depot { instance: instance.clone(), recorder, doubts, weather, is_ending: Arc::clone(&is_ending) };
    let mut shutdown = pin!(shutdown);
    let mut lanes = JoinSet::new();
    loop {
        let pause = match claim(&instance, LANES - lanes.len()).await {
            Ok(claimed) => {
                let began = instance.clock().now();
                for lane in claimed {
                    let span = info_span!("lane", host = lane.host);
                    lanes.spawn(lane::drain(depot.clone(), lane, began).instrument(span));
                }
                POLL
            }
            Err(cause) => {
                error!(%cause, "The queue could not be read");
                PAUSE
            }
        };
        tokio::select! {
            () = &mut shutdown => break,
            () = instance.woken(), if lanes.len() < LANES => {}
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

/// Leases up to `free` lanes whose turn has come; asks for the write lock only if there are any.
async fn claim(instance: &Instance, free: usize) -> Result<Vec<lanes::Lane>> {
    let hour = hour(instance.clock().now());
    if free == 0 || !lanes::is_any_due(&mut instance.store().read().await?, &hour).await? {
        return Ok(Vec::new());
    }
    let mut tx = instance.store().write_together().await?;
    let claimed = lanes::claim(&mut tx, &hour, i64::try_from(free).unwrap_or(1)).await?;
    tx.commit().await?;
    Ok(claimed)
}

/// The times of a look at the lanes. Other nodes' clocks may differ from ours by as much as a lease.
fn hour(now: Timestamp) -> Hour {
    Hour { now, leased_until: now + LEASE, longest: now + LEASE + LEASE, latest: now + LATEST }
}
