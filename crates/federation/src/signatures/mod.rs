//! Signatures on requests: keys, digests and draft-cavage-12.

pub mod cavage;
pub mod date;
pub mod digest;
pub mod header;
pub mod keys;
