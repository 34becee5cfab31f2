//! Every phrase of the list in product.md, section 4.8.

use domain::event::Status;
use domain::place::Place;
use jiff::civil::DateTime;

use super::*;

const DE: Language = Language::DE;
const EN: Language = Language::EN;

fn at(local: &str) -> Timestamp {
    let local: DateTime = local.parse().expect("a clock time");
    local.in_tz("Europe/Berlin").expect("a time in Berlin").timestamp()
}

fn event(start: &str, end: &str) -> Details {
    let mut details = Details::new("Adventssingen", at(start), at(end), "Europe/Berlin");
    details.place = Some(Place::named("Bürgerhaus Nord"));
    details
}

fn whole_days(first: &str, after: &str) -> Details {
    let mut details = event(&format!("{first}T00:00"), &format!("{after}T00:00"));
    details.all_day = true;
    details
}

fn day_of(text: &str) -> Date {
    text.parse().expect("a date")
}

#[test]
fn an_afternoon_is_told_with_weekday_date_and_both_times() {
    let afternoon = event("2026-12-05T15:00", "2026-12-05T17:30");
    assert_eq!(when_long(&afternoon, DE), "Samstag, 5. Dezember 2026, 15:00–17:30 Uhr");
    assert_eq!(when_list(&afternoon, DE), "Sa., 5.12., 15–17:30 Uhr");
    assert_eq!(times(&afternoon, DE), "15–17:30 Uhr");
    assert_eq!(summary_line(&afternoon, DE), "Sa 5.12. · 15 Uhr · Bürgerhaus Nord");
    assert_eq!(when_long(&afternoon, EN), "Saturday, 5 December 2026, 15:00–17:30");
    assert_eq!(when_list(&afternoon, EN), "Sat, 5 Dec, 15:00–17:30");
    assert_eq!(summary_line(&afternoon, EN), "Sat 5 Dec · 15:00 · Bürgerhaus Nord");
}

#[test]
fn whole_days_have_no_times_and_name_months_and_years_only_where_they_differ() {
    assert_eq!(when_long(&whole_days("2026-12-05", "2026-12-06"), DE), "Samstag, 5. Dezember 2026, ganztägig");
    assert_eq!(when_list(&whole_days("2026-12-05", "2026-12-06"), DE), "Sa., 5.12., ganztägig");
    let weekend = whole_days("2026-12-05", "2026-12-08");
    assert_eq!(when_long(&weekend, DE), "5.–7. Dezember 2026");
    assert_eq!(when_long(&weekend, EN), "5–7 December 2026");
    assert_eq!(when_list(&weekend, DE), "5.–7.12.");
    assert_eq!(times(&weekend, DE), "ganztägig, bis 7.12.");
    assert_eq!(summary_line(&weekend, DE), "Sa 5.12. bis Mo 7.12. · ganztägig · Bürgerhaus Nord");
    let months = whole_days("2026-11-30", "2026-12-03");
    assert_eq!(when_long(&months, DE), "30. November bis 2. Dezember 2026");
    assert_eq!(when_list(&months, DE), "30.11.–2.12.");
    assert_eq!(when_list(&months, EN), "30 Nov–2 Dec");
    let years = whole_days("2026-12-30", "2027-01-03");
    assert_eq!(when_long(&years, DE), "30. Dezember 2026 bis 2. Januar 2027");
}

#[test]
fn a_night_belongs_to_the_day_it_began_on() {
    let night = event("2026-12-05T22:00", "2026-12-06T02:00");
    assert_eq!(when_long(&night, DE), "Samstag, 5. Dezember 2026, 22:00 Uhr bis Sonntag, 6. Dezember, 2:00 Uhr");
    assert_eq!(when_list(&night, DE), "Sa., 5.12., 22–2 Uhr");
    assert_eq!(days(&night), (day_of("2026-12-05"), day_of("2026-12-05")));
    let sylvester = event("2026-12-31T22:00", "2027-01-01T02:00");
    assert_eq!(
        when_long(&sylvester, DE),
        "Donnerstag, 31. Dezember 2026, 22:00 Uhr bis Freitag, 1. Januar 2027, 2:00 Uhr"
    );
    let until_midnight = event("2026-12-05T20:00", "2026-12-06T00:00");
    assert_eq!(when_long(&until_midnight, DE), "Samstag, 5. Dezember 2026, 20:00–24:00 Uhr");
    assert_eq!(when_list(&until_midnight, DE), "Sa., 5.12., 20–24 Uhr");
    assert_eq!(days(&until_midnight), (day_of("2026-12-05"), day_of("2026-12-05")));
}

