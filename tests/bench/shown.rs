//! How soon what is published is on the neighbour's page, while neither has anything else to do.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tests::client;
use tests::desk::Desk;
use tests::quarter::Quarter;
use tests::wait;

use crate::book::Book;
use crate::figure::{Figure, percentile};

const POSTS: usize = 100;

/// From the request of the author to the answer of the neighbour's page that has the post.
pub(crate) async fn figures(book: &mut Book) -> Result<()> {
    let accepting = [("QUARTIER_NEIGHBOURS_ACCEPT", "automatic")];
    let north = Quarter::start_with("nord", &accepting).await?;
    let south = Quarter::start_with("sued", &accepting).await?;
    befriend(&north, &south).await?;
    let desk = Desk::of(&north).await?;
    let url = south.url("/posts")?;
    let mut millis = Vec::new();
    for number in 0..POSTS {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let marker = format!("Meldung-{number}-Ende");
        let began = Instant::now();
        desk.post(&marker).await?;
        loop {
            let (_, page) = client::page(&south.client, &url).await?;
            if page.contains(&marker) {
                break;
            }
            ensure!(began.elapsed() < Duration::from_secs(30), "{marker} did not arrive");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        millis.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    millis.sort_by(f64::total_cmp);
    let median = Figure::new("shown/p50", "Until it is shown at the neighbour, median", percentile(&millis, 50), "ms");
    book.tell(median.on("sqlite"));
    let slowest = Figure::new("shown/p99", "The same, 99th percentile", percentile(&millis, 99), "ms");
    book.tell(slowest.at_most(300.0).on("sqlite"));
    Ok(())
}

/// Makes two quarters neighbours that let each other in by themselves.
pub(crate) async fn befriend(one: &Quarter, other: &Quarter) -> Result<()> {
    one.cli(&["neighbours", "invite", &other.address()]).await?;
    wait::until("neighbours", Duration::from_secs(30), async || {
        let listed = one.cli(&["neighbours", "list"]).await?;
        Ok(listed.lines().any(|line| line.contains(&other.address()) && line.contains("established")).then_some(()))
    })
    .await
}
