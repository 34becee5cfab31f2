//! What is the same event, and what only looks like it.

use jiff::Timestamp;

use super::*;
use crate::event::State;

fn details(text: &str) -> Details {
    let mut parts = text.split('|').map(str::trim);
    let (name, at, place) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default(), parts.next());
    let starts: Timestamp = format!("2026-12-05T{at}:00Z").parse().expect("a time");
    let mut details = Details::new(name, starts, starts + SignedDuration::from_hours(2), "Europe/Berlin");
    details.place = place.filter(|place| !place.is_empty()).map(|place| {
        let (name, street) = place.split_once(',').map_or((place, None), |(name, street)| (name, Some(street.trim())));
        Place { street: street.map(str::to_owned), ..Place::named(name) }
    });
    details
}

fn event(text: &str, author: Uuid) -> Event {
    let id = Uuid::now_v7();
    let url: Url = format!("https://a.example/events/{id}").parse().expect("a URL");
    Event {
        id,
        page: url.clone(),
        author,
        details: details(text),
        state: State::Published,
        source: None,
        uid: url.to_string(),
        sequence: 0,
        published_at: Timestamp::UNIX_EPOCH,
        updated_at: Timestamp::UNIX_EPOCH,
        url,
    }
}

/// Pairs as clubs, town halls and neighbours write them: the same event, told twice.
const SAME: [(&str, &str); 20] = [
    ("Adventssingen | 14:00 | Bürgerhaus Nord", "Adventssingen | 14:00 | Bürgerhaus Nord"),
    ("Adventssingen | 14:00 | Bürgerhaus Nord", "Advents-Singen | 14:00 | Bürgerhaus Nord, Hauptstr. 5"),
    ("Adventssingen | 14:00 | Bürgerhaus", "ADVENTSSINGEN!!! | 14:00 | Bürgerhaus Nord"),
    ("Flohmarkt auf dem Nordmarkt | 09:00 | Nordmarkt", "Nordmarkt: Flohmarkt | 09:00 | Nordmarkt"),
    ("Stricken | 15:00 | Café Mira, Lindenallee 3", "Stricken im Café | 15:00 | Café Mira, Lindenallee 3"),
    (
        "Lesung: Der kleine Prinz | 19:00 | Bücherei",
        "Der kleine Prinz (Lesung) | 19:00 | Stadtteil-Bücherei, Am Markt 1",
    ),
    ("Repair-Café | 14:00 | ", "Repair Café | 14:00 | Werkstatt"),
    ("Sommerfest 2026 | 12:00 | Hof", "Sommerfest | 12:00 | Hof"),
    ("Sommerfest 2026 | 12:00 | Hof", "Sommerfest 2026 | 12:10 | "),
    ("Abgesagt: Chorprobe | 18:00 | Gemeindehaus", "Chorprobe | 18:00 | Gemeindehaus"),
    ("Blutspende | 15:00 | Schule, Schulstraße 2", "Blutspende des DRK | 15:00 | Aula, Schulstr. 2"),
    ("Gottesdienst | 09:00 | St. Josef", "Gottesdienst | 09:00 | St. Josef, Kirchplatz 1"),
    ("Konzert mit dem Chor | 17:00 | Kirche", "Konzert: Chor | 17:00 | Kirche"),
    ("Frühstück für alle | 08:00 | Treff", "Frühstück für Alle | 08:05 | Treff"),
    ("Spieleabend | 18:00 | Jugendhaus", "Spieleabend (neu!) | 18:00 | Jugendhaus"),
    ("Mitgliederversammlung | 18:30 | Vereinsheim", "Mitgliederversammlung TuS | 18:30 | Vereinsheim"),
    ("Weihnachtsmarkt | 10:00 | Marktplatz", "Weihnachtsmarkt | 10:00 | "),
    ("Sprachcafé | 15:00 | Haus der Begegnung", "Sprachcafé | 15:00 | Haus der Begegnung, Ring 4"),
    ("Yoga | 18:00 | Turnhalle", "Yoga für Anfänger | 18:00 | Turnhalle"),
    ("Bürgerversammlung Nordstadt | 18:00 | Rathaus", "Bürgerversammlung der Nordstadt | 18:00 | Rathaus"),
];

