//! A quarter and a server that is not ours understand each other: Fedify.
#![expect(clippy::indexing_slicing, reason = "a member that a JSON value does not have is null, no panic")]

use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use storage::Store;
use tests::client::ACTIVITY_JSON;
use tests::fedify::{Fedify, FirstKnock};
use tests::quarter::Quarter;
use tests::sink::Sink;
use tests::wait;

#[tokio::test(flavor = "multi_thread")]
async fn fedify_signing_by_rfc9421_follows_the_quarter_and_takes_its_note_and_its_event() -> Result<()> {
    fedify_follows(FirstKnock::Rfc9421).await
}

#[tokio::test(flavor = "multi_thread")]
async fn fedify_signing_by_draft_cavage_follows_the_quarter_and_takes_its_note_and_its_event() -> Result<()> {
    fedify_follows(FirstKnock::Cavage).await
}

async fn fedify_follows(knock: FirstKnock) -> Result<()> {
    let Some(fedify) = Fedify::start("fedi", knock).await? else { return Ok(()) };
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
    let follow = request(&fedify, "out", "POST").await?;
    let create = request(&fedify, "in", "POST").await?;
    println!("Fedify's first request: {follow:#}\nThe quarter's last request: {create:#}");
    // It signs as the other does: by draft-cavage as long as nothing else is known, by RFC 9421 once it saw that.
    let rfc9421 = knock == FirstKnock::Rfc9421;
    assert_eq!(follow["headers"]["signature-input"].is_string(), rfc9421, "{follow}");
    assert_eq!(create["headers"]["signature-input"].is_string(), rfc9421, "{create}");
    let remembered = hosts(&quarter).await?;
    println!("Remembered: {remembered:?}");
    assert_eq!(remembered.contains(&(fedify.host().to_owned(), "rfc9421".to_owned())), rfc9421, "{remembered:?}");
    Ok(())
}

/// The first request that Fedify sent, or the last that it got.
async fn request(fedify: &Fedify, direction: &str, method: &str) -> Result<Value> {
    let requests = fedify.requests().await?;
    let mut wanted = requests.into_iter().filter(|one| one["direction"] == direction && one["method"] == method);
    let found = if direction == "out" { wanted.next() } else { wanted.next_back() };
    found.context("no such request")
}

/// What the quarter remembers of how others want to be signed to.
async fn hosts(quarter: &Quarter) -> Result<Vec<(String, String)>> {
    let store = Store::open(&format!("sqlite:{}", quarter.database().display())).await?;
    let listed = storage::hosts::list(&mut store.read().await?).await?;
    store.close().await;
    Ok(listed.into_iter().map(|(host, habit)| (host.to_string(), habit.scheme.as_str().to_owned())).collect())
}

/// An activity of ours, carried to Fedify by nobody who signs, counts by its proof (FEP-8b32).
#[tokio::test(flavor = "multi_thread")]
async fn fedify_believes_a_proof_of_the_quarter() -> Result<()> {
    let Some(fedify) = Fedify::start("fedi", FirstKnock::Rfc9421).await? else { return Ok(()) };
    let quarter = Quarter::start("nord").await?;
    let sink = Sink::start("sink").await?;
    sink.follow(&quarter).await?;
    let token = quarter.editor().await?;
    quarter.publish(&token, &json!({ "type": "Note", "content": "<p>Weitergesagt</p>" })).await?;
    let create = wait::until("the note at the sink", Duration::from_secs(15), async || {
        Ok(sink.activities("Create").into_iter().next())
    })
    .await?;
    let inbox = format!("{}/inbox", fedify.actor);
    let post = async |activity: &Value| -> Result<u16> {
        let request = quarter.client.post(&inbox).header("content-type", ACTIVITY_JSON).body(activity.to_string());
        Ok(request.send().await?.status().as_u16())
    };
    let mut forged = create.clone();
    forged["object"]["content"] = json!("<p>Nie gesagt</p>");
    assert_eq!(post(&forged).await?, 401, "a proof that does not fit");
    assert_eq!(post(&create).await?, 202, "a proof that fits: {create:#}");
    fedify.accepts("the note", |one| one["object"]["content"] == "<p>Weitergesagt</p>").await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fedify_publishes_by_rfc9421_stands_on_the_pages_of_a_quarter_that_invited_it() -> Result<()> {
    fedify_publishes(FirstKnock::Rfc9421).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fedify_publishes_by_draft_cavage_stands_on_the_pages_of_a_quarter_that_invited_it() -> Result<()> {
    fedify_publishes(FirstKnock::Cavage).await
}

async fn fedify_publishes(knock: FirstKnock) -> Result<()> {
    let Some(fedify) = Fedify::start("fedi", knock).await? else { return Ok(()) };
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
    let Some(fedify) = Fedify::start("fedi", FirstKnock::Rfc9421).await? else { return Ok(()) };
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
