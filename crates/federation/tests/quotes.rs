//! Stories of quotes: who asks, who lets, who takes it back, and who has no say.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod support;

use domain::actor::Actor;
use domain::post::Post;
use federation::activities::{self, Dropped, create, delete};
use federation::fetch::FetchError;
use federation::quotes;
use serde_json::{Value, json};
use support::{TestQuarter, clock, neighbours_on_each, note, until};
use url::Url;

async fn posted(quarter: &TestQuarter, text: &str) -> Post {
    create::post(&quarter.instance, quarter.instance.quarter(), note(text)).await.expect("a post")
}

/// The document at an address, as `reader` gets it.
async fn document(reader: &TestQuarter, url: &Url) -> Result<Value, FetchError> {
    let document = reader.instance.client().get_document(url, |_| http::HeaderMap::new()).await?;
    Ok(document.json)
}

/// The authorization that the document of a post shows.
async fn stamp(quarter: &TestQuarter, post: &Post) -> Option<Url> {
    let kept = storage::quotes::of_post(&mut quarter.read().await, post.id).await.expect("a query");
    kept.and_then(|quote| quote.stamp)
}

/// A post of `quarter` that quotes `target`, once it has its authorization.
async fn quoting(quarter: &TestQuarter, target: &Url) -> (Post, Url) {
    let draft = note("Lesenswert");
    let own = quarter.instance.quarter();
    let post = quotes::publish(&quarter.instance, own, draft, target).await.expect("a quote");
    until("the authorization is there", async || stamp(quarter, &post).await.is_some()).await;
    let stamp = stamp(quarter, &post).await.expect("an authorization");
    (post, stamp)
}

#[tokio::test]
async fn a_quote_next_door_gets_an_authorization_that_everyone_can_check() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let post = posted(&north, "Der Brunnen läuft wieder").await;
        let policy = document(&south, &post.url).await.expect("the post");
        let everyone = json!(["https://www.w3.org/ns/activitystreams#Public"]);
        assert_eq!(policy["interactionPolicy"]["canQuote"]["automaticApproval"], everyone);
        let (quote, stamp) = quoting(&south, &post.url).await;
        let authorization = document(&south, &stamp).await.expect("the authorization");
        assert_eq!(authorization["type"], "QuoteAuthorization");
        assert_eq!(authorization["attributedTo"], json!(north.instance.quarter().url));
        assert_eq!(authorization["interactingObject"], json!(quote.url));
        assert_eq!(authorization["interactionTarget"], json!(post.url));
        let shown = document(&north, &quote.url).await.expect("the quote");
        assert_eq!((&shown["quote"], &shown["quoteAuthorization"]), (&json!(post.url), &json!(stamp)));
        until("the quote is here, as a link", async || {
            let entry = storage::objects::by_url(&mut north.read().await, &quote.url).await.expect("a query");
            let Some(entry) = entry else { return false };
            let kept = storage::quotes::of_post(&mut north.read().await, entry.id).await.expect("a query");
            kept.is_some_and(|kept| kept.target == post.url)
        })
        .await;
    }
}

#[tokio::test]
async fn an_authorization_is_taken_back_by_its_author_and_with_the_post() {
    for (north, south) in neighbours_on_each(&clock()).await {
        for whole in [false, true] {
            let post = posted(&north, "Der Brunnen läuft wieder").await;
            let (quote, given) = quoting(&south, &post.url).await;
            let theirs = quotes::revoke(&south.instance, south.instance.quarter(), &given).await;
            assert!(theirs.is_err(), "it is not the south's");
            if whole {
                delete::object(&north.instance, post.id).await.expect("a deletion");
            } else {
                quotes::revoke(&north.instance, north.instance.quarter(), &given).await.expect("a revocation");
            }
            until("it is gone there", async || stamp(&south, &quote).await.is_none()).await;
            let shown = document(&north, &quote.url).await.expect("the post");
            assert_eq!((&shown["quote"], &shown["quoteAuthorization"]), (&Value::Null, &Value::Null));
            until("and here", async || quoted(&north, &quote.url).await.is_none()).await;
            assert!(document(&south, &given).await.is_err());
            let again = quotes::revoke(&north.instance, north.instance.quarter(), &given).await;
            assert!(again.is_err());
        }
    }
}

/// The south as the north knows it.
async fn neighbour(north: &TestQuarter, south: &TestQuarter) -> Actor {
    let actor = storage::actors::by_url(&mut north.read().await, &south.instance.quarter().url).await;
    actor.expect("a query").expect("the neighbour")
}

/// What comes of an activity that the south sends.
async fn sent(north: &TestQuarter, south: &TestQuarter, number: usize, mut json: Value) -> Result<(), Dropped> {
    let sender = neighbour(north, south).await;
    let id = south.instance.url(&format!("/activities/{number}"));
    let kind = json["type"].as_str().unwrap_or_default().to_owned();
    json["id"] = json!(id);
    json["actor"] = json!(sender.url);
    activities::receive(&north.instance, &sender, &id, &kind, json).await
}

/// The newest answer of the north to that activity of the south.
async fn answer(north: &TestQuarter, south: &TestQuarter, number: usize, kind: &str) -> Option<Value> {
    let about = south.instance.url(&format!("/activities/{number}"));
    let quarter = north.instance.quarter().id;
    let found = storage::activities::latest(&mut north.read().await, quarter, kind, &about).await.expect("a query");
    found.map(|found| serde_json::from_str(&found.body).expect("JSON"))
}

