//! A post that gets or loses its title stays what it was published as.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod support;

use domain::language::Language;
use domain::post::{Details, Draft, Post};
use federation::activities::{create, update};
use serde_json::Value;
use support::{TestQuarter, clock, neighbours_on_each, until};
use url::Url;

fn typed(title: &str, text: &str) -> Draft {
    Draft::new(Details::typed(title, text, Language::DE)).expect("a post")
}

async fn document(reader: &TestQuarter, url: &Url) -> Value {
    let document = reader.instance.client().get_document(url, |_| http::HeaderMap::new()).await;
    document.expect("a document").json
}

/// The post as the neighbour has it.
async fn copy(reader: &TestQuarter, post: &Post) -> Option<Details> {
    let mut tx = reader.read().await;
    let entry = storage::objects::by_url(&mut tx, &post.url).await.expect("a query")?;
    storage::posts::by_id(&mut tx, entry.id).await.expect("a query").map(|post| post.details)
}

/// The type of the object of the newest `Update` of a post.
async fn told(quarter: &TestQuarter, post: &Post) -> Value {
    let us = quarter.instance.quarter().id;
    let update = storage::activities::latest(&mut quarter.read().await, us, "Update", &post.url).await;
    let body = update.expect("a query").expect("an update").body;
    serde_json::from_str::<Value>(&body).expect("JSON")["object"]["type"].clone()
}

#[tokio::test]
async fn a_note_that_gets_a_title_stays_a_note_and_the_title_is_read_next_door() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let draft = typed("", "Der Brunnen läuft wieder.");
        let post = create::post(&north.instance, north.instance.quarter(), draft).await.expect("a post");
        until("it is next door", async || copy(&south, &post).await.is_some()).await;
        let titled = typed("Wasser & Marsch", "Der Brunnen läuft wieder.");
        update::post(&north.instance, post.id, titled).await.expect("a change");
        let shown = document(&south, &post.url).await;
        assert_eq!((&shown["type"], &shown["name"]), (&Value::from("Note"), &Value::Null));
        let content = "<p><strong>Wasser &amp; Marsch</strong></p><p>Der Brunnen läuft wieder.</p>";
        assert_eq!((&shown["content"], &shown["contentMap"]["de"]), (&Value::from(content), &Value::from(content)));
        assert_eq!(told(&north, &post).await, "Note");
        until("the title is next door", async || {
            copy(&south, &post).await.is_some_and(|details| details.content.as_str() == content)
        })
        .await;
    }
}

#[tokio::test]
async fn an_article_that_loses_its_title_stays_an_article_with_a_name() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let draft = typed("Sommerfest", "Viel Spaß auf dem Platz.");
        let post = create::post(&north.instance, north.instance.quarter(), draft).await.expect("a post");
        until("it is next door", async || copy(&south, &post).await.is_some()).await;
        update::post(&north.instance, post.id, typed("", "Es war laut und schön.")).await.expect("a change");
        let shown = document(&south, &post.url).await;
        assert_eq!((&shown["type"], &shown["name"]), (&Value::from("Article"), &Value::from("Es war laut und schön.")));
        assert_eq!(told(&north, &post).await, "Article");
        until("the change is next door", async || {
            copy(&south, &post).await.is_some_and(|details| details.content.to_text() == "Es war laut und schön.")
        })
        .await;
    }
}
