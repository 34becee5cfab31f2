//! What is true: the types and rules of the quarter. No async, no IO, no clock reads.

pub mod access;
pub mod account;
pub mod actor;
pub mod block;
pub mod category;
pub mod clock;
pub mod delivery;
pub mod event;
pub mod handle;
pub mod host;
pub mod html;
pub mod import;
pub mod invalid;
pub mod invitation;
pub mod language;
pub mod media;
pub mod messages;
pub mod neighbour;
pub mod participation;
pub mod place;
pub mod poll;
pub mod post;
pub mod profile;
pub mod report;
pub mod setup;
pub mod signing;
