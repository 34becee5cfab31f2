//! Events as schema.org has them, in JSON-LD: alone, in arrays, in a graph, in a list, within another event.

use domain::category::Category;
use domain::event::{Details, Status};
use domain::place::{Place, Position};
use serde_json::Value;

use super::event::{self, Moment};
use super::{Page, Part};
use crate::shape;

/// How deep events are looked for.
const DEPTH: usize = 8;
/// How many things are looked at.
const MOST: usize = 20_000;
/// The most events of one page.
const MAX_EVENTS: usize = 5_000;

/// Reads one script; `line` is where it stands.
pub(super) fn read(text: &str, page: &Page, line: usize, part: &mut Part) {
    // Some programs put line breaks into strings, which is no JSON.
    let parsed = serde_json::from_str(text).or_else(|_| serde_json::from_str(&text.replace(['\n', '\r', '\t'], " ")));
    let Ok(value) = parsed else { return };
    let mut walk = Walk { page, line, left: MOST, part };
    walk.look(&value, 0);
}

struct Walk<'a, 'p> {
    page: &'a Page<'p>,
    line: usize,
    left: usize,
    part: &'a mut Part,
}

impl Walk<'_, '_> {
    fn look(&mut self, value: &Value, depth: usize) {
        if depth > DEPTH || self.left == 0 || self.part.reading.items.len() >= MAX_EVENTS {
            return;
        }
        self.left -= 1;
        match value {
            Value::Array(all) => all.iter().for_each(|one| self.look(one, depth + 1)),
            Value::Object(_) => {
                let is_event = is_event(value);
                let parts = shape::entries(value, "subEvent").count() + shape::entries(value, "subEvents").count();
                // A series whose dates are told is its dates.
                if is_event && !(parts > 0 && is_series(value)) {
                    self.event(value);
                }
                for name in
                    ["@graph", "itemListElement", "item", "mainEntity", "subEvent", "subEvents", "event", "events"]
                {
                    if let Some(inner) = value.get(name).filter(|inner| inner.is_object() || inner.is_array()) {
                        self.look(inner, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    fn event(&mut self, object: &Value) {
        let name = text(object, "name").unwrap_or_default();
        let address = text(object, "url").and_then(|url| event::web_address(&url, self.page.url));
        let id = text(object, "@id").and_then(|id| event::web_address(&id, self.page.url)).map(String::from);
        // The address of the page itself is that of all its events.
        let own = address.as_ref().filter(|url| *url != self.page.url).map(|url| url.as_str().to_owned());
        let uid = id.or(own).or_else(|| text(object, "identifier")).and_then(|uid| event::uid(&uid));
        let uid = uid.filter(|uid| self.part.reading.items.iter().all(|item| item.key.uid != *uid));
        let details = self.details(object, &name).map(|mut details| {
            details.link = address.or_else(|| Some(self.page.url.clone()));
            details
        });
        event::keep(self.part, (uid, &name), details, self.line);
    }

    fn details(&self, object: &Value, name: &str) -> Result<Details, &'static str> {
        let zone = event::zone(self.page.options);
        let moment = |property| {
            let said = text(object, property)?;
            Some(event::moment(&said, &zone).ok_or("import-date"))
        };
        let (start, end): (Option<Moment>, Option<Moment>) =
            (moment("startDate").transpose()?, moment("endDate").and_then(Result::ok));
        let mut details = event::details(name, start, end, self.page.options)?;
        details.doors_at = match moment("doorTime") {
            Some(Ok(Moment::At(doors))) if doors <= details.starts_at => Some(doors),
            _ => None,
        };
        details.content = text(object, "description").map(|words| event::content(&words)).unwrap_or_default();
        details.short = text(object, "disambiguatingDescription").and_then(|words| event::line(&words, 300));
        details.status = status(object);
        for location in shape::entries(object, "location") {
            self.put_location(location, &mut details);
        }
        put_terms(object, &mut details);
        Ok(details)
    }

    fn put_location(&self, location: &Value, details: &mut Details) {
        if let Some(words) = location.as_str() {
            details.place = details.place.take().or_else(|| event::place(words));
        } else if is_a(location, "VirtualLocation") {
            let url = text(location, "url").and_then(|url| event::web_address(&url, self.page.url));
            details.online = details.online.take().or(url);
        } else if details.place.is_none() {
            details.place = place(location);
        }
    }
}

fn place(location: &Value) -> Option<Place> {
    let part = |object: &Value, name, max| text(object, name).and_then(|words| event::line(&words, max));
    let name = part(location, "name", 200);
    let address = shape::entries(location, "address").next();
    let mut place = match address {
        Some(Value::String(words)) => {
            let read = event::place(&name.as_ref().map_or_else(|| words.clone(), |name| format!("{name}, {words}")));
            read.unwrap_or_default()
        }
        Some(object) => Place {
            street: part(object, "streetAddress", 200),
            postal_code: part(object, "postalCode", 12),
            locality: part(object, "addressLocality", 200),
            ..Place::default()
        },
        None => Place::default(),
    };
    if place.name.is_empty() {
        place.name = name.or_else(|| place.street.clone()).or_else(|| place.locality.clone())?;
    }
    let geo = shape::entries(location, "geo").next().unwrap_or(location);
    let number = |name| {
        let value = geo.get(name)?;
        value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
    };
    place.position = number("latitude").zip(number("longitude")).and_then(|(lat, lon)| Position::new(lat, lon));
    Some(place)
}

/// What it costs, in which language, for whom, and what it is about.
fn put_terms(object: &Value, details: &mut Details) {
    let offers = shape::entries(object, "offers").next();
    let price = offers.and_then(|offer| {
        let price = text(offer, "price").or_else(|| text(offer, "lowPrice"))?;
        let currency = text(offer, "priceCurrency").unwrap_or_default();
        Some((price, if currency == "EUR" { "€".to_owned() } else { currency }))
    });
    let is_free = shape::is_true(object, "isAccessibleForFree");
    match price {
        Some((price, _)) if price.trim().parse::<f64>() == Ok(0.0) => details.free = true,
        Some((price, currency)) => details.price = event::line(&format!("{price} {currency}"), 300),
        None => details.free = is_free,
    }
    let language = |value: &Value| {
        let tag = value.as_str().map(str::to_owned).or_else(|| text(value, "alternateName"))?;
        (2..=35).contains(&tag.len()).then_some(tag)
    };
    details.languages = shape::entries(object, "inLanguage").filter_map(language).take(10).collect();
    details.audience = shape::entries(object, "audience")
        .find_map(|audience| audience.as_str().map(str::to_owned).or_else(|| text(audience, "audienceType")))
        .and_then(|words| event::line(&words, 300));
    let words = shape::entries(object, "keywords").filter_map(Value::as_str).flat_map(|words| words.split(','));
    let words = words.filter_map(|word| event::line(word.trim().trim_start_matches('#'), 50));
    details.tags = words.take(20).collect();
    details.category = details.tags.iter().find_map(|tag| Category::from_wire(tag)).or_else(|| theme(object));
}

/// The theme that a type of event has.
fn theme(object: &Value) -> Option<Category> {
    const THEMES: [(&str, Category); 9] = [
        ("MusicEvent", Category::Music),
        ("TheaterEvent", Category::Culture),
        ("ExhibitionEvent", Category::Culture),
        ("LiteraryEvent", Category::Culture),
        ("ScreeningEvent", Category::Culture),
        ("SportsEvent", Category::Sports),
        ("FoodEvent", Category::Food),
        ("ChildrensEvent", Category::Family),
        ("EducationEvent", Category::Learning),
    ];
    THEMES.iter().find(|(kind, _)| is_a(object, kind)).map(|(_, theme)| *theme)
}

fn status(object: &Value) -> Status {
    match text(object, "eventStatus").as_deref().and_then(|status| status.rsplit('/').next()) {
        Some("EventCancelled" | "EventCanceled") => Status::Cancelled,
        Some("EventPostponed") => Status::Tentative,
        _ => Status::Confirmed,
    }
}

/// Whether the type of a thing is an event of any sort.
fn is_event(object: &Value) -> bool {
    kinds(object)
        .any(|kind| kind.ends_with("Event") || kind == "EventSeries" || kind == "Festival" || kind == "Hackathon")
}

fn is_series(object: &Value) -> bool {
    is_a(object, "EventSeries")
}

fn is_a(object: &Value, wanted: &str) -> bool {
    kinds(object).any(|kind| kind == wanted)
}

fn kinds(object: &Value) -> impl Iterator<Item = &str> {
    shape::entries(object, "@type").filter_map(Value::as_str).map(|kind| kind.rsplit(['/', ':']).next().unwrap_or(kind))
}

/// A text, a number or the first of several.
fn text(object: &Value, name: &str) -> Option<String> {
    let value = shape::entries(object, name).next()?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(_) => value.get("@value").or_else(|| value.get("@id"))?.as_str().map(str::to_owned),
        _ => None,
    }
}
