//! Series as people mean them: holidays, weeks, single days, and what is never met.

use super::*;

fn series(text: &str) -> Recurrence {
    text.parse().unwrap_or_else(|problem| panic!("{text}: {problem}"))
}

fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// The days of `text` from `start` on, as day and month, until `last`.
fn days(text: &str, start: &str, last: &str) -> Vec<String> {
    let start: DateTime = start.parse().expect("a start");
    let window = Window { first: start.date(), last: day(last) };
    let found = series(text).days(start, window, Almanac::bundled()).expect("days");
    found.into_iter().map(|day| day.strftime("%-d.%-m.").to_string()).collect()
}

fn first(text: &str, from: &str) -> Result<Date, Problem> {
    series(text).first(from.parse().expect("a start"), Almanac::bundled())
}

#[test]
fn a_series_leaves_out_the_school_holidays_of_its_land() {
    let tuesdays = days("FREQ=MONTHLY;BYDAY=1TU;X-SCHOOL=DE-NW", "2026-07-01T18:00", "2026-12-31");
    assert_eq!(tuesdays, ["7.7.", "6.10.", "3.11.", "1.12."], "4.8. and 1.9. are in the summer holidays");
    let wednesdays = days("FREQ=WEEKLY;X-SCHOOL=DE-NW", "2026-10-07T18:00", "2026-11-10");
    assert_eq!(wednesdays, ["7.10.", "14.10.", "4.11."]);
}

#[test]
fn a_series_leaves_out_public_holidays() {
    assert_eq!(
        days("FREQ=WEEKLY;BYDAY=FR;X-PUBLIC=DE-HE", "2026-12-18T10:00", "2027-01-10"),
        ["18.12.", "8.1."],
        "the 25th and New Year's Day are Fridays"
    );
    assert_eq!(days("FREQ=WEEKLY;X-PUBLIC=DE-SN", "2026-11-11T10:00", "2026-11-25"), ["11.11.", "25.11."]);
}

#[test]
fn ten_times_are_ten_times_but_a_day_taken_out_moves_no_other() {
    let course = days("FREQ=WEEKLY;COUNT=4;X-SCHOOL=DE-NW", "2026-10-07T18:00", "2027-06-30");
    assert_eq!(course, ["7.10.", "14.10.", "4.11.", "11.11."]);
    let shorter = days("FREQ=WEEKLY;COUNT=4;X-SCHOOL=DE-NW;X-NOT=20261014", "2026-10-07T18:00", "2027-06-30");
    assert_eq!(shorter, ["7.10.", "4.11.", "11.11."]);
}

#[test]
fn even_weeks_are_those_of_the_calendar_on_the_wall() {
    // 2026 has 53 weeks: after the odd week 53 comes the odd week 1.
    let even = days("FREQ=WEEKLY;X-WEEKS=EVEN", "2026-12-09T10:00", "2027-01-31");
    assert_eq!(even, ["9.12.", "23.12.", "13.1.", "27.1."]);
    let odd = days("FREQ=WEEKLY;X-WEEKS=ODD", "2026-12-09T10:00", "2027-01-31");
    assert_eq!(odd, ["16.12.", "30.12.", "6.1.", "20.1."]);
    let every_second = days("FREQ=WEEKLY;INTERVAL=2", "2026-12-09T10:00", "2027-01-31");
    assert_eq!(every_second, ["9.12.", "23.12.", "6.1.", "20.1."]);
}

#[test]
fn single_days_are_taken_out_and_added_within_the_series() {
    let found = days("FREQ=WEEKLY;X-NOT=20261209;X-ALSO=20261210,20261001,20270301", "2026-12-02T10:00", "2026-12-20");
    assert_eq!(found, ["2.12.", "10.12.", "16.12."], "nothing is added before the start");
}

