//! Which signatures go where: the first guess, the second knock, and what is remembered of each.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use axum::response::{IntoResponse, Response};
use domain::clock::SteppedClock;
use domain::signing::{Evidence, Habit, Scheme};
use federation::activities::create;
use federation::remote;
use federation::signatures::keys::Ed25519Key;
use federation::signatures::rfc9421;
use http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;
use storage::{deliveries, follows, hosts, lanes};
use support::peer::{Asked, Peer};
use support::{TestQuarter, clock, neighbours_on_each, note, until};

async fn quarter(clock: &SteppedClock) -> TestQuarter {
    TestQuarter::new("nord", clock, storage::testing::sqlite()).await
}

/// A peer whose `/alice` follows the quarter.
async fn follower(north: &TestQuarter, clock: &SteppedClock) -> Peer {
    let peer = Peer::new("fern", clock).await;
    follow(north, &peer).await;
    peer.take_asked();
    peer
}

async fn follow(north: &TestQuarter, peer: &Peer) {
    let alice = remote::fetch(&north.instance, &peer.url("/alice")).await.expect("an actor");
    let now = north.instance.clock().now();
    let follow = follows::Follow {
        follower: alice.id,
        followed: north.instance.quarter().id,
        activity: peer.url("/follow"),
        requested_at: now,
        accepted_at: Some(now),
    };
    let mut tx = north.instance.store().write().await.expect("a transaction");
    follows::insert(&mut tx, &follow).await.expect("an insert");
    tx.commit().await.expect("a commit");
}

/// Publishes a note and waits until nothing is on its way any more.
async fn publish(north: &TestQuarter) -> url::Url {
    let post = create::post(&north.instance, north.instance.quarter(), note("Hallo")).await.expect("a post");
    until("all is settled", async || {
        let records = deliveries::of_object(&mut north.read().await, &post.url, 9).await.expect("records");
        let lanes = lanes::status(&mut north.read().await).await.expect("lanes");
        !records.is_empty()
            && records.iter().all(|one| one.state != "waiting")
            && lanes.iter().all(|lane| lane.due_at.is_none())
    })
    .await;
    post.url
}

async fn state(north: &TestQuarter, object: &url::Url) -> String {
    let records = deliveries::of_object(&mut north.read().await, object, 9).await.expect("records");
    records.first().expect("a record").state.clone()
}

async fn habit(north: &TestQuarter, peer: &Peer) -> Option<Habit> {
    let host = peer.base.strip_prefix("http://").expect("a host");
    hosts::habit(&mut north.read().await, host).await.expect("a query")
}

async fn remember(north: &TestQuarter, peer: &Peer, habit: &Habit) {
    let host = peer.base.strip_prefix("http://").expect("a host");
    let mut tx = north.instance.store().write().await.expect("a transaction");
    hosts::remember(&mut tx, host, habit).await.expect("an insert");
    tx.commit().await.expect("a commit");
}

fn speaks_rfc9421(clock: &SteppedClock, ed25519: bool) -> Habit {
    Habit::told(None, Evidence::Seen, ed25519, clock.clock().now()).expect("news")
}

