//! Writes a backup: under a temporary name, for its owner only, and under its own once it was read back.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::future::ready;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::pin::pin;

use aws_lc_rs::digest::{Context, SHA256};
use federation::media::Bucket;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::TryStreamExt;
use storage::copy::{Batch, Count};
use tokio::runtime::Handle;
use tokio::sync::mpsc::Receiver;

use super::seal::Sealer;
use super::{BACKUP, Entry, FOLDERS, Header, MANIFEST, Manifest, PICTURES, Passphrase, Problem, Rows, SETTINGS, read};

/// How many pictures of a bucket are read at once.
const AT_ONCE: usize = 4;

/// What goes into a backup.
pub(crate) struct Source {
    /// What it is of.
    pub(crate) header: Header,
    /// The settings, as a configuration file.
    pub(crate) settings: String,
    /// The rows, table by table. They end when all senders are gone, and [`Source::whole`] says whether that was the end.
    pub(crate) rows: Receiver<Batch>,
    /// Says at the end whether every row came.
    pub(crate) whole: tokio::sync::oneshot::Receiver<()>,
    /// The data folder.
    pub(crate) folder: PathBuf,
    /// Where our pictures are, if they are not in the data folder.
    pub(crate) bucket: Option<Bucket>,
}

/// Writes `source` to `file`, which is not there yet, and reads it back. Blocks, on a thread of the runtime if there
/// is a bucket; nothing stays of what fails.
pub(crate) fn write(file: &Path, source: Source, passphrase: Option<&Passphrase>) -> Result<Manifest, Problem> {
    let partial = partial(file);
    let written = hold(&partial).and_then(|held| {
        let manifest = fill(&held, source, passphrase)?;
        held.sync_all()?;
        let read_back = read(&partial, passphrase, |_| Ok(()))?;
        if read_back.manifest != manifest {
            return Err(Problem::damaged("what was read back is not what was written"));
        }
        fs::rename(&partial, file)?;
        File::open(parent(file))?.sync_all()?;
        Ok(manifest)
    });
    if !matches!(written, Ok(_) | Err(Problem::Busy)) {
        // Gone already if it was renamed, or never there.
        let _ = fs::remove_file(&partial);
    }
    written
}

/// Where a backup is while it is not whole. What a kill leaves there is overwritten by the next.
fn partial(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    parent(file).join(format!(".{name}.partial"))
}

fn parent(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// An empty file that nobody else writes, for its owner only.
fn hold(path: &Path) -> Result<File, Problem> {
    use std::os::unix::fs::OpenOptionsExt;
    let file = File::options().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(Problem::Busy),
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    file.set_len(0)?;
    Ok(file)
}

fn fill(file: &File, mut source: Source, passphrase: Option<&Passphrase>) -> Result<Manifest, Problem> {
    let mut archive = Archive::begin(file, passphrase, source.header.made_at.as_second())?;
    archive.add(BACKUP, &json(&source.header)?)?;
    archive.add(SETTINGS, source.settings.as_bytes())?;
    let names = source.header.tables.iter().map(|table| table.table.clone());
    let mut counts: BTreeMap<String, (Count, u32)> = names.map(|name| (name, Default::default())).collect();
    while let Some(batch) = source.rows.blocking_recv() {
        let (count, number) = counts.entry(batch.table.clone()).or_default();
        *number += 1;
        count.add(&batch);
        archive.add(&format!("tables/{}/{number:06}.jsonl", batch.table), batch.lines.as_bytes())?;
    }
    source.whole.blocking_recv().map_err(|_| Problem::damaged("not every row could be read"))?;
    match &source.bucket {
        Some(bucket) => Handle::current().block_on(archive.add_bucket(bucket))?,
        None => FOLDERS.iter().try_for_each(|folder| archive.add_folder(&source.folder, Path::new(folder)))?,
    }
    archive.manifest.tables = source
        .header
        .tables
        .iter()
        .filter_map(|table| Some(Rows::of(&table.table, &counts.get(&table.table)?.0)))
        .collect();
    archive.finish()
}

fn json(value: &impl serde::Serialize) -> io::Result<Vec<u8>> {
    serde_json::to_vec_pretty(value).map_err(io::Error::other)
}

/// What is under the gzip.
enum Outer<'a> {
    Plain(BufWriter<&'a File>),
    Sealed(Box<Sealer<BufWriter<&'a File>>>),
}

impl Write for Outer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(inner) => inner.write(bytes),
            Self::Sealed(inner) => inner.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(inner) => inner.flush(),
            Self::Sealed(inner) => inner.flush(),
        }
    }
}

