//! What known neighbours send: notes, events, changes, deletions, likes, each signed.

use std::sync::Arc;

use serde_json::{Value, json};

use super::load::{Load, sender};
use crate::site;

/// How many activities one neighbour sends before it is the next one's turn.
const ROUND: usize = 10;
/// After so many rounds of its own a neighbour deletes an event again, so that the calendar stays as long as it is.
const EVENT_LIFE: usize = 100;

/// Sends activity `number`.
pub(super) async fn send(load: Arc<Load>, number: usize) {
    let activity = activity(&load, number);
    match load.peers.send(sender(number / ROUND), &load.inbox, &activity).await {
        Ok(status) => load.tally.answered("inbox", 202, status, &activity.to_string()),
        Err(problem) => load.tally.failed("inbox", &format!("{problem:?}")),
    }
}

fn activity(load: &Load, number: usize) -> Value {
    let round = number / ROUND;
    let earlier = |rounds: usize| round.checked_sub(rounds * super::SENDERS);
    match (number % ROUND, earlier(2), earlier(EVENT_LIFE)) {
        (6, _, _) => say(load, number, "Create", &event(load, number)),
        (7, Some(before), _) => say(load, number, "Update", &note(load, before * ROUND, " Geändert.")),
        (8, _, _) if let Some(post) = load.post(number) => say(load, number, "Like", &json!(post)),
        (9, _, Some(before)) => say(load, number, "Delete", &json!(url(load, before * ROUND + 6))),
        _ => say(load, number, "Create", &note(load, number, "")),
    }
}

fn url(load: &Load, number: usize) -> String {
    load.peers.url(sender(number / ROUND), &format!("/objects/{number}"))
}

fn say(load: &Load, number: usize, kind: &str, object: &Value) -> Value {
    let peer = sender(number / ROUND);
    json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": load.peers.url(peer, &format!("/activities/{number}")), "type": kind,
        "actor": load.peers.url(peer, "/actor"), "object": object,
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
    })
}

fn note(load: &Load, number: usize, more: &str) -> Value {
    let content = format!("<p>Nummer {number}: heute um 18 Uhr trifft sich die Nachbarschaft am Brunnen.{more}</p>");
    object(load, number, json!({ "type": "Note", "content": content }))
}

fn event(load: &Load, number: usize) -> Value {
    let start = site::midnight_ahead(number * 37 % 600 + 1).to_string();
    let event = json!({ "type": "Event", "name": format!("Fest {number}"), "startTime": start });
    object(load, number, event)
}

fn object(load: &Load, number: usize, mut object: Value) -> Value {
    let now = site::now().to_string();
    let about = json!({
        "id": url(load, number), "attributedTo": load.peers.url(sender(number / ROUND), "/actor"), "published": now,
        "updated": now, "to": ["https://www.w3.org/ns/activitystreams#Public"],
    });
    if let (Some(object), Value::Object(about)) = (object.as_object_mut(), about) {
        object.extend(about);
    }
    object
}
