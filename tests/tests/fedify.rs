//! A quarter and a server that is not ours understand each other: Fedify.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tests::fedify::Fedify;
use tests::quarter::Quarter;
use tests::sink::Sink;

#[tokio::test(flavor = "multi_thread")]
async fn fedify_follows_the_quarter_and_takes_its_note_and_its_event() -> Result<()> {
    let Some(fedify) = Fedify::start("fedi").await? else { return Ok(()) };
    let quarter = Quarter::start("nord").await?;
    let actor = quarter.actor().await?;
    let token = quarter.editor().await?;

    let follow = fedify.follow(&quarter.address()).await?;
    assert_eq!(follow["type"], "Group", "what Fedify read of the actor: {follow}");
    let from_quarter = |kind: &'static str| {
        let actor = actor["id"].clone();
        move |one: &serde_json::Value| one["type"] == kind && one["actor"] == actor
    };
    fedify.accepts("the Accept of the follow", from_quarter("Accept")).await?;

    let public = json!(["https://www.w3.org/ns/activitystreams#Public"]);
    let note = json!({ "type": "Note", "content": "<p>Flohmarkt am <strong>Samstag</strong></p>", "to": public });
    quarter.publish(&token, &note).await?;
    let create = from_quarter("Create");
    let arrived = fedify.accepts("the note", |one| create(one) && one["object"]["type"] == "Note").await?;
    assert!(arrived["object"]["content"].as_str().is_some_and(|text| text.contains("Flohmarkt am")), "{arrived}");

    let event = json!({
        "type": "Event", "name": "Sommerfest auf dem Brüderplatz", "content": "<p>Mit Musik.</p>",
        "startTime": "2031-06-14T15:00:00+02:00", "endTime": "2031-06-14T22:00:00+02:00", "timezone": "Europe/Berlin",
        "location": { "type": "Place", "name": "Brüderplatz" }, "to": public,
    });
    quarter.publish(&token, &event).await?;
    let arrived = fedify.accepts("the event", |one| create(one) && one["object"]["type"] == "Event").await?;
    assert_eq!(arrived["object"]["name"], "Sommerfest auf dem Brüderplatz", "{arrived}");
    assert!(
        arrived["object"]["startTime"].as_str().is_some_and(|time| time.starts_with("2031-06-14T13:00")),
        "{arrived}"
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fedify_publishes_stands_on_the_pages_of_a_quarter_that_invited_it() -> Result<()> {
    let Some(fedify) = Fedify::start("fedi").await? else { return Ok(()) };
    let quarter = Quarter::start("nord").await?;
    quarter.cli(&["neighbours", "invite", &fedify.address()]).await?;
    fedify.accepts("a follow from the quarter", |one| one["type"] == "Follow").await?;
    fedify.publish("<p>Grüße aus der Fedi-Straße</p>").await?;
    quarter.shows("/", "Grüße aus der Fedi-Straße", Duration::from_secs(20)).await?;
    Ok(())
}

/// The yardstick is measured: what signs and checks in the stories is understood by a server that is not ours.
#[tokio::test(flavor = "multi_thread")]
async fn the_signatures_of_the_stories_are_taken_by_fedify() -> Result<()> {
    let Some(fedify) = Fedify::start("fedi").await? else { return Ok(()) };
    let sink = Sink::start("sink").await?;
    let note = json!({
        "@context": "https://www.w3.org/ns/activitystreams", "type": "Create", "actor": sink.actor,
        "id": format!("{}/creates/1", sink.actor), "to": "https://www.w3.org/ns/activitystreams#Public",
        "object": { "type": "Note", "id": format!("{}/notes/1", sink.actor), "attributedTo": sink.actor, "content": "Hallo" },
    });
    let status = sink.deliver(&format!("{}/inbox", fedify.actor), &note).await?;
    assert_eq!(status, 202);
    fedify.accepts("the note", |one| one["type"] == "Create" && one["object"]["content"] == "Hallo").await?;
    Ok(())
}
