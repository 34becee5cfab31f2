//! Calendars in the styles of the programs people use, and what becomes of them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may break loudly")]

use calendar::ics::read::{Options, Reading, read};
use domain::category::Category;
use domain::event::Draft;
use domain::import::Item;

fn options(now: &str) -> Options {
    Options { default_timezone: "Europe/Berlin".into(), now: now.parse().unwrap() }
}

/// As it was read on 22 November 2026.
fn reading(text: &str) -> Reading {
    reading_at(text, "2026-11-22T10:00:00Z")
}

fn reading_at(text: &str, now: &str) -> Reading {
    let reading = read(text.as_bytes(), &options(now));
    for item in &reading.items {
        Draft::new(item.details.clone()).unwrap_or_else(|invalid| panic!("{invalid}: {item:?}"));
    }
    reading
}

/// One VEVENT in a calendar.
fn event(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\nSUMMARY:Probe\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n")
}

/// `2026-12-05T15:00:00 2026-12-05T17:30:00 Adventssingen`, in its own zone.
fn line(item: &Item) -> String {
    let zone = item.details.zone();
    let [start, end] = [item.details.starts_at, item.details.ends_at].map(|at| zone.to_datetime(at));
    format!("{start} {end} {}", item.details.name)
}

fn lines(reading: &Reading) -> Vec<String> {
    reading.items.iter().map(line).collect()
}

fn starts(text: &str, now: &str) -> Vec<String> {
    reading_at(text, now).items.iter().map(|item| item.details.starts_at.to_string()).collect()
}

fn reasons(reading: &Reading) -> Vec<(usize, &str, &str)> {
    reading.refusals.iter().map(|refusal| (refusal.line, refusal.what.as_str(), refusal.why)).collect()
}

#[test]
fn a_google_calendar_comes_over_with_its_moved_and_cancelled_dates() {
    let reading = reading(include_str!("fixtures/google.ics"));
    assert_eq!(reading.name.as_deref(), Some("Stadtteilverein Nord e. V."));
    assert_eq!(
        lines(&reading),
        [
            "2026-10-27T18:00:00 2026-10-27T20:00:00 Chorprobe",
            "2026-11-03T18:00:00 2026-11-03T20:00:00 Chorprobe",
            "2026-11-10T18:00:00 2026-11-10T20:00:00 Chorprobe",
            "2026-11-17T18:00:00 2026-11-17T20:00:00 Chorprobe",
            "2026-11-25T19:30:00 2026-11-25T21:30:00 Chorprobe (verlegt)",
            "2026-12-05T15:00:00 2026-12-05T17:30:00 Adventssingen",
            "2026-12-08T18:00:00 2026-12-08T20:00:00 Chorprobe",
            "2026-12-15T18:00:00 2026-12-15T20:00:00 Chorprobe",
            "2026-12-19T00:00:00 2026-12-21T00:00:00 Weihnachtsmarkt",
        ]
    );
    assert_eq!(reasons(&reading), [(91, "privat@google.com", "import-private")]);
    let singing = &reading.items[5];
    assert_eq!((singing.key.uid.as_str(), singing.key.recurrence), ("4advent@google.com", None));
    assert_eq!(
        singing.details.place.as_ref().unwrap().one_line(),
        "Bürgerhaus Nord, Hauptstraße 5, 45881 Gelsenkirchen"
    );
    assert!(singing.details.content.as_str().contains("<b>gemeinsam</b>"));
    assert!(singing.details.content.as_str().contains("https://verein.example/advent"));
    assert_eq!(singing.details.timezone, "Europe/Berlin");
    let moved = &reading.items[4];
    assert_eq!(moved.key.recurrence.unwrap().to_string(), "2026-11-24T17:00:00Z");
    assert_eq!(reading.items[6].details.status.as_str(), "CANCELLED");
    assert!(reading.items[8].details.all_day);
}

