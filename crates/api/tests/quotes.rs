//! Programs quote, and take back that somebody quotes them.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::language::Language;
use domain::post::{Details, Post};
use http::StatusCode;
use serde_json::{Value, json};
use storage::{objects as registry, posts};
use support::{Desk, noon, url};
use url::Url;
use uuid::Uuid;

/// A post of Anna that is known here.
async fn annas_post(desk: &Desk) -> Url {
    let anna = desk.anna().await;
    let id = url("https://fern.example/anna/posts/1");
    let post = Post {
        id: Uuid::now_v7(),
        url: id.clone(),
        page: id.clone(),
        author: anna.id,
        details: Details::typed("", "Der Teich ist zugefroren.", Language::DE),
        published_at: noon(),
        updated_at: noon(),
    };
    let mut tx = desk.instance.store().write().await.expect("a transaction");
    registry::claim(&mut tx, &id, post.id, "Note", &anna.url).await.expect("a claim");
    posts::insert(&mut tx, &post, false).await.expect("a post");
    tx.commit().await.expect("a commit");
    id
}

fn quoting(name: &str, target: &Value) -> Value {
    json!({ "type": "Note", "content": "Lesenswert", name: target })
}

#[tokio::test]
async fn a_quote_of_somebody_elsewhere_asks_its_author_under_each_of_its_names() {
    let desk = Desk::new().await;
    let target = json!(annas_post(&desk).await);
    for name in ["quote", "quoteUrl", "_misskey_quote"] {
        let post = desk.publish(quoting(name, &target)).await;
        let shown = desk.document(&post["id"]).await;
        assert_eq!((&shown["quote"], shown.get("quoteAuthorization")), (&target, None), "nobody answered yet");
        let said = desk.said().await;
        let request = said.last().expect("a request");
        assert_eq!((&request["type"], &request["object"]), (&json!("QuoteRequest"), &target));
        assert_eq!((&request["instrument"]["id"], &request["instrument"]["quote"]), (&post["id"], &target));
    }
    assert_eq!(desk.said().await.len(), 3, "the quoted is asked, and told nothing else");
}

#[tokio::test]
async fn a_quote_of_ours_is_allowed_at_once_and_can_be_taken_back() {
    let desk = Desk::new().await;
    let first = desk.publish(json!({ "type": "Note", "content": "Guten Morgen" })).await;
    let post = desk.publish(quoting("quote", &first["id"])).await;
    let stamp = desk.document(&post["id"]).await["quoteAuthorization"].clone();
    let authorization = desk.document(&stamp).await;
    assert_eq!(authorization["interactingObject"], post["id"]);
    // A change of the words changes nothing of the quote.
    let changed = json!({ "id": post["id"], "type": "Note", "content": "Sehr lesenswert" });
    desk.publish(json!({ "type": "Update", "object": changed })).await;
    let shown = desk.document(&post["id"]).await;
    assert_eq!((&shown["quote"], &shown["quoteAuthorization"]), (&first["id"], &stamp));
    let revoke = json!({ "type": "Delete", "object": stamp });
    assert_eq!(desk.post(revoke.clone()).await.0, StatusCode::CREATED);
    let shown = desk.document(&post["id"]).await;
    assert_eq!((shown.get("quote"), shown.get("quoteAuthorization")), (None, None));
    assert_eq!(desk.post(revoke).await.0, StatusCode::NOT_FOUND, "it is taken back");
}

#[tokio::test]
async fn what_is_not_there_is_not_quoted_and_nothing_is_published() {
    let desk = Desk::new().await;
    let note = desk.publish(json!({ "type": "Note", "content": "Weg" })).await;
    assert_eq!(desk.post(json!({ "type": "Delete", "object": note["id"] })).await.0, StatusCode::CREATED);
    let missing = json!(desk.instance.url("/posts/nichts"));
    for (target, expected) in [
        (&note["id"], StatusCode::NOT_FOUND),
        (&missing, StatusCode::NOT_FOUND),
        (&json!("https://127.0.0.1/geheim"), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(desk.post(quoting("quote", target)).await.0, expected, "{target}");
    }
    let query = posts::Query { which: posts::Which::All, before: None, limit: 9 };
    assert!(posts::list(&mut desk.read().await, &query).await.expect("posts").is_empty());
}
