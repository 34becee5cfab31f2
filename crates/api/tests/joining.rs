//! Programs come to events elsewhere, and invite to those of their own actor.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::actor::Actor;
use domain::event::{Details, Draft, Event, Joining, State as Board};
use domain::participation::State;
use federation::activities::create;
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;
use storage::{events, objects as registry, participations};
use support::{Desk, noon, url};
use uuid::Uuid;

/// Anna, and an event of hers that is known here.
async fn elsewhere(desk: &Desk) -> (Actor, Event) {
    let anna = desk.anna().await;
    let id = url("https://fern.example/anna/events/1");
    let event = Event {
        id: Uuid::now_v7(),
        url: id.clone(),
        page: id,
        author: anna.id,
        details: reading().details().clone(),
        state: Board::Published,
        source: None,
        uid: "1".to_owned(),
        sequence: 0,
        published_at: noon(),
        updated_at: noon(),
    };
    let mut tx = desk.instance.store().write().await.expect("a transaction");
    registry::claim(&mut tx, &event.url, event.id, "Event", &anna.url).await.expect("a claim");
    events::insert(&mut tx, &event, None).await.expect("an event");
    tx.commit().await.expect("a commit");
    (anna, event)
}

async fn state(desk: &Desk, event: &Event, actor: &Actor) -> Option<State> {
    let kept = participations::between(&mut desk.read().await, event.id, actor.id).await.expect("a query");
    kept.map(|kept| kept.state)
}

fn reading() -> Draft {
    let starts_at = noon() + SignedDuration::from_hours(24);
    let mut details = Details::new("Lesung", starts_at, starts_at + SignedDuration::from_hours(2), "Europe/Berlin");
    details.joining = Joining::ByApproval;
    Draft::new(details).expect("an event")
}

#[tokio::test]
async fn a_program_joins_an_event_elsewhere_and_leaves_it() {
    let desk = Desk::new().await;
    let (_, event) = elsewhere(&desk).await;
    let join = json!({ "type": "Join", "object": event.url, "participationMessage": "Wir sind zu zweit" });
    let (status, first) = desk.post(join.clone()).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(state(&desk, &event, desk.instance.quarter()).await, Some(State::Asked));
    assert_eq!(desk.post(join).await, (StatusCode::CREATED, first.clone()), "asked once");
    let undo = json!({ "type": "Undo", "object": { "type": "Join", "id": first, "object": event.url } });
    assert_eq!(desk.post(undo.clone()).await.0, StatusCode::CREATED);
    assert_eq!(state(&desk, &event, desk.instance.quarter()).await, Some(State::Left));
    assert_eq!(desk.post(undo).await.0, StatusCode::NOT_FOUND);
    assert_eq!(desk.post(json!({ "type": "Leave", "object": event.url })).await.0, StatusCode::NOT_FOUND);
    let said = desk.said().await;
    let kinds: Vec<&str> = said.iter().filter_map(|json| json["type"].as_str()).collect();
    assert_eq!(kinds, ["Join", "Leave"]);
    assert_eq!(said[0]["participationMessage"], "Wir sind zu zweit");
    assert_eq!((&said[1]["object"], &said[1]["to"]), (&json!(event.url), &json!(["https://fern.example/anna"])));
}

#[tokio::test]
async fn a_program_invites_to_an_event_of_its_own_actor_only() {
    let desk = Desk::new().await;
    let (anna, theirs) = elsewhere(&desk).await;
    let ours = create::event(&desk.instance, desk.instance.quarter(), reading()).await.expect("an event");
    let (status, _) = desk.post(json!({ "type": "Invite", "object": ours.url, "target": anna.url })).await;
    assert_eq!(status, StatusCode::CREATED);
    assert_eq!(state(&desk, &ours, &anna).await, Some(State::Invited));
    for (wrong, expected) in [
        (json!({ "type": "Invite", "object": ours.url }), StatusCode::BAD_REQUEST),
        (json!({ "type": "Invite", "target": anna.url }), StatusCode::BAD_REQUEST),
        (json!({ "type": "Invite", "object": theirs.url, "target": anna.url }), StatusCode::FORBIDDEN),
        (
            json!({ "type": "Invite", "object": ours.url, "target": desk.instance.quarter().url }),
            StatusCode::BAD_REQUEST,
        ),
        (json!({ "type": "Join", "object": "https://fern.example/nothing" }), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(desk.post(wrong.clone()).await.0, expected, "{wrong}");
    }
}

#[tokio::test]
async fn one_of_ours_joins_an_event_of_ours_at_once() {
    let desk = Desk::new().await;
    let mut draft = reading().details().clone();
    (draft.joining, draft.capacity) = (Joining::Open, Some(1));
    let draft = Draft::new(draft).expect("a draft");
    let ours = create::event(&desk.instance, desk.instance.quarter(), draft).await.expect("an event");
    assert_eq!(desk.post(json!({ "type": "Join", "object": ours.url })).await.0, StatusCode::CREATED);
    assert_eq!(state(&desk, &ours, desk.instance.quarter()).await, Some(State::Confirmed));
    assert_eq!(desk.post(json!({ "type": "Leave", "object": ours.url })).await.0, StatusCode::CREATED);
    assert_eq!(state(&desk, &ours, desk.instance.quarter()).await, Some(State::Left));
}
