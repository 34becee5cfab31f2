//! What a program says about crime is read by an editor first.
mod support;

use http::StatusCode;
use serde_json::json;
use support::Desk;

#[tokio::test]
async fn what_speaks_of_crime_is_accepted_and_waits() {
    let desk = Desk::new().await;
    let note = json!({ "type": "Note", "content": "<p>Einbruch in der Kanalstraße</p>" });
    let (status, location) = desk.post(json!({ "type": "Create", "object": note })).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let address = location.expect("an address");
    assert!(address.contains("/posts/"), "{address}");
    let mut tx = desk.read().await;
    assert_eq!(federation::queue::count(&mut tx).await.expect("a count"), 1);
    let url = address.parse().expect("a URL");
    assert!(storage::posts::by_url(&mut tx, &url).await.expect("a query").is_none(), "nobody sees it");
    let quoting = json!({ "type": "Note", "content": "Diebe!", "quote": "https://nord.example/posts/1" });
    assert_eq!(desk.post(quoting).await.0, StatusCode::BAD_REQUEST, "what waits cannot quote");
    let plain = desk.publish(json!({ "type": "Note", "content": "Guten Morgen" })).await;
    let update = json!({ "type": "Update", "object": { "id": plain["id"], "type": "Note", "content": "Diebe!" } });
    assert_eq!(desk.post(update).await.0, StatusCode::BAD_REQUEST);
}
