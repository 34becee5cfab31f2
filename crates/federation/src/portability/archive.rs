//! A tar in gzip that is written into memory, piece by piece.

use std::io;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Timestamp;

/// The archive, as far as nobody took it yet.
pub(super) struct Archive {
    tar: tar::Builder<GzEncoder<Vec<u8>>>,
    made_at: u64,
}

impl Archive {
    pub(super) fn begin(made_at: Timestamp) -> Self {
        // Pictures do not get smaller, and texts do at once: more work would gain little.
        let tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        Self { tar, made_at: made_at.as_second().try_into().unwrap_or(0) }
    }

    pub(super) fn add(&mut self, path: &str, content: &[u8]) -> io::Result<()> {
        let mut header = tar::Header::new_ustar();
        header.set_path(path)?;
        header.set_size(u64::try_from(content.len()).map_err(io::Error::other)?);
        header.set_mode(0o600);
        header.set_mtime(self.made_at);
        header.set_cksum();
        self.tar.append(&header, content)
    }

    /// What was written since the last time.
    pub(super) fn take(&mut self) -> Bytes {
        std::mem::take(self.tar.get_mut().get_mut()).into()
    }

    /// The rest.
    pub(super) fn finish(self) -> io::Result<Bytes> {
        Ok(self.tar.into_inner()?.finish()?.into())
    }
}
