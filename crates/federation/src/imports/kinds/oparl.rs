//! `OParl`: a council's system leads to its bodies, those to their meetings, page after page.

use domain::category::Category;
use domain::event::{Details, Status};
use domain::import::Key;
use domain::place::{Place, Position};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use url::Url;

use super::event::{self, Moment};
use super::{Page, Part};
use crate::shape;

/// The tag of every meeting: what it is called in the list.
const FORMAT: &str = "Ratssitzung";
/// How far back meetings are told.
const BACK: SignedDuration = SignedDuration::from_hours(24 * 31);
/// How much earlier than the last reading changes are asked for: clocks differ.
const OVERLAP: SignedDuration = SignedDuration::from_hours(24);

/// Knows `OParl`'s system, bodies and lists.
pub(super) fn read(page: &Page) -> Option<Part> {
    let value: Value = serde_json::from_slice(page.body).ok().filter(Value::is_object)?;
    let mut part = Part { asks_since: true, ..Part::default() };
    match kind(&value) {
        Some("System") => part.next.extend(shape::link(&value, "body")),
        Some("Body") => body(&value, page, &mut part),
        Some("Meeting") => meeting(&value, 1, page, &mut part),
        _ => list(&value, page, &mut part)?,
    }
    part.reading.name = shape::text(&value, "name").and_then(|name| event::line(name, 100));
    Some(part)
}

/// The last word of a type: `https://schema.oparl.org/1.1/Meeting`.
fn kind(value: &Value) -> Option<&str> {
    let kind = shape::text(value, "type")?;
    kind.contains("oparl.org").then(|| kind.rsplit('/').next()).flatten()
}

fn body(value: &Value, page: &Page, part: &mut Part) {
    let Some(mut url) = shape::link(value, "meeting") else { return };
    if let Some(since) = page.since {
        let since = since.checked_sub(OVERLAP).unwrap_or(since);
        url.query_pairs_mut().append_pair("modified_since", &since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    }
    part.next.push(url);
}

/// A page of a list, of bodies or of meetings.
fn list(value: &Value, page: &Page, part: &mut Part) -> Option<()> {
    let data = value.get("data")?.as_array()?;
    if !data.iter().all(|one| kind(one).is_some()) || (data.is_empty() && value.get("pagination").is_none()) {
        return None;
    }
    for (one, number) in data.iter().zip(1..) {
        match kind(one) {
            Some("Body") => body(one, page, part),
            Some("Meeting") => meeting(one, number, page, part),
            _ => {}
        }
    }
    part.next.extend(value.get("links").and_then(|links| shape::link(links, "next")));
    Some(())
}

fn meeting(value: &Value, number: usize, page: &Page, part: &mut Part) {
    let Some(uid) = shape::text(value, "id").and_then(event::uid) else { return };
    if shape::is_true(value, "deleted") {
        part.gone.push(Key { uid, recurrence: None });
        return;
    }
    let name = shape::text(value, "name").unwrap_or(FORMAT).to_owned();
    let details = details(value, &name, page);
    // A meeting whose day is not set yet is none for a calendar; those of years ago are an archive's.
    let early = page.options.now.checked_sub(BACK).unwrap_or(Timestamp::UNIX_EPOCH);
    match details {
        Err("import-start-missing") => {}
        Ok(details) if details.ends_at < early => part.reading.skipped += 1,
        details => event::keep(part, (Some(uid), &name), details, number),
    }
}

fn details(value: &Value, name: &str, page: &Page) -> Result<Details, &'static str> {
    let zone = event::zone(page.options);
    let moment = |name| shape::text(value, name).map(|text| event::moment(text, &zone).ok_or("import-date"));
    let (start, end): (Option<Moment>, Option<Moment>) =
        (moment("start").transpose()?, moment("end").and_then(Result::ok));
    let mut details = event::details(name, start, end, page.options)?;
    let state = shape::text(value, "meetingState").unwrap_or_default().to_lowercase();
    if shape::is_true(value, "cancelled") || state.contains("abgesagt") || state.contains("entfällt") {
        details.status = Status::Cancelled;
    }
    details.category = Some(Category::Civic);
    details.tags = vec![FORMAT.to_owned()];
    details.free = true;
    details.place = value.get("location").and_then(place);
    details.link = shape::link(value, "web").or_else(|| shape::text(value, "id").and_then(|id| id.parse::<Url>().ok()));
    Ok(details)
}

fn place(value: &Value) -> Option<Place> {
    let part = |name, max| shape::text(value, name).and_then(|text| event::line(text, max));
    let room = part("room", 100);
    let base = part("description", 200).or_else(|| part("streetAddress", 200)).or_else(|| room.clone())?;
    let name = match room {
        Some(room) if !base.contains(&room) => format!("{base}, {room}"),
        _ => base,
    };
    let point = value.pointer("/geojson/geometry/coordinates").and_then(Value::as_array);
    let position = point.and_then(|point| Position::new(point.get(1)?.as_f64()?, point.first()?.as_f64()?));
    Some(Place {
        street: part("streetAddress", 200),
        postal_code: part("postalCode", 12),
        locality: part("locality", 200),
        position,
        ..Place::named(domain::html::line(&name, 200))
    })
}
