//! Servers of one quarter are replaced one after the other by a newer build, while people write.
//!
//! `QUARTIER_OLD_BIN` names the build that they are replaced from; without it, all are of one build: a rolling restart.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use storage::testing;
use tests::desk::{Desk, all_arrived, arrivals};
use tests::doors::Doors;
use tests::quarter::Quarter;
use tests::sink::Sink;

use super::SOON;

/// What came of writing without a pause.
#[derive(Default)]
struct Written {
    acknowledged: BTreeSet<String>,
    /// Answers that no reader should see.
    broken: Vec<String>,
    /// Connections that ended under our hands.
    cut: usize,
}

/// Writes numbered posts until told to stop.
async fn write(desk: Desk, next: Arc<AtomicUsize>, stop: Arc<AtomicBool>) -> Written {
    let mut written = Written::default();
    while !stop.load(Ordering::SeqCst) {
        let marker = format!("Nachricht-{}-Ende", next.fetch_add(1, Ordering::SeqCst));
        match desk.post(&marker).await.map_err(|problem| problem.to_string()) {
            Ok(_) => drop(written.acknowledged.insert(marker)),
            Err(problem) if problem.contains("answered 5") => written.broken.push(problem),
            Err(problem) if problem.contains("answered 429") => {}
            Err(_) => written.cut += 1,
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    written
}

#[tokio::test(flavor = "multi_thread")]
async fn u_03_nodes_are_replaced_one_after_the_other_and_nothing_is_lost() -> Result<()> {
    let Some(database) = testing::postgres() else { return Ok(()) };
    let old = std::env::var_os("QUARTIER_OLD_BIN").map(PathBuf::from);
    let mut quarter = Quarter::prepare("nord", &[("QUARTIER_DATABASE_URL", database.url.as_str())])?;
    quarter.run_by(old.clone());
    let mut nodes = [quarter.another_node()?, quarter.another_node()?];
    for node in &mut nodes {
        node.spawn()?;
        node.ready().await?;
    }
    let _doors = Doors::of(&nodes.each_ref()).await?;
    let mut sinks = Vec::new();
    for number in 0..4 {
        let sink = Sink::start(&format!("sink{number}")).await?;
        sink.follow(&quarter).await?;
        sinks.push(sink);
    }
    let desk = Desk::of(&quarter).await?;
    let (next, stop) = (Arc::new(AtomicUsize::new(1)), Arc::new(AtomicBool::new(false)));
    let author = || tokio::spawn(write(desk.clone(), Arc::clone(&next), Arc::clone(&stop)));
    let authors: Vec<_> = std::iter::repeat_with(author).take(3).collect();
    for node in &mut nodes {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let status = node.stop(SOON).await?;
        ensure!(status.success(), "it ended with {status}");
        node.run_by(None);
        node.spawn()?;
        node.ready().await?;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    stop.store(true, Ordering::SeqCst);
    let mut all = Written::default();
    for author in authors {
        let written = author.await?;
        all.acknowledged.extend(written.acknowledged);
        all.broken.extend(written.broken);
        all.cut += written.cut;
    }
    ensure!(all.acknowledged.len() > 10, "too few posts to mean anything: {}", all.acknowledged.len());
    ensure!(all.broken.is_empty(), "{} answers were broken: {:?}", all.broken.len(), all.broken.first());
    all_arrived(&sinks, &all.acknowledged).await?;
    let mut arrived = 0;
    for sink in &sinks {
        let found = arrivals(sink);
        let twice = found.values().filter(|ids| ids.len() > 1).count();
        ensure!(twice == 0, "{} got {twice} posts under several ids", sink.actor);
        arrived = found.len();
    }
    let from = old.map_or_else(|| "the same build".to_owned(), |old| old.display().to_string());
    println!(
        "Replaced 2 nodes of {from}: {} posts acknowledged, {arrived} arrived at each of {} sinks, {} connections cut",
        all.acknowledged.len(),
        sinks.len(),
        all.cut
    );
    for node in &nodes {
        ensure!(!node.whole_log().contains("panicked"), "{}", node.log());
    }
    Ok(())
}
