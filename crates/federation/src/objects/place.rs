//! Places on the wire: one `Place` first, a `VirtualLocation` beside it where there is one.

use domain::access::{self, Fact};
use domain::directory::Entry;
use domain::event::Details;
use domain::html;
use domain::messages::text;
use domain::place::{Place, Position};
use serde_json::{Value, json};
use storage::Tx;
use url::Url;

use super::{attachment, event};
use crate::error::Result;
use crate::instance::Instance;
use crate::{paths, shape};

/// The `location` of an event; a list only when it is also online.
pub fn write_location(details: &Details) -> Option<Value> {
    let place = details.place.as_ref().map(write);
    let online = details.online.as_ref().map(|url| json!({ "type": "VirtualLocation", "name": "Online", "url": url }));
    match (place, online) {
        (Some(place), Some(online)) => Some(json!([place, online])),
        (place, online) => place.or(online),
    }
}

/// A place of the directory, without `@context`.
pub(crate) async fn document(tx: &mut Tx, instance: &Instance, entry: &Entry) -> Result<Value> {
    let url = instance.url(&paths::place(&entry.slug));
    let mut object = write(&entry.snapshot(url.clone()));
    let language = instance.settings().language;
    let facts = &entry.listing.facts;
    let fact = |(key, fact): (&str, &Fact)| {
        let value = match fact.value {
            access::Value::Answer(answer) => event::mobilizon_value(key, answer).to_owned(),
            access::Value::Centimetres(width) => width.to_string(),
        };
        let property = access::mobilizon_key(key).map_or_else(|| format!("access:{key}"), str::to_owned);
        json!({
            "type": "PropertyValue",
            "name": access::name(language, key),
            "propertyID": property,
            "value": value,
            "mediaType": "text/plain",
        })
    };
    let mut attached: Vec<Value> = facts.access.known().map(fact).collect();
    if let Some(hours) = &facts.hours {
        attached.push(json!({
            "type": "PropertyValue",
            "name": text(language, "places-hours"),
            "propertyID": "openingHours",
            "value": hours,
            "mediaType": "text/plain",
        }));
    }
    object["url"] = json!(url);
    object["attributedTo"] = json!(instance.quarter().url);
    object["summary"] = json!(facts.about.as_deref().map(html::escape));
    object["published"] = json!(entry.created_at.to_string());
    object["updated"] = json!(entry.updated_at.to_string());
    object["attachment"] = json!(attached);
    attachment::illustrate(tx, instance, entry.id, object).await
}

fn write(place: &Place) -> Value {
    let mut object = json!({ "type": "Place", "name": place.name });
    if let Some(url) = &place.url {
        object["id"] = json!(url);
    }
    if place.street.is_some() || place.town().is_some() {
        object["address"] = json!({
            "type": "PostalAddress",
            "streetAddress": place.street,
            "postalCode": place.postal_code,
            "addressLocality": place.locality,
        });
    }
    if let Some(position) = place.position {
        // Always with a decimal point: Mobilizon drops whole numbers.
        object["latitude"] = json!(position.latitude);
        object["longitude"] = json!(position.longitude);
    }
    object
}

/// The place and the online address of an event, in whatever shape they come.
pub fn read_location(object: &Value) -> (Option<Place>, Option<Url>) {
    let mut place = None;
    let mut online = None;
    for entry in shape::entries(object, "location").take(5) {
        if shape::kind(entry, |kind| (kind == "VirtualLocation").then_some(())).is_some() {
            online = online.or_else(|| shape::link(entry, "url"));
        } else {
            place = place.or_else(|| read(entry));
        }
    }
    (place, online)
}

fn read(entry: &Value) -> Option<Place> {
    if let Some(text) = entry.as_str() {
        return Some(Place::named(html::line(text, 200))).filter(|place| !place.name.is_empty());
    }
    let line = |object: &Value, name: &str| {
        shape::text(object, name).map(|text| html::line(text, 200)).filter(|text| !text.is_empty())
    };
    let mut place = Place::default();
    match shape::get(entry, "address") {
        Some(Value::String(text)) => place.street = Some(html::line(text, 200)).filter(|text| !text.is_empty()),
        Some(address) => {
            place.street = line(address, "streetAddress");
            place.postal_code = line(address, "postalCode");
            place.locality = line(address, "addressLocality");
        }
        None => {}
    }
    place.name = line(entry, "name").or_else(|| place.street.clone()).or_else(|| place.locality.clone())?;
    let geo = shape::get(entry, "geo").unwrap_or(entry);
    place.position = shape::number(geo, "latitude")
        .zip(shape::number(geo, "longitude"))
        .and_then(|(latitude, longitude)| Position::new(latitude, longitude));
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_in_every_shape() {
        let full = json!({"location": {"type": "Place", "name": "Bürgerhaus", "address": {"streetAddress": "Am Teich 3", "addressLocality": "Nordstadt", "postalCode": "45881"}, "latitude": 51.5, "longitude": 7}});
        let (place, online) = read_location(&full);
        let place = place.expect("a place");
        assert_eq!(place.one_line(), "Bürgerhaus, Am Teich 3, 45881 Nordstadt");
        assert_eq!(place.position, Position::new(51.5, 7.0));
        assert_eq!(online, None);
        for (odd, name) in [
            (json!("Am Markt"), Some("Am Markt")),
            (json!({"name": "Colosseo"}), Some("Colosseo")),
            (json!({"address": "Am Markt 1"}), Some("Am Markt 1")),
            (json!({"name": "Pol", "latitude": 91, "longitude": 1e308}), Some("Pol")),
            (json!([[]]), None),
            (json!(7), None),
        ] {
            let (place, _) = read_location(&json!({"location": odd}));
            assert_eq!(place.as_ref().map(|place| place.name.as_str()), name, "{odd}");
            assert_eq!(place.and_then(|place| place.position), None);
        }
    }

    #[test]
    fn an_online_event_has_its_address_beside_the_place() {
        let mut details = Details::new("Treffen", jiff::Timestamp::UNIX_EPOCH, jiff::Timestamp::MAX, "UTC");
        details.place = Some(Place { position: Position::new(52.0, 7.0), ..Place::named("Bürgerhaus") });
        details.online = Some("https://treffen.example/raum".parse().expect("a URL"));
        let location = write_location(&details).expect("a location");
        assert_eq!(location[0]["latitude"].to_string(), "52.0");
        assert_eq!(read_location(&json!({"location": location})), (details.place, details.online));
    }
}
