//! Signatures on requests and documents: keys, digests, draft-cavage-12, RFC 9421, proofs.

pub mod cavage;
pub mod content_digest;
pub mod date;
pub mod digest;
pub mod header;
pub mod keys;
pub mod multikey;
pub mod proof;
pub mod rfc9421;
mod structured;

#[cfg(test)]
mod interop;
