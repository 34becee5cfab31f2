//! Events on the wire, as FEP-8a8e says and as Mobilizon, Gancio, `WordPress` and Mastodon read them.

use calendar::{phrase, zone};
use domain::access::{self, Answer};
use domain::actor::Actor;
use domain::category::Category;
use domain::event::{Details, Draft, Event, Status, USUAL_LENGTH};
use domain::html;
use domain::invalid::Invalid;
use domain::language::Language;
use domain::moved::Moved;
use domain::participation::Attendance;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{attendance, note, place, plain};
use crate::instance::Settings;
use crate::shape::{self, PUBLIC};

/// The object of an event of ours to which so many come, without `@context`.
pub fn write(event: &Event, author: &Actor, settings: &Settings, attendance: &Attendance) -> Value {
    let details = &event.details;
    let zone = details.zone();
    let mut object = json!({
        "id": event.url,
        "type": "Event",
        "name": details.name,
        // Mastodon shows only the name, this line and a link: it decides whether a follower knows where to go.
        "summary": summary(details, settings.language),
        "content": details.content.as_str(),
        "contentMap": plain::content_map(settings.language.code(), details.content.as_str(), &details.plain),
        "startTime": with_offset(details.starts_at, &zone),
        "endTime": with_offset(details.ends_at, &zone),
        "displayEndTime": !details.open_end,
        "timezone": details.timezone,
        "attributedTo": author.url,
        "actor": author.url,
        "organizers": { "type": "Collection", "totalItems": 1, "items": [author.url] },
        "status": details.status.as_str(),
        "eventStatus": event_status(details),
        "isOnline": details.online.is_some(),
        "inLanguage": details.languages.first().map_or(settings.language.code(), String::as_str),
        "published": event.published_at.to_string(),
        "updated": event.updated_at.to_string(),
        "url": event.page,
        "to": [PUBLIC],
        "cc": author.followers.iter().collect::<Vec<_>>(),
        "tag": tags(details, settings),
        "attachment": attachments(details),
    });
    if let Some(location) = place::write_location(details) {
        object["location"] = location;
    }
    if let Some(start) = details.moved.start {
        object["previousStartDate"] = json!(with_offset(start, &zone));
    }
    if let Some(category) = details.category {
        object["category"] = json!(category.wire_name());
    }
    super::attendance::write(&mut object, event, attendance);
    object
}

/// Weekday, date, time and place as short HTML.
fn summary(details: &Details, language: Language) -> String {
    let line = html::escape(&phrase::summary_line(details, language));
    match &details.short {
        Some(short) => format!("<p>{line}</p><p>{}</p>", html::escape(short)),
        None => format!("<p>{line}</p>"),
    }
}

/// What a summary says beyond what its event says anyway: the line that our own begin with, and the whole text, which
/// Gancio says twice.
fn short(said: &str, details: &Details) -> Option<String> {
    // Whether its place has moved is seen later, and stands in the line already.
    let elsewhere = Moved { place: Some(String::new()), ..details.moved.clone() };
    let elsewhere = Details { moved: elsewhere, ..details.clone() };
    let lines =
        Language::ALL.into_iter().flat_map(|language| [details, &elsewhere].map(|said| summary(said, language)));
    let lines: Vec<String> = lines.collect();
    let rest = lines.iter().find_map(|line| said.strip_prefix(line.as_str())).unwrap_or(said);
    let text = html::line(rest, 300);
    (!text.is_empty() && text != html::line(details.content.as_str(), 300)).then_some(text)
}

/// A moment with the offset that its zone has then.
fn with_offset(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The schema.org name of a status, as FEP-8a8e has it.
fn event_status(details: &Details) -> &'static str {
    let moved = &details.moved;
    match details.status {
        Status::Cancelled if moved.postponed => "EventPostponed",
        Status::Cancelled => "EventCancelled",
        Status::Tentative => "EventTentative",
        Status::Confirmed if moved.start.is_some() => "EventRescheduled",
        Status::Confirmed if Moved::is_online(details) => "EventMovedOnline",
        Status::Confirmed => "EventScheduled",
    }
}

fn tags(details: &Details, settings: &Settings) -> Vec<Value> {
    let tag = |word: &String| {
        let mut href = settings.base_url.clone();
        href.set_path("/events");
        href.query_pairs_mut().append_pair("tag", word);
        json!({ "type": "Hashtag", "name": format!("#{}", word.replace(' ', "")), "href": href })
    };
    details.tags.iter().map(tag).collect()
}

/// Every entry has a `mediaType`: Gancio throws without it.
fn attachments(details: &Details) -> Vec<Value> {
    let mut attachments = Vec::new();
    if let Some(link) = details.link.as_ref().or(details.online.as_ref()) {
        attachments.push(json!({ "type": "Link", "name": "Website", "href": link, "mediaType": "text/html" }));
    }
    for (fact, answer) in details.effective_access().answers() {
        if let Some(key) = access::mobilizon_key(fact) {
            attachments.push(json!({
                "type": "PropertyValue",
                "name": key,
                "propertyID": key,
                "value": mobilizon_value(fact, answer),
                "mediaType": "text/plain",
            }));
        }
    }
    attachments
}

