//! Reads a backup and checks every byte of it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Component, Path, PathBuf};

use flate2::bufread::GzDecoder;
use storage::copy::{Batch, Count};

use super::seal::{MAGIC, Opener};
use super::write::Hashing;
use super::{BACKUP, Entry, FOLDERS, FORM, Header, MANIFEST, Manifest, Passphrase, Problem, Rows, SETTINGS};

/// How gzip begins (RFC 1952 section 2.3.1).
const GZIP: &[u8] = &[0x1f, 0x8b];
/// The longest entry that is held in memory: rows come a mebibyte at a time, and one post is not much longer.
const LONGEST: u64 = 256 << 20;

/// What a backup says of itself.
#[derive(Debug)]
pub(crate) struct Contents {
    /// What it is of.
    pub(crate) header: Header,
    /// The settings, as a configuration file.
    pub(crate) settings: String,
    /// What is in it.
    pub(crate) manifest: Manifest,
}

/// A part of a backup.
pub(crate) enum Piece<'a> {
    /// Rows of a table.
    Rows(Batch),
    /// A file of the data folder: its path there and its content.
    File(&'a Path, &'a mut dyn Read),
}

/// Whether `file` is sealed with a passphrase; [`Problem::Stranger`] if it is no backup at all.
pub(crate) fn is_sealed(file: &Path) -> Result<bool, Problem> {
    let mut start = Vec::new();
    let most = u64::try_from(MAGIC.len()).map_err(io::Error::other)?;
    File::open(file)?.take(most).read_to_end(&mut start)?;
    match start.as_slice() {
        start if start == MAGIC => Ok(true),
        start if start.starts_with(GZIP) => Ok(false),
        _ => Err(Problem::Stranger),
    }
}

