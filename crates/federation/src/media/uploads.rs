//! Our own pictures: taken in, given out, and thrown away when nothing needs them.

use ::media::{LARGE, Picture, Unusable};
use bytes::Bytes;
use domain::invalid::Invalid;
use domain::media::{Focus, Media};
use futures_util::TryStreamExt;
use jiff::SignedDuration;
use storage::media;
use uuid::Uuid;

use super::{Found, files};
use crate::error::{Error, Result};
use crate::instance::Instance;

/// How long a picture may belong to nothing: the form it was meant for may still be open.
const LOOSE: SignedDuration = domain::retention::PICTURES;
/// How many pictures of one account may belong to nothing at a time.
const MAX_LOOSE: i64 = 40;
/// How many files are compared with the rows at once.
const PAGE: usize = 1000;

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
        credit: None,
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
    let album = &instance.shelf().own;
    let (large, small) = (place(media, false), place(media, true));
    let mut written = album.write(&small, picture.small.bytes.into()).await;
    if written.is_ok() {
        written = album.write(&large, picture.large.bytes.into()).await;
    }
    if written.is_err() {
        // One alone is of no use, and takes room; what cannot be removed now is swept up later.
        let _ = album.remove(vec![small, large]).await;
    }
    written
}

fn place(media: &Media, small: bool) -> String {
    files::place(media.id, &media.file_name(small))
}

/// The bytes of a picture of ours, large or `small`; [`Error::Away`] while nobody can tell.
pub async fn file(instance: &Instance, media: &Media, small: bool) -> Result<Bytes> {
    // The row counts both sizes: neither is longer.
    instance.shelf().own.read(&place(media, small), media.bytes).await?.ok_or(Error::NotFound)
}

/// Throws away pictures that belong to nothing for a day or to what was deleted, copies of what is shown no more, and,
/// in a folder, files that belong to no picture. How many pictures and files it was.
pub async fn clean(instance: &Instance) -> Result<u64> {
    let before = instance.clock().now() - LOOSE;
    let mut tx = instance.store().write().await?;
    let unneeded = media::unneeded(&mut tx, before).await?;
    for media in &unneeded {
        media::remove(&mut tx, media.id).await?;
    }
    tx.commit().await?;
    let mut gone = u64::try_from(unneeded.len()).unwrap_or(0);
    gone += super::copies::clean(instance).await?;
    let album = &instance.shelf().own;
    let places = unneeded.iter().flat_map(|media| [false, true].map(|small| place(media, small)));
    album.remove(places.collect()).await?;
    if !album.is_shared() {
        gone += strays(instance).await?;
    }
    Ok(gone)
}

/// Throws away files in a bucket that belong to no picture, for all servers that share it; a look at every file there
/// costs money at some stores. How many it was.
pub async fn sweep(instance: &Instance) -> Result<u64> {
    if instance.shelf().own.is_shared() { strays(instance).await } else { Ok(0) }
}

/// Removes files that a crash left behind between their writing and their row, or after it.
async fn strays(instance: &Instance) -> Result<u64> {
    let album = &instance.shelf().own;
    let before = instance.clock().now() - LOOSE;
    let (mut pages, mut gone) = (album.list().try_ready_chunks(PAGE), 0);
    while let Some(page) = pages.try_next().await.map_err(|error| error.1)? {
        let strays = unknown(instance, page.into_iter().filter(|found| found.written_at < before)).await?;
        gone += u64::try_from(strays.len()).unwrap_or(0);
        album.remove(strays).await?;
    }
    Ok(gone)
}

/// Which of those files no row tells of. In a bucket only what has a name of ours: the rest is somebody else's.
async fn unknown(instance: &Instance, files: impl Iterator<Item = Found>) -> Result<Vec<String>> {
    let is_shared = instance.shelf().own.is_shared();
    let mut tx = instance.store().read().await?;
    let mut strays = Vec::new();
    for file in files {
        let is_stray = match file.id {
            Some(id) => media::by_id(&mut tx, id).await?.is_none(),
            None => !is_shared,
        };
        if is_stray {
            strays.push(file.place);
        }
    }
    Ok(strays)
}
