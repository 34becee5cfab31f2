//! Bad roads to the peers: slow, narrow, broken now and then, or losing whatever is large.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use federation::activities::create;
use http::Method;
use serde_json::Value;
use storage::lanes;
use support::peer::Peer;
use support::{TestQuarter, clock, follow_from, note, until, until_tried};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// What a road does to what goes over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Road {
    /// A second each way.
    Far,
    /// Eight thousand bytes a second.
    Narrow,
    /// Every third connection is reset in the middle, and every fourth is not let in.
    Broken,
    /// Of every connection only the first bytes arrive, as where large packets are lost; until it is mended.
    Hole,
}

const ROADS: [Road; 4] = [Road::Far, Road::Narrow, Road::Broken, Road::Hole];
const POSTS: usize = 5;

/// One way of a connection.
async fn carry(road: Road, mut from: OwnedReadHalf, mut to: OwnedWriteHalf, is_mended: bool) {
    let (queue, mut queued) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    let writing = tokio::spawn(async move {
        while let Some((at, bytes)) = queued.recv().await {
            tokio::time::sleep_until(at).await;
            if to.write_all(&bytes).await.is_err() {
                return;
            }
        }
        // The other side has gone, perhaps.
        let _ = to.shutdown().await;
    });
    let (mut bytes, mut passed) = ([0; 1024], 0);
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        let mut at = Instant::now();
        match road {
            Road::Far => at += Duration::from_secs(1),
            Road::Narrow => tokio::time::sleep(Duration::from_millis(u64::try_from(count / 8).unwrap_or(0))).await,
            Road::Hole if passed > 0 && !is_mended => continue,
            Road::Broken | Road::Hole => {}
        }
        passed += count;
        if queue.send((at, bytes[..count].to_vec())).is_err() {
            break;
        }
    }
    drop(queue);
    // Ends by itself.
    let _ = writing.await;
}

/// Leads from the answer to `far`.
async fn lead(road: Road, far: SocketAddr, is_mended: Arc<AtomicBool>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let near = listener.local_addr().expect("an address");
    let count = AtomicUsize::new(0);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let number = count.fetch_add(1, Ordering::SeqCst);
            if road == Road::Broken && number % 4 == 3 {
                continue;
            }
            if road == Road::Broken && number.is_multiple_of(3) {
                // What was not read when it is closed makes it a reset.
                let _ = stream.peek(&mut [0; 16]).await;
                continue;
            }
            let is_mended = is_mended.load(Ordering::SeqCst);
            let Ok(other) = TcpStream::connect(far).await else { continue };
            let ((in_near, out_near), (in_far, out_far)) = (stream.into_split(), other.into_split());
            tokio::spawn(carry(road, in_near, out_far, is_mended));
            tokio::spawn(carry(road, in_far, out_near, is_mended));
        }
    });
    near
}

/// The different activities that a peer was sent.
fn activities(peer: &Peer, seen: &mut BTreeSet<String>) -> usize {
    let posts = peer.take_asked().into_iter().filter(|asked| asked.method == Method::POST);
    seen.extend(posts.map(|asked| {
        let json: Value = serde_json::from_slice(&asked.body).expect("JSON");
        json["id"].as_str().expect("an id").to_owned()
    }));
    seen.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn n_01_over_bad_roads_everything_arrives_and_the_good_ones_do_not_wait() {
    let clock = clock();
    let quarter = TestQuarter::new("nord", &clock, storage::testing::sqlite()).await;
    let is_mended = Arc::new(AtomicBool::new(false));
    let mut peers = Vec::new();
    for (number, road) in ROADS.into_iter().enumerate() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let near = lead(road, listener.local_addr().expect("an address"), Arc::clone(&is_mended)).await;
        let peer = Peer::at(&format!("fern{number}"), &clock, near);
        peer.listen(listener);
        follow_from(&quarter, &peer.base).await;
        peers.push((peer, BTreeSet::new()));
    }
    let good = Peer::new("nah", &clock).await;
    follow_from(&quarter, &good.base).await;
    for number in 0..POSTS {
        let post = note(&format!("Guten Morgen {number}. {}", "Es ist noch viel zu sagen. ".repeat(40)));
        create::post(&quarter.instance, quarter.instance.quarter(), post).await.expect("a post");
    }
    let mut seen = BTreeSet::new();
    let began = Instant::now();
    until("the good road has brought all", async || activities(&good, &mut seen) == POSTS).await;
    assert!(began.elapsed() < Duration::from_secs(5), "that took {:?}", began.elapsed());
    let hole = &peers[3].0.base;
    until("the hole has swallowed something", async || {
        let lanes = lanes::status(&mut quarter.read().await).await.expect("lanes");
        lanes.iter().any(|lane| {
            hole.ends_with(&lane.host)
                && lane.waiting == 5
                && lane.due_at.is_some_and(|at| at > quarter.instance.clock().now())
        })
    })
    .await;
    is_mended.store(true, Ordering::SeqCst);
    until_tried(&quarter, &clock, "all has arrived", || {
        peers.iter_mut().map(|(peer, seen)| activities(peer, seen)).min() == Some(POSTS)
    })
    .await;
}
