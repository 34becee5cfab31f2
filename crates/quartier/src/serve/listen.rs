//! The socket: takes connections, bounds their number and their patience, and lets them finish at the end. When all places
//! are taken, who waits longest gives way to who comes (`docs/decisions/0024`).

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::extract::connect_info::ConnectInfo;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulConnection;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tower::ServiceExt;
use tracing::{debug, warn};

use super::waiting::{Connection, Queue, Upload};
use crate::failure::Failure;
use crate::stop::Stop;

/// Connections at a time, below the usual limit of 1024 open files.
const CONNECTIONS: usize = 800;
/// How long the first head of a connection may take.
const FIRST_HEAD: Duration = Duration::from_secs(10);
/// How long the next head may take, and so how long a connection may idle: longer than peers keep theirs for the next
/// delivery.
const NEXT_HEAD: Duration = Duration::from_secs(75);
/// How long who has just come may take to say what they came for, once the word to stop was said: their request may be on
/// its way already.
const FIRST_WORD: Duration = Duration::from_millis(500);
/// How long answers under way may take once the word to stop was said.
const FAREWELL: Duration = Duration::from_secs(10);

/// Listens at `address`; a port in use is said in words.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::AddrInUse => "another program uses this port".to_owned(),
            _ => error.to_string(),
        };
        Failure::because(format!("cannot listen at {address}: {why}"))
    })
}

/// Answers with `router` until `stop` is heard and what was under way is done.
pub(crate) async fn serve(listener: TcpListener, router: Router, stop: Stop) {
    let server = server();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let queue = Arc::<Queue>::default();
    // Each connection holds the one end; the other hears when the last is done.
    let (busy, mut idle) = mpsc::channel::<()>(1);
    loop {
        let next = async {
            let (stream, peer) = accept(&listener).await;
            (place(&places, &queue).await, stream, peer)
        };
        let (place, stream, peer) = tokio::select! {
            next = next => next,
            () = stop.heard() => break,
        };
        let Some(place) = place else { break };
        let connection = Arc::new(Connection::new(&queue));
        let service = hyper::service::service_fn({
            let (router, connection) = (router.clone(), Arc::clone(&connection));
            move |request| answer(router.clone(), peer, Arc::clone(&connection), request)
        });
        let talk = server.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
        let (stop, busy) = (stop.clone(), busy.clone());
        tokio::spawn(async move {
            tokio::select! {
                ended = converse(talk, &connection, &stop) => if let Err(error) = ended {
                    debug!(error, "A connection ended early");
                },
                () = connection.sent_away() => debug!("A connection gave way to another"),
                () = silence(&connection) => debug!("A connection said nothing"),
            }
            drop((place, busy));
        });
    }
    // New connections are refused at once; the others have time to finish.
    drop((listener, busy));
    if tokio::time::timeout(FAREWELL, idle.recv()).await.is_err() {
        warn!("Some connections were cut off");
    }
}

fn server() -> Builder<TokioExecutor> {
    // Not HTTP/2: finding out the version has no timeout, and the proxy in front speaks it with browsers.
    let mut server = Builder::new(TokioExecutor::new()).http1_only();
    server.http1().timer(TokioTimer::new()).header_read_timeout(NEXT_HEAD).max_buf_size(64 * 1024);
    server
}

/// A place for one more connection. Where all are taken, who waits longest makes room; `None` at the very end.
async fn place(places: &Arc<Semaphore>, queue: &Queue) -> Option<OwnedSemaphorePermit> {
    let free = Arc::clone(places).acquire_owned();
    tokio::pin!(free);
    tokio::select! {
        biased;
        place = &mut free => place.ok(),
        () = queue.send_away() => free.await.ok(),
    }
}

/// Talks until the connection ends. Once the word to stop was said, the answer under way is the last, or the first answer to
/// who has just come.
async fn converse<C: GracefulConnection>(talk: C, connection: &Connection, stop: &Stop) -> Result<(), C::Error> {
    let mut talk = pin!(talk);
    let last_word = async {
        stop.heard().await;
        // Whether they said something or not: it is time.
        let _ = tokio::time::timeout(FIRST_WORD, connection.heard()).await;
    };
    tokio::select! {
        ended = talk.as_mut() => return ended,
        () = last_word => {}
    }
    talk.as_mut().graceful_shutdown();
    talk.await
}

/// Ends when the first head of a connection takes too long.
async fn silence(connection: &Connection) {
    if tokio::time::timeout(FIRST_HEAD, connection.heard()).await.is_ok() {
        std::future::pending::<()>().await;
    }
}

/// The next connection. A failure (too many open files) is waited out: ending the server would help nobody.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Fails only for a connection that is gone already.
                let _ = stream.set_nodelay(true);
                return (stream, peer);
            }
            Err(error) => {
                warn!(%error, "A connection could not be taken");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn answer(
    router: Router,
    peer: SocketAddr,
    connection: Arc<Connection>,
    request: hyper::Request<Incoming>,
) -> Result<axum::response::Response, Infallible> {
    connection.hear();
    let told = Arc::clone(&connection);
    let mut request: Request = request.map(|body| axum::body::Body::new(Upload { body, connection: told }));
    request.extensions_mut().insert(ConnectInfo(peer));
    let answer = router.oneshot(request).await;
    // What is left to write lies with the system, which sends it even if the connection gives way.
    connection.wait();
    answer
}