#[test]
fn the_first_is_a_day_that_the_rule_names() {
    assert_eq!(first("FREQ=MONTHLY;BYDAY=1TU", "2026-11-23T10:00"), Ok(day("2026-12-01")));
    assert_eq!(first("FREQ=MONTHLY;BYDAY=1TU;X-SCHOOL=DE-NW", "2026-07-10T10:00"), Ok(day("2026-10-06")));
    assert_eq!(days("FREQ=WEEKLY;BYDAY=MO", "2026-12-02T10:00", "2026-12-14"), ["7.12.", "14.12."]);
}

#[test]
fn the_part_that_is_never_met_is_found() {
    for (text, part) in [
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20301231;X-SCHOOL=DE-NW;X-NOT=20270101",
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        ),
        ("FREQ=MONTHLY;BYDAY=6MO;COUNT=5", "FREQ=MONTHLY;BYDAY=6MO"),
        ("FREQ=WEEKLY;BYDAY=WE;UNTIL=20260101", "FREQ=WEEKLY;UNTIL=20260101"),
        (
            "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25;X-SCHOOL=DE-NW;X-WEEKS=ODD",
            "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25;X-SCHOOL=DE-NW",
        ),
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;X-PUBLIC=DE-BE", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;X-PUBLIC=DE-BE"),
        ("FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20", "FREQ=MONTHLY;BYMONTHDAY=20;BYDAY=1MO"),
    ] {
        assert_eq!(first(text, "2026-11-23T10:00"), Err(Problem::Never(Box::new(series(part)))), "{text}");
    }
    let unknown = Problem::HolidaysUnknown { land: Land::Berlin, until: day("2030-08-17") };
    assert_eq!(first("FREQ=DAILY;X-SCHOOL=DE-BE", "2031-01-01T10:00"), Err(unknown));
}

#[test]
fn beyond_the_known_holidays_nothing_is_told() {
    let yearly = series("FREQ=WEEKLY;X-SCHOOL=DE-BE");
    let start: DateTime = "2026-11-25T10:00".parse().expect("a start");
    let window = Window { first: day("2030-06-01"), last: day("2030-12-31") };
    let told = yearly.days(start, window, Almanac::bundled()).expect("days");
    assert_eq!(told.last(), Some(&day("2030-07-03")));
    assert_eq!(yearly.known_until(Almanac::bundled()), Some(day("2030-08-17")));
    let remark = |text: &str| series(text).remark(Language::DE, Almanac::bundled());
    let says = "Die Schulferien ab dem 18.8.2030 sind noch nicht bekannt. Bis dahin stehen die Termine fest.";
    assert_eq!(remark("FREQ=WEEKLY;X-SCHOOL=DE-BE").as_deref(), Some(says));
    for ends in ["FREQ=WEEKLY;UNTIL=20300817;X-SCHOOL=DE-BE", "FREQ=WEEKLY;COUNT=9;X-SCHOOL=DE-BE", "FREQ=WEEKLY"] {
        assert_eq!(remark(ends), None, "{ends}");
    }
}

#[test]
fn cal_05_nights_when_the_clock_changes_keep_their_rule() {
    let berlin = TimeZone::get("Europe/Berlin").expect("Berlin");
    let at = |start: &str, last: &str| -> Vec<String> {
        let start: DateTime = start.parse().expect("a start");
        let window = Window { first: start.date(), last: day(last) };
        let told = series("FREQ=DAILY").occurrences(start, &berlin, window, Almanac::bundled()).expect("days");
        told.into_iter().map(|one| one.at.to_string()).collect()
    };
    assert_eq!(
        at("2026-03-28T02:30", "2026-03-30"),
        ["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"],
        "02:30 is skipped on the 29th and becomes 03:30"
    );
    assert_eq!(
        at("2026-10-24T02:30", "2026-10-26"),
        ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
        "of 02:30 twice the first"
    );
    assert_eq!(at("2026-03-28T00:00", "2026-03-30").len(), 3);
}

#[test]
fn leap_days_year_ends_and_week_53_are_days_like_others() {
    assert_eq!(first("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2026-11-23T10:00"), Ok(day("2028-02-29")));
    assert_eq!(days("FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=12", "2026-12-31T23:00", "2028-12-31"), ["31.12."; 3]);
    assert_eq!(first("FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU", "2027-02-01T10:00"), Ok(day("2033-01-02")));
    assert_eq!(days("FREQ=MONTHLY;BYMONTHDAY=-1", "2028-01-31T00:00", "2028-03-31"), ["31.1.", "29.2.", "31.3."]);
}

