//! Everything of one person in one file, to keep and to take to another quarter (Art. 15 and 20 GDPR).
//!
//! The file is a tar in gzip: `account.json` with what is kept of the person, `actor.json` and `outbox.json` with the public
//! profile and everything published in its name as ActivityStreams, and the pictures in `media/`, under the names their
//! addresses end with.

mod archive;
mod export;
mod import;
mod unpack;

pub use export::export;
pub use import::{Taken, import};

/// The largest file that is taken in, in bytes.
pub const MAX_FILE: usize = 50 << 20;

const ACCOUNT: &str = "account.json";
const ACTOR: &str = "actor.json";
const OUTBOX: &str = "outbox.json";
const README: &str = "README.txt";
const MEDIA: &str = "media";
