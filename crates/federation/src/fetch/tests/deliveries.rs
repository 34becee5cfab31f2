//! Deliveries: what arrives, and what is told about the answer.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::header::{LOCATION, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode, Uri};
use domain::host::Host;
use futures_util::StreamExt as _;
use futures_util::stream;
use http::Method;
use jiff::Timestamp;
use tokio::net::TcpListener;
use url::Url;

use super::{Peer, answer, client, hasty, silent};
use crate::gate;
use crate::signatures::cavage;
use crate::signatures::keys::{SigningKey, VerifyingKey};

#[tokio::test]
async fn what_we_sign_and_send_passes_the_gate_of_the_next_quarter() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let inbox = format!("http://nord.localhost:{}/inbox?x=1", listener.local_addr().expect("a port").port());
    let inbox = Url::parse(&inbox).expect("a URL");
    let host = Host::of(&inbox).expect("a host");
    let key = SigningKey::generate().expect("a key");
    let public = VerifyingKey::from_pem(&key.public_pem()).expect("its public half");
    let handler = move |uri: Uri, headers: HeaderMap, body: Bytes| async move {
        let target = uri.path_and_query().expect("a path").as_str();
        let request = gate::Request {
            method: &Method::POST,
            target,
            headers: &headers,
            body: &body,
            host: &host,
            scheme: "https",
        };
        match gate::examine(&request, Timestamp::UNIX_EPOCH) {
            Ok(claim) if claim.verify(&public) => (StatusCode::ACCEPTED, String::new()),
            Ok(_) => (StatusCode::UNAUTHORIZED, String::new()),
            Err(refusal) => (StatusCode::BAD_REQUEST, refusal.reason),
        }
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handler)).await });

    let body = r#"{"id":"http://sued.localhost/1","type":"Follow","actor":"http://sued.localhost/quarter"}"#;
    let key_id = Url::parse("http://sued.localhost/quarter#key").expect("a URL");
    let headers = cavage::sign_post(&key, &key_id, &inbox, body.as_bytes(), Timestamp::UNIX_EPOCH);
    let answer = client().post(&inbox, headers.clone(), Bytes::from(body)).await.expect("an answer");
    assert_eq!(answer.status, 202);
    let changed = client().post(&inbox, headers, Bytes::from(body.replace("Follow", "Delete"))).await;
    assert_eq!(changed.expect("an answer").status, 400);
}

#[tokio::test]
async fn every_status_is_an_answer_and_no_redirect_is_followed() {
    let peer = Peer::start(|asked| match asked.path.as_str() {
        "/429" => answer(429, RETRY_AFTER, "120", ""),
        "/long" => answer(503, RETRY_AFTER, &"9".repeat(1000), ""),
        "/307" => answer(307, LOCATION, "/elsewhere", ""),
        path => answer(path.trim_start_matches('/').parse().expect("a status"), LOCATION, "/elsewhere", ""),
    })
    .await;
    let table = [
        ("/202", 202, None),
        ("/401", 401, None),
        ("/404", 404, None),
        ("/410", 410, None),
        ("/500", 500, None),
        ("/307", 307, None),
        ("/429", 429, Some("120")),
        ("/long", 503, None),
    ];
    for (path, status, retry_after) in table {
        // Twice: a refused delivery is not remembered here, the queue decides when to try again.
        for _ in 0..2 {
            let answer =
                peer.client.post(&peer.url("a", path), HeaderMap::new(), Bytes::new()).await.expect("an answer");
            assert_eq!((answer.status, answer.retry_after.as_deref()), (status, retry_after), "{path}");
        }
    }
    assert_eq!(peer.asked().len(), 2 * table.len());
}

#[tokio::test]
async fn an_answer_that_never_ends_is_still_an_answer() {
    let peer = Peer::start(|asked| {
        let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[0; 8192])));
        let body = match asked.path.as_str() {
            "/endless" => Body::from_stream(endless),
            _ => Body::from_stream(endless.take(1).chain(stream::pending())),
        };
        answer(202, LOCATION, "x", body)
    })
    .await;
    for path in ["/endless", "/slow"] {
        let answer = hasty().post(&peer.url("a", path), HeaderMap::new(), Bytes::new()).await;
        assert_eq!(answer.map(|answer| answer.status), Ok(202), "{path}");
    }
    let (_listener, address) = silent();
    let url = Url::parse(&format!("http://a.localhost:{}/", address.port())).expect("a URL");
    let failed = hasty().post(&url, HeaderMap::new(), Bytes::new()).await;
    assert!(failed.is_err_and(|error| error.is_unreachable()));
}

#[tokio::test]
async fn deliveries_to_one_server_share_a_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://a.localhost:{}/inbox", listener.local_addr().expect("a port").port());
    let url = Url::parse(&url).expect("a URL");
    let callers: Arc<Mutex<Vec<SocketAddr>>> = Arc::default();
    let seen = Arc::clone(&callers);
    let handler = move |ConnectInfo(caller): ConnectInfo<SocketAddr>| {
        seen.lock().expect("notes").push(caller);
        std::future::ready("a body that must be read for the connection to be of use again")
    };
    let app = Router::new().fallback(handler).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let client = client();
    for _ in 0..5 {
        client.post(&url, HeaderMap::new(), Bytes::from_static(b"{}")).await.expect("an answer");
    }
    let mut callers = callers.lock().expect("notes").clone();
    assert_eq!(callers.len(), 5);
    callers.dedup();
    assert_eq!(callers.len(), 1);
}
