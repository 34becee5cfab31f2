//! The hour of mixed load: the real program on SQLite, a dozen neighbours of which one is broken every third minute,
//! and everything that a quarter does at once, at a steady pace that leaves the machine usable.

mod chart;
mod letters;
mod load;
mod received;
mod signing_in;
mod tally;
mod watch;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tests::process;
use tests::quarter::Quarter;

use crate::book::Book;
use crate::figure::{Figure, number, percentile};
use crate::peers::{Mood, Peers};
use load::Load;
use watch::Sample;

/// How many neighbours take what is published.
const SINKS: usize = 12;
/// How many of them send too.
const SENDERS: usize = 4;
/// The neighbour that is broken one minute in three.
const FLAPPING: usize = SINKS - 1;
/// How many people sign in, one after the other.
const ACCOUNTS: usize = 30;
/// How long the queue may take to run empty at the end.
const REST: Duration = Duration::from_mins(15);

/// Runs it for `QUARTIER_BENCH_MINUTES` and writes what was seen.
pub(crate) async fn run(book: &mut Book) -> Result<()> {
    let minutes: u64 = std::env::var("QUARTIER_BENCH_MINUTES").map_or(Ok(60), |text| text.parse())?;
    let time = Duration::from_mins(minutes);
    let (letters, port) = letters::Letters::start().await?;
    let metrics = process::free_port()?;
    let quarter = start(port, metrics).await?;
    let peers = Peers::start(SINKS).await?;
    peers.befriend(&quarter).await?;
    for number in 0..ACCOUNTS {
        quarter.account(&load::account(number), "member").await?;
    }
    let load = Arc::new(Load::of(&quarter, peers, letters, time / 6).await?);
    let over = Arc::new(AtomicBool::new(false));
    let process = quarter.process_id().context("it does not run")?;
    let metrics = format!("http://127.0.0.1:{metrics}/metrics");
    let watching = tokio::spawn(watch::look(Arc::clone(&load), metrics, process, Arc::clone(&over)));
    let flapping = tokio::spawn(flap(Arc::clone(&load)));
    let began = Instant::now();
    load::run(&load, time).await;
    let under_load = began.elapsed();
    flapping.abort();
    load.peers.set_mood(FLAPPING, Mood::Well);
    let rest = until_all_is_there(&load).await;
    over.store(true, Ordering::Relaxed);
    let samples = watching.await?;
    std::fs::write(Book::folder().join("load-hour.svg"), chart::draw(&samples, minutes))?;
    book.forget("hour/");
    tell(book, &load, &samples, under_load, rest);
    for line in quarter.whole_log().lines().filter(|line| line.contains("ERROR")) {
        eprintln!("{line}");
    }
    Ok(())
}

async fn start(mail: u16, metrics: u16) -> Result<Quarter> {
    let (mail, metrics) = (mail.to_string(), format!("127.0.0.1:{metrics}"));
    let settings = [
        ("QUARTIER_METRICS_LISTEN", metrics.as_str()),
        ("QUARTIER_NEIGHBOURS_ACCEPT", "automatic"),
        ("QUARTIER_MAIL_HOST", "127.0.0.1"),
        ("QUARTIER_MAIL_PORT", &mail),
        ("QUARTIER_MAIL_TLS", "none"),
        ("QUARTIER_MAIL_FROM", "Bench <bench@example.org>"),
    ];
    Quarter::start_with("nord", &settings).await
}

/// Two minutes well, one not: with 500 and without any answer in turn.
async fn flap(load: Arc<Load>) {
    for bad in [Mood::Broken, Mood::Silent].into_iter().cycle() {
        tokio::time::sleep(Duration::from_mins(2)).await;
        load.peers.set_mood(FLAPPING, bad);
        tokio::time::sleep(Duration::from_mins(1)).await;
        load.peers.set_mood(FLAPPING, Mood::Well);
    }
}

/// What a neighbour did not get of what was acknowledged, and got without it.
struct Difference {
    missing: usize,
    extra: usize,
    /// Not sent any more because the deletion was sooner, and it got the deletion.
    overtaken: usize,
}