/// What a fact is by the words that Mobilizon has.
pub(crate) fn mobilizon_value(fact: &str, answer: Answer) -> &'static str {
    match (fact, answer) {
        ("step_free", Answer::Yes) => "fully",
        ("step_free", Answer::Partly) => "partially",
        (_, Answer::Yes | Answer::Partly) => "true",
        (_, Answer::No) => "no",
    }
}

/// Reads an event in whatever shape it comes; every problem by its property if it cannot be one.
pub fn read(object: &Value, settings: &Settings) -> Result<Draft, Invalid> {
    let language = settings.language.code();
    let words = |name: &str| shape::text_in(object, name, language).map(|(text, _)| text);
    let name = html::line(words("name").unwrap_or_default(), 200);
    let starts_at = shape::time(object, "startTime").ok_or_else(|| Invalid::one("startTime", "invalid-moment"))?;
    let hidden_end = shape::get(object, "displayEndTime").is_some_and(|shown| shown == false || shown == "false");
    let end = shape::time(object, "endTime").filter(|end| *end > starts_at);
    let timezone = shape::text(object, "timezone").and_then(zone::find);
    let timezone = timezone.as_ref().map_or(settings.timezone.as_str(), zone::name);
    let ends_at = end.or_else(|| starts_at.checked_add(USUAL_LENGTH).ok());
    let ends_at = ends_at.ok_or_else(|| Invalid::one("startTime", "invalid-date"))?;
    let mut details = Details::new(name, starts_at, ends_at, timezone);
    details.open_end = hidden_end || end.is_none();
    details.content = note::words(object, settings.language).0;
    details.plain = plain::read(object, settings.language);
    details.status = status(object);
    details.moved = moved(object, starts_at);
    details.category = shape::text(object, "category").and_then(Category::from_wire);
    (details.place, details.online) = place::read_location(object);
    attendance::read(object, &mut details);
    details.access = read_access(object);
    details.link = website(object);
    details.languages =
        shape::text(object, "inLanguage").filter(|tag| tag.len() <= 35).map(str::to_owned).into_iter().collect();
    details.tags = read_tags(object);
    details.short = words("summary").and_then(|text| short(text, &details));
    Draft::new(details)
}

fn status(object: &Value) -> Status {
    let ours = shape::text(object, "status").or_else(|| shape::text(object, "ical:status"));
    let theirs = shape::text(object, "eventStatus").map(|status| status.rsplit('/').next().unwrap_or_default());
    match (ours.map(str::to_ascii_uppercase).as_deref(), theirs) {
        // Postponed is not on that day: nobody shall stand before a closed door.
        (Some("CANCELLED"), _) | (_, Some("EventCancelled" | "EventPostponed")) => Status::Cancelled,
        (Some("TENTATIVE"), _) | (_, Some("EventTentative")) => Status::Tentative,
        _ => Status::Confirmed,
    }
}

/// What it says of having moved; where it moves while we have it, we see that ourselves.
fn moved(object: &Value, starts_at: Timestamp) -> Moved {
    let status = shape::text(object, "eventStatus").map(|status| status.rsplit('/').next().unwrap_or_default());
    let start = shape::time(object, "previousStartDate").filter(|start| *start != starts_at);
    Moved { postponed: status == Some("EventPostponed"), start, ..Moved::default() }
}

fn website(object: &Value) -> Option<url::Url> {
    let named = |entry: &&Value| shape::text(entry, "name") == Some("Website");
    shape::entries(object, "attachment")
        .find(named)
        .and_then(|entry| shape::link(entry, "href").or_else(|| shape::link(entry, "url")))
}

fn read_access(object: &Value) -> access::Access {
    let fact = |entry: &Value| {
        let key = shape::text(entry, "propertyID")?;
        let fact = access::FACTS.into_iter().find(|fact| access::mobilizon_key(fact) == Some(key))?;
        let answer = match shape::text(entry, "value")? {
            "fully" | "true" | "yes" => Answer::Yes,
            "partially" => Answer::Partly,
            "no" | "false" => Answer::No,
            _ => return None,
        };
        Some((fact.to_owned(), answer))
    };
    shape::entries(object, "attachment").filter_map(fact).collect()
}

fn read_tags(object: &Value) -> Vec<String> {
    let word = |entry: &Value| {
        // Mentions of people stand in the same list.
        if shape::kind(entry, |kind| (kind != "Hashtag").then_some(())).is_some() {
            return None;
        }
        let name = shape::text(entry, "name").or_else(|| entry.as_str())?;
        let word = html::line(name.trim().trim_start_matches(['#', '＃']), 50);
        (!word.is_empty()).then_some(word)
    };
    shape::entries(object, "tag").filter_map(word).take(20).collect()
}