#[test]
fn several_days_with_times_name_both_ends() {
    let camp = event("2026-12-04T18:00", "2026-12-06T14:00");
    assert_eq!(when_long(&camp, DE), "Freitag, 4. Dezember 2026, 18:00 Uhr bis Sonntag, 6. Dezember, 14:00 Uhr");
    assert_eq!(when_list(&camp, DE), "Fr., 4.12., 18 Uhr bis So., 6.12., 14 Uhr");
    assert_eq!(times(&camp, DE), "18 Uhr bis So., 6.12., 14 Uhr");
    assert_eq!(days(&camp), (day_of("2026-12-04"), day_of("2026-12-06")));
    assert_eq!(days(&event("2026-12-04T18:00", "2026-12-06T04:59")).1, day_of("2026-12-05"));
    assert_eq!(days(&event("2026-12-05T22:00", "2026-12-06T05:00")).1, day_of("2026-12-06"));
    assert_eq!(days(&whole_days("2026-12-05", "2026-12-08")), (day_of("2026-12-05"), day_of("2026-12-07")));
}

#[test]
fn an_open_end_and_the_doors_are_said() {
    let mut open = event("2026-12-05T19:00", "2026-12-05T21:00");
    open.open_end = true;
    assert_eq!(when_long(&open, DE), "Samstag, 5. Dezember 2026, ab 19:00 Uhr, Ende offen");
    assert_eq!(when_list(&open, DE), "Sa., 5.12., ab 19 Uhr, Ende offen");
    assert_eq!(summary_line(&open, DE), "Sa 5.12. · ab 19 Uhr · Bürgerhaus Nord");
    open.doors_at = Some(at("2026-12-05T18:30"));
    assert_eq!(when_long(&open, DE), "Samstag, 5. Dezember 2026, Einlass 18:30 Uhr, Beginn 19:00 Uhr, Ende offen");
    open.open_end = false;
    assert_eq!(when_long(&open, DE), "Samstag, 5. Dezember 2026, Einlass 18:30 Uhr, Beginn 19:00 Uhr, Ende 21:00 Uhr");
    assert_eq!(when_list(&open, DE), "Sa., 5.12., Einlass 18:30, Beginn 19 Uhr");
}

#[test]
fn a_late_open_end_stays_on_its_day() {
    let mut late = event("2026-12-05T23:30", "2026-12-06T05:30");
    late.open_end = true;
    assert_eq!(days(&late).1, day_of("2026-12-05"));
    assert_eq!(when_long(&late, DE), "Samstag, 5. Dezember 2026, ab 23:30 Uhr, Ende offen");
}

#[test]
fn what_is_off_or_unsure_says_so_first() {
    let mut details = event("2026-12-05T15:00", "2026-12-05T17:30");
    details.status = Status::Cancelled;
    assert_eq!(summary_line(&details, DE), "Fällt aus: Sa 5.12. · 15 Uhr · Bürgerhaus Nord");
    details.status = Status::Tentative;
    details.place = None;
    details.online = "https://treff.example/raum".parse().ok();
    assert_eq!(summary_line(&details, DE), "Vorgemerkt: Sa 5.12. · 15 Uhr · online");
    assert_eq!(summary_line(&details, EN), "Tentative: Sat 5 Dec · 15:00 · online");
}

#[test]
fn a_heading_knows_today_tomorrow_and_other_years() {
    let today = day_of("2026-11-22");
    assert_eq!(day_heading(today, today, DE), "heute, Sonntag, 22. November");
    assert_eq!(day_heading(day_of("2026-11-23"), today, DE), "morgen, Montag, 23. November");
    assert_eq!(day_heading(day_of("2026-11-24"), today, DE), "übermorgen, Dienstag, 24. November");
    assert_eq!(day_heading(day_of("2026-11-25"), today, DE), "Mittwoch, 25. November");
    assert_eq!(day_heading(day_of("2026-11-27"), today, DE), "Freitag, 27. November");
    assert_eq!(day_heading(day_of("2027-01-01"), today, DE), "Freitag, 1. Januar 2027");
    assert_eq!(day_heading(today, today, EN), "today, Sunday, 22 November");
}

#[test]
fn a_moment_is_told_in_figures() {
    let zone = TimeZone::get("Europe/Berlin").expect("Berlin");
    assert_eq!(moment(at("2026-11-22T10:14"), &zone, DE), "22.11.2026, 10:14 Uhr");
    assert_eq!(moment(at("2026-11-22T09:04"), &zone, EN), "22 Nov 2026, 9:04");
}

#[test]
fn the_price_line_wins_over_free_and_nothing_known_says_nothing() {
    let mut details = event("2026-12-05T15:00", "2026-12-05T17:30");
    assert_eq!(price(&details, DE), None);
    details.free = true;
    assert_eq!(price(&details, DE).as_deref(), Some("kostenlos"));
    details.price = Some("Eintritt frei, Spende erbeten".into());
    assert_eq!(price(&details, DE).as_deref(), Some("Eintritt frei, Spende erbeten"));
    assert_eq!(price(&details, EN).as_deref(), Some("admission free, donations welcome"));
    details.price = Some("je nach Menü".into());
    assert_eq!(price(&details, EN).as_deref(), Some("je nach Menü"), "what is not understood stays");
    assert_eq!(registration(&details, DE), "einfach vorbeikommen");
    details.registration = Some("bis 3.12. unter 0209 169-6666".into());
    assert_eq!(registration(&details, DE), "bis 3.12. unter 0209 169-6666");
}
