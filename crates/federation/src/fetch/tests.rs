//! The client against real servers on this machine.

mod deliveries;
mod documents;
mod downloads;
mod guarded;
mod hostile;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{Response, header};
use axum::response::IntoResponse;
use axum::routing::any;
use domain::clock::SteppedClock;
use http::HeaderMap;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;
use url::Url;

use super::{Client, Document, FetchError, Settings};

const ACTIVITY: &str = "application/activity+json";

/// A server that answers as it is told, under every name below `localhost`, and notes what it was asked; `/packed` is compressed.
/// Its client is in local mode.
struct Peer {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    client: Client,
}

/// What a test server sees of a request.
#[derive(Clone, Debug)]
struct Asked {
    host: String,
    path: String,
    port: u16,
}

impl Asked {
    fn url(&self, host: &str, path: &str) -> String {
        format!("http://{host}.localhost:{}{path}", self.port)
    }
}

impl Peer {
    /// Starts a server that answers with `answer`; `host` is the name before `.localhost`.
    async fn start<A, R>(answer: A) -> Self
    where
        A: Fn(Asked) -> R + Clone + Send + Sync + 'static,
        R: IntoResponse + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("a port").port();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let notes = Arc::clone(&asked);
        let handler = move |request: Request| {
            let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
            let host = host.split('.').next().unwrap_or_default().to_owned();
            let path = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
            notes.lock().expect("notes").push(format!("{host}{path}"));
            std::future::ready(answer(Asked { host, path, port }).into_response())
        };
        let packed = any(handler.clone()).layer(CompressionLayer::new());
        let app = Router::new().route("/packed", packed).fallback(handler);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { port, asked, client: client() }
    }

    fn url(&self, host: &str, path: &str) -> Url {
        format!("http://{host}.localhost:{}{path}", self.port).parse().expect("a URL")
    }

    /// What was asked for so far: `host/path`.
    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("notes").clone()
    }

    async fn fetched(&self, host: &str, path: &str) -> Result<Document, FetchError> {
        self.client.get_document(&self.url(host, path), |_| HeaderMap::new()).await
    }
}

/// An answer with a status, one header and a body.
fn answer(status: u16, name: header::HeaderName, value: &str, body: impl Into<Body>) -> Response<Body> {
    Response::builder().status(status).header(name, value).body(body.into()).expect("an answer")
}

fn document(id: &str) -> Response<Body> {
    answer(200, header::CONTENT_TYPE, ACTIVITY, format!(r#"{{"id":"{id}","type":"Note"}}"#))
}

fn redirect(to: &str) -> Response<Body> {
    answer(302, header::LOCATION, to, "")
}

fn settings() -> Settings {
    Settings {
        local: true,
        private_networks: Vec::new(),
        extra_ca: None,
        user_agent: "quartier (test)".to_owned(),
        timeout: Duration::from_secs(10),
    }
}

fn clock() -> SteppedClock {
    SteppedClock::at(Timestamp::UNIX_EPOCH)
}

fn client() -> Client {
    Client::new(&settings(), clock().clock()).expect("a client")
}

/// A client that waits for a fifth of a second and no longer.
fn hasty() -> Client {
    let settings = Settings { timeout: Duration::from_millis(200), ..settings() };
    Client::new(&settings, clock().clock()).expect("a client")
}

/// A server that takes connections and never says a word.
fn silent() -> (std::net::TcpListener, SocketAddr) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("a port");
    (listener, address)
}
