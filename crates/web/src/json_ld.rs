//! schema.org data for search engines and calendars (JSON-LD).

use calendar::hours::Hours;
use domain::access::{self, Access, Answer, Fact};
use std::collections::HashMap;

use domain::actor::Actor;
use domain::directory::Entry;
use domain::event::{Details, Event, Status};
use domain::moved::Moved;
use domain::place::Place;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::links;
use crate::listing::beginning;

/// The address of a picture and its description.
pub(crate) type Image = (String, String);

/// An event as a `schema.org/Event`, fit for the inside of a script element; with its picture, and with how many seats there
/// are and are left, where that is said.
pub(crate) fn event(
    (told, author): (&Event, &Actor),
    app: &App,
    (image, seats): (Option<&Image>, Option<(u32, i64)>),
) -> String {
    let mut data = described(told, author, app, image);
    if let Some((seats, left)) = seats {
        put(&mut data, "maximumAttendeeCapacity", json!(seats));
        put(&mut data, "remainingAttendeeCapacity", json!(left));
    }
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
    let access = details.effective_access();
    let place = details.place.clone().map(|place| Place { access, ..place });
    let mut data = json!({
        "@type": "Event",
        "@id": event.url.as_str(),
        "url": event.page.as_str(),
        "name": details.name,
        "startDate": date(details.starts_at, &zone, details.all_day),
        "eventStatus": status(details),
        "eventAttendanceMode": mode(details.place.is_some(), details.online.as_ref().and_then(links::web).is_some()),
        "location": location(place.as_ref(), details.online.as_ref()),
        "organizer": { "@type": "Organization", "name": author.name, "url": author.page.as_str() },
        "isAccessibleForFree": details.free,
    });
    if let Some(start) = details.moved.start {
        put(&mut data, "previousStartDate", date(start, &zone, details.all_day));
    }
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

/// A place as a `schema.org/Place`, fit for the inside of a script element.
pub(crate) fn place(entry: &Entry, address: &url::Url) -> String {
    let facts = &entry.listing.facts;
    let mut data = place_data(&Place { url: None, ..entry.snapshot(address.clone()) });
    put(&mut data, "@context", json!("https://schema.org"));
    put(&mut data, "@id", json!(address.as_str()));
    put(&mut data, "url", json!(address.as_str()));
    if let Some(about) = &facts.about {
        put(&mut data, "description", json!(about));
    }
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let week = facts.hours.as_deref().and_then(|hours| Hours::read(hours).ok()).map(|hours| hours.week());
    let opens = week.into_iter().flatten().zip(days).flat_map(|(spans, day)| {
        let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
        spans.into_iter().map(move |span| {
            json!({
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": format!("https://schema.org/{day}"),
                "opens": clock(span.opens),
                // The end of the day by its last minute: midnight is its beginning.
                "closes": if span.closes == 24 * 60 { "23:59".to_owned() } else { clock(span.closes) },
            })
        })
    });
    let opens: Vec<Value> = opens.collect();
    if !opens.is_empty() {
        put(&mut data, "openingHoursSpecification", json!(opens));
    }
    embedded(&data)
}

/// What is known of access, as schema.org has it.
fn amenities(access: &Access) -> Vec<Value> {
    let feature = |(key, fact): (&str, &Fact)| {
        let value = match fact.value {
            access::Value::Answer(Answer::Yes) => json!(true),
            access::Value::Answer(Answer::No) => json!(false),
            access::Value::Answer(Answer::Partly) => json!("partly"),
            access::Value::Centimetres(width) => json!(width),
        };
        json!({ "@type": "LocationFeatureSpecification", "name": key, "value": value })
    };
    access.known().map(feature).collect()
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

/// schema.org has no word for what is not sure yet.
fn status(details: &Details) -> &'static str {
    let moved = &details.moved;
    match details.status {
        Status::Cancelled if moved.postponed => "https://schema.org/EventPostponed",
        Status::Cancelled => "https://schema.org/EventCancelled",
        _ if moved.start.is_some() => "https://schema.org/EventRescheduled",
        _ if Moved::is_online(details) => "https://schema.org/EventMovedOnline",
        Status::Confirmed | Status::Tentative => "https://schema.org/EventScheduled",
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
    let place = place.map(place_data);
    let online = online.and_then(links::web).map(|url| json!({ "@type": "VirtualLocation", "url": url }));
    match (place, online) {
        (Some(place), Some(online)) => json!([place, online]),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => Value::Null,
    }
}

fn place_data(place: &Place) -> Value {
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
    if let Some(url) = &place.url {
        put(&mut data, "@id", json!(url.as_str()));
    }
    let amenities = amenities(&place.access);
    if !amenities.is_empty() {
        put(&mut data, "amenityFeature", json!(amenities));
    }
    data
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
