//! Calendars made to do harm: rows CAL-01 to CAL-05 of the table of attacks.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may break loudly")]

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use calendar::ics::read::{MAX_BYTES, MAX_ITEMS, Options, Reading, read};
use domain::event::Draft;

fn reading(bytes: impl AsRef<[u8]>) -> Reading {
    let options = Options { default_timezone: "Europe/Berlin".into(), now: "2026-11-22T10:00:00Z".parse().unwrap() };
    let reading = read(bytes.as_ref(), &options);
    for item in &reading.items {
        Draft::new(item.details.clone()).unwrap_or_else(|invalid| panic!("{invalid}: {item:?}"));
    }
    reading
}

fn event(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Probe\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n")
}

/// The line of the refusal and its reason.
fn why(lines: &str) -> (usize, &'static str) {
    let reading = reading(event(lines));
    assert!(reading.items.is_empty(), "{lines}");
    (reading.refusals[0].line, reading.refusals[0].why)
}

/// Ample for a slow machine and a build without optimisation; a bomb would take hours.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn bombs_of_repetition_are_refused_at_once() {
    let begun = Instant::now();
    for (rule, reason) in [
        ("FREQ=SECONDLY", "import-rule-frequent"),
        ("FREQ=MINUTELY;COUNT=10", "import-rule-frequent"),
        ("FREQ=HOURLY;INTERVAL=24", "import-rule-frequent"),
        ("FREQ=DAILY;COUNT=1000000000", "import-rule-long"),
        ("FREQ=DAILY;COUNT=731", "import-rule-long"),
        (
            "FREQ=YEARLY;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12;BYMONTHDAY=1,2,3,4,5,6,7;BYHOUR=0,1,2,3;BYMINUTE=0,1,2;BYSECOND=0,1;COUNT=1",
            "import-rule-clock",
        ),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "import-rule-never"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=700", "import-rule-never"),
    ] {
        assert_eq!(why(&format!("DTSTART:20261201T150000\nRRULE:{rule}")), (6, reason), "{rule}");
    }
    assert!(begun.elapsed() < PATIENCE);
}

#[test]
fn a_series_until_the_year_9999_gives_the_next_400_days() {
    let forever = reading(event("DTSTART:20261201T150000\nRRULE:FREQ=DAILY;UNTIL=99991231T235959Z"));
    assert_eq!(forever.items.len(), 392);
    let old = reading(event("DTSTART:19700101T150000\nRRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR,SA,SU"));
    assert_eq!(old.items.len(), 432);
}

#[test]
fn ten_thousand_costly_series_do_not_take_ten_thousand_times_the_effort() {
    let mut text = String::from("BEGIN:VCALENDAR\n");
    for number in 0..10_000 {
        let _ = write!(
            text,
            "BEGIN:VEVENT\nUID:{number}\nSUMMARY:Probe\nDTSTART:19700101T150000\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\nEND:VEVENT\n"
        );
    }
    let begun = Instant::now();
    let reading = reading(text);
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    assert_eq!(reading.refusals.len(), 10_000);
    assert_eq!(reading.refusals[9_999].why, "import-effort");
}

#[test]
fn dates_events_items_and_bytes_are_capped() {
    let dates = |name: &str| {
        let many = "20261205T150000,".repeat(10_000);
        why(&format!("DTSTART:20261201T150000\nRRULE:FREQ=DAILY;COUNT=3\n{name}:{many}"))
    };
    assert_eq!(dates("RDATE"), (7, "import-dates-many"));
    assert_eq!(dates("EXDATE"), (7, "import-dates-many"));

    let one = "BEGIN:VEVENT\nSUMMARY:Probe\nDTSTART:20261201T150000\nUID:";
    let many: String = (0..10_050)
        .fold(String::from("BEGIN:VCALENDAR\n"), |text, uid| text + one + &uid.to_string() + "\nEND:VEVENT\n");
    let capped = reading(&many);
    assert_eq!((capped.items.len(), capped.refusals.len()), (MAX_ITEMS, 1));
    assert_eq!((capped.refusals[0].line, capped.refusals[0].why), (50_002, "import-events-many"));

    let series = many.replace("\nUID", "\nRRULE:FREQ=DAILY\nUID");
    let capped = reading(&series);
    assert_eq!(capped.items.len(), MAX_ITEMS);
    assert!(capped.refusals.iter().any(|refusal| refusal.why == "import-items-many"));

    assert_eq!(reading(vec![b' '; MAX_BYTES + 1]).refusals[0].why, "import-file-large");
}

