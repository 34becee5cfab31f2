//! Which router answers: pages and ActivityPub share their URLs, and the `Accept` header decides.

use http::header::ACCEPT;
use http::{HeaderMap, Method, Request};

/// Who answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Other servers' business, whatever they accept.
    Federation,
    /// Programs' business, whatever they accept.
    Programs,
    /// People's business, whatever they accept.
    Pages,
    /// By `Accept`: ActivityPub.
    SharedFederation,
    /// By `Accept`: a page.
    SharedPages,
}

impl Way {
    /// Whether the answer depends on `Accept`, so that caches must know (RFC 9110 section 12.5.5).
    pub(super) fn varies(self) -> bool {
        matches!(self, Self::SharedFederation | Self::SharedPages)
    }
}

/// Who answers `request`.
pub(super) fn way<B>(request: &Request<B>) -> Way {
    let path = request.uri().path();
    let last = path.rsplit('/').next().unwrap_or_default();
    if is_federations(path) || last == "inbox" {
        return Way::Federation;
    }
    if matches!(last, "outbox" | "upload") && request.method() == Method::POST {
        return Way::Programs;
    }
    // A picture is a picture, whatever somebody would rather have under its address.
    if path.starts_with("/media/") || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Way::Pages;
    }
    if prefers_activity(request.headers()) { Way::SharedFederation } else { Way::SharedPages }
}

fn is_federations(path: &str) -> bool {
    matches!(path, "/.well-known/webfinger" | "/.well-known/nodeinfo" | "/.well-known/host-meta" | "/actor/mirror")
        || path.starts_with("/.well-known/host-meta.")
        || path.starts_with("/nodeinfo/")
}

/// Whether the sender would rather have ActivityPub than a page (RFC 9110 section 12.5.1).
///
/// Higher quality wins; at the same quality the one that is named, and of two that are named the first.
fn prefers_activity(headers: &HeaderMap) -> bool {
    let accept: Vec<&str> = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let ranges: Vec<Range> =
        accept.iter().flat_map(|value| value.split(',')).take(50).filter_map(Range::read).collect();
    let best = |is: fn(&Range<'_>) -> bool| {
        let found = ranges.iter().enumerate().filter(|(_, range)| is(range));
        found.map(|(at, range)| (range.quality, std::cmp::Reverse(at))).max()
    };
    let Some(activity) = best(is_activity).filter(|(quality, _)| *quality > 0) else { return false };
    let wildcard = best(is_wildcard).map_or(0, |(quality, _)| quality);
    match best(is_page) {
        Some(page) => activity > page,
        None => activity.0 >= wildcard,
    }
}

/// One media range of an `Accept` header.
struct Range<'a> {
    kind: &'a str,
    /// In thousandths.
    quality: u32,
}

impl<'a> Range<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let kind = parts.next().filter(|kind| !kind.is_empty())?;
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        Some(Self { kind, quality: quality.map_or(1000, thousandths) })
    }
}

fn is_activity(range: &Range<'_>) -> bool {
    ["application/activity+json", "application/ld+json"].iter().any(|kind| range.kind.eq_ignore_ascii_case(kind))
}

fn is_page(range: &Range<'_>) -> bool {
    ["text/html", "application/xhtml+xml", "text/*"].iter().any(|kind| range.kind.eq_ignore_ascii_case(kind))
}

fn is_wildcard(range: &Range<'_>) -> bool {
    range.kind == "*/*"
}

/// `0.5` is 500; nonsense is 0, so that it chooses nothing.
fn thousandths(quality: &str) -> u32 {
    let (whole, fraction) = quality.trim().split_once('.').unwrap_or((quality.trim(), ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    match (whole, digits.parse::<u32>()) {
        ("0", Ok(fraction)) => fraction,
        ("1", Ok(0)) => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(method: &str, path: &str, accept: Option<&str>) -> Way {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(accept) = accept {
            request = request.header(ACCEPT, accept);
        }
        way(&request.body(()).expect("a request"))
    }

    #[test]
    fn the_accept_header_decides_who_answers() {
        let activity = [
            "application/activity+json",
            "Application/Activity+JSON",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
            // Mastodon, then GoToSocial, Mobilizon, Gancio, Fedify.
            "application/activity+json, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\", text/html;q=0.1",
            "application/activity+json,application/ld+json;profile=\"https://www.w3.org/ns/activitystreams\"",
            "application/activity+json, application/ld+json",
            "application/json, application/activity+json, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
            "application/activity+json, */*;q=0.1",
            "application/activity+json, */*",
            "application/activity+json, text/html",
            "text/html;q=0.5, application/ld+json;q=0.7",
        ];
        let pages = [
            "",
            "*/*",
            "text/html",
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "text/html, application/activity+json",
            "text/html, application/activity+json;q=0.9",
            "application/activity+json;q=0, */*",
            "application/activity+json;q=nonsense",
            "application/activity+json;q=0.2, */*",
            "application/json",
            "application/xml",
            ",;q=1,,",
        ];
        for accept in activity {
            assert_eq!(chosen("GET", "/@nord", Some(accept)), Way::SharedFederation, "{accept}");
        }
        for accept in pages {
            assert_eq!(chosen("GET", "/@nord", Some(accept)), Way::SharedPages, "{accept}");
        }
        assert_eq!(chosen("HEAD", "/", None), Way::SharedPages);
        assert_eq!(chosen("GET", "/media/1.jpg", Some("application/activity+json")), Way::Pages, "ORI-04");
    }

    #[test]
    fn fixed_paths_ask_nobody() {
        for (method, path, expected) in [
            ("GET", "/.well-known/webfinger?resource=acct:a@b", Way::Federation),
            ("GET", "/.well-known/nodeinfo", Way::Federation),
            ("GET", "/.well-known/host-meta", Way::Federation),
            ("GET", "/.well-known/host-meta.json", Way::Federation),
            ("GET", "/actor/mirror", Way::Federation),
            ("GET", "/nodeinfo/2.1", Way::Federation),
            ("POST", "/inbox", Way::Federation),
            ("POST", "/actors/1/inbox", Way::Federation),
            ("GET", "/actors/1/inbox", Way::Federation),
            ("POST", "/actors/1/outbox", Way::Programs),
            ("POST", "/@nord/upload", Way::Programs),
            ("GET", "/media/1.jpg", Way::Pages),
            ("GET", "/media/remote/inbox.jpg", Way::Pages),
            ("GET", "/actors/1/outbox", Way::SharedPages),
            ("GET", "/.well-known/security.txt", Way::SharedPages),
            ("POST", "/events", Way::Pages),
        ] {
            assert_eq!(chosen(method, path, Some("text/html")), expected, "{method} {path}");
        }
    }
}
