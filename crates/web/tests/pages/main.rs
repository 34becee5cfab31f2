//! The pages as a browser gets them, on a real database.

#![allow(clippy::expect_used, clippy::indexing_slicing, missing_docs, reason = "a test may break loudly")]

mod account;
mod attacks;
mod board;
mod clocks;
mod contact;
mod deliveries;
mod design;
mod doors;
mod featured;
mod feeds;
mod forms;
mod guests;
mod initiatives;
mod joining;
mod moderation;
mod moves;
mod offline;
mod passkeys;
mod password;
mod people;
mod pictures;
mod places;
mod polls;
mod privacy;
mod proposals;
mod quarter;
mod reading;
mod registration;
mod replies;
mod reports;
mod safety;
mod scripts;
mod search;
mod second_factor;
mod series;
mod setting_up;
mod sharing;
mod sign_up;
mod signing_in;
mod tongues;
mod trust;
mod upkeep;
mod words;
mod writing;
