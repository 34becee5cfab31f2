//! What is written is read again as the same, here and by others' readers.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may break loudly")]

use std::collections::BTreeSet;

use calcard::icalendar::ICalendarComponentType as Kind;
use calendar::ics::read::{Options, Reading, read};
use calendar::ics::write::{Entry, Feed, write};
use domain::access::Answer;
use domain::category::Category;
use domain::event::{Details, Event, State, Status};
use domain::html::Html;
use domain::language::Language;
use domain::place::{Place, Position};
use jiff::{SignedDuration, Timestamp};
use url::Url;
use uuid::Uuid;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn url(text: &str) -> Url {
    text.parse().unwrap()
}

fn details(name: &str) -> Details {
    Details::new(name, at("2026-12-05T14:00:00Z"), at("2026-12-05T16:30:00Z"), "Europe/Berlin")
}

fn event(uid: &str, details: Details) -> Event {
    Event {
        id: Uuid::nil(),
        url: url("https://nord.example/events/1"),
        page: url("https://nord.example/termine/1"),
        author: Uuid::nil(),
        details,
        state: State::Published,
        source: None,
        uid: uid.into(),
        sequence: 3,
        published_at: at("2026-11-01T08:00:00Z"),
        updated_at: at("2026-11-20T08:00:00.123Z"),
    }
}

fn file(events: &[Event]) -> String {
    let feed = Feed {
        name: "Quartier Nord, alle Termine".into(),
        url: url("https://nord.example/termine.ics"),
        timezone: "Europe/Berlin".into(),
        language: Language::DE,
        refresh: SignedDuration::from_hours(1),
        description: "Eigene Einträge: CC0.".into(),
    };
    let actor = url("https://nord.example/actors/verein");
    write(
        &feed,
        events.iter().map(|event| Entry {
            event,
            organizer: "Stadtteilverein \"Nord\"; e. V.",
            organizer_url: &actor,
            image: None,
        }),
    )
}

fn reading(file: &str) -> Reading {
    let options = Options { default_timezone: "Europe/Berlin".into(), now: at("2026-11-22T10:00:00Z") };
    read(file.as_bytes(), &options)
}

/// Unfolded lines.
fn lines(file: &str) -> Vec<String> {
    file.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}

/// What is written and read comes back, but for the page's address, which the link becomes.
fn comes_back(details: &Details) {
    let event = event("a,b;c\\d@nord.example", details.clone());
    let reading = reading(&file(std::slice::from_ref(&event)));
    assert_eq!(reading.refusals, []);
    let mut expected = details.clone();
    expected.link = Some(event.page);
    assert_eq!(reading.items[0].details, expected);
    assert_eq!(reading.items[0].key.uid, event.url.as_str());
}

#[test]
fn every_script_and_every_special_character_comes_back() {
    for text in [
        "Straßenfest für Ältere",
        "Sommer 🎉👩‍👩‍👧 am Teich",
        "عيد الجيران في الحي الشمالي",
        "Встреча соседей у пруда",
        "Kaffee, Kuchen; Tee \\ Saft: \"gut\" 'so'",
        "\\n ist kein Umbruch \\, und \\; auch nicht",
    ] {
        let mut details = details(text);
        details.content = Html::from_text(&format!("{text}\nzweite Zeile\n\n{text}, {}", "lang ".repeat(60).trim()));
        details.place = Some(Place::named("Haus der Begegnung"));
        details.tags = vec![text.to_owned(), "draußen, drinnen".to_owned()];
        comes_back(&details);
    }
}

