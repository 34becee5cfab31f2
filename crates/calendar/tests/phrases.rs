//! Every phrase of the list of dates, times and prices as a page, a list and the line for followers elsewhere say it.

#![allow(clippy::unwrap_used, reason = "a test may break loudly")]

use calendar::phrase;
use domain::event::{Details, Status};
use domain::language::Language;
use domain::place::Place;
use jiff::Timestamp;
use jiff::civil::DateTime;

fn at(local: &str) -> Timestamp {
    local.parse::<DateTime>().unwrap().in_tz("Europe/Berlin").unwrap().timestamp()
}

/// An event in the Bürgerhaus; a day without a time is one of whole days, up to the day before the end.
fn event(start: &str, end: &str, change: fn(&mut Details)) -> Details {
    let whole = !start.contains('T');
    let clock = |text: &str| at(&if whole { format!("{text}T00:00") } else { text.to_owned() });
    let mut details = Details::new("Adventssingen", clock(start), clock(end), "Europe/Berlin");
    details.all_day = whole;
    details.place = Some(Place::named("Bürgerhaus"));
    change(&mut details);
    details
}

/// The event; how its page, a list and the summary for the fediverse say when it is; the same line in English.
type Row = (Details, [&'static str; 4]);

#[expect(clippy::too_many_lines, reason = "a table")]
fn rows() -> Vec<Row> {
    let as_is = |_: &mut Details| {};
    let open = |details: &mut Details| details.open_end = true;
    let doors = |details: &mut Details| details.doors_at = Some(at("2026-12-05T18:30"));
    vec![
        (
            event("2026-12-05T15:00", "2026-12-05T17:30", as_is),
            [
                "Samstag, 5. Dezember 2026, 15:00–17:30 Uhr",
                "Sa., 5.12., 15–17:30 Uhr",
                "Sa 5.12. · 15 Uhr · Bürgerhaus",
                "Sat 5 Dec · 15:00 · Bürgerhaus",
            ],
        ),
        (
            event("2026-12-05T19:00", "2026-12-05T21:00", open),
            [
                "Samstag, 5. Dezember 2026, ab 19:00 Uhr, Ende offen",
                "Sa., 5.12., ab 19 Uhr, Ende offen",
                "Sa 5.12. · ab 19 Uhr · Bürgerhaus",
                "Sat 5 Dec · from 19:00 · Bürgerhaus",
            ],
        ),
        (
            event("2026-12-05T19:00", "2026-12-05T21:00", doors),
            [
                "Samstag, 5. Dezember 2026, Einlass 18:30 Uhr, Beginn 19:00 Uhr, Ende 21:00 Uhr",
                "Sa., 5.12., Einlass 18:30, Beginn 19 Uhr",
                "Sa 5.12. · 19 Uhr · Bürgerhaus",
                "Sat 5 Dec · 19:00 · Bürgerhaus",
            ],
        ),
        (
            event("2026-12-05", "2026-12-06", as_is),
            [
                "Samstag, 5. Dezember 2026, ganztägig",
                "Sa., 5.12., ganztägig",
                "Sa 5.12. · ganztägig · Bürgerhaus",
                "Sat 5 Dec · all day · Bürgerhaus",
            ],
        ),
        (
            event("2026-12-05", "2026-12-08", as_is),
            [
                "5.–7. Dezember 2026",
                "5.–7.12.",
                "Sa 5.12. bis Mo 7.12. · ganztägig · Bürgerhaus",
                "Sat 5 Dec to Mon 7 Dec · all day · Bürgerhaus",
            ],
        ),
        (
            event("2026-12-04T18:00", "2026-12-06T14:00", as_is),
            [
                "Freitag, 4. Dezember 2026, 18:00 Uhr bis Sonntag, 6. Dezember, 14:00 Uhr",
                "Fr., 4.12., 18 Uhr bis So., 6.12., 14 Uhr",
                "Fr 4.12. bis So 6.12. · 18 Uhr · Bürgerhaus",
                "Fri 4 Dec to Sun 6 Dec · 18:00 · Bürgerhaus",
            ],
        ),
        (
            event("2026-12-31T22:00", "2027-01-01T02:00", as_is),
            [
                "Donnerstag, 31. Dezember 2026, 22:00 Uhr bis Freitag, 1. Januar 2027, 2:00 Uhr",
                "Do., 31.12., 22–2 Uhr",
                "Do 31.12. · 22 Uhr · Bürgerhaus",
                "Thu 31 Dec · 22:00 · Bürgerhaus",
            ],
        ),
        (
            event("2026-12-05T20:00", "2026-12-06T00:00", as_is),
            [
                "Samstag, 5. Dezember 2026, 20:00–24:00 Uhr",
                "Sa., 5.12., 20–24 Uhr",
                "Sa 5.12. · 20 Uhr · Bürgerhaus",
                "Sat 5 Dec · 20:00 · Bürgerhaus",
            ],
        ),
        (
            event("2026-12-05T15:00", "2026-12-05T17:30", |details| details.status = Status::Cancelled),
            [
                "Samstag, 5. Dezember 2026, 15:00–17:30 Uhr",
                "Sa., 5.12., 15–17:30 Uhr",
                "Fällt aus: Sa 5.12. · 15 Uhr · Bürgerhaus",
                "Cancelled: Sat 5 Dec · 15:00 · Bürgerhaus",
            ],
        ),
        (
            event("2026-12-05T15:00", "2026-12-05T17:30", |details| details.status = Status::Tentative),
            [
                "Samstag, 5. Dezember 2026, 15:00–17:30 Uhr",
                "Sa., 5.12., 15–17:30 Uhr",
                "Vorgemerkt: Sa 5.12. · 15 Uhr · Bürgerhaus",
                "Tentative: Sat 5 Dec · 15:00 · Bürgerhaus",
            ],
        ),
        (
            event("2026-12-05T15:00", "2026-12-05T17:30", |details| {
                details.place = None;
                details.online = "https://treff.example/raum".parse().ok();
            }),
            [
                "Samstag, 5. Dezember 2026, 15:00–17:30 Uhr",
                "Sa., 5.12., 15–17:30 Uhr",
                "Sa 5.12. · 15 Uhr · online",
                "Sat 5 Dec · 15:00 · online",
            ],
        ),
        // The nights when the clocks change: an hour that is skipped, and one that comes twice.
        (
            event("2026-03-29T01:30", "2026-03-29T03:30", as_is),
            [
                "Sonntag, 29. März 2026, 1:30–3:30 Uhr",
                "So., 29.3., 1:30–3:30 Uhr",
                "So 29.3. · 1:30 Uhr · Bürgerhaus",
                "Sun 29 Mar · 1:30 · Bürgerhaus",
            ],
        ),
        (
            event("2026-10-25T02:30", "2026-10-25T03:30", as_is),
            [
                "Sonntag, 25. Oktober 2026, 2:30–3:30 Uhr",
                "So., 25.10., 2:30–3:30 Uhr",
                "So 25.10. · 2:30 Uhr · Bürgerhaus",
                "Sun 25 Oct · 2:30 · Bürgerhaus",
            ],
        ),
        (
            event("2028-02-29T10:00", "2028-02-29T11:00", as_is),
            [
                "Dienstag, 29. Februar 2028, 10:00–11:00 Uhr",
                "Di., 29.2., 10–11 Uhr",
                "Di 29.2. · 10 Uhr · Bürgerhaus",
                "Tue 29 Feb · 10:00 · Bürgerhaus",
            ],
        ),
    ]
}

#[test]
fn every_phrase_is_said_on_pages_in_lists_and_to_followers() {
    for (details, [page, list, summary, english]) in rows() {
        assert_eq!(phrase::when_long(&details, Language::DE), page);
        assert_eq!(phrase::when_list(&details, Language::DE), list);
        assert_eq!(phrase::summary_line(&details, Language::DE), summary);
        assert_eq!(phrase::summary_line(&details, Language::EN), english);
        for near in ["heute", "morgen", "today", "tomorrow"] {
            assert!(
                ![page, list, summary, english].iter().any(|line| line.contains(near)),
                "only live pages say {near}"
            );
        }
    }
}

#[test]
fn cal_04_the_edges_of_the_calendar_are_said_too() {
    for seconds in [i64::from(i32::MAX), 0, -62_135_596_800, 253_402_207_200] {
        let start = Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
        for zone in ["Europe/Berlin", "Pacific/Kiritimati", "../../etc/localtime", ""] {
            let details = Details::new("Rand", start, start, zone);
            for language in [Language::DE, Language::EN] {
                assert!(!phrase::when_long(&details, language).is_empty());
                assert!(!phrase::when_list(&details, language).is_empty());
                assert!(!phrase::summary_line(&details, language).is_empty());
            }
        }
    }
}
