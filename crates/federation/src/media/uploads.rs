//! Our own pictures: taken in, given out, and thrown away when nothing needs them.

use std::io::ErrorKind;
use std::path::PathBuf;

use ::media::{LARGE, Picture, Unusable};
use bytes::Bytes;
use domain::invalid::Invalid;
use domain::media::{Focus, Media};
use jiff::SignedDuration;
use storage::media;
use tokio::task::spawn_blocking;
use tracing::warn;
use uuid::Uuid;

use super::files;
use crate::error::{Error, Result};
use crate::instance::Instance;

/// How long a picture may belong to nothing: the form it was meant for may still be open.
const LOOSE: SignedDuration = SignedDuration::from_hours(24);
/// How many pictures of one account may belong to nothing at a time.
const MAX_LOOSE: i64 = 40;

/// Takes in a picture that `account` uploads, with its description and what must stay visible of it, as far as that is
/// known: its files first, then its row. It belongs to nothing yet.
///
/// Problems are those of the field `file`.
pub async fn upload(
    instance: &Instance,
    account: Uuid,
    bytes: Bytes,
    (alt, focus): (String, Option<Focus>),
) -> Result<Media> {
    let loose = media::count_loose(&mut instance.store().look().await?, account).await?;
    if loose >= MAX_LOOSE {
        return Err(Invalid::one("file", "media-too-many").into());
    }
    let picture = instance.shelf().read(bytes, LARGE).await?.map_err(|error| Invalid::one("file", message(error)))?;
    let media = Media {
        id: random_id(),
        account,
        format: picture.format,
        width: picture.large.width,
        height: picture.large.height,
        bytes: size(&picture),
        alt,
        focus,
        blurhash: picture.blurhash.clone(),
        created_at: instance.clock().now(),
    };
    write(instance, &media, picture).await?;
    let mut tx = instance.store().write().await?;
    media::insert(&mut tx, &media).await?;
    tx.commit().await?;
    Ok(media)
}

/// 122 random bits (RFC 9562 section 5.4): nobody finds a picture by trying addresses.
fn random_id() -> Uuid {
    uuid::Builder::from_random_bytes(rand::random()).into_uuid()
}

fn size(picture: &Picture) -> u64 {
    u64::try_from(picture.large.bytes.len() + picture.small.bytes.len()).unwrap_or(u64::MAX)
}

fn message(error: Unusable) -> &'static str {
    match error {
        Unusable::TooLarge => "media-too-large",
        Unusable::TooManyPixels => "media-too-many-pixels",
        Unusable::Unknown => "media-unknown",
        Unusable::Damaged => "media-damaged",
    }
}

async fn write(instance: &Instance, media: &Media, picture: Picture) -> Result<()> {
    let (large, small) = (path(instance, media, false), path(instance, media, true));
    let written = spawn_blocking(move || {
        let written =
            files::write(&small, &picture.small.bytes).and_then(|()| files::write(&large, &picture.large.bytes));
        // One alone is of no use, and takes room.
        written.inspect_err(|_| [&small, &large].into_iter().for_each(|path| drop(files::remove(path))))
    });
    match written.await? {
        Err(error) if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
            warn!(%error, "A picture could not be kept: its disk is full");
            Err(Error::Full)
        }
        written => Ok(written?),
    }
}

fn path(instance: &Instance, media: &Media, small: bool) -> PathBuf {
    files::path(&instance.shelf().own, media.id, &media.file_name(small))
}

/// The bytes of a picture of ours, large or `small`.
pub async fn file(instance: &Instance, media: &Media, small: bool) -> Result<Bytes> {
    match tokio::fs::read(path(instance, media, small)).await {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(Error::NotFound),
        read => Ok(read?.into()),
    }
}

/// Throws away pictures that belong to nothing for a day or to what was deleted, files that belong to no picture, and
/// copies of what is shown no more. How many pictures and files it was.
pub async fn clean(instance: &Instance) -> Result<u64> {
    let before = instance.clock().now() - LOOSE;
    let mut tx = instance.store().write().await?;
    let unneeded = media::unneeded(&mut tx, before).await?;
    for media in &unneeded {
        media::remove(&mut tx, media.id).await?;
    }
    tx.commit().await?;
    let mut gone = u64::try_from(unneeded.len()).unwrap_or(0);
    let paths = unneeded.iter().flat_map(|media| [false, true].map(|small| path(instance, media, small)));
    remove_all(paths.collect()).await?;
    gone += strays(instance).await?;
    gone += super::copies::clean(instance).await?;
    Ok(gone)
}

/// Removes files that a crash left behind between their writing and their row.
async fn strays(instance: &Instance) -> Result<u64> {
    let folder = instance.shelf().own.clone();
    let before = instance.clock().now() - LOOSE;
    let old = spawn_blocking(move || files::all(&folder)).await??.into_iter().filter(|file| file.used_at < before);
    let mut tx = instance.store().read().await?;
    let mut strays = Vec::new();
    for file in old {
        let known = match file.id {
            Some(id) => media::by_id(&mut tx, id).await?.is_some(),
            None => false,
        };
        if !known {
            strays.push(file.path);
        }
    }
    let count = strays.len();
    remove_all(strays).await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

pub(super) async fn remove_all(paths: Vec<PathBuf>) -> Result<()> {
    let removing = spawn_blocking(move || {
        for path in paths {
            // The next run tries again.
            if let Err(error) = files::remove(&path) {
                warn!(%error, "A file could not be removed: {}", path.display());
            }
        }
    });
    Ok(removing.await?)
}