#[test]
fn cal_01_and_cal_02_hold_for_series_made_here() {
    for (text, why) in [
        ("FREQ=SECONDLY", "import-rule-frequent"),
        ("FREQ=DAILY;COUNT=1000000000", "import-rule-long"),
        ("FREQ=DAILY;BYHOUR=1,2", "import-rule-clock"),
        ("FREQ=DAILY;BYHOUR=10", "import-rule-clock"),
        ("FREQ=DAILY;X-SCHOOL=DE-XX", "import-rule"),
        ("FREQ=DAILY;X-NOT=20261332", "import-date"),
        ("FREQ=DAILY;X-NOT=20261201T100000", "import-date"),
        ("FREQ=DAILY;X-UNHEARD=1", "import-rule-unknown"),
        ("", "import-rule"),
    ] {
        assert_eq!(text.parse::<Recurrence>(), Err(Problem::Rule(why)), "{text}");
    }
    let many = (0..=MAX_DATES).map(|n| format!("{}", 20_260_101 + n % 28 + 100 * (n / 28 % 12) + 10_000 * (n / 336)));
    let many = many.collect::<Vec<_>>().join(",");
    assert_eq!(format!("FREQ=DAILY;X-NOT={many}").parse::<Recurrence>(), Err(Problem::Rule("import-dates-many")));
    let long = series("FREQ=DAILY;UNTIL=99991231");
    let start: DateTime = "2026-01-01T10:00".parse().expect("a start");
    let window = Window { first: Date::MIN, last: Date::MAX };
    let told = long.occurrences(start, &TimeZone::UTC, window, Almanac::bundled()).expect("days");
    assert_eq!(told.len(), MAX_OCCURRENCES);
}

#[test]
fn a_series_is_one_line_of_text() {
    for text in [
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=20271231;BYDAY=MO,TH;WKST=SU",
        "FREQ=MONTHLY;COUNT=10;BYDAY=1TU,-1FR;X-WEEKS=EVEN;X-SCHOOL=DE-NW;X-PUBLIC=DE-BY;X-NOT=20261224,20261231;X-ALSO=20270105",
        "FREQ=YEARLY;UNTIL=20271231T150000;BYMONTH=3;BYWEEKNO=12;BYYEARDAY=80;BYMONTHDAY=-1;BYSETPOS=1",
    ] {
        assert_eq!(series(text).to_string(), text);
    }
    assert_eq!(series(" freq=weekly;x-weeks=odd ").to_string(), "FREQ=WEEKLY;X-WEEKS=ODD");
}

#[test]
fn calendar_programs_get_what_they_can_read() {
    let berlin = TimeZone::get("Europe/Berlin").expect("Berlin");
    let start: DateTime = "2026-10-07T18:00".parse().expect("a start");
    let written = |text: &str, zone| series(text).written(start, zone, day("2026-12-31"), Almanac::bundled());
    let plain = written("FREQ=WEEKLY;UNTIL=20270630;X-NOT=20261223", Some(&berlin)).expect("a rule");
    assert_eq!(plain.rrule, "FREQ=WEEKLY;UNTIL=20270630T215959Z");
    assert_eq!(plain.left_out, [day("2026-12-23")].into());
    let days = written("FREQ=WEEKLY;UNTIL=20270630", None).expect("a rule");
    assert_eq!(days.rrule, "FREQ=WEEKLY;UNTIL=20270630");
    let term = written("FREQ=WEEKLY;COUNT=4;X-SCHOOL=DE-NW;X-ALSO=20261112", Some(&berlin)).expect("a rule");
    assert_eq!(term.rrule, "FREQ=WEEKLY;UNTIL=20261112T225959Z");
    assert_eq!(term.left_out, ["2026-10-21", "2026-10-28"].map(day).into());
    assert_eq!(term.added, [day("2026-11-12")].into());
}