#[test]
fn an_outlook_calendar_comes_over_with_its_own_zone_names() {
    let reading = reading(include_str!("fixtures/outlook.ics"));
    assert_eq!(
        lines(&reading),
        [
            "2026-11-05T15:00:00 2026-11-05T17:00:00 Nachbarschaftscafé",
            "2026-12-03T15:00:00 2026-12-03T17:00:00 Nachbarschaftscafé",
            "2027-01-07T15:00:00 2027-01-07T17:00:00 Nachbarschaftscafé",
            "2027-02-04T15:00:00 2027-02-04T17:00:00 Nachbarschaftscafé",
            "2027-03-27T00:00:00 2027-03-29T00:00:00 Putztag",
        ]
    );
    assert_eq!(reading.items[0].details.content.as_str(), "<p>Bitte <b>Tassen</b> mitbringen.</p>");
    assert_eq!(reading.items[0].details.place.as_ref().unwrap().name, "Bürgerhaus, Saal 2");
    assert!(reading.items[4].details.all_day);
    assert_eq!(reasons(&reading), []);
}

#[test]
fn a_nextcloud_calendar_comes_over_with_nights_gaps_and_single_dates() {
    let text = include_str!("fixtures/nextcloud.ics");
    let reading = reading_at(text, "2026-04-01T10:00:00Z");
    let of = |uid: &str| -> Vec<String> { reading.items.iter().filter(|item| item.key.uid == uid).map(line).collect() };
    // The clocks go back in this night, and six hours stay six hours.
    assert_eq!(of("9a0a-night"), ["2026-10-24T22:00:00 2026-10-25T03:00:00 Lange Nacht"]);
    assert_eq!(
        of("9a0a-gap"),
        [
            "2026-03-22T02:30:00 2026-03-22T04:30:00 Nachtwanderung",
            "2026-03-29T03:30:00 2026-03-29T05:30:00 Nachtwanderung",
            "2026-04-05T02:30:00 2026-04-05T04:30:00 Nachtwanderung",
        ]
    );
    assert_eq!(of("9a0a-open"), ["2026-11-30T19:00:00 2026-11-30T21:00:00 Offener Abend"]);
    assert_eq!(
        of("9a0a-period"),
        [
            "2026-12-01T10:00:00 2026-12-01T11:00:00 Sprechstunde",
            "2026-12-03T10:00:00 2026-12-03T11:00:00 Sprechstunde",
            "2026-12-09T14:00:00 2026-12-09T15:00:00 Sprechstunde",
            "2026-12-11T10:00:00 2026-12-11T13:00:00 Sprechstunde",
        ]
    );
    assert_eq!(
        of("9a0a-days"),
        [
            "2026-11-27T00:00:00 2026-11-29T00:00:00 Adventswochenende",
            "2026-12-04T00:00:00 2026-12-06T00:00:00 Adventswochenende",
            "2026-12-18T00:00:00 2026-12-20T00:00:00 Adventswochenende",
        ]
    );
    let night = &reading.items.iter().find(|item| item.key.uid == "9a0a-night").unwrap().details;
    assert_eq!(
        (night.category, night.tags.as_slice()),
        (Some(Category::Music), ["Tanz".to_owned(), "draussen".to_owned()].as_slice())
    );
    assert!(night.place.as_ref().unwrap().position.is_some());
    assert_eq!(night.link.as_ref().unwrap().as_str(), "https://quartier.example/nacht");
}

#[test]
fn the_night_the_clocks_change_is_read_by_the_stated_rule() {
    let starting = |local: &str| starts(&event(&format!("DTSTART;TZID=Europe/Berlin:{local}")), "2026-06-01T00:00:00Z");
    assert_eq!(starting("20260329T023000"), ["2026-03-29T01:30:00Z"]);
    assert_eq!(starting("20261025T023000"), ["2026-10-25T00:30:00Z"]);
}

