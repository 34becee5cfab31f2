//! Phrases as people write them, and every series said and read back.

use proptest::prelude::*;

use super::*;
use crate::recurrence::Exceptions;
use crate::recurrence::rule::Rule;

const DE: Language = Language::DE;
const EN: Language = Language::EN;

const HOME: Option<Land> = Some(Land::NordrheinWestfalen);

fn from() -> Date {
    Date::constant(2026, 11, 23)
}

fn parse(phrase: &str, language: Language) -> Result<Recurrence, Problem> {
    Recurrence::parse(phrase, language, from(), HOME)
}

/// As it is said, its series, other ways to say it.
const GERMAN: &str = include_str!("german.tsv");

#[test]
fn german_phrases_are_understood_and_said_again() {
    let mut wrong = Vec::new();
    let rows = GERMAN.lines().filter(|line| !line.starts_with('#'));
    assert!(rows.clone().count() >= 40);
    for row in rows {
        let [canonical, text, others] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("three cells: {row}") };
        let series: Recurrence = text.parse().expect(text);
        let says = series.describe(DE, HOME);
        if says != canonical {
            wrong.push(format!("{text} is said as: {says}\n    not as: {canonical}"));
        }
        let others = others.split(" | ").filter(|phrase| !phrase.is_empty());
        for phrase in std::iter::once(canonical).chain(others) {
            match parse(phrase, DE) {
                Ok(found) if found == series => {}
                Ok(found) => wrong.push(format!("{phrase}: {found}\n    not: {text}")),
                Err(problem) => wrong.push(format!("{phrase}: {problem:?}\n    not: {text}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn english_phrases_are_understood_and_said_again() {
    for (canonical, text, others) in [
        ("every day", "FREQ=DAILY", &["daily"][..]),
        ("every week", "FREQ=WEEKLY", &["weekly"]),
        (
            "every two weeks on Wednesdays",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE",
            &["fortnightly on Wednesday", "every other week on Wednesdays"],
        ),
        ("every Wednesday", "FREQ=WEEKLY;BYDAY=WE", &["on Wednesdays", "each wed"]),
        ("on Mondays and Thursdays", "FREQ=WEEKLY;BYDAY=MO,TH", &["Mon, Thu"]),
        ("on Mondays to Fridays", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", &["on weekdays", "Mon-Fri"]),
        ("fortnightly on Mondays (even weeks)", "FREQ=WEEKLY;BYDAY=MO;X-WEEKS=EVEN", &[]),
        ("every 1st Tuesday of the month", "FREQ=MONTHLY;BYDAY=1TU", &["on the first Tuesday of every month"]),
        ("every second to last Sunday of the month", "FREQ=MONTHLY;BYDAY=-2SU", &[]),
        ("every last working day of the month", "FREQ=MONTHLY;BYSETPOS=-1;BYDAY=MO,TU,WE,TH,FR", &[]),
        ("on the 1st and 23rd of every month", "FREQ=MONTHLY;BYMONTHDAY=1,23", &["monthly on the 1st and 23rd"]),
        ("every year on the 6th of December", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=6", &["yearly on 6 December"]),
        (
            "every Wednesday until 20 Dec 2026 except in the school holidays",
            "FREQ=WEEKLY;UNTIL=20261220;BYDAY=WE;X-SCHOOL=DE-NW",
            &[],
        ),
        ("every Wednesday, 10 times except on 9 Dec 2026", "FREQ=WEEKLY;COUNT=10;BYDAY=WE;X-NOT=20261209", &[]),
        (
            "every Friday except from 24 Dec 2026 to 31 Dec 2026",
            "FREQ=WEEKLY;BYDAY=FR;X-NOT=20261224,20261225,20261226,20261227,20261228,20261229,20261230,20261231",
            &[],
        ),
        ("every Tuesday except on public holidays (Bavaria)", "FREQ=WEEKLY;BYDAY=TU;X-PUBLIC=DE-BY", &[]),
    ] {
        let series: Recurrence = text.parse().expect(text);
        assert_eq!(series.describe(EN, HOME), canonical);
        for phrase in std::iter::once(&canonical).chain(others) {
            assert_eq!(parse(phrase, EN), Ok(series.clone()), "{phrase}");
            assert_eq!(parse(phrase, DE), Ok(series.clone()), "a German page understands: {phrase}");
        }
    }
}

#[test]
fn what_is_not_understood_is_named() {
    for (phrase, text) in [
        (
            "",
            "Wie oft wiederholt es sich? Beispiele: jeden 1. Dienstag im Monat, alle zwei Wochen mittwochs, jährlich am 6. Dezember.",
        ),
        ("jeden Dienstag um 15 Uhr", "„um“ ist hier nicht zu verstehen."),
        ("jeden Blumenstrauß", "„blumenstrauss“ ist hier nicht zu verstehen."),
        (
            "bis 20.12.",
            "Wie oft wiederholt es sich? Beispiele: jeden 1. Dienstag im Monat, alle zwei Wochen mittwochs, jährlich am 6. Dezember.",
        ),
        (
            "jeden 2. Mittwoch",
            "Das kann zweierlei heißen: „alle zwei Wochen mittwochs“ oder „jeden 2. Mittwoch im Monat“.",
        ),
        ("täglich außer am 31.2.", "„31.2.“ ist hier nicht zu verstehen."),
        ("täglich, 10000-mal", "Die Reihe hat mehr als 730 Termine."),
    ] {
        assert_eq!(parse(phrase, DE).map_err(|problem| problem.text(DE)), Err(text.to_owned()), "{phrase}");
    }
    let nowhere = Recurrence::parse("mittwochs außer in den Schulferien", DE, from(), None);
    assert_eq!(nowhere, Err(Problem::WhichLand));
    let named = Recurrence::parse("mittwochs außer in den Schulferien in Thüringen", DE, from(), None);
    assert_eq!(named.expect("a series").exceptions.school_holidays, Some(Land::Thueringen));
    assert_eq!(parse(&"jeden ".repeat(51), DE), Err(Problem::PhraseLong));
    for phrase in [
        "am 6.12.2026",
        "alle 0 Wochen",
        "alle 3",
        "jeden 6. 7. 12.",
        "im Mai",
        "in den Schulferien mittwochs",
        "alle 5000 Tage",
        "10-mal bis 20.12. täglich",
        "Berlin",
        "am 45. jedes Monats",
        "jede Woche am 1. Dienstag",
    ] {
        assert!(parse(phrase, DE).is_err(), "{phrase}: {:?}", parse(phrase, DE));
    }
}

#[test]
fn an_impossible_series_says_what_is_never_met() {
    let first = |phrase: &str| {
        let series = parse(phrase, DE).expect(phrase);
        let start = "2026-11-23T18:00".parse().expect("a start");
        series.first(start, crate::holidays::Almanac::bundled()).map_err(|problem| problem.text(DE))
    };
    let says = |part: &str| Err(format!("Diesen Tag gibt es nie: „{part}“."));
    assert_eq!(first("jährlich am 30. Februar, nicht in den Ferien"), says("jährlich am 30. Februar"));
    assert_eq!(first("jeden 6. Montag im Monat bis 31.12.2027"), says("jeden 6. Montag im Monat"));
    assert_eq!(
        first("jährlich am 25. Dezember außer in den Schulferien"),
        says("jährlich am 25. Dezember außer in den Schulferien (Nordrhein-Westfalen)")
    );
    assert!(first("jährlich am 29. Februar").is_ok());
}

/// Rising numbers, some from the end.
fn numbers(least: i16, most: i16) -> impl Strategy<Value = Vec<i16>> {
    proptest::collection::btree_set((least..=most).prop_filter("no day", |n| *n != 0), 0..3)
        .prop_map(|set| set.into_iter().collect())
}

fn weekdays(numbered: bool) -> impl Strategy<Value = Vec<(i16, Weekday)>> {
    let nth = if numbered { -5_i16..=5 } else { 0..=0 };
    let one = (nth, 0..7_usize);
    proptest::collection::btree_set(one, 0..4).prop_map(move |set| {
        let day = |number: usize| Weekday::Monday.cycle_forward().nth(number).unwrap_or(Weekday::Monday);
        let mut days: Vec<(i16, Weekday)> = set.into_iter().map(|(nth, number)| (nth, day(number))).collect();
        // A weekday and the first of the same are said apart by nobody.
        let every: Vec<Weekday> = days.iter().filter(|(nth, _)| *nth == 0).map(|(_, day)| *day).collect();
        days.retain(|(nth, day)| *nth == 0 || !every.contains(day));
        days.sort_by_key(|(nth, day)| (day.to_monday_zero_offset(), *nth));
        days
    })
}

fn dates() -> impl Strategy<Value = std::collections::BTreeSet<Date>> {
    let day = (2026_i16..2032, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| Date::constant(year, month, day));
    proptest::collection::btree_set(day, 0..4)
}

fn lands() -> impl Strategy<Value = Option<Land>> {
    proptest::option::of((0..16_usize).prop_map(|number| Land::ALL[number]))
}

fn frequencies() -> impl Strategy<Value = (i32, Frequency)> {
    use Frequency::{Daily, Monthly, Weekly, Yearly};
    let kinds = prop_oneof![Just(Daily), Just(Weekly), Just(Monthly), Just(Yearly)];
    // Every seventh day is said as every week.
    (1..40_i32, kinds).prop_filter("weeks", |(step, kind)| *kind != Daily || step % 7 != 0)
}

prop_compose! {
    fn exceptions()(
        weeks in proptest::option::of(prop_oneof![Just(Weeks::Even), Just(Weeks::Odd)]),
        school_holidays in lands(),
        public_holidays in lands(),
        left_out in dates(),
        added in dates(),
    ) -> Exceptions {
        Exceptions { weeks, school_holidays, public_holidays, left_out, added }
    }
}

prop_compose! {
    fn limits()(
        (step, frequency) in frequencies(),
        count in proptest::option::of(2..=MAX_COUNT),
        until in proptest::option::of((2026_i16..2099, 1_i8..=12, 1_i8..=28)),
        months in proptest::collection::btree_set(1_i16..=12, 0..12),
    ) -> Rule {
        let mut rule = Rule::every(frequency);
        rule.interval = step;
        rule.count = count;
        let last = until.filter(|_| count.is_none()).map(|(year, month, day)| Date::constant(year, month, day));
        rule.until = last.map(crate::recurrence::rule::end_of);
        rule.months = if months.len() == 12 { Vec::new() } else { months.into_iter().collect() };
        rule
    }
}

prop_compose! {
    /// Any series that can be told, beyond those that anybody would want.
    fn series()(
        rule in limits(),
        exceptions in exceptions(),
        month_days in numbers(-31, 31),
        year_days in numbers(-366, 366),
        weeks in numbers(-53, 53),
        positions in numbers(-40, 40),
        habitual in weekdays(false),
        numbered in weekdays(true),
    ) -> Recurrence {
        let short = matches!(rule.frequency, Frequency::Daily | Frequency::Weekly);
        let weekdays = if short { habitual } else { numbered };
        // Days of the year and numbers of weeks belong to rules by the year (RFC 5545).
        let of_year = |numbers| if rule.frequency == Frequency::Yearly { numbers } else { Vec::new() };
        let (year_days, weeks) = (of_year(year_days), of_year(weeks));
        let mut rule = Rule { month_days, year_days, weeks, weekdays, positions, ..rule };
        if rule.frequency == Frequency::Weekly && rule.interval == 2 && exceptions.weeks.is_some() {
            rule.interval = 1;
        }
        Recurrence { rule, exceptions }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_series_is_understood_as_it_is_said(series in series()) {
        for language in [DE, EN] {
            let phrase = series.describe(language, HOME);
            if phrase.chars().count() <= MAX_PHRASE {
                let understood = read(&phrase, language, from(), HOME);
                prop_assert_eq!(understood, Ok(series.clone()), "{}: {}", phrase, series);
            }
        }
        prop_assert_eq!(series.to_string().parse::<Recurrence>(), Ok(series));
    }

    #[test]
    fn no_phrase_breaks_anything(phrase in "(jede[nrs]? |alle |[0-9-]{1,6}\\.? ?|Monat |Tag |außer |bis |mal |\\pL{1,5} |[-,.()/]|letzten |Mi |Mai |KW |davon ){0,12}") {
        if let Ok(series) = parse(&phrase, DE) {
            let start = "2026-11-23T18:00".parse().expect("a start");
            let _ = series.first(start, crate::holidays::Almanac::bundled());
            prop_assert!(!series.describe(DE, HOME).is_empty());
        }
    }
}
