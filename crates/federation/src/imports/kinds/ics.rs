//! A calendar file.

use calendar::ics::read;

use super::{Page, Part};

/// Knows whatever begins a calendar; a calendar may have words before it.
pub(super) fn read(page: &Page) -> Option<Part> {
    let start = page.body.get(..page.body.len().min(1_024)).unwrap_or_default();
    let text = String::from_utf8_lossy(start).to_uppercase();
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    if text.starts_with(['<', '{', '[']) || !text.contains("BEGIN:VCALENDAR") {
        return None;
    }
    Some(Part { reading: read::read(page.body, page.options), ..Part::default() })
}
