//! iCalendar (RFC 5545, RFC 7986): reading what others publish, writing what is on here.

pub mod place;
pub mod read;
pub mod write;

mod component;
mod facts;
mod line;
mod series;
mod times;
pub(crate) mod value;

/// What is wrong with a part of a file: the line, and the message key that says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fault {
    line: usize,
    why: &'static str,
}

impl Fault {
    /// Puts a reason on `line`, for `map_err`.
    fn at(line: usize) -> impl Fn(&'static str) -> Self {
        move |why| Self { line, why }
    }
}

#[cfg(test)]
mod tests;
