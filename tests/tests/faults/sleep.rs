//! The machine sleeps: the server stands still for a while, and wakes with everything as it was.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tests::desk::{Desk, all_arrived};
use tests::process;
use tests::quarter::Quarter;

use crate::{failures, followed};

/// How long it sleeps: longer than anything on the network is waited for.
const SLEEP: Duration = Duration::from_secs(12);

async fn signal(process: u32, name: &str) -> Result<()> {
    let mut kill = Command::new("kill");
    kill.args([&format!("-{name}"), &process.to_string()]);
    process::output(kill).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn t_02_a_server_that_was_stopped_for_a_while_loses_nothing() -> Result<()> {
    let quarter = Quarter::start("nord").await?;
    let sinks = followed(&quarter, &["eins", "zwei", "drei"]).await?;
    let desk = Desk::of(&quarter).await?.patient()?;
    let process = quarter.process_id().context("it runs")?;
    let mut posted = BTreeSet::new();
    for number in 0..10 {
        let marker = format!("Nachricht-{number}-Ende");
        desk.post(&marker).await?;
        posted.insert(marker);
    }
    // In the middle of sending, and with an author who waits.
    signal(process, "STOP").await?;
    let waiting = tokio::spawn({
        let desk = desk.clone();
        async move { desk.post("Nachricht-wartet-Ende").await }
    });
    tokio::time::sleep(SLEEP).await;
    signal(process, "CONT").await?;
    waiting.await??;
    posted.insert("Nachricht-wartet-Ende".to_owned());
    desk.post("Nachricht-danach-Ende").await?;
    posted.insert("Nachricht-danach-Ende".to_owned());
    all_arrived(&sinks, &posted).await?;
    let blamed = failures(&quarter).await?;
    ensure!(blamed.iter().all(|(_, failures)| *failures == 0), "{blamed:?}");
    Ok(())
}
