//! Stories of conversations: what answers what, on which server, and who may see it.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::actor::Actor;
use domain::event::State;
use domain::neighbour;
use domain::post::{self, Post};
use federation::activities::{self, create};
use federation::fetch::FetchError;
use federation::{Replies, neighbours, queue};
use jiff::SignedDuration;
use serde_json::{Value, json};
use storage::{events, posts, testing};
use support::peer::Peer;
use support::{TestQuarter, clock, event, neighbours_on_each, note, until};
use url::Url;
use uuid::Uuid;

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// The document at a path, as another server gets it.
async fn document(quarter: &TestQuarter, path: &str) -> Result<Value, FetchError> {
    let url = quarter.instance.url("/").join(path).expect("a URL");
    let document = quarter.instance.client().get_document(&url, |_| http::HeaderMap::new()).await?;
    Ok(document.json)
}

async fn answer(quarter: &TestQuarter, parent: &Url, text: &str) -> Post {
    let mut details = note(text).details().clone();
    details.in_reply_to = Some(parent.clone());
    let draft = post::Draft::new(details).expect("an answer");
    create::post(&quarter.instance, quarter.instance.quarter(), draft).await.expect("a post")
}

#[tokio::test]
async fn an_answer_next_door_takes_on_the_conversation_and_stands_in_it() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let question = create::post(&north.instance, north.instance.quarter(), note("Wer kommt?")).await;
        let question = question.expect("a post");
        until("the question is there", async || {
            posts::by_url(&mut south.read().await, &question.url).await.expect("a query").is_some()
        })
        .await;
        let reply = answer(&south, &question.url, "Wir!").await;
        until("the answer is here", async || {
            posts::by_url(&mut north.read().await, &reply.url).await.expect("a query").is_some()
        })
        .await;
        let asked = document(&north, question.url.path()).await.expect("the question");
        let answered = document(&south, reply.url.path()).await.expect("the answer");
        let context: Url = asked["context"].as_str().expect("a context").parse().expect("a URL");
        assert_eq!(asked["context"], answered["context"]);
        let collection = document(&north, context.path()).await.expect("the conversation");
        assert_eq!((&collection["type"], &collection["totalItems"]), (&json!("OrderedCollection"), &json!(2)));
        assert_eq!(collection["attributedTo"], json!(north.instance.quarter().url));
        let page = document(&north, &format!("{}?page=true", context.path())).await.expect("a page");
        assert_eq!(page["orderedItems"], json!([question.url, reply.url]));
        let replies: Url = asked["replies"].as_str().expect("replies").parse().expect("a URL");
        let page = document(&north, &format!("{}?page=true", replies.path())).await.expect("a page");
        assert_eq!(page["orderedItems"], json!([reply.url]));
        let own = format!("{}/context", reply.url.path());
        assert!(document(&south, &own).await.is_err(), "the conversation is not the south's");
    }
}

/// Somebody of whom the quarter knows nothing but the key.
async fn stranger_to(quarter: &TestQuarter) -> Actor {
    let mut stranger = quarter.instance.quarter().clone();
    (stranger.id, stranger.part) = (Uuid::now_v7(), None);
    stranger.url = "https://fremd.example/@x".parse().expect("a URL");
    stranger.host = "fremd.example".parse().expect("a host");
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    storage::actors::insert(&mut tx, &stranger, None).await.expect("an insert");
    tx.commit().await.expect("a commit");
    stranger
}

#[tokio::test]
async fn a_held_answer_is_neither_listed_nor_counted() {
    for (north, _south) in neighbours_on_each(&clock()).await {
        let party = create::event(&north.instance, north.instance.quarter(), event("Lichterfest")).await;
        let party = party.expect("an event");
        let ours = answer(&north, &party.url, "Bitte Lichter mitbringen").await;
        let stranger = stranger_to(&north).await;
        let id: Url = "https://fremd.example/1".parse().expect("a URL");
        let object = json!({
            "id": id, "type": "Note", "attributedTo": stranger.url, "content": "<p>Werbung</p>", "to": [PUBLIC],
            "inReplyTo": party.url, "context": format!("{}/context", party.url),
        });
        let create = json!({ "id": format!("{id}/create"), "type": "Create", "actor": stranger.url, "object": object });
        activities::receive(&north.instance, &stranger, &id, "Create", create).await.expect("held back");
        let entry = storage::objects::by_url(&mut north.read().await, &id).await.expect("a query").expect("the entry");
        assert!(posts::exists(&mut north.read().await, entry.id).await.expect("a query"));
        for (name, total, items) in [("replies", 1, json!([ours.url])), ("context", 2, json!([party.url, ours.url]))] {
            let path = format!("{}/{name}", party.url.path());
            assert_eq!(document(&north, &path).await.expect("a collection")["totalItems"], total);
            let page = document(&north, &format!("{path}?page=true")).await.expect("a page");
            assert_eq!(page["orderedItems"], items, "{name}");
        }
    }
}

