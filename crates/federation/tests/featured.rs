//! Stories of what an actor puts first: here, next door, and in somebody else's name.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::post::Post;
use federation::activities::{self, add, create, delete, remove};
use federation::{featured, initiatives, paths};
use serde_json::json;
use storage::featured as kept;
use support::{TestQuarter, clock, event, neighbours_on_each, note, until};
use url::Url;

async fn posted(quarter: &TestQuarter, text: &str) -> Post {
    create::post(&quarter.instance, quarter.instance.quarter(), note(text)).await.expect("a post")
}

/// Whether an object is marked as standing first.
async fn is_first(quarter: &TestQuarter, url: &Url) -> bool {
    let entry = storage::objects::by_url(&mut quarter.read().await, url).await.expect("a query");
    let Some(entry) = entry else { return false };
    kept::is(&mut quarter.read().await, entry.id).await.expect("a query")
}

#[tokio::test]
async fn what_a_quarter_puts_first_is_marked_next_door_until_it_is_taken_back() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let quarter = north.instance.quarter();
        let post = posted(&north, "Bitte lesen").await;
        let party = create::event(&north.instance, quarter, event("Lichterfest")).await.expect("an event");
        for url in [&post.url, &party.url] {
            add::publish(&north.instance, quarter, url).await.expect("an add");
            until("it is marked there", async || is_first(&south, url).await).await;
        }
        let listed = kept::of_actor(&mut north.read().await, quarter.id).await.expect("rows");
        assert_eq!(listed.len(), 2);
        remove::publish(&north.instance, quarter, &party.url).await.expect("a removal");
        until("the mark is gone there", async || !is_first(&south, &party.url).await).await;
        delete::object(&north.instance, post.id).await.expect("a deletion");
        assert!(!is_first(&north, &post.url).await);
        until("it is gone there", async || !is_first(&south, &post.url).await).await;
    }
}

#[tokio::test]
async fn five_stand_first_and_only_ones_own() {
    for (north, _south) in neighbours_on_each(&clock()).await {
        let quarter = north.instance.quarter();
        for number in 0..featured::MOST {
            let post = posted(&north, &format!("Nummer {number}")).await;
            add::publish(&north.instance, quarter, &post.url).await.expect("an add");
            add::publish(&north.instance, quarter, &post.url).await.expect("the same again");
        }
        let sixth = posted(&north, "Einer zu viel").await;
        assert!(add::publish(&north.instance, quarter, &sixth.url).await.is_err());
        let handle = "chor".parse().expect("a handle");
        let choir = initiatives::create(&north.instance, "Chor", &handle, domain::html::Html::default()).await;
        assert!(add::publish(&north.instance, &choir.expect("an initiative"), &sixth.url).await.is_err());
    }
}

#[tokio::test]
async fn nobody_adds_to_a_collection_that_is_not_their_featured() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let (ours, theirs) = (posted(&north, "Unseres").await, posted(&south, "Ihres").await);
        until("the note is there", async || {
            storage::posts::by_url(&mut north.read().await, &theirs.url).await.expect("a query").is_some()
        })
        .await;
        let sender = storage::actors::by_url(&mut north.read().await, &south.instance.quarter().url).await;
        let sender = sender.expect("a query").expect("the sender");
        let own = paths::of(south.instance.quarter(), "featured");
        for (number, (object, target)) in [
            (&theirs.url, json!(paths::of(north.instance.quarter(), "featured"))),
            (&theirs.url, json!(paths::of(south.instance.quarter(), "moderators"))),
            (&theirs.url, json!(null)),
            (&theirs.url, json!(["https://a.example/featured", own])),
            (&ours.url, json!(own)),
            (&own, json!(own)),
        ]
        .into_iter()
        .enumerate()
        {
            for kind in ["Add", "Remove"] {
                let id = south.instance.url(&format!("/activities/{kind}{number}"));
                let json = json!({ "id": id, "type": kind, "actor": sender.url, "object": object, "target": target });
                let done = activities::receive(&north.instance, &sender, &id, kind, json).await;
                assert!(done.is_err(), "{kind} {object} {target}");
            }
        }
        assert!(!is_first(&north, &theirs.url).await && !is_first(&north, &ours.url).await);
    }
}
