//! A server with people who sign as they should, and who remember what they are told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use domain::clock::SteppedClock;
use federation::fetch::{self, Client};
use federation::signatures::cavage::sign_post;
use federation::signatures::keys::SigningKey;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

use super::{TestQuarter, until};

/// The server; every name is a person there.
#[derive(Clone)]
pub struct People {
    base: String,
    key: SigningKey,
    client: Client,
    clock: SteppedClock,
    /// Who was told what.
    told: Arc<Mutex<Vec<(String, Value)>>>,
}

impl People {
    /// A fresh server `host.localhost`.
    pub async fn new(host: &str, clock: &SteppedClock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let settings = fetch::Settings {
            local: true,
            private_networks: Vec::new(),
            extra_ca: None,
            user_agent: "people".to_owned(),
            timeout: Duration::from_secs(20),
        };
        let people = Self {
            base: format!("http://{host}.localhost:{}", listener.local_addr().expect("an address").port()),
            key: SigningKey::generate().expect("a key"),
            client: Client::new(&settings, clock.clock()).expect("a client"),
            clock: clock.clone(),
            told: Arc::default(),
        };
        let routes = Router::new().fallback(Self::answer).with_state(people.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        people
    }

    async fn answer(
        State(people): State<Self>,
        method: Method,
        uri: Uri,
        body: Bytes,
    ) -> Result<([(&'static str, &'static str); 1], String), StatusCode> {
        let name = uri.path().trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
        if method == Method::POST {
            let json = serde_json::from_slice(&body).map_err(|_| StatusCode::BAD_REQUEST)?;
            people.told.lock().expect("a lock").push((name, json));
            return Err(StatusCode::ACCEPTED);
        }
        Ok(([("content-type", "application/activity+json")], people.actor(&name).to_string()))
    }

    fn actor(&self, name: &str) -> Value {
        let id = self.id(name);
        json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": id, "type": "Person", "name": name,
            "preferredUsername": name, "inbox": format!("{id}/inbox"),
            "publicKey": { "id": format!("{id}#main-key"), "owner": id, "publicKeyPem": self.key.public_pem() },
        })
    }

    /// The id of a person, or of something below.
    pub fn id(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }

    /// `name` does something; the status of the answer.
    pub async fn send(&self, to: &TestQuarter, name: &str, number: u32, kind: &str, object: impl Into<Value>) -> u16 {
        let id = self.id(&format!("{name}/activities/{number}"));
        self.say(to, name, json!({ "id": id, "type": kind, "actor": self.id(name), "object": object.into() })).await
    }

    /// `name` sends this activity, signed as it should be; the status of the answer, 503 for none in time.
    pub async fn say(&self, to: &TestQuarter, name: &str, activity: Value) -> u16 {
        let inbox = to.instance.url("/inbox");
        let body = activity.to_string().into_bytes();
        let key_id: Url = self.id(&format!("{name}#main-key")).parse().expect("a URL");
        let headers = sign_post(&self.key, &key_id, &inbox, &body, self.clock.clock().now());
        self.client.post(&inbox, headers, body.into()).await.map_or(503, |answer| answer.status)
    }

    /// Everything that `name` was told, in order.
    pub fn told(&self, name: &str) -> Vec<Value> {
        let told = self.told.lock().expect("a lock");
        told.iter().filter(|(who, _)| who == name).map(|(_, json)| json.clone()).collect()
    }

    /// The types of what `name` was told, in order.
    pub fn kinds(&self, name: &str) -> Vec<String> {
        self.told(name).iter().map(|json| json["type"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Waits until `name` was told activities of these types, and no others.
    pub async fn hears(&self, name: &str, kinds: &[&str]) {
        until(&format!("{name} hears {kinds:?}"), async || self.kinds(name).len() >= kinds.len()).await;
        assert_eq!(self.kinds(name), kinds, "{name}");
    }
}
