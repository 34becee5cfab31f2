//! Addresses that stand in `href`: only those a browser may follow safely.

use domain::actor::Actor;
use domain::place::Place;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use url::Url;

/// An address on the web; `None` for every other scheme.
pub(crate) fn web(url: &Url) -> Option<&str> {
    matches!(url.scheme(), "http" | "https").then(|| url.as_str())
}

/// An address on the web, a mailbox or a phone number; `None` for every other scheme.
pub(crate) fn contact(url: &Url) -> Option<&str> {
    matches!(url.scheme(), "http" | "https" | "mailto" | "tel").then(|| url.as_str())
}

/// The page about an actor: ours, or the one on its own server.
pub(crate) fn actor(actor: &Actor) -> String {
    if actor.is_local() { format!("/@{}", actor.handle) } else { web(&actor.page).unwrap_or("/").to_owned() }
}

/// The page of a place of our directory, as an event names it.
pub(crate) fn own_place(place: &Place) -> Option<String> {
    place.id.and(place.url.as_ref()).map(|url| url.path().to_owned())
}

/// Text as one value in a query.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Where a map shows a point, on OpenStreetMap; it is opened by a click only.
fn map(latitude: f64, longitude: f64) -> String {
    format!("https://www.openstreetmap.org/?mlat={latitude:.5}&mlon={longitude:.5}#map=18/{latitude:.5}/{longitude:.5}")
}

/// Where a map shows a place: its position, else a search for its street.
pub(crate) fn map_of(place: &Place) -> Option<String> {
    match place.position {
        Some(position) => Some(map(position.latitude, position.longitude)),
        None => place.street.as_ref().map(|street| {
            map_search(&[Some(street.clone()), place.town()].into_iter().flatten().collect::<Vec<_>>().join(", "))
        }),
    }
}

/// Where a map looks for an address.
fn map_search(address: &str) -> String {
    format!("https://www.openstreetmap.org/search?query={}", encoded(address))
}

/// A piece of a line: plain, or a phone number or mailbox to tap on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) href: Option<String>,
}

/// Cuts a line so that its phone numbers and mailboxes become links.
pub(crate) fn pieces(line: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = line;
    while let Some((before, found, href, after)) = first_link(rest) {
        if !before.is_empty() {
            pieces.push(Piece { text: before.to_owned(), href: None });
        }
        pieces.push(Piece { text: found.to_owned(), href: Some(href) });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece { text: rest.to_owned(), href: None });
    }
    pieces
}

/// What stands before the first phone number or mailbox, it itself, its address, and what follows.
fn first_link(line: &str) -> Option<(&str, &str, String, &str)> {
    let mut start = 0;
    for word in line.split_inclusive(' ') {
        let tail = line.get(start..)?;
        let bare = word.trim_end().trim_matches(|c: char| matches!(c, ',' | ';' | '.' | '(' | ')' | ':'));
        if let Ok(email) = bare.parse::<domain::account::Email>() {
            let at = start + word.find(bare)?;
            return Some((line.get(..at)?, bare, format!("mailto:{email}"), line.get(at + bare.len()..)?));
        }
        if let Some(length) = phone(tail) {
            let number = tail.get(..length)?;
            let dial: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            return Some((line.get(..start)?, number, format!("tel:{dial}"), tail.get(length..)?));
        }
        start += word.len();
    }
    None
}

/// The length of the phone number at the beginning: an area code with its 0 or +, and at least six digits in all.
fn phone(text: &str) -> Option<usize> {
    if !text.starts_with(['0', '+']) {
        return None;
    }
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '/'))).unwrap_or(text.len());
    let number = text.get(..end)?.trim_end_matches([' ', '-', '/']);
    let digits = number.chars().filter(char::is_ascii_digit).count();
    (6..=17).contains(&digits).then_some(number.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hrefs(line: &str) -> Vec<String> {
        assert_eq!(pieces(line).into_iter().map(|piece| piece.text).collect::<String>(), line);
        pieces(line).into_iter().filter_map(|piece| piece.href).collect()
    }

    #[test]
    fn phone_numbers_and_mailboxes_can_be_tapped() {
        assert_eq!(hrefs("Bürgerhaus Nord, 0209 169-6666"), ["tel:02091696666"]);
        assert_eq!(
            hrefs("bis 3.12. unter +49 209 1696666 oder chor@nord.example."),
            ["tel:+492091696666", "mailto:chor@nord.example"]
        );
        assert!(hrefs("am 05.12. um 09:30 in Raum 007").is_empty());
        assert!(hrefs("").is_empty());
    }

    #[test]
    fn only_web_addresses_are_linked() {
        let url = |text: &str| Url::parse(text).expect("a URL");
        assert!(web(&url("https://a.example/x")).is_some());
        for bad in
            ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "blob:https://a.example/1", "file:///etc/passwd"]
        {
            assert_eq!((web(&url(bad)), contact(&url(bad))), (None, None), "{bad}");
        }
        assert!(contact(&url("tel:+492091696666")).is_some());
    }
}
