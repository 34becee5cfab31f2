//! What one must know of an event before anything else: off, postponed, moved, not sure yet.

use domain::event::{Details, Status};
use domain::language::Language;
use domain::messages::{text, text_with};
use domain::moved::Moved;

use super::when_list;

/// What is not as it was announced first, a sentence each: `Verschoben auf Sa., 5.12., 15 Uhr (bisher Fr., 4.12., 15 Uhr)`.
pub fn changes(details: &Details, language: Language) -> Vec<String> {
    let moved = &details.moved;
    let mut said = Vec::new();
    let before = |start| {
        // The end is another now; the beginning is what people noted.
        let mut before = details.clone();
        (before.starts_at, before.open_end, before.doors_at) = (start, true, None);
        before.ends_at = start;
        when_start(&before, language)
    };
    if let Some(start) = moved.start {
        let was = before(start);
        said.push(if moved.postponed {
            text_with(language, "moved-was-at", &[("before", &was)])
        } else {
            let now = before(details.starts_at);
            text_with(language, "moved-to", &[("now", &now), ("before", &was)])
        });
    }
    if let Some(was) = &moved.place {
        said.push(if Moved::is_online(details) {
            text_with(language, "moved-to-online", &[("before", was)])
        } else {
            let now = details.place.as_ref().map(|place| place.name.clone()).unwrap_or_default();
            text_with(language, "moved-to-place", &[("now", &now), ("before", was)])
        });
    }
    said
}

/// Day and beginning: `Sa., 5.12., 15 Uhr`.
fn when_start(details: &Details, language: Language) -> String {
    if details.all_day {
        return when_list(details, language);
    }
    let start = details.zone().to_datetime(details.starts_at);
    let day = super::words::day(language, "dates-day-list", start.date());
    let time = super::words::clock(language, super::span::Style::Short, start.time());
    format!("{day}, {}", text_with(language, "dates-oclock", &[("time", &time)]))
}

/// The words that stand where an event is not to be gone to: `Fällt aus`, `Verschoben, neuer Termin folgt`.
pub fn off(details: &Details, language: Language) -> Option<String> {
    let key = if details.moved.postponed { "moved-postponed" } else { "events-cancelled-banner" };
    (details.status == Status::Cancelled).then(|| text(language, key))
}

/// The same in a list, in its shortest form, and for what has moved: `fällt aus`, `verschoben`, `neuer Ort`, `vorgemerkt`.
pub fn mark(details: &Details, language: Language) -> Option<String> {
    let key = match (details.status, &details.moved) {
        (Status::Cancelled, moved) if moved.postponed => "moved-mark-postponed",
        (Status::Cancelled, _) => "events-cancelled",
        (Status::Tentative, _) => "events-tentative",
        (_, moved) if moved.start.is_some() => "moved-mark",
        _ if Moved::is_online(details) => "moved-mark-online",
        (_, moved) if moved.place.is_some() => "moved-mark-place",
        _ => return None,
    };
    Some(text(language, key))
}

/// `line`, which says when and where, with what has to be known before.
pub(super) fn line(details: &Details, language: Language, line: String) -> String {
    let key = match (details.status, &details.moved) {
        (Status::Cancelled, moved) if moved.postponed => "moved-postponed-line",
        (Status::Cancelled, _) => "dates-cancelled",
        (Status::Tentative, _) => "dates-tentative",
        (_, moved) if moved.start.is_some() => "moved-line",
        _ if Moved::is_online(details) => "moved-online-line",
        (_, moved) if moved.place.is_some() => "moved-place-line",
        _ => return line,
    };
    text_with(language, key, &[("line", &line)])
}

#[cfg(test)]
mod tests {
    use domain::place::Place;
    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use crate::phrase::summary_line;

    fn details() -> Details {
        let start: Timestamp = "2026-12-05T14:00:00Z".parse().expect("a time");
        let mut details = Details::new("Singen", start, start + SignedDuration::from_hours(2), "Europe/Berlin");
        details.place = Some(Place { name: "Bürgerhaus".into(), ..Place::default() });
        details
    }

    #[test]
    fn what_has_changed_stands_before_the_date_and_in_words() {
        let mut moved = details();
        moved.moved.start = Some("2026-12-04T14:00:00Z".parse().expect("a time"));
        let mut place = details();
        place.moved.place = Some("Halle".into());
        let mut online = place.clone();
        (online.place, online.online) = (None, Some("https://treff.example/".parse().expect("a URL")));
        let mut postponed = details();
        (postponed.status, postponed.moved.postponed) = (Status::Cancelled, true);
        let off = Details { status: Status::Cancelled, ..details() };
        let maybe = Details { status: Status::Tentative, ..details() };
        let rows = [
            (&moved, "Verschoben auf Sa 5.12. · 15 Uhr · Bürgerhaus", "verschoben"),
            (&place, "Neuer Ort: Sa 5.12. · 15 Uhr · Bürgerhaus", "neuer Ort"),
            (&online, "Jetzt online: Sa 5.12. · 15 Uhr · online", "jetzt online"),
            (
                &postponed,
                "Verschoben, neuer Termin folgt (bisher Sa 5.12. · 15 Uhr · Bürgerhaus)",
                "verschoben, neuer Termin folgt",
            ),
            (&off, "Fällt aus: Sa 5.12. · 15 Uhr · Bürgerhaus", "fällt aus"),
            (&maybe, "Vorgemerkt: Sa 5.12. · 15 Uhr · Bürgerhaus", "vorgemerkt"),
        ];
        for (details, line, short) in rows {
            assert_eq!(summary_line(details, Language::DE), line);
            assert_eq!(mark(details, Language::DE).as_deref(), Some(short));
        }
        assert_eq!(mark(&details(), Language::DE), None);
        let said = changes(&moved, Language::DE);
        assert_eq!(said, ["Verschoben auf Sa., 5.12., 15 Uhr (bisher Fr., 4.12., 15 Uhr)"]);
        assert_eq!(changes(&place, Language::DE), ["Neuer Ort: Bürgerhaus (bisher Halle)"]);
        assert_eq!(changes(&online, Language::EN), ["Now online (was Halle)"]);
    }
}
