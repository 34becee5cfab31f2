//! Pages and the calendar with 1,000 to 100,000 events, over HTTP from the real program; its start and its memory.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tests::quarter::Quarter;

use crate::book::Book;
use crate::drive;
use crate::figure::{Figure, number};
use crate::machine;
use crate::stage::{self, Stage};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const CONNECTIONS: usize = 4;
const TIME: Duration = Duration::from_secs(5);

/// A page or feed: name, title, what is asked for.
type Kind = (&'static str, &'static str, Vec<Vec<u8>>);

/// Everything, on one SQLite file that grows.
pub(crate) async fn figures(book: &mut Book) -> Result<()> {
    let mut stage = Stage::set(None).await?;
    let empty = stored(&stage)?;
    let (mut before, mut pages) = (0, Vec::new());
    for size in SIZES {
        pages.extend(stage::fill(&stage, before, size).await?);
        before = size;
        start(book, &mut stage, size).await?;
        for kind in kinds(&stage.quarter, &pages) {
            measure(book, &stage, size, kind).await?;
        }
        stage.quarter.stop(Duration::from_secs(30)).await?;
    }
    let bytes = number(stored(&stage)? - empty) / (number(before) / 1_000.0) / 1_000.0;
    book.tell(Figure::new("pages/bytes", "On disk for 1,000 events, with indexes", bytes, "kB").on("sqlite"));
    Ok(())
}

/// The bytes in the data folder once everything is in the one file.
fn stored(stage: &Stage) -> Result<usize> {
    machine::bytes(&stage.quarter.data())
}

/// Starts the server, and tells how soon it was ready and what it holds at rest.
async fn start(book: &mut Book, stage: &mut Stage, size: usize) -> Result<()> {
    let began = Instant::now();
    stage.play().await?;
    let ready = began.elapsed().as_secs_f64() * 1_000.0;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let memory = machine::memory(stage.process()?)?;
    let what = format!("From start to ready, {size} events");
    book.tell(Figure::new(&format!("pages/{size}/ready"), &what, ready, "ms").at_most(500.0).on("sqlite"));
    let own = machine::own_memory(stage.process()?)?;
    let what = format!("Memory at rest, {size} events");
    book.tell(Figure::new(&format!("pages/{size}/idle"), &what, memory, "MB").at_most(30.0).on("sqlite"));
    let what = "Of it its own, the rest being the program's file";
    book.tell(Figure::new(&format!("pages/{size}/own"), what, own, "MB").on("sqlite"));
    Ok(())
}

fn kinds(quarter: &Quarter, pages: &[String]) -> [Kind; 3] {
    let host = quarter.host();
    let get = |path: &str| drive::get(&host, path, "text/html");
    [
        ("list", "Event list", vec![get("/events")]),
        ("event", "Event page", pages.iter().map(|path| get(path)).collect()),
        ("calendar", "Calendar feed (iCalendar)", vec![get("/calendar.ics")]),
    ]
}

async fn measure(book: &mut Book, stage: &Stage, size: usize, (kind, title, requests): Kind) -> Result<()> {
    let outcome = drive::during(TIME, &stage::door(&stage.quarter), CONNECTIONS, requests).await?;
    ensure!(outcome.odd == 0, "{} of the {kind} were not answered with 200", outcome.odd);
    let name = format!("pages/{size}/{kind}");
    let what = format!("{title} a second, {size} events");
    let smallest = book.value(&format!("pages/{}/{kind}", SIZES[0])).filter(|_| size > SIZES[0]);
    let rate = Figure::new(&name, &what, outcome.rate, "/s").on("sqlite");
    book.tell(match smallest {
        // The list and a page show as much as before; of the feed there is more.
        Some(smallest) if kind != "calendar" => rate.of(smallest).at_least(0.8),
        Some(smallest) => rate.of(smallest),
        None => rate,
    });
    let p99 = Figure::new(&format!("{name}/p99"), "The same, 99th percentile", outcome.percentile(99), "ms");
    book.tell(p99.on("sqlite"));
    Ok(())
}
