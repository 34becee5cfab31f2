//! What addresses answer, one kind a file: a kind looks at the bytes and says whether it knows them.

mod event;
mod gancio;
mod html;
mod ics;
mod json_ld;
mod microformats;
mod mobilizon;
mod oparl;
mod page;

use calendar::ics::read::{Options, Reading};
use domain::import::Key;
use jiff::Timestamp;
use url::Url;

/// The name of council meetings.
pub(super) const OPARL: &str = "oparl";
/// The name of web pages.
pub(super) const PAGE: &str = "page";

/// What came from one address.
pub(super) struct Page<'a> {
    pub(super) url: &'a Url,
    pub(super) body: &'a [u8],
    pub(super) options: &'a Options,
    /// From when on changes are asked for, of kinds that can be asked so.
    pub(super) since: Option<Timestamp>,
}

/// What a kind makes of it.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) reading: Reading,
    /// Where more is.
    pub(super) next: Vec<Url>,
    /// What it says is gone.
    pub(super) gone: Vec<Key>,
    /// Whether the next reading can ask for what changed since this one.
    pub(super) asks_since: bool,
}

/// A kind of source. The message key of its name is `sources-kind-NAME`.
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// What it makes of a page; `None` where it does not know it.
    pub(super) read: fn(&Page) -> Option<Part>,
}

/// Every kind, the most particular first: the first that knows a page reads it.
pub(super) const KINDS: [Kind; 5] = [
    Kind { name: "ics", read: ics::read },
    Kind { name: OPARL, read: oparl::read },
    Kind { name: "gancio", read: gancio::read },
    Kind { name: "mobilizon", read: mobilizon::read },
    Kind { name: PAGE, read: page::read },
];