#[test]
fn every_kind_of_time_comes_back() {
    let times = |starts: &str, ends: &str, zone: &str| {
        let mut details = details("Probe");
        (details.starts_at, details.ends_at, details.timezone) = (at(starts), at(ends), zone.into());
        details
    };
    comes_back(&times("2026-12-05T21:00:00Z", "2026-12-06T01:00:00Z", "Europe/Berlin"));
    comes_back(&times("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "Europe/Berlin"));
    comes_back(&times("2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z", "Europe/Berlin"));
    // Some programs take the first 2:30 for the second, so neither is told by the clock.
    let doubled = file(&[event("1", times("2026-10-25T00:30:00Z", "2026-10-25T02:30:00Z", "Europe/Berlin"))]);
    assert!(
        doubled.contains("DTSTART:20261025T003000Z\r\n")
            && doubled.contains("DTEND;TZID=Europe/Berlin:20261025T033000\r\n")
    );
    comes_back(&times("2027-03-28T01:30:00Z", "2027-03-28T02:30:00Z", "Europe/Berlin"));
    comes_back(&times("2026-12-05T21:00:00Z", "2026-12-08T01:00:00Z", "America/New_York"));
    let mut days = times("2026-12-04T23:00:00Z", "2026-12-07T23:00:00Z", "Europe/Berlin");
    days.all_day = true;
    comes_back(&days);
    let mut open = times("2026-12-05T18:00:00Z", "2026-12-05T20:00:00Z", "Europe/Berlin");
    open.open_end = true;
    let text = file(&[event("1", open.clone())]);
    assert!(!text.contains("DTEND") && text.contains("DESCRIPTION:Ende offen"));
    open.content = Html::from_text("Ende offen");
    open.link = Some(url("https://nord.example/termine/1"));
    assert_eq!(reading(&text).items[0].details, open);
}

#[test]
fn place_theme_status_contact_and_online_address_come_back() {
    let mut details = details("Probe");
    details.content = Html::from_text("Komm vorbei.");
    details.place = Some(Place {
        name: "Bürgerhaus Nord".into(),
        street: Some("Hauptstraße 5".into()),
        postal_code: Some("45881".into()),
        locality: Some("Gelsenkirchen".into()),
        stop: None,
        position: Position::new(51.517_7, -7.000_1),
        ..Place::default()
    });
    details.category = Some(Category::Advice);
    for status in [Status::Cancelled, Status::Tentative] {
        details.status = status;
        let back = &reading(&file(&[event("1", details.clone())])).items[0].details;
        assert_eq!((back.status, back.category, back.place.clone()), (status, details.category, details.place.clone()));
    }
    details.contact = Some("Ausleihe, 0209 169-6666".into());
    details.online = Some(url("https://treff.example/raum?a=1,2;b"));
    let back = &reading(&file(&[event("1", details.clone())])).items[0].details;
    assert_eq!((&back.contact, &back.online), (&details.contact, &details.online));
}

#[test]
fn the_file_has_what_readers_ask_for() {
    let mut full = details("Konzert");
    full.content = Html::from_text("Wir singen.");
    full.price = Some("5 €, ermäßigt 3 €".into());
    full.registration = Some("bis 3.12. unter 0209 169-6666".into());
    full.doors_at = Some(at("2026-12-05T13:30:00Z"));
    full.access.insert("step_free".into(), Answer::Yes);
    full.status = Status::Cancelled;
    let file = file(&[event("1", full)]);
    let lines = lines(&file);
    for expected in [
        "VERSION:2.0",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Quartier Nord\\, alle Termine",
        "NAME:Quartier Nord\\, alle Termine",
        "X-WR-TIMEZONE:Europe/Berlin",
        "REFRESH-INTERVAL;VALUE=DURATION:PT60M",
        "X-PUBLISHED-TTL:PT60M",
        "SOURCE;VALUE=URI:https://nord.example/termine.ics",
        "TZID:Europe/Berlin",
        "DTSTART;TZID=Europe/Berlin:20261205T150000",
        "DTEND;TZID=Europe/Berlin:20261205T173000",
        "DTSTAMP:20261120T080000Z",
        "CREATED:20261101T080000Z",
        "LAST-MODIFIED:20261120T080000Z",
        "SEQUENCE:3",
        "STATUS:CANCELLED",
        "URL:https://nord.example/termine/1",
        "ORGANIZER;CN=\"Stadtteilverein 'Nord'; e. V.\":https://nord.example/actors/verein",
    ] {
        assert!(lines.iter().any(|line| line == expected), "{expected}\n{file}");
    }
    // The first is about the calendar.
    let description = lines.iter().filter(|line| line.starts_with("DESCRIPTION:")).nth(1).unwrap();
    for part in [
        "Diese Veranstaltung fällt aus.\\n\\nWir singen.\\n\\n",
        "Einlass: 14:30 Uhr",
        "Eintritt: 5 €\\, ermäßigt 3 €",
        "Anmeldung: bis 3.12. unter 0209 169-6666",
        "Zugang: ",
    ] {
        assert!(description.contains(part), "{part}\n{description}");
    }
}

#[test]
fn no_field_can_begin_a_line_of_its_own_or_make_one_too_long() {
    let evil = "x\r\nATTENDEE:mailto:a@b.example\rEND:VEVENT\nBEGIN:VEVENT\u{2028}y\u{85}z\u{0}\u{b}";
    let mut details = details(evil);
    details.content = Html::from_text(evil);
    details.short = Some(evil.into());
    details.place = Some(Place { street: Some(evil.into()), stop: Some(evil.into()), ..Place::named(evil) });
    details.timezone = "Europe/Berlin\r\nX-EVIL:1".into();
    details.price = Some(evil.into());
    details.registration = Some(evil.into());
    details.contact = Some(evil.into());
    details.access_note = Some(evil.into());
    details.languages = vec![evil.into()];
    details.audience = Some(evil.into());
    details.tags = vec![evil.into()];
    let event = event(evil, details);
    let feed = Feed {
        name: evil.into(),
        url: url("https://nord.example/"),
        timezone: evil.into(),
        language: Language::EN,
        refresh: SignedDuration::from_secs(-1),
        description: evil.into(),
    };
    let actor = url("https://nord.example/");
    let file = write(&feed, [Entry { event: &event, organizer: evil, organizer_url: &actor, image: None }]);
    assert!(!file.replace("\r\n", "").contains(['\r', '\n', '\0', '\u{b}', '\u{85}']));
    assert!(file.split("\r\n").all(|line| line.len() <= 75));
    let allowed = BTreeSet::from([
        "BEGIN",
        "VERSION",
        "PRODID",
        "CALSCALE",
        "METHOD",
        "X-WR-CALNAME",
        "X-WR-CALDESC",
        "NAME",
        "REFRESH-INTERVAL",
        "X-PUBLISHED-TTL",
        "SOURCE",
        "END",
        "UID",
        "DTSTAMP",
        "CREATED",
        "LAST-MODIFIED",
        "SEQUENCE",
        "STATUS",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "DESCRIPTION",
        "LOCATION",
        "CATEGORIES",
        "CONTACT",
        "ORGANIZER",
        "URL",
        "",
    ]);
    for line in lines(&file) {
        let name = line.split([':', ';']).next().unwrap_or_default().to_owned();
        assert!(allowed.contains(name.as_str()), "{line}");
    }
    assert_eq!(file.matches("BEGIN:VEVENT\r\n").count(), 1);
}

/// A reader written by others finds no fault and the same facts.
#[test]
fn the_calcard_crate_reads_the_file() {
    let mut second = details("Zweites, langes Fest");
    second.timezone = "Asia/Kolkata".into();
    let file = file(&[event("1", details("Straßenfest; für alle")), event("2", second)]);
    let calendar = calcard::icalendar::ICalendar::parse(&file).unwrap();
    let of_kind = |kind| calendar.components.iter().filter(|component| component.component_type == kind).count();
    assert_eq!((of_kind(Kind::VEvent), of_kind(Kind::VTimezone)), (2, 2));
    let summaries: Vec<_> = calendar
        .components
        .iter()
        .filter_map(|component| component.property(&calcard::icalendar::ICalendarProperty::Summary))
        .filter_map(|entry| entry.values.first()?.as_text().map(str::to_owned))
        .collect();
    assert_eq!(summaries, ["Straßenfest; für alle", "Zweites, langes Fest"]);
}
