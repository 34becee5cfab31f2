//! How one can come to an event and how many do, on the wire: FEP-8a8e's `joinMode` and the numbers beside it.

use domain::event::{Details, Event, Joining};
use domain::participation::{Attendance, MOST_SEATS};
use domain::registration;
use serde_json::{Value, json};

use crate::shape;

/// Adds to the object of an event of ours how one can come, and the numbers: never who.
///
/// There is always a `joinMode`. Where it is missing Mobilizon takes it for `free`, and whoever presses its button
/// believes to have a seat; where it is `none` it fails. `external` leads people to our page. An event with a number of
/// seats says `restricted`, for the same reason: on `free` the button is the seat, before we were asked.
pub(super) fn write(object: &mut Value, event: &Event, attendance: &Attendance) {
    let (details, counts) = (&event.details, &attendance.counts);
    let form = attendance.by_form.then(|| registration::page(event));
    match (details.joining, details.capacity) {
        (Joining::None, _) => {
            object["joinMode"] = json!("external");
            let page = form.as_ref().or(details.registration_url.as_ref()).unwrap_or(&event.page);
            object["externalParticipationUrl"] = json!(page);
            if !attendance.by_form {
                return;
            }
        }
        (Joining::Open, None) => object["joinMode"] = json!("free"),
        (Joining::Open, Some(_)) | (Joining::ByApproval, _) => object["joinMode"] = json!("restricted"),
    }
    if let Some(form) = form {
        object["externalParticipationUrl"] = json!(form);
    }
    object["participantCount"] = json!(counts.confirmed);
    object["attendees"] = json!({ "type": "Collection", "totalItems": counts.confirmed });
    if let (Some(seats), Some(left)) = (details.capacity, counts.left(details)) {
        object["maximumAttendeeCapacity"] = json!(seats);
        object["remainingAttendeeCapacity"] = json!(left);
    }
}

/// Reads how one can come to an event, and the numbers its organiser tells.
pub(super) fn read(object: &Value, details: &mut Details) {
    details.joining = match shape::text(object, "joinMode") {
        Some("free") => Joining::Open,
        Some("restricted") => Joining::ByApproval,
        _ => Joining::None,
    };
    // Mobilizon writes 0 for "as many as like".
    details.capacity = number(object, "maximumAttendeeCapacity").filter(|seats| (1..=MOST_SEATS).contains(seats));
    let attendees = shape::get(object, "attendees").and_then(|attendees| number(attendees, "totalItems"));
    let taken = details.capacity.zip(number(object, "remainingAttendeeCapacity"));
    let taken = taken.map(|(seats, left)| seats.saturating_sub(left));
    details.participants = number(object, "participantCount").or(attendees).or(taken);
    let pages = [shape::id(object, "id"), shape::link(object, "url")];
    let external = shape::link(object, "externalParticipationUrl");
    // Whoever has nothing to join leads to the event's own page: that is no registration.
    details.registration_url = external.filter(|url| !pages.contains(&Some(url.clone())));
    let author = shape::id(object, "attributedTo");
    details.organiser =
        shape::id(object, "actor").filter(|actor| author.as_ref().is_some_and(|author| author != actor));
}

