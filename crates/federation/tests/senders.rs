//! Who sent it: how often we look, what we believe, and what a stranger can make us do.

mod support;

use axum::response::IntoResponse;
use federation::signatures::keys::SigningKey;
use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::json;
use support::peer::Peer;
use support::{TestQuarter, clock};

#[tokio::test]
async fn ten_first_activities_of_one_actor_ask_for_it_once() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, storage::testing::sqlite()).await;
    let peer = Peer::new("fern", &clock).await;
    let likes = (0..10).map(|number| peer.activity(number, "Like", json!(north.instance.quarter().url)));
    let likes: Vec<_> = likes.collect();
    let answers = join_all(likes.iter().map(|like| peer.send(&north, like))).await;
    assert!(answers.iter().all(|answer| answer.status == 202), "{answers:?}");
    assert_eq!(peer.take_asked().len(), 1);
}

#[tokio::test]
async fn sig_18_a_new_key_is_looked_up_once_in_five_minutes_and_the_old_one_is_over() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, storage::testing::sqlite()).await;
    let mut peer = Peer::new("fern", &clock).await;
    let like = |peer: &Peer, number| peer.activity(number, "Like", json!(north.instance.quarter().url));
    assert_eq!(peer.send(&north, &like(&peer, 1)).await.status, 202);
    peer.take_asked();

    let old = std::mem::replace(&mut peer.key, SigningKey::generate().expect("a key"));
    peer.serve("/alice", peer.actor("alice"));
    assert_eq!(peer.send(&north, &like(&peer, 2)).await.status, 401, "we have just looked");
    assert!(peer.take_asked().is_empty());
    clock.step(SignedDuration::from_mins(5));
    assert_eq!(peer.send(&north, &like(&peer, 3)).await.status, 202);
    assert_eq!(peer.take_asked().len(), 1);
    let old_key = peer.url("/alice#main-key");
    for number in 4..24 {
        assert_eq!(peer.send_as(&north, &old_key, &old, &like(&peer, number)).await.status, 401);
    }
    clock.step(SignedDuration::from_mins(6));
    let likes: Vec<_> = (30..50).map(|number| like(&peer, number)).collect();
    let answers = join_all(likes.iter().map(|like| peer.send_as(&north, &old_key, &old, like))).await;
    assert!(answers.iter().all(|answer| answer.status == 401), "{answers:?}");
    assert_eq!(peer.take_asked().len(), 1, "twenty bad signatures at once");
}

#[tokio::test]
async fn what_is_no_actor_is_not_looked_at_again_and_again() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, storage::testing::sqlite()).await;
    let peer = Peer::new("fern", &clock).await;
    peer.serve("/alice", json!({"type": "Note"}));
    for number in 0..5 {
        let like = peer.activity(number, "Like", json!(north.instance.quarter().url));
        assert_eq!(peer.send(&north, &like).await.status, 401);
    }
    assert_eq!(peer.take_asked().len(), 1);
}

#[tokio::test]
async fn dos_10_the_deletion_of_a_stranger_asks_nobody() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, storage::testing::sqlite()).await;
    let peer = Peer::new("fern", &clock).await;
    peer.judges(|_| Some(http::StatusCode::GONE.into_response()));
    for number in 0..50 {
        let gone = peer.activity(number, "Delete", json!(peer.id("/alice")));
        assert_eq!(peer.send(&north, &gone).await.status, 202);
    }
    assert!(peer.take_asked().is_empty());
}
