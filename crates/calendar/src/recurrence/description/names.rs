//! The names of days and numbers, in lists.

use domain::language::Language;
use domain::messages::{count, text, text_with};
use jiff::civil::Weekday;

/// From how many neighbours on a list is told by its first and last.
const RUN: usize = 3;

/// `a, b und c`.
pub(super) fn list(parts: &[String], language: Language) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => text_with(language, "recurrence-pair", &[("a", &first.join(", ")), ("b", last)]),
    }
}

/// `zwei`, from 13 on in figures.
pub(super) fn number(number: i32, language: Language) -> String {
    if (2..=12).contains(&number) { text(language, &format!("recurrence-number-{number}")) } else { number.to_string() }
}

/// `1.`, `letzten`.
fn ordinal(number: i16, language: Language) -> String {
    let figure = usize::from(number.unsigned_abs());
    match number {
        -5..=-1 => text(language, &format!("recurrence-last-{figure}")),
        ..=-6 => text_with(language, "recurrence-last-more", &[("count", &figure.to_string())]),
        _ => count(language, "recurrence-nth", figure),
    }
}

pub(super) fn ordinals(numbers: &[i16], language: Language) -> Vec<String> {
    numbers.iter().map(|number| ordinal(*number, language)).collect()
}

/// `1. und 15.`, `letzten Tag`.
pub(super) fn month_days(days: &[i16], language: Language) -> String {
    let name = |day: &i16| {
        let nth = ordinal(*day, language);
        if *day > 0 { nth } else { text_with(language, "recurrence-last-day", &[("nth", &nth)]) }
    };
    list(&days.iter().map(name).collect::<Vec<_>>(), language)
}

/// `20 und 21`; weeks from the end of the year with a minus, as rules write them.
pub(super) fn week_numbers(weeks: &[i16], language: Language) -> String {
    list(&weeks.iter().map(ToString::to_string).collect::<Vec<_>>(), language)
}

pub(super) fn month(month: i16, language: Language) -> String {
    text(language, &format!("dates-month-{month}"))
}

/// `Mai und Juni`, `Mai bis September`.
pub(super) fn months(months: &[i16], language: Language) -> String {
    runs(months, language, |month| *month, |number| month(*number, language))
}

pub(super) fn weekday(day: Weekday, language: Language) -> String {
    text(language, &format!("dates-weekday-{}", day.to_monday_one_offset()))
}

/// `montags und donnerstags`, `montags bis freitags`.
pub(super) fn weekdays_habitual(days: &[(i16, Weekday)], language: Language) -> String {
    let number = |day: &(i16, Weekday)| i16::from(day.1.to_monday_one_offset());
    runs(days, language, number, |day| text(language, &format!("recurrence-on-{}", day.1.to_monday_one_offset())))
}

/// `2. und 4. Donnerstag`.
pub(super) fn weekdays_numbered(days: &[(i16, Weekday)], language: Language) -> String {
    let groups: Vec<String> = days.chunk_by(|one, other| one.1 == other.1).map(|days| group(days, language)).collect();
    list(&groups, language)
}

fn group(days: &[(i16, Weekday)], language: Language) -> String {
    let Some((_, day)) = days.first() else { return String::new() };
    let day = weekday(*day, language);
    let numbers: Vec<i16> = days.iter().map(|(nth, _)| *nth).collect();
    if numbers == [0] {
        return day;
    }
    let nth = list(&ordinals(&numbers, language), language);
    text_with(language, "recurrence-nth-weekday", &[("nth", &nth), ("day", &day)])
}

/// `1. und letzten Werktag`.
pub(super) fn workdays(positions: &[i16], language: Language) -> String {
    let nth = list(&ordinals(positions, language), language);
    text_with(language, "recurrence-nth-weekday", &[("nth", &nth), ("day", &text(language, "recurrence-workday"))])
}

/// A list in which three and more neighbours are told by the first and the last.
fn runs<T>(parts: &[T], language: Language, number: impl Fn(&T) -> i16, name: impl Fn(&T) -> String) -> String {
    let mut said = Vec::new();
    for run in parts.chunk_by(|one, next| number(one) + 1 == number(next)) {
        match run {
            [first, .., last] if run.len() >= RUN => {
                let values = [("from", name(first)), ("to", name(last))];
                said.push(text_with(
                    language,
                    "recurrence-range",
                    &values.each_ref().map(|(key, name)| (*key, name.as_str())),
                ));
            }
            _ => said.extend(run.iter().map(&name)),
        }
    }
    list(&said, language)
}
