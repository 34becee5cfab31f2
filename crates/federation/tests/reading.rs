//! Who may read documents, with authorized fetch and without.

mod support;

use axum::response::IntoResponse;
use federation::activities::create;
use federation::fetch::FetchError;
use federation::signatures::cavage::sign_get;
use federation::{Error, remote};
use http::{HeaderMap, StatusCode};
use serde_json::json;
use storage::actors;
use support::peer::Peer;
use support::{TestQuarter, clock, note};
use url::Url;

async fn closed(clock: &domain::clock::SteppedClock) -> TestQuarter {
    TestQuarter::with("nord", clock, storage::testing::sqlite(), |settings| settings.authorized_fetch = true).await
}

#[tokio::test]
async fn prv_10_without_a_signature_nothing_but_the_server_itself_is_read() {
    let clock = clock();
    let north = closed(&clock).await;
    let post = create::post(&north.instance, north.instance.quarter(), note("Hallo")).await.expect("a post");
    let peer = Peer::new("fern", &clock).await;
    for path in ["/@nord", "/@nord/outbox", "/@nord/followers", "/@nord/upcoming", "/actor/outbox", post.url.path()] {
        let url = north.instance.url(path);
        let unsigned = peer.get(&url, HeaderMap::new()).await;
        assert_eq!(unsigned.0, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(unsigned.1["cache-control"], "private, no-store");
        assert_eq!(unsigned.1["vary"], "Accept, Signature, Signature-Input");
        assert_eq!(unsigned.1["accept-signature"], r#"sig1=("@method" "@target-uri");created;keyid"#);
        let headers = sign_get(&peer.key, &peer.url("/alice#main-key"), &url, clock.clock().now());
        let signed = peer.get(&url, headers).await;
        assert_eq!(signed.0, StatusCode::OK, "{path}");
        assert_eq!(signed.1["cache-control"], "private, no-store");
    }
    assert_eq!(peer.get(&north.instance.url("/actor"), HeaderMap::new()).await.0, StatusCode::OK);
    let handle = north.instance.url("/.well-known/webfinger?resource=acct:nord@nord.localhost");
    assert_ne!(peer.get(&handle, HeaderMap::new()).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn prv_10_a_bad_signature_reads_nothing_and_an_unsigned_question_asks_nobody() {
    let clock = clock();
    let north = closed(&clock).await;
    let peer = Peer::new("fern", &clock).await;
    let url = north.instance.url("/@nord");
    peer.get(&url, HeaderMap::new()).await;
    assert!(peer.take_asked().is_empty());
    let other = sign_get(&peer.key, &peer.url("/alice#main-key"), &north.instance.url("/actor"), clock.clock().now());
    assert_eq!(peer.get(&url, other).await.0, StatusCode::UNAUTHORIZED, "signed for another address");
    peer.serve("/bob", json!({ "type": "Person" }));
    let foreign = sign_get(&peer.key, &peer.url("/bob#main-key"), &url, clock.clock().now());
    assert_eq!(peer.get(&url, foreign).await.0, StatusCode::UNAUTHORIZED, "not bob's key");
}

#[tokio::test]
async fn without_the_switch_everyone_reads_and_caches_may_keep_it() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, storage::testing::sqlite()).await;
    let peer = Peer::new("fern", &clock).await;
    let (status, headers) = peer.get(&north.instance.url("/@nord"), HeaderMap::new()).await;
    assert_eq!((status, headers.get("cache-control")), (StatusCode::OK, None));
    assert_eq!(headers["vary"], "Accept");
}

#[tokio::test]
async fn a_key_with_a_document_of_its_own_leads_to_its_owner() {
    let clock = clock();
    let north = closed(&clock).await;
    let peer = Peer::new("social", &clock).await;
    // As GoToSocial has it: the stub is readable by everyone and says no more than whose key it is.
    let id = peer.id("/users/alice");
    let key = json!({ "id": format!("{id}/main-key"), "owner": id, "publicKeyPem": peer.key.public_pem() });
    let mut actor = peer.actor("users/alice");
    actor["publicKey"] = key.clone();
    peer.serve("/users/alice", actor);
    peer.serve_as("/users/alice/main-key", json!({ "id": id, "type": "Person", "publicKey": key }));
    let url = north.instance.url("/@nord");
    let key_id = peer.url("/users/alice/main-key");
    let signed = || sign_get(&peer.key, &key_id, &url, clock.clock().now());
    assert_eq!(peer.get(&url, signed()).await.0, StatusCode::OK);
    peer.take_asked();
    assert_eq!(peer.get(&url, signed()).await.0, StatusCode::OK);
    assert!(peer.take_asked().is_empty(), "the key is known now");
    let mut like = peer.activity(1, "Like", json!(url));
    like["actor"] = json!(id);
    assert_eq!(peer.send_as(&north, &key_id, &peer.key, &like).await.status, 202);
    let kept = actors::by_url(&mut north.read().await, &peer.url("/users/alice")).await.expect("a query");
    assert_eq!(kept.expect("the actor").key.map(|key| key.id), Some(key_id));
}

#[tokio::test]
async fn two_closed_quarters_read_each_other() {
    let clock = clock();
    let north = closed(&clock).await;
    let south =
        TestQuarter::with("sued", &clock, storage::testing::sqlite(), |settings| settings.authorized_fetch = true)
            .await;
    federation::neighbours::invite(&north.instance, &south.address()).await.expect("an invitation");
    support::until("the south hears of it", async || south.first_state().await.is_some()).await;
    let url: Url = south.instance.quarter().url.clone();
    let read = remote::document(&north.instance, &url).await;
    assert!(read.is_ok(), "{read:?}");
    let peer = Peer::new("fern", &clock).await;
    peer.judges(|_| Some(StatusCode::UNAUTHORIZED.into_response()));
    let refused = remote::document(&north.instance, &peer.url("/alice")).await;
    assert!(matches!(refused, Err(Error::Fetch(FetchError::Status(401)))));
}
