//! Someone who knows nothing but the address of a quarter: reads its pages, feeds and `ActivityPub` documents.

use std::collections::HashMap;
use std::time::Duration;

use federation::fetch::{Client, Download, Settings};
use serde_json::Value;
use url::Url;

use crate::failure::Failure;
use crate::home;

/// The largest answer that is read.
const MAX_BYTES: usize = 20 * 1024 * 1024;
/// What a browser asks for.
const PAGE: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
/// What another server asks for.
const ACTIVITY: &str = "application/activity+json";

/// A client without any rights.
pub(super) struct Stranger(Client);

impl Stranger {
    /// A client that reaches this machine only.
    pub(super) fn new() -> Result<Self, Failure> {
        let settings = Settings {
            local: true,
            private_networks: Vec::new(),
            extra_ca: None,
            user_agent: format!("quartier-demo-check/{}", home::VERSION),
            timeout: Duration::from_secs(20),
        };
        Ok(Self(Client::new(&settings, home::system_clock()).map_err(Failure::failed)?))
    }

    /// What is at `path` of `base` for a browser.
    pub(super) async fn page(&self, base: &Url, path: &str) -> Result<String, Failure> {
        Ok(self.get(&at(base, path)?, PAGE).await?.1)
    }

    /// The `ActivityPub` document that `path` of `base` is or leads to, and where that is in the end.
    pub(super) async fn document(&self, base: &Url, path: &str) -> Result<(Url, Value), Failure> {
        let (url, text) = self.get(&at(base, path)?, ACTIVITY).await?;
        let json = serde_json::from_str(&text).map_err(|error| Failure::because(format!("{url}: {error}")))?;
        Ok((url, json))
    }

    async fn get(&self, url: &Url, accept: &str) -> Result<(Url, String), Failure> {
        let answer = self.0.get_bytes(url, accept, None, None, MAX_BYTES).await;
        match answer.map_err(|error| Failure::because(format!("{url}: {error}")))? {
            Download::Fresh { url, body, .. } => Ok((url, String::from_utf8_lossy(&body).into_owned())),
            Download::Unchanged => Err(Failure::because(format!("{url}: 304 without a condition"))),
        }
    }
}

fn at(base: &Url, path: &str) -> Result<Url, Failure> {
    base.join(path).map_err(|error| Failure::because(format!("{path}: {error}")))
}

/// The paths that begin with `prefix` and that a page links to, each once, in its order.
pub(super) fn links(page: &str, prefix: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for href in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        let href = plain(href);
        if href.starts_with(prefix) && !found.contains(&href) {
            found.push(href);
        }
    }
    found
}

/// The address of the next page of a list.
pub(super) fn next(page: &str) -> Option<String> {
    let link = page.split("<a ").find(|link| link.contains("rel=\"next"))?;
    link.split("href=\"").nth(1)?.split('"').next().map(plain)
}

/// The text of a page with its entities resolved, to look for words in.
pub(super) fn plain(html: &str) -> String {
    let names = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&nbsp;", "\u{a0}"), ("&#60;", "<"), ("&#62;", ">")];
    let quotes = [("&#34;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&#38;", "&"), ("&amp;", "&")];
    names.iter().chain(&quotes).fold(html.to_owned(), |text, (name, sign)| text.replace(name, sign))
}

/// The `STATUS` of every event of a calendar, by its `URL` (RFC 5545 section 3.1: long lines are folded).
pub(super) fn statuses(calendar: &str) -> HashMap<String, String> {
    let unfolded = calendar.replace("\r\n ", "").replace("\r\n\t", "");
    let mut found = HashMap::new();
    for event in unfolded.split("BEGIN:VEVENT").skip(1) {
        let value = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
        if let Some(url) = value("URL:") {
            found.insert(url, value("STATUS:").unwrap_or_default());
        }
    }
    found
}

/// Whether an Atom feed has an entry with that id.
pub(super) fn has_entry(feed: &str, id: &Url) -> bool {
    feed.contains(&format!("<id>{id}</id>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_once_each() {
        let page = "<a href=\"/events/1\">A</a><a href=\"/posts/2\">B</a><a class=x href=\"/events/1\">A</a>";
        assert_eq!(links(page, "/events/"), ["/events/1"]);
    }

    #[test]
    fn the_next_page_is_found_by_its_relation() {
        let page = "<a rel=\"prev nofollow\" href=\"/a\"></a><a rel=\"next nofollow\" href=\"/b?x=1&#38;y=2\">";
        assert_eq!(next(page), Some("/b?x=1&y=2".to_owned()));
        assert_eq!(next("<a href=\"/a\">"), None);
    }

    #[test]
    fn a_folded_calendar_gives_the_status_of_each_event() {
        let calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSTATUS:CANCELLED\r\nURL:http://nord.local\r\n host/events/1\r\n\
            END:VEVENT\r\nBEGIN:VEVENT\r\nURL:http://b/2\r\nEND:VEVENT\r\n";
        let found = statuses(calendar);
        assert_eq!(found.get("http://nord.localhost/events/1").map(String::as_str), Some("CANCELLED"));
        assert_eq!(found.get("http://b/2").map(String::as_str), Some(""));
    }
}
