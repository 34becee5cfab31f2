//! Looks after the index of what can be searched: what is not in it yet, and the words that stand in it.

use std::time::Duration;

use domain::clock::Clock;
use federation::Instance;
use jiff::SignedDuration;
use storage::{Store, chores, search};

use super::{Work, regularly};
use crate::stop::Stop;

/// What this is called among the chores.
const NAME: &str = "search";
/// How often it is looked: so long after something is published, a part of a new long word finds it.
const PAUSE: Duration = Duration::from_secs(15);
/// How long one server is at it before it counts as lost.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
/// How many things are looked at in one transaction: others write in between.
const STEP: i64 = 50;

/// The task that looks after the index.
pub(super) fn task(instance: &Instance, stop: &Stop) -> impl Fn() -> Work + Send + use<> {
    let problem = (PAUSE, "The index of what can be searched could not be looked after");
    regularly::task(instance, stop, problem, |instance| async move {
        Ok(look_after(instance.store(), instance.clock()).await?)
    })
}

/// Does what there is to do, in small steps, unless another server is at it.
async fn look_after(store: &Store, clock: &Clock) -> storage::Result<()> {
    let now = clock.now();
    // Nothing is written where there is nothing to do.
    if !search::is_due(&mut store.read().await?, now).await? {
        return Ok(());
    }
    let mut tx = store.write().await?;
    let is_ours = chores::claim(&mut tx, NAME, now, now + LEASE).await?;
    tx.commit().await?;
    if !is_ours {
        return Ok(());
    }
    let end = now + LEASE;
    let mut forgot = false;
    while clock.now() < end {
        let done = step(store, clock).await?;
        forgot |= done.forgot;
        if !done.more {
            break;
        }
    }
    if forgot {
        // Who left is not to be read in the database's log either.
        store.scrub().await?;
    }
    let mut tx = store.write().await?;
    chores::release(&mut tx, NAME, clock.now(), Ok(()), clock.now()).await?;
    tx.commit().await
}

/// What came of a step.
struct Done {
    /// Words were forgotten.
    forgot: bool,
    /// There is more to do.
    more: bool,
}

/// One step of each.
async fn step(store: &Store, clock: &Clock) -> storage::Result<Done> {
    let mut tx = store.write().await?;
    let walked = search::walk(&mut tx, clock.now(), STEP).await?;
    let learnt = search::learn(&mut tx, STEP).await?;
    let forgotten = search::unlearn(&mut tx, STEP).await?;
    tx.commit().await?;
    tokio::task::yield_now().await;
    Ok(Done { forgot: forgotten > 0, more: walked || learnt + forgotten > 0 })
}

#[cfg(test)]
mod tests {
    use domain::clock::SteppedClock;

    use super::*;

    #[tokio::test]
    async fn a_fresh_quarter_has_nothing_to_do_after_one_round() {
        let database = storage::testing::sqlite();
        let store = Store::open(&database.url).await.expect("a store");
        let clock = SteppedClock::at("2026-11-22T12:00:00Z".parse().expect("a time")).clock();
        look_after(&store, &clock).await.expect("a round");
        assert!(!step(&store, &clock).await.expect("a step").more);
    }
}
