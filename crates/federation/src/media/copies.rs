//! Copies of others' pictures: fetched when somebody looks, re-encoded, and dropped when others were looked at since.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ::media::{COPY, Picture};
use bytes::Bytes;
use domain::block::Severity;
use domain::host::Host;
use domain::media::{Attachment, Format, file_name};
use jiff::{SignedDuration, Timestamp};
use storage::{attachments, blocked_hosts};
use tokio::sync::{Mutex as Turn, Semaphore};
use tokio::task::spawn_blocking;
use tracing::{debug, warn};
use uuid::Uuid;

use super::files;
use crate::error::{Error, Result};
use crate::fetch::Download;
use crate::instance::Instance;

/// The most bytes that are fetched of one picture.
const MAX_FETCHED: usize = 10 * 1000 * 1000;
/// How many pictures are fetched at once.
const FETCHES: usize = 6;
/// What could not be had is not asked for again so long.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_mins(10);
/// How many failures are remembered.
const MAX_FAILURES: usize = 4096;
/// That a copy was used is noted once in so long.
const NOTED: SignedDuration = SignedDuration::from_hours(1);
/// The total before it was counted.
const UNKNOWN: u64 = u64::MAX;
const ACCEPT: &str = "image/jpeg, image/png, image/webp, image/gif;q=0.5";

/// A picture of another server as we show it.
#[derive(Clone, Debug)]
pub struct Copy {
    /// How it is encoded.
    pub format: Format,
    /// The file.
    pub bytes: Bytes,
}

/// The folder of copies.
#[derive(Debug)]
pub(super) struct Copies {
    folder: PathBuf,
    max: u64,
    /// How many bytes lie there; [`UNKNOWN`] until somebody counted.
    total: AtomicU64,
    fetches: Semaphore,
    turns: Mutex<HashMap<Uuid, Arc<Turn<()>>>>,
    failures: Mutex<HashMap<Uuid, Timestamp>>,
}

impl Copies {
    pub(super) fn new(folder: PathBuf, max: u64) -> Self {
        Self {
            folder,
            max,
            total: AtomicU64::new(UNKNOWN),
            fetches: Semaphore::new(FETCHES),
            turns: Mutex::default(),
            failures: Mutex::default(),
        }
    }

    /// Whoever has it fetches the picture; the others wait and find it.
    fn turn(&self, id: Uuid) -> Arc<Turn<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        Arc::clone(turns.entry(id).or_default())
    }

    fn failed_lately(&self, id: Uuid, now: Timestamp) -> bool {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.get(&id).is_some_and(|until| now < *until)
    }

    fn note_failure(&self, id: Uuid, now: Timestamp) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, until| now < *until);
        if failures.len() < MAX_FAILURES {
            failures.insert(id, now + AFTER_FAILURE);
        }
    }
}

/// The picture of `attachment`, `small` or not: our copy, or else fetched now. [`Error::NotFound`] if it cannot be had.
///
/// The address is the one kept with the object, never one from a request.
pub async fn copy(instance: &Instance, attachment: &Attachment, small: bool) -> Result<Copy> {
    let copies = &instance.shelf().copies;
    if !attachment.picture || !may_show(instance, attachment).await? {
        return Err(Error::NotFound);
    }
    if let Some(copy) = kept(instance, attachment.id, small).await? {
        return Ok(copy);
    }
    let turn = copies.turn(attachment.id);
    let _turn = turn.lock().await;
    if let Some(copy) = kept(instance, attachment.id, small).await? {
        return Ok(copy);
    }
    let now = instance.clock().now();
    if copies.failed_lately(attachment.id, now) {
        return Err(Error::NotFound);
    }
    match fetch(instance, attachment).await {
        Ok(picture) => keep(instance, attachment.id, picture, small).await,
        Err(error) => {
            debug!(%error, url = %attachment.url, "A picture could not be had");
            copies.note_failure(attachment.id, now);
            Err(Error::NotFound)
        }
    }
}

/// Whether pictures of whoever attached it, and from where it lies, are shown here.
async fn may_show(instance: &Instance, attachment: &Attachment) -> Result<bool> {
    let mut tx = instance.store().read().await?;
    let owner = attachments::owner(&mut tx, attachment.id).await?;
    let hosts: Vec<Host> = owner.iter().chain([&attachment.url]).filter_map(Host::of).collect();
    let blocks = blocked_hosts::covering(&mut tx, &hosts).await?;
    Ok(!blocks.iter().any(|block| block.reject_media || block.severity == Severity::Suspend))
}

