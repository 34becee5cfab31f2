//! Events as microformats have them (`h-event`, and `vevent` of old), read along the tags of a page.

use domain::event::{Details, Status};
use domain::place::{Place, Position};

use super::event::{self, Moment};
use super::html::Piece;
use super::{Page, Part};

/// The most tags that are open at once.
const MAX_DEPTH: usize = 200;
/// The most properties that are read at once.
const MAX_CAPTURES: usize = 30;
/// The longest text of a property, in bytes.
const MAX_TEXT: usize = 40_000;
/// The most events of one page.
const MAX_EVENTS: usize = 2_000;

/// What is said of an event, in the order of the page: property and value.
#[derive(Default)]
struct Told {
    line: usize,
    said: Vec<(&'static str, String)>,
}

/// A property whose tag is open.
struct Capture {
    property: &'static str,
    depth: usize,
    text: String,
    /// What an attribute says in place of the text.
    value: Option<String>,
}

/// The classes that mean something, with what they mean here; those of old beside them.
const PROPERTIES: [(&str, &str); 21] = [
    ("p-name", "name"),
    ("dt-start", "start"),
    ("dt-end", "end"),
    ("p-location", "location"),
    ("p-summary", "short"),
    ("e-content", "content"),
    ("p-description", "content"),
    ("u-url", "url"),
    ("u-uid", "uid"),
    ("p-category", "category"),
    ("p-street-address", "street"),
    ("p-postal-code", "code"),
    ("p-locality", "town"),
    ("p-latitude", "latitude"),
    ("p-longitude", "longitude"),
    ("summary", "name"),
    ("dtstart", "start"),
    ("dtend", "end"),
    ("location", "location"),
    ("description", "content"),
    ("url", "url"),
];

/// Reads every event of a page.
pub(super) fn read(pieces: &[Piece], page: &Page, part: &mut Part) {
    for told in walk(pieces) {
        let details = details(&told, page);
        let uid = told.get("uid").or_else(|| told.get("url").filter(|url| !is_page(url, page)));
        let uid = uid.and_then(|uid| event::web_address(uid, page.url)).and_then(|uid| event::uid(uid.as_str()));
        let uid = uid.filter(|uid| part.reading.items.iter().all(|item| item.key.uid != *uid));
        event::keep(part, (uid, told.get("name").unwrap_or_default()), details, told.line);
    }
}

fn is_page(url: &str, page: &Page) -> bool {
    event::web_address(url, page.url).is_none_or(|url| url == *page.url)
}

impl Told {
    fn get(&self, property: &str) -> Option<&str> {
        self.said
            .iter()
            .find(|(name, _)| *name == property)
            .map(|(_, value)| value.trim())
            .filter(|text| !text.is_empty())
    }
}

/// Walks along the tags; what is open is a list and not a tree.
fn walk(pieces: &[Piece]) -> Vec<Told> {
    let mut done: Vec<Told> = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let mut captures: Vec<Capture> = Vec::new();
    // The event that is open, how deep it began, and how deep a card within it did.
    let mut event: Option<(Told, usize)> = None;
    let mut card: Option<usize> = None;
    for piece in pieces {
        match piece {
            Piece::Open { name, line, empty, .. } => {
                let classes: Vec<&str> =
                    piece.attribute("class").unwrap_or_default().split_ascii_whitespace().take(40).collect();
                let depth = open.len();
                if event.is_none()
                    && done.len() < MAX_EVENTS
                    && classes.iter().any(|class| matches!(*class, "h-event" | "vevent"))
                {
                    event = Some((Told { line: *line, said: Vec::new() }, depth));
                } else if event.is_some() {
                    let found = properties(&classes, card.is_some());
                    let is_card = classes.iter().any(|class| matches!(*class, "h-card" | "h-adr" | "vcard"));
                    if let Some((told, _)) = &mut event {
                        begin(piece, &found, (depth, *empty), &mut captures, told);
                    }
                    if is_card && card.is_none() && !empty {
                        card = Some(depth);
                    }
                }
                if !empty && depth < MAX_DEPTH {
                    open.push(name);
                }
            }
            Piece::Text(text) => {
                for capture in captures.iter_mut().filter(|capture| capture.text.len() < MAX_TEXT) {
                    capture.text.push_str(domain::html::cut(text, MAX_TEXT));
                }
            }
            Piece::Close(name) => {
                let Some(at) = open.iter().rposition(|one| one == name) else { continue };
                open.truncate(at);
                if let Some((told, began)) = &mut event {
                    finish(&mut captures, at, told);
                    card = card.filter(|began| *began < at);
                    if *began >= at {
                        done.extend(event.take().map(|(told, _)| told));
                        (card, captures) = (None, Vec::new());
                    }
                }
            }
        }
    }
    done
}

/// What the classes of a tag mean; within a card the name and the address are those of the place.
fn properties(classes: &[&str], in_card: bool) -> Vec<&'static str> {
    let known = classes.iter().filter_map(|class| PROPERTIES.iter().find(|(name, _)| name == class));
    let known = known.map(|(_, property)| *property);
    let mut found: Vec<&'static str> = known
        .filter_map(|property| match property {
            "name" if in_card => Some("location"),
            "url" | "uid" | "category" | "content" | "short" if in_card => None,
            other => Some(other),
        })
        .collect();
    found.dedup();
    found
}

