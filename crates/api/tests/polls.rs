//! Programs ask, vote, and read what came of it.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod support;

use federation::polls;
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::{Value, json};
use storage::posts::{self, Which};
use support::{Desk, noon};

fn question(names: &[&str]) -> Value {
    // What a program claims of votes is nobody's vote.
    let option = |name: &&str| json!({ "type": "Note", "name": name, "replies": { "totalItems": 99 } });
    let options: Vec<Value> = names.iter().map(option).collect();
    let ends = noon() + SignedDuration::from_hours(24);
    json!({
        "type": "Question", "content": "<p>Wann fegen wir?</p>", "oneOf": options, "votersCount": 99,
        "endTime": ends.to_string(), "closed": noon().to_string(),
    })
}

fn vote(name: &str, question: &Value) -> Value {
    json!({ "type": "Note", "name": name, "inReplyTo": question["id"], "to": [question["attributedTo"]] })
}

/// The votes of each option, and of how many.
fn result(question: &Value) -> (Vec<i64>, i64) {
    let options = question["oneOf"].as_array().expect("options");
    let votes = options.iter().map(|option| option["replies"]["totalItems"].as_i64().expect("a number"));
    (votes.collect(), question["votersCount"].as_i64().expect("a number"))
}

#[tokio::test]
async fn a_program_asks_votes_once_and_reads_the_result() {
    let desk = Desk::new().await;
    let asked = desk.publish(question(&["Samstag", "Sonntag"])).await;
    assert_eq!((asked["type"].as_str(), result(&asked)), (Some("Question"), (vec![0, 0], 0)));
    assert_eq!(asked.get("closed"), None);
    let cast = desk.publish(json!({ "type": "Create", "object": vote("Sonntag", &asked) })).await;
    assert_eq!((&cast["name"], &cast["to"]), (&json!("Sonntag"), &json!([desk.instance.quarter().url])));
    for again in ["Samstag", "Sonntag", "Montag"] {
        assert_eq!(desk.post(vote(again, &asked)).await.0, StatusCode::BAD_REQUEST, "{again}");
    }
    assert_eq!(result(&desk.document(&asked["id"]).await), (vec![0, 1], 1));
    let query = posts::Query { which: Which::All, before: None, limit: 9 };
    assert_eq!(posts::list(&mut desk.read().await, &query).await.expect("posts").len(), 1, "a vote is no post");
    desk.clock.step(SignedDuration::from_hours(25));
    assert_eq!(polls::see_to_due(&desk.instance).await.expect("an end"), 1);
    let over = desk.document(&asked["id"]).await;
    assert!(over["closed"].is_string() && over.get("updated").is_none(), "{over}");
    assert_eq!(desk.post(vote("Samstag", &asked)).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_vote_on_what_is_no_question_here_is_refused_and_never_a_post() {
    let desk = Desk::new().await;
    let note = desk.publish(json!({ "type": "Note", "content": "Guten Morgen" })).await;
    let far = json!({ "id": "https://fern.example/fragen/1", "attributedTo": "https://fern.example/anna" });
    for no_question in [&note, &far] {
        assert_eq!(desk.post(vote("Ja", no_question)).await.0, StatusCode::NOT_FOUND, "{no_question}");
    }
    let query = posts::Query { which: Which::All, before: None, limit: 9 };
    assert_eq!(posts::list(&mut desk.read().await, &query).await.expect("posts").len(), 1);
}

#[tokio::test]
async fn a_question_that_cannot_be_asked_is_refused() {
    let desk = Desk::new().await;
    let mut past = question(&["Ja", "Nein"]);
    past["endTime"] = json!("2026-11-22T11:00:00Z");
    let mut titled = question(&["Ja", "Nein"]);
    titled["content"] = json!("");
    let eleven = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"];
    for odd in [question(&["Ja"]), question(&["Ja", "Ja"]), question(&eleven), past, titled] {
        assert_eq!(desk.post(odd.clone()).await.0, StatusCode::BAD_REQUEST, "{odd}");
    }
}

#[tokio::test]
async fn a_changed_question_keeps_its_answers_and_its_votes() {
    let desk = Desk::new().await;
    let asked = desk.publish(question(&["Samstag", "Sonntag"])).await;
    desk.publish(vote("Samstag", &asked)).await;
    let mut other = question(&["Montag", "Dienstag"]);
    (other["id"], other["content"]) = (asked["id"].clone(), json!("<p>Wann fegen wir den Platz?</p>"));
    desk.publish(json!({ "type": "Update", "object": other })).await;
    let shown = desk.document(&asked["id"]).await;
    assert_eq!((result(&shown), &shown["oneOf"][0]["name"]), ((vec![1, 0], 1), &json!("Samstag")));
    assert_eq!(shown["content"], json!("<p>Wann fegen wir den Platz?</p>"));
}
