//! A server behind TLS, good or bad, that notes whatever comes through.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// How a server answers who wants to speak TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// With this certificate of `tests/certificates`.
    Certificate(&'static str),
    /// With a version of TLS that nobody should speak.
    Old,
    /// Not at all.
    Silent,
}

/// The server; every request that gets through is answered with 202.
#[derive(Clone)]
pub struct Door {
    pub port: u16,
    lock: Arc<Mutex<Lock>>,
    said: Arc<Mutex<Vec<String>>>,
    raw: Arc<Mutex<Vec<u8>>>,
    at: Arc<Mutex<Vec<SocketAddr>>>,
}

/// The bytes of a file of `tests/certificates`.
pub fn pem(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/certificates");
    std::fs::read(folder.join(format!("{name}.pem"))).expect("a certificate")
}

impl Door {
    /// A server at `address`, with the port 0 at any.
    pub async fn at(address: &str, lock: Lock) -> Self {
        let listener = TcpListener::bind(address).await.expect("a port");
        let door = Self {
            port: listener.local_addr().expect("an address").port(),
            lock: Arc::new(Mutex::new(lock)),
            said: Arc::default(),
            raw: Arc::default(),
            at: Arc::default(),
        };
        let own = door.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let door = own.clone();
                tokio::spawn(async move { door.open(stream).await });
            }
        });
        door
    }

    /// Gets another lock.
    pub fn change(&self, lock: Lock) {
        *self.lock.lock().expect("a lock") = lock;
    }

    /// Every request that came through, head and body.
    pub fn said(&self) -> Vec<String> {
        self.said.lock().expect("a lock").clone()
    }

    /// Every byte that came without TLS.
    pub fn raw(&self) -> Vec<u8> {
        self.raw.lock().expect("a lock").clone()
    }

    /// Which of our addresses were called.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.at.lock().expect("a lock").clone()
    }

    async fn open(&self, mut stream: TcpStream) {
        let lock = *self.lock.lock().expect("a lock");
        self.at.lock().expect("a lock").extend(stream.local_addr());
        match lock {
            Lock::Certificate(name) => {
                // Who does not like the certificate says no more.
                let Ok(mut stream) = acceptor(name).accept(stream).await else { return };
                self.take(&mut stream).await;
            }
            Lock::Old => {
                let mut hello = vec![0x16, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1];
                hello.extend([7; 32]);
                hello.extend([0, 0xc0, 0x14, 0]);
                // It may have gone already.
                let _ = stream.write_all(&hello).await;
                self.listen(&mut stream).await;
            }
            Lock::Silent => self.listen(&mut stream).await,
        }
    }

    /// Notes whatever comes, for a while.
    async fn listen(&self, stream: &mut TcpStream) {
        let mut bytes = [0; 4096];
        while let Ok(Ok(count @ 1..)) = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut bytes)).await {
            self.raw.lock().expect("a lock").extend(bytes.iter().take(count));
        }
    }

    /// Takes one request.
    async fn take(&self, stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
        let (mut got, mut bytes) = (String::new(), [0; 4096]);
        while !is_whole(&got) {
            let Ok(count @ 1..) = stream.read(&mut bytes).await else { return };
            got.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
        self.said.lock().expect("a lock").push(got);
        let answer = b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        // Who asked has gone, perhaps.
        let _ = stream.write_all(answer).await;
        let _ = stream.shutdown().await;
    }
}

fn is_whole(request: &str) -> bool {
    let Some((head, body)) = request.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

fn acceptor(name: &str) -> TlsAcceptor {
    let chain = CertificateDer::pem_slice_iter(&pem(name)).collect::<Result<Vec<_>, _>>().expect("certificates");
    let key = PrivateKeyDer::from_pem_slice(&pem("key")).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key);
    TlsAcceptor::from(Arc::new(config.expect("a configuration")))
}
