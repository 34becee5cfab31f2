//! The socket: takes connections, bounds their number and their patience, and lets them finish at the end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::extract::connect_info::ConnectInfo;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;
use tracing::{debug, warn};

use crate::failure::Failure;
use crate::stop::Stop;

/// Connections at a time, below the usual limit of 1024 open files.
const CONNECTIONS: usize = 800;
/// How long a head may take, and how long a connection may idle: longer than peers keep theirs for the next delivery.
const HEAD_TIMEOUT: Duration = Duration::from_secs(75);
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
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = stop.heard() => break,
        };
        let Ok(place) = Arc::clone(&connections).acquire_owned().await else { break };
        let service = hyper::service::service_fn({
            let router = router.clone();
            move |request| answer(router.clone(), peer, request)
        });
        let connection = server.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                debug!(error, "A connection ended early");
            }
            drop(place);
        });
    }
    // New connections are refused at once; the others have time to finish.
    drop(listener);
    if tokio::time::timeout(FAREWELL, graceful.shutdown()).await.is_err() {
        warn!("Some connections were cut off");
    }
}

fn server() -> Builder<TokioExecutor> {
    // Not HTTP/2: finding out the version has no timeout, and the proxy in front speaks it with browsers.
    let mut server = Builder::new(TokioExecutor::new()).http1_only();
    server.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT).max_buf_size(64 * 1024);
    server
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
    request: hyper::Request<Incoming>,
) -> Result<axum::response::Response, Infallible> {
    let mut request: Request = request.map(axum::body::Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    router.oneshot(request).await
}
