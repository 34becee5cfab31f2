//! What waits for a peer: signed when it leaves, sent without a question, and cut short when its sender goes.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::BTreeSet;
use std::time::Duration;

use axum::response::{Html, IntoResponse, Response};
use domain::account::{Account, Role};
use domain::actor::Actor;
use domain::clock::SteppedClock;
use domain::language::Language;
use federation::activities::create;
use federation::signatures::date;
use federation::{members, rotation};
use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::{Value, json};
use storage::{accounts, deliveries, follows, lanes, testing};
use support::peer::{Asked, Peer};
use support::{TestQuarter, clock, note, until};

/// A quarter and a server whose Alice follows it, on each database.
async fn followed_on_each(clock: &SteppedClock) -> Vec<(TestQuarter, Peer)> {
    let mut scenes = Vec::new();
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", clock, database).await;
        let peer = Peer::new("fern", clock).await;
        follow(&quarter, &peer, 1, quarter.instance.quarter()).await;
        scenes.push((quarter, peer));
    }
    scenes
}

/// Alice follows `whom`, and is told that she may.
async fn follow(quarter: &TestQuarter, peer: &Peer, number: u32, whom: &Actor) {
    let follow = peer.activity(number, "Follow", json!(whom.url));
    assert_eq!(peer.send(quarter, &follow).await.status, 202);
    until("the follow is accepted", async || posts(&peer.take_asked()).any(|asked| is(asked, "Accept"))).await;
    until("nothing waits", async || lane(quarter).await.waiting == 0).await;
}

fn posts(asked: &[Asked]) -> impl Iterator<Item = &Asked> {
    asked.iter().filter(|asked| asked.method == Method::POST)
}

fn json(asked: &Asked) -> Value {
    serde_json::from_slice(&asked.body).expect("JSON")
}

fn is(asked: &Asked, kind: &str) -> bool {
    json(asked)["type"] == kind
}

async fn lane(quarter: &TestQuarter) -> lanes::Status {
    lanes::status(&mut quarter.read().await).await.expect("lanes").remove(0)
}

async fn publish(quarter: &TestQuarter, author: &Actor) {
    create::post(&quarter.instance, author, note("Guten Morgen")).await.expect("a post");
}

/// Every delivery is answered with `status`.
fn answers(peer: &Peer, status: StatusCode) {
    peer.judges(move |asked| (asked.method == Method::POST).then(|| status.into_response()));
}

/// Days in which whatever is due is tried.
async fn days_pass(quarter: &TestQuarter, clock: &SteppedClock, days: u32) {
    for _ in 0..4 * days {
        let rests = async || lane(quarter).await.due_at.is_none_or(|at| at > quarter.instance.clock().now());
        until("the lane rests", rests).await;
        clock.step(SignedDuration::from_hours(6));
    }
}

#[tokio::test]
async fn p_19_nothing_is_asked_for_when_something_is_sent() {
    for (quarter, peer) in followed_on_each(&clock()).await {
        peer.judges(|asked| (asked.method == Method::GET).then(|| StatusCode::SERVICE_UNAVAILABLE.into_response()));
        publish(&quarter, quarter.instance.quarter()).await;
        until("nothing waits", async || lane(&quarter).await.waiting == 0).await;
        let methods: Vec<Method> = peer.take_asked().into_iter().map(|asked| asked.method).collect();
        assert_eq!(methods, [Method::POST]);
    }
}

#[tokio::test]
async fn p_20_what_waited_for_three_days_is_signed_when_it_leaves() {
    let clock = clock();
    let (quarter, peer) = followed_on_each(&clock).await.remove(0);
    answers(&peer, StatusCode::BAD_GATEWAY);
    publish(&quarter, quarter.instance.quarter()).await;
    until("it has failed", async || lane(&quarter).await.failures == 1).await;
    let first = peer.take_asked().remove(0);
    days_pass(&quarter, &clock, 3).await;
    let rests = async || lane(&quarter).await.due_at.is_some_and(|at| at > quarter.instance.clock().now());
    until("the lane rests", rests).await;
    peer.take_asked();
    peer.judges(|_| None);
    clock.step(SignedDuration::from_hours(6));
    until("nothing waits", async || lane(&quarter).await.waiting == 0).await;
    let last = peer.take_asked().remove(0);
    let now = quarter.instance.clock().now();
    let signed_at = date::parse(&last.header("date")).expect("a date");
    assert!(now.duration_since(signed_at).abs() <= SignedDuration::from_secs(5), "{signed_at} and not {now}");
    assert_eq!(first.body, last.body, "the same activity");
    assert_ne!(first.header("signature"), last.header("signature"));
}

