//! Tiles of the map: from a file of ours, or from a server that only we ask, so that no reader is seen there.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use domain::map::Tile;
use jiff::{SignedDuration, Timestamp};
use storage::tiles::TileFile;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tracing::{debug, warn};
use url::Url;

use super::files;
use crate::error::{Error, Result};
use crate::fetch::Download;
use crate::instance::Instance;

/// The most bytes of one tile.
const MAX_TILE: usize = 500_000;
/// How many are fetched at once.
const FETCHES: usize = 4;
/// How long a fetched tile is as good as new.
const FRESH: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long what could not be had is not asked for again. It is kept as an empty file.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_mins(15);
const ACCEPT: &str = "image/png, image/webp, image/jpeg";

/// Where tiles come from.
#[derive(Clone, Debug)]
pub enum Source {
    /// A file.
    File(TileFile),
    /// A server; `{z}`, `{x}` and `{y}` stand in its address.
    Server(String),
}

/// The tiles of the map.
#[derive(Clone, Debug)]
pub struct Tiles {
    source: Source,
    /// Who made the map, to be shown beside it.
    pub attribution: String,
    folder: PathBuf,
    max: u64,
    fetches: Arc<Semaphore>,
}

/// The picture of a tile.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Its media type.
    pub kind: &'static str,
    /// The file.
    pub bytes: Bytes,
}

impl Tiles {
    /// Tiles of `source`; copies of a server's lie in `folder`, `max` bytes at most.
    pub fn new(source: Source, attribution: String, folder: PathBuf, max: u64) -> Self {
        Self { source, attribution, folder, max, fetches: Arc::new(Semaphore::new(FETCHES)) }
    }

    /// One tile. [`Error::NotFound`] if there is none or it cannot be had now.
    pub async fn get(&self, instance: &Instance, tile: Tile) -> Result<Picture> {
        let bytes = match &self.source {
            Source::File(file) => file.get(tile.zoom, tile.x, tile.y).await?.map(Bytes::from),
            Source::Server(template) => self.of_server(instance, template, tile).await?,
        };
        let bytes = bytes.ok_or(Error::NotFound)?;
        let kind = kind(&bytes).ok_or(Error::NotFound)?;
        Ok(Picture { kind, bytes })
    }

    async fn of_server(&self, instance: &Instance, template: &str, tile: Tile) -> Result<Option<Bytes>> {
        let path = self.folder.join(tile.zoom.to_string()).join(tile.x.to_string()).join(tile.y.to_string());
        let now = instance.clock().now();
        let kept = read(path.clone()).await?;
        if let Some((bytes, at)) = &kept {
            let age = now.duration_since(*at);
            if age < if bytes.is_empty() { AFTER_FAILURE } else { FRESH } {
                return Ok(Some(bytes.clone()).filter(|bytes| !bytes.is_empty()));
            }
        }
        let _turn = self.fetches.acquire().await;
        let fetched = fetch(instance, template, tile).await;
        // An old tile is better than none.
        let bytes = fetched.or(kept.map(|(bytes, _)| bytes)).unwrap_or_default();
        let (written, folder, max) = (bytes.clone(), self.folder.clone(), self.max);
        let keeping = spawn_blocking(move || {
            files::write(&path, &written)?;
            files::touch(&path, now)?;
            make_room(&folder, max)
        });
        if let Err(error) = keeping.await? {
            warn!(%error, "A tile of the map could not be kept");
        }
        Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
    }
}

/// A kept tile, and when it was written.
async fn read(path: PathBuf) -> Result<Option<(Bytes, Timestamp)>> {
    let reading = spawn_blocking(move || {
        let at = std::fs::metadata(&path).and_then(|data| data.modified()).ok()?;
        Some((Bytes::from(std::fs::read(&path).ok()?), Timestamp::try_from(at).ok()?))
    });
    Ok(reading.await?)
}

async fn fetch(instance: &Instance, template: &str, tile: Tile) -> Option<Bytes> {
    let address = template
        .replace("{z}", &tile.zoom.to_string())
        .replace("{x}", &tile.x.to_string())
        .replace("{y}", &tile.y.to_string());
    let url: Url = address.parse().ok()?;
    match instance.client().get_bytes(&url, ACCEPT, None, None, MAX_TILE).await {
        Ok(Download::Fresh { body, .. }) => kind(&body).map(|_| body),
        Ok(Download::Unchanged) => None,
        Err(error) => {
            debug!(%error, %url, "A tile of the map could not be had");
            None
        }
    }
}

/// Drops the oldest copies once there is more than allowed, down to nine tenths.
fn make_room(folder: &std::path::Path, max: u64) -> std::io::Result<()> {
    let mut all = files::all(folder)?;
    let mut total: u64 = all.iter().map(|file| file.bytes).sum();
    if total <= max {
        return Ok(());
    }
    all.sort_by_key(|file| file.used_at);
    for file in all {
        if total <= max / 10 * 9 {
            break;
        }
        files::remove(&file.path)?;
        total = total.saturating_sub(file.bytes);
    }
    Ok(())
}

/// What kind of picture it is, by its first bytes; nothing else leaves here as a picture.
fn kind(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Some("image/jpeg"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("image/webp"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_leave_as_pictures() {
        assert_eq!(kind(b"\x89PNG\r\n"), Some("image/png"));
        assert_eq!(kind(b"RIFF1234WEBPVP8 "), Some("image/webp"));
        assert_eq!(kind(b"<svg onload=alert(1)>"), None);
        assert_eq!(kind(b""), None);
    }
}