fn difference(acknowledged: &HashMap<String, (String, String)>, load: &Load, peer: usize) -> Difference {
    let got = load.peers.activities(peer);
    let of_authors = |kind: &str| matches!(kind, "Create" | "Update" | "Delete");
    let extra = got.iter().filter(|(id, (kind, _))| of_authors(kind) && !acknowledged.contains_key(*id)).count();
    let deleted: HashSet<&str> =
        got.values().filter(|(kind, _)| kind == "Delete").map(|(_, about)| about.as_str()).collect();
    let absent: Vec<_> = acknowledged.iter().filter(|(id, _)| !got.contains_key(*id)).collect();
    let is_overtaken = |about: &str, kind: &str| kind != "Delete" && deleted.contains(about);
    let overtaken = absent.iter().filter(|(_, (kind, about))| is_overtaken(about, kind)).count();
    Difference { missing: absent.len() - overtaken, extra, overtaken }
}

/// Waits until every neighbour has everything; how long that took.
async fn until_all_is_there(load: &Load) -> Duration {
    let (began, acknowledged) = (Instant::now(), load.acknowledged());
    while began.elapsed() < REST
        && (0..load.peers.count()).any(|peer| difference(&acknowledged, load, peer).missing > 0)
    {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    began.elapsed()
}

fn tell(book: &mut Book, load: &Load, samples: &[Sample], under_load: Duration, rest: Duration) {
    let acknowledged = load.acknowledged();
    let differences: Vec<_> = (0..SINKS).map(|peer| difference(&acknowledged, load, peer)).collect();
    let sum = |part: fn(&Difference) -> usize| differences.iter().map(part).sum();
    let answers = load.tally.answers();
    let (odd, _) = load.tally.odd();
    let count = Figure::count;
    let minutes = under_load.as_secs_f64() / 60.0;
    let steady = |from: f64, to: f64| {
        let within = |sample: &&Sample| sample.minute >= minutes * from && sample.minute < minutes * to;
        let mut memory: Vec<f64> = samples.iter().filter(within).map(|sample| sample.memory).collect();
        memory.sort_by(f64::total_cmp);
        percentile(&memory, 50)
    };
    let (early, late) = (steady(1.0 / 6.0, 1.0 / 3.0), steady(5.0 / 6.0, 1.0));
    let busy = samples.iter().rfind(|sample| sample.minute <= minutes).map_or(0.0, |sample| sample.processor);
    let pages = load.tally.pages();
    for figure in [
        Figure::new("hour/minutes", "Minutes under load", minutes, "min"),
        count("hour/answers", "Answers, all kinds", answers.values().sum()),
        count("hour/odd", "Answers that the load did not ask for (refused, 5xx, none)", odd).at_most(0.0),
        count("hour/acknowledged", "Activities acknowledged with 201", acknowledged.len()),
        count("hour/missing", "Of these missing at any of the 12 neighbours", sum(|one| one.missing)).at_most(0.0),
        count("hour/extra", "Arrived at any without having been acknowledged", sum(|one| one.extra)).at_most(0.0),
        count("hour/overtaken", "Not sent any more since the deletion came first", sum(|one| one.overtaken)),
        Figure::new("hour/rest", "Until the last had arrived, after the load ended", rest.as_secs_f64(), "s"),
        Figure::new("hour/memory/early", "Memory, median of the second sixth of the time", early, "MB"),
        Figure::new(
            "hour/memory/late",
            "Memory, median of the last sixth; flat means at most a tenth more",
            late,
            "MB",
        )
        .of(early)
        .at_most(1.1),
        Figure::new("hour/processor", "Of one core, on average", busy / under_load.as_secs_f64() * 100.0, "%"),
        Figure::new("hour/page/p50", "Pages, median", percentile(&pages, 50), "ms"),
        Figure::new("hour/page/p99", "Pages, 99th percentile", percentile(&pages, 99), "ms"),
    ] {
        book.tell(figure.on("sqlite"));
    }
    for ((kind, status), count) in answers {
        let name = format!("hour/answer/{}/{}", kind.replace(' ', "-"), status.replace(' ', "-"));
        book.tell(Figure::new(&name, &format!("Answers of the {kind}: {status}"), number(count), "").on("sqlite"));
    }
}
