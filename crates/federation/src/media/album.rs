//! Our own pictures, wherever they lie: in a folder, or in a bucket that several servers share.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt, TryStreamExt};
use jiff::Timestamp;
use tokio::task::spawn_blocking;
use tracing::warn;
use uuid::Uuid;

use super::Bucket;
use super::files;
use crate::error::{Error, Result};

/// The files of our own pictures. Each has a place, `ab/cd/NAME`, which is the same in a folder and in a bucket.
#[derive(Clone, Debug)]
pub enum Album {
    /// A folder on a disk.
    Folder(PathBuf),
    /// A bucket of an S3-compatible store.
    Bucket(Bucket),
}

/// A file of an album.
#[derive(Clone, Debug)]
pub struct Found {
    /// Where in the album it is.
    pub place: String,
    /// The id of its picture; `None` for what never was finished, or is not ours.
    pub id: Option<Uuid>,
    /// Its length.
    pub bytes: u64,
    /// When it was written.
    pub written_at: Timestamp,
}

impl Album {
    /// The folder `media` of a data folder.
    pub fn below(data_dir: &Path) -> Self {
        Self::Folder(data_dir.join("media"))
    }

    /// Whether servers that have no folder in common share it.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Self::Bucket(_))
    }

    /// Writes a file, which survives a power cut once this returns.
    pub(super) async fn write(&self, place: &str, bytes: Bytes) -> Result<()> {
        let folder = match self {
            Self::Folder(folder) => folder,
            Self::Bucket(bucket) => return bucket.write(place, bytes).await,
        };
        let path = folder.join(place);
        match spawn_blocking(move || files::write(&path, &bytes)).await? {
            Err(error) if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
                warn!(%error, "A picture could not be kept: its disk is full");
                Err(Error::Full)
            }
            written => Ok(written?),
        }
    }

    /// A file of at most `most` bytes, if it is there.
    pub(super) async fn read(&self, place: &str, most: u64) -> Result<Option<Bytes>> {
        match self {
            Self::Folder(folder) => match tokio::fs::read(folder.join(place)).await {
                Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                read => Ok(Some(read?.into())),
            },
            Self::Bucket(bucket) => bucket.read(place, most).await,
        }
    }

    /// Removes files; one that is not there is removed.
    pub(super) async fn remove(&self, places: Vec<String>) -> Result<()> {
        match self {
            Self::Folder(folder) => {
                Ok(files::remove_all(places.iter().map(|place| folder.join(place)).collect()).await?)
            }
            Self::Bucket(bucket) => bucket.remove(places).await,
        }
    }

    /// Every file.
    pub(super) fn list(&self) -> BoxStream<'static, Result<Found>> {
        match self {
            Self::Folder(folder) => {
                let folder = folder.clone();
                let all = async move { Ok::<_, Error>(spawn_blocking(move || below(&folder)).await??) };
                stream::once(all).map_ok(|all| stream::iter(all).map(Ok::<_, Error>)).try_flatten().boxed()
            }
            Self::Bucket(bucket) => bucket.list(),
        }
    }
}

/// Every file below a folder. Blocks.
fn below(folder: &Path) -> std::io::Result<Vec<Found>> {
    let found = files::all(folder)?.into_iter().filter_map(|file| {
        let place = file.path.strip_prefix(folder).ok()?.to_str()?.to_owned();
        Some(Found { place, id: file.id, bytes: file.bytes, written_at: file.used_at })
    });
    Ok(found.collect())
}
