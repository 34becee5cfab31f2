//! What is read is the same in every shape, and nothing odd gets through.

use domain::html::Html;
use domain::language::Language;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{event, note};
use crate::instance::{AcceptNeighbours, Editors, People, Replies, Settings};
use crate::shape::{self, PUBLIC};

fn settings() -> Settings {
    Settings {
        base_url: "https://nord.example".parse().expect("a URL"),
        handle: "nord".parse().expect("a handle"),
        name: "Nord".to_owned(),
        summary: Html::default(),
        language: Language::DE,
        languages: Language::ALL.to_vec(),
        manner: domain::voice::Manner::default(),
        timezone: "Europe/Berlin".to_owned(),
        position: None,
        land: None,
        local: false,
        accept_neighbours: AcceptNeighbours::ByEditor,
        replies: Replies::Held,
        people: People::default(),
        editors: Editors::default(),
        version: "0.0.0".to_owned(),
        source_url: "https://quartier.example/source".parse().expect("a URL"),
        authorized_fetch: false,
        media: crate::media::Settings::below(std::path::Path::new("/nowhere"), 0),
    }
}

/// The same property in one of the shapes that JSON-LD has for it.
fn shaped(value: &str, shape: u8) -> Value {
    match shape % 4 {
        0 => json!(value),
        1 => json!([value]),
        2 => json!({ "@value": value }),
        _ => json!([null, { "@value": value }, "zweite"]),
    }
}

fn named(id: &str, shape: u8) -> Value {
    match shape % 4 {
        0 => json!(id),
        1 => json!([id]),
        2 => json!({ "id": id, "type": "Collection" }),
        _ => json!(["https://a.example/x", { "@id": id }]),
    }
}

proptest! {
    #[test]
    fn every_shape_of_a_note_says_the_same_to_the_same_people(shapes in proptest::array::uniform5(0u8..12)) {
        let [of_type, of_text, of_warning, of_public, of_place] = shapes;
        let kinds = [json!("Note"), json!(["Unheard", "as:Note"]), json!(["https://www.w3.org/ns/activitystreams#Note"])];
        let public = [PUBLIC, "as:Public", "Public"];
        let (place, name) = if of_place % 2 == 0 { ("to", "type") } else { ("cc", "@type") };
        let note = json!({
            name: kinds[usize::from(of_type % 3)], "content": shaped("<p>Hallo</p>", of_text),
            "summary": shaped("Spinnen", of_warning), place: named(public[usize::from(of_public % 3)], of_public / 3),
        });
        let details = note::read(&note, Language::DE).expect("a note");
        prop_assert_eq!((details.content.as_str(), details.warning.as_deref()), ("<p>Hallo</p>", Some("Spinnen")));
        prop_assert!(shape::is_public(&note, true));
        prop_assert_eq!(shape::is_public(&note, false), place == "to");
    }

    #[test]
    fn no_value_at_any_place_panics_or_becomes_public(text in "\\PC{0,40}", number in any::<f64>(), place in 0usize..10) {
        let names = ["content", "name", "summary", "to", "tag", "url", "attachment", "published", "location", "inReplyTo"];
        for odd in [json!(text), json!([text]), json!({"id": text}), json!(number), json!([[{}]]), json!({"type": [{}]})] {
            let mut note = json!({"type": "Event", "content": "x", "startTime": "2026-12-05T15:00:00Z", "name": "Fest"});
            note[names[place]] = odd;
            let _ = note::read(&note, Language::DE);
            let _ = event::read(&note, &settings());
            prop_assert!(!shape::is_public(&note, true));
        }
    }
}

