//! The form of an event: from what was typed to a draft, and back.

use domain::access::Access;
use domain::category::Category;
use domain::event::{Details, Draft, Joining, Status, USUAL_LENGTH};
use domain::html::Html;
use domain::invalid::Invalid;
use domain::place::Place;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::forms::{self, Fields, web_address};
use crate::visitor::Visitor;
use crate::{access, plain};

/// The languages the form offers; others stay as they are.
pub(crate) const LANGUAGES: [&str; 10] = ["de", "en", "tr", "ar", "uk", "ru", "pl", "fr", "fa", "gsg"];

/// The languages the form offers, with their names.
pub(crate) fn spoken(visitor: &Visitor) -> Vec<(&'static str, String)> {
    LANGUAGES.map(|code| (code, visitor.text(&format!("events-language-{code}")))).into()
}

/// The fields of the folded part „Weitere Angaben“.
pub(crate) const MORE: [&str; 8] =
    ["doors", "stop", "audience", "online", "registration_url", "link", "tags", "status_open"];

/// The most tags an event has.
const MAX_TAGS: usize = 10;

/// Reads the form over `base`, an event as it was or an empty one, whose fields that no form shows stay as they are.
pub(crate) fn read(fields: &Fields, base: &Details) -> Result<Draft, Invalid> {
    let mut invalid = Invalid::default();
    let mut details = base.clone();
    details.name = forms::line(fields.value("name"), 300);
    details.short = text(fields, "short", 1000);
    if fields.value("content") != base.content.to_text() {
        details.content = Html::from_text(fields.value("content"));
    }
    details.plain = plain::typed(fields, &base.plain);
    read_times(fields, &mut details, &mut invalid);
    details.place = place(fields, base.place.as_ref());
    details.category = fields.filled("category").and_then(Category::from_slug);
    details.free = fields.checked("free");
    details.price = text(fields, "price", 1000);
    details.registration = text(fields, "registration", 1000);
    read_seats(fields, &mut details, &mut invalid);
    details.contact = text(fields, "contact", 1000);
    details.audience = text(fields, "audience", 1000);
    details.access_note = text(fields, "access_note", 1000);
    details.access = access::read(fields, &base.access, &mut invalid);
    for (field, target) in [
        ("online", &mut details.online),
        ("registration_url", &mut details.registration_url),
        ("link", &mut details.link),
    ] {
        match fields.filled(field).map(web_address).transpose() {
            Ok(url) => *target = url,
            Err(message) => invalid.unless(false, field, message),
        }
    }
    details.languages = languages(fields, &base.languages);
    details.tags = tags(fields.value("tags"));
    if base.status != Status::Cancelled {
        details.status =
            Status::from_name(fields.value("status")).filter(|status| *status != Status::Cancelled).unwrap_or_default();
    }
    merge(invalid, details)
}

/// The draft, or every problem: those of reading first, then those of the rules that no reading problem explains.
fn merge(mut invalid: Invalid, details: Details) -> Result<Draft, Invalid> {
    let rules = match Draft::new(details) {
        Ok(draft) => return invalid.or(draft),
        Err(rules) => rules,
    };
    for problem in rules.problems {
        if invalid.at(problem.field).is_none() {
            invalid.problems.push(problem);
        }
    }
    Err(invalid)
}

/// Whether one can register by the fediverse, and the seats for those who do.
fn read_seats(fields: &Fields, details: &mut Details, invalid: &mut Invalid) {
    details.joining = Joining::from_name(fields.value("joining")).unwrap_or_default();
    let seats = fields.filled("capacity").filter(|_| !details.joining.is_none()).map(str::parse);
    invalid.unless(!matches!(seats, Some(Err(_))), "capacity", "invalid-seats");
    details.capacity = seats.and_then(Result::ok);
}

/// One line of a field, if there is anything in it.
pub(crate) fn text(fields: &Fields, name: &str, max: usize) -> Option<String> {
    Some(forms::line(fields.value(name), max)).filter(|text| !text.is_empty())
}

/// The place of the fields `place`, `street` and so on; `base` is what it was.
pub(crate) fn place(fields: &Fields, base: Option<&Place>) -> Option<Place> {
    let part = |name| text(fields, name, 200);
    let (street, locality) = (part("street"), part("locality"));
    if let Some(id) = fields.filled("place_id").and_then(|id| id.parse().ok()) {
        // The directory knows the rest.
        let name = text(fields, "place", 300).unwrap_or_default();
        return Some(Place { id: Some(id), name, ..Place::default() });
    }
    let name = text(fields, "place", 300).or_else(|| street.clone()).or_else(|| locality.clone())?;
    let same = base.filter(|base| base.name == name && base.street == street);
    Some(Place {
        name,
        street,
        postal_code: text(fields, "postal_code", 12),
        locality,
        stop: part("stop"),
        // The form does not show the point on the map; it holds as long as the place does.
        position: same.and_then(|base| base.position),
        ..Place::default()
    })
}

/// The ticked languages, and those of `base` that the form does not offer.
pub(crate) fn languages(fields: &Fields, base: &[String]) -> Vec<String> {
    let ticked =
        LANGUAGES.iter().filter(|code| fields.checked(&format!("language_{code}"))).map(|code| (*code).to_owned());
    let others = base.iter().filter(|code| !LANGUAGES.contains(&code.as_str())).cloned();
    ticked.chain(others).collect()
}

fn tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in text.split(',').map(|tag| forms::line(tag.trim().trim_start_matches('#'), 50)) {
        if !tag.is_empty() && !tags.contains(&tag) && tags.len() < MAX_TAGS {
            tags.push(tag);
        }
    }
    tags
}

