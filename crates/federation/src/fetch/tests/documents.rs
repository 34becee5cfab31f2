//! Documents and whose word they are.

use std::sync::Mutex;

use http::HeaderMap;
use http::header::{CONTENT_TYPE, HeaderValue};
use jiff::SignedDuration;

use super::{ACTIVITY, FetchError, Peer, answer, client, clock, document, redirect, settings};
use crate::fetch::Client;

#[tokio::test]
async fn a_document_from_its_own_id_is_taken() {
    let peer = Peer::start(|asked| document(&asked.url(&asked.host, &asked.path))).await;
    let document = peer.fetched("a", "/note?x=1").await.expect("a document");
    assert_eq!(document.url, peer.url("a", "/note?x=1"));
    assert_eq!(document.json.get("type").and_then(|kind| kind.as_str()), Some("Note"));
    let key = peer.fetched("a", "/actor#main-key").await.expect("a document");
    assert_eq!(key.url, peer.url("a", "/actor"), "a fragment never goes over the wire");
}

#[tokio::test]
async fn ori_01_a_foreign_id_is_asked_for_at_its_own_host() {
    let peer = Peer::start(|asked| match (asked.host.as_str(), asked.path.as_str()) {
        ("evil", "/x") => document(&asked.url("victim", "/note")),
        ("evil", "/gone") => document(&asked.url("victim", "/gone")),
        ("victim", "/note") => {
            answer(200, CONTENT_TYPE, ACTIVITY, format!(r#"{{"id":"{}","honest":true}}"#, asked.url("victim", "/note")))
        }
        _ => answer(410, CONTENT_TYPE, ACTIVITY, ""),
    })
    .await;
    let document = peer.fetched("evil", "/x").await.expect("the victim's own document");
    assert_eq!(document.url, peer.url("victim", "/note"));
    assert_eq!(document.json.get("honest").and_then(serde_json::Value::as_bool), Some(true));
    assert_eq!(peer.fetched("evil", "/gone").await, Err(FetchError::Gone));
}

#[tokio::test]
async fn ori_05_an_id_that_its_host_does_not_confirm_is_refused() {
    let peer = Peer::start(|asked| match asked.host.as_str() {
        "evil" => document(&asked.url("victim", "/note")),
        _ => document(&asked.url("victim", "/other")),
    })
    .await;
    let refused = peer.fetched("evil", "/x").await;
    assert!(matches!(refused, Err(FetchError::NotActivityPub(_))), "{refused:?}");
    assert_eq!(peer.asked(), ["evil/x", "victim/note"], "asked once, and not for the third id");
}

#[tokio::test]
async fn ori_06_an_open_redirect_on_an_honest_host_confirms_nothing() {
    let peer = Peer::start(|asked| match (asked.host.as_str(), asked.path.as_str()) {
        ("victim", _) => redirect(&asked.url("evil", "/y")),
        _ => document(&asked.url("victim", "/note")),
    })
    .await;
    assert!(matches!(peer.fetched("evil", "/x").await, Err(FetchError::Refused(_))));
    assert_eq!(peer.asked(), ["evil/x", "victim/note"]);
    assert!(peer.fetched("victim", "/note").await.is_err(), "the redirect as the first step");
}

#[tokio::test]
async fn a_redirect_to_the_id_is_followed_and_every_hop_is_signed_for_itself() {
    let peer = Peer::start(|asked| match (asked.host.as_str(), asked.path.as_str()) {
        ("a", "/1") => redirect("/2"),
        ("a", "/2") => redirect(&asked.url("b", "/3#x")),
        ("b", "/3") => redirect("4"),
        _ => document(&asked.url("b", "/4")),
    })
    .await;
    let signed = Mutex::new(Vec::new());
    let sign = |url: &url::Url| {
        signed.lock().expect("notes").push(url.clone());
        HeaderMap::from_iter([(http::header::DATE, HeaderValue::from_static("x"))])
    };
    let document = client().get_document(&peer.url("a", "/1"), sign).await.expect("a document");
    assert_eq!(document.url, peer.url("b", "/4"));
    let hops = [("a", "/1"), ("a", "/2"), ("b", "/3"), ("b", "/4")].map(|(host, path)| peer.url(host, path));
    assert_eq!(*signed.lock().expect("notes"), hops);
}

#[tokio::test]
async fn ori_03_only_the_media_types_of_activitypub_are_documents() {
    let types = [
        ("application/activity+json", true),
        ("Application/Activity+Json; charset=utf-8; odd", true),
        (r#"application/ld+json; profile="https://www.w3.org/ns/activitystreams""#, true),
        ("application/ld+json", false),
        ("application/json", false),
        ("text/plain", false),
        ("text/html; charset=utf-8", false),
        ("image/png", false),
        ("application/octet-stream", false),
        ("image/svg+xml", false),
        ("application/activity+json, text/plain", false),
        ("", false),
    ];
    let peer = Peer::start(move |asked| {
        let index: usize = asked.path.trim_start_matches('/').parse().expect("a number");
        let mut document = document(&asked.url("a", &asked.path));
        document.headers_mut().remove(CONTENT_TYPE);
        if let Some((media_type, _)) = types.get(index) {
            document.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        }
        if index > types.len() {
            document.headers_mut().append(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
            document.headers_mut().append(CONTENT_TYPE, HeaderValue::from_static(ACTIVITY));
        }
        document
    })
    .await;
    for index in 0..types.len() + 2 {
        let (media_type, is) = types.get(index).copied().unwrap_or(("none or two", false));
        assert_eq!(peer.fetched("a", &format!("/{index}")).await.is_ok(), is, "{media_type}");
    }
}

#[tokio::test]
async fn what_has_no_id_or_a_strange_one_is_no_document() {
    let bodies = [
        "",
        "{}",
        "[]",
        "null",
        r#"{"id":null}"#,
        r#"{"id":""}"#,
        r#"{"id":"/note"}"#,
        r#"{"id":7}"#,
        r#"{"id":["x"]}"#,
        r#"{"id":"acct:a@b"}"#,
        r#"{"id":"file:///etc/passwd"}"#,
        r#"{"id":"http://127.0.0.1/x"}"#,
        r#"{"id":"https://10.0.0.1/x"}"#,
        r#"{"@id":"http://a.localhost/x"}"#,
        "<html>",
    ];
    let peer = Peer::start(move |asked| {
        let index: usize = asked.path.trim_start_matches('/').parse().expect("a number");
        answer(200, CONTENT_TYPE, ACTIVITY, bodies.get(index).copied().unwrap_or_default())
    })
    .await;
    for (index, body) in bodies.iter().enumerate() {
        let refused = peer.fetched("a", &format!("/{index}")).await.expect_err(body);
        assert!(!refused.is_unreachable(), "{body}: {refused}");
    }
    assert_eq!(peer.asked().len(), bodies.len(), "none of these ids was asked for");
}

#[tokio::test]
async fn ssrf_07_a_failed_fetch_is_not_repeated_at_once() {
    let peer = Peer::start(|asked| match asked.path.as_str() {
        "/busy" => answer(503, CONTENT_TYPE, ACTIVITY, ""),
        _ => answer(404, CONTENT_TYPE, ACTIVITY, ""),
    })
    .await;
    let clock = clock();
    let client = Client::new(&settings(), clock.clock()).expect("a client");
    let fetch = |path: &str| {
        let (client, url) = (client.clone(), peer.url("a", path));
        async move { client.get_document(&url, |_| HeaderMap::new()).await }
    };
    for _ in 0..20 {
        assert_eq!(fetch("/key").await, Err(FetchError::NotFound));
        assert_eq!(fetch("/busy").await, Err(FetchError::Status(503)));
    }
    assert_eq!(peer.asked(), ["a/key", "a/busy"]);
    clock.step(SignedDuration::from_mins(1));
    assert_eq!(fetch("/key#main").await, Err(FetchError::NotFound));
    assert_eq!(fetch("/busy").await, Err(FetchError::Status(503)));
    assert_eq!(peer.asked(), ["a/key", "a/busy", "a/busy"]);
    clock.step(SignedDuration::from_mins(10));
    assert_eq!(fetch("/key").await, Err(FetchError::NotFound));
    assert_eq!(peer.asked().len(), 4);
}
