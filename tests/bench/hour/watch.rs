//! What the server says of itself every ten seconds, and what the system says of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::load::Load;
use crate::figure::percentile;
use crate::machine;

/// How often it is asked.
pub(super) const EVERY: Duration = Duration::from_secs(10);

/// One look.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    /// Minutes since the load began.
    pub(super) minute: f64,
    pub(super) waiting: f64,
    pub(super) deliveries: f64,
    pub(super) inbox: f64,
    /// Milliseconds.
    pub(super) p99: f64,
    /// Megabytes.
    pub(super) memory: f64,
    /// Seconds of a processor so far.
    pub(super) processor: f64,
}

/// The counters at one moment.
struct Counters {
    at: Instant,
    waiting: f64,
    delivered: f64,
    answered: f64,
}

/// Looks until `over`.
pub(super) async fn look(load: Arc<Load>, metrics: String, process: u32, over: Arc<AtomicBool>) -> Vec<Sample> {
    let began = Instant::now();
    let mut samples = Vec::new();
    let mut before = None;
    let mut ticks = tokio::time::interval(EVERY);
    while !over.load(Ordering::Relaxed) {
        ticks.tick().await;
        match sample(&load, &metrics, process, &mut before, began).await {
            Ok(Some(sample)) => samples.push(sample),
            Ok(None) => {}
            Err(problem) => load.tally.failed("metrics", &format!("{problem:#}")),
        }
    }
    samples
}

async fn sample(
    load: &Load,
    metrics: &str,
    process: u32,
    before: &mut Option<Counters>,
    began: Instant,
) -> Result<Option<Sample>> {
    let answer = load.client.get(metrics).send().await?;
    let status = answer.status().as_u16();
    let text = answer.text().await?;
    load.tally.answered("metrics", 200, status, &text);
    let now = Counters {
        at: Instant::now(),
        waiting: sum(&text, "quartier_deliveries{state=\"waiting\"}"),
        delivered: sum(&text, "quartier_deliveries{state=\"delivered\"}"),
        answered: sum(&text, "quartier_inbox_answers_total{"),
    };
    let p99 = percentile(&load.tally.lately(), 99);
    let Some(last) = before.replace(now) else { return Ok(None) };
    let now = before.as_ref().context("just put there")?;
    let seconds = now.at.duration_since(last.at).as_secs_f64();
    Ok(Some(Sample {
        minute: began.elapsed().as_secs_f64() / 60.0,
        waiting: now.waiting,
        deliveries: (now.delivered - last.delivered) / seconds,
        inbox: (now.answered - last.answered) / seconds,
        p99,
        memory: machine::memory(process)?,
        processor: machine::processor_seconds(process)?,
    }))
}

/// The sum of all lines that begin with `name`.
fn sum(text: &str, name: &str) -> f64 {
    let lines = text.lines().filter(|line| line.starts_with(name));
    lines.filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok()).sum()
}
