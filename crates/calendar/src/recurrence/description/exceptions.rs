//! The exceptions of a series in words.

use std::collections::BTreeSet;

use domain::land::Land;
use domain::language::Language;
use domain::messages::{text, text_with};
use jiff::civil::Date;

use super::names;
use crate::phrase::date;
use crate::recurrence::Recurrence;
use crate::recurrence::rule::{Frequency, Rule};

/// How many days in a row are told by the first and the last.
const RUN: usize = 3;
/// From how many months on those are named that are missing.
const MANY_MONTHS: usize = 7;

/// Whether it is shorter to say in which months a rule does not apply.
pub(super) fn are_shorter(rule: &Rule) -> bool {
    let sorted = rule.months.is_sorted_by(|one, next| one < next);
    rule.frequency != Frequency::Yearly && sorted && (MANY_MONTHS..12).contains(&rule.months.len())
}

/// `line` with the exceptions of `series` after it.
pub(super) fn add(series: &Recurrence, line: String, language: Language, home: Option<Land>) -> String {
    let what = left_out(series, language, home);
    let line = if what.is_empty() {
        line
    } else {
        let what = names::list(&what, language);
        text_with(language, "recurrence-except", &[("line", &line), ("what", &what)])
    };
    if series.exceptions.added.is_empty() {
        return line;
    }
    let days = names::list(&days(&series.exceptions.added, language), language);
    format!("{line}, {}", text_with(language, "recurrence-also", &[("days", &days)]))
}

fn left_out(series: &Recurrence, language: Language, home: Option<Land>) -> Vec<String> {
    let exceptions = &series.exceptions;
    let mut what = Vec::new();
    if are_shorter(&series.rule) {
        let missing: Vec<i16> = (1..=12).filter(|month| !series.rule.months.contains(month)).collect();
        what.push(text_with(language, "recurrence-except-months", &[("months", &names::months(&missing, language))]));
    }
    let holidays = [
        (exceptions.school_holidays, "recurrence-except-school"),
        (exceptions.public_holidays, "recurrence-except-public"),
    ];
    for (land, key) in holidays {
        let Some(land) = land else { continue };
        what.push(if Some(land) == home {
            text(language, key)
        } else {
            text_with(language, &format!("{key}-of"), &[("land", &text(language, &land.key()))])
        });
    }
    what.extend(days(&exceptions.left_out, language));
    what
}

/// Single days, and several in a row by the first and the last.
fn days(days: &BTreeSet<Date>, language: Language) -> Vec<String> {
    let all: Vec<Date> = days.iter().copied().collect();
    let mut said = Vec::new();
    for run in all.chunk_by(|one, next| one.tomorrow().is_ok_and(|tomorrow| tomorrow == *next)) {
        match run {
            [first, .., last] if run.len() >= RUN => {
                let (first, last) = (date(*first, language), date(*last, language));
                said.push(text_with(language, "recurrence-except-days", &[("first", &first), ("last", &last)]));
            }
            _ => said.extend(
                run.iter().map(|day| text_with(language, "recurrence-except-day", &[("day", &date(*day, language))])),
            ),
        }
    }
    said
}