/// Refuses every POST in another scheme than `scheme`.
fn only(scheme: &'static str, status: StatusCode) -> impl Fn(&Asked) -> Option<Response> + Send + 'static {
    move |asked| (asked.method == http::Method::POST && asked.scheme() != scheme).then(|| status.into_response())
}

#[tokio::test]
async fn a_stranger_gets_draft_cavage_and_nothing_is_remembered_for_its_202() {
    let clock = clock();
    let north = quarter(&clock).await;
    let peer = follower(&north, &clock).await;
    publish(&north).await;
    publish(&north).await;
    let asked = peer.take_asked();
    assert_eq!(asked.iter().map(Asked::scheme).collect::<Vec<_>>(), ["cavage", "cavage"]);
    assert!(asked[0].header("digest").starts_with("SHA-256="));
    assert_eq!(asked[0].header("content-digest"), "");
    assert_eq!(habit(&north, &peer).await, None);
}

#[tokio::test]
async fn a_host_that_takes_only_rfc_9421_gets_it_with_the_second_knock_and_then_with_the_first() {
    let clock = clock();
    let north = quarter(&clock).await;
    let peer = follower(&north, &clock).await;
    peer.judges(only("rfc9421", StatusCode::UNAUTHORIZED));
    let first = publish(&north).await;
    assert_eq!(state(&north, &first).await, "delivered");
    let asked = peer.take_asked();
    assert_eq!(asked.iter().map(Asked::scheme).collect::<Vec<_>>(), ["cavage", "rfc9421"]);
    assert!(asked[1].header("content-digest").starts_with("sha-256=:"));
    assert_eq!(asked[1].header("digest"), "");
    assert!(asked[1].header("signature-input").contains(r#"("@method" "@target-uri" "content-digest")"#));
    assert_eq!(asked[0].body, asked[1].body);
    assert_eq!(habit(&north, &peer).await.expect("a memory").evidence, Evidence::Accepted);
    publish(&north).await;
    assert_eq!(peer.take_schemes(), ["rfc9421"]);
    clock.step(SignedDuration::from_hours(25));
    publish(&north).await;
    assert_eq!(peer.take_schemes(), ["cavage", "rfc9421"], "a bare success is checked again");
}

#[tokio::test]
async fn a_wrong_guess_heals_whatever_the_host_answers_to_it() {
    for status in [400, 401, 403, 500] {
        let clock = clock();
        let north = quarter(&clock).await;
        let peer = follower(&north, &clock).await;
        remember(&north, &peer, &speaks_rfc9421(&clock, true)).await;
        peer.judges(only("cavage", StatusCode::from_u16(status).expect("a status")));
        let first = publish(&north).await;
        assert_eq!(state(&north, &first).await, "delivered", "{status}");
        assert_eq!(peer.take_schemes(), ["rfc9421", "cavage"], "{status}");
        let healed = habit(&north, &peer).await.expect("a memory");
        assert_eq!((healed.scheme, healed.evidence), (Scheme::Cavage, Evidence::Accepted));
        publish(&north).await;
        assert_eq!(peer.take_schemes(), ["cavage"], "{status}");
    }
}

#[tokio::test]
async fn a_host_that_says_202_and_drops_it_never_gets_rfc_9421_for_that() {
    let clock = clock();
    let north = quarter(&clock).await;
    let peer = follower(&north, &clock).await;
    for _ in 0..3 {
        publish(&north).await;
    }
    assert_eq!(peer.take_schemes(), ["cavage"; 3]);
    let like = peer.activity(1, "Like", json!(north.instance.quarter().url));
    assert_eq!(peer.send(&north, &like).await.status, 202);
    publish(&north).await;
    assert_eq!(peer.take_schemes(), ["cavage"], "it signs by draft-cavage itself");
}

#[tokio::test]
async fn a_host_that_signs_by_rfc_9421_gets_the_same_and_by_ed25519_if_it_does_so() {
    let clock = clock();
    let north = quarter(&clock).await;
    let peer = follower(&north, &clock).await;
    let like = |number| peer.activity(number, "Like", json!(north.instance.quarter().url));
    assert_eq!(peer.send_message(&north, &peer.url("/alice#main-key"), &peer.key, &like(1)).await.status, 202);
    assert_eq!(habit(&north, &peer).await, Some(speaks_rfc9421(&clock, false)));
    publish(&north).await;
    let asked = peer.take_asked();
    assert!(asked[0].header("signature-input").contains(r#"alg="rsa-v1_5-sha256""#));

    let key = Ed25519Key::generate().expect("a key");
    let key_id = peer.url("/alice#ed25519-key");
    let mut alice = peer.actor("alice");
    alice["assertionMethod"] = json!([{
        "id": key_id, "type": "Multikey", "controller": peer.id("/alice"), "publicKeyMultibase": key.public_multibase(),
    }]);
    peer.serve("/alice", alice);
    clock.step(SignedDuration::from_mins(6));
    assert_eq!(peer.send_message(&north, &key_id, &key, &like(2)).await.status, 202);
    publish(&north).await;
    let asked = peer.take_asked();
    let post = asked.iter().find(|asked| asked.method == http::Method::POST).expect("a delivery");
    assert!(post.header("signature-input").contains(r#"alg="ed25519""#), "{post:?}");
    assert!(post.header("signature-input").contains("#ed25519-key"));
}

#[tokio::test]
async fn what_a_host_advertises_is_believed_from_its_actor_and_from_its_answers() {
    let clock = clock();
    let north = quarter(&clock).await;
    let peer = Peer::new("fern", &clock).await;
    let mut alice = peer.actor("alice");
    alice["generator"] = json!({ "type": "Application", "implements": [
        { "href": "https://datatracker.ietf.org/doc/html/rfc9421" }
    ] });
    peer.serve("/alice", alice);
    follow(&north, &peer).await;
    assert_eq!(habit(&north, &peer).await.map(|habit| habit.evidence), Some(Evidence::Advertised));
    peer.take_asked();
    publish(&north).await;
    assert_eq!(peer.take_schemes(), ["rfc9421"]);

    let other = follower(&north, &clock).await;
    other.judges(|asked| {
        let answer = (StatusCode::UNAUTHORIZED, [("accept-signature", r#"sig1=("@method");created"#)]);
        (asked.method == http::Method::POST && asked.scheme() == "cavage").then(|| answer.into_response())
    });
    publish(&north).await;
    assert_eq!(other.take_schemes(), ["cavage", "rfc9421"]);
    assert_eq!(habit(&north, &other).await.map(|habit| habit.evidence), Some(Evidence::Advertised));
}

#[tokio::test]
async fn a_host_that_refuses_both_is_knocked_at_twice_and_nothing_is_learnt() {
    let clock = clock();
    let north = quarter(&clock).await;
    let peer = follower(&north, &clock).await;
    peer.judges(|asked| (asked.method == http::Method::POST).then(|| StatusCode::UNAUTHORIZED.into_response()));
    let post = create::post(&north.instance, north.instance.quarter(), note("Hallo")).await.expect("a post");
    for round in 1..=3 {
        until("it was tried", async || {
            let all = deliveries::of_object(&mut north.read().await, &post.url, 9).await.expect("records");
            all[0].attempts == round
        })
        .await;
        clock.step(SignedDuration::from_mins(1));
    }
    until("it is given up", async || state(&north, &post.url).await == "failed").await;
    assert_eq!(peer.take_schemes(), ["cavage", "rfc9421"].repeat(3));
    assert_eq!(habit(&north, &peer).await, None);
}

#[tokio::test]
async fn questions_follow_the_same_memory() {
    let clock = clock();
    let north = quarter(&clock).await;
    let peer = Peer::new("fern", &clock).await;
    peer.judges(|asked| (asked.scheme() != "rfc9421").then(|| StatusCode::UNAUTHORIZED.into_response()));
    remote::fetch(&north.instance, &peer.url("/alice")).await.expect("an actor");
    let schemes = |peer: &Peer| peer.take_asked().iter().map(Asked::scheme).collect::<Vec<_>>();
    assert_eq!(schemes(&peer), ["cavage", "rfc9421"]);
    clock.step(SignedDuration::from_secs(1));
    remote::fetch(&north.instance, &peer.url("/alice")).await.expect("an actor");
    assert_eq!(schemes(&peer), ["rfc9421"]);
    clock.step(SignedDuration::from_secs(1));
    peer.judges(|asked| (asked.scheme() != "cavage").then(|| StatusCode::INTERNAL_SERVER_ERROR.into_response()));
    remote::fetch(&north.instance, &peer.url("/alice")).await.expect("an actor");
    assert_eq!(schemes(&peer), ["rfc9421", "cavage"]);
    assert_eq!(habit(&north, &peer).await.map(|habit| habit.scheme), Some(Scheme::Cavage));
}

#[tokio::test]
async fn two_quarters_speak_rfc_9421_with_ed25519_from_the_first_word() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        for (one, other) in [(&north, &south), (&south, &north)] {
            let host = other.instance.host().as_str();
            let habit = hosts::habit(&mut one.read().await, host).await.expect("a query").expect("a memory");
            assert_eq!((habit.scheme, habit.ed25519), (Scheme::Rfc9421, true));
        }
        let post = create::post(&north.instance, north.instance.quarter(), note("Hallo")).await.expect("a post");
        until("it is there", async || {
            storage::posts::by_url(&mut south.read().await, &post.url).await.expect("a query").is_some()
        })
        .await;
    }
}

#[tokio::test]
async fn a_clock_that_is_off_is_told_and_remembered() {
    let clock = clock();
    let north = quarter(&clock).await;
    let peer = Peer::new("fern", &clock).await;
    let like = peer.activity(1, "Like", json!(north.instance.quarter().url));
    let inbox = north.instance.url("/inbox");
    let body = like.to_string().into_bytes();
    let late = clock.clock().now() - SignedDuration::from_mins(133);
    let headers = rfc9421::sign_post(&peer.key, &peer.url("/alice#main-key"), &inbox, &body, late);
    assert_eq!(peer.post(&inbox, headers, body).await.status, 401);
    let skews = north.instance.skews();
    assert_eq!(skews.len(), 1);
    assert_eq!(skews[0].1.ahead, SignedDuration::from_mins(-133));
    assert!(peer.take_asked().is_empty());
}