/// Reads all of `file` and gives each piece to `take`, before it is known whether those behind it are whole. Blocks.
///
/// At the end everything in it was compared with what its manifest says.
pub(crate) fn read(
    file: &Path,
    passphrase: Option<&Passphrase>,
    take: impl FnMut(Piece<'_>) -> Result<(), Problem>,
) -> Result<Contents, Problem> {
    let sealed = is_sealed(file)?;
    let file = BufReader::new(File::open(file)?);
    match passphrase {
        Some(passphrase) if sealed => unpack(BufReader::new(Opener::new(file, passphrase)?), take),
        None if sealed => Err(Problem::Sealed),
        _ => unpack(file, take),
    }
}

fn unpack(outer: impl BufRead, take: impl FnMut(Piece<'_>) -> Result<(), Problem>) -> Result<Contents, Problem> {
    let mut archive = tar::Archive::new(GzDecoder::new(outer));
    let mut reading = Reading { take, entries: Vec::new(), counts: BTreeMap::new() };
    let contents = reading.all(archive.entries()?)?;
    let mut inner = archive.into_inner();
    // The rest of the tar is zeros; reading on lets gzip and the seal see their own ends.
    io::copy(&mut inner, &mut io::sink())?;
    if inner.into_inner().fill_buf()?.is_empty() {
        Ok(contents)
    } else {
        Err(Problem::damaged("it goes on after its end"))
    }
}

struct Reading<T> {
    take: T,
    entries: Vec<Entry>,
    counts: BTreeMap<String, Count>,
}

impl<T: FnMut(Piece<'_>) -> Result<(), Problem>> Reading<T> {
    fn all<R: Read>(&mut self, mut entries: tar::Entries<'_, R>) -> Result<Contents, Problem> {
        let header = self.header(&mut entries)?;
        let settings = self.text(next(&mut entries)?, SETTINGS)?;
        loop {
            let entry = next(&mut entries)?;
            let path = entry.path()?.into_owned();
            if path == Path::new(MANIFEST) {
                let manifest = self.manifest(entry, &header)?;
                return Ok(Contents { header, settings, manifest });
            }
            self.piece(entry, &path)?;
        }
    }

    /// What it is; what is no backup of ours ends here.
    fn header<R: Read>(&mut self, entries: &mut tar::Entries<'_, R>) -> Result<Header, Problem> {
        #[derive(serde::Deserialize)]
        struct Form {
            form: u32,
            version: String,
        }
        let entry = next(entries)?;
        if entry.path()? != Path::new(BACKUP) {
            return Err(Problem::Stranger);
        }
        let text = self.text(entry, BACKUP)?;
        match serde_json::from_str::<Form>(&text) {
            Ok(form) if form.form > FORM => Err(Problem::Newer(form.version)),
            _ => serde_json::from_str(&text).map_err(Problem::damaged),
        }
    }

    fn piece<R: Read>(&mut self, entry: tar::Entry<'_, R>, path: &Path) -> Result<(), Problem> {
        let shown = path.display().to_string();
        let parts: Vec<_> = path.components().collect();
        let is_plain =
            parts.iter().all(|part| matches!(part, Component::Normal(_))) && entry.header().entry_type().is_file();
        match parts.as_slice() {
            [Component::Normal(kind), Component::Normal(table), _] if is_plain && *kind == "tables" => {
                let table = table.to_string_lossy().into_owned();
                let batch = Batch { lines: self.text(entry, &shown)?, table };
                self.counts.entry(batch.table.clone()).or_default().add(&batch);
                (self.take)(Piece::Rows(batch))
            }
            [Component::Normal(kind), Component::Normal(folder), rest @ ..]
                if is_plain && *kind == "files" && FOLDERS.iter().any(|known| folder == known) && !rest.is_empty() =>
            {
                let mut content = Hashing::new(entry);
                let below: PathBuf = parts.iter().skip(1).collect();
                (self.take)(Piece::File(&below, &mut content))?;
                io::copy(&mut content, &mut io::sink())?;
                self.note(shown, content);
                Ok(())
            }
            _ => Err(Problem::damaged(format!("'{shown}' does not belong to it"))),
        }
    }

    /// The whole text of an entry, which has to be `path`.
    fn text<R: Read>(&mut self, entry: tar::Entry<'_, R>, path: &str) -> Result<String, Problem> {
        if entry.path()? != Path::new(path) || entry.size() > LONGEST {
            return Err(Problem::damaged(format!("{path} is not where it belongs")));
        }
        let mut content = Hashing::new(entry);
        let mut text = String::new();
        content.read_to_string(&mut text)?;
        self.note(path.to_owned(), content);
        Ok(text)
    }

    fn note<R>(&mut self, path: String, content: Hashing<R>) {
        let (bytes, sha256) = content.finish();
        self.entries.push(Entry { path, bytes, sha256 });
    }

    /// The manifest, which has to say what was read.
    fn manifest<R: Read>(&mut self, entry: tar::Entry<'_, R>, header: &Header) -> Result<Manifest, Problem> {
        let read = std::mem::take(&mut self.entries);
        let text = self.text(entry, MANIFEST)?;
        let manifest: Manifest = serde_json::from_str(&text).map_err(Problem::damaged)?;
        if let Some(wrong) =
            (0..read.len().max(manifest.entries.len())).find(|at| read.get(*at) != manifest.entries.get(*at))
        {
            let entry = manifest.entries.get(wrong).or(read.get(wrong));
            return Err(Problem::damaged(format!(
                "{} is not what was put in",
                entry.map_or("something", |entry| &entry.path)
            )));
        }
        let none = Count::default();
        let count = |table: &str| Rows::of(table, self.counts.get(table).unwrap_or(&none));
        let tables: Vec<Rows> = header.tables.iter().map(|table| count(&table.table)).collect();
        let all_known = self.counts.keys().all(|table| header.tables.iter().any(|known| known.table == *table));
        if tables == manifest.tables && all_known { Ok(manifest) } else { Err(Problem::damaged("rows are missing")) }
    }
}

fn next<'a, R: Read>(entries: &mut tar::Entries<'a, R>) -> Result<tar::Entry<'a, R>, Problem> {
    entries.next().ok_or_else(|| Problem::damaged("its end is missing"))?.map_err(Problem::from)
}
