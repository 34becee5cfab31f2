//! A web page that says its events: as JSON-LD, as microformats, or as a link to a calendar file.

use url::Url;

use super::html::{self, Piece};
use super::{Page, Part, event, json_ld, microformats};

/// Knows web pages with events or with a calendar, and bare JSON-LD.
pub(super) fn read(page: &Page) -> Option<Part> {
    if page.body.trim_ascii_start().starts_with(b"{") || page.body.trim_ascii_start().starts_with(b"[") {
        let mut part = Part::default();
        json_ld::read(&String::from_utf8_lossy(page.body), page, 1, &mut part);
        return is_something(&part).then_some(part);
    }
    if !html::is_html(page.body) {
        return None;
    }
    let pieces = html::pieces(page.body);
    let mut part = Part::default();
    for (script, line) in scripts(&pieces) {
        json_ld::read(script, page, line, &mut part);
    }
    if part.reading.items.is_empty() {
        microformats::read(&pieces, page, &mut part);
    }
    if part.reading.items.is_empty() {
        part.next.extend(calendar_of(&pieces, page.url));
    }
    part.reading.name = title(&pieces);
    Some(part).filter(is_something)
}

fn is_something(part: &Part) -> bool {
    !part.reading.items.is_empty() || !part.reading.refusals.is_empty() || !part.next.is_empty()
}

/// What stands in the scripts that are data, each with its line.
fn scripts(pieces: &[Piece]) -> impl Iterator<Item = (&str, usize)> {
    pieces.windows(2).filter_map(|pair| match pair {
        [open @ Piece::Open { line, .. }, Piece::Text(text)] if open.opens("script") => {
            let kind = open.attribute("type").unwrap_or_default();
            kind.trim().to_ascii_lowercase().starts_with("application/ld+json").then_some((text.as_str(), *line))
        }
        _ => None,
    })
}

/// The calendar file that a page names as another form of itself.
pub(super) fn calendar_of(pieces: &[Piece], base: &Url) -> Option<Url> {
    let is_calendar = |piece: &&Piece| {
        let has = |name, word: &str| {
            let value = piece.attribute(name).unwrap_or_default().to_ascii_lowercase();
            value.split([' ', ';']).any(|part| part == word)
        };
        piece.opens("link") && has("rel", "alternate") && has("type", "text/calendar")
    };
    let href = pieces.iter().find(is_calendar)?.attribute("href")?;
    event::web_address(&href.replacen("webcal://", "https://", 1), base)
}

/// The title of a page.
pub(super) fn title(pieces: &[Piece]) -> Option<String> {
    pieces.windows(2).find_map(|pair| match pair {
        [open, Piece::Text(text)] if open.opens("title") => event::line(text, 100),
        _ => None,
    })
}