/// Mira's account and public profile.
async fn member(quarter: &TestQuarter) -> (Account, Actor) {
    let mut account = Account {
        id: uuid::Uuid::now_v7(),
        email: "mira@example.org".parse().expect("an address"),
        name: "Mira".to_owned(),
        role: Role::Member,
        language: Language::DE,
        actor: None,
        created_at: quarter.instance.clock().now(),
        suspended_at: None,
    };
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    accounts::insert(&mut tx, &account).await.expect("an insert");
    tx.commit().await.expect("a commit");
    let profile = members::show(&quarter.instance, &account, &"mira".parse().expect("a handle")).await;
    let profile = profile.expect("a profile");
    account.actor = Some(profile.id);
    (account, profile)
}

/// The types of what a peer was sent in Mira's name.
fn of_mira(asked: &[Asked], mira: &Actor) -> Vec<String> {
    let said = posts(asked).map(json).filter(|json| json["actor"] == mira.url.as_str());
    said.map(|json| json["type"].as_str().unwrap_or_default().to_owned()).collect()
}

#[tokio::test]
async fn p_21_of_who_is_deleted_only_the_deletion_still_goes_out() {
    let clock = clock();
    for (quarter, peer) in followed_on_each(&clock).await {
        let (account, mira) = member(&quarter).await;
        follow(&quarter, &peer, 2, &mira).await;
        answers(&peer, StatusCode::BAD_GATEWAY);
        publish(&quarter, &mira).await;
        until("it has failed", async || lane(&quarter).await.failures >= 1).await;
        rotation::rotate(&quarter.instance, Some("mira")).await.expect("a key");
        members::remove(&quarter.instance, &account).await.expect("a removal");
        days_pass(&quarter, &clock, 3).await;
        let rests = async || lane(&quarter).await.due_at.is_some_and(|at| at > quarter.instance.clock().now());
        until("the lane rests", rests).await;
        peer.take_asked();
        peer.judges(|_| None);
        clock.step(SignedDuration::from_hours(6));
        until("nothing waits", async || lane(&quarter).await.waiting == 0).await;
        let asked = peer.take_asked();
        let kinds = of_mira(&asked, &mira);
        assert!(!kinds.is_empty() && kinds.iter().all(|kind| kind == "Delete"), "{kinds:?}");
        assert!(posts(&asked).any(|asked| json(asked)["object"] == mira.url.as_str()), "Mira is gone");
    }
}

#[tokio::test]
async fn p_21_the_deletion_comes_under_the_key_that_a_peer_knows() {
    let clock = clock();
    for (quarter, peer) in followed_on_each(&clock).await {
        let (account, mira) = member(&quarter).await;
        follow(&quarter, &peer, 2, &mira).await;
        let known = mira.key.as_ref().expect("a key").id.to_string();
        // It was away when the key changed, and cannot ask for the new one any more.
        let (key_id, url) = (format!("keyId=\"{known}\""), mira.url.to_string());
        peer.judges(move |asked| {
            let is_miras = asked.method == Method::POST && json(asked)["actor"] == url;
            let is_known = asked.header("signature").contains(&key_id);
            (is_miras && !is_known).then(|| StatusCode::UNAUTHORIZED.into_response())
        });
        rotation::rotate(&quarter.instance, Some("mira")).await.expect("a key");
        members::remove(&quarter.instance, &account).await.expect("a removal");
        let is_deletion = |asked: &Asked| json(asked)["object"] == mira.url.as_str() && is(asked, "Delete");
        let mut keys = BTreeSet::new();
        for _ in 0..4 {
            let rests = async || lane(&quarter).await.due_at.is_none_or(|at| at > quarter.instance.clock().now());
            until("the lane rests", rests).await;
            keys.extend(posts(&peer.take_asked()).filter(|asked| is_deletion(asked)).map(|asked| {
                let signature = asked.header("signature");
                let from = signature.split("keyId=\"").nth(1).unwrap_or_default();
                from.split('"').next().unwrap_or_default().to_owned()
            }));
            clock.step(SignedDuration::from_mins(2));
        }
        assert!(keys.contains(&known), "{keys:?}");
        let taken = deliveries::of_object(&mut quarter.read().await, &mira.url, 9).await.expect("records");
        assert!(taken.iter().any(|one| one.kind == "Delete" && one.state == "delivered"), "{taken:?}");
    }
}

/// A parking page for every request.
fn parks(peer: &Peer) {
    peer.judges(|_| -> Option<Response> { Some(Html("<h1>This domain is for sale</h1>").into_response()) });
}

