//! A server that is not ours: its documents and keys, what it was asked, and what it answers.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::clock::SteppedClock;
use federation::fetch::{self, Answer, Client};
use federation::signatures::cavage::sign_post;
use federation::signatures::keys::SigningKey;
use federation::signatures::rfc9421::{self, Signer};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::{Position, Url};

use super::TestQuarter;

/// A request as the peer saw it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Asked {
    /// How it was signed: `cavage`, `rfc9421` or nothing.
    pub fn scheme(&self) -> &'static str {
        match (self.headers.contains_key("signature-input"), self.headers.contains_key("signature")) {
            (true, _) => "rfc9421",
            (false, true) => "cavage",
            (false, false) => "",
        }
    }

    /// One header as text.
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    }
}

/// What a peer answers instead of what it would.
type Judge = Box<dyn Fn(&Asked) -> Option<Response> + Send>;

/// The server; its documents are what is put there, and to every POST it says 202.
#[derive(Clone)]
pub struct Peer {
    pub base: String,
    pub key: SigningKey,
    documents: Arc<Mutex<HashMap<String, Value>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
    judge: Arc<Mutex<Judge>>,
    client: Client,
    clock: SteppedClock,
}

impl Peer {
    /// A server `NAME.localhost` with an actor `/alice`.
    pub async fn new(name: &str, clock: &SteppedClock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let peer = Self::at(name, clock, listener.local_addr().expect("an address"));
        peer.listen(listener);
        peer
    }

    /// The same, known by `address`, where nobody listens yet.
    pub fn at(name: &str, clock: &SteppedClock, address: SocketAddr) -> Self {
        let settings = fetch::Settings {
            local: true,
            private_networks: Vec::new(),
            extra_ca: None,
            user_agent: name.to_owned(),
            timeout: Duration::from_secs(5),
        };
        let peer = Self {
            base: format!("http://{name}.localhost:{}", address.port()),
            key: SigningKey::generate().expect("a key"),
            documents: Arc::default(),
            asked: Arc::default(),
            judge: Arc::new(Mutex::new(Box::new(|_| None))),
            client: Client::new(&settings, clock.clock()).expect("a client"),
            clock: clock.clone(),
        };
        peer.serve("/alice", peer.actor("alice"));
        peer
    }

    /// Answers at `listener` from now on.
    pub fn listen(&self, listener: TcpListener) {
        let routes = Router::new().fallback(Self::answer).with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
    }

    async fn answer(
        State(peer): State<Self>,
        method: Method,
        uri: http::Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> Response {
        let asked = Asked { method, path: uri.path().to_owned(), headers, body };
        let judged = peer.judge.lock().expect("a lock")(&asked);
        peer.asked.lock().expect("a lock").push(asked.clone());
        if let Some(answer) = judged {
            return answer;
        }
        if asked.method == Method::POST {
            return StatusCode::ACCEPTED.into_response();
        }
        match peer.documents.lock().expect("a lock").get(&asked.path) {
            Some(json) => ([("content-type", "application/activity+json")], json.to_string()).into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }

    /// Answers from now on as `judge` says, where it says something.
    pub fn judges(&self, judge: impl Fn(&Asked) -> Option<Response> + Send + 'static) {
        *self.judge.lock().expect("a lock") = Box::new(judge);
    }

    /// Puts a document at `path`, which becomes its id.
    pub fn serve(&self, path: &str, mut json: Value) {
        json["id"] = json!(self.id(path));
        self.serve_as(path, json);
    }

    /// Puts a document at `path`, whatever its id.
    pub fn serve_as(&self, path: &str, json: Value) {
        self.documents.lock().expect("a lock").insert(path.to_owned(), json);
    }

    /// What it was asked since the last time.
    pub fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().expect("a lock"))
    }

    /// The schemes of the POSTs it was sent since the last time.
    pub fn take_schemes(&self) -> Vec<&'static str> {
        self.take_asked().iter().filter(|asked| asked.method == Method::POST).map(Asked::scheme).collect()
    }

    pub fn id(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub fn url(&self, path: &str) -> Url {
        self.id(path).parse().expect("a URL")
    }

    /// The document of an actor that signs with our key.
    pub fn actor(&self, name: &str) -> Value {
        let id = self.id(&format!("/{name}"));
        json!({
            "type": "Group", "preferredUsername": name, "inbox": format!("{id}/inbox"),
            "publicKey": { "id": format!("{id}#main-key"), "owner": id, "publicKeyPem": self.key.public_pem() },
        })
    }

    /// An activity of `/alice`.
    pub fn activity(&self, number: u32, kind: &str, object: Value) -> Value {
        json!({
            "id": self.id(&format!("/activities/{number}")), "type": kind, "actor": self.id("/alice"),
            "object": object, "to": ["https://www.w3.org/ns/activitystreams#Public"],
        })
    }

    /// Sends `activity`, signed by draft-cavage with the key of `/alice`.
    pub async fn send(&self, to: &TestQuarter, activity: &Value) -> Answer {
        self.send_as(to, &self.url("/alice#main-key"), &self.key, activity).await
    }

    /// Sends `activity`, signed by draft-cavage with `key`.
    pub async fn send_as(&self, to: &TestQuarter, key_id: &Url, key: &SigningKey, activity: &Value) -> Answer {
        let inbox = to.instance.url("/inbox");
        let body = activity.to_string().into_bytes();
        let headers = sign_post(key, key_id, &inbox, &body, self.clock.clock().now());
        self.post(&inbox, headers, body).await
    }

    /// Sends `activity`, signed by RFC 9421 with `key`.
    pub async fn send_message<'a>(
        &self,
        to: &TestQuarter,
        key_id: &Url,
        key: impl Into<Signer<'a>>,
        activity: &Value,
    ) -> Answer {
        let inbox = to.instance.url("/inbox");
        let body = activity.to_string().into_bytes();
        let headers = rfc9421::sign_post(key, key_id, &inbox, &body, self.clock.clock().now());
        self.post(&inbox, headers, body).await
    }

    /// Sends a request as it is.
    pub async fn post(&self, inbox: &Url, headers: HeaderMap, body: Vec<u8>) -> Answer {
        self.client.post(inbox, headers, body.into()).await.expect("an answer")
    }

    /// Asks for a document as another server does; the status and the headers of the answer.
    pub async fn get(&self, url: &Url, mut headers: HeaderMap) -> (StatusCode, HeaderMap) {
        headers.entry("accept").or_insert(HeaderValue::from_static("application/activity+json"));
        let host = url.host_str().expect("a host");
        let mut stream = TcpStream::connect(("127.0.0.1", url.port().expect("a port"))).await.expect("a connection");
        let path = &url[Position::BeforePath..];
        headers.entry("host").or_insert(HeaderValue::from_str(host).expect("a value"));
        let lines = headers.iter().map(|(name, value)| format!("{name}: {}\r\n", value.to_str().expect("text")));
        let head = format!("GET {path} HTTP/1.1\r\nconnection: close\r\n{}\r\n", lines.collect::<String>());
        stream.write_all(head.as_bytes()).await.expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("an answer");
        let mut lines = answer.split("\r\n\r\n").next().expect("a head").lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status");
        let read = |line: &str| {
            let (name, value) = line.split_once(": ")?;
            Some((name.parse::<HeaderName>().ok()?, HeaderValue::from_str(value).ok()?))
        };
        (status.parse().expect("a status"), lines.filter_map(read).collect())
    }
}
