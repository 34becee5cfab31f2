//! Requests over connections that stay open, as fast as they are answered, with as little work on this side as possible.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::figure::percentile;
use crate::machine;

/// Who asks: some servers answer nobody who does not say.
pub(crate) const NAME: &str = "quartier-bench";

/// What came of it.
pub(crate) struct Outcome {
    /// Answers with the wanted status, by the second.
    pub(crate) rate: f64,
    /// Milliseconds, sorted.
    pub(crate) millis: Vec<f64>,
    /// Answers with another status.
    pub(crate) odd: usize,
}

impl Outcome {
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        percentile(&self.millis, percent)
    }
}

/// A GET that leaves the connection open.
pub(crate) fn get(host: &str, path: &str, accept: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nuser-agent: {NAME}\r\naccept: {accept}\r\n\r\n").into_bytes()
}

/// Sends every request once, over so many connections to each of `doors` in turn.
pub(crate) async fn once(
    doors: &[String],
    connections: usize,
    requests: Arc<Vec<Vec<u8>>>,
    wanted: u16,
) -> Result<Outcome> {
    let end = requests.len();
    drive(doors, connections, requests, wanted, end, None).await
}

/// Sends the requests over and over for so long.
pub(crate) async fn during(time: Duration, door: &str, connections: usize, requests: Vec<Vec<u8>>) -> Result<Outcome> {
    let until = Instant::now() + time;
    drive(&[door.to_owned()], connections, Arc::new(requests), 200, usize::MAX, Some(until)).await
}

async fn drive(
    doors: &[String],
    connections: usize,
    requests: Arc<Vec<Vec<u8>>>,
    wanted: u16,
    end: usize,
    until: Option<Instant>,
) -> Result<Outcome> {
    ensure!(!requests.is_empty() && !doors.is_empty(), "nothing to send");
    let next = Arc::new(AtomicUsize::new(0));
    let began = Instant::now();
    let mut workers = Vec::new();
    for door in doors.iter().cycle().take(connections) {
        let stream = TcpStream::connect(door).await.with_context(|| format!("nobody listens at {door}"))?;
        stream.set_nodelay(true)?;
        let (next, requests) = (Arc::clone(&next), Arc::clone(&requests));
        workers.push(tokio::spawn(async move {
            let mut stream = BufReader::new(stream);
            let (mut millis, mut odd) = (Vec::new(), 0);
            while until.is_none_or(|until| Instant::now() < until) {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let Some(request) = requests.get(number % requests.len()).filter(|_| number < end) else { break };
                let began = Instant::now();
                let status = exchange(&mut stream, request).await?;
                if status == wanted {
                    millis.push(began.elapsed().as_secs_f64() * 1_000.0);
                } else {
                    odd += 1;
                }
            }
            anyhow::Ok((millis, odd))
        }));
    }
    let (mut millis, mut odd) = (Vec::new(), 0);
    for worker in workers {
        let (own, wrong) = worker.await??;
        millis.extend(own);
        odd += wrong;
    }
    let rate = machine::rate(millis.len(), began.elapsed());
    millis.sort_by(f64::total_cmp);
    Ok(Outcome { rate, millis, odd })
}

/// One request and its whole answer; gives the status.
async fn exchange(stream: &mut BufReader<TcpStream>, request: &[u8]) -> Result<u16> {
    stream.write_all(request).await?;
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let status: u16 = line.split(' ').nth(1).context("the connection was closed")?.parse()?;
    let (mut length, mut is_chunked) = (0_u64, false);
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse()?;
        }
        is_chunked |= name.eq_ignore_ascii_case("transfer-encoding");
    }
    if !is_chunked {
        skip(stream, length).await?;
        return Ok(status);
    }
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let size = u64::from_str_radix(line.trim(), 16)?;
        skip(stream, size + 2).await?;
        if size == 0 {
            return Ok(status);
        }
    }
}

async fn skip(stream: &mut BufReader<TcpStream>, length: u64) -> Result<()> {
    let read = tokio::io::copy(&mut stream.take(length), &mut tokio::io::sink()).await?;
    if read == length { Ok(()) } else { bail!("an answer was cut off") }
}
