//! Makes a backup every day, where a folder is set for them.

use std::path::Path;
use std::time::Duration;

use domain::handle::Handle;
use federation::Instance;
use jiff::{SignedDuration, Timestamp};
use storage::chores;
use tracing::{error, info};

use super::Work;
use crate::archive;
use crate::commands::backup;
use crate::config::Config;
use crate::failure::Failure;
use crate::home;
use crate::stop::Stop;

/// What this is called among the chores.
pub(crate) const NAME: &str = "backup";
/// How often it is looked whether one is due.
const PAUSE: Duration = Duration::from_mins(5);
/// How long until the next one.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// How long until the next try of one that failed.
const SOON: SignedDuration = SignedDuration::from_hours(1);
/// How long one may take before it counts as lost, since whoever was at it was killed.
const LEASE: SignedDuration = SignedDuration::from_hours(1);

/// The backup task; `None` without a folder.
pub(super) fn task(instance: &Instance, config: &Config, stop: &Stop) -> Option<impl Fn() -> Work + Send + use<>> {
    config.backup.folder.as_ref()?;
    let (instance, config, stop) = (instance.clone(), config.clone(), stop.clone());
    Some(move || -> Work {
        let (instance, config, stop) = (instance.clone(), config.clone(), stop.clone());
        Box::pin(async move {
            loop {
                if let Err(problem) = see_to(&instance, &config).await {
                    error!(error = %problem, "It could not be seen whether a backup is due");
                }
                tokio::select! {
                    () = tokio::time::sleep(PAUSE) => {}
                    () = stop.heard() => return,
                }
            }
        })
    })
}

/// Makes one if it is due and no other server is at it, and notes how it went.
async fn see_to(instance: &Instance, config: &Config) -> storage::Result<()> {
    let (store, now) = (instance.store(), instance.clock().now());
    let mut tx = store.write().await?;
    let is_ours = chores::claim(&mut tx, NAME, now, now + LEASE).await?;
    tx.commit().await?;
    if !is_ours {
        return Ok(());
    }
    let made = make(instance, config, now).await.map_err(|failure| failure.to_string());
    if let Err(why) = &made {
        error!(%why, "THE DAILY BACKUP FAILED: {why}");
    }
    let end = instance.clock().now();
    let next = if made.is_ok() { now + DAY } else { end + SOON };
    let mut tx = store.write().await?;
    chores::release(&mut tx, NAME, end, made.as_ref().copied().map_err(String::as_str), next).await?;
    tx.commit().await
}

async fn make(instance: &Instance, config: &Config, now: Timestamp) -> Result<(), Failure> {
    let Some(folder) = &config.backup.folder else { return Ok(()) };
    home::make_folder(folder)?;
    let handle = &config.quarter.handle;
    let file = folder.join(backup::name(handle, now));
    let passphrase = archive::configured(&config.backup)?;
    let manifest = Box::pin(backup::make(instance.store(), config, now, &file, passphrase)).await?;
    info!(rows = manifest.rows(), files = manifest.files(), "Made the backup {}", file.display());
    let keep = usize::try_from(config.backup.keep).unwrap_or(usize::MAX);
    Ok(keep_newest(folder, handle, keep)?)
}

/// Removes what is beyond the newest `keep` of our own backups, and what was never finished.
fn keep_newest(folder: &Path, handle: &Handle, keep: usize) -> std::io::Result<()> {
    let (start, end) = (format!("quartier-{handle}-"), ".backup");
    let mut ours = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let time = name.strip_prefix(&start).and_then(|rest| rest.strip_suffix(end));
        // Another quarter's handle may begin like ours.
        if time.is_some_and(|time| time.chars().all(|letter| letter.is_ascii_digit() || letter == '-')) {
            ours.push(name);
        } else if name.starts_with(&format!(".{start}")) && name.ends_with(".partial") {
            remove_abandoned(&folder.join(name))?;
        }
    }
    ours.sort();
    ours.iter().rev().skip(keep).try_for_each(|name| std::fs::remove_file(folder.join(name)))
}

/// Removes what a kill left half written; what somebody is still writing is locked and stays.
fn remove_abandoned(partial: &Path) -> std::io::Result<()> {
    if std::fs::File::open(partial)?.try_lock().is_ok() { std::fs::remove_file(partial) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_and_what_is_not_ours_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let day = |day: &str| format!("quartier-nord-2026-11-{day}-183005-004.backup");
        let others = ["quartier-nord-ost-2026-11-01-183005-004.backup", "quartier-nord.txt", "nord.backup"];
        let mine = ["20", "21", "22"].map(day);
        for name in others.iter().map(|name| (*name).to_owned()).chain(mine.clone()) {
            std::fs::write(folder.path().join(name), "x").expect("a file");
        }
        std::fs::write(folder.path().join(".quartier-nord-2026-11-19-183005-004.backup.partial"), "x").expect("a file");
        keep_newest(folder.path(), &"nord".parse().expect("a handle"), 2).expect("a clean folder");
        let mut left: Vec<String> = std::fs::read_dir(folder.path())
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        left.sort();
        let mut expected: Vec<String> =
            others.iter().map(|name| (*name).to_owned()).chain([day("21"), day("22")]).collect();
        expected.sort();
        assert_eq!(left, expected);
    }
}