#[test]
fn deep_nests_and_heaps_of_zones_alarms_and_lines_are_passed_through() {
    let begun = Instant::now();
    let alarms = "BEGIN:VALARM\nATTACH:http://169.254.169.254/\n".repeat(50_000);
    let inside = reading(event(&format!("DTSTART:20261201T150000\n{alarms}")));
    assert_eq!(inside.items.len(), 1);
    let zones: String = (0..50_000).fold(String::new(), |text, id| {
        text + &format!("BEGIN:VTIMEZONE\nTZID:{id}\nBEGIN:STANDARD\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n")
    });
    let text = format!("BEGIN:VCALENDAR\n{zones}{}", event("DTSTART:20261201T150000"));
    assert_eq!(reading(text).items.len(), 1);
    reading("BEGIN:VCALENDAR\n".repeat(200_000));
    reading(event(&format!("DTSTART:20261201T150000\nDESCRIPTION:{}", "<b>".repeat(100_000))));
    reading(event(&format!("DTSTART:20261201T150000\nCATEGORIES:{}", "<b>x,".repeat(100_000))));
    reading(event(&format!("DTSTART:20261201T150000\nSUMMARY{}:x", ";A=B".repeat(100_000))));
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
}

#[test]
fn dates_that_cannot_be_are_refused_and_never_panic() {
    for date in [
        "00000101T000000",
        "100000101T000000",
        "-10101T000000",
        "20261201T240000",
        "20260230T120000",
        "20261201T156000",
    ] {
        assert_eq!(why(&format!("DTSTART:{date}")).0, 5, "{date}");
    }
    assert_eq!(why("DTSTART:19691231T120000"), (5, "import-date-range"));
    assert_eq!(why("DTSTART:99991231T235959"), (5, "import-date-range"));
    assert_eq!(why("DTSTART;VALUE=DATE:99991231"), (5, "import-date-range"));
    assert_eq!(why("DTSTART:21010101T120000"), (5, "import-date-range"));
    assert_eq!(why("DTSTART:20261201T150000\nDTEND:20261201T145959"), (6, "import-end-before-start"));
    assert_eq!(why("DTSTART:20261201T150000\nDTEND:22261201T145959"), (5, "import-event-long"));
    assert_eq!(why("DTSTART;VALUE=DATE:20261201\nDURATION:P99999D"), (5, "import-event-long"));
    assert_eq!(why("DTSTART:20261201T150000\nDURATION:PT9999999H9999999M"), (5, "import-event-long"));
    assert_eq!(why("DTSTART:20261201T150000\nDURATION:-PT1H"), (6, "import-duration"));
    assert_eq!(reading(event("DTSTART:20380119T031408Z")).items[0].details.starts_at.as_second(), 2_147_483_648);
    assert_eq!(
        reading(event("DTSTART:20261201T235960Z")).items[0].details.starts_at.to_string(),
        "2026-12-01T23:59:59Z"
    );
}

#[test]
fn series_at_the_edge_of_the_calendar_never_panic() {
    for start in ["00010101T000000", "99991231T235959", "99991231", "00010101"] {
        for rule in [
            "DAILY",
            "WEEKLY;WKST=SU",
            "MONTHLY",
            "YEARLY;BYWEEKNO=1,-1",
            "DAILY;INTERVAL=100000",
            "YEARLY;INTERVAL=100000;COUNT=730",
        ] {
            reading(event(&format!("DTSTART:{start}\nRRULE:FREQ={rule}")));
        }
    }
}

#[test]
fn zones_that_are_none_are_refused() {
    for zone in ["Europe/Nirgends", "../../etc/localtime", "/../../etc/passwd", "+25:00", "UTC+25", "\u{202e}nilreB"] {
        assert_eq!(why(&format!("DTSTART;TZID={zone}:20261201T150000")), (5, "import-timezone"), "{zone}");
    }
    assert_eq!(why("DTSTART:20261201T150000+2500"), (5, "import-date"));
}

#[test]
fn whatever_is_cut_off_or_garbled_is_answered() {
    let whole = include_bytes!("fixtures/google.ics");
    for end in (0..whole.len()).step_by(7) {
        reading(&whole[..end]);
    }
    for (index, replacement) in
        (0..whole.len()).step_by(11).zip([0, b':', b';', b'\n', b'"', 0xff, b'9', b'\\'].into_iter().cycle())
    {
        let mut garbled = whole.to_vec();
        garbled[index] = replacement;
        reading(garbled);
    }
}

#[test]
fn markup_and_scripts_in_fields_stay_outside() {
    let text = event(
        "DTSTART:20261201T150000\nDESCRIPTION:<p>Hallo<script>alert(1)</script></p>\nLOCATION:<img src=x onerror=alert(1)>Haus\nURL:javascript:alert(1)\nCATEGORIES:<svg onload=alert(1)>,a\nCONTACT:<b>x</b>",
    );
    let reading = reading(text);
    let details = &reading.items[0].details;
    assert_eq!(details.content.as_str(), "<p>Hallo</p>");
    assert_eq!(details.place.as_ref().unwrap().name, "Haus");
    assert_eq!(
        (details.link.as_ref(), details.tags.join("|"), details.contact.as_deref()),
        (None, "a".to_owned(), Some("x"))
    );
}