#[test]
fn a_series_keeps_its_clock_time_when_the_clocks_change() {
    let text = event("DTSTART;TZID=Europe/Berlin:20261020T180000\nRRULE:FREQ=WEEKLY;COUNT=2");
    assert_eq!(starts(&text, "2026-10-30T00:00:00Z"), ["2026-10-20T16:00:00Z", "2026-10-27T17:00:00Z"]);
}

#[test]
fn only_the_time_around_now_is_told_of_a_series() {
    let text = event("DTSTART;TZID=Europe/Berlin:20100104T180000\nDURATION:PT1H\nRRULE:FREQ=DAILY");
    let reading = reading(&text);
    assert_eq!(reading.items.len(), 432);
    assert_eq!(line(&reading.items[0]), "2026-10-22T18:00:00 2026-10-22T19:00:00 Probe");
    assert_eq!(line(&reading.items[431]), "2027-12-27T18:00:00 2027-12-27T19:00:00 Probe");
}

#[test]
fn a_series_that_is_over_keeps_its_last_date_and_one_to_come_its_first() {
    for (rule, day) in [
        ("20100104T180000\nRRULE:FREQ=DAILY;COUNT=5", "2010-01-08"),
        ("20350104T180000\nRRULE:FREQ=DAILY", "2035-01-04"),
    ] {
        let reading = reading(&event(&format!("DTSTART:{rule}")));
        assert_eq!((reading.items.len(), reading.skipped), (1, 0), "{rule}");
        assert!(line(&reading.items[0]).starts_with(day), "{}", line(&reading.items[0]));
    }
}

#[test]
fn single_events_stay_however_old_they_are() {
    assert_eq!(reading(&event("DTSTART:19990901T180000")).items.len(), 1);
}

#[test]
fn a_change_without_its_series_and_for_all_later_ones_is_taken_for_one_day() {
    let text = event("DTSTART:20261205T150000Z\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261204T150000Z");
    let reading = reading(&text);
    assert_eq!(reading.items[0].key.recurrence.unwrap().to_string(), "2026-12-04T15:00:00Z");
    assert_eq!((reading.remarks[0].line, reading.remarks[0].why), (7, "import-only-once"));
}

#[test]
fn a_change_that_names_only_the_day_finds_its_occurrence() {
    let series = "DTSTART;TZID=Europe/Berlin:20261201T180000\nRRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\nSUMMARY:Ausfall\nSTATUS:CANCELLED";
    let by_day = reading(&event(&format!("{series}\nRECURRENCE-ID;VALUE=DATE:20261202")));
    let floating = reading(&event(&format!("{series}\nRECURRENCE-ID:20261202T180000")));
    for reading in [by_day, floating] {
        assert_eq!(
            lines(&reading),
            [
                "2026-12-01T18:00:00 2026-12-01T20:00:00 Probe",
                "2026-12-02T18:00:00 2026-12-02T20:00:00 Ausfall",
                "2026-12-03T18:00:00 2026-12-03T20:00:00 Probe",
            ]
        );
    }
}

#[test]
fn a_change_that_a_later_version_of_its_series_took_back_is_left_out() {
    let text = |exception: &str| {
        event(&format!(
            "DTSTART:20261201T180000\nSEQUENCE:2\nRRULE:FREQ=DAILY;COUNT=3{exception}\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\nSUMMARY:Anders\nSEQUENCE:1\nRECURRENCE-ID:20261202T180000\nDTSTART:20261202T200000"
        ))
    };
    assert_eq!(reading(&text("")).items.len(), 3);
    assert_eq!(reading(&text("\nEXDATE:20261202T180000")).items.len(), 2);
}

#[test]
fn an_unreadable_or_private_change_hides_the_date_it_was_about() {
    for bad in ["CLASS:PRIVATE\nDTSTART:20261202T180000", "DTSTART:morgen"] {
        let text = event(&format!(
            "DTSTART:20261201T180000\nRRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\nSUMMARY:Anders\nRECURRENCE-ID:20261202T180000\n{bad}"
        ));
        let reading = reading(&text);
        assert_eq!((reading.items.len(), reading.refusals.len()), (2, 1), "{bad}");
    }
}