async fn kept(instance: &Instance, id: Uuid, small: bool) -> Result<Option<Copy>> {
    let folder = instance.shelf().copies.folder.clone();
    let now = instance.clock().now();
    let found = spawn_blocking(move || {
        let path = |format| files::path(&folder, id, &file_name(id, format, small));
        let (format, bytes) =
            Format::ALL.into_iter().find_map(|format| Some((format, std::fs::read(path(format)).ok()?)))?;
        let used = std::fs::metadata(path(format)).and_then(|data| data.modified()).ok();
        if used.and_then(|at| Timestamp::try_from(at).ok()).is_none_or(|at| now.duration_since(at) > NOTED) {
            // What cannot be noted goes a little too early.
            let _ = files::touch(&path(format), now);
        }
        Some(Copy { format, bytes: bytes.into() })
    });
    Ok(found.await?)
}

async fn fetch(instance: &Instance, attachment: &Attachment) -> Result<Picture> {
    let _slot = instance.shelf().copies.fetches.acquire().await;
    let download = instance.client().get_bytes(&attachment.url, ACCEPT, None, None, MAX_FETCHED).await?;
    let Download::Fresh { body, .. } = download else { return Err(Error::NotFound) };
    let picture = instance.shelf().read(body, COPY).await?;
    picture.map_err(|_| Error::Unusable("it is no picture that can be shown"))
}

async fn keep(instance: &Instance, id: Uuid, picture: Picture, small: bool) -> Result<Copy> {
    let copies = &instance.shelf().copies;
    let (folder, now) = (copies.folder.clone(), instance.clock().now());
    let format = picture.format;
    let wanted = Bytes::from(if small { picture.small.bytes.clone() } else { picture.large.bytes.clone() });
    let added = picture.large.bytes.len() + picture.small.bytes.len();
    let written = spawn_blocking(move || {
        for (coded, small) in [(&picture.large, false), (&picture.small, true)] {
            let path = files::path(&folder, id, &file_name(id, format, small));
            files::write(&path, &coded.bytes)?;
            files::touch(&path, now)?;
        }
        std::io::Result::Ok(())
    });
    // A full disk is no reason to show nothing.
    if let Err(error) = written.await? {
        warn!(%error, "A copy of a picture could not be kept");
    }
    make_room(instance, u64::try_from(added).unwrap_or(0)).await?;
    Ok(Copy { format, bytes: wanted })
}

/// Drops what was not looked at for longest once there is more than allowed, down to nine tenths.
async fn make_room(instance: &Instance, added: u64) -> Result<()> {
    let copies = &instance.shelf().copies;
    let total = copies.total.load(Ordering::Relaxed);
    let known = total.checked_add(added).filter(|_| total != UNKNOWN);
    copies.total.store(known.unwrap_or(UNKNOWN), Ordering::Relaxed);
    if known.is_some_and(|total| total <= copies.max) {
        return Ok(());
    }
    let (folder, max) = (copies.folder.clone(), copies.max);
    let left = spawn_blocking(move || {
        let mut all = files::all(&folder)?;
        let mut total: u64 = all.iter().map(|file| file.bytes).sum();
        if total <= max {
            return Ok(total);
        }
        all.sort_by_key(|file| file.used_at);
        for file in all {
            if total <= max / 10 * 9 {
                break;
            }
            files::remove(&file.path)?;
            total = total.saturating_sub(file.bytes);
        }
        std::io::Result::Ok(total)
    });
    match left.await? {
        Ok(left) => copies.total.store(left, Ordering::Relaxed),
        Err(error) => warn!(%error, "The folder of copies could not be cleared"),
    }
    Ok(())
}

/// Removes copies of what is kept here no more. How many files it was.
pub(super) async fn clean(instance: &Instance) -> Result<u64> {
    let folder = instance.shelf().copies.folder.clone();
    let all = spawn_blocking(move || files::all(&folder)).await??;
    let mut tx = instance.store().read().await?;
    let mut gone = Vec::new();
    for file in all {
        let Some(id) = file.id else { continue };
        if attachments::shown(&mut tx, id, true).await?.is_none() {
            gone.push(file.path);
        }
    }
    let count = gone.len();
    files::remove_all(gone).await?;
    instance.shelf().copies.total.store(UNKNOWN, Ordering::Relaxed);
    Ok(u64::try_from(count).unwrap_or(0))
}
