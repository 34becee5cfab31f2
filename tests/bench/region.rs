//! A region on one machine: thirty real programs, each with twenty neighbours, and one event for all of them.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tests::client;
use tests::process;
use tests::quarter::Quarter;

use crate::book::Book;
use crate::figure::{Figure, number, percentile};
use crate::{machine, site};

const QUARTERS: usize = 30;
/// Ten to each side, around the ring.
const REACH: usize = 10;
const EVENTS: usize = 5;
/// How long the neighbours may take to find each other.
const PATIENCE: Duration = Duration::from_mins(3);

struct Member {
    quarter: Quarter,
    metrics: String,
}

/// Memory of all, time until an event is everywhere, messages and processor time that it costs.
pub(crate) async fn figures(book: &mut Book) -> Result<()> {
    let mut region = Vec::new();
    for number in 0..QUARTERS {
        region.push(Member::start(number).await?);
    }
    for number in 0..QUARTERS {
        for step in 1..=REACH {
            let other = region.get((number + step) % QUARTERS).context("a ring")?.quarter.address();
            region.get(number).context("a ring")?.quarter.cli(&["neighbours", "invite", &other]).await?;
        }
    }
    until_neighbours(&region).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let memory: Vec<f64> = region.iter().map(Member::memory).collect::<Result<_>>()?;
    let all: f64 = memory.iter().sum();
    book.tell(Figure::new("region/memory", "Memory of 30 quarters with 20 neighbours each", all, "MB").on("sqlite"));
    let each = all / number(QUARTERS);
    book.tell(Figure::new("region/memory/each", "Of each", each, "MB").on("sqlite"));
    let (mut millis, mut messages, mut busy) = (Vec::new(), 0.0, 0.0);
    for event in 0..EVENTS {
        let (heard, spent) = (sum(&region).await?, processors(&region)?);
        millis.push(publish(&region, event * QUARTERS / EVENTS, event).await?);
        tokio::time::sleep(Duration::from_secs(1)).await;
        messages += sum(&region).await? - heard;
        busy += processors(&region)? - spent;
    }
    millis.sort_by(f64::total_cmp);
    let what = "Until an event is shown by all 20 neighbours, median";
    book.tell(Figure::new("region/shown", what, percentile(&millis, 50), "ms").on("sqlite"));
    let each = messages / number(EVENTS);
    book.tell(Figure::new("region/messages", "Messages an event", each, "").on("sqlite"));
    let what = "Processor time an event, all quarters, with a second of their rest and the asking";
    book.tell(Figure::new("region/processor", what, busy / number(EVENTS) * 1_000.0, "ms").on("sqlite"));
    Ok(())
}

impl Member {
    async fn start(number: usize) -> Result<Self> {
        let metrics = format!("127.0.0.1:{}", process::free_port()?);
        let settings = [("QUARTIER_NEIGHBOURS_ACCEPT", "automatic"), ("QUARTIER_METRICS_LISTEN", metrics.as_str())];
        let quarter = Quarter::start_with(&format!("q{number}"), &settings).await?;
        Ok(Self { quarter, metrics: format!("http://{metrics}/metrics") })
    }

    fn process(&self) -> Result<u32> {
        self.quarter.process_id().context("it does not run")
    }

    fn memory(&self) -> Result<f64> {
        machine::memory(self.process()?)
    }
}

async fn until_neighbours(region: &[Member]) -> Result<()> {
    let began = Instant::now();
    for member in region {
        loop {
            let listed = member.quarter.cli(&["neighbours", "list"]).await?;
            if listed.lines().filter(|line| line.contains("established")).count() == 2 * REACH {
                break;
            }
            ensure!(began.elapsed() < PATIENCE, "they are no neighbours yet:\n{listed}");
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
    Ok(())
}

/// Publishes an event at one quarter; the milliseconds until every neighbour of it shows it.
async fn publish(region: &[Member], from: usize, event: usize) -> Result<f64> {
    let quarter = &region.get(from).context("a quarter")?.quarter;
    let token = quarter.editor().await?;
    let name = format!("Sommerfest-{event}-Ende");
    let start = site::midnight_ahead(3).to_string();
    let began = Instant::now();
    quarter.publish(&token, &json!({ "type": "Event", "name": name, "startTime": start })).await?;
    let neighbours = (1..=REACH).flat_map(|step| [(from + step) % QUARTERS, (from + QUARTERS - step) % QUARTERS]);
    let mut last = Duration::ZERO;
    for other in neighbours {
        let other = &region.get(other).context("a quarter")?.quarter;
        let url = other.url("/events")?;
        while !client::page(&other.client, &url).await?.1.contains(&name) {
            ensure!(began.elapsed() < Duration::from_mins(1), "{name} is not at {}", other.handle);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        last = last.max(began.elapsed());
    }
    Ok(last.as_secs_f64() * 1_000.0)
}

/// What all inboxes answered so far.
async fn sum(region: &[Member]) -> Result<f64> {
    let mut sum = 0.0;
    for member in region {
        let (_, text) = client::page(&member.quarter.client, &member.metrics).await?;
        let counts = text.lines().filter(|line| line.starts_with("quartier_inbox_answers_total{"));
        sum += counts.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).sum::<f64>();
    }
    Ok(sum)
}

fn processors(region: &[Member]) -> Result<f64> {
    region.iter().map(|member| machine::processor_seconds(member.process()?)).sum()
}
