//! A server whose actors sign as they should, and want what is not theirs.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::unused_async,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "each test file uses its part; a test that cannot go on has failed, and reads better without borrows"
)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use domain::clock::SteppedClock;
use federation::fetch::{self, Client};
use federation::signatures::cavage::sign_post;
use federation::signatures::keys::SigningKey;
use serde_json::{Value, json};
use storage::follows;
use tokio::net::TcpListener;
use url::Url;

use super::TestQuarter;

pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// A server of its own with actors that sign as they should, and documents of any content.
#[derive(Clone)]
pub struct Mallory {
    pub base: String,
    pub key: SigningKey,
    pub documents: Arc<Mutex<HashMap<String, Value>>>,
    pub asked: Arc<Mutex<Vec<String>>>,
    pub client: Client,
    pub clock: SteppedClock,
}

impl Mallory {
    pub async fn new(clock: &SteppedClock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://boese.localhost:{}", listener.local_addr().expect("an address").port());
        let settings = fetch::Settings {
            local: true,
            private_networks: Vec::new(),
            extra_ca: None,
            user_agent: "mallory".to_owned(),
            timeout: Duration::from_secs(5),
        };
        let mallory = Self {
            base,
            key: SigningKey::generate().expect("a key"),
            documents: Arc::default(),
            asked: Arc::default(),
            client: Client::new(&settings, clock.clock()).expect("a client"),
            clock: clock.clone(),
        };
        for name in ["mallory", "alice"] {
            mallory.serve(&format!("/{name}"), mallory.actor(name));
        }
        let routes = Router::new().fallback(Self::answer).with_state(mallory.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        mallory
    }

    async fn answer(
        State(mallory): State<Self>,
        uri: http::Uri,
    ) -> Result<([(&'static str, &'static str); 1], String), http::StatusCode> {
        mallory.asked.lock().expect("a lock").push(uri.path().to_owned());
        let found = mallory.documents.lock().expect("a lock").get(uri.path()).cloned();
        let json = found.ok_or(http::StatusCode::NOT_FOUND)?;
        Ok(([("content-type", "application/activity+json")], json.to_string()))
    }

    pub fn serve(&self, path: &str, mut json: Value) {
        json["id"] = json!(self.id(path));
        self.documents.lock().expect("a lock").insert(path.to_owned(), json);
    }

    pub fn id(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub fn actor(&self, name: &str) -> Value {
        let id = self.id(&format!("/{name}"));
        json!({
            "type": "Group", "preferredUsername": name, "inbox": format!("{id}/inbox"),
            "publicKey": { "id": format!("{id}#main-key"), "owner": id, "publicKeyPem": self.key.public_pem() },
        })
    }

    /// Sends `activity` of the actor `name` with a good signature by that actor's key; the status of the answer.
    pub async fn send(&self, to: &TestQuarter, name: &str, activity: Value) -> u16 {
        let key_id = self.id(&format!("/{name}#main-key"));
        self.send_signed(to, &key_id, activity).await
    }

    pub async fn send_signed(&self, to: &TestQuarter, key_id: &str, activity: Value) -> u16 {
        let inbox = to.instance.url("/inbox");
        let body = activity.to_string().into_bytes();
        let key_id: Url = key_id.parse().expect("a URL");
        let headers = sign_post(&self.key, &key_id, &inbox, &body, self.clock.clock().now());
        self.client.post(&inbox, headers, body.into()).await.expect("an answer").status
    }

    pub fn activity(&self, number: u32, name: &str, kind: &str, object: Value) -> Value {
        json!({
            "id": self.id(&format!("/activities/{number}")), "type": kind,
            "actor": self.id(&format!("/{name}")), "object": object, "to": [PUBLIC],
        })
    }
}

/// A note that claims to be somebody's.
pub fn a_note(id: &str, by: &str) -> Value {
    json!({ "id": id, "type": "Note", "attributedTo": by, "content": "<p>Hallo</p>", "to": [PUBLIC] })
}

/// Makes our quarter follow one of Mallory's actors, as if it had been accepted.
pub async fn follow(quarter: &TestQuarter, mallory: &Mallory, name: &str) {
    follow_at(quarter, &mallory.id(&format!("/{name}")).parse().expect("a URL")).await;
}

/// Makes our quarter follow the actor at `url`, as if it had been accepted.
pub async fn follow_at(quarter: &TestQuarter, url: &Url) {
    let actor = federation::remote::known_or_fetched(&quarter.instance, url).await.expect("an actor");
    let now = quarter.instance.clock().now();
    let follow = follows::Follow {
        follower: quarter.instance.quarter().id,
        followed: actor.id,
        activity: quarter.instance.url("/activities/x"),
        requested_at: now,
        accepted_at: Some(now),
    };
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    follows::insert(&mut tx, &follow).await.expect("an insert");
    tx.commit().await.expect("a commit");
}
