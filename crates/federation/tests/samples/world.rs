//! Every server that a document names, played by one listener on the loopback: `https://pixelfed.example/x` becomes
//! `http://pixelfed-example-7.localhost:PORT/x`, where 7 is the number of the case, so that no two share an id.
#![allow(dead_code, reason = "each test that has a world uses its part of it")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use federation::fetch::{self, Client};
use federation::signatures::cavage::sign_post;
use federation::signatures::keys::SigningKey;
use http::{HeaderMap, StatusCode, Uri};
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

use crate::support::{TestQuarter, clock};

/// All servers that are not ours.
#[derive(Clone)]
pub(crate) struct World {
    port: u16,
    key: SigningKey,
    documents: Arc<Mutex<HashMap<String, (&'static str, String)>>>,
    received: Arc<Mutex<Vec<Value>>>,
    client: Client,
}

impl World {
    pub(crate) async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let settings = fetch::Settings {
            local: true,
            private_networks: Vec::new(),
            extra_ca: None,
            user_agent: "world".to_owned(),
            timeout: Duration::from_secs(10),
        };
        let world = Self {
            port: listener.local_addr().expect("an address").port(),
            key: SigningKey::generate().expect("a key"),
            documents: Arc::default(),
            received: Arc::default(),
            client: Client::new(&settings, clock().clock()).expect("a client"),
        };
        let routes = Router::new().fallback(Self::answer).with_state(world.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        world
    }

    async fn answer(
        State(world): State<Self>,
        headers: HeaderMap,
        uri: Uri,
        body: Bytes,
    ) -> Result<([(&'static str, &'static str); 1], String), StatusCode> {
        if let Ok(activity) = serde_json::from_slice(&body) {
            world.received.lock().expect("a lock").push(activity);
            return Err(StatusCode::ACCEPTED);
        }
        let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
        let found = world.documents.lock().expect("a lock").get(&format!("http://{host}{uri}")).cloned();
        let (kind, body) = found.ok_or(StatusCode::NOT_FOUND)?;
        Ok(([("content-type", kind)], body))
    }

    /// The document `text` with every host in it moved here; beside it each moved host with what it was.
    pub(crate) fn moved(&self, text: &str, number: usize) -> (String, Vec<(String, String)>) {
        let mut moves = Vec::new();
        let mut moved = text.replace("\\/", "/");
        for scheme in ["https://", "http://"] {
            let mut hosts: Vec<String> = moved.split(scheme).skip(1).map(host_in).collect();
            hosts.sort_by_key(|host| std::cmp::Reverse(host.len()));
            hosts.dedup();
            for host in hosts.into_iter().filter(|host| !host.is_empty() && !host.contains("w3") && !self.is_here(host))
            {
                let slug: String = host.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
                let here = format!("{}-{number}.localhost:{}", slug.trim_matches('-').to_lowercase(), self.port);
                for end in ["/", "\"", "?", "#", "<", " "] {
                    moved = moved.replace(&format!("{scheme}{host}{end}"), &format!("http://{here}{end}"));
                }
                moved = moved.replace(&format!("@{host}\""), &format!("@{here}\""));
                moves.push((format!("http://{here}"), format!("{scheme}{host}")));
            }
        }
        (moved, moves)
    }

    fn is_here(&self, host: &str) -> bool {
        host.ends_with(&format!(".localhost:{}", self.port))
    }

    /// Serves `document` at `url`.
    pub(crate) fn serve(&self, url: &str, kind: &'static str, document: &Value) {
        let url = url.split('#').next().unwrap_or_default();
        self.documents.lock().expect("a lock").insert(url.to_owned(), (kind, document.to_string()));
    }

    /// Serves every object with an id that stands anywhere in `document`, each at its id.
    pub(crate) fn serve_parts(&self, document: &Value) {
        match document {
            Value::Array(list) => list.iter().for_each(|part| self.serve_parts(part)),
            Value::Object(object) => {
                object.values().for_each(|part| self.serve_parts(part));
                if let (Some(id), Some(_)) = (document["id"].as_str(), object.get("attributedTo")) {
                    self.serve(id, fetch_type(), document);
                }
            }
            _ => {}
        }
    }

    /// What was posted to any inbox, in order.
    pub(crate) fn received(&self) -> Vec<Value> {
        self.received.lock().expect("a lock").clone()
    }

    /// Takes the document at `url` away.
    pub(crate) fn remove(&self, url: &str) {
        self.documents.lock().expect("a lock").remove(url);
    }

    /// Serves a group at `id` that signs with our key.
    pub(crate) fn serve_actor(&self, id: &str) {
        self.serve_actor_as("Group", id);
    }

    /// Serves an actor of type `kind` at `id` who signs with our key.
    pub(crate) fn serve_actor_as(&self, kind: &str, id: &str) {
        let url: Url = id.parse().expect("a URL");
        let name = url.path_segments().and_then(Iterator::last).unwrap_or_default().trim_start_matches('@');
        let name = if name.is_empty() { "somebody" } else { name };
        self.serve(id, fetch_type(), &json!({
            "id": id, "type": kind, "name": name, "preferredUsername": name, "inbox": url.join("/inbox").expect("a URL"),
            "publicKey": { "id": format!("{id}#main-key"), "owner": id, "publicKeyPem": self.key.public_pem() },
        }));
    }

    /// An address on the server `name`.
    pub(crate) fn at(&self, name: &str, path: &str) -> String {
        format!("http://{name}.localhost:{}{path}", self.port)
    }

    /// Posts `body` to the shared inbox, signed by `actor`; the status.
    pub(crate) async fn send(&self, to: &TestQuarter, actor: &str, body: &str, now: Timestamp) -> u16 {
        let inbox = to.instance.url("/inbox");
        let key_id: Url = format!("{actor}#main-key").parse().expect("a URL");
        let headers = sign_post(&self.key, &key_id, &inbox, body.as_bytes(), now);
        self.client.post(&inbox, headers, body.to_owned().into()).await.expect("an answer").status
    }
}

pub(crate) fn fetch_type() -> &'static str {
    "application/activity+json"
}

/// The host that a text begins with; a template's placeholder is one, too.
fn host_in(text: &str) -> String {
    text.chars().take_while(|c| c.is_ascii_alphanumeric() || ".-:{}_".contains(*c)).collect()
}