#[test]
fn cal_04_and_05_odd_times_of_events_are_refused_or_read_by_a_stated_rule() {
    let read = |start: &str, end: Value, zone: Value| {
        let object = json!({"type": "Event", "name": "Fest", "startTime": start, "endTime": end, "timezone": zone});
        let read = event::read(&object, &settings()).ok()?;
        let details = read.details();
        Some(format!(
            "{}–{} {}",
            details.starts_at,
            if details.open_end { "?".to_owned() } else { details.ends_at.to_string() },
            details.timezone
        ))
    };
    let good = "2026-12-05T15:00:00+01:00";
    let table = [
        (
            good,
            json!("2026-12-05T17:00:00+01:00"),
            json!("Europe/Berlin"),
            Some("2026-12-05T14:00:00Z–2026-12-05T16:00:00Z Europe/Berlin"),
        ),
        (good, json!(null), json!("../../etc/passwd"), Some("2026-12-05T14:00:00Z–? Europe/Berlin")),
        (good, json!(null), json!("Nirgends/Wo"), Some("2026-12-05T14:00:00Z–? Europe/Berlin")),
        (good, json!("2026-12-05T14:00:00+01:00"), json!(7), Some("2026-12-05T14:00:00Z–? Europe/Berlin")),
        (good, json!("2226-12-05T15:00:00+01:00"), json!(null), None),
        ("2038-01-19T03:14:08Z", json!(null), json!("UTC"), Some("2038-01-19T03:14:08Z–? UTC")),
        ("2026-06-30T23:59:60Z", json!(null), json!("UTC"), Some("2026-06-30T23:59:59Z–? UTC")),
        ("2026-12-05T24:00:00Z", json!(null), json!("UTC"), None),
        ("0000-01-01T00:00:00Z", json!(null), json!("UTC"), None),
        ("10000-01-01T00:00:00Z", json!(null), json!("UTC"), None),
        ("-001-01-01T00:00:00Z", json!(null), json!("UTC"), None),
        ("1969-12-31T23:59:59Z", json!(null), json!("UTC"), None),
        ("2026-12-05T15:00:00", json!(null), json!("UTC"), None),
        ("2026-12-05T15:00:00+25:00", json!(null), json!("UTC"), Some("2026-12-04T14:00:00Z–? UTC")),
    ];
    for (start, end, zone, expected) in table {
        assert_eq!(read(start, end.clone(), zone.clone()).as_deref(), expected, "{start} {end} {zone}");
    }
}

#[test]
fn txt_04_absurd_numbers_are_no_places() {
    for odd in [json!(91), json!("181"), json!(1e308), json!("NaN"), json!("1e400"), json!(true), json!(-91), json!({})]
    {
        let object = json!({"type": "Event", "name": "Fest", "startTime": "2026-12-05T15:00:00Z",
            "location": {"type": "Place", "name": "Am Teich", "latitude": odd, "longitude": 7.1}});
        let place = event::read(&object, &settings()).expect("an event").details().place.clone().expect("a place");
        assert_eq!(place.position, None, "{odd}");
    }
}

#[test]
fn own_12_what_is_no_file_is_no_attachment() {
    for odd in [json!({"type": "Person"}), json!([["x"]]), json!(7), json!([null, [], {}]), json!({"url": {"href": 5}})]
    {
        let note = json!({"type": "Note", "content": "<p>Hallo</p>", "attachment": odd, "icon": odd, "tag": odd, "location": odd});
        assert_eq!(note::read(&note, Language::DE).expect("a note").content.as_str(), "<p>Hallo</p>", "{odd}");
    }
}

#[test]
fn dos_07_endless_lists_are_read_to_their_bound() {
    let many: Vec<Value> =
        (0..100_000).map(|n| json!({"type": "Hashtag", "name": format!("#wort{n}"), "href": "x"})).collect();
    let object = json!({"type": "Event", "name": "n".repeat(100_000), "startTime": "2026-12-05T15:00:00Z", "tag": many,
        "attachment": many, "location": many});
    let read = event::read(&object, &settings()).expect("an event");
    assert_eq!((read.details().tags.len(), read.details().name.len()), (20, 200));
}
