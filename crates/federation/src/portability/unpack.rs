//! Reads such a file, which may come from anywhere: nothing in it decides where anything is written.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use flate2::read::GzDecoder;
use serde_json::Value;
use tempfile::TempDir;

use super::{MAX_FILE, MEDIA, OUTBOX};
use crate::error::{Error, Result};
use crate::media::MAX_BYTES;

/// How much may come out of a file: pictures do not get smaller in it, and texts are not this long.
const MAX_CONTENT: u64 = 4 * MAX_FILE as u64;
/// The longest list of what was published.
const MAX_OUTBOX: u64 = 32 << 20;
/// One byte more than a picture may have, so that a longer one is seen to be.
const MAX_PICTURE: u64 = MAX_BYTES as u64 + 1;
/// How many files may be in it.
const MAX_ENTRIES: usize = 20_000;

/// What is of use in the file.
pub(super) struct Unpacked {
    /// What was published.
    pub(super) outbox: Value,
    pictures: HashMap<String, PathBuf>,
    _folder: TempDir,
}

impl Unpacked {
    /// The picture whose address ends with `name`.
    pub(super) async fn picture(&self, name: &str) -> io::Result<Option<Bytes>> {
        let Some(path) = self.pictures.get(name) else { return Ok(None) };
        tokio::fs::read(path).await.map(|bytes| Some(bytes.into()))
    }
}

/// Unpacks a file into a folder that goes with the result. Blocks.
pub(super) fn unpack(file: impl Read) -> Result<Unpacked> {
    let folder = tempfile::tempdir()?;
    let mut archive = tar::Archive::new(GzDecoder::new(file).take(MAX_CONTENT));
    let (mut outbox, mut pictures) = (None, HashMap::new());
    let mut count = 0_usize;
    for entry in archive.entries().map_err(damaged)? {
        let entry = entry.map_err(damaged)?;
        count += 1;
        if count > MAX_ENTRIES {
            return Err(Error::Unusable("there is too much in it"));
        }
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = entry.path().map_err(damaged)?.into_owned();
        if path == Path::new(OUTBOX) && outbox.is_none() {
            let mut text = Vec::new();
            let read = entry.take(MAX_OUTBOX).read_to_end(&mut text).map_err(damaged)?;
            if u64::try_from(read).unwrap_or(u64::MAX) == MAX_OUTBOX {
                return Err(Error::Unusable("there is too much in it"));
            }
            outbox = Some(serde_json::from_slice(&text).map_err(|_| Error::Unusable("its list cannot be read"))?);
        } else if let Some(name) = name_of(&path) {
            let place = folder.path().join(count.to_string());
            io::copy(&mut entry.take(MAX_PICTURE), &mut File::create_new(&place)?).map_err(damaged)?;
            pictures.insert(name, place);
        }
    }
    let outbox = outbox.ok_or(Error::Unusable("there is no list of what was published in it"))?;
    Ok(Unpacked { outbox, pictures, _folder: folder })
}

/// What a picture is called in the file; for nothing but looking it up.
fn name_of(path: &Path) -> Option<String> {
    let name = path.strip_prefix(MEDIA).ok()?;
    (name.components().count() == 1).then(|| name.to_str().map(str::to_owned))?
}

/// Whatever tar and gzip stumble over is the file's fault; what could not be written is not, but ends it as well.
fn damaged(_error: io::Error) -> Error {
    Error::Unusable("it is damaged or no such file")
}