async fn followers(quarter: &TestQuarter) -> usize {
    let us = quarter.instance.quarter().id;
    follows::followers(&mut quarter.read().await, us, 9).await.expect("actors").len()
}

/// How often Alice was looked for since the last time.
fn looks(peer: &Peer) -> usize {
    peer.take_asked().iter().filter(|asked| asked.method == Method::GET && asked.path == "/alice").count()
}

/// Publishes until the peer was asked for Alice, or she follows no more. Once is enough, unless the answer to the last
/// question was read after the clock was stepped: then it is remembered for some minutes more.
async fn publish_until_looked_for(quarter: &TestQuarter, peer: &Peer, clock: &SteppedClock) {
    for _ in 0..5 {
        publish(quarter, quarter.instance.quarter()).await;
        until("it counts as taken", async || lane(quarter).await.waiting == 0).await;
        let looked = until("somebody is looked for", async || looks(peer) > 0 || followers(quarter).await == 0);
        if tokio::time::timeout(Duration::from_secs(3), looked).await.is_ok() {
            return;
        }
        clock.step(SignedDuration::from_hours(1));
    }
    panic!("nobody was looked for");
}

#[tokio::test]
async fn p_15_who_shows_only_web_pages_for_a_week_follows_no_more() {
    let clock = clock();
    for (quarter, peer) in followed_on_each(&clock).await {
        parks(&peer);
        for day in 0..9 {
            clock.step(SignedDuration::from_hours(24));
            if followers(&quarter).await == 0 {
                assert!(day >= 7, "that was too soon: {day}");
                break;
            }
            publish_until_looked_for(&quarter, &peer, &clock).await;
            assert_eq!(lane(&quarter).await.failures, 0, "nobody is blamed");
        }
        until("nobody follows", async || followers(&quarter).await == 0).await;
    }
}

#[tokio::test]
async fn p_15_a_page_now_and_then_costs_nobody_a_follower() {
    let clock = clock();
    for (quarter, peer) in followed_on_each(&clock).await {
        for day in 0..20 {
            // A captive portal, or a bad day: every third answer is a page.
            if day % 3 == 0 {
                parks(&peer);
            } else {
                peer.judges(|_| None);
            }
            clock.step(SignedDuration::from_hours(24));
            if day % 3 == 0 {
                publish_until_looked_for(&quarter, &peer, &clock).await;
            } else {
                publish(&quarter, quarter.instance.quarter()).await;
                until("it counts as taken", async || lane(&quarter).await.waiting == 0).await;
            }
        }
        assert_eq!(followers(&quarter).await, 1);
    }
}

#[tokio::test]
async fn i_04_while_keys_cannot_be_fetched_peers_are_asked_to_come_again() {
    let clock = clock();
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", &clock, database).await;
        let door = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = door.local_addr().expect("an address");
        drop(door);
        // It can reach us, and we reach nobody.
        let peer = Peer::at("fern", &clock, address);
        let follow = peer.activity(1, "Follow", json!(quarter.instance.quarter().url));
        for _ in 0..3 {
            let answer = peer.send(&quarter, &follow).await;
            assert_eq!((answer.status, answer.retry_after.as_deref()), (503, Some("60")));
        }
        assert_eq!(followers(&quarter).await, 0);
        peer.listen(tokio::net::TcpListener::bind(address).await.expect("the same port"));
        clock.step(SignedDuration::from_mins(1));
        assert_eq!(peer.send(&quarter, &follow).await.status, 202);
        assert_eq!(followers(&quarter).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t_02_what_was_under_way_when_the_machine_fell_asleep_arrives_and_nobody_is_blamed() {
    let clock = clock();
    for (quarter, peer) in followed_on_each(&clock).await {
        let (asleep, woken) = std::sync::mpsc::channel::<()>();
        // The answer to the first comes after eight hours, as far as any clock can tell.
        peer.judges(move |asked| {
            if asked.method == Method::POST {
                // Nobody is left to wait for the next ones.
                let _ = tokio::task::block_in_place(|| woken.recv());
            }
            None
        });
        publish(&quarter, quarter.instance.quarter()).await;
        publish(&quarter, quarter.instance.quarter()).await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        clock.step(SignedDuration::from_hours(8));
        drop(asleep);
        until("nothing waits", async || lane(&quarter).await.waiting == 0).await;
        let ids: Vec<Value> = posts(&peer.take_asked()).map(|asked| json(asked)["id"].clone()).collect();
        let different: BTreeSet<String> = ids.iter().map(ToString::to_string).collect();
        assert_eq!(different.len(), 2, "{ids:?}");
        assert!(ids.len() <= 4, "at most once more each: {ids:?}");
        assert_eq!(lane(&quarter).await.failures, 0);
    }
}
