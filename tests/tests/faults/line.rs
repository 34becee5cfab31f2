//! The database is out of reach for a while: everything says so, nothing acknowledged is lost, and it mends itself.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use http::StatusCode;
use storage::testing;
use tests::client;
use tests::desk::{Desk, all_arrived};
use tests::quarter::Quarter;
use tests::sink::Sink;
use tests::wait;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

/// A line to another port that can be cut: then every connection ends, and no new one lasts.
struct Line {
    port: u16,
    holds: watch::Sender<bool>,
}

impl Line {
    async fn to(far: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (holds, watched) = watch::channel(true);
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut watched = watched.clone();
                tokio::spawn(async move {
                    if !*watched.borrow() {
                        return;
                    }
                    let Ok(mut far) = TcpStream::connect(far).await else { return };
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        _ = watched.wait_for(|holds| !holds) => {}
                    }
                });
            }
        });
        Ok(Self { port, holds })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn q_12_a_database_that_is_gone_for_a_while_is_said_and_found_again() -> Result<()> {
    let Some(database) = testing::postgres() else { return Ok(()) };
    let mut url: Url = database.url.parse()?;
    let port = url.port().context("a port")?;
    let line = Line::to(SocketAddr::from(([127, 0, 0, 1], port))).await?;
    url.set_port(Some(line.port)).map_err(|()| anyhow::anyhow!("no port"))?;
    let quarter = Quarter::start_with("nord", &[("QUARTIER_DATABASE_URL", url.as_str())]).await?;
    let sink = Sink::start("eins").await?;
    sink.follow(&quarter).await?;
    let desk = Desk::of(&quarter).await?.patient()?;
    desk.post("Nachricht-vorher-Ende").await?;
    line.holds.send_replace(false);
    let refused = desk.post("Nachricht-verloren-Ende").await.expect_err("nothing can be kept").to_string();
    ensure!(refused.contains("503"), "{refused}");
    for path in ["/events", "/health/ready"] {
        let (status, page) = client::page(&quarter.client, &quarter.url(path)?).await?;
        ensure!(status == StatusCode::SERVICE_UNAVAILABLE, "{path}: {status}: {page}");
    }
    let (status, _) = client::page(&quarter.client, &quarter.url("/health/live")?).await?;
    ensure!(status == StatusCode::OK, "it lives: {status}");
    tokio::time::sleep(Duration::from_secs(3)).await;
    line.holds.send_replace(true);
    let soon = Duration::from_secs(30);
    wait::until("writing to go on by itself", soon, async || Ok(desk.post("Nachricht-danach-Ende").await.ok())).await?;
    let wanted = ["vorher", "danach"].map(|word| format!("Nachricht-{word}-Ende"));
    all_arrived(std::slice::from_ref(&sink), &BTreeSet::from(wanted)).await?;
    ensure!(!quarter.whole_log().contains("panicked"), "{}", quarter.log());
    Ok(())
}
