//! The real server: how soon it is ready, and how much memory it holds while nothing happens.

use std::fmt::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tests::quarter::Quarter;

/// Starts the binary that `QUARTIER_BIN` names (best a release build) and reads what the system says of it.
pub(crate) async fn figures() -> Result<String> {
    let mut quarter = Quarter::start("ruhe").await?;
    // The first start makes two RSA keys; the second one is what an update or a power cut costs.
    quarter.kill()?;
    let began = Instant::now();
    quarter.spawn()?;
    quarter.ready().await?;
    let ready = began.elapsed();
    tokio::time::sleep(Duration::from_secs(3)).await;
    let process = quarter.process_id().context("it does not run")?;
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let mut figures = String::new();
    writeln!(figures, "{:<44} {:>9.0} ms", "Ready after", ready.as_secs_f64() * 1_000.0)?;
    write!(figures, "{:<44} {:>12}", "Idle memory (VmRSS)", memory.trim())?;
    Ok(figures)
}
