//! The examples of RFC 5545 section 3.8.5.3, edge cases, bounds, and another expander's opinion.

use jiff::tz::TimeZone;

use super::*;

fn window(first: &str, last: &str) -> Window {
    Window { first: first.parse().unwrap(), last: last.parse().unwrap() }
}

fn expand_in(start: &str, rule: &str, window: Window) -> Result<Vec<String>, &'static str> {
    let start: DateTime = start.parse().unwrap();
    let rule = Rule::parse(rule, start, &TimeZone::UTC)?;
    let mut effort = STEPS_PER_SERIES;
    Ok(dates(&rule, start, window, &mut effort)?.iter().map(ToString::to_string).collect())
}

/// Everything from 1990 to 2100.
fn expand(start: &str, rule: &str) -> Vec<String> {
    expand_in(start, rule, window("1990-01-01", "2100-12-31")).unwrap()
}

#[test]
fn leap_days_are_kept_as_leap_days() {
    let days = expand_in("2024-02-29T10:00", "FREQ=YEARLY", window("2024-01-01", "2033-01-01"));
    assert_eq!(days.unwrap(), ["2024-02-29", "2028-02-29", "2032-02-29"]);
}

#[test]
fn months_without_a_31st_are_left_out() {
    assert_eq!(
        expand("2026-01-31T10:00", "FREQ=MONTHLY;COUNT=4"),
        ["2026-01-31", "2026-03-31", "2026-05-31", "2026-07-31"]
    );
    assert_eq!(
        expand("2026-01-31T10:00", "FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3"),
        ["2026-01-31", "2026-02-28", "2026-03-31"]
    );
}

#[test]
fn until_is_inclusive_to_the_second() {
    assert_eq!(expand("2026-12-05T15:00", "FREQ=WEEKLY;UNTIL=20261219T150000").len(), 3);
    assert_eq!(expand("2026-12-05T15:00", "FREQ=WEEKLY;UNTIL=20261219T145959").len(), 2);
    assert_eq!(expand("2026-12-05T15:00", "FREQ=WEEKLY;UNTIL=20261219").len(), 3);
    assert_eq!(expand("2026-12-05T15:00", "FREQ=WEEKLY;UNTIL=20200101"), ["2026-12-05"]);
}

#[test]
fn a_start_that_the_rule_does_not_name_is_the_first_and_is_counted() {
    assert_eq!(expand("2026-12-05T15:00", "FREQ=WEEKLY;BYDAY=MO;COUNT=3"), ["2026-12-05", "2026-12-07", "2026-12-14"]);
}

#[test]
fn a_window_far_from_the_start_gives_the_same_days() {
    for rule in [
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=MO",
        "FREQ=MONTHLY;INTERVAL=5;BYDAY=1TU,-1FR",
        "FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1,53;BYDAY=MO,SU",
        "FREQ=YEARLY;BYYEARDAY=1,-1,100",
    ] {
        let late = expand_in("1999-03-17T10:00", rule, window("2031-05-05", "2040-05-05")).unwrap();
        let all = expand_in("1999-03-17T10:00", rule, window("1990-01-01", "2040-05-05")).unwrap();
        let expected: Vec<_> = all.into_iter().filter(|day| day.as_str() >= "2031-05-05").collect();
        assert_eq!(late, expected, "{rule}");
        assert!(!late.is_empty());
    }
}

#[test]
fn rules_that_name_no_day_are_refused() {
    for rule in [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=1",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=WEEKLY;BYSETPOS=9",
        "FREQ=YEARLY;INTERVAL=100000",
        "FREQ=DAILY;BYMONTH=1;BYYEARDAY=366",
    ] {
        let found = expand_in("2026-01-05T10:00", rule, window("2026-01-01", "2027-01-01"));
        let counted_out = rule.ends_with("COUNT=1");
        assert_eq!(found.err(), (!counted_out).then_some("import-rule-never"), "{rule}");
    }
}

#[test]
fn the_steps_are_bounded_for_a_series_and_for_a_file() {
    let start: DateTime = "1900-01-01T00:00".parse().unwrap();
    let rule = Rule::parse("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=730", start, &TimeZone::UTC).unwrap();
    let mut effort = 2 * STEPS_PER_SERIES;
    let window = window("2026-01-01", "2027-01-01");
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(dates(&rule, start, window, &mut effort).unwrap_err());
    }
    assert_eq!(answers, ["import-rule-never", "import-rule-never", "import-effort"]);
}

/// Another expander, written by others, names the same days.
#[test]
fn the_rrule_crate_agrees() {
    let rules = [
        "FREQ=DAILY;COUNT=40",
        "FREQ=DAILY;INTERVAL=10;COUNT=50",
        "FREQ=DAILY;BYMONTH=1;COUNT=100",
        "FREQ=WEEKLY;COUNT=60",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU;COUNT=40",
        "FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=TU,SU;COUNT=40",
        "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-1;COUNT=40",
        "FREQ=MONTHLY;BYDAY=1FR;COUNT=40",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=1SU,-1SU;COUNT=40",
        "FREQ=MONTHLY;BYDAY=-2MO;COUNT=40",
        "FREQ=MONTHLY;BYMONTHDAY=-3,1,31;COUNT=60",
        "FREQ=MONTHLY;INTERVAL=18;BYMONTHDAY=10,11,12,13,14,15;COUNT=40",
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=40",
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13;COUNT=40",
        "FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3;COUNT=40",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=40",
        "FREQ=YEARLY;BYMONTH=6,7;COUNT=40",
        "FREQ=YEARLY;INTERVAL=3;BYYEARDAY=1,100,200;COUNT=40",
        "FREQ=YEARLY;BYYEARDAY=-1,366;COUNT=40",
        "FREQ=YEARLY;BYDAY=20MO;COUNT=40",
        "FREQ=YEARLY;BYDAY=-1SU,1SU;COUNT=40",
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=40",
        "FREQ=YEARLY;BYWEEKNO=-1,10;BYDAY=WE;COUNT=40",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH;COUNT=40",
        "FREQ=YEARLY;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8;INTERVAL=4;COUNT=20",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=40",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=10",
    ];
    for (rule, start) in rules.iter().flat_map(|rule| ["1997-09-02", "2000-02-29", "2011-01-01"].map(|day| (rule, day)))
    {
        let set: rrule::RRuleSet = format!("DTSTART:{}T090000Z\nRRULE:{rule}", start.replace('-', "")).parse().unwrap();
        let theirs: Vec<_> = set.all(800).dates.iter().map(|date| date.format("%Y-%m-%d").to_string()).collect();
        let mut ours = expand(&format!("{start}T09:00"), rule);
        // They begin with the first day the rule names, we with the start.
        if theirs.first().is_none_or(|first| first != start) {
            ours.remove(0);
        }
        let same = ours.len().min(theirs.len());
        assert!(same + 1 >= theirs.len(), "{rule} from {start}");
        assert_eq!(ours.get(..same), theirs.get(..same), "{rule} from {start}");
    }
}
