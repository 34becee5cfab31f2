//! A power cut at any moment loses nothing: what was answered with 201 reaches every follower, and once.

#![expect(clippy::indexing_slicing, reason = "a member that a JSON value does not have is null, no panic")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use storage::testing;
use tests::desk::{Desk, all_arrived, arrivals, repeats};
use tests::quarter::Quarter;
use tests::sink::Sink;
use tests::{count, keys, random};

/// How often the power goes; `QUARTIER_TEST_CUTS` says otherwise.
const CUTS: usize = 100;
/// How often it goes for one of two nodes.
const CUTS_OF_NODES: usize = 12;
/// It goes at a random moment of so many milliseconds after the posting began.
const MOMENTS: u64 = 150;
/// How many write at once.
const AUTHORS: usize = 2;

/// Starts, posts, and cuts the power; gives what was acknowledged.
async fn one_cut(quarter: &mut Quarter, desk: &Desk, next: &Arc<AtomicUsize>, round: usize) -> Result<Vec<String>> {
    let stop = Arc::new(AtomicBool::new(false));
    quarter.spawn()?;
    // Now and then it goes while the server is still starting.
    if round % 10 != 9 {
        quarter.ready().await?;
    }
    let author = || tokio::spawn(desk.clone().write(Arc::clone(next), Arc::clone(&stop)));
    let authors: Vec<_> = std::iter::repeat_with(author).take(AUTHORS).collect();
    tokio::time::sleep(Duration::from_micros(random() % (MOMENTS * 1000))).await;
    quarter.kill()?;
    stop.store(true, Ordering::SeqCst);
    let mut acknowledged = Vec::new();
    for author in authors {
        acknowledged.extend(author.await?);
    }
    Ok(acknowledged)
}

async fn followers(quarter: &Quarter) -> Result<Vec<Sink>> {
    let mut sinks = Vec::new();
    for name in ["eins", "zwei", "drei"] {
        let sink = Sink::start(name).await?;
        sink.follow(quarter).await?;
        sinks.push(sink);
    }
    Ok(sinks)
}

/// Says how it went: everything that was acknowledged is everywhere.
fn tell(what: &str, sinks: &[Sink], acknowledged: &BTreeSet<String>) {
    let arrived: Vec<usize> = sinks.iter().map(|sink| arrivals(sink).len()).collect();
    let repeated: Vec<usize> = sinks.iter().map(repeats).collect();
    let count = acknowledged.len();
    eprintln!("{what}: acknowledged {count}, arrived {arrived:?}, lost 0, again under the same id {repeated:?}");
}

async fn nothing_is_lost_in_power_cuts(database: &testing::Database) -> Result<()> {
    let cuts = count("QUARTIER_TEST_CUTS", CUTS);
    let settings: &[_] = match database.kind() {
        "postgres" => &[("QUARTIER_DATABASE_URL", database.url.as_str())],
        _ => &[],
    };
    let mut quarter = Quarter::start_with("nord", settings).await?;
    let sinks = followers(&quarter).await?;
    let actor = quarter.actor().await?;
    let desk = Desk::of(&quarter).await?;
    quarter.kill()?;

    let next = Arc::new(AtomicUsize::new(1));
    let mut acknowledged = BTreeSet::new();
    // On a machine so busy that hardly a post gets through before the cut, there are more of them.
    for round in 0..5 * cuts {
        if round >= cuts && acknowledged.len() > cuts {
            break;
        }
        let posts = one_cut(&mut quarter, &desk, &next, round).await.with_context(|| format!("round {round}"))?;
        acknowledged.extend(posts);
    }
    assert!(acknowledged.len() > cuts, "too few posts to mean anything: {}", acknowledged.len());

    quarter.spawn()?;
    quarter.ready().await?;
    all_arrived(&sinks, &acknowledged).await.with_context(|| quarter.log())?;
    tell(&format!("{}, {cuts} cuts", database.kind()), &sinks, &acknowledged);
    let pem = actor["publicKey"]["publicKeyPem"].as_str().context("no key")?;
    for sink in &sinks {
        let twice: Vec<_> = arrivals(sink).into_iter().filter(|(_, ids)| ids.len() > 1).collect();
        assert!(twice.is_empty(), "{} got posts under several ids: {twice:#?}", sink.actor);
        for one in sink.received().iter().rev().take(20) {
            keys::verify(pem, &one.path, &one.headers, &one.body).context("a delivery is signed by the quarter")?;
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_post_reaches_every_sink_and_none_under_two_ids() -> Result<()> {
    nothing_is_lost_in_power_cuts(&testing::sqlite()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_holds_on_postgresql() -> Result<()> {
    let Some(database) = testing::postgres() else { return Ok(()) };
    nothing_is_lost_in_power_cuts(&database).await
}

#[tokio::test(flavor = "multi_thread")]
async fn either_of_two_nodes_may_be_killed_at_any_moment() -> Result<()> {
    let Some(database) = testing::postgres() else { return Ok(()) };
    let cuts = count("QUARTIER_TEST_CUTS", CUTS_OF_NODES);
    let first = Quarter::start_with("nord", &[("QUARTIER_DATABASE_URL", database.url.as_str())]).await?;
    let mut second = first.another_node()?;
    second.spawn()?;
    second.ready().await?;
    let sinks = followers(&first).await?;
    let desk = Desk::of(&first).await?;
    let desks = [desk.clone(), desk.through(&second)?];
    let mut nodes = [first, second];
    let next = Arc::new(AtomicUsize::new(1));
    let mut acknowledged = BTreeSet::new();
    for round in 0..5 * cuts {
        if round >= cuts && acknowledged.len() > cuts {
            break;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let author = |desk: &Desk| tokio::spawn(desk.clone().write(Arc::clone(&next), Arc::clone(&stop)));
        let authors: Vec<_> = desks.iter().map(author).collect();
        tokio::time::sleep(Duration::from_micros(random() % (MOMENTS * 1000))).await;
        let [first, second] = &mut nodes;
        let victim = if random().is_multiple_of(2) { first } else { second };
        victim.kill()?;
        tokio::time::sleep(Duration::from_millis(10)).await;
        stop.store(true, Ordering::SeqCst);
        for author in authors {
            acknowledged.extend(author.await?);
        }
        victim.spawn()?;
        victim.ready().await.with_context(|| format!("round {round}"))?;
    }
    assert!(acknowledged.len() > cuts, "too few posts to mean anything: {}", acknowledged.len());
    all_arrived(&sinks, &acknowledged).await?;
    tell(&format!("two nodes on PostgreSQL, {cuts} cuts"), &sinks, &acknowledged);
    for sink in &sinks {
        let twice = arrivals(sink).into_values().filter(|ids| ids.len() > 1).count();
        assert!(twice == 0, "{} got {twice} posts under several ids", sink.actor);
    }
    Ok(())
}
