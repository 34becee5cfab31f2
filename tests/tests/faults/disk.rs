//! Disks that are full: the one under the database, the one under the pictures, the one under the log.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, ensure};
use tests::desk::{Desk, all_arrived};
use tests::quarter::Quarter;
use tests::{client, process, wait};

use crate::{SOON, followed};

/// A small disk under a quarter's data, which goes with it.
struct Disk(PathBuf);

impl Disk {
    /// `None` where this process may not mount one.
    fn under(folder: PathBuf, size: &str) -> Result<Option<Self>> {
        let options = format!("size={size}");
        let done = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "quartier-test"]).arg(&folder).output();
        let mounted = done.is_ok_and(|done| done.status.success());
        ensure!(mounted || std::env::var("CI").as_deref() != Ok("true") || !is_root(), "no disk could be mounted");
        Ok(mounted.then_some(Self(folder)))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // At worst a small disk in memory is left behind.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|done| done.stdout.trim_ascii() == b"0")
}

#[tokio::test(flavor = "multi_thread")]
async fn q_09_a_full_disk_is_said_and_nothing_acknowledged_is_lost() -> Result<()> {
    let mut quarter = Quarter::prepare("nord", &[])?;
    let Some(_disk) = Disk::under(quarter.data(), "12m")? else {
        println!("A small disk cannot be mounted here: nothing was tried.");
        return Ok(());
    };
    quarter.spawn()?;
    quarter.ready().await?;
    let sinks = followed(&quarter, &["eins"]).await?;
    let desk = Desk::of(&quarter).await?;
    let mut acknowledged = BTreeSet::new();
    desk.post("Nachricht-vorher-Ende").await?;
    acknowledged.insert("Nachricht-vorher-Ende".to_owned());
    let ballast = quarter.data().join("ballast");
    fill(&ballast).await?;
    let mut refused = String::new();
    for number in 0..200 {
        let marker = format!("Nachricht-{number}-Ende");
        match desk.post(&marker).await {
            Ok(_) => drop(acknowledged.insert(marker)),
            Err(problem) => {
                refused = problem.to_string();
                break;
            }
        }
    }
    ensure!(refused.contains("503") || refused.contains("507"), "a full disk is said: {refused:?}");
    let (status, page) = client::page(&quarter.client, &quarter.url("/posts")?).await?;
    ensure!(status == 200 && page.contains("Nachricht-vorher"), "reading goes on: {status}");
    std::fs::remove_file(&ballast)?;
    wait::until("writing to go on by itself", SOON, async || Ok(desk.post("Nachricht-danach-Ende").await.ok())).await?;
    acknowledged.insert("Nachricht-danach-Ende".to_owned());
    all_arrived(&sinks, &acknowledged).await?;
    let problem = quarter.whole_log();
    ensure!(!problem.contains("panicked"), "{problem}");
    Ok(())
}

/// Fills what is left of the disk that `file` is on.
async fn fill(file: &Path) -> Result<()> {
    let mut filling = Command::new("dd");
    filling.args(["if=/dev/zero", "bs=4k"]).arg(format!("of={}", file.display()));
    process::output(filling).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn q_10_where_no_picture_fits_any_more_everything_else_goes_on() -> Result<()> {
    let mut quarter = Quarter::prepare("nord", &[])?;
    let pictures = quarter.data().join("media");
    std::fs::create_dir(&pictures)?;
    let Some(_disk) = Disk::under(pictures.clone(), "1m")? else {
        println!("A small disk cannot be mounted here: nothing was tried.");
        return Ok(());
    };
    quarter.spawn()?;
    quarter.ready().await?;
    let sinks = followed(&quarter, &["eins"]).await?;
    let desk = Desk::of(&quarter).await?;
    ensure!(desk.upload().await?.0 == 201, "there is room at first");
    fill(&pictures.join("ballast")).await?;
    let (status, words) = desk.upload().await?;
    ensure!(status == 507 && words.contains("no room"), "{status}: {words}");
    desk.post("Nachricht-ohne-Ende").await?;
    all_arrived(&sinks, &BTreeSet::from(["Nachricht-ohne-Ende".to_owned()])).await?;
    std::fs::remove_file(pictures.join("ballast"))?;
    ensure!(desk.upload().await?.0 == 201, "there is room again");
    ensure!(!quarter.whole_log().contains("panicked"), "{}", quarter.log());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn q_10_a_log_that_takes_nothing_any_more_ends_nothing() -> Result<()> {
    let full = Path::new("/dev/full");
    if !full.exists() {
        println!("There is no /dev/full here: nothing was tried.");
        return Ok(());
    }
    let mut quarter = Quarter::prepare("nord", &[("QUARTIER_SERVER_LOG", "debug")])?;
    quarter.spawn_with(full, &[])?;
    quarter.ready().await?;
    let sinks = followed(&quarter, &["eins"]).await?;
    let desk = Desk::of(&quarter).await?;
    let mut posted = BTreeSet::new();
    for number in 0..5 {
        let marker = format!("Nachricht-{number}-Ende");
        desk.post(&marker).await?;
        posted.insert(marker);
    }
    all_arrived(&sinks, &posted).await?;
    let (status, _) = client::page(&quarter.client, &quarter.url("/events")?).await?;
    ensure!(status == 200, "pages are shown: {status}");
    ensure!(quarter.stop(SOON).await?.success(), "it ends in order");
    Ok(())
}