fn begin(
    piece: &Piece,
    found: &[&'static str],
    (depth, empty): (usize, bool),
    captures: &mut Vec<Capture>,
    told: &mut Told,
) {
    let attribute = |names: &[&str]| names.iter().find_map(|name| piece.attribute(name)).map(str::to_owned);
    for property in found {
        let value = match *property {
            "start" | "end" => attribute(&["datetime", "title", "value"]),
            "url" | "uid" => attribute(&["href", "src", "value"]),
            _ => attribute(&["value"]).or_else(|| piece.opens("abbr").then(|| attribute(&["title"])).flatten()),
        };
        if empty {
            told.said.extend(value.or_else(|| attribute(&["alt", "content"])).map(|value| (*property, value)));
        } else if captures.len() < MAX_CAPTURES {
            captures.push(Capture { property, depth, text: String::new(), value });
        }
    }
}

/// Takes what is said by tags that end.
fn finish(captures: &mut Vec<Capture>, depth: usize, told: &mut Told) {
    while let Some(capture) = captures.pop_if(|capture| capture.depth >= depth) {
        let value = capture.value.unwrap_or(capture.text);
        told.said.push((capture.property, value));
    }
}

fn details(told: &Told, page: &Page) -> Result<Details, &'static str> {
    let zone = event::zone(page.options);
    let moment = |property| told.get(property).map(|text| event::moment(text, &zone).ok_or("import-date"));
    let (start, end): (Option<Moment>, Option<Moment>) =
        (moment("start").transpose()?, moment("end").and_then(Result::ok));
    let mut details = event::details(told.get("name").unwrap_or_default(), start, end, page.options)?;
    details.content = told.get("content").map(event::content).unwrap_or_default();
    details.short = told.get("short").and_then(|text| event::line(text, 300));
    details.link = told.get("url").and_then(|url| event::web_address(url, page.url)).or_else(|| Some(page.url.clone()));
    let part = |name, max| told.get(name).and_then(|text| event::line(text, max));
    details.place = told.get("location").and_then(|text| event::place(&event::line(text, 400)?)).map(|place| Place {
        street: part("street", 200).or(place.street),
        postal_code: part("code", 12).or(place.postal_code),
        locality: part("town", 200).or(place.locality),
        position: part("latitude", 30)
            .zip(part("longitude", 30))
            .and_then(|(lat, lon)| Position::new(lat.parse().ok()?, lon.parse().ok()?)),
        ..Place::named(place.name)
    });
    let words = told.said.iter().filter(|(name, _)| *name == "category").filter_map(|(_, word)| event::line(word, 50));
    details.tags = words.take(20).collect();
    let title = details.name.to_lowercase();
    if title.starts_with("abgesagt") || title.contains("fällt aus") || title.starts_with("cancelled") {
        details.status = Status::Cancelled;
    }
    Ok(details)
}
