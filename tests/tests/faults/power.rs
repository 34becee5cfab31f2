//! The power goes: what the disk was not made to confirm is lost, and everything that was acknowledged is there.
//!
//! The server runs with a recorder between it and the system. From what that wrote, the files are put together as a disk
//! would have them on which every write that no sync confirmed is lost, or half of them at random.

#![expect(clippy::indexing_slicing, reason = "a recording that cannot be read fails its test")]

mod recording;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::{Context, Result, ensure};
use recording::{Disk, Recording};
use storage::testing;
use tests::desk::{Desk, begun};
use tests::quarter::Quarter;
use tests::{count, random};

use crate::{SOON, followed};

/// At how many answers the power goes; `QUARTIER_TEST_CUTS` says otherwise.
const CUTS: usize = 40;

/// Authors write while everything is recorded, and deliveries are noted.
async fn record(folder: &Path) -> Result<Option<Recording>> {
    let Some(library) = recording::recorder(folder).await? else {
        tests::skip("there is no C compiler");
        return Ok(None);
    };
    let mut quarter = Quarter::start("nord").await?;
    let _sinks = followed(&quarter, &["eins"]).await?;
    let desk = Desk::of(&quarter).await?;
    quarter.stop(SOON).await?;
    let first = recording::files(&quarter.data());
    let (file, log) = (folder.join("recording"), folder.join("log"));
    let path = file.display().to_string();
    quarter.spawn_with(&log, &[("LD_PRELOAD", &library), ("RECORDING", &path)])?;
    quarter.ready().await?;
    let (next, stop) = (Arc::new(AtomicUsize::new(1)), Arc::new(AtomicBool::new(false)));
    let author = || tokio::spawn(desk.clone().write(Arc::clone(&next), Arc::clone(&stop)));
    let authors: Vec<_> = std::iter::repeat_with(author).take(3).collect();
    // Enough for the log to be moved into the database a few times.
    begun(&next, 100).await?;
    quarter.kill()?;
    stop.store(true, Ordering::SeqCst);
    for author in authors {
        author.await?;
    }
    Recording::read(&file, first).map(Some)
}

/// What of the acknowledged is missing on a disk after a cut at that answer; fails if it is no whole database.
async fn missing(recording: &Recording, answer: usize, disk: Disk, folder: &Path) -> Result<usize> {
    let acknowledged = recording.cut(answer, disk, folder)?;
    let url = format!("sqlite:{}", folder.join("quartier.db").display());
    let state = testing::texts(&url, "pragma integrity_check").await?;
    ensure!(state == ["ok"], "after answer {answer} ({disk:?}): {state:?}");
    let kept: BTreeSet<String> = testing::texts(&url, "select url from activities").await?.into_iter().collect();
    Ok(acknowledged.iter().filter(|location| !kept.contains(*location)).count())
}

#[tokio::test(flavor = "multi_thread")]
async fn q_08_when_the_power_goes_everything_acknowledged_is_on_the_disk() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let Some(recording) = record(folder.path()).await? else { return Ok(()) };
    let (answers, cuts) = (recording.answers(), count("QUARTIER_TEST_CUTS", CUTS));
    ensure!(
        answers > 20 && recording.syncs() > answers / 2,
        "too little was recorded: {answers}, {}",
        recording.syncs()
    );
    let mut forgotten = 0;
    for cut in 0..cuts {
        let answer = usize::try_from(random())? % answers;
        let disk = if cut % 2 == 0 { Disk::Loses } else { Disk::Shuffles };
        let lost = missing(&recording, answer, disk, folder.path()).await.with_context(|| format!("cut {cut}"))?;
        ensure!(lost == 0, "of {answer} acknowledged {lost} are lost ({disk:?})");
        // A database that did not wait for the disk would have lost some: or this would show nothing.
        if cut % 10 == 0 {
            forgotten += missing(&recording, answer, Disk::Forgets, folder.path()).await.unwrap_or(1);
        }
    }
    eprintln!("{cuts} power cuts at {answers} answers with {} syncs: nothing lost", recording.syncs());
    ensure!(forgotten > 0, "without waiting for the log nothing was lost either");
    Ok(())
}
