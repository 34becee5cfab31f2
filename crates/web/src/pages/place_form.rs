//! The form of a place: from what was typed to a draft, and back.

use calendar::hours::Hours;
use domain::directory::{Draft, Facts, Kind, Listing, MAX_ROOMS, Room};
use domain::invalid::Invalid;
use domain::place::Position;
use jiff::civil::Date;

use crate::access;
use crate::forms::{self, Fields, web_address};
use crate::pages::event_form::{self, text};
use crate::visitor::Visitor;

/// How many empty rooms the form offers beside those there are.
const SPARE_ROOMS: usize = 2;

/// Reads the form over `base`, what the place said before; `today` is the last day somebody can have looked.
pub(crate) fn read(fields: &Fields, base: &Listing, today: Date) -> Result<Draft, Invalid> {
    let mut invalid = Invalid::default();
    let website = fields.filled("website").map(web_address).transpose();
    invalid.unless(website.is_ok(), "website", "invalid-link");
    let hours = text(fields, "hours", 500);
    let readable = hours.as_deref().is_none_or(|hours| Hours::read(hours).is_ok());
    invalid.unless(readable, "hours", "places-hours-wrong");
    let position = position(fields.value("position"));
    invalid.unless(position.is_ok(), "position", "places-position-wrong");
    let kind = Kind::from_name(fields.value("kind"));
    invalid.unless(kind.is_some(), "kind", "places-kind-missing");
    let facts = Facts {
        about: Some(forms::line(fields.value("about"), 2000)).filter(|about| !about.is_empty()),
        street: text(fields, "street", 1000),
        postal_code: text(fields, "postal_code", 12),
        locality: text(fields, "locality", 1000),
        stop: text(fields, "stop", 1000),
        hours,
        contact: text(fields, "contact", 1000),
        operator: text(fields, "operator", 1000),
        website: website.unwrap_or_default(),
        languages: event_form::languages(fields, &base.facts.languages),
        access: access::read_dated(fields, &base.facts.access, today, &mut invalid),
        access_note: text(fields, "access_note", 1000),
        rooms: rooms(fields, &mut invalid),
        osm: text(fields, "osm", 40),
    };
    let listing = Listing {
        name: forms::line(fields.value("place"), 300),
        kind: kind.unwrap_or(Kind::OTHER),
        position: position.unwrap_or_default(),
        keeper: base.keeper,
        facts,
    };
    match Draft::new(listing) {
        Ok(draft) => invalid.or(draft),
        Err(rules) => {
            invalid.problems.extend(rules.problems);
            Err(invalid)
        }
    }
}

/// `51.5123, 7.1045`, or `51,5123 7,1045` as Germans write it: degrees north, then east.
fn position(typed: &str) -> Result<Option<Position>, ()> {
    if typed.is_empty() {
        return Ok(None);
    }
    let parts = |separators: &[char]| -> Vec<String> {
        let parts = typed.split(separators).map(|part| part.trim_matches([',', '°', ' ']).replace(',', "."));
        parts.filter(|part| !part.is_empty()).collect()
    };
    // Without a space between them, a comma stands between the two.
    let spaced = parts(&[';', ' ']);
    let both = if spaced.len() == 2 { spaced } else { parts(&[',']) };
    let [north, east] = both.as_slice() else { return Err(()) };
    let (north, east) = north.parse().ok().zip(east.parse().ok()).ok_or(())?;
    Position::new(north, east).map(Some).ok_or(())
}

fn rooms(fields: &Fields, invalid: &mut Invalid) -> Vec<Room> {
    let mut rooms = Vec::new();
    for number in 1..=MAX_ROOMS {
        let part = |name: &str| text(fields, &format!("room_{number}_{name}"), 200);
        let mut figure = |name: &str, most: u32| {
            let typed = part(name)?;
            let read = typed.parse().ok().filter(|figure| (1..=most).contains(figure));
            invalid.unless(read.is_some(), "rooms", "places-room-figure");
            read
        };
        let (square_metres, seats) = (figure("size", 100_000), figure("seats", 100_000));
        if let Some(name) = part("name") {
            rooms.push(Room {
                name,
                square_metres,
                seats,
                price: part("price"),
                contact: part("contact"),
                access: part("access"),
            });
        }
    }
    rooms
}

/// The form of a place as it is.
pub(crate) fn fill(listing: &Listing) -> Fields {
    let mut fields = Fields::default();
    let facts = &listing.facts;
    fields.set("place", &listing.name);
    fields.set("kind", listing.kind.name);
    let position = listing.position.map(|at| format!("{}, {}", at.latitude, at.longitude));
    let words = [
        ("position", &position),
        ("about", &facts.about),
        ("street", &facts.street),
        ("postal_code", &facts.postal_code),
        ("locality", &facts.locality),
        ("stop", &facts.stop),
        ("hours", &facts.hours),
        ("contact", &facts.contact),
        ("operator", &facts.operator),
        ("access_note", &facts.access_note),
        ("osm", &facts.osm),
    ];
    for (name, value) in words {
        fields.set(name, value.as_deref().unwrap_or_default());
    }
    fields.set("website", facts.website.as_ref().map_or("", |url| url.as_str()));
    event_form::fill_choices(&mut fields, &facts.access, &facts.languages);
    for (room, number) in facts.rooms.iter().zip(1..) {
        let figure = |figure: Option<u32>| figure.map(|figure| figure.to_string());
        let parts = [
            ("name", Some(room.name.clone())),
            ("size", figure(room.square_metres)),
            ("seats", figure(room.seats)),
            ("price", room.price.clone()),
            ("contact", room.contact.clone()),
            ("access", room.access.clone()),
        ];
        for (name, value) in parts {
            fields.set(format!("room_{number}_{name}"), value.unwrap_or_default());
        }
    }
    fields
}

