//! A power cut at any moment loses nothing: what was answered with 201 reaches every follower, and once.

#![expect(clippy::indexing_slicing, reason = "a member that a JSON value does not have is null, no panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use storage::testing;
use tests::quarter::{self, Quarter};
use tests::sink::Sink;
use tests::{keys, random, wait};

/// How often the power goes.
const CUTS: usize = 100;
/// It goes at a random moment of so many milliseconds after the posting began.
const MOMENTS: u64 = 150;
/// How many write at once.
const AUTHORS: usize = 2;

/// What an outbox needs to be written to.
#[derive(Clone)]
struct Desk {
    client: reqwest::Client,
    outbox: String,
    token: String,
}

/// Writes numbered posts until told to stop or the server is gone; gives the markers of those answered with 201.
async fn write(desk: Desk, next: Arc<AtomicUsize>, stop: Arc<AtomicBool>) -> Vec<String> {
    let mut acknowledged = Vec::new();
    while !stop.load(Ordering::SeqCst) {
        let marker = format!("Nachricht-{}-Ende", next.fetch_add(1, Ordering::SeqCst));
        let note = json!({
            "@context": "https://www.w3.org/ns/activitystreams", "type": "Note", "content": format!("<p>{marker}</p>"),
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
        });
        match quarter::post(&desk.client, &desk.outbox, &desk.token, &note).await {
            Ok(_) => acknowledged.push(marker),
            // Too fast for the server's limits, or the server is gone: the loop's owner knows which.
            Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
    acknowledged
}

/// Starts, posts, and cuts the power; gives what was acknowledged.
async fn one_cut(quarter: &mut Quarter, desk: &Desk, next: &Arc<AtomicUsize>, round: usize) -> Result<Vec<String>> {
    let stop = Arc::new(AtomicBool::new(false));
    quarter.spawn()?;
    // Now and then it goes while the server is still starting.
    if round % 10 != 9 {
        quarter.ready().await?;
    }
    let author = || tokio::spawn(write(desk.clone(), Arc::clone(next), Arc::clone(&stop)));
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

/// The marker of a post in a `Create`, with the ids of the activity and the object.
fn arrival(create: &Value) -> Option<(String, (String, String))> {
    let content = create["object"]["content"].as_str()?;
    let (_, rest) = content.split_once("<p>")?;
    let (marker, _) = rest.split_once("</p>")?;
    let id = |value: &Value| value["id"].as_str().map(str::to_owned);
    Some((marker.to_owned(), (id(create)?, id(&create["object"])?)))
}

/// Every marker that arrived at a sink, with all ids under which it did.
fn arrivals(sink: &Sink) -> BTreeMap<String, BTreeSet<(String, String)>> {
    let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for (marker, ids) in sink.activities("Create").iter().filter_map(arrival) {
        found.entry(marker).or_default().insert(ids);
    }
    found
}

/// Waits until every sink has what was acknowledged, and what any other sink has.
async fn all_arrived(sinks: &[Sink], acknowledged: &BTreeSet<String>) -> Result<()> {
    wait::until("every post at every sink", Duration::from_secs(150), async || {
        let arrived: Vec<BTreeSet<String>> = sinks.iter().map(|sink| arrivals(sink).into_keys().collect()).collect();
        let wanted: BTreeSet<String> = arrived.iter().flatten().chain(acknowledged).cloned().collect();
        let missing: Vec<usize> = arrived.iter().map(|one| wanted.difference(one).count()).collect();
        tokio::time::sleep(Duration::from_millis(200)).await;
        anyhow::ensure!(missing.iter().all(|count| *count == 0), "of {} are missing: {missing:?}", wanted.len());
        Ok(Some(()))
    })
    .await
}

async fn nothing_is_lost_in_a_hundred_power_cuts(database: &testing::Database) -> Result<()> {
    let settings: &[_] = match database.kind() {
        "postgres" => &[("QUARTIER_DATABASE_URL", database.url.as_str())],
        _ => &[],
    };
    let mut quarter = Quarter::start_with("nord", settings).await?;
    let mut sinks = Vec::new();
    for name in ["eins", "zwei", "drei"] {
        let sink = Sink::start(name).await?;
        sink.follow(&quarter).await?;
        sinks.push(sink);
    }
    let actor = quarter.actor().await?;
    let outbox = actor["outbox"].as_str().context("no outbox")?.to_owned();
    let desk = Desk { client: quarter.client.clone(), outbox, token: quarter.editor().await? };
    quarter.kill()?;

    let next = Arc::new(AtomicUsize::new(1));
    let mut acknowledged = BTreeSet::new();
    // On a machine so busy that hardly a post gets through before the cut, there are more of them.
    for round in 0..5 * CUTS {
        if round >= CUTS && acknowledged.len() > CUTS {
            break;
        }
        let posts = one_cut(&mut quarter, &desk, &next, round).await.with_context(|| format!("round {round}"))?;
        acknowledged.extend(posts);
    }
    eprintln!("{}: {} posts acknowledged in {CUTS} runs or more", database.kind(), acknowledged.len());
    assert!(acknowledged.len() > CUTS, "too few posts to mean anything: {}", acknowledged.len());

    quarter.spawn()?;
    quarter.ready().await?;
    all_arrived(&sinks, &acknowledged).await.with_context(|| quarter.log())?;
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
    nothing_is_lost_in_a_hundred_power_cuts(&testing::sqlite()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_holds_on_postgresql() -> Result<()> {
    let Some(database) = testing::postgres() else { return Ok(()) };
    nothing_is_lost_in_a_hundred_power_cuts(&database).await
}