#[test]
fn several_calendars_of_odd_form_in_one_file_are_read() {
    let text = "\u{FEFF}begin:vcalendar\nmethod:cancel\nbegin:vevent\nsummary:Abgesagtes Fest\ndtstart:20261205T150000\nend:vevent\nend:vcalendar\n\n\
                BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Fest\nDTSTART;VALUE=DATE:20261206\nEND:VEVENT\nEND:VCALENDAR\n";
    for text in [text.to_owned(), text.replace('\n', "\r\n"), text.replace('\n', "\r")] {
        let reading = reading(&text);
        assert_eq!(
            lines(&reading),
            ["2026-12-05T15:00:00 2026-12-05T17:00:00 Abgesagtes Fest", "2026-12-06T00:00:00 2026-12-07T00:00:00 Fest"]
        );
        assert_eq!(reading.items[0].details.status.as_str(), "CANCELLED");
        assert_eq!(reading.items[0].key.uid, "20261205T150000/abgesagtes fest");
    }
}

#[test]
fn latin_1_is_read() {
    let text = event("DTSTART:20261205T150000\nLOCATION:Caf\u{e9} Stra\u{df}e");
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let reading = read(&latin, &options("2026-11-22T10:00:00Z"));
    assert_eq!(reading.items[0].details.place.as_ref().unwrap().name, "Café Straße");
}

#[test]
fn what_is_refused_names_line_title_and_reason_and_the_rest_is_taken() {
    let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Ohne Beginn\nEND:VEVENT\nBEGIN:VEVENT\nUID:kurz\nSUMMARY:X\nDTSTART:20261205T150000\nEND:VEVENT\n\
                BEGIN:VEVENT\nSUMMARY:Falsche Zone\nDTSTART;TZID=Mars/Krater:20261205T150000\nEND:VEVENT\n\
                BEGIN:VEVENT\nSUMMARY:Rückwärts\nDTSTART:20261205T150000\nDTEND:20261205T140000\nEND:VEVENT\n\
                BEGIN:VEVENT\nSUMMARY:Gut\nDTSTART:20261205T150000\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:Mittendrin\nDTSTART:20261205T150000\n";
    let reading = reading(text);
    assert_eq!(
        reasons(&reading),
        [
            (2, "Ohne Beginn", "import-start-missing"),
            (7, "X", "import-title"),
            (12, "Falsche Zone", "import-timezone"),
            (17, "Rückwärts", "import-end-before-start"),
            (23, "Mittendrin", "import-unfinished"),
        ]
    );
    assert_eq!(lines(&reading), ["2026-12-05T15:00:00 2026-12-05T17:00:00 Gut"]);
}

#[test]
fn of_two_versions_the_higher_sequence_wins_and_of_two_events_with_one_uid_the_later() {
    let versions = event(
        "SEQUENCE:2\nDTSTART:20261205T150000\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\nSUMMARY:Alt\nSEQUENCE:1\nDTSTART:20261204T150000",
    );
    let newest = reading(&versions);
    assert_eq!(lines(&newest), ["2026-12-05T15:00:00 2026-12-05T17:00:00 Probe"]);
    assert!(newest.refusals.is_empty());
    let twins =
        event("DTSTART:20261205T150000\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\nSUMMARY:Anderes\nDTSTART:20261204T150000");
    assert_eq!(reasons(&reading(&twins)), [(3, "Probe", "import-duplicate")]);
}

#[test]
fn what_is_no_calendar_gets_one_answer() {
    for text in ["", "<html><body>Anmelden</body></html>", "{\"a\":1}", "\u{0}\u{1}"] {
        assert_eq!(reasons(&reading(text)), [(1, "", "import-no-calendar")], "{text}");
    }
    let empty = reading("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    assert!(empty.refusals.is_empty() && empty.items.is_empty());
}
