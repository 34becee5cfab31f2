//! Servers that mean harm: circles, bombs, and answers that never end.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, Uri};
use futures_util::StreamExt as _;
use futures_util::stream;
use tokio::net::TcpListener;
use tokio::sync::Barrier;
use url::Url;

use super::{ACTIVITY, FetchError, Peer, answer, client, document, hasty, redirect, silent};

#[tokio::test]
async fn ssrf_07_circles_and_long_chains_of_redirects_end() {
    let peer = Peer::start(|asked| match asked.path.as_str() {
        "/self" => redirect("/self"),
        "/ping" => redirect("/pong"),
        "/pong" => redirect("/ping#again"),
        path => redirect(&format!("{path}x")),
    })
    .await;
    for (path, expected) in [("/self", 1), ("/ping", 2), ("/chain", 4)] {
        let before = peer.asked().len();
        let refused = peer.fetched("a", path).await;
        assert!(matches!(refused, Err(FetchError::Refused(_))), "{path}: {refused:?}");
        assert_eq!(peer.asked().len() - before, expected, "{path}");
    }
}

#[tokio::test]
async fn ssrf_06_redirects_lead_nowhere_that_may_not_be_dialled() {
    let targets = [
        "http://10.0.0.1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1/",
        "https://[::1]/",
        "https://0.0.0.0/",
        "http://a.example/",
        "file:///etc/passwd",
        "data:text/plain,x",
        "gopher://a.localhost/",
        "//user@a.localhost/",
        "javascript:x",
        "https://",
        "",
    ];
    for status in [301, 302, 303, 307, 308] {
        let peer = Peer::start(move |asked| {
            let index: usize = asked.path.trim_start_matches('/').parse().expect("a number");
            answer(status, LOCATION, targets.get(index).copied().unwrap_or_default(), "")
        })
        .await;
        for (index, target) in targets.iter().enumerate() {
            let refused = peer.fetched("a", &format!("/{index}")).await;
            assert!(matches!(refused, Err(FetchError::Refused(_))), "{status} to {target}: {refused:?}");
        }
        assert_eq!(peer.asked().len(), targets.len());
    }
}

#[tokio::test]
async fn a_location_without_a_redirect_is_not_followed() {
    let peer = Peer::start(|asked| {
        let mut document = document(&asked.url("a", "/note"));
        document.headers_mut().insert(LOCATION, "/elsewhere".parse().expect("a value"));
        document
    })
    .await;
    assert_eq!(peer.fetched("a", "/note").await.map(|document| document.url), Ok(peer.url("a", "/note")));
    assert_eq!(peer.asked().len(), 1);
}

#[tokio::test]
async fn dos_02_bombs_are_counted_unpacked() {
    let peer = Peer::start(|asked| match asked.path.as_str() {
        "/packed" => answer(200, CONTENT_TYPE, ACTIVITY, vec![b' '; 32 * 1024 * 1024]),
        "/plain" => answer(200, CONTENT_TYPE, ACTIVITY, vec![b' '; 1024 * 1024 + 1]),
        _ => {
            let mut twice = answer(200, CONTENT_TYPE, ACTIVITY, vec![b' '; 1000]);
            let encoding = if asked.path == "/twice" { "gzip, gzip" } else { "gzip" };
            twice.headers_mut().insert(CONTENT_ENCODING, encoding.parse().expect("a value"));
            twice
        }
    })
    .await;
    assert_eq!(peer.fetched("a", "/packed").await, Err(FetchError::TooLarge));
    assert_eq!(peer.fetched("a", "/plain").await, Err(FetchError::TooLarge));
    for path in ["/twice", "/broken"] {
        let refused = peer.fetched("a", path).await;
        assert!(matches!(refused, Err(FetchError::NotActivityPub(_))), "{path}: {refused:?}");
    }
}

#[tokio::test]
async fn dos_03_an_answer_that_never_ends_is_cut_off() {
    let peer = Peer::start(|_| {
        let start = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"{"))]);
        answer(200, CONTENT_TYPE, ACTIVITY, Body::from_stream(start.chain(stream::pending())))
    })
    .await;
    let cut = hasty().get_document(&peer.url("a", "/slow"), |_| HeaderMap::new()).await;
    assert!(cut.is_err_and(|error| error.is_unreachable()));
    let (_listener, address) = silent();
    let url = Url::parse(&format!("http://a.localhost:{}/", address.port())).expect("a URL");
    let cut = hasty().get_document(&url, |_| HeaderMap::new()).await;
    assert!(cut.is_err_and(|error| error.is_unreachable()));
}

#[tokio::test]
async fn a_closed_port_is_unreachable() {
    let (listener, address) = silent();
    drop(listener);
    let url = Url::parse(&format!("http://a.localhost:{}/", address.port())).expect("a URL");
    let failed = client().get_document(&url, |_| HeaderMap::new()).await;
    assert!(failed.is_err_and(|error| error.is_unreachable()));
}

#[tokio::test]
async fn ten_fetches_at_once_keep_at_most_four_slots_of_a_host_busy() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("a port").port();
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    // Answers only come in pairs, so that at least two fetches are under way at once.
    let pair = Arc::new(Barrier::new(2));
    let (counter, peak) = (Arc::clone(&now), Arc::clone(&most));
    let handler = move |uri: Uri| async move {
        peak.fetch_max(counter.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        pair.wait().await;
        counter.fetch_sub(1, Ordering::SeqCst);
        document(&format!("http://a.localhost:{port}{uri}"))
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(handler)).await });

    let client = client();
    let fetch = |n: usize| {
        let client = client.clone();
        let url = Url::parse(&format!("http://a.localhost:{port}/{n}")).expect("a URL");
        async move { client.get_document(&url, |_| HeaderMap::new()).await }
    };
    let fetched = futures_util::future::join_all((0..10).map(fetch)).await;
    assert!(fetched.iter().all(Result::is_ok), "{fetched:?}");
    assert!((2..=4).contains(&most.load(Ordering::SeqCst)));
}
