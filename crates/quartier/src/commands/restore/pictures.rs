//! The pictures of a backup on their way into a bucket, where the configuration names one.

use std::io::Read;
use std::path::Path;

use federation::media::Bucket;
use tokio::runtime::Handle;
use tokio::task::spawn_blocking;
use tracing::warn;

use super::Backup;
use crate::archive::{self, Manifest, PICTURES, Piece, Problem};
use crate::failure::Failure;

/// The longest file that is put there; a picture of ours is much shorter.
const LONGEST: u64 = 256 << 20;

/// Refuses a bucket that has a quarter's pictures already.
pub(super) async fn must_be_absent(bucket: &Bucket) -> Result<(), Failure> {
    if bucket.is_empty().await? {
        return Ok(());
    }
    Err(Failure::because(format!("{bucket} holds files already: empty it, or set media.store to another prefix")))
}

/// Writes every picture of `backup` into `bucket`.
pub(super) async fn put(backup: &Backup, bucket: &Bucket) -> Result<(), Failure> {
    let (file, passphrase, bucket) = (backup.file.clone(), backup.passphrase.clone(), bucket.clone());
    let handle = Handle::current();
    let read = spawn_blocking(move || {
        archive::read(&file, passphrase.as_ref(), |piece| match piece {
            Piece::Rows(_) => Ok(()),
            Piece::File(path, content) => {
                let mut bytes = Vec::new();
                content.take(LONGEST).read_to_end(&mut bytes)?;
                Ok(handle.block_on(bucket.write(&place(path)?, bytes.into()))?)
            }
        })
    });
    read.await.map_err(Failure::failed)?.map_err(|problem| backup.failed(&problem))?;
    Ok(())
}

/// Removes what [`put`] wrote, since nothing else could be restored.
pub(super) async fn take_back(manifest: &Manifest, bucket: &Bucket) {
    let start = format!("files/{PICTURES}/");
    let places = manifest.entries.iter().filter_map(|entry| entry.path.strip_prefix(&start).map(str::to_owned));
    if let Err(error) = bucket.remove(places.collect()).await {
        warn!(%error, "Pictures may be left in {bucket}: empty it before the next restore");
    }
}

/// Where in the bucket a file of the data folder belongs.
fn place(path: &Path) -> Result<String, Problem> {
    let place = path.strip_prefix(PICTURES).ok().and_then(Path::to_str);
    place.map(str::to_owned).ok_or_else(|| Problem::Damaged(format!("'{}' is no picture", path.display())))
}
