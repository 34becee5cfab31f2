//! The directory of places: what is known of a house, a garden, a bookcase.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;

use crate::access::Access;
use crate::invalid::Invalid;
use crate::place::{Place, Position};

/// What a place is; the message key is `places-kind-NAME`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The name in addresses, forms and the database.
    pub name: &'static str,
    /// How OpenStreetMap says it; nothing where it has no one word.
    pub osm: Option<(&'static str, &'static str)>,
}

/// Every kind, in the order of forms.
pub const KINDS: [Kind; 19] = [
    kind("community", "amenity", "community_centre"),
    kind("advice", "amenity", "social_facility"),
    kind("library", "amenity", "library"),
    kind("worship", "amenity", "place_of_worship"),
    kind("school", "amenity", "school"),
    kind("nursery", "amenity", "kindergarten"),
    kind("sports", "leisure", "sports_centre"),
    kind("playground", "leisure", "playground"),
    kind("garden", "leisure", "garden"),
    kind("bookcase", "amenity", "public_bookcase"),
    kind("food", "amenity", "food_sharing"),
    kind("gifts", "amenity", "give_box"),
    kind("toilet", "amenity", "toilets"),
    kind("water", "amenity", "drinking_water"),
    kind("defibrillator", "emergency", "defibrillator"),
    kind("pharmacy", "amenity", "pharmacy"),
    kind("board", "information", "board"),
    kind("stop", "public_transport", "stop_position"),
    Kind { name: "other", osm: None },
];

const fn kind(name: &'static str, key: &'static str, value: &'static str) -> Kind {
    Kind { name, osm: Some((key, value)) }
}

impl Kind {
    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        KINDS.into_iter().find(|kind| kind.name == name)
    }

    /// Any other kind of place.
    pub const OTHER: Self = Self { name: "other", osm: None };
}

/// A room that can be rented.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Room {
    /// `Saal`.
    pub name: String,
    /// Its size in square metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub square_metres: Option<u32>,
    /// How many people find a seat.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seats: Option<u32>,
    /// What it costs, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// Whom to ask, if that is not who answers for the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// How one gets in, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access: Option<String>,
}

/// The most rooms of one place.
pub const MAX_ROOMS: usize = 12;

/// What no query asks for. What nobody filled in is missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// A few sentences about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Street and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// The postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// The town.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// The nearest stop and the way from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop: Option<String>,
    /// When it is open, in the notation of OpenStreetMap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// Whom to ask: a role and a number or mailbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Who runs it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// Its own page elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub website: Option<Url>,
    /// The languages spoken there, BCP 47 tags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Known facts about access; what is missing is unknown.
    #[serde(flatten)]
    pub access: Access,
    /// More about access in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_note: Option<String>,
    /// Rooms to rent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<Room>,
    /// What OpenStreetMap calls it: `node/123`. Nothing is taken over from there by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub osm: Option<String>,
}

/// Everything a place says.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// `Bürgerhaus Nord`.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Where it is on the map, if that is known.
    pub position: Option<Position>,
    /// The initiative whose speakers may change it, beside the editors.
    pub keeper: Option<Uuid>,
    /// Everything else.
    pub facts: Facts,
}

/// A place that may be kept: `Draft::new` checked it.
#[derive(Clone, Debug)]
pub struct Draft(Listing);

impl Draft {
    /// Checks every rule and names every problem by its form field.
    pub fn new(listing: Listing) -> Result<Self, Invalid> {
        let long = |text: Option<&String>, most| text.is_some_and(|text| text.chars().count() > most);
        let facts = &listing.facts;
        let mut invalid = Invalid::default();
        invalid.unless(listing.name.chars().count() >= 2, "place", "invalid-name-short");
        invalid.unless(!long(Some(&listing.name), 200), "place", "invalid-too-long");
        invalid.unless(!long(facts.about.as_ref(), 1000), "about", "invalid-too-long");
        let lines = [
            ("street", &facts.street),
            ("locality", &facts.locality),
            ("stop", &facts.stop),
            ("contact", &facts.contact),
            ("operator", &facts.operator),
            ("access_note", &facts.access_note),
        ];
        for (field, line) in lines {
            invalid.unless(!long(line.as_ref(), 300), field, "invalid-too-long");
        }
        invalid.unless(facts.osm.as_deref().is_none_or(is_osm), "osm", "places-osm-wrong");
        invalid.unless(facts.rooms.len() <= MAX_ROOMS, "rooms", "places-rooms-many");
        invalid.or(Self(listing))
    }

