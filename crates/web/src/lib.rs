//! What people see: pages, forms, sessions, feeds.

mod access;
mod address;
mod app;
mod assets;
mod client;
mod clocks;
mod cookies;
mod error;
mod feeds;
mod filter;
mod forms;
mod headers;
mod json_ld;
mod kept;
mod language;
mod layout;
mod limits;
mod links;
mod listing;
mod media;
mod origin;
mod pages;
mod picture_form;
mod pictures;
mod polls;
mod profile;
mod replies;
mod router;
mod secrets;
mod session;
mod speakers;
mod visitor;

pub use app::{App, Imprint, Settings};
pub use router::router;
pub use secrets::sign_in_link;
