//! Events become a calendar that others subscribe to (RFC 5545, RFC 7986).

mod description;
mod output;
mod vtimezone;

use std::collections::BTreeMap;

use domain::event::{Details, Event};
use domain::language::Language;
use domain::messages;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::zone;
use output::Output;

/// What a feed says about itself.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Its name for people.
    pub name: String,
    /// Its own address (`SOURCE`).
    pub url: Url,
    /// The IANA zone to show it in.
    pub timezone: String,
    /// The language of the words it adds.
    pub language: Language,
    /// How often readers should ask again.
    pub refresh: SignedDuration,
    /// A sentence about it: whose it is, and under which licence.
    pub description: String,
}

/// One event of a feed.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The event.
    pub event: &'a Event,
    /// The name of the actor that organises it.
    pub organizer: &'a str,
    /// The actor's address: a web address, never a person's mailbox.
    pub organizer_url: &'a Url,
    /// The address of its picture.
    pub image: Option<&'a str>,
}

/// Who made the file (`PRODID`).
const PRODUCT: &str = "-//quartier//quartier//DE";

/// The calendar file of `entries`, with CRLF line ends. Which events are public is the caller's to decide.
pub fn write<'a>(feed: &Feed, entries: impl IntoIterator<Item = Entry<'a>>) -> String {
    let entries: Vec<Entry> = entries.into_iter().collect();
    let mut out = Output::default();
    out.line("BEGIN", "VCALENDAR");
    out.line("VERSION", "2.0");
    out.line("PRODID", PRODUCT);
    out.line("CALSCALE", "GREGORIAN");
    out.line("METHOD", "PUBLISH");
    out.text("X-WR-CALNAME", &feed.name);
    out.text("NAME", &feed.name);
    if !feed.description.is_empty() {
        out.text("X-WR-CALDESC", &feed.description);
        out.text("DESCRIPTION", &feed.description);
    }
    if let Some(zone) = zone::named(&feed.timezone) {
        out.line("X-WR-TIMEZONE", zone::name(&zone));
    }
    let refresh = format!("PT{}M", feed.refresh.as_mins().max(1));
    out.line("REFRESH-INTERVAL;VALUE=DURATION", &refresh);
    out.line("X-PUBLISHED-TTL", &refresh);
    out.line("SOURCE;VALUE=URI", feed.url.as_str());
    for (zone, first, last) in zones_of(&entries) {
        vtimezone::write(&mut out, &zone, first, last);
    }
    for entry in entries {
        write_event(&mut out, entry, feed.language);
    }
    out.line("END", "VCALENDAR");
    out.finish()
}

/// Every zone that is named, with the earliest and the latest time told in it.
fn zones_of(entries: &[Entry]) -> Vec<(TimeZone, Timestamp, Timestamp)> {
    let mut zones: BTreeMap<String, (TimeZone, Timestamp, Timestamp)> = BTreeMap::new();
    for details in entries.iter().map(|entry| &entry.event.details).filter(|details| !details.all_day) {
        let zone = details.zone();
        if zone::is_utc(&zone) {
            continue;
        }
        let known = zones.entry(zone::name(&zone).to_owned()).or_insert((zone, details.starts_at, details.ends_at));
        known.1 = known.1.min(details.starts_at);
        known.2 = known.2.max(details.ends_at);
    }
    zones.into_values().collect()
}

fn write_event(out: &mut Output, entry: Entry, language: Language) {
    let Entry { event, organizer, organizer_url, image } = entry;
    let details = &event.details;
    out.line("BEGIN", "VEVENT");
    // The same at every quarter that shows the event, and its own for each date of a series.
    out.text("UID", event.url.as_str());
    out.line("DTSTAMP", &utc(event.updated_at));
    out.line("CREATED", &utc(event.published_at));
    out.line("LAST-MODIFIED", &utc(event.updated_at));
    out.line("SEQUENCE", &event.sequence.to_string());
    out.line("STATUS", details.status.as_str());
    write_times(out, details);
    out.text("SUMMARY", &details.name);
    let description = description::text(details, language);
    if !description.is_empty() {
        out.text("DESCRIPTION", &description);
    }
    write_place(out, details);
    write_categories(out, details, language);
    if let Some(contact) = &details.contact {
        out.text("CONTACT", contact);
    }
    if let Some(image) = image {
        out.line("IMAGE;VALUE=URI;DISPLAY=FULLSIZE", image);
    }
    out.line(&format!("ORGANIZER;CN={}", output::quoted(organizer)), organizer_url.as_str());
    out.line("URL", event.page.as_str());
    out.line("END", "VEVENT");
}

/// Start and end; an open end is not told, as it is only a guess.
fn write_times(out: &mut Output, details: &Details) {
    let zone = details.zone();
    let put = |out: &mut Output, name: &str, at: Timestamp| {
        let local = zone.to_datetime(at);
        if details.all_day {
            out.line(&format!("{name};VALUE=DATE"), &local.strftime("%Y%m%d").to_string());
        } else if zone::is_utc(&zone) || zone.to_ambiguous_timestamp(local).is_ambiguous() {
            // Of two equal clock times in the night the clocks go back some programs take the first, some the second.
            out.line(name, &utc(at));
        } else {
            let name = format!("{name};TZID={}", zone::name(&zone));
            out.line(&name, &local.strftime("%Y%m%dT%H%M%S").to_string());
        }
    };
    put(out, "DTSTART", details.starts_at);
    if !details.open_end {
        put(out, "DTEND", details.ends_at);
    }
}

fn write_place(out: &mut Output, details: &Details) {
    if let Some(place) = &details.place {
        out.text("LOCATION", &place.one_line());
        if let Some(position) = place.position {
            out.line("GEO", &format!("{};{}", position.latitude, position.longitude));
        }
    }
    if let Some(online) = &details.online {
        out.line("CONFERENCE;VALUE=URI", online.as_str());
    }
}

fn write_categories(out: &mut Output, details: &Details, language: Language) {
    let theme = details.category.map(|category| messages::text(language, &format!("category-{}", category.slug())));
    let names: Vec<String> = theme.iter().chain(&details.tags).map(|name| output::escape(name)).collect();
    if !names.is_empty() {
        out.line("CATEGORIES", &names.join(","));
    }
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}
