//! A small ActivityPub server that follows, and keeps everything it is sent exactly as it came.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use crate::quarter::Quarter;
use crate::{client, keys, wait};

/// A server with the one actor `sink@NAME.localhost:PORT`; it ends when this is dropped.
pub struct Sink {
    /// The actor's id.
    pub actor: Url,
    client: reqwest::Client,
    state: Arc<Shared>,
    server: JoinHandle<()>,
}

/// A request to an inbox, as it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// The path it was posted to.
    pub path: String,
    /// Every header.
    pub headers: HeaderMap,
    /// Every byte of the body.
    pub body: Bytes,
    /// The body as JSON, `null` if it is none.
    pub json: Value,
    /// The status it was answered with.
    pub answered: StatusCode,
}

/// How the next request to an inbox is answered.
pub type Answer = (StatusCode, HeaderMap);

struct Shared {
    base: String,
    key: keys::Key,
    pem: String,
    received: Mutex<Vec<Received>>,
    answers: Mutex<VecDeque<Answer>>,
}

impl Sink {
    /// Starts a server that answers every delivery with 202.
    pub async fn start(name: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base = format!("http://{name}.localhost:{}", listener.local_addr()?.port());
        let actor = format!("{base}/actor").parse()?;
        let key = keys::Key::generate()?;
        let pem = key.public_pem()?;
        let state = Arc::new(Shared { base, key, pem, received: Mutex::default(), answers: Mutex::default() });
        let router = Router::new()
            .route("/.well-known/webfinger", get(webfinger))
            .route("/actor", get(actor_document))
            .route("/actor/{collection}", get(collection))
            .route("/inbox", post(inbox))
            .route("/actor/inbox", post(inbox))
            .with_state(Arc::clone(&state));
        let server = tokio::spawn(async move {
            if let Err(problem) = axum::serve(listener, router).await {
                eprintln!("a sink ended: {problem}");
            }
        });
        Ok(Self { actor, client: client::new()?, state, server })
    }

    /// `sink@host`.
    pub fn address(&self) -> String {
        format!("sink@{}", self.state.base.trim_start_matches("http://"))
    }

    /// Everything sent here so far, in order.
    pub fn received(&self) -> Vec<Received> {
        locked(&self.state.received).clone()
    }

    /// The activities of one type that were accepted, in order.
    pub fn activities(&self, kind: &str) -> Vec<Value> {
        let received = locked(&self.state.received);
        let accepted = received.iter().filter(|one| one.answered.is_success() && one.json["type"] == kind);
        accepted.map(|one| one.json.clone()).collect()
    }

    /// Answers the next delivery with `status` and `headers`; several calls queue up.
    pub fn answer_next(&self, status: StatusCode, headers: HeaderMap) {
        locked(&self.state.answers).push_back((status, headers));
    }

    /// Answers everything with 202 again.
    pub fn answer_all(&self) {
        locked(&self.state.answers).clear();
    }

    /// Follows the quarter, and waits until it has accepted.
    pub async fn follow(&self, quarter: &Quarter) -> Result<()> {
        let actor = quarter.actor().await?;
        let id = format!("{}/follows/{:x}", self.state.base, crate::random());
        let follow = json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": id, "type": "Follow", "actor": self.actor, "object": actor["id"],
        });
        let inbox = actor["inbox"].as_str().context("no inbox")?;
        let status = self.deliver(inbox, &follow).await?;
        ensure!(status.is_success(), "the follow was answered with {status}");
        let accepted = |one: &Value| one["object"] == id.as_str() || one["object"]["id"] == id.as_str();
        wait::until("an Accept of the follow", Duration::from_secs(15), async || {
            Ok(self.activities("Accept").into_iter().find(accepted).map(|_| ()))
        })
        .await
    }

    /// Stops listening; gives the address, on which somebody else may listen then.
    pub async fn close(&mut self) -> Result<SocketAddr> {
        self.server.abort();
        // Ended by us: that it was cut short is no news.
        let _ = (&mut self.server).await;
        let port = self.actor.port().context("no port")?;
        Ok(SocketAddr::from(([127, 0, 0, 1], port)))
    }

    /// Posts `activity` to an inbox, signed by this actor; gives the status.
    pub async fn deliver(&self, inbox: &str, activity: &Value) -> Result<StatusCode> {
        let url: Url = inbox.parse()?;
        let body = activity.to_string();
        let headers = self.state.key.sign(&format!("{}#main-key", self.actor), &url, body.as_bytes())?;
        let answer = self.client.post(url).headers(headers).body(body).send().await?;
        Ok(answer.status())
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn activity_json(document: &Value) -> Response {
    ([("content-type", client::ACTIVITY_JSON)], document.to_string()).into_response()
}

async fn webfinger(State(state): State<Arc<Shared>>) -> Response {
    let base = &state.base;
    let document = json!({
        "subject": format!("acct:sink@{}", base.trim_start_matches("http://")),
        "links": [{ "rel": "self", "type": client::ACTIVITY_JSON, "href": format!("{base}/actor") }],
    });
    ([("content-type", "application/jrd+json")], document.to_string()).into_response()
}

async fn actor_document(State(state): State<Arc<Shared>>) -> Response {
    let base = &state.base;
    let id = format!("{base}/actor");
    activity_json(&json!({
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": id, "type": "Service", "preferredUsername": "sink", "name": "Sink", "url": id,
        "inbox": format!("{id}/inbox"), "outbox": format!("{id}/outbox"),
        "followers": format!("{id}/followers"), "following": format!("{id}/following"),
        "endpoints": { "sharedInbox": format!("{base}/inbox") },
        "publicKey": { "id": format!("{id}#main-key"), "owner": id, "publicKeyPem": state.pem },
    }))
}

async fn collection(State(state): State<Arc<Shared>>, OriginalUri(uri): OriginalUri) -> Response {
    activity_json(&json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": format!("{}{}", state.base, uri.path()), "type": "OrderedCollection", "totalItems": 0, "orderedItems": [],
    }))
}

async fn inbox(
    State(state): State<Arc<Shared>>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let answer = locked(&state.answers).pop_front();
    let (answered, answer_headers) = answer.unwrap_or_else(|| (StatusCode::ACCEPTED, HeaderMap::new()));
    let json = serde_json::from_slice(&body).unwrap_or_default();
    let path = uri.path().to_owned();
    locked(&state.received).push(Received { path, headers, body, json, answered });
    (answered, answer_headers).into_response()
}