#[tokio::test]
async fn what_an_editor_let_in_waits_again_when_a_stranger_changes_it() {
    let clock = clock();
    for database in testing::all() {
        let north = TestQuarter::new("nord", &clock, database).await;
        let party = create::event(&north.instance, north.instance.quarter(), event("Lichterfest")).await;
        let party = party.expect("an event");
        let stranger = stranger_to(&north).await;
        let quarter = &north.instance.quarter().url;
        let said = |kind: &str, number: u32, object: Value| {
            let id: Url = format!("https://fremd.example/said/{number}").parse().expect("a URL");
            let said = json!({ "id": id, "type": kind, "actor": stranger.url, "object": object });
            let (north, stranger) = (&north.instance, &stranger);
            let kind = kind.to_owned();
            async move { activities::receive(north, stranger, &id, &kind, said).await }
        };
        let note = |text: &str| {
            json!({ "id": "https://fremd.example/1", "type": "Note", "attributedTo": stranger.url, "content": text,
                "to": [PUBLIC], "inReplyTo": party.url })
        };
        let feast = |name: &str| {
            json!({ "id": "https://fremd.example/2", "type": "Event", "attributedTo": stranger.url, "name": name,
                "startTime": "2026-12-12T15:00:00Z", "to": [PUBLIC], "cc": [quarter] })
        };
        for (at, before, mut after, gone) in
            [(1, note("Wir kommen"), note("Werbung"), "inReplyTo"), (2, feast("Punsch"), feast("Werbung"), "cc")]
        {
            let url: Url = before["id"].as_str().expect("an id").parse().expect("a URL");
            let is_shown = async || match posts::by_url(&mut north.read().await, &url).await.expect("a query") {
                Some(_) => true,
                None => events::by_url(&mut north.read().await, &url)
                    .await
                    .expect("a query")
                    .is_some_and(|event| event.state == State::Published),
            };
            said("Create", 10 * at, before.clone()).await.expect("held back");
            assert!(!is_shown().await);
            let id = storage::objects::by_url(&mut north.read().await, &url).await.expect("a query").expect("it").id;
            queue::approve(&north.instance, id, "Mira").await.expect("an approval");
            assert!(is_shown().await);

            let mut old = before.clone();
            old["updated"] = json!("2020-01-01T00:00:00Z");
            said("Update", 10 * at + 1, old).await.expect("nothing new");
            assert!(is_shown().await, "what is older changes nothing");

            clock.step(SignedDuration::from_mins(1));
            // Nor does it help to name no more what it was let in for.
            after.as_object_mut().expect("an object").remove(gone);
            said("Update", 10 * at + 2, after).await.expect("held back");
            assert!(!is_shown().await, "other words");
            queue::approve(&north.instance, id, "Mira").await.expect("an approval");
            assert!(is_shown().await);
        }
    }
}

#[tokio::test]
async fn nobody_talks_themselves_into_a_conversation_of_ours() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let question = create::post(&north.instance, north.instance.quarter(), note("Wer kommt?")).await;
        let question = question.expect("a post");
        let sender = storage::actors::by_url(&mut north.read().await, &south.instance.quarter().url).await;
        let sender = sender.expect("a query").expect("the sender");
        let theirs = south.instance.url("/contexts/1");
        for (number, (context, kept)) in [
            (json!(format!("{}/context", question.url)), None),
            (json!(theirs), Some(&theirs)),
            (json!("tag:sued.example,2026:1"), None),
            (json!("x".repeat(5_000)), None),
            (json!({ "type": "Collection" }), None),
        ]
        .into_iter()
        .enumerate()
        {
            let id = south.instance.url(&format!("/posts/{number}"));
            let object = json!({
                "id": id, "type": "Note", "attributedTo": sender.url, "content": "<p>Hallo</p>", "to": [PUBLIC],
                "context": context,
            });
            let json = json!({ "id": format!("{id}/create"), "type": "Create", "actor": sender.url, "object": object });
            activities::receive(&north.instance, &sender, &id, "Create", json).await.expect("a post");
            let entry = storage::objects::by_url(&mut north.read().await, &id).await.expect("a query");
            let entry = entry.expect("the entry");
            let found = storage::contexts::of_object(&mut north.read().await, entry.id).await.expect("a query");
            assert_eq!(found.as_ref(), kept, "{context}");
        }
        let path = format!("{}/context", question.url.path());
        assert_eq!(document(&north, &path).await.expect("the conversation")["totalItems"], 1);
        let reply = answer(&north, &south.instance.url("/posts/1"), "Guten Tag").await;
        assert_eq!(document(&north, reply.url.path()).await.expect("the answer")["context"], json!(theirs));
    }
}

