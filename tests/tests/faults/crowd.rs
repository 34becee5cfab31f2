//! A queue as long as a week without a network leaves it: sent without a storm, and without memory growing with it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::extract::{Request, State};
use http::{StatusCode, header};
use jiff::Timestamp;
use storage::testing;
use tests::quarter::Quarter;
use tests::{client, count, wait};
use tokio::net::TcpListener;

use crate::SOON;

/// How many deliveries wait; `QUARTIER_TEST_ROWS` says otherwise.
const ROWS: usize = 100_000;
/// How many of them are for one host.
const PER_HOST: usize = 100;
/// How many hosts may be served at once.
const LANES: usize = 64;
/// For how long it is watched.
const WATCHED: Duration = Duration::from_secs(12);
/// By how much memory may grow over what an empty queue takes, in KiB.
const GROWTH: u64 = 64 * 1024;

/// A thousand hosts at one port, each of which takes its time.
#[derive(Clone, Default)]
struct Hosts {
    open: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    taken: Arc<AtomicUsize>,
    names: Arc<Mutex<BTreeSet<String>>>,
}

impl Hosts {
    async fn start() -> Result<(Self, u16)> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (hosts, port) = (Self::default(), listener.local_addr()?.port());
        let routes = Router::new().fallback(Self::take).with_state(hosts.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok((hosts, port))
    }

    async fn take(State(hosts): State<Self>, request: Request) -> StatusCode {
        let open = hosts.open.fetch_add(1, Ordering::SeqCst) + 1;
        hosts.most.fetch_max(open, Ordering::SeqCst);
        let name =
            request.headers().get(header::HOST).and_then(|name| name.to_str().ok()).unwrap_or_default().to_owned();
        hosts.names.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
        tokio::time::sleep(Duration::from_millis(50)).await;
        hosts.open.fetch_sub(1, Ordering::SeqCst);
        hosts.taken.fetch_add(1, Ordering::SeqCst);
        StatusCode::ACCEPTED
    }
}

/// Statements that queue `rows` deliveries of the quarter's, all of them due.
#[expect(clippy::disallowed_methods, reason = "what is too old would not be sent")]
fn queue(rows: usize, port: u16) -> String {
    let now = Timestamp::now().as_millisecond();
    let hosts = rows / PER_HOST;
    format!(
        "with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < {PER_HOST})
           insert into activities (id, url, kind, actor, object, body, listed, published_at)
           select unhex(printf('%032x', n)), 'http://nord.localhost/activities/' || n, 'Create',
             (select id from actors where part = 'quarter'), 'http://nord.localhost/posts/' || n,
             '{{\"type\":\"Create\",\"content\":\"' || hex(randomblob(600)) || '\"}}', false, {now} from numbers;
         with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < {hosts})
           insert into lanes (host, due_at, failures) select 'h' || n || '.localhost:{port}', {now}, 0 from numbers;
         insert into deliveries (activity, inbox, host, state, attempts, created_at)
           select a.id, 'http://' || l.host || '/inbox', l.host, 'waiting', 0, {now} from lanes l, activities a
           where l.host like '%:{port}' and a.object like 'http://nord.localhost/posts/%';"
    )
}

/// How much memory a process has, in KiB.
fn memory(process: u32) -> Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn p_05_q_15_a_hundred_thousand_due_deliveries_are_no_storm_and_take_no_memory() -> Result<()> {
    let rows = count("QUARTIER_TEST_ROWS", ROWS);
    let mut quarter = Quarter::start("nord").await?;
    for _ in 0..20 {
        client::page(&quarter.client, &quarter.url("/events")?).await?;
    }
    let empty = memory(quarter.process_id().context("it runs")?)?;
    quarter.stop(SOON).await?;
    let (hosts, port) = Hosts::start().await?;
    testing::run(&quarter.database_url(), &queue(rows, port)).await?;
    quarter.spawn()?;
    quarter.ready().await?;
    wait::until("the first delivery", SOON, async || Ok((hosts.taken.load(Ordering::SeqCst) > 0).then_some(())))
        .await?;
    let (began, process) = (Instant::now(), quarter.process_id().context("it runs")?);
    let (mut waits, mut full) = (Vec::new(), 0);
    while began.elapsed() < WATCHED {
        let asked = Instant::now();
        let (status, _) = client::page(&quarter.client, &quarter.url("/events")?).await?;
        ensure!(status == 200, "a page: {status}");
        waits.push(asked.elapsed());
        full = full.max(memory(process)?);
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    waits.sort();
    let slow = waits[waits.len() * 99 / 100];
    let (most, taken) = (hosts.most.load(Ordering::SeqCst), hosts.taken.load(Ordering::SeqCst));
    let names = hosts.names.lock().unwrap_or_else(PoisonError::into_inner).len();
    eprintln!(
        "{rows} due: {taken} sent to {names} hosts, {most} at once; p99 of a page {slow:?}; {empty} KiB, then {full}"
    );
    ensure!((2..=LANES).contains(&most), "{most} at once");
    ensure!(taken > 100 && names >= most, "{taken} sent to {names} hosts");
    ensure!(slow < Duration::from_secs(1), "one page in a hundred took {slow:?}");
    ensure!(full < empty + GROWTH, "{empty} KiB without a queue, {full} KiB with {rows} rows");
    Ok(())
}
