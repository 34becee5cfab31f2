//! The machine and what it can do at most, and what the system says of a process.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use federation::signatures::keys::{SigningKey, VerifyingKey};

use crate::figure::{Figure, number};

/// What one core signs and verifies a second, RSA of 2048 bits: the limits that everything else is measured by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) sign: f64,
    /// What all cores sign together: less than the sum where two of them are threads of one, or others use it.
    pub(crate) sign_on_all: f64,
    pub(crate) verify: f64,
}

impl Limits {
    /// Measures them, two seconds each, while nothing else is to do.
    pub(crate) fn measure() -> Result<Self> {
        let key = SigningKey::generate()?;
        let public = VerifyingKey::from_pem(&key.public_pem())?;
        let signature = key.sign(b"quartier");
        let sign = a_second(|| drop(std::hint::black_box(key.sign(b"quartier"))));
        let verify = a_second(|| {
            std::hint::black_box(public.verify(b"quartier", &signature));
        });
        Ok(Self { sign, sign_on_all: on_all_cores(&key), verify })
    }

    pub(crate) fn figures(self) -> Vec<Figure> {
        let model = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        vec![
            Figure::count("machine/cores", &format!("Cores ({model})"), cores),
            Figure::new("machine/memory", "Memory", gigabytes(), "GB"),
            Figure::new("machine/sign", "RSA-2048 signatures, one core", self.sign, "/s"),
            Figure::new("machine/sign/all", "RSA-2048 signatures, all cores at once", self.sign_on_all, "/s")
                .of(self.sign),
            Figure::new("machine/verify", "RSA-2048 verifications, one core", self.verify, "/s"),
        ]
    }
}

/// How often `work` is done a second: the best of eight quarters of a second, since others may want the core too.
pub(crate) fn a_second(mut work: impl FnMut()) -> f64 {
    let mut best = 0.0_f64;
    for _ in 0..8 {
        let began = Instant::now();
        let mut done = 0_u32;
        while began.elapsed() < Duration::from_millis(250) {
            work();
            done += 1;
        }
        best = best.max(f64::from(done) / began.elapsed().as_secs_f64());
    }
    best
}

/// How often a second all cores together sign, over two seconds.
fn on_all_cores(key: &SigningKey) -> f64 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let until = Instant::now() + Duration::from_secs(2);
    let sign = || {
        let mut done = 0_u32;
        while Instant::now() < until {
            std::hint::black_box(key.sign(b"quartier"));
            done += 1;
        }
        f64::from(done) / 2.0
    };
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(sign)).collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).sum()
    })
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn gigabytes() -> f64 {
    kilobytes("/proc/meminfo", "MemTotal").map_or(0.0, |kilobytes| kilobytes / 1_000_000.0)
}

fn kilobytes(file: &str, name: &str) -> Option<f64> {
    field(file, name)?.split(' ').next()?.parse().ok()
}

/// The memory that a process holds (`VmRSS`), in megabytes.
pub(crate) fn memory(process: u32) -> Result<f64> {
    let read = kilobytes(&format!("/proc/{process}/status"), "VmRSS").context("no VmRSS")?;
    Ok(read * 1_024.0 / 1_000_000.0)
}

/// What of it is its own and not a part of its file (`RssAnon`), in megabytes.
pub(crate) fn own_memory(process: u32) -> Result<f64> {
    let read = kilobytes(&format!("/proc/{process}/status"), "RssAnon").context("no RssAnon")?;
    Ok(read * 1_024.0 / 1_000_000.0)
}

/// The most memory that a process ever held (`VmHWM`), in megabytes.
pub(crate) fn most_memory(process: u32) -> Result<f64> {
    let read = kilobytes(&format!("/proc/{process}/status"), "VmHWM").context("no VmHWM")?;
    Ok(read * 1_024.0 / 1_000_000.0)
}

/// How long a process kept processors busy so far, in seconds.
pub(crate) fn processor_seconds(process: u32) -> Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in parentheses may hold anything; of what comes behind, utime and stime are the 12th and 13th.
    let (_, behind) = text.rsplit_once(") ").context("no name")?;
    let ticks = behind.split(' ').skip(11).take(2).map(str::parse::<u32>).sum::<Result<u32, _>>()?;
    // USER_HZ is 100 on every Linux that Rust runs on.
    Ok(f64::from(ticks) / 100.0)
}

/// The bytes of a folder with everything in it.
pub(crate) fn bytes(folder: &std::path::Path) -> Result<usize> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        sum += if metadata.is_dir() { bytes(&entry.path())? } else { usize::try_from(metadata.len())? };
    }
    Ok(sum)
}

/// The commit that the figures are of; `unknown` outside of a repository.
pub(crate) fn commit() -> String {
    let mut git = Command::new("git");
    git.args(["rev-parse", "--short", "HEAD"]).current_dir(tests::process::folder());
    let done = git.output().ok().filter(|done| done.status.success());
    done.map_or_else(|| "unknown".to_owned(), |done| String::from_utf8_lossy(&done.stdout).trim().to_owned())
}

/// So many a second.
pub(crate) fn rate(count: usize, took: Duration) -> f64 {
    number(count) / took.as_secs_f64()
}