/// One room in the form: the names of its fields with their labels, and its number.
pub(crate) struct RoomFields {
    pub(crate) number: usize,
    pub(crate) fields: Vec<(String, String)>,
}

/// The rooms that the form shows: those that are filled in, and some to fill in.
pub(crate) fn room_fields(visitor: &Visitor, fields: &Fields) -> Vec<RoomFields> {
    let mut filled = (1..=MAX_ROOMS).filter(|number| fields.filled(&format!("room_{number}_name")).is_some());
    let shown = (filled.next_back().unwrap_or(0) + SPARE_ROOMS).min(MAX_ROOMS);
    let room = |number| {
        let field = |name: &str| (format!("room_{number}_{name}"), visitor.text(&format!("places-room-{name}")));
        RoomFields { number, fields: ["name", "size", "seats", "price", "contact", "access"].map(field).into() }
    };
    (1..=shown).map(room).collect()
}

/// What in the opening hours cannot be read, and where.
pub(crate) fn hours_problem(visitor: &Visitor, fields: &Fields) -> Option<String> {
    let problem = Hours::read(fields.filled("hours")?).err()?;
    let at = problem.at.to_string();
    let key = if problem.word.is_empty() { "places-hours-wrong-end" } else { "places-hours-wrong-at" };
    Some(visitor.text_with(key, &[("at", &at), ("typed", &problem.word)]))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn empty() -> Listing {
        Listing { name: String::new(), kind: Kind::OTHER, position: None, keeper: None, facts: Facts::default() }
    }

    fn typed(pairs: &[(&str, &str)]) -> Fields {
        let mut fields = Fields::default();
        for (name, value) in [("place", "Bürgerhaus"), ("kind", "community")].iter().chain(pairs) {
            fields.set(*name, *value);
        }
        fields
    }

    #[test]
    fn a_place_goes_through_its_own_form_unchanged() {
        let today = date(2026, 11, 23);
        let fields = typed(&[
            ("position", "51.5123, 7.1045"),
            ("hours", "Mo-Fr 09:00-12:00; PH off"),
            ("access_step_free", "yes"),
            ("access_door_cm", "90"),
            ("access_note_step_free", "Rampe"),
            ("access_checked_on", "2026-03-01"),
            ("access_checked_by", "Seniorenbeirat"),
            ("room_1_name", "Saal"),
            ("room_1_size", "80"),
            ("room_3_name", "Küche"),
            ("website", "haus.example"),
            ("language_de", "yes"),
        ]);
        let first = read(&fields, &empty(), today).expect("a draft").listing().clone();
        assert_eq!(first.facts.rooms.len(), 2);
        assert_eq!(first.position, Position::new(51.5123, 7.1045));
        let again = read(&fill(&first), &first, today).expect("a draft");
        assert_eq!(again.listing(), &first);
    }

    #[test]
    fn a_point_is_read_with_points_and_with_commas() {
        for typed in ["51.5123, 7.1045", "51.5123,7.1045", "51,5123 7,1045", "51,5123, 7,1045", "51.5123°; 7.1045°"] {
            assert_eq!(position(typed), Ok(Position::new(51.5123, 7.1045)), "{typed}");
        }
        for typed in ["51.5", "51,5123,7,1045", "a b", "1 2 3", "91 7", "NaN, 7"] {
            assert_eq!(position(typed), Err(()), "{typed}");
        }
        assert_eq!(position(""), Ok(None));
    }

    #[test]
    fn every_slip_is_named_at_its_field_and_no_coordinates_are_fine() {
        let problem = |field: &'static str, value: &str| {
            let read = read(&typed(&[(field, value)]), &empty(), date(2026, 11, 23));
            read.expect_err("a problem").problems.first().map(|problem| (problem.field, problem.message))
        };
        assert_eq!(problem("hours", "immer"), Some(("hours", "places-hours-wrong")));
        assert_eq!(problem("position", "51.5"), Some(("position", "places-position-wrong")));
        assert_eq!(problem("position", "91, 7"), Some(("position", "places-position-wrong")));
        assert_eq!(problem("kind", "castle"), Some(("kind", "places-kind-missing")));
        assert_eq!(problem("room_1_seats", "viele"), Some(("rooms", "places-room-figure")));
        assert_eq!(problem("osm", "hier"), Some(("osm", "places-osm-wrong")));
        assert_eq!(problem("place", "X"), Some(("place", "invalid-name-short")));
        assert!(read(&typed(&[]), &empty(), date(2026, 11, 23)).is_ok());
    }
}
