//! Pictures: our own in a folder or a bucket, and copies of others', so that pages load nothing from other servers.

mod album;
mod bucket;
mod copies;
mod files;
pub mod tiles;
mod uploads;

use std::path::{Path, PathBuf};

use ::media::{Picture, Unusable};
use bytes::Bytes;
use tokio::sync::Semaphore;

use self::copies::Copies;
use crate::error::{Error, Result};

pub use self::album::{Album, Found};
pub use self::bucket::{Access, Bucket};
pub use self::copies::{Copy, copy};
pub use self::uploads::{clean, file, sweep, upload};
pub use ::media::MAX_BYTES;

/// Where pictures are kept.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Our own pictures; part of every backup.
    pub own: Album,
    /// The folder of copies of others' pictures; may be emptied at any time.
    pub copies: PathBuf,
    /// How many bytes of copies are kept.
    pub max_copies: u64,
}

impl Settings {
    /// Below a data folder: `media` and `cache/media`, with at most `max_copies` bytes in the latter.
    pub fn below(data_dir: &Path, max_copies: u64) -> Self {
        Self { own: Album::below(data_dir), copies: data_dir.join("cache").join("media"), max_copies }
    }
}

/// The pictures of one quarter.
#[derive(Debug)]
pub(crate) struct Shelf {
    own: Album,
    copies: Copies,
    /// One picture is decoded at a time: the largest takes 300 MB.
    desk: Semaphore,
}

impl Shelf {
    pub(crate) fn new(settings: &Settings) -> Self {
        let copies = Copies::new(settings.copies.clone(), settings.max_copies);
        Self { own: settings.own.clone(), copies, desk: Semaphore::new(1) }
    }

    /// Reads a picture on a thread that nobody waits for. The inner error says why it is none.
    async fn read(&self, bytes: Bytes, side: u32) -> Result<Result<Picture, Unusable>> {
        let _turn = self.desk.acquire().await;
        let reading = tokio::task::spawn_blocking(move || ::media::read(&bytes, side));
        // A decoder that breaks says no more than one that refuses.
        Ok(reading.await.unwrap_or(Err(Unusable::Damaged)))
    }
}

impl From<tokio::task::JoinError> for Error {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Files(std::io::Error::other(error))
    }
}
