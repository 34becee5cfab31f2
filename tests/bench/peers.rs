//! Many small servers on one port: groups that take what is delivered to them, and sign what they send.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};
use federation::signatures::cavage::sign_post;
use federation::signatures::keys::SigningKey;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use tests::client::ACTIVITY_JSON;
use tests::quarter::Quarter;
use tests::wait;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

use crate::drive;
use crate::site;

/// How a peer answers what is delivered to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// With 202.
    Well,
    /// With 500.
    Broken,
    /// Not at all: the connection hangs.
    Silent,
}

/// The peers `p0`, `p1`, … of one port. They end when this is dropped.
pub(crate) struct Peers {
    shared: Arc<Shared>,
    server: JoinHandle<()>,
    client: reqwest::Client,
}

struct Shared {
    port: u16,
    /// Of the only one, where it is not `p0.localhost`.
    address: Option<String>,
    key: SigningKey,
    peers: Vec<Peer>,
    /// Whether activities are read and remembered, or only counted.
    keeps: bool,
    taken: AtomicUsize,
    /// When the last one came, in microseconds since the start.
    last: AtomicU64,
    began: std::time::Instant,
}

#[derive(Default)]
struct Peer {
    mood: Mutex<Option<Mood>>,
    /// Type and object by the ids of the activities that were taken.
    activities: Mutex<HashMap<String, (String, String)>>,
    follows: Mutex<Vec<Value>>,
}

impl Peers {
    /// Starts `count` of them that remember every activity they take.
    pub(crate) async fn start(count: usize) -> Result<Self> {
        Self::start_with(count, true, None).await
    }

    /// Starts `count` of them that only count.
    pub(crate) async fn counting(count: usize) -> Result<Self> {
        Self::start_with(count, false, None).await
    }

    /// Starts one that only counts, under an address that another machine reaches too.
    pub(crate) async fn at(address: Option<&Url>) -> Result<Self> {
        Self::start_with(1, false, address).await
    }

