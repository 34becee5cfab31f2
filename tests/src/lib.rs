//! Stories of several instances: real servers, real browsers, real peers, and what is needed to start them.

#![expect(clippy::indexing_slicing, reason = "a member that a JSON value does not have is null, no panic")]

pub mod attacker;
pub mod browser;
pub mod bucket;
pub mod client;
pub mod desk;
pub mod doors;
pub mod fedify;
pub mod keys;
pub mod mailbox;
pub mod markup;
pub mod process;
pub mod proofs;
pub mod quarter;
pub mod scenery;
pub mod sink;
pub mod wait;
pub mod wire;

/// Says that a real server is missing, so that the story is not told.
///
/// # Panics
/// Under `CI=true`: there nothing may be missing.
pub fn skip(problem: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "this story needs what is not here: {problem}");
    eprintln!("SKIPPED: {problem}");
}

/// How often something is tried, or how much of it there is: `usual`, or what the environment says under that name.
///
/// # Panics
/// If that is no number.
pub fn count(variable: &str, usual: usize) -> usize {
    let said = std::env::var(variable).ok().filter(|said| !said.is_empty());
    said.map_or(usual, |said| said.parse().unwrap_or_else(|_| panic!("{variable} is no number: {said}")))
}

/// A random number: harness randomness needs no library and no seed.
pub fn random() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    std::hash::RandomState::new().build_hasher().finish()
}
