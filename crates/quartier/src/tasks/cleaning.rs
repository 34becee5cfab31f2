//! Throws away what has served its time: rows once a day, by one of several servers, pictures once an hour.

use std::time::Duration;

use domain::clock::Clock;
use domain::retention::{
    CONTACTS, DELIVERIES, GUESTS, LETTERS, OBJECTIONS, PREVIEWS, RECEIVED, REPORTS, SECOND_FACTORS, TRUST, VOTES,
};
use federation::{Instance, media};
use jiff::SignedDuration;
use storage::{
    Store, approvals, challenges, chores, contacts, deliveries, former_keys, guests, half_sign_ins, hosts, invitations,
    letters, new_addresses, objections, polls, previews, received, reports, second_factors, series, sessions, sign_ins,
    submitted, tries, trust,
};
use tracing::{error, info};

use super::Work;
use crate::stop::Stop;

/// What this is called among the chores.
const NAME: &str = "cleaning";
/// How long until it is time again for pictures: deleted ones are off the disk within the hour.
const PAUSE: Duration = Duration::from_hours(1);
/// How long until it is time again for rows, which one of several servers throws away.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// The same after a failure.
const SOON: SignedDuration = SignedDuration::from_hours(1);
/// How long one may take before it counts as lost, since whoever was at it was killed.
const LEASE: SignedDuration = SignedDuration::from_hours(1);
/// How long it is remembered how a host wants requests to be signed: twice as long as anything is believed.
const HOSTS: SignedDuration = SignedDuration::from_hours(56 * 24);
/// How long it is kept what our actors signed with before: well beyond the week that anything is tried.
const FORMER_KEYS: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How long a yes waits for a second one.
const APPROVALS: SignedDuration = SignedDuration::from_hours(90 * 24);

/// The cleaning task: pictures at once and then hourly, rows when a day has passed.
pub(super) fn task(instance: &Instance, stop: &Stop) -> impl Fn() -> Work + Send + use<> {
    let (instance, stop) = (instance.clone(), stop.clone());
    move || {
        let (instance, stop) = (instance.clone(), stop.clone());
        Box::pin(async move {
            loop {
                if let Err(problem) = see_to_rows(&instance).await {
                    error!(error = %problem, "Could not clean up");
                }
                match media::clean(&instance).await {
                    Ok(0) => {}
                    Ok(gone) => info!(gone, "Threw away pictures that nothing needs"),
                    Err(problem) => error!(error = %problem, "Could not throw away pictures"),
                }
                tokio::select! {
                    () = tokio::time::sleep(PAUSE) => {}
                    () = stop.heard() => return,
                }
            }
        })
    }
}

/// Throws rows away if that is due and no other server is at it, and notes how it went.
async fn see_to_rows(instance: &Instance) -> federation::Result<()> {
    let (store, now) = (instance.store(), instance.clock().now());
    let mut tx = store.write().await?;
    let is_ours = chores::claim(&mut tx, NAME, now, now + LEASE).await?;
    tx.commit().await?;
    if !is_ours {
        return Ok(());
    }
    let cleaned = clean_all(instance).await;
    if let Ok(gone) = &cleaned {
        info!(rows = gone, "Cleaned up");
    }
    let why = cleaned.as_ref().err().map(ToString::to_string);
    let (end, result) = (instance.clock().now(), why.as_deref().map_or(Ok(()), Err));
    let mut tx = store.write().await?;
    chores::release(&mut tx, NAME, end, result, now + if result.is_ok() { DAY } else { SOON }).await?;
    tx.commit().await?;
    cleaned.map(|_| ())
}

/// As [`clean`], and who came to events long past, and what lies in the bucket and belongs to nothing.
async fn clean_all(instance: &Instance) -> federation::Result<u64> {
    let mut rows = clean(instance.store(), instance.clock()).await?;
    rows += federation::participations::clean(instance).await? + federation::proposals::clean(instance).await?;
    rows += federation::sign_ups::clean(instance).await?;
    let files = media::sweep(instance).await?;
    if files > 0 {
        info!(files, "Swept up files that belong to no picture");
    }
    Ok(rows)
}

/// Removes everything whose time has passed; how many rows it was.
async fn clean(store: &Store, clock: &Clock) -> storage::Result<u64> {
    let now = clock.now();
    let mut tx = store.write().await?;
    let mut gone = sessions::prune(&mut tx, now).await?;
    gone += sign_ins::prune(&mut tx, now).await?;
    gone += half_sign_ins::prune(&mut tx, now).await?;
    gone += challenges::prune(&mut tx, now).await?;
    gone += second_factors::prune(&mut tx, now - SECOND_FACTORS).await?;
    gone += invitations::prune(&mut tx, now).await?;
    gone += new_addresses::prune(&mut tx, now).await?;
    gone += letters::prune(&mut tx, now - LETTERS).await?;
    gone += received::prune(&mut tx, now - RECEIVED).await?;
    gone += deliveries::prune(&mut tx, now - DELIVERIES).await?;
    gone += reports::forget_people(&mut tx, now - REPORTS).await?;
    gone += guests::prune(&mut tx, now - GUESTS).await?;
    gone += contacts::prune(&mut tx, now - CONTACTS).await?;
    gone += objections::prune(&mut tx, now - OBJECTIONS).await?;
    gone += hosts::prune(&mut tx, now - HOSTS).await?;
    gone += former_keys::prune(&mut tx, now - FORMER_KEYS).await?;
    gone += polls::prune(&mut tx, now - VOTES).await?;
    gone += approvals::prune(&mut tx, now - APPROVALS).await?;
    gone += trust::prune(&mut tx, now - TRUST).await?;
    gone += previews::prune(&mut tx, now - PREVIEWS).await?;
    gone += tries::prune(&mut tx, now).await?;
    gone += submitted::prune(&mut tx, now).await?;
    gone += series::prune(&mut tx).await?;
    tx.commit().await?;
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use domain::clock::SteppedClock;

    use super::*;

    #[tokio::test]
    async fn what_has_served_its_time_is_gone_and_the_rest_stays() {
        let database = storage::testing::sqlite();
        let store = Store::open(&database.url).await.expect("a store");
        let hand = SteppedClock::at("2026-11-22T12:00:00Z".parse().expect("a time"));
        let clock = hand.clock();
        let mut tx = store.write().await.expect("a transaction");
        received::insert(&mut tx, "https://a.example/1", clock.now()).await.expect("an insert");
        let letter =
            letters::Letter { to: "a@b.example".parse().expect("an address"), subject: "S".into(), text: "T".into() };
        letters::insert(&mut tx, &letter, clock.now()).await.expect("an insert");
        tx.commit().await.expect("a commit");
        assert_eq!(clean(&store, &clock).await.expect("cleaning"), 0);
        hand.step(LETTERS + SignedDuration::from_secs(1));
        assert_eq!(clean(&store, &clock).await.expect("cleaning"), 1);
        hand.step(RECEIVED);
        assert_eq!(clean(&store, &clock).await.expect("cleaning"), 1);
    }
}
