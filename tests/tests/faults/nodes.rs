//! Several servers of one quarter on one PostgreSQL: they share the work, and what one was killed over another takes up.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::{Result, ensure};
use storage::testing;
use tests::desk::{Desk, all_arrived, arrivals, begun};
use tests::quarter::Quarter;
use tests::sink::Sink;

#[tokio::test(flavor = "multi_thread")]
async fn q_05_a_killed_node_is_replaced_by_another_and_nothing_comes_under_two_ids() -> Result<()> {
    let Some(database) = testing::postgres() else { return Ok(()) };
    let mut first = Quarter::start_with("nord", &[("QUARTIER_DATABASE_URL", database.url.as_str())]).await?;
    let mut second = first.another_node()?;
    second.spawn()?;
    second.ready().await?;
    let mut sinks = Vec::new();
    for number in 0..6 {
        let sink = Sink::start(&format!("sink{number}")).await?;
        sink.follow(&first).await?;
        sinks.push(sink);
    }
    let desk = Desk::of(&first).await?;
    let (next, stop) = (Arc::new(AtomicUsize::new(1)), Arc::new(AtomicBool::new(false)));
    let author = || tokio::spawn(desk.clone().write(Arc::clone(&next), Arc::clone(&stop)));
    let authors: Vec<_> = std::iter::repeat_with(author).take(3).collect();
    begun(&next, 12).await?;
    first.kill()?;
    stop.store(true, Ordering::SeqCst);
    let mut acknowledged = BTreeSet::new();
    for author in authors {
        acknowledged.extend(author.await?);
    }
    ensure!(acknowledged.len() > 5, "too few posts to mean anything: {}", acknowledged.len());
    // The leases of the killed one end after a minute at most; nobody starts it again.
    all_arrived(&sinks, &acknowledged).await?;
    for sink in &sinks {
        let twice = arrivals(sink).into_values().filter(|ids| ids.len() > 1).count();
        ensure!(twice == 0, "{} got {twice} posts under several ids", sink.actor);
    }
    Ok(())
}
