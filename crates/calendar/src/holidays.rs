//! Public holidays by their rules, school holidays by what the Länder published.

mod public;
mod school;

pub use public::is_public;
pub use school::Almanac;
