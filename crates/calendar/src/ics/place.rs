//! `LOCATION` (RFC 5545 section 3.8.1.7): one line of text becomes a place, as far as it looks like an address.

use domain::html;
use domain::place::Place;
use url::Url;

/// What a `LOCATION` turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Location {
    /// A place in the world.
    Place(Place),
    /// An address to join at.
    Online(Url),
}

/// The longest name a place may have.
const MAX_NAME: usize = 200;
/// The most parts that are told apart.
const MAX_PARTS: usize = 12;
/// Last words that say nothing here.
const COUNTRIES: [&str; 7] = ["Deutschland", "Germany", "Österreich", "Austria", "Schweiz", "Switzerland", "DE"];
/// How German street names end.
const STREETS: [&str; 18] = [
    "straße",
    "strasse",
    "str.",
    "str",
    "weg",
    "platz",
    "allee",
    "gasse",
    "ring",
    "damm",
    "ufer",
    "markt",
    "chaussee",
    "pfad",
    "steig",
    "stieg",
    "promenade",
    "wall",
];
/// What has a number and is no street.
const ROOMS: [&str; 12] =
    ["raum", "saal", "zimmer", "haus", "etage", "halle", "room", "hall", "gebäude", "ebene", "eg", "og"];

/// Reads a location; `None` if nothing is left of it.
pub fn read(text: &str) -> Option<Location> {
    let text: String = text.chars().take(2_000).collect();
    if let Some(url) = web_address(text.trim()) {
        return Some(Location::Online(url));
    }
    let mut parts: Vec<String> = text
        .splitn(MAX_PARTS, [',', '\n'])
        .map(|part| html::line(part, MAX_NAME))
        .filter(|part| !part.is_empty())
        .collect();
    if parts.len() > 1 && parts.last().is_some_and(|last| COUNTRIES.contains(&last.as_str())) {
        parts.pop();
    }
    let mut place = Place::default();
    take_town(&mut parts, &mut place);
    place.name = html::line(&parts.join(", "), MAX_NAME);
    if place.name.is_empty() {
        place.name = place.street.clone().or_else(|| place.locality.clone())?;
    }
    Some(Location::Place(place))
}

/// An `http` or `https` address of bearable length.
pub fn web_address(text: &str) -> Option<Url> {
    let text = text.trim();
    if text.len() > 2_000 || text.contains(char::is_whitespace) {
        return None;
    }
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
}

/// Moves street, postal code and town from `parts` into `place`, where they look like it.
fn take_town(parts: &mut Vec<String>, place: &mut Place) {
    if let Some((index, code, town)) =
        parts.iter().enumerate().find_map(|(index, part)| town(part).map(|(c, t)| (index, c, t)))
    {
        place.postal_code = Some(code);
        place.locality = Some(town);
        parts.remove(index);
        if let Some(before) =
            index.checked_sub(1).filter(|before| parts.get(*before).is_some_and(|part| is_street(part, true)))
        {
            place.street = Some(parts.remove(before));
        }
        return;
    }
    let Some(index) = parts.iter().skip(1).position(|part| is_street(part, false)).map(|index| index + 1) else {
        return;
    };
    let no_figures = |part: &String| !part.contains(|c: char| c.is_ascii_digit());
    if parts.len() == index + 2 && parts.last().is_some_and(no_figures) {
        place.locality = parts.pop();
    }
    if parts.len() == index + 1 {
        place.street = parts.pop();
    }
}

/// `45881 Gelsenkirchen`, `D-45881 Gelsenkirchen`, `1010 Wien`.
fn town(part: &str) -> Option<(String, String)> {
    let part = part.strip_prefix("D-").or_else(|| part.strip_prefix("A-")).unwrap_or(part);
    let (code, town) = part.split_once(' ')?;
    let figures = (4..=5).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
    let letters = town.trim().starts_with(char::is_alphabetic);
    (figures && letters).then(|| (code.to_owned(), town.trim().to_owned()))
}

/// Whether a part reads like a street: by its ending, or beside a town (`lenient`) by a number behind a name.
fn is_street(part: &str, lenient: bool) -> bool {
    let words: Vec<String> = part.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let is_number = |word: &String| word.starts_with(|c: char| c.is_ascii_digit());
    let room = words.first().is_some_and(|first| ROOMS.contains(&first.trim_end_matches('.')));
    let numbered = words.iter().skip(1).any(is_number) && words.first().is_some_and(|first| !is_number(first));
    let street = words.iter().any(|word| STREETS.iter().any(|ending| word.ends_with(ending)));
    !room && if lenient { street || numbered } else { street && numbered }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, street, postal code, town; `-` for what is not known.
    fn parts(text: &str) -> [String; 4] {
        let Some(Location::Place(place)) = read(text) else { return Default::default() };
        let or = |part: Option<String>| part.unwrap_or_else(|| "-".into());
        [place.name, or(place.street), or(place.postal_code), or(place.locality)]
    }

    #[test]
    fn german_addresses_are_taken_apart() {
        for (text, expected) in [
            ("Bürgerhaus Nord", ["Bürgerhaus Nord", "-", "-", "-"]),
            (
                "Bürgerhaus Nord, Hauptstraße 5, 45881 Gelsenkirchen",
                ["Bürgerhaus Nord", "Hauptstraße 5", "45881", "Gelsenkirchen"],
            ),
            (
                "Bürgerhaus Nord\nHauptstr. 5-7\n45881 Gelsenkirchen\nDeutschland",
                ["Bürgerhaus Nord", "Hauptstr. 5-7", "45881", "Gelsenkirchen"],
            ),
            (
                "Bürgerhaus, Saal 2, Am Bahnhof 12 a, D-45881 Bad Salzuflen",
                ["Bürgerhaus, Saal 2", "Am Bahnhof 12 a", "45881", "Bad Salzuflen"],
            ),
            ("Bürgerhaus, Saal 2, 45881 Gelsenkirchen", ["Bürgerhaus, Saal 2", "-", "45881", "Gelsenkirchen"]),
            (
                "Hauptstraße 5, 45881 Gelsenkirchen, Germany",
                ["Hauptstraße 5", "Hauptstraße 5", "45881", "Gelsenkirchen"],
            ),
            ("Café Mira, Lindenallee 3, Gelsenkirchen", ["Café Mira", "Lindenallee 3", "-", "Gelsenkirchen"]),
            ("Café Mira, Lindenallee 3", ["Café Mira", "Lindenallee 3", "-", "-"]),
            ("Alter Markt, Platz vor der Kirche", ["Alter Markt, Platz vor der Kirche", "-", "-", "-"]),
            ("Bibliothek, Raum 5", ["Bibliothek, Raum 5", "-", "-", "-"]),
            ("Musée d'Orsay, Paris", ["Musée d'Orsay, Paris", "-", "-", "-"]),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn a_web_address_is_where_to_join_and_nothing_else_is() {
        assert!(matches!(read(" https://treff.example/raum "), Some(Location::Online(_))));
        assert!(matches!(read("javascript:alert(1)"), Some(Location::Place(_))));
        assert_eq!(read(" , \n ,"), None);
    }
}