    /// What it says.
    pub fn listing(&self) -> &Listing {
        &self.0
    }
}

/// `node/123`, `way/123` or `relation/123`.
fn is_osm(id: &str) -> bool {
    let (kind, number) = id.split_once('/').unwrap_or_default();
    let digits = !number.is_empty() && number.len() <= 15 && number.chars().all(|c| c.is_ascii_digit());
    ["node", "way", "relation"].contains(&kind) && digits
}

/// A place of the directory.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Our key for it.
    pub id: Uuid,
    /// The last part of its address; it never changes.
    pub slug: String,
    /// What it says.
    pub listing: Listing,
    /// When somebody last said that all of it is right.
    pub confirmed_on: Option<Date>,
    /// When it was first kept.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Entry {
    /// The place as an event keeps it; `url` is the address of the entry.
    pub fn snapshot(&self, url: Url) -> Place {
        let facts = &self.listing.facts;
        Place {
            name: self.listing.name.clone(),
            street: facts.street.clone(),
            postal_code: facts.postal_code.clone(),
            locality: facts.locality.clone(),
            stop: facts.stop.clone(),
            position: self.listing.position,
            id: Some(self.id),
            url: Some(url),
            access: facts.access.clone(),
        }
    }

    /// Whether `place` is this one, judged by its name and, as far as both say it, its address; with `strictly` both have to.
    pub fn is(&self, place: &Place, strictly: bool) -> bool {
        let facts = &self.listing.facts;
        let same = |ours: &Option<String>, theirs: &Option<String>, needed: bool| match (ours, theirs) {
            (Some(ours), Some(theirs)) => key(ours) == key(theirs),
            _ => !needed,
        };
        key(&self.listing.name) == key(&place.name)
            && same(&facts.street, &place.street, strictly)
            && same(&facts.postal_code, &place.postal_code, false)
            && same(&facts.locality, &place.locality, false)
    }
}

/// A name or street as it is compared: small letters and digits, and one way to write streets.
pub fn key(text: &str) -> String {
    let text = text.to_lowercase().replace("straße", "str").replace("strasse", "str");
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// What the address of a place may end in: `buergerhaus-nord`.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in name.to_lowercase().chars() {
        match c {
            'ä' => slug.push_str("ae"),
            'ö' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            'a'..='z' | '0'..='9' => slug.push(c),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
        if slug.len() >= 60 {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "ort".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, street: Option<&str>) -> Entry {
        let facts = Facts { street: street.map(str::to_owned), ..Facts::default() };
        Entry {
            id: Uuid::nil(),
            slug: slug(name),
            listing: Listing { name: name.to_owned(), kind: Kind::OTHER, position: None, keeper: None, facts },
            confirmed_on: None,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn addresses_are_made_of_names() {
        assert_eq!(slug("Bürgerhaus  Nord (Saal 2)"), "buergerhaus-nord-saal-2");
        assert_eq!(slug("Дім"), "ort");
        assert!(slug(&"ä".repeat(300)).len() <= 61);
    }

    #[test]
    fn a_place_is_known_again_by_its_name_and_its_address() {
        let house = entry("Bürgerhaus Nord", Some("Teichstraße 3"));
        let place =
            |name: &str, street: Option<&str>| Place { street: street.map(str::to_owned), ..Place::named(name) };
        assert!(house.is(&place("bürgerhaus nord", Some("Teichstr. 3")), true));
        assert!(house.is(&place("Bürgerhaus Nord", None), false));
        assert!(!house.is(&place("Bürgerhaus Nord", None), true), "others have such a house too");
        assert!(!house.is(&place("Bürgerhaus Nord", Some("Am Markt 1")), false));
        let elsewhere = Place { postal_code: Some("10115".into()), ..place("Bürgerhaus Nord", Some("Teichstr. 3")) };
        let mut house = house;
        house.listing.facts.postal_code = Some("45881".into());
        assert!(!house.is(&elsewhere, true));
    }

    #[test]
    fn what_openstreetmap_calls_a_place_has_one_form() {
        for (osm, fine) in [("node/123", true), ("way/7", true), ("node/", false), ("node/12a", false), ("x/1", false)]
        {
            assert_eq!(is_osm(osm), fine, "{osm}");
        }
    }
}
