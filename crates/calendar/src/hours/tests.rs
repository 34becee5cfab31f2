//! Opening hours as they stand in OpenStreetMap, in words and at certain moments.

use domain::language::Language;
use jiff::civil::{Date, DateTime, date};

use super::{Holidays, Hours, Now};

fn read(text: &str) -> Hours {
    Hours::read(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"))
}

#[test]
fn hours_are_told_in_words() {
    for (text, german, english) in [
        ("24/7", "Immer geöffnet", "Always open"),
        ("Mo-Fr 09:00-12:00", "Mo–Fr 9–12 Uhr", "Mon–Fri 9:00–12:00"),
        (
            "Mo-Fr 09:00-12:00, We 14:00-18:00; PH off",
            "Mo–Fr 9–12 Uhr, Mi auch 14–18 Uhr; an Feiertagen geschlossen",
            "Mon–Fri 9:00–12:00, Wed also 14:00–18:00; on public holidays closed",
        ),
        (
            "Mo,We,Fr 08:30-12:00,14:00-17:30",
            "Mo, Mi und Fr 8:30–12 und 14–17:30 Uhr",
            "Mon, Wed and Fri 8:30–12:00 and 14:00–17:30",
        ),
        ("Sa 18:00+", "Sa ab 18 Uhr", "Sat from 18:00"),
        ("Fr-Sa 20:00-02:00", "Fr–Sa 20–2 Uhr", "Fri–Sat 20:00–2:00"),
        ("Apr-Oct Mo-Su 10:00-20:00", "April bis Oktober Mo–So 10–20 Uhr", "April to October Mon–Sun 10:00–20:00"),
        ("Dec 24-Jan 02 off", "24. Dezember bis 2. Januar geschlossen", "24 December to 2 January closed"),
        ("Th[1] 18:00-20:00", "am 1. Do im Monat 18–20 Uhr", "on the 1st Thu of the month 18:00–20:00"),
        (
            "We[1,3] 15:00-17:00",
            "am 1. und 3. Mi im Monat 15–17 Uhr",
            "on the 1st and 3rd Wed of the month 15:00–17:00",
        ),
        ("Fr[-1] 19:00+", "am letzten Fr im Monat ab 19 Uhr", "on the last Fri of the month from 19:00"),
        ("SH off", "In den Schulferien geschlossen", "In the school holidays closed"),
        ("SH Mo-Fr 10:00-12:00", "In den Schulferien Mo–Fr 10–12 Uhr", "In the school holidays Mon–Fri 10:00–12:00"),
        ("PH,Su 11:00-13:00", "So und an Feiertagen 11–13 Uhr", "Sun and on public holidays 11:00–13:00"),
        ("week 2-52/2 Tu 16:00-18:00", "In geraden Wochen Di 16–18 Uhr", "In even weeks Tue 16:00–18:00"),
        ("week 1-53/2 Tu 16:00-18:00", "In ungeraden Wochen Di 16–18 Uhr", "In odd weeks Tue 16:00–18:00"),
        ("\"by appointment\"", "Nach Vereinbarung", "By appointment"),
        (
            "Mo-Th 9:00-15:00; Fr by appointment",
            "Mo–Do 9–15 Uhr; Fr nach Vereinbarung",
            "Mon–Thu 9:00–15:00; Fri by appointment",
        ),
        ("Tu 10:00-12:00 \"nur Ausleihe\"", "Di 10–12 Uhr (nur Ausleihe)", "Tue 10:00–12:00 (nur Ausleihe)"),
        ("off", "Geschlossen", "Closed"),
    ] {
        let capital = |words: &str| {
            let mut letters = words.chars();
            letters.next().map(char::to_uppercase).into_iter().flatten().chain(letters).collect::<String>()
        };
        assert_eq!(read(text).words(Language::DE), capital(german), "{text}");
        assert_eq!(read(text).words(Language::EN), capital(english), "{text}");
    }
}

#[test]
fn what_cannot_be_read_is_named_with_its_place() {
    for (text, at, word) in [
        ("", 1, ""),
        ("Montag 9-12", 1, "Montag"),
        ("Mo-Fr 9-12", 7, "9-12"),
        ("Mo-Fr 09:00-25:99", 13, "25:99"),
        ("Mo-Fr 09:00", 12, ""),
        ("Mo-Xx 09:00-12:00", 4, "Xx"),
        ("Mo 09:00-12:00 || Tu off", 16, "||"),
        ("We[9] 10:00-12:00", 4, "9]"),
        ("Mo sunrise-sunset", 4, "sunrise-sunset"),
        ("Mo 10:00-12:00 \"ohne Ende", 17, "ohne"),
        ("week 77 off", 6, "77"),
        ("Feb 30 off", 5, "30"),
        ("öffnet nie", 1, "öffnet"),
    ] {
        let problem = Hours::read(text).expect_err(text);
        assert_eq!((problem.at, problem.word.as_str()), (at, word), "{text}");
    }
    assert!(Hours::read(&"Mo off;".repeat(100)).is_err(), "no end of rules");
}

fn at(text: &str) -> DateTime {
    text.parse().expect("a time")
}

#[test]
fn a_place_is_open_or_opens_next() {
    let hours = read("Mo-Fr 09:00-12:00, We 14:00-18:00; PH off");
    let christmas = |day: Date| day == date(2026, 12, 25);
    let holidays = Holidays { public: &christmas, school: &|_| false };
    let now = |text| hours.at(at(text), holidays);
    assert_eq!(now("2026-11-23T08:59"), Now::Closed(Some(at("2026-11-23T09:00"))), "a Monday");
    assert_eq!(now("2026-11-23T09:00"), Now::Open(Some(at("2026-11-23T12:00"))));
    assert_eq!(now("2026-11-23T12:00"), Now::Closed(Some(at("2026-11-24T09:00"))));
    assert_eq!(now("2026-11-25T15:00"), Now::Open(Some(at("2026-11-25T18:00"))), "a Wednesday");
    assert_eq!(now("2026-12-25T10:00"), Now::Closed(Some(at("2026-12-28T09:00"))), "a holiday, a Friday");
    assert_eq!(hours.at(at("2026-12-25T10:00"), Holidays::NONE), Now::Open(Some(at("2026-12-25T12:00"))));
}

#[test]
fn hours_past_midnight_belong_to_the_evening_before() {
    let hours = read("Fr-Sa 20:00-02:00");
    let now = |text| hours.at(at(text), Holidays::NONE);
    assert_eq!(now("2026-11-28T01:59"), Now::Open(Some(at("2026-11-28T02:00"))));
    assert_eq!(now("2026-11-28T02:00"), Now::Closed(Some(at("2026-11-28T20:00"))));
    assert_eq!(now("2026-11-27T01:00"), Now::Closed(Some(at("2026-11-27T20:00"))));
}

#[test]
fn seasons_weeks_and_days_of_the_month_count() {
    let open = |text: &str, when: &str| matches!(read(text).at(at(when), Holidays::NONE), Now::Open(_));
    assert!(open("We[1] 10:00-12:00", "2026-12-02T11:00"));
    assert!(!open("We[1] 10:00-12:00", "2026-12-09T11:00"));
    assert!(open("We[-1] 10:00-12:00", "2026-12-30T11:00"));
    assert!(open("week 2-52/2 We 10:00-12:00", "2026-11-25T11:00"), "week 48");
    assert!(!open("week 2-52/2 We 10:00-12:00", "2026-12-02T11:00"), "week 49");
    assert!(open("Nov-Feb 10:00-12:00", "2027-01-02T11:00"));
    assert!(!open("Nov-Feb 10:00-12:00", "2027-03-02T11:00"));
    assert!(!open("24/7; Dec 24-Jan 02 off", "2026-12-31T11:00"));
    assert_eq!(read("24/7").at(at("2026-12-31T11:00"), Holidays::NONE), Now::Open(None), "it never closes");
    assert_eq!(read("by appointment").at(at("2026-12-31T11:00"), Holidays::NONE), Now::Unsure);
    assert_eq!(read("off").at(at("2026-12-31T11:00"), Holidays::NONE), Now::Closed(None));
}

#[test]
fn search_engines_are_told_an_ordinary_week() {
    let week = read("Mo-Fr 09:00-12:00, We 14:00-18:00; Fr off; PH off; Dec Sa 09:00-10:00").week();
    assert_eq!(week.each_ref().map(Vec::len), [1, 1, 2, 1, 0, 0, 0]);
}