    async fn start_with(count: usize, keeps: bool, address: Option<&Url>) -> Result<Self> {
        let listener = match address {
            Some(address) => TcpListener::bind(("0.0.0.0", address.port_or_known_default().unwrap_or(80))).await?,
            None => TcpListener::bind("127.0.0.1:0").await?,
        };
        let shared = Arc::new(Shared {
            port: listener.local_addr()?.port(),
            address: address.map(|address| address.as_str().trim_end_matches('/').to_owned()),
            key: SigningKey::generate()?,
            peers: std::iter::repeat_with(Peer::default).take(count).collect(),
            keeps,
            taken: AtomicUsize::new(0),
            last: AtomicU64::new(0),
            began: std::time::Instant::now(),
        });
        let router = Router::new().fallback(answer).with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            if let Err(problem) = axum::serve(listener, router).await {
                eprintln!("The peers ended: {problem}");
            }
        });
        Ok(Self { shared, server, client: tests::client::waiting(Duration::from_mins(1))? })
    }

    pub(crate) fn count(&self) -> usize {
        self.shared.peers.len()
    }

    /// The address of a path of peer `number`.
    pub(crate) fn url(&self, number: usize, path: &str) -> String {
        self.shared.url(number, path)
    }

    pub(crate) fn public_pem(&self) -> String {
        self.shared.key.public_pem()
    }

    /// How many deliveries were taken, by all of them.
    pub(crate) fn taken(&self) -> usize {
        self.shared.taken.load(Ordering::Relaxed)
    }

    /// When the last delivery was taken.
    pub(crate) fn last_taken(&self) -> std::time::Instant {
        self.shared.began + Duration::from_micros(self.shared.last.load(Ordering::Relaxed))
    }

    /// What peer `number` took: type and object by the activity's id.
    pub(crate) fn activities(&self, number: usize) -> HashMap<String, (String, String)> {
        self.shared.peers.get(number).map(|peer| locked(&peer.activities).clone()).unwrap_or_default()
    }

    pub(crate) fn set_mood(&self, number: usize, mood: Mood) {
        if let Some(peer) = self.shared.peers.get(number) {
            *locked(&peer.mood) = Some(mood);
        }
    }

    /// The headers of a POST of `body` to `url`, signed by peer `number`.
    pub(crate) fn sign(&self, number: usize, url: &Url, body: &[u8]) -> Result<HeaderMap> {
        let key_id = self.url(number, "/actor#main-key").parse()?;
        Ok(sign_post(&self.shared.key, &key_id, url, body, site::now()))
    }

    /// Posts an activity to an inbox, signed by peer `number`; gives the status.
    pub(crate) async fn send(&self, number: usize, inbox: &Url, activity: &Value) -> Result<u16> {
        let body = activity.to_string();
        let headers = self.sign(number, inbox, body.as_bytes())?;
        let request = self.client.post(inbox.clone()).header("user-agent", drive::NAME).headers(headers).body(body);
        let answer = request.send().await?;
        Ok(answer.status().as_u16())
    }

    /// Makes every peer a neighbour of a quarter that lets neighbours in by itself: each follows it, and says yes when it
    /// is followed back.
    pub(crate) async fn befriend(&self, quarter: &Quarter) -> Result<()> {
        let actor = quarter.actor().await?;
        let inbox: Url = actor.get("inbox").and_then(Value::as_str).context("no inbox")?.parse()?;
        for number in 0..self.count() {
            let mine = self.url(number, "/actor");
            let follow = json!({
                "@context": "https://www.w3.org/ns/activitystreams", "id": self.url(number, "/follow"),
                "type": "Follow", "actor": mine, "object": actor.get("id"),
            });
            ensure!(self.send(number, &inbox, &follow).await? == 202, "a follow was refused");
            let asked = wait::until("a follow back", Duration::from_secs(30), async || {
                Ok(self.shared.peers.get(number).and_then(|peer| locked(&peer.follows).pop()))
            });
            let accept = json!({
                "@context": "https://www.w3.org/ns/activitystreams", "id": self.url(number, "/accept"),
                "type": "Accept", "actor": mine, "object": asked.await?,
            });
            ensure!(self.send(number, &inbox, &accept).await? == 202, "an accept was refused");
        }
        Ok(())
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Shared {
    fn url(&self, number: usize, path: &str) -> String {
        match &self.address {
            Some(address) => format!("{address}{path}"),
            None => format!("http://p{number}.localhost:{}{path}", self.port),
        }
    }

    /// The actor of peer `number`: a group, so that it can become a neighbour.
    fn actor(&self, number: usize) -> Value {
        let id = self.url(number, "/actor");
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": id, "type": "Group", "preferredUsername": format!("p{number}"), "name": format!("Quartier {number}"),
            "url": id, "inbox": self.url(number, "/inbox"), "outbox": self.url(number, "/outbox"),
            "followers": self.url(number, "/followers"), "following": self.url(number, "/following"),
            "publicKey": { "id": format!("{id}#main-key"), "owner": id, "publicKeyPem": self.key.public_pem() },
        })
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let number = host.strip_prefix('p').and_then(|rest| rest.split('.').next()?.parse::<usize>().ok());
    let number = if shared.address.is_some() { Some(0) } else { number };
    let Some((number, peer)) = number.and_then(|number| Some((number, shared.peers.get(number)?))) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if method == Method::GET {
        let document = if uri.path() == "/actor" {
            shared.actor(number)
        } else {
            json!({ "id": shared.url(number, uri.path()), "type": "OrderedCollection", "totalItems": 0, "orderedItems": [] })
        };
        return ([("content-type", ACTIVITY_JSON)], document.to_string()).into_response();
    }
    let mood = locked(&peer.mood).unwrap_or(Mood::Well);
    match mood {
        Mood::Well => {}
        Mood::Broken => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Mood::Silent => std::future::pending().await,
    }
    if shared.keeps {
        keep(peer, &body);
    }
    let micros = u64::try_from(shared.began.elapsed().as_micros()).unwrap_or(u64::MAX);
    shared.last.fetch_max(micros, Ordering::Relaxed);
    shared.taken.fetch_add(1, Ordering::Relaxed);
    StatusCode::ACCEPTED.into_response()
}

fn keep(peer: &Peer, body: &[u8]) {
    let activity: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let object = activity.get("object");
    let about = text(object.and_then(|object| object.get("id")).or(object));
    let kind = text(activity.get("type"));
    if kind == "Follow" {
        locked(&peer.follows).push(activity);
    } else {
        locked(&peer.activities).insert(text(activity.get("id")), (kind, about));
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
