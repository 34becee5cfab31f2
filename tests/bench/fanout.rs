//! One post for many inboxes: what a delivery costs while 100 or 100,000 of them wait, and what memory that takes.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tests::desk::Desk;

use crate::book::Book;
use crate::figure::{Figure, number};
use crate::machine;
use crate::peers::Peers;
use crate::stage::{self, Stage};

/// How many inboxes there are, on how many hosts, and how many posts go there.
const SIZES: [(usize, usize, usize); 4] = [(100, 50, 40), (1_000, 100, 6), (10_000, 500, 1), (100_000, 1_000, 1)];
/// How long the deliveries of one size may take.
const PATIENCE: Duration = Duration::from_mins(6);

/// From 100 to 100,000, each on a fresh SQLite file, signed with Ed25519 so that everything else weighs more.
pub(crate) async fn figures(book: &mut Book) -> Result<()> {
    let mut first = 0.0;
    for (inboxes, hosts, posts) in SIZES {
        let peers = Peers::counting(hosts).await?;
        let mut stage = Stage::set(None).await?;
        stage::seat(&stage, &peers, hosts, inboxes / hosts, true).await?;
        stage.play().await?;
        let desk = Desk::of(&stage.quarter).await?.patient()?;
        let process = stage.process()?;
        let (busy, began) = (machine::processor_seconds(process)?, Instant::now());
        let mut publishing = Duration::ZERO;
        for post in 1..=posts {
            let asked = Instant::now();
            desk.post("Ein Fest für alle").await?;
            publishing += asked.elapsed();
            until_taken(&peers, post * inboxes).await?;
        }
        let total = inboxes * posts;
        // The last notes are written soon after the last answer.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let cost = (machine::processor_seconds(process)? - busy) / number(total) * 1_000_000.0;
        if inboxes == 100 {
            first = cost;
        }
        let name = |what: &str| format!("fanout/{inboxes}/{what}");
        let what = format!("Processor time a delivery, {inboxes} waiting; ratio to 100");
        book.tell(Figure::new(&name("cost"), &what, cost, "µs").of(first).at_most(1.2).on("sqlite"));
        let millis = publishing.as_secs_f64() * 1_000.0 / number(posts);
        book.tell(Figure::new(&name("publish"), "Until the post was acknowledged", millis, "ms").on("sqlite"));
        let took = peers.last_taken().duration_since(began);
        book.tell(Figure::new(&name("rate"), "Deliveries a second", machine::rate(total, took), "/s").on("sqlite"));
        let most = machine::most_memory(process)?;
        let memory = Figure::new(&name("memory"), "The most memory it held", most, "MB").on("sqlite");
        book.tell(if inboxes == 100_000 { memory.at_most(80.0) } else { memory });
    }
    Ok(())
}

async fn until_taken(peers: &Peers, wanted: usize) -> Result<()> {
    let began = Instant::now();
    while peers.taken() < wanted {
        ensure!(began.elapsed() < PATIENCE, "only {} of {wanted} arrived", peers.taken());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    Ok(())
}
