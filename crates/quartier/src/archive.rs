//! A backup: one file with everything that makes a quarter, the same for both databases (docs/decisions/0025).
//!
//! It is a tar in gzip, sealed with a passphrase if there is one. In it, in this order: `backup.json` (what this is),
//! `settings.toml`, `tables/TABLE/N.jsonl` (a row a line), `files/…` from the data folder, and at the end `manifest.json`
//! with the length and the SHA-256 of every other entry, and the count of every table.

use std::fmt;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storage::copy::{Count, Table};

mod passphrase;
mod read;
mod seal;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use passphrase::{Passphrase, configured};
pub(crate) use read::{Contents, Piece, is_sealed, read};
pub(crate) use write::{Source, write};

/// The folders of the data folder that belong to a backup. `cache` does not: what is missing there is fetched again.
pub(crate) const FOLDERS: [&str; 1] = [PICTURES];
/// The one of our pictures, which may lie in a bucket instead.
pub(crate) const PICTURES: &str = "media";

/// The form described above.
pub(crate) const FORM: u32 = 1;
const BACKUP: &str = "backup.json";
const SETTINGS: &str = "settings.toml";
const MANIFEST: &str = "manifest.json";

/// What a backup is of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Header {
    /// The form of the file.
    pub(crate) form: u32,
    /// The version of quartier that made it.
    pub(crate) version: String,
    /// The last migration of its tables.
    pub(crate) migration: i64,
    /// As of when everything in it is.
    pub(crate) made_at: Timestamp,
    /// The address of the server, which can't change.
    pub(crate) base_url: url::Url,
    /// The handle of the quarter, which can't change.
    pub(crate) handle: String,
    /// Every table with its columns, in the order in which they are filled.
    pub(crate) tables: Vec<Columns>,
}

/// A table and its columns.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Columns {
    /// The table.
    pub(crate) table: String,
    /// Their names.
    pub(crate) columns: Vec<String>,
}

impl From<&Table> for Columns {
    fn from(table: &Table) -> Self {
        let columns = table.columns.iter().map(|column| column.name.clone()).collect();
        Self { table: table.name.clone(), columns }
    }
}

/// What has to be in a backup.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Manifest {
    /// Every other entry, in its order.
    pub(crate) entries: Vec<Entry>,
    /// Every table.
    pub(crate) tables: Vec<Rows>,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Entry {
    /// Its path.
    pub(crate) path: String,
    /// Its length.
    pub(crate) bytes: u64,
    /// Its digest, in hex.
    pub(crate) sha256: String,
}

/// The rows of a table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Rows {
    /// The table.
    pub(crate) table: String,
    /// How many.
    pub(crate) count: u64,
    /// [`Count::checksum`].
    pub(crate) checksum: String,
}

impl Rows {
    /// What was counted in `table`.
    pub(crate) fn of(table: &str, count: &Count) -> Self {
        Self { table: table.to_owned(), count: count.rows, checksum: count.checksum() }
    }
}

impl Manifest {
    /// All rows.
    pub(crate) fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.count).sum()
    }

    /// How many files of the data folder.
    pub(crate) fn files(&self) -> usize {
        self.entries.iter().filter(|entry| entry.path.starts_with("files/")).count()
    }
}

/// Why a backup cannot be made or read.
#[derive(Debug)]
pub(crate) enum Problem {
    /// It is sealed, and the passphrase is another one.
    Passphrase,
    /// It is sealed, and there is no passphrase.
    Sealed,
    /// It is something else.
    Stranger,
    /// It is of a form that this version does not know.
    Newer(String),
    /// Something in it was changed or is missing.
    Damaged(String),
    /// Somebody else writes it.
    Busy,
    /// The pictures cannot be read or written.
    Pictures(String),
    /// The system refused.
    System(io::Error),
}

impl Problem {
    fn damaged(what: impl fmt::Display) -> Self {
        Self::Damaged(what.to_string())
    }

    /// In one line, about `file`.
    pub(crate) fn about(&self, file: &Path) -> String {
        format!("{}: {self}", file.display())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passphrase => write!(f, "the passphrase is wrong"),
            Self::Sealed => {
                write!(f, "it is sealed: set QUARTIER_BACKUP_PASSPHRASE or backup.passphrase_file, or use a terminal")
            }
            Self::Stranger => write!(f, "this is no backup of quartier"),
            Self::Newer(version) => {
                write!(f, "it was made by a newer version of quartier ({version}); install that one")
            }
            Self::Damaged(what) => write!(f, "the backup is damaged: {what}"),
            Self::Busy => write!(f, "another backup is being written there"),
            Self::Pictures(why) => write!(f, "{why}"),
            Self::System(error) => error.fmt(f),
        }
    }
}

impl From<federation::Error> for Problem {
    fn from(error: federation::Error) -> Self {
        Self::Pictures(error.to_string())
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // The first two from gzip and the seal, the third from tar.
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => Self::damaged(error),
            io::ErrorKind::UnexpectedEof => Self::damaged("its end is missing"),
            _ => Self::System(error),
        }
    }
}
