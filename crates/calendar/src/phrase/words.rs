//! The names of days and months, and clock times, in both languages.

use domain::language::Language;
use domain::messages::{text, text_with};
use jiff::civil::{Date, Time};

use super::span::Style;

/// The message of `key` filled with every name `date` has.
pub(super) fn day(language: Language, key: &str, date: Date) -> String {
    let weekday = date.weekday().to_monday_one_offset();
    let month = date.month();
    let name = |kind: &str, number: i8| text(language, &format!("dates-{kind}-{number}"));
    text_with(
        language,
        key,
        &[
            ("weekday", &name("weekday", weekday)),
            ("short", &name("weekday-short", weekday)),
            ("day", &date.day().to_string()),
            ("number", &month.to_string()),
            ("month", &name("month", month)),
            ("mon", &name("month-short", month)),
            ("year", &date.year().to_string()),
        ],
    )
}

/// `15:00`, or `15` where full hours are told without minutes.
pub(super) fn clock(language: Language, style: Style, time: Time) -> String {
    if style == Style::Short && time.minute() == 0 {
        return text_with(language, "dates-clock-full-hour", &[("hour", &time.hour().to_string())]);
    }
    format!("{}:{:02}", time.hour(), time.minute())
}

/// The end of a day, which the clock itself calls 0:00.
pub(super) fn midnight(language: Language, style: Style) -> String {
    match style {
        Style::Long => "24:00".to_owned(),
        Style::Short => text_with(language, "dates-clock-full-hour", &[("hour", "24")]),
    }
}

/// `5.–7. Dezember 2026`, with the months and years where they differ.
pub(super) fn range_long(language: Language, first: Date, last: Date) -> String {
    let to = day(language, "dates-part-year", last);
    if (first.year(), first.month()) == (last.year(), last.month()) {
        return format!("{}–{to}", day(language, "dates-part-day", first));
    }
    let key = if first.year() == last.year() { "dates-part-month" } else { "dates-part-year" };
    text_with(language, "dates-until", &[("from", &day(language, key, first)), ("to", &to)])
}

/// `5.–7.12.`, with the months where they differ.
pub(super) fn range_list(language: Language, first: Date, last: Date) -> String {
    let same = (first.year(), first.month()) == (last.year(), last.month());
    let key = if same { "dates-part-day" } else { "dates-part-list" };
    format!("{}–{}", day(language, key, first), day(language, "dates-part-list", last))
}
