//! Deliveries a second: posts to 200 inboxes on 50 hosts of this machine, from the first post to the last inbox.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tests::desk::Desk;

use crate::book::Book;
use crate::figure::Figure;
use crate::machine::{self, Limits};
use crate::peers::Peers;
use crate::stage::{self, Stage};

const HOSTS: usize = 50;
const INBOXES: usize = 4;
/// How long deliveries are waited for.
const PATIENCE: Duration = Duration::from_mins(3);

/// One node with RSA and with Ed25519 on SQLite, with RSA on PostgreSQL; then two nodes against one.
pub(crate) async fn figures(limits: Limits, book: &mut Book) -> Result<()> {
    let figure =
        |name: &str, what: &str, rate: f64| Figure::new(&format!("deliver/{name}"), what, rate, "/s").of(limits.sign);
    let rsa = rate(None, false).await?;
    book.tell(figure("rsa", "Deliveries signed with RSA (draft-cavage), a second", rsa).at_least(1.2).on("sqlite"));
    let ed25519 = rate(None, true).await?;
    let what = "Deliveries signed with Ed25519 (RFC 9421), a second";
    book.tell(figure("ed25519", what, ed25519).at_least(3.0).on("sqlite"));
    let Some(database) = storage::testing::durable_postgres() else { return Ok(()) };
    let rsa = rate(Some(&database.url), false).await?;
    book.tell(figure("rsa/postgres", "Deliveries signed with RSA, a second", rsa).on("postgres"));
    Ok(())
}

async fn rate(postgres: Option<&str>, ed25519: bool) -> Result<f64> {
    let peers = Peers::counting(HOSTS).await?;
    let mut stage = Stage::set(postgres).await?;
    stage::seat(&stage, &peers, HOSTS, INBOXES, ed25519).await?;
    stage.play().await?;
    publish(&Desk::of(&stage.quarter).await?, &peers, 40).await.with_context(|| stage.quarter.log())
}

/// Publishes so many posts, one after the other; deliveries a second until all are at every inbox.
pub(crate) async fn publish(desk: &Desk, peers: &Peers, posts: usize) -> Result<f64> {
    let (began, before) = (Instant::now(), peers.taken());
    for number in 0..posts {
        desk.post(&format!("Meldung Nummer {number} aus dem Quartier")).await?;
    }
    let total = posts * HOSTS * INBOXES;
    while peers.taken() - before < total {
        ensure!(began.elapsed() < PATIENCE, "only {} of {total} arrived", peers.taken() - before);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(machine::rate(total, peers.last_taken().duration_since(began)))
}

/// What a second node on the same database adds, each on one core, where signing with RSA-4096 is nearly everything.
pub(crate) async fn nodes(book: &mut Book) -> Result<()> {
    let Some(database) = storage::testing::durable_postgres() else { return Ok(()) };
    let peers = Peers::counting(HOSTS).await?;
    let mut stage = Stage::set(Some(&database.url)).await?;
    stage::seat(&stage, &peers, HOSTS, INBOXES, false).await?;
    stage::slow_key(&stage).await?;
    stage.play().await?;
    stage::pin(stage.process()?, 0)?;
    let desk = Desk::of(&stage.quarter).await?;
    let one = publish(&desk, &peers, 6).await.with_context(|| stage.quarter.log())?;
    let mut second = stage.quarter.another_node()?;
    second.spawn()?;
    second.ready().await?;
    stage::pin(second.process_id().unwrap_or_default(), 1)?;
    let two = publish(&desk, &peers, 12).await.with_context(|| stage.quarter.log())?;
    let what = "Deliveries signed with RSA-4096 a second, one node on one core";
    book.tell(Figure::new("nodes/one", what, one, "/s").on("postgres"));
    let what = "The same with a second node on a second core; ratio to one";
    book.tell(Figure::new("nodes/two", what, two, "/s").of(one).at_least(1.7).on("postgres"));
    Ok(())
}
