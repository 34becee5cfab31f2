//! The pages as a browser gets them, on a real database.

#![allow(clippy::expect_used, clippy::indexing_slicing, missing_docs, reason = "a test may break loudly")]

mod account;
mod attacks;
mod board;
mod clocks;
mod contact;
mod deliveries;
mod design;
mod featured;
mod feeds;
mod forms;
mod initiatives;
mod joining;
mod moderation;
mod moves;
mod people;
mod pictures;
mod polls;
mod privacy;
mod proposals;
mod quarter;
mod reading;
mod replies;
mod reports;
mod setting_up;
mod signing_in;
mod tongues;
mod words;
mod writing;