/// What a post quotes as a reader of another quarter sees it.
async fn quoted(quarter: &TestQuarter, post: &Url) -> Option<Url> {
    let mut tx = quarter.read().await;
    let entry = storage::objects::by_url(&mut tx, post).await.expect("a query")?;
    storage::quotes::of_post(&mut tx, entry.id).await.expect("a query").map(|quote| quote.target)
}

#[tokio::test]
async fn a_quote_that_is_refused_leaves_the_post_until_its_author_says_yes() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let target = posted(&south, "Wir haben einen neuen Garten").await;
        let (quote, given) = quoting(&north, &target.url).await;
        until("the quote is next door", async || quoted(&south, &quote.url).await.is_some()).await;
        let request = storage::quotes::by_stamp(&mut north.read().await, &given).await.expect("a row");
        let request = request.and_then(|(_, request)| request).expect("the request");
        let mut mallory = neighbour(&north, &south).await;
        mallory.url = south.instance.url("/@mallory");
        let id = south.instance.url("/activities/7");
        let reject = json!({ "id": id, "type": "Reject", "actor": mallory.url, "object": request });
        assert!(activities::receive(&north.instance, &mallory, &id, "Reject", reject).await.is_err());
        assert_eq!(stamp(&north, &quote).await, Some(given.clone()), "who was not asked has no say");
        let refused = json!({ "type": "QuoteRequest", "id": request, "object": target.url, "instrument": quote.url });
        sent(&north, &south, 8, json!({ "type": "Reject", "object": refused })).await.expect("a no");
        let shown = document(&south, &quote.url).await.expect("the post");
        for name in ["quote", "quoteUrl", "_misskey_quote", "quoteAuthorization"] {
            assert_eq!(shown[name], Value::Null, "{name}");
        }
        assert_eq!(shown.get("updated"), None, "nothing that was said has changed");
        until("the quote is gone next door", async || quoted(&south, &quote.url).await.is_none()).await;
        sent(&north, &south, 9, json!({ "type": "Accept", "object": request, "result": given })).await.expect("a yes");
        let shown = document(&south, &quote.url).await.expect("the post");
        assert_eq!((&shown["quote"], &shown["quoteAuthorization"]), (&json!(target.url), &json!(given)));
        until("the quote is back next door", async || quoted(&south, &quote.url).await.is_some()).await;
    }
}

#[tokio::test]
async fn the_same_request_gets_the_same_authorization_and_a_late_one_none() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let post = posted(&north, "Der Brunnen läuft wieder").await;
        let by = &south.instance.quarter().url;
        let instrument = south.instance.url("/posts/1");
        let request =
            |instrument: Value| json!({ "type": "QuoteRequest", "object": post.url, "instrument": instrument });
        let whole = json!({ "type": "Note", "id": instrument, "attributedTo": by, "quote": post.url });
        sent(&north, &south, 1, request(json!(instrument))).await.expect("a request");
        sent(&north, &south, 2, request(whole)).await.expect("a request");
        let first = answer(&north, &south, 1, "Accept").await.expect("an answer");
        let second = answer(&north, &south, 2, "Accept").await.expect("an answer");
        assert_eq!(first["result"], second["result"]);
        assert_eq!((&first["object"]["type"], &first["to"]), (&json!("QuoteRequest"), &json!([by])));
        let grants = storage::quotes::grants_of(&mut north.read().await, post.id).await.expect("grants");
        assert_eq!(grants.len(), 1, "counted once");
        for (number, odd) in [
            json!("https://anderswo.example/1"),
            json!({ "id": south.instance.url("/posts/2"), "attributedTo": north.instance.quarter().url }),
            json!(null),
        ]
        .into_iter()
        .enumerate()
        {
            assert!(sent(&north, &south, 10 + number, request(odd)).await.is_err());
        }
        delete::object(&north.instance, post.id).await.expect("a deletion");
        sent(&north, &south, 3, request(json!(instrument))).await.expect("a request");
        assert!(answer(&north, &south, 3, "Accept").await.is_none());
        assert!(answer(&north, &south, 3, "Reject").await.is_some());
    }
}

#[tokio::test]
async fn nobody_else_answers_our_request_or_takes_its_authorization_back() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let target = posted(&south, "Wir haben einen neuen Garten").await;
        let (quote, given) = quoting(&north, &target.url).await;
        let request = storage::quotes::by_stamp(&mut north.read().await, &given).await.expect("a row");
        let request = request.and_then(|(_, request)| request).expect("the request");
        let mut mallory = neighbour(&north, &south).await;
        mallory.url = south.instance.url("/@mallory");
        let forged = south.instance.url("/quotes/forged");
        let id = south.instance.url("/activities/9");
        let accept = json!({ "id": id, "type": "Accept", "actor": mallory.url, "object": request, "result": forged });
        assert!(activities::receive(&north.instance, &mallory, &id, "Accept", accept).await.is_err());
        let json = json!({ "id": id, "type": "Delete", "actor": mallory.url, "object": given });
        let _ = activities::receive(&north.instance, &mallory, &id, "Delete", json).await;
        let foreign = json!({ "type": "Accept", "object": request, "result": "https://anderswo.example/1" });
        assert!(sent(&north, &south, 8, foreign).await.is_err());
        assert_eq!(stamp(&north, &quote).await, Some(given));
    }
}
