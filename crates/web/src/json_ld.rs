//! schema.org data for search engines and calendars (JSON-LD).

use std::collections::HashMap;

use domain::actor::Actor;
use domain::event::{Event, Status};
use domain::place::Place;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::links;
use crate::listing::beginning;

/// The address of a picture and its description.
type Image = (String, String);

/// An event as a `schema.org/Event`, fit for the inside of a script element.
pub(crate) fn event(told: &Event, author: &Actor, app: &App, image: Option<&Image>) -> String {
    let mut data = described(told, author, app, image);
    put(&mut data, "@context", json!("https://schema.org"));
    embedded(&data)
}

/// Events in full as a `schema.org/ItemList`, with the first pictures of those that have any.
pub(crate) fn full_list(
    app: &App,
    page: &str,
    (events, images): (&[(Event, Actor)], &HashMap<Uuid, Image>),
    licence: &str,
) -> Value {
    let items = events.iter().zip(1..).map(|((event, author), position)| {
        let item = described(event, author, app, images.get(&event.id));
        json!({ "@type": "ListItem", "position": position, "item": item })
    });
    let items: Vec<Value> = items.collect();
    json!({
        "@context": "https://schema.org",
        "@type": "ItemList",
        "url": page,
        "name": app.instance.settings().name,
        "usageInfo": licence,
        "numberOfItems": items.len(),
        "itemListElement": items,
    })
}

fn described(event: &Event, author: &Actor, app: &App, image: Option<&Image>) -> Value {
    let details = &event.details;
    let zone = details.zone();
    let mut data = json!({
        "@type": "Event",
        "@id": event.url.as_str(),
        "url": event.page.as_str(),
        "name": details.name,
        "startDate": date(details.starts_at, &zone, details.all_day),
        "eventStatus": status(details.status),
        "eventAttendanceMode": mode(details.place.is_some(), details.online.as_ref().and_then(links::web).is_some()),
        "location": location(details.place.as_ref(), details.online.as_ref()),
        "organizer": { "@type": "Organization", "name": author.name, "url": author.page.as_str() },
        "isAccessibleForFree": details.free,
    });
    if !details.open_end {
        put(&mut data, "endDate", date(details.ends_at, &zone, details.all_day));
    }
    if let Some(short) = &details.short {
        put(&mut data, "disambiguatingDescription", json!(short));
    }
    let text = beginning(&details.content, 2000);
    if !text.is_empty() {
        put(&mut data, "description", json!(text));
    }
    if !details.languages.is_empty() {
        put(&mut data, "inLanguage", json!(details.languages));
    }
    if let Some(url) = details.registration_url.as_ref().and_then(links::web) {
        put(&mut data, "offers", json!({ "@type": "Offer", "url": url }));
    }
    for (name, value) in further(event, image) {
        put(&mut data, name, value);
    }
    put(
        &mut data,
        "publisher",
        json!({ "@type": "Organization", "name": app.instance.settings().name, "url": app.url("/") }),
    );
    data
}

/// What only some events say.
fn further(event: &Event, image: Option<&Image>) -> Vec<(&'static str, Value)> {
    let (details, zone) = (&event.details, event.details.zone());
    let theme = details.category.map(domain::category::Category::slug);
    let keywords: Vec<&str> = theme.into_iter().chain(details.tags.iter().map(String::as_str)).collect();
    let audience = |who: &String| json!({ "@type": "Audience", "audienceType": who });
    let picture = |(address, words): &Image| json!({ "@type": "ImageObject", "url": address, "caption": words });
    let known = [
        ("doorTime", details.doors_at.map(|at| date(at, &zone, false))),
        ("keywords", (!keywords.is_empty()).then(|| json!(keywords))),
        ("audience", details.audience.as_ref().map(audience)),
        ("maximumAttendeeCapacity", details.capacity.map(|seats| json!(seats))),
        ("image", image.map(picture)),
        ("dateModified", Some(json!(event.updated_at.to_string()))),
    ];
    known.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// How many events of a list search engines are told; the rest is on the events' own pages.
const LIST: usize = 50;

/// A list of events as a `schema.org/ItemList`, fit for the inside of a script element.
pub(crate) fn list(events: &[(Event, Actor)]) -> String {
    let items = events.iter().take(LIST).zip(1..).map(|((event, _), position)| {
        json!({ "@type": "ListItem", "position": position, "name": event.details.name, "url": event.page.as_str() })
    });
    let items: Vec<Value> = items.collect();
    embedded(&json!({ "@context": "https://schema.org", "@type": "ItemList", "itemListElement": items }))
}

/// Adds a property.
fn put(data: &mut Value, name: &str, value: Value) {
    if let Some(object) = data.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}

/// JSON that cannot end the element it stands in.
fn embedded(data: &Value) -> String {
    let text = data.to_string();
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            other => safe.push(other),
        }
    }
    safe
}

fn date(at: Timestamp, zone: &TimeZone, all_day: bool) -> Value {
    let at = at.to_zoned(zone.clone());
    if all_day { json!(at.date().to_string()) } else { json!(at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()) }
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Confirmed | Status::Tentative => "https://schema.org/EventScheduled",
        Status::Cancelled => "https://schema.org/EventCancelled",
    }
}

fn mode(place: bool, online: bool) -> &'static str {
    match (place, online) {
        (true, true) => "https://schema.org/MixedEventAttendanceMode",
        (false, true) => "https://schema.org/OnlineEventAttendanceMode",
        _ => "https://schema.org/OfflineEventAttendanceMode",
    }
}

fn location(place: Option<&Place>, online: Option<&url::Url>) -> Value {
    let place = place.map(|place| {
        let mut data = json!({
            "@type": "Place",
            "name": place.name,
            "address": {
                "@type": "PostalAddress",
                "streetAddress": place.street,
                "postalCode": place.postal_code,
                "addressLocality": place.locality,
            },
        });
        if let Some(position) = place.position {
            put(
                &mut data,
                "geo",
                json!({ "@type": "GeoCoordinates", "latitude": position.latitude, "longitude": position.longitude }),
            );
        }
        data
    });
    let online = online.and_then(links::web).map(|url| json!({ "@type": "VirtualLocation", "url": url }));
    match (place, online) {
        (Some(place), Some(online)) => json!([place, online]),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_end_the_script_element() {
        let text = embedded(&json!({ "name": "</script><script>alert(1)</script>&\u{2028}" }));
        assert!(!text.contains(['<', '>', '&', '\u{2028}']), "{text}");
        assert!(text.contains("\\u003c/script\\u003e"));
    }
}
