//! One address for several servers: as a load balancer does, every connection gets the next one that takes it.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::quarter::Quarter;

/// The doors of several nodes behind one address; it closes when this is dropped.
#[derive(Debug)]
pub struct Doors(JoinHandle<()>);

impl Doors {
    /// Opens the address of the quarter that the `nodes` are of, which none of them may hold itself.
    pub async fn of(nodes: &[&Quarter]) -> Result<Self> {
        let base = &nodes.first().context("no node")?.base;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, base.port().context("a port")?)).await?;
        let ports: Arc<[u16]> = nodes.iter().filter_map(|node| node.door().port()).collect();
        let next = Arc::new(AtomicUsize::new(0));
        Ok(Self(tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(pass_on(near, Arc::clone(&ports), next.fetch_add(1, Ordering::Relaxed)));
            }
        })))
    }
}

impl Drop for Doors {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Takes a connection to the first of the doors from `first` on that is open; to none if all are closed.
async fn pass_on(mut near: TcpStream, ports: Arc<[u16]>, first: usize) {
    for port in ports.iter().cycle().skip(first % ports.len().max(1)).take(ports.len()) {
        if let Ok(mut far) = TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).await {
            // However it ends, both have heard of it.
            let _ = copy_bidirectional(&mut near, &mut far).await;
            return;
        }
    }
}
