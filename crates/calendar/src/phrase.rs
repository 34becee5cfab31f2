//! Dates, times and prices in words, German and English (product.md, section 4.8).

mod price;
mod span;
mod state;
mod words;

use domain::event::Details;
use domain::language::Language;
use domain::messages::{text, text_with};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

pub use price::Price;
use span::{Span, Style};
pub use state::{changes, mark, off};
use words::{clock, day};

/// Until this hour of the next morning a night still belongs to the day before.
const MORNING: Time = Time::constant(5, 0, 0, 0);

/// A day in figures: `5.12.2026`, `5 Dec 2026`.
pub fn date(date: Date, language: Language) -> String {
    day(language, "dates-day-figures", date)
}

/// A day in words: `Samstag, 5. Dezember 2026`.
pub fn date_long(date: Date, language: Language) -> String {
    day(language, "dates-day-long", date)
}

/// A point in time as `zone` shows it: `22.11.2026, 10:14 Uhr`.
pub fn moment(at: Timestamp, zone: &TimeZone, language: Language) -> String {
    let at = at.to_zoned(zone.clone());
    let time = text_with(language, "dates-oclock", &[("time", &clock(language, Style::Long, at.time()))]);
    format!("{}, {time}", date(at.date(), language))
}

/// The heading of a day in a list that is read today: `heute, Sonntag, 22. November`; the year only where it is not that of `today`.
pub fn day_heading(date: Date, today: Date, language: Language) -> String {
    let key = if date.year() == today.year() { "dates-day-heading" } else { "dates-day-long" };
    let day = day(language, key, date);
    let near = match (date - today).get_days() {
        0 => "dates-today",
        1 => "dates-tomorrow",
        2 => "dates-day-after-tomorrow",
        _ => return day,
    };
    text_with(language, near, &[("day", &day)])
}

/// The first and the last day it takes place on, in its own zone.
///
/// A night counts for the day it began on: an end at midnight or before 5:00 adds no day.
pub fn days(details: &Details) -> (Date, Date) {
    let (start, end) = bounds(details);
    let first = start.date();
    if details.open_end || end.date() <= first {
        return (first, first);
    }
    let last = if end.time() < MORNING { end.date().yesterday().unwrap_or(first) } else { end.date() };
    (first, last)
}

/// When, on its own page: `Samstag, 5. Dezember 2026, 15:00–17:30 Uhr`.
pub fn when_long(details: &Details, language: Language) -> String {
    let (first, last) = days(details);
    let span = Span::new(details, language, Style::Long);
    if details.all_day && first != last {
        return words::range_long(language, first, last);
    }
    let day = date_long(first, language);
    if details.all_day {
        return format!("{day}, {}", text(language, "dates-all-day"));
    }
    let end = bounds(details).1.date();
    if details.open_end || end == first || span.ends_at_midnight() {
        return format!("{day}, {}", span.within_a_day());
    }
    let key = if end.year() == first.year() { "dates-day-heading" } else { "dates-day-long" };
    let from = format!("{day}, {}", span.begin());
    let to = format!("{}, {}", words::day(language, key, end), span.end());
    text_with(language, "dates-until", &[("from", &from), ("to", &to)])
}

/// When, in a list: `Sa., 5.12., 15–17:30 Uhr`.
pub fn when_list(details: &Details, language: Language) -> String {
    let (first, last) = days(details);
    if details.all_day && first != last {
        return words::range_list(language, first, last);
    }
    let day = day(language, "dates-day-list", first);
    if first == last {
        return format!("{day}, {}", times(details, language));
    }
    let span = Span::new(details, language, Style::Short);
    let from = format!("{day}, {}", span.begin());
    text_with(language, "dates-until", &[("from", &from), ("to", &span.end_with_day())])
}

/// The times alone, for lists whose heading is the day: `15–17:30 Uhr`.
pub fn times(details: &Details, language: Language) -> String {
    let (first, last) = days(details);
    let span = Span::new(details, language, Style::Short);
    if !details.all_day {
        return if first == last { span.within_a_day() } else { span.over_days() };
    }
    let all_day = text(language, "dates-all-day");
    if first == last {
        return all_day;
    }
    let to = day(language, "dates-part-list", last);
    text_with(language, "dates-through", &[("from", &all_day), ("to", &to)])
}

/// One line of plain text with weekday, date, time and place, for followers elsewhere:
/// `Sa 5.12. · 15 Uhr · Bürgerhaus Nord`.
pub fn summary_line(details: &Details, language: Language) -> String {
    let (first, last) = days(details);
    let mut when = day(language, "dates-day-summary", first);
    if first != last {
        let to = day(language, "dates-day-summary", last);
        when = text_with(language, "dates-until", &[("from", &when), ("to", &to)]);
    }
    let time = Span::new(details, language, Style::Short).start();
    let place = details.place.as_ref().map(|place| place.name.trim().to_owned()).filter(|name| !name.is_empty());
    let place = place.or_else(|| details.online.as_ref().map(|_| text(language, "dates-online")));
    let line = [Some(when), Some(time), place].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    state::line(details, language, line)
}

/// What it costs: its price line, in the words of `language` where it is understood, else `kostenlos` if it is free;
/// `None` if nothing is known.
pub fn price(details: &Details, language: Language) -> Option<String> {
    let told = |line: &String| Price::read(line).map_or_else(|| line.clone(), |price| price.tell(language));
    details.price.as_ref().map(told).or_else(|| details.free.then(|| text(language, "dates-price-free")))
}

/// How to register: its own words or address, else `einfach vorbeikommen`.
pub fn registration(details: &Details, language: Language) -> String {
    let words = details.registration.clone();
    let address = details.registration_url.as_ref().map(ToString::to_string);
    let known: Vec<String> = [words, address].into_iter().flatten().collect();
    if known.is_empty() && !details.joining.is_none() {
        text(language, "participation-joining")
    } else if known.is_empty() {
        text(language, "dates-registration-none")
    } else {
        known.join(", ")
    }
}

/// Start and end as its zone shows them.
fn bounds(details: &Details) -> (Zoned, Zoned) {
    let zone = details.zone();
    (details.starts_at.to_zoned(zone.clone()), details.ends_at.to_zoned(zone))
}

#[cfg(test)]
mod tests;
