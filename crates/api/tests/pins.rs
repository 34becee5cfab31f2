//! Programs put first what stands first, and take it back to its place.
#![expect(clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod support;

use domain::event::{Details, Draft, State};
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use storage::events;
use support::{Desk, noon};

/// The collection of what the quarter puts first.
fn featured(desk: &Desk) -> Value {
    json!(format!("{}/featured", desk.instance.quarter().url))
}

fn pin(desk: &Desk, kind: &str, object: &Value) -> Value {
    json!({ "type": kind, "object": object, "target": featured(desk) })
}

async fn note(desk: &Desk, text: &str) -> Value {
    desk.publish(json!({ "type": "Note", "content": text })).await["id"].clone()
}

async fn first(desk: &Desk) -> Value {
    desk.document(&featured(desk)).await["orderedItems"].clone()
}

#[tokio::test]
async fn a_program_puts_a_post_first_and_takes_it_back() {
    let desk = Desk::new().await;
    let post = note(&desk, "Guten Morgen").await;
    let (status, location) = desk.post(pin(&desk, "Add", &post)).await;
    assert_eq!(status, StatusCode::CREATED);
    let add = desk.activity(&support::url(location.as_deref().expect("an address"))).await;
    assert_eq!((&add["type"], &add["object"], &add["target"]), (&json!("Add"), &post, &featured(&desk)));
    assert_eq!(first(&desk).await, json!([post]));
    assert_eq!(desk.post(pin(&desk, "Add", &post)).await, (StatusCode::CREATED, location), "said once");
    assert_eq!(desk.post(pin(&desk, "Remove", &post)).await.0, StatusCode::CREATED);
    assert_eq!(first(&desk).await, json!([]));
    assert_eq!(desk.post(pin(&desk, "Remove", &post)).await.0, StatusCode::NOT_FOUND);
    desk.post(pin(&desk, "Add", &post)).await;
    assert_eq!(desk.post(json!({ "type": "Delete", "object": post })).await.0, StatusCode::CREATED);
    assert_eq!(first(&desk).await, json!([]), "what is gone stands nowhere");
}

#[tokio::test]
async fn only_five_stand_first_and_the_sixth_is_told_why() {
    let desk = Desk::new().await;
    for number in 1..=5 {
        let post = note(&desk, &format!("Nummer {number}")).await;
        assert_eq!(desk.post(pin(&desk, "Add", &post)).await.0, StatusCode::CREATED);
    }
    let sixth = note(&desk, "Nummer 6").await;
    assert_eq!(desk.post(pin(&desk, "Add", &sixth)).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(first(&desk).await.as_array().map(Vec::len), Some(5));
}

#[tokio::test]
async fn nothing_else_is_put_first_and_nowhere_else() {
    let desk = Desk::new().await;
    let (post, far) = (note(&desk, "Guten Morgen").await, desk.anna().await);
    let starts_at = noon() + SignedDuration::from_hours(24);
    let details = Details::new("Lesung", starts_at, starts_at + SignedDuration::from_hours(2), "Europe/Berlin");
    let quarter = desk.instance.quarter();
    let draft = Draft::new(details).expect("a draft");
    let event = federation::activities::create::event(&desk.instance, quarter, draft).await.expect("an event");
    let mut hidden = event.clone();
    (hidden.state, hidden.updated_at) = (State::Draft, noon() + SignedDuration::from_hours(1));
    let mut tx = desk.instance.store().write().await.expect("a transaction");
    assert!(events::update(&mut tx, &hidden).await.expect("an update"));
    storage::objects::claim(&mut tx, &support::url("https://fern.example/1"), far.id, "Note", &far.url)
        .await
        .expect("a claim");
    tx.commit().await.expect("a commit");
    let other = json!({ "type": "Add", "object": post, "target": format!("{}/outbox", quarter.url) });
    let cases = [
        (other, StatusCode::BAD_REQUEST),
        (json!({ "type": "Add", "object": post }), StatusCode::BAD_REQUEST),
        (json!({ "type": "Remove", "object": post }), StatusCode::BAD_REQUEST),
        (json!({ "type": "Add", "target": featured(&desk) }), StatusCode::BAD_REQUEST),
        (pin(&desk, "Add", &json!("https://fern.example/1")), StatusCode::FORBIDDEN),
        (pin(&desk, "Remove", &json!("https://fern.example/1")), StatusCode::NOT_FOUND),
        (pin(&desk, "Add", &json!("https://fern.example/2")), StatusCode::NOT_FOUND),
        (pin(&desk, "Add", &json!(event.url)), StatusCode::NOT_FOUND),
    ];
    for (said, expected) in cases {
        assert_eq!(desk.post(said.clone()).await.0, expected, "{said}");
    }
    assert_eq!(first(&desk).await, json!([]));
}
