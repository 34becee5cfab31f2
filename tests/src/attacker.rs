//! A hostile server: as many hosts and actors as an attack needs, that serve any bytes and count who asks.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use futures_util::StreamExt as _;
use futures_util::stream;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::client::ACTIVITY_JSON;
use crate::keys::Key;
use crate::wire::Request;

/// The public audience.
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// Making keys takes longer than using them: hosts share a few.
static KEYS: LazyLock<[Arc<Key>; 3]> = LazyLock::new(|| {
    let key = || Arc::new(Key::generate().unwrap_or_else(|problem| panic!("no key: {problem}")));
    [key(), key(), key()]
});

/// A port of this machine that answers for every name under `localhost`; it ends when this is dropped.
pub struct Attacker {
    port: u16,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    pages: Mutex<HashMap<(String, String), Page>>,
    asked: Mutex<Vec<Asked>>,
    count: AtomicUsize,
    fetches: AtomicUsize,
}

/// A request that came in.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The host it was for.
    pub host: String,
    /// The method.
    pub method: Method,
    /// The path, without the query.
    pub path: String,
    /// Every header.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

/// What is answered at one address.
#[derive(Clone, Debug)]
pub struct Page {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    pace: Pace,
}

#[derive(Clone, Copy, Debug)]
enum Pace {
    AtOnce,
    /// The body over and over, without an end.
    Endless,
    /// A byte of the body each time this has passed.
    Drip(Duration),
}

impl Page {
    /// An answer with a content type.
    pub fn of(kind: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        Self { status: 200, headers, body: body.into(), pace: Pace::AtOnce }
    }

    /// An ActivityPub document.
    pub fn json(document: &Value) -> Self {
        Self::of(ACTIVITY_JSON, document.to_string())
    }

    /// A redirect.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self { status, ..Self::of("text/plain", "") }.with("location", location)
    }

    /// With another status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// With this one value of a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(one, _)| one != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With its body again and again.
    #[must_use]
    pub fn endless(mut self) -> Self {
        self.pace = Pace::Endless;
        self
    }

    /// With one byte of its body each `pause`.
    #[must_use]
    pub fn dripping(mut self, pause: Duration) -> Self {
        self.pace = Pace::Drip(pause);
        self
    }

    fn answer(self) -> Response {
        let bytes = Bytes::from(self.body);
        let body = match self.pace {
            Pace::AtOnce => Body::from(bytes),
            Pace::Endless => Body::from_stream(stream::repeat(bytes).map(Ok::<_, Infallible>)),
            Pace::Drip(pause) => {
                let slowly = move |byte| async move {
                    tokio::time::sleep(pause).await;
                    Ok::<_, Infallible>(vec![byte])
                };
                Body::from_stream(stream::iter(bytes).then(slowly))
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or_default();
        let headers = self
            .headers
            .into_iter()
            .filter_map(|(name, value)| Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?)));
        response.headers_mut().extend(headers);
        response
    }
}

impl Attacker {
    /// Starts it on a free port.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let shared = Arc::<Shared>::default();
        let router = Router::new().fallback(serve).with_state(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            if let Err(problem) = axum::serve(listener, router).await {
                eprintln!("an attacker ended: {problem}");
            }
        });
        Ok(Self { port, shared, server })
    }

    /// A new host whose name begins with `name`, with two actors: `mallory` and `alice`.
    pub fn host(&self, name: &str) -> Peer {
        let number = self.shared.count.fetch_add(1, Ordering::SeqCst);
        let host = format!("{name}-{number}.localhost:{}", self.port);
        let key = |number: usize| Arc::clone(&KEYS[number % KEYS.len()]);
        let peer = Peer { host, key: key(number), other_key: key(number + 1), shared: Arc::clone(&self.shared) };
        for name in ["mallory", "alice"] {
            peer.serve(&format!("/{name}"), Page::json(&peer.document(name)));
        }
        peer
    }

    /// How often it was asked for anything.
    pub fn count(&self) -> usize {
        locked(&self.shared.asked).len()
    }

    /// How often something was fetched here: what is delivered does not count.
    pub fn fetches(&self) -> usize {
        self.shared.fetches.load(Ordering::SeqCst)
    }
}

impl Drop for Attacker {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// One of the attacker's hosts.
#[derive(Clone)]
pub struct Peer {
    /// Its name with its port.
    pub host: String,
    /// The key of its actors.
    pub key: Arc<Key>,
    /// A key of nobody there.
    pub other_key: Arc<Key>,
    shared: Arc<Shared>,
}

impl Peer {
    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    /// The id of an actor.
    pub fn actor(&self, name: &str) -> String {
        self.url(&format!("/{name}"))
    }

