//! Waiting for what other processes do: the only place of the stories that knows real time.

use std::time::Duration;

use anyhow::{Result, bail};
use tokio::time::Instant;

/// Asks `probe` every 50 ms until it has an answer; after `within` the error names `what` and the last thing seen.
pub async fn until<T>(what: &str, within: Duration, mut probe: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let end = Instant::now() + within;
    loop {
        let last = match probe().await {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => "not yet".to_owned(),
            Err(problem) => format!("{problem:#}"),
        };
        if Instant::now() > end {
            bail!("waited {} s for {what}: {last}", within.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits for something that has to be seen at once: asks every half millisecond, at most `within`.
pub async fn at_once(within: Duration, mut holds: impl FnMut() -> bool) -> Result<()> {
    let end = Instant::now() + within;
    while !holds() {
        if Instant::now() > end {
            bail!("waited {} s in vain", within.as_secs());
        }
        tokio::time::sleep(Duration::from_micros(500)).await;
    }
    Ok(())
}
