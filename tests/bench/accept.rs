//! Accepted activities a second: signed `Create`s of actors that are followed, each answered with 202 after its commit.

use std::fmt::Write;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tests::quarter::Quarter;
use url::Url;

use crate::book::Book;
use crate::drive::{self, Outcome};
use crate::figure::Figure;
use crate::machine::Limits;
use crate::peers::Peers;
use crate::site;
use crate::stage::{self, Stage};

/// How many activities one round takes.
const ACTIVITIES: usize = 6_000;
/// How many hosts they come from: a host may send 10,000 a minute.
const SENDERS: usize = 10;
const CONNECTIONS: [usize; 2] = [16, 64];

/// One node on SQLite and on PostgreSQL with 16 and 64 connections, and two nodes on PostgreSQL.
pub(crate) async fn figures(limits: Limits, book: &mut Book) -> Result<()> {
    let peers = Peers::counting(SENDERS).await?;
    let quarter = Quarter::prepare("nord", &[])?;
    let inbox: Url = quarter.url("/inbox")?.parse()?;
    // Signed beforehand and used for every round: what the senders cost is not what is measured.
    let rounds = signed(&peers, &inbox, CONNECTIONS.len() * ACTIVITIES)?;
    let rounds: Vec<_> = rounds.chunks(ACTIVITIES).map(|round| Arc::new(round.to_vec())).collect();
    for (kind, nodes) in [("sqlite", 1), ("postgres", 1), ("postgres", 2)] {
        let database = if kind == "postgres" { storage::testing::durable_postgres() } else { None };
        if kind == "postgres" && database.is_none() {
            continue;
        }
        let address = database.as_ref().map(|database| database.url.as_str());
        let settings: Vec<_> = address.iter().map(|url| ("QUARTIER_DATABASE_URL", *url)).collect();
        let mut here = quarter.elsewhere(&settings)?;
        here.spawn()?;
        here.ready().await?;
        let mut stage = Stage::of(here, address).await?;
        stage::hear(&stage, &senders(&peers)?).await?;
        stage.play().await?;
        let mut doors = vec![stage::door(&stage.quarter)];
        let second = if nodes == 2 { Some(start_second(&stage.quarter).await?) } else { None };
        doors.extend(second.as_ref().map(stage::door));
        for (connections, round) in CONNECTIONS.into_iter().zip(&rounds) {
            let outcome = drive::once(&doors, connections, Arc::clone(round), 202).await?;
            ensure!(outcome.odd == 0, "{} were not accepted:\n{}", outcome.odd, stage.quarter.log());
            tell(book, &outcome, limits, (kind, nodes, connections));
        }
    }
    Ok(())
}

async fn start_second(first: &Quarter) -> Result<Quarter> {
    let mut second = first.another_node()?;
    second.spawn()?;
    second.ready().await?;
    Ok(second)
}

fn tell(book: &mut Book, outcome: &Outcome, limits: Limits, (kind, nodes, connections): (&str, usize, usize)) {
    let name = format!("accept/{kind}/{nodes}/{connections}");
    let by = if nodes == 1 { "one node".to_owned() } else { format!("{nodes} nodes") };
    let what = format!("Accepted a second, {by}, {connections} connections");
    let rate = Figure::new(&name, &what, outcome.rate, "/s").of(limits.sign).on(kind);
    book.tell(if nodes == 1 && connections == 64 { rate.at_least(2.0) } else { rate });
    let median = Figure::new(&format!("{name}/p50"), "Until the answer, median", outcome.percentile(50), "ms");
    book.tell(median.on(kind));
    let slowest =
        Figure::new(&format!("{name}/p99"), "Until the answer, 99th percentile", outcome.percentile(99), "ms");
    book.tell(slowest.at_most(50.0).on(kind));
}

/// The senders with their keys.
fn senders(peers: &Peers) -> Result<Vec<(Url, String)>> {
    let sender = |number| Ok((peers.url(number, "/actor").parse()?, peers.public_pem()));
    (0..peers.count()).map(sender).collect()
}

/// So many requests, byte by byte, signed on both cores.
pub(crate) fn signed(peers: &Peers, inbox: &Url, count: usize) -> Result<Vec<Vec<u8>>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = count.div_ceil(threads);
    let numbers: Vec<usize> = (0..count).collect();
    std::thread::scope(|scope| {
        let part = |numbers| scope.spawn(move || part(peers, inbox, numbers));
        let parts: Vec<_> = numbers.chunks(share).map(part).collect();
        let join = |part: std::thread::ScopedJoinHandle<'_, Result<Vec<Vec<u8>>>>| part.join().ok();
        let parts: Vec<_> =
            parts.into_iter().map(|part| join(part).context("a thread broke")?).collect::<Result<_>>()?;
        Ok(parts.concat())
    })
}

fn part(peers: &Peers, inbox: &Url, numbers: &[usize]) -> Result<Vec<Vec<u8>>> {
    numbers.iter().map(|number| request(peers, inbox, *number)).collect()
}

/// A note as neighbours write them.
fn request(peers: &Peers, inbox: &Url, number: usize) -> Result<Vec<u8>> {
    let peer = number % peers.count();
    let url = |path: &str| peers.url(peer, path);
    let public = "https://www.w3.org/ns/activitystreams#Public";
    let body = json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": url(&format!("/activities/{number}")), "type": "Create", "actor": url("/actor"), "to": [public],
        "object": {
            "id": url(&format!("/notes/{number}")), "type": "Note", "attributedTo": url("/actor"), "to": [public],
            "content": "<p>Heute um 18 Uhr trifft sich die Nachbarschaft am Brunnen. Alle sind willkommen.</p>",
            "published": site::now().to_string(),
        },
    })
    .to_string();
    let mut request =
        format!("POST {} HTTP/1.1\r\nuser-agent: {}\r\ncontent-length: {}\r\n", inbox.path(), drive::NAME, body.len());
    for (name, value) in &peers.sign(peer, inbox, body.as_bytes())? {
        write!(request, "{name}: {}\r\n", value.to_str()?)?;
    }
    Ok([request.as_bytes(), b"\r\n", body.as_bytes()].concat())
}