    /// The id of an actor's key.
    pub fn key_id(&self, name: &str) -> String {
        self.url(&format!("/{name}#main-key"))
    }

    /// An address that nothing had before.
    pub fn fresh(&self, path: &str) -> String {
        self.url(&format!("{path}/{:x}", crate::random()))
    }

    /// Answers a path with `page` from now on.
    pub fn serve(&self, path: &str, page: Page) {
        locked(&self.shared.pages).insert((self.host.clone(), path.to_owned()), page);
    }

    /// Answers the path of `document`'s id with it.
    pub fn publish(&self, document: &Value) {
        let id = document.get("id").and_then(Value::as_str).unwrap_or_default();
        let path = id.split_once(&self.host).map_or(id, |(_, path)| path);
        self.serve(path, Page::json(document));
    }

    /// The document of a well-behaved actor: a group, so that it can become a neighbour.
    pub fn document(&self, name: &str) -> Value {
        let pem = self.key.public_pem().unwrap_or_default();
        let id = self.actor(name);
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": id, "type": "Group", "preferredUsername": name, "name": name, "url": id,
            "inbox": format!("{id}/inbox"), "outbox": format!("{id}/outbox"),
            "followers": format!("{id}/followers"), "following": format!("{id}/following"),
            "publicKey": { "id": self.key_id(name), "owner": id, "publicKeyPem": pem },
        })
    }

    /// What was asked of this host, in order.
    pub fn asked(&self) -> Vec<Asked> {
        locked(&self.shared.asked).iter().filter(|one| one.host == self.host).cloned().collect()
    }

    /// How often a path was asked for.
    pub fn hits(&self, path: &str) -> usize {
        self.asked().iter().filter(|one| one.path == path).count()
    }

    /// A public activity of an actor here, with a new id.
    pub fn activity(&self, name: &str, kind: &str, object: impl Into<Value>) -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.fresh("/activities"), "type": kind, "actor": self.actor(name), "object": object.into(),
            "to": [PUBLIC],
        })
    }

    /// A public note of an actor here, with a new id.
    pub fn note(&self, name: &str, content: &str) -> Value {
        json!({ "id": self.fresh("/notes"), "type": "Note", "attributedTo": self.actor(name), "content": content, "to": [PUBLIC] })
    }

    /// A public event of an actor here, with a new id, some weeks ahead.
    pub fn event(&self, name: &str, title: &str) -> Value {
        let at = |hours: i64| moment(21 * 24 + hours);
        json!({
            "id": self.fresh("/events"), "type": "Event", "attributedTo": self.actor(name), "name": title,
            "startTime": at(0), "endTime": at(2), "timezone": "Europe/Berlin", "to": [PUBLIC],
        })
    }

    /// A POST of `activity` to `target` at `host`, well signed by an actor here.
    pub fn letter(&self, name: &str, target: &str, host: &str, activity: &Value) -> Result<Request> {
        Request::post(target, host, activity.to_string())?.signed(&self.key, &self.key_id(name))
    }
}

/// The time in so many hours from now (RFC 3339).
pub fn moment(hours: i64) -> String {
    let at = jiff::Timestamp::from_second(crate::keys::seconds_from_now(hours.saturating_mul(3600)));
    at.unwrap_or(jiff::Timestamp::MAX).to_string()
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(
    State(shared): State<Arc<Shared>>,
    method: Method,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    let path = uri.path().to_owned();
    if method == Method::GET {
        shared.fetches.fetch_add(1, Ordering::SeqCst);
    }
    let asked = Asked { host: host.clone(), method: method.clone(), path: path.clone(), headers, body };
    locked(&shared.asked).push(asked);
    let page = locked(&shared.pages).get(&(host.clone(), path.clone())).cloned();
    let page = page.unwrap_or_else(|| match path.as_str() {
        _ if method == Method::POST => Page::of("text/plain", "").status(202),
        "/.well-known/webfinger" => webfinger(&host, uri.query().unwrap_or_default()),
        _ => Page::of("text/plain", "").status(404),
    });
    page.answer()
}

/// Says of every name that it is the actor of that name.
fn webfinger(host: &str, query: &str) -> Page {
    let query = query.replace("%3A", ":").replace("%40", "@");
    let name = query.split_once("acct:").and_then(|(_, rest)| rest.split_once('@')).map_or("", |(name, _)| name);
    let links = json!([{ "rel": "self", "type": ACTIVITY_JSON, "href": format!("http://{host}/{name}") }]);
    let answer = json!({ "subject": format!("acct:{name}@{host}"), "links": links });
    Page::of("application/jrd+json", answer.to_string())
}
