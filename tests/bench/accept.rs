//! Accepted activities a second: signed `Create`s of an actor we follow, each answered after its commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use federation::signatures::cavage::sign_post;
use federation::signatures::keys::SigningKey;
use reqwest::header::HeaderMap;
use serde_json::json;
use tokio::net::TcpListener;
use url::Url;

use crate::site;

const ACTIVITIES: usize = 4_000;
const AT_ONCE: usize = 32;

pub(crate) async fn rate() -> f64 {
    let (quarter, _database) = site::quarter().await;
    let key = SigningKey::generate().expect("a key");
    let sender = site::remote("http://far.localhost:2/actor", key.public_pem());
    let mut tx = quarter.store().write().await.expect("a transaction");
    storage::actors::insert(&mut tx, &sender, None).await.expect("an actor");
    site::follow(&mut tx, quarter.quarter().id, sender.id).await;
    tx.commit().await.expect("a commit");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let target = format!("http://{}/inbox", listener.local_addr().expect("an address"));
    let routes = federation::fixed(quarter.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    // Signed beforehand: what the sender costs is not what is measured.
    let inbox = quarter.url("/inbox");
    let key_id = sender.key.as_ref().expect("a key").id.clone();
    let requests = Arc::new((0..ACTIVITIES).map(|number| signed(&key, &key_id, &inbox, number)).collect::<Vec<_>>());
    let client = reqwest::Client::new();
    let (next, accepted) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let began = Instant::now();
    let workers: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (client, requests, target) = (client.clone(), Arc::clone(&requests), target.clone());
            let (next, accepted) = (Arc::clone(&next), Arc::clone(&accepted));
            tokio::spawn(async move {
                while let Some((headers, body)) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let sent = client.post(&target).headers(headers.clone()).body(body.clone()).send().await;
                    if sent.is_ok_and(|answer| answer.status().as_u16() == 202) {
                        accepted.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("a worker");
    }
    f64::from(u32::try_from(accepted.load(Ordering::Relaxed)).unwrap_or(0)) / began.elapsed().as_secs_f64()
}

fn signed(key: &SigningKey, key_id: &Url, inbox: &Url, number: usize) -> (HeaderMap, Vec<u8>) {
    let body = json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": format!("http://far.localhost:2/activities/{number}"),
        "type": "Create",
        "actor": "http://far.localhost:2/actor",
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "object": {
            "id": format!("http://far.localhost:2/notes/{number}"),
            "type": "Note",
            "attributedTo": "http://far.localhost:2/actor",
            "content": "<p>Heute um 18 Uhr trifft sich die Nachbarschaft am Brunnen. Alle sind willkommen.</p>",
            "published": site::now().to_string(),
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
        },
    })
    .to_string()
    .into_bytes();
    (sign_post(key, key_id, inbox, &body, site::now()), body)
}