/// Pairs that look alike and are two events.
const DIFFERENT: [(&str, &str); 17] = [
    ("Yoga | 18:00 | Turnhalle", "Yoga | 18:00 | Bürgerhaus"),
    ("Yoga | 18:00 | Bürgerhaus Raum 1", "Yoga | 18:00 | Bürgerhaus Raum 2"),
    ("Yoga | 18:00 | Bürgerhaus kleiner Saal", "Yoga | 18:00 | Bürgerhaus großer Saal"),
    ("Yoga Gruppe 1 | 18:00 | Turnhalle", "Yoga Gruppe 2 | 18:00 | Turnhalle"),
    ("Yoga für Anfänger | 18:00 | Turnhalle", "Yoga für Fortgeschrittene | 18:00 | Turnhalle"),
    ("Gottesdienst | 09:00 | St. Josef", "Gottesdienst | 18:00 | St. Josef"),
    ("Gottesdienst | 09:00 | St. Josef", "Gottesdienst | 09:00 | Christuskirche"),
    ("Fest | 12:00 | Hof", "Fest der Kulturen mit Musik und Tanz | 12:00 | Hof"),
    ("Chorprobe | 18:00 | Gemeindehaus", "Singen im Hof | 18:00 | Gemeindehaus"),
    ("Flohmarkt | 09:00 | Nordmarkt", "Flohmarkt | 09:00 | Südmarkt"),
    ("Flohmarkt Nord | 09:00 | ", "Flohmarkt Süd | 09:00 | "),
    ("Treffen | 18:00 | Café, Lindenallee 3", "Treffen | 18:00 | Café, Lindenallee 30"),
    ("Sprechstunde Rente | 10:00 | Rathaus", "Sprechstunde Wohngeld | 10:00 | Rathaus"),
    ("Konzert | 17:00 | Kirche", "Konzert | 17:30 | Kirche"),
    ("Spieleabend | 18:00 | Jugendhaus", "Filmabend | 18:00 | Jugendhaus"),
    ("Lesung | 19:00 | Bücherei", "Lesung | 19:00 | Café Mira"),
    ("Kurs A | 10:00 | ", "Kurs B | 10:00 | "),
];

#[test]
fn the_same_event_told_twice_is_recognised_and_what_only_looks_like_it_is_not() {
    let judge = |(one, other): &(&str, &str)| {
        let (one, other) = (event(one, Uuid::now_v7()), event(other, Uuid::now_v7()));
        assert_eq!(same(&one, &other), same(&other, &one), "in either order");
        same(&one, &other)
    };
    let missed: Vec<_> = SAME.iter().filter(|pair| !judge(pair)).collect();
    let mistaken: Vec<_> = DIFFERENT.iter().filter(|pair| judge(pair)).collect();
    assert!(missed.is_empty() && mistaken.is_empty(), "missed {missed:#?}, mistaken {mistaken:#?}");
}

#[test]
fn one_who_names_two_events_means_two() {
    let (author, text) = (Uuid::now_v7(), "Yoga | 18:00 | Turnhalle");
    assert!(!same(&event(text, author), &event(text, author)));
    let mut imported = event(text, author);
    imported.source = Some(Uuid::now_v7());
    assert!(same(&event(text, author), &imported), "typed and imported by the same club");
}

#[test]
fn an_address_or_a_stable_name_tells_more_than_words() {
    let (one, mut other) =
        (event("Fest | 12:00 | Hof", Uuid::now_v7()), event("Sause | 13:00 | Garten", Uuid::now_v7()));
    assert!(!same(&one, &other));
    other.details.link = Some(format!("{}#top", one.url).parse().expect("a URL"));
    assert!(same(&one, &other) && same(&other, &one));
    let (mut one, mut other) = (event("Fest | 12:00", Uuid::now_v7()), event("Sause | 12:00 | Garten", Uuid::now_v7()));
    (one.uid, other.uid) = ("7f3a-fest@verein".into(), "7f3a-fest@verein".into());
    assert!(same(&one, &other));
    (one.uid, other.uid) = ("1".into(), "1".into());
    assert!(!same(&one, &other), "what every program counts from one");
}

#[test]
fn own_words_lead_before_a_neighbours_and_those_before_an_import() {
    let ranks = [
        Rank::of(true, false, false),
        Rank::of(false, false, true),
        Rank::of(true, true, false),
        Rank::of(false, false, false),
    ];
    assert!(ranks.is_sorted());
}