/// Day and clock times in the event's zone. Whole days have none; without an end, the end is open.
fn read_times(fields: &Fields, details: &mut Details, invalid: &mut Invalid) {
    details.all_day = fields.checked("all_day");
    details.doors_at = None;
    let zone = details.zone();
    let Some(first) = date(fields, "starts", invalid) else {
        invalid.unless(fields.filled("starts").is_some(), "starts", "invalid-date");
        return;
    };
    let last = date(fields, "ends", invalid);
    if details.all_day {
        details.open_end = false;
        details.starts_at = at(first.to_datetime(Time::midnight()), &zone);
        details.ends_at = at(last.unwrap_or(first).saturating_add(1.day()).to_datetime(Time::midnight()), &zone);
        return;
    }
    let Some(begins) = time(fields, "starts_time", invalid) else {
        invalid.unless(fields.filled("starts_time").is_some(), "starts_time", "forms-event-time-missing");
        return;
    };
    details.starts_at = at(first.to_datetime(begins), &zone);
    details.doors_at = time(fields, "doors", invalid).map(|doors| at(first.to_datetime(doors), &zone));
    let ends = time(fields, "ends_time", invalid);
    details.open_end = fields.checked("open_end") || (ends.is_none() && last.is_none());
    details.ends_at = match (last, ends) {
        // An end before the beginning is in the night that follows.
        (None, Some(ends)) if ends <= begins => at(first.saturating_add(1.day()).to_datetime(ends), &zone),
        (last, Some(ends)) => at(last.unwrap_or(first).to_datetime(ends), &zone),
        (Some(last), None) => at(last.saturating_add(1.day()).to_datetime(Time::midnight()), &zone),
        (None, None) => details.starts_at + USUAL_LENGTH,
    };
}

/// The moment of a local time.
pub(crate) fn at(local: DateTime, zone: &TimeZone) -> Timestamp {
    local.to_zoned(zone.clone()).map_or(Timestamp::MAX, |at| at.timestamp())
}

/// A date field; a filled one that is no date is a problem.
pub(crate) fn date(fields: &Fields, name: &'static str, invalid: &mut Invalid) -> Option<Date> {
    let date: Option<Date> = fields.value(name).parse().ok();
    let date = date.filter(|date| (1970..2100).contains(&date.year()));
    invalid.unless(date.is_some() || fields.filled(name).is_none(), name, "invalid-date");
    date
}

/// A time field; a filled one that is no time is a problem.
pub(crate) fn time(fields: &Fields, name: &'static str, invalid: &mut Invalid) -> Option<Time> {
    let time = Time::strptime("%H:%M", fields.value(name).get(..5).unwrap_or(fields.value(name))).ok();
    invalid.unless(time.is_some() || fields.filled(name).is_none(), name, "invalid-time");
    time
}

/// The form of an event as it is.
pub(crate) fn fill(details: &Details) -> Fields {
    let mut fields = Fields::default();
    let zone = details.zone();
    let (start, end) = (details.starts_at.to_zoned(zone.clone()), details.ends_at.to_zoned(zone.clone()));
    fields.set("starts", start.date().to_string());
    fields.tick("all_day", details.all_day);
    fields.tick("open_end", details.open_end);
    let clock = |time: Time| time.strftime("%H:%M").to_string();
    if details.all_day {
        let last = end.date().yesterday().unwrap_or(start.date());
        fields.set("ends", if last > start.date() { last.to_string() } else { String::new() });
    } else {
        fields.set("starts_time", clock(start.time()));
        if !details.open_end {
            fields.set("ends_time", clock(end.time()));
            fields.set("ends", if end.date() > start.date() { end.date().to_string() } else { String::new() });
        }
    }
    if let Some(doors) = details.doors_at {
        fields.set("doors", clock(doors.to_zoned(zone).time()));
    }
    fill_words(&mut fields, details);
    fields
}

fn fill_words(fields: &mut Fields, details: &Details) {
    fields.set("name", &details.name);
    fields.set("content", details.content.to_text());
    fields.set("plain", details.plain.to_text());
    fields.set("category", details.category.map_or("", Category::slug));
    fields.set("status", details.status.as_str());
    fields.set("tags", details.tags.join(", "));
    fields.set("joining", details.joining.as_str());
    fields.set("capacity", details.capacity.map(|seats| seats.to_string()).unwrap_or_default());
    fields.tick("free", details.free);
    fill_place(fields, details.place.as_ref());
    let words = [
        ("short", &details.short),
        ("price", &details.price),
        ("registration", &details.registration),
        ("contact", &details.contact),
        ("audience", &details.audience),
        ("access_note", &details.access_note),
    ];
    for (name, value) in words {
        fields.set(name, value.as_deref().unwrap_or_default());
    }
    for (name, url) in
        [("online", &details.online), ("registration_url", &details.registration_url), ("link", &details.link)]
    {
        fields.set(name, url.as_ref().map_or("", |url| url.as_str()));
    }
    fill_choices(fields, &details.access, &details.languages);
}

/// The fields of a place.
pub(crate) fn fill_place(fields: &mut Fields, place: Option<&Place>) {
    let Some(place) = place else { return };
    fields.set("place", &place.name);
    fields.set("place_id", place.id.map(|id| id.to_string()).unwrap_or_default());
    let parts = [
        ("street", &place.street),
        ("postal_code", &place.postal_code),
        ("locality", &place.locality),
        ("stop", &place.stop),
    ];
    for (name, value) in parts {
        fields.set(name, value.as_deref().unwrap_or_default());
    }
}

/// What is known about access, and the languages.
pub(crate) fn fill_choices(fields: &mut Fields, access: &Access, languages: &[String]) {
    access::fill(fields, access);
    for code in languages {
        fields.tick(&format!("language_{code}"), true);
    }
}

#[cfg(test)]
mod tests;
