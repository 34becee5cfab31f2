//! Everything that leaves the server: one guarded client.

mod error;
mod exchange;
mod failures;
mod flights;
mod guard;
mod resolver;
mod slots;
#[cfg(test)]
mod tests;

pub mod address;
pub mod budget;
pub mod client;
pub mod document;
pub mod download;
pub mod json;
pub mod media;
pub mod webfinger;

pub use client::{Answer, BadSettings, Client, Settings};
pub use document::Document;
pub use download::Download;
pub use error::FetchError;
pub(crate) use flights::Flights;
