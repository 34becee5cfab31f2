//! Faults of the machine and of peers, on the real program: nothing acknowledged is lost, and the rest goes on.

mod crowd;
mod disk;
mod incoming;
mod line;
mod migrating;
mod nodes;
mod power;
mod rolling;
mod rows;
mod sleep;
mod upgrade;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use http::StatusCode;
use storage::{Store, lanes};
use tests::desk::{Desk, all_arrived, begun};
use tests::quarter::Quarter;
use tests::sink::Sink;
use tests::wait;
use tokio::net::TcpListener;

pub(crate) const SOON: Duration = Duration::from_secs(30);

pub(crate) async fn followed(quarter: &Quarter, names: &[&str]) -> Result<Vec<Sink>> {
    let mut sinks = Vec::new();
    for name in names {
        let sink = Sink::start(name).await?;
        sink.follow(quarter).await?;
        sinks.push(sink);
    }
    Ok(sinks)
}

/// Every host, with how often it failed in a row.
pub(crate) async fn failures(quarter: &Quarter) -> Result<Vec<(String, i64)>> {
    let store = Store::open(&format!("sqlite:{}", quarter.database().display())).await?;
    let lanes = lanes::status(&mut store.read().await?).await?;
    store.close().await;
    Ok(lanes.into_iter().map(|lane| (lane.host, lane.failures)).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn q_07_a_stop_under_load_ends_within_thirty_seconds_and_loses_nothing() -> Result<()> {
    let mut quarter = Quarter::start("nord").await?;
    let sinks = followed(&quarter, &["eins", "zwei"]).await?;
    let desk = Desk::of(&quarter).await?;
    let (next, stop) = (Arc::new(AtomicUsize::new(1)), Arc::new(AtomicBool::new(false)));
    let mut acknowledged = BTreeSet::new();
    for _ in 0..3 {
        stop.store(false, Ordering::SeqCst);
        let author = || tokio::spawn(desk.clone().write(Arc::clone(&next), Arc::clone(&stop)));
        let authors: Vec<_> = std::iter::repeat_with(author).take(3).collect();
        begun(&next, 10).await?;
        let status = quarter.stop(SOON).await?;
        stop.store(true, Ordering::SeqCst);
        ensure!(status.success(), "it ended with {status}");
        for author in authors {
            acknowledged.extend(author.await?);
        }
        quarter.spawn()?;
        quarter.ready().await?;
    }
    ensure!(acknowledged.len() > 10, "too few posts to mean anything: {}", acknowledged.len());
    all_arrived(&sinks, &acknowledged).await
}

#[tokio::test(flavor = "multi_thread")]
async fn q_11_a_locked_database_is_waited_for_and_no_peer_is_blamed() -> Result<()> {
    let quarter = Quarter::start("nord").await?;
    let sinks = followed(&quarter, &["eins"]).await?;
    let desk = Desk::of(&quarter).await?.patient()?;
    let url = format!("sqlite:{}", quarter.database().display());
    // A backup, say, that takes its time.
    let store = Store::open(&url).await?;
    let held = store.write().await?;
    let posting = tokio::spawn({
        let desk = desk.clone();
        async move { desk.post("Nachricht-kurz-Ende").await }
    });
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (status, _) = tests::client::page(&quarter.client, &quarter.url("/events")?).await?;
    ensure!(status == StatusCode::OK, "reading goes on: {status}");
    ensure!(!posting.is_finished(), "writing waits");
    drop(held);
    posting.await??;
    let held = store.write().await?;
    let refused = desk.post("Nachricht-lang-Ende").await.expect_err("it gives up").to_string();
    ensure!(refused.contains("503"), "{refused}");
    drop(held);
    desk.post("Nachricht-danach-Ende").await?;
    let wanted = ["kurz", "danach"].map(|word| format!("Nachricht-{word}-Ende"));
    all_arrived(&sinks, &BTreeSet::from(wanted)).await?;
    let blamed = failures(&quarter).await?;
    ensure!(blamed.iter().all(|(_, failures)| *failures == 0), "{blamed:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn p_08_p_09_one_that_never_answers_holds_up_nobody() -> Result<()> {
    let quarter = Quarter::start("nord").await?;
    let mut slow = Sink::start("langsam").await?;
    slow.follow(&quarter).await?;
    // From now on it accepts connections and says nothing.
    let address = slow.close().await?;
    let silent = TcpListener::bind(address).await?;
    let holding = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = silent.accept().await {
            held.push(stream);
        }
    });
    let names: Vec<String> = (0..12).map(|number| format!("schnell{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let sinks = followed(&quarter, &names).await?;
    let desk = Desk::of(&quarter).await?;
    for number in 0..5 {
        let marker = format!("Nachricht-{number}-Ende");
        let began = Instant::now();
        desk.post(&marker).await?;
        all_arrived(&sinks, &BTreeSet::from([marker])).await?;
        ensure!(began.elapsed() < Duration::from_secs(10), "they waited {:?}", began.elapsed());
    }
    wait::until("the silent one to have failed", SOON, async || {
        let failed = failures(&quarter).await?.into_iter().any(|(host, count)| host.contains("langsam") && count > 0);
        Ok(failed.then_some(()))
    })
    .await?;
    holding.abort();
    Ok(())
}

#[test]
fn every_test_of_the_list_is_there() {
    let missing = rows::missing();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn the_document_on_reliability_says_what_is_tested() {
    assert!(rows::is_written(), "docs/RELIABILITY.md is of another day: see tests/tests/faults/rows.rs");
}
