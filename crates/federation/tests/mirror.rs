//! A neighbour says what it sees of us, and says it to neighbours only.

mod support;

use federation::signatures::cavage::sign_get;
use federation::{Error, mirror};
use http::{HeaderMap, StatusCode};
use support::peer::Peer;
use support::{clock, neighbours_on_each};

#[tokio::test]
async fn neighbours_see_each_other_and_tell_their_time() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let sight = mirror::ask(&north.instance, south.instance.quarter()).await.expect("an answer");
        assert_eq!((sight.problem, sight.version.as_str()), (None, "0.0.0"));
        assert_eq!(sight.time, clock.clock().now());
    }
}

#[tokio::test]
async fn strangers_are_told_nothing_and_nobody_is_looked_at_for_them() {
    let clock = clock();
    for (north, _south) in neighbours_on_each(&clock).await {
        let stranger = Peer::new("fremd", &clock).await;
        let url = north.instance.url("/actor/mirror");
        assert_eq!(stranger.get(&url, HeaderMap::new()).await.0, StatusCode::UNAUTHORIZED);
        assert!(stranger.take_asked().is_empty());
        let signed = sign_get(&stranger.key, &stranger.url("/alice#main-key"), &url, clock.clock().now());
        assert_eq!(stranger.get(&url, signed).await.0, StatusCode::FORBIDDEN);
        assert_eq!(stranger.take_asked().len(), 1, "its key was read, and that is all");
    }
}

#[tokio::test]
async fn a_server_of_another_kind_does_not_know_the_question() {
    let clock = clock();
    for (north, _south) in neighbours_on_each(&clock).await {
        let peer = Peer::new("anderswo", &clock).await;
        let actor = federation::remote::known_or_fetched(&north.instance, &peer.url("/alice")).await.expect("an actor");
        let answer = mirror::ask(&north.instance, &actor).await;
        assert!(matches!(answer, Err(Error::Fetch(federation::fetch::FetchError::NotFound))), "{answer:?}");
    }
}
