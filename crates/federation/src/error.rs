//! What can go wrong between us and other servers, by what the caller can do about it.

use domain::invalid::Invalid;

use crate::fetch::FetchError;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing here.
    #[error("there is no such thing here")]
    NotFound,
    /// It is someone else's.
    #[error("this belongs to someone else")]
    Forbidden,
    /// The input has problems, each at its field.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Another server did not give what was needed.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// What another server gave cannot be used; the sentence says why.
    #[error("{0}")]
    Unusable(&'static str),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
    /// The disk of the pictures is full.
    #[error("there is no room left for pictures")]
    Full,
    /// The store of our pictures does not answer or refuses, for now; the sentence says why, to the operator.
    #[error("the pictures cannot be reached: {0}")]
    Away(String),
    /// A file could not be read or written.
    #[error("a file could not be read or written: {0}")]
    Files(#[from] std::io::Error),
    /// A key could not be made or read.
    #[error(transparent)]
    Key(#[from] crate::signatures::keys::BadKey),
    /// The settings do not fit the database; the sentence says how.
    #[error("{0}")]
    Settings(String),
}

/// The result of everything here.
pub type Result<T, E = Error> = std::result::Result<T, E>;
