//! What every kind needs to make an event: a moment in whatever form, words of bearable length, a stable name.

use calendar::ics::read::Options;
use calendar::{ics, zone};
use domain::event::{Details, Draft, USUAL_LENGTH};
use domain::html::{self, Html};
use domain::import::{Item, Key, Refusal};
use domain::place::Place;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use url::Url;

/// The longest text that is kept, in bytes, before it becomes HTML.
const MAX_TEXT: usize = 30_000;

/// A moment, or a whole day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    At(Timestamp),
    Day(Date),
}

/// `2026-12-05T15:00:00+01:00`, `2026-12-05T15:00`, `2026-12-05 15:00`, `2026-12-05`; without an offset in `zone`.
pub(super) fn moment(text: &str, zone: &TimeZone) -> Option<Moment> {
    let text = html::cut(text.trim(), 60).replacen(' ', "T", 1);
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(Moment::At(at));
    }
    // Offsets without a colon, as PHP writes them.
    let at = text.len().checked_sub(2).filter(|at| text.is_char_boundary(*at));
    let colon = at.and_then(|at| Some(format!("{}:{}", text.get(..at)?, text.get(at..)?).parse::<Timestamp>()));
    if let Some(Ok(at)) = colon {
        return Some(Moment::At(at));
    }
    if text.contains('T') {
        return text.parse::<DateTime>().ok().and_then(|at| zone::instant(at, zone)).map(Moment::At);
    }
    text.parse().ok().map(Moment::Day)
}

/// The zone of times that name none.
pub(super) fn zone(options: &Options) -> TimeZone {
    zone::find(&options.default_timezone).unwrap_or(TimeZone::UTC)
}

/// An event of that title and time; else the message that says what is missing.
pub(super) fn details(
    name: &str,
    start: Option<Moment>,
    end: Option<Moment>,
    options: &Options,
) -> Result<Details, &'static str> {
    let name = html::line(&Html::clean(html::cut(name, 1_000)).to_text(), 200);
    if name.chars().count() < 3 {
        return Err("import-title");
    }
    let zone = zone(options);
    let at = |day: Date| zone::instant(day.to_datetime(jiff::civil::Time::midnight()), &zone);
    let after = |day: Date| day.checked_add(1.day()).ok().and_then(at);
    let (starts_at, all_day) = match start.ok_or("import-start-missing")? {
        Moment::At(start) => (start, false),
        Moment::Day(day) => (at(day).ok_or("import-date-range")?, true),
    };
    let end = match (end, start) {
        (Some(Moment::At(end)), _) => Some(end),
        (Some(Moment::Day(day)), _) | (None, Some(Moment::Day(day))) => after(day),
        (None, _) => None,
    };
    let end = end.filter(|end| *end > starts_at);
    let ends_at = end.or_else(|| starts_at.checked_add(USUAL_LENGTH).ok()).ok_or("import-date-range")?;
    let mut details = Details::new(name, starts_at, ends_at, zone::name(&zone));
    (details.all_day, details.open_end) = (all_day, end.is_none());
    Ok(details)
}

/// Words of others as HTML of ours.
pub(super) fn content(text: &str) -> Html {
    let looks_like_html = ["</", "<br", "<p", "&nbsp;", "&amp;"].iter().any(|mark| text.contains(mark));
    let make = |text: &str| if looks_like_html { Html::clean(text) } else { Html::from_text(text) };
    let mut max = MAX_TEXT;
    loop {
        let made = make(html::cut(text, max));
        if made.as_str().len() <= 60_000 || max < 100 {
            return made;
        }
        max /= 2;
    }
}

/// One line of others' words, if there is one.
pub(super) fn line(text: &str, max: usize) -> Option<String> {
    Some(html::line(&Html::clean(html::cut(text, 4_000)).to_text(), max)).filter(|line| !line.is_empty())
}

/// A place written in one line.
pub(super) fn place(text: &str) -> Option<Place> {
    match ics::place::read(text)? {
        ics::place::Location::Place(place) => Some(place),
        ics::place::Location::Online(_) => None,
    }
}

/// A web address, as it stands beside `base`.
pub(super) fn web_address(text: &str, base: &Url) -> Option<Url> {
    let url = base.join(html::cut(text.trim(), 2_000)).ok()?;
    (matches!(url.scheme(), "http" | "https") && url.host().is_some()).then_some(url)
}

/// A stable name of bearable length.
pub(super) fn uid(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= 500).then(|| text.to_owned())
}

/// The stable name of what has none: its title and day, and of several the number.
pub(super) fn made_up(details: &Details, taken: &[Item]) -> String {
    let title: String = details.name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let base = format!("{} {title}", details.starts_at.to_zoned(details.zone()).date());
    let nth = taken.iter().filter(|item| item.key.uid.starts_with(&base)).count();
    if nth == 0 { base } else { format!("{base} {}", nth + 1) }
}

/// Keeps an event or says what is wrong with it.
pub(super) fn keep(
    part: &mut super::Part,
    (uid, what): (Option<String>, &str),
    details: Result<Details, &'static str>,
    line_number: usize,
) {
    let reading = &mut part.reading;
    let draft = details.and_then(|details| Draft::new(details).map_err(|_| "import-not-valid"));
    match draft {
        Ok(draft) => {
            let details = draft.details().clone();
            let uid = uid.unwrap_or_else(|| made_up(&details, &reading.items));
            reading.items.push(Item { key: Key { uid, recurrence: None }, details });
        }
        Err(why) => {
            let what = line(what, 100).unwrap_or_default();
            reading.refusals.push(Refusal { line: line_number, what, why });
        }
    }
}