struct Archive<'a> {
    tar: tar::Builder<GzEncoder<Outer<'a>>>,
    manifest: Manifest,
    made_at: u64,
}

impl<'a> Archive<'a> {
    fn begin(file: &'a File, passphrase: Option<&Passphrase>, made_at: i64) -> io::Result<Self> {
        let file = BufWriter::new(file);
        let outer = match passphrase {
            Some(passphrase) => Outer::Sealed(Box::new(Sealer::new(file, passphrase)?)),
            None => Outer::Plain(file),
        };
        // Pictures do not get smaller and texts do at once: more work would gain little.
        let tar = tar::Builder::new(GzEncoder::new(outer, Compression::fast()));
        Ok(Self { tar, manifest: Manifest::default(), made_at: made_at.try_into().unwrap_or(0) })
    }

    fn add(&mut self, path: &str, content: &[u8]) -> io::Result<()> {
        let bytes = u64::try_from(content.len()).map_err(io::Error::other)?;
        self.append(path, bytes, content)
    }

    fn append(&mut self, path: &str, bytes: u64, content: impl Read) -> io::Result<()> {
        let mut header = tar::Header::new_ustar();
        header.set_path(path)?;
        header.set_size(bytes);
        header.set_mode(0o600);
        header.set_mtime(self.made_at);
        header.set_cksum();
        let mut content = Hashing::new(content.take(bytes));
        self.tar.append(&header, &mut content)?;
        let (read, sha256) = content.finish();
        if read != bytes {
            let problem = format!("{path} was changed while it was read; try again");
            return Err(io::Error::new(io::ErrorKind::ResourceBusy, problem));
        }
        self.manifest.entries.push(Entry { path: path.to_owned(), bytes, sha256 });
        Ok(())
    }

    /// Every file below `folder` of the data folder, by name. What goes meanwhile belongs to nothing that is in the rows.
    fn add_folder(&mut self, data: &Path, folder: &Path) -> io::Result<()> {
        let entries = match fs::read_dir(data.join(folder)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                self.add_folder(data, &path)?;
            } else if let Some(file) = there(File::open(entry.path()))? {
                self.append(&format!("files/{}", path.display()), file.metadata()?.len(), file)?;
            }
        }
        Ok(())
    }

    /// Every picture of ours in a bucket, as if it lay in the data folder.
    async fn add_bucket(&mut self, bucket: &Bucket) -> Result<(), Problem> {
        let ours = bucket.list().try_filter(|found| ready(found.id.is_some()));
        let read = ours.map_ok(|found| async move {
            let content = bucket.read(&found.place, found.bytes).await?;
            Ok::<_, federation::Error>((content, found.place))
        });
        let mut files = pin!(read.try_buffered(AT_ONCE));
        while let Some((content, place)) = files.try_next().await? {
            if let Some(content) = content {
                self.add(&format!("files/{PICTURES}/{place}"), &content)?;
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Manifest, Problem> {
        let manifest = self.manifest.clone();
        self.add(MANIFEST, &json(&manifest)?)?;
        match self.tar.into_inner()?.finish()? {
            Outer::Plain(mut file) => file.flush()?,
            Outer::Sealed(sealer) => sealer.finish()?.flush()?,
        }
        Ok(manifest)
    }
}

fn there<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    }
}

/// Counts and digests what is read through it.
pub(super) struct Hashing<R> {
    inner: R,
    read: u64,
    digest: Context,
}

impl<R> Hashing<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, read: 0, digest: Context::new(&SHA256) }
    }

    /// How many bytes there were, and their digest in hex.
    pub(super) fn finish(self) -> (u64, String) {
        use std::fmt::Write;
        let digest = self.digest.finish();
        let hex = digest.as_ref().iter().fold(String::new(), |mut text, byte| {
            // Writing to a String never fails.
            let _ = write!(text, "{byte:02x}");
            text
        });
        (self.read, hex)
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        self.digest.update(into.get(..count).unwrap_or_default());
        self.read += u64::try_from(count).map_err(io::Error::other)?;
        Ok(count)
    }
}
