//! What other servers send while this one is killed: an answer of 202 means that it is kept.

#![expect(clippy::indexing_slicing, reason = "a member that a JSON value does not have is null, no panic")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use storage::testing;
use tests::desk::Desk;
use tests::quarter::Quarter;
use tests::sink::Sink;
use tests::{count, random};

/// How often the server is killed; `QUARTIER_TEST_CUTS` says otherwise.
const CUTS: usize = 15;
/// It is killed at a random moment of so many milliseconds after the first is sent.
const MOMENTS: u64 = 400;
/// How many posts there are to like for each time it is killed.
const POSTS: usize = 3;

/// A server that likes one post after the other, and what it was told to have been taken.
struct Fan {
    sink: Sink,
    next: AtomicUsize,
}

impl Fan {
    /// Likes what it has not yet; gives the posts for which it was answered 202.
    async fn like(self: Arc<Self>, inbox: String, posts: Arc<Vec<String>>, stop: Arc<AtomicBool>) -> Vec<String> {
        let mut taken = Vec::new();
        while !stop.load(Ordering::SeqCst) {
            let Some(post) = posts.get(self.next.load(Ordering::SeqCst)) else { break };
            let id = format!("{}/likes/{:x}", self.sink.actor, random());
            let like = json!({
                "@context": "https://www.w3.org/ns/activitystreams",
                "id": id, "type": "Like", "actor": self.sink.actor, "object": post,
            });
            match self.sink.deliver(&inbox, &like).await {
                Ok(status) if status.is_success() => {
                    taken.push(post.clone());
                    self.next.fetch_add(1, Ordering::SeqCst);
                }
                // It was killed: as a real server does, this one tries again, under another id to make it harder.
                _ => tokio::time::sleep(Duration::from_millis(2)).await,
            }
        }
        taken
    }
}

async fn posts(quarter: &Quarter, count: usize) -> Result<Vec<String>> {
    let desk = Desk::of(quarter).await?;
    for number in 0..count {
        desk.post(&format!("Nachricht-{number}-Ende")).await?;
    }
    Ok(testing::texts(&quarter.database_url(), "select url from posts order by url").await?)
}

async fn nothing_taken_is_lost(settings: &[(&str, &str)]) -> Result<()> {
    let cuts = count("QUARTIER_TEST_CUTS", CUTS);
    let mut quarter = Quarter::start_with("nord", settings).await?;
    let inbox = quarter.actor().await?["inbox"].as_str().context("no inbox")?.to_owned();
    let posts = Arc::new(posts(&quarter, POSTS * cuts).await?);
    let mut fans = Vec::new();
    for name in ["eins", "zwei", "drei"] {
        fans.push(Arc::new(Fan { sink: Sink::start(name).await?, next: AtomicUsize::new(0) }));
    }
    let mut taken = BTreeSet::new();
    // On a machine so busy that hardly one gets through before the server is killed, there are more rounds.
    for round in 0..5 * cuts {
        if round >= cuts && taken.len() > cuts {
            break;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let sending = fans
            .iter()
            .map(|fan| tokio::spawn(Arc::clone(fan).like(inbox.clone(), Arc::clone(&posts), Arc::clone(&stop))));
        let sending: Vec<_> = sending.collect();
        tokio::time::sleep(Duration::from_micros(random() % (MOMENTS * 1000))).await;
        quarter.kill()?;
        stop.store(true, Ordering::SeqCst);
        for (fan, liked) in fans.iter().zip(sending) {
            taken.extend(liked.await?.into_iter().map(|post| format!("{} {post}", fan.sink.actor)));
        }
        quarter.spawn()?;
        quarter.ready().await.with_context(|| format!("round {round}"))?;
    }
    ensure!(taken.len() > cuts, "too few to mean anything: {}", taken.len());
    let kept = "select a.url || ' ' || r.object from reactions r join actors a on a.id = r.actor where r.kind = 'Like'";
    let kept: BTreeSet<String> = testing::texts(&quarter.database_url(), kept).await?.into_iter().collect();
    let lost: Vec<_> = taken.difference(&kept).collect();
    eprintln!("killed {cuts} times: {} answered with 202, {} lost", taken.len(), lost.len());
    ensure!(lost.is_empty(), "{lost:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn i_01_what_was_answered_with_202_is_kept_when_the_server_is_killed() -> Result<()> {
    nothing_taken_is_lost(&[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn i_01_the_same_holds_on_postgresql() -> Result<()> {
    let Some(database) = testing::postgres() else { return Ok(()) };
    nothing_taken_is_lost(&[("QUARTIER_DATABASE_URL", database.url.as_str())]).await
}