/// A count: whole, not negative, in any spelling.
fn number(object: &Value, name: &str) -> Option<u32> {
    let number = shape::number(object, name).filter(|number| number.fract() == 0.0)?;
    format!("{number:.0}").parse().ok()
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use url::Url;

    use super::*;

    fn read_from(object: &Value) -> Details {
        let start = Timestamp::UNIX_EPOCH;
        let mut details = Details::new("Lesung", start, start + SignedDuration::from_hours(2), "Europe/Berlin");
        read(object, &mut details);
        details
    }

    fn written(joining: Joining, capacity: Option<u32>, by_form: bool) -> Value {
        let start = Timestamp::UNIX_EPOCH;
        let mut details = Details::new("Kurs", start, start + SignedDuration::from_hours(2), "Europe/Berlin");
        (details.joining, details.capacity) = (joining, capacity);
        let page: Url = "https://nord.example/events/1".parse().expect("a URL");
        let event = Event {
            id: uuid::Uuid::nil(),
            url: page.clone(),
            page,
            author: uuid::Uuid::nil(),
            details,
            state: domain::event::State::Published,
            source: None,
            uid: "1".into(),
            sequence: 0,
            published_at: start,
            updated_at: start,
        };
        let counts = domain::participation::Counts { confirmed: 3, queued: 1, asked: 2 };
        let mut object = json!({});
        write(&mut object, &event, &Attendance { counts, by_form });
        object
    }

    #[test]
    fn other_servers_lead_people_to_the_form_and_know_the_numbers() {
        let form = "https://nord.example/events/00000000-0000-0000-0000-000000000000/register";
        let external = written(Joining::None, Some(10), true);
        assert_eq!(external["joinMode"], "external");
        assert_eq!(external["externalParticipationUrl"], form);
        assert_eq!(external["participantCount"], 3);
        assert_eq!(external["remainingAttendeeCapacity"], 7);
        let both = written(Joining::Open, Some(2), true);
        assert_eq!((&both["joinMode"], &both["externalParticipationUrl"]), (&json!("restricted"), &json!(form)));
        assert_eq!(both["remainingAttendeeCapacity"], 0, "never below nothing");
        let joined = written(Joining::Open, None, false);
        assert_eq!((&joined["joinMode"], joined.get("externalParticipationUrl")), (&json!("free"), None));
        let none = written(Joining::None, Some(10), false);
        assert_eq!(none["externalParticipationUrl"], "https://nord.example/events/1");
        assert_eq!(none.get("participantCount"), None, "nobody can say so, and nobody is counted");
        let read = read_from(&both);
        assert_eq!(read.registration_url.as_ref().map(Url::as_str), Some(form), "a neighbour leads people there too");
    }

    #[test]
    fn every_way_to_come_is_read() {
        for (mode, joining) in [
            ("free", Joining::Open),
            ("restricted", Joining::ByApproval),
            ("invite", Joining::None),
            ("external", Joining::None),
            ("none", Joining::None),
            ("ELSE", Joining::None),
        ] {
            assert_eq!(read_from(&json!({ "joinMode": mode })).joining, joining, "{mode}");
        }
        assert_eq!(read_from(&json!({})).joining, Joining::None);
    }

    #[test]
    fn numbers_come_in_every_spelling_and_absurd_ones_are_none() {
        let told = read_from(&json!({
            "maximumAttendeeCapacity": "30", "remainingAttendeeCapacity": 10.0,
        }));
        assert_eq!((told.capacity, told.participants), (Some(30), Some(20)));
        let counted = read_from(&json!({ "attendees": { "totalItems": 7 } }));
        assert_eq!(counted.participants, Some(7));
        for odd in [json!(-1), json!(0), json!(1e300), json!(2.5), json!("viele"), json!([]), json!({}), json!(null)] {
            assert_eq!(read_from(&json!({ "maximumAttendeeCapacity": odd })).capacity, None, "{odd}");
        }
    }

    #[test]
    fn the_events_own_page_is_no_registration() {
        let page = "https://nord.example/events/1";
        let led_home = json!({ "id": page, "url": page, "externalParticipationUrl": page });
        assert_eq!(read_from(&led_home).registration_url, None);
        let elsewhere = json!({ "id": page, "externalParticipationUrl": "https://tickets.example/1" });
        assert!(read_from(&elsewhere).registration_url.is_some());
    }

    #[test]
    fn a_mobilizon_groups_event_is_answered_for_by_a_person() {
        let (group, person) = ("https://mobilizon.example/@chor", "https://mobilizon.example/@mira");
        let told = read_from(&json!({ "attributedTo": group, "actor": person }));
        assert_eq!(told.organiser.map(String::from).as_deref(), Some(person));
        assert_eq!(read_from(&json!({ "attributedTo": person, "actor": person })).organiser, None);
    }
}
