//! What an address answers, followed to where its events are: bounded in addresses, bytes and events, and on one host.

use std::collections::{HashSet, VecDeque};

use bytes::Bytes;
use calendar::ics::read::{MAX_ITEMS, Options, Reading};
use domain::host::Host;
use domain::import::{Refusal, Source};
use jiff::Timestamp;
use url::Url;

use super::kinds::{self, KINDS, Page, Part};
use super::taking::Found;
use crate::error::{Error, Result};
use crate::fetch::Download;
use crate::instance::Instance;

/// The most addresses that one reading asks.
const MAX_PAGES: usize = 60;
/// The most bytes that they send together.
const MAX_ALL: usize = 24 * 1024 * 1024;
/// What is asked for.
const ACCEPT: &str = "text/calendar, application/json;q=0.9, text/html;q=0.8, text/plain;q=0.5";

/// What came of asking.
pub(super) enum Answer {
    /// It is as it was.
    Unchanged,
    /// What it is now.
    Fresh(Box<Fetched>),
}

/// What was found at an address.
pub(super) struct Fetched {
    /// What it is, one of [`KINDS`].
    pub(super) kind: &'static str,
    pub(super) found: Found,
    /// The address that the first one only points to.
    pub(super) feed: Option<Url>,
    /// Whether the next reading can ask for what changed since.
    pub(super) asks_since: bool,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<String>,
}

/// Reads a source by its address, following it to where its events are.
pub(super) async fn fetch(instance: &Instance, source: &Source) -> Result<Answer> {
    let start = source.feed.clone().unwrap_or_else(|| source.url.clone());
    let (etag, modified) = (source.etag.as_deref(), source.last_modified.as_deref());
    let first = instance.client().get_bytes(&start, ACCEPT, etag, modified, super::MAX_BYTES).await?;
    let Download::Fresh { url, body, etag, last_modified } = first else { return Ok(Answer::Unchanged) };
    let walk = Walk::new(super::options(instance, instance.clock().now()), source.mark, &url);
    let mut walk = walk.read(url, body).await?;
    let (mut etag, mut last_modified, mut feed) = (etag, last_modified, source.feed.clone());
    let mut asked = 1;
    while let Some(next) = walk.next() {
        if asked >= MAX_PAGES || walk.bytes > MAX_ALL || walk.found.reading.items.len() >= MAX_ITEMS {
            walk.refuse(&next, "import-pages-many");
            break;
        }
        asked += 1;
        let points = asked == 2 && walk.points;
        let answer = instance.client().get_bytes(&next, ACCEPT, None, None, super::MAX_BYTES).await?;
        if let Download::Fresh { url, body, etag: tag, last_modified: at } = answer {
            walk = walk.read(url, body).await?;
            // One address that leads to one file: from now on the file is asked.
            if points && walk.next.is_empty() {
                (feed, etag, last_modified) = (Some(next), tag, at);
            } else {
                (feed, etag, last_modified) = (None, None, None);
            }
        }
    }
    let kind = walk.kind.ok_or(Error::Unusable("no dates were found at this address"))?;
    if source.mark.is_none() && kind == kinds::PAGE && walk.found.reading.items.is_empty() && feed.is_none() {
        return Err(Error::Unusable("no dates were found at this address"));
    }
    let whole = walk.found.whole && source.mark.is_none() && walk.refused == 0;
    let found = Found { whole, ..walk.found };
    Ok(Answer::Fresh(Box::new(Fetched { kind, found, feed, asks_since: walk.asks_since, etag, last_modified })))
}

/// A walk from page to page.
struct Walk {
    options: Options,
    since: Option<Timestamp>,
    host: Option<Host>,
    kind: Option<&'static str>,
    found: Found,
    next: VecDeque<Url>,
    seen: HashSet<Url>,
    bytes: usize,
    /// How many addresses could not be followed.
    refused: usize,
    /// Whether the first page has no events and names one address.
    points: bool,
    asks_since: bool,
}

impl Walk {
    fn new(options: Options, since: Option<Timestamp>, first: &Url) -> Self {
        Self {
            options,
            since,
            host: Host::of(first),
            kind: None,
            found: Found { reading: Reading::default(), whole: true, gone: Vec::new() },
            next: VecDeque::new(),
            seen: HashSet::from([first.clone()]),
            bytes: 0,
            refused: 0,
            points: false,
            asks_since: false,
        }
    }

    fn next(&mut self) -> Option<Url> {
        self.next.pop_front()
    }

    /// Reads one page, off the threads that serve requests.
    async fn read(mut self, url: Url, body: Bytes) -> Result<Self> {
        self.bytes += body.len();
        let reading = tokio::task::spawn_blocking(move || {
            let part = KINDS.iter().find_map(|kind| {
                let page = Page { url: &url, body: &body, options: &self.options, since: self.since };
                (kind.read)(&page).map(|part| (kind.name, part))
            });
            match part {
                Some((kind, part)) => self.take(kind, part),
                None if self.kind.is_none() => return Err(Error::Unusable("no dates were found at this address")),
                None => self.refuse(&url, "import-page-unknown"),
            }
            Ok(self)
        });
        reading.await.map_err(|_| Error::Unusable("this address could not be read"))?
    }

    fn take(&mut self, kind: &'static str, part: Part) {
        self.points = self.kind.is_none() && part.reading.items.is_empty() && part.next.len() == 1;
        self.kind.get_or_insert(kind);
        self.asks_since |= part.asks_since;
        let all = &mut self.found.reading;
        all.name = all.name.take().or(part.reading.name);
        all.items.extend(part.reading.items);
        all.items.truncate(MAX_ITEMS);
        all.refusals.extend(part.reading.refusals);
        all.remarks.extend(part.reading.remarks);
        all.skipped += part.reading.skipped;
        self.found.gone.extend(part.gone);
        for url in part.next {
            if Host::of(&url) != self.host {
                self.refuse(&url, "import-elsewhere");
            } else if self.seen.len() < MAX_PAGES * 4 && self.seen.insert(url.clone()) {
                self.next.push_back(url);
            }
        }
    }

    fn refuse(&mut self, url: &Url, why: &'static str) {
        self.refused += 1;
        let what = domain::html::line(url.as_str(), 200);
        self.found.reading.refusals.push(Refusal { line: 1, what, why });
    }
}
