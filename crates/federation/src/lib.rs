//! What is said to other servers: actors, objects, activities, signatures, delivery, fetching.
// The context's terms stand in one `json!`, which takes a step for each token.
#![recursion_limit = "256"]

mod collections;
pub mod contacts;
mod conversations;
mod discovery;
mod error;
mod hosts;
mod inbox;
mod instance;
mod letter;
mod limits;
mod readers;
mod refusal;
mod routes;

pub mod activities;
pub mod bell;
pub mod blocks;
pub mod cover;
pub mod delivery;
pub mod featured;
pub mod fetch;
pub mod gate;
pub mod glimpse;
pub mod guests;
pub mod handshakes;
pub mod held;
pub mod imports;
pub mod initiatives;
pub mod invitations;
pub mod media;
pub mod members;
pub mod mirror;
pub mod moves;
pub mod neighbours;
pub mod notices;
pub mod objections;
pub mod objects;
pub mod participations;
pub mod paths;
pub mod people;
pub mod polls;
pub mod portability;
pub mod proposals;
pub mod queue;
pub mod quotes;
pub mod remote;
pub mod reports;
pub mod rotation;
pub mod shape;
pub mod sign_ups;
pub mod signatures;
pub mod submissions;
pub mod trust;
pub mod upkeep;
pub mod writing;

pub use delivery::tally::Sent;
pub use error::{Error, Result};
pub use hosts::Skew;
pub use instance::{AcceptNeighbours, Editors, Instance, People, Replies, Settings};
pub use routes::{fixed, router};
