//! The plain text of an event for calendar programs: its own words, then the facts they have no field for.

use domain::event::{Details, Status};
use domain::language::Language;
use domain::messages::{text as message, text_with};

use crate::phrase;

/// The description, in paragraphs; empty if there is nothing to say.
pub(super) fn text(details: &Details, language: Language) -> String {
    let status = match details.status {
        Status::Confirmed => None,
        Status::Cancelled if details.moved.postponed => None,
        Status::Cancelled => Some("dates-line-cancelled"),
        Status::Tentative => Some("dates-line-tentative"),
    };
    let status = status.map(|key| message(language, key));
    let postponed = phrase::off(details, language).filter(|_| details.moved.postponed);
    let changes = phrase::changes(details, language).join("\n");
    let status = [postponed, status, Some(changes), details.moved.reason.clone()];
    let status = status.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
    let facts = facts(details, language).join("\n");
    // An imported text often repeats the short one as its beginning.
    let body = details.content.to_text();
    let short = details.short.clone().filter(|short| !body.starts_with(short.as_str()));
    let parts = [Some(status), short, Some(body), Some(facts)];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// One line for each known fact.
fn facts(details: &Details, language: Language) -> Vec<String> {
    let zone = details.zone();
    let doors = details.doors_at.map(|doors| {
        let time = doors.to_zoned(zone).strftime("%-H:%M").to_string();
        text_with(language, "dates-oclock", &[("time", &time)])
    });
    let registers = details.registration.is_some() || details.registration_url.is_some();
    let lines = [
        ("dates-line-doors", doors),
        ("dates-line-price", phrase::price(details, language)),
        ("dates-line-registration", registers.then(|| phrase::registration(details, language))),
        ("dates-line-online", details.online.as_ref().map(ToString::to_string)),
        ("dates-line-stop", details.place.as_ref().and_then(|place| place.stop.clone())),
        ("dates-line-access", access(details, language)),
        ("dates-line-audience", details.audience.clone()),
        ("dates-line-languages", Some(details.languages.join(", "))),
        ("dates-line-contact", details.contact.clone()),
        ("dates-line-link", details.link.as_ref().map(ToString::to_string)),
    ];
    let known =
        lines.into_iter().filter_map(|(key, value)| Some((key, value.filter(|value| !value.trim().is_empty())?)));
    let mut known: Vec<String> = known.map(|(key, value)| text_with(language, key, &[("value", &value)])).collect();
    if details.open_end {
        known.insert(0, message(language, "dates-open-end"));
    }
    known
}

/// `stufenloser Zugang: ja; Induktionsschleife: nein; Bitte klingeln.`
fn access(details: &Details, language: Language) -> Option<String> {
    let mut parts = details.effective_access().lines(language);
    parts.extend(details.access_note.clone());
    (!parts.is_empty()).then(|| parts.join("; "))
}