#[tokio::test]
async fn an_answer_reaches_who_is_answered_even_if_it_follows_nobody() {
    let clock = clock();
    for (one, other) in testing::all().into_iter().zip(testing::all()) {
        let (north, south) =
            (TestQuarter::new("nord", &clock, one).await, TestQuarter::new("sued", &clock, other).await);
        neighbours::invite(&north.instance, &south.address()).await.expect("an invitation");
        until("the north follows the south", async || south.first_state().await == Some(neighbour::State::Asked)).await;
        let question = create::post(&south.instance, south.instance.quarter(), note("Wer kommt?")).await;
        let question = question.expect("a post");
        until("the question is there", async || {
            posts::by_url(&mut north.read().await, &question.url).await.expect("a query").is_some()
        })
        .await;
        answer(&north, &question.url, "Wir!").await;
        let host = north.instance.host().as_str();
        until("the answer waits", async || {
            posts::count_held(&mut south.read().await, host).await.expect("a query") == 1
        })
        .await;
    }
}

/// A quarter that takes no strangers' answers, on each database, and where that is.
async fn without_answers() -> Vec<(TestQuarter, String)> {
    let mut quarters = Vec::new();
    for database in testing::all() {
        let url = database.url.clone();
        let quarter = TestQuarter::with("nord", &clock(), database, |settings| settings.replies = Replies::Off).await;
        quarters.push((quarter, url));
    }
    quarters
}

/// How many rows there are that somebody's answer could leave.
async fn rows(database: &str) -> Vec<String> {
    let tables = ["actors", "objects", "posts", "held", "received", "activities", "contexts", "attachments"];
    let counts = tables.map(|table| format!("select '{table} ' || count(*) from {table}"));
    testing::texts(database, &counts.join(" union all ")).await.expect("counts")
}

#[tokio::test]
async fn abu_02_with_answers_off_a_stranger_leaves_nothing_here() {
    for (north, database) in without_answers().await {
        let party = create::event(&north.instance, north.instance.quarter(), event("Lichterfest")).await;
        let party = party.expect("an event");
        let peer = Peer::new("fern", &clock()).await;
        let answer = |number: u32| {
            let note = json!({
                "id": peer.id(&format!("/notes/{number}")), "type": "Note", "attributedTo": peer.id("/alice"),
                "content": "<p>Werbung</p>", "to": [PUBLIC], "cc": [north.instance.quarter().url],
                "inReplyTo": party.url,
            });
            peer.activity(number, "Create", note)
        };
        let before = rows(&database).await;
        for number in 0..3 {
            assert_eq!(peer.send(&north, &answer(number)).await.status, 202);
        }
        assert_eq!(rows(&database).await, before, "somebody whom we never met");
        assert!(peer.take_asked().is_empty(), "nobody is asked who that is");

        let like = peer.activity(10, "Like", json!(party.url));
        assert_eq!(peer.send(&north, &like).await.status, 202);
        let before = rows(&database).await;
        assert_eq!(peer.send(&north, &answer(11)).await.status, 202);
        // To other answers, in which the quarter is only named, and as a change of what never came.
        let mut aside = answer(12);
        aside["object"]["inReplyTo"] = json!(peer.id("/notes/elsewhere"));
        assert_eq!(peer.send(&north, &aside).await.status, 202);
        let mut late = answer(13);
        late["type"] = json!("Update");
        assert_eq!(peer.send(&north, &late).await.status, 202);
        assert_eq!(rows(&database).await, before, "somebody whom we met, and do not follow");
    }
}

#[tokio::test]
async fn with_answers_off_who_is_followed_answers_as_ever() {
    let clock = clock();
    for (one, other) in testing::all().into_iter().zip(testing::all()) {
        let off = |settings: &mut federation::Settings| settings.replies = Replies::Off;
        let north = TestQuarter::with("nord", &clock, one, off).await;
        let south = TestQuarter::with("sued", &clock, other, off).await;
        support::befriend(&north, &south).await;
        let question = create::post(&north.instance, north.instance.quarter(), note("Wer kommt?")).await;
        let question = question.expect("a post");
        let reply = answer(&south, &question.url, "Wir!").await;
        until("the answer is here", async || {
            posts::by_url(&mut north.read().await, &reply.url).await.expect("a query").is_some()
        })
        .await;
    }
}

#[tokio::test]
async fn with_answers_off_what_is_ours_says_so() {
    for (north, _database) in without_answers().await {
        let quarter = north.instance.quarter();
        let party = create::event(&north.instance, quarter, event("Lichterfest")).await.expect("an event");
        let news = create::post(&north.instance, quarter, note("Bitte lesen")).await.expect("a post");
        let some = json!([quarter.url, format!("{}/following", quarter.url)]);
        let party = document(&north, party.url.path()).await.expect("the event");
        assert_eq!(party["interactionPolicy"], json!({ "canReply": { "automaticApproval": some } }));
        assert_eq!((&party["commentsEnabled"], &party["repliesModerationOption"]), (&json!(false), &json!("closed")));
        let news = document(&north, news.url.path()).await.expect("the post");
        assert_eq!(news["interactionPolicy"]["canReply"], json!({ "automaticApproval": some }));
        assert_eq!(news["interactionPolicy"]["canQuote"], json!({ "automaticApproval": [PUBLIC] }));
    }
}
