//! Mobilizon: the page of a group or of the instance leads to its calendar, which stays when its API changes.

use super::{Page, Part, html, page};

/// Knows the page of a group by its address, and any page by the calendar it names.
pub(super) fn read(at: &Page) -> Option<Part> {
    if !html::is_html(at.body) {
        return None;
    }
    let pieces = html::pieces(at.body);
    let named =
        page::calendar_of(&pieces, at.url).filter(|url| url.path().ends_with("/ics") && url.path().contains("/feed/"));
    let text = String::from_utf8_lossy(at.body.get(..at.body.len().min(400_000)).unwrap_or_default()).to_lowercase();
    let group = at.url.path().trim_end_matches('/');
    let is_group = text.contains("mobilizon") && group.starts_with("/@") && group.matches('/').count() == 1;
    let next = match named {
        Some(url) if text.contains("mobilizon") => Some(url),
        _ if is_group => at.url.join(&format!("{group}/feed/ics")).ok(),
        _ => None,
    };
    next.map(|url| Part { next: vec![url], ..Part::default() })
}
