//! Files under random names: there in whole, or not at all.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use tokio::task::spawn_blocking;
use tracing::warn;
use uuid::Uuid;

/// What a file that is not finished yet ends in.
const UNFINISHED: &str = "part";

/// A file of a folder as it lies there.
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// The id its name begins with; `None` for what never was finished.
    pub(super) id: Option<Uuid>,
    pub(super) bytes: u64,
    /// When it was written, or last used.
    pub(super) used_at: Timestamp,
}

/// Where the file `name` of `id` lies: two folders deep, by the last characters of the id, which are random.
pub(super) fn place(id: Uuid, name: &str) -> String {
    let [.., last_but_one, last] = *id.as_bytes();
    format!("{last_but_one:02x}/{last:02x}/{name}")
}

/// The same below `folder`.
pub(super) fn path(folder: &Path, id: Uuid, name: &str) -> PathBuf {
    folder.join(place(id, name))
}

/// Writes a file that survives a power cut once this returns, for its owner only: it may be of a draft. Blocks.
pub(super) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(ErrorKind::InvalidInput)?;
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let unfinished = path.with_extension(UNFINISHED);
    // On a full disk half a file only takes room.
    write_whole(&unfinished, bytes).inspect_err(|_| drop(remove(&unfinished)))?;
    fs::rename(&unfinished, path)?;
    File::open(folder)?.sync_all()
}

fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Removes a file; one that is not there is removed. Blocks.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// Removes files, on a thread that nobody waits for; what cannot be removed is tried again by the next cleaning.
pub(super) async fn remove_all(paths: Vec<PathBuf>) -> io::Result<()> {
    let removing = spawn_blocking(move || {
        for path in paths {
            if let Err(error) = remove(&path) {
                warn!(%error, "A file could not be removed: {}", path.display());
            }
        }
    });
    removing.await.map_err(io::Error::other)
}

/// Notes that a file was used. Blocks.
pub(super) fn touch(path: &Path, now: Timestamp) -> io::Result<()> {
    File::options().write(true).open(path)?.set_modified(SystemTime::from(now))
}

/// Every file below `folder`. Blocks.
pub(super) fn all(folder: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for first in entries(folder)? {
        for second in entries(&first)? {
            found.extend(entries(&second)?.into_iter().filter_map(|path| look(path).ok()));
        }
    }
    Ok(found)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    match fs::read_dir(folder) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(Vec::new()),
        entries => entries?.map(|entry| entry.map(|entry| entry.path())).collect(),
    }
}

fn look(path: PathBuf) -> io::Result<Found> {
    let data = fs::metadata(&path)?;
    let used_at = Timestamp::try_from(data.modified()?).map_err(io::Error::other)?;
    let finished = path.extension().is_none_or(|ending| ending != UNFINISHED);
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let id = name.split('.').next().and_then(|id| id.parse().ok()).filter(|_| finished);
    Ok(Found { id, bytes: data.len(), used_at, path })
}
