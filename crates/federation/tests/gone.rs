//! An inbox says 410: who is believed to be gone, and who is not.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod support;

use axum::response::{IntoResponse, Response};
use domain::clock::SteppedClock;
use federation::activities::create;
use http::{Method, StatusCode};
use jiff::SignedDuration;
use serde_json::json;
use storage::{deliveries, follows, lanes, testing};
use support::peer::{Asked, Peer};
use support::{TestQuarter, clock, note, until};

/// A quarter and a server whose `people` follow it by one shared inbox, on each database; long enough ago to doubt them.
async fn followed_on_each(clock: &SteppedClock, people: &[&str]) -> Vec<(TestQuarter, Peer)> {
    let mut scenes = Vec::new();
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", clock, database).await;
        let peer = Peer::new("anderswo", clock).await;
        for (number, name) in (1..).zip(people) {
            let mut actor = peer.actor(name);
            actor["endpoints"] = json!({ "sharedInbox": peer.id("/inbox") });
            peer.serve(&format!("/{name}"), actor);
            let mut follow = peer.activity(number, "Follow", json!(quarter.instance.quarter().url));
            follow["actor"] = json!(peer.id(&format!("/{name}")));
            let key = peer.url(&format!("/{name}#main-key"));
            assert_eq!(peer.send_as(&quarter, &key, &peer.key, &follow).await.status, 202);
        }
        until("all are told", async || {
            counts(&quarter).await == [("delivered".to_owned(), i64::try_from(people.len()).expect("few"))]
        })
        .await;
        scenes.push((quarter, peer));
    }
    clock.step(SignedDuration::from_mins(6));
    scenes
}

async fn counts(quarter: &TestQuarter) -> Vec<(String, i64)> {
    deliveries::count(&mut quarter.read().await).await.expect("counts")
}

/// The names of those who follow the quarter, in their order.
async fn followers(quarter: &TestQuarter) -> Vec<String> {
    let us = quarter.instance.quarter().id;
    let found = follows::followers(&mut quarter.read().await, us, 99).await.expect("actors");
    let mut names: Vec<String> = found.into_iter().map(|actor| actor.handle).collect();
    names.sort();
    names
}

async fn publish(quarter: &TestQuarter) {
    create::post(&quarter.instance, quarter.instance.quarter(), note("Guten Morgen")).await.expect("a post");
}

/// Every inbox says 410, and the documents at `paths` are answered as `status` says.
fn is_gone(peer: &Peer, paths: &'static [&'static str], status: StatusCode) {
    peer.judges(move |asked: &Asked| -> Option<Response> {
        let gone = asked.method == Method::POST;
        let answered = paths.contains(&asked.path.as_str());
        match (gone, answered) {
            (true, _) => Some(StatusCode::GONE.into_response()),
            (false, true) => Some(status.into_response()),
            (false, false) => None,
        }
    });
}

/// How often a path was asked for since the last time.
fn asked(peer: &Peer, path: &str) -> usize {
    peer.take_asked().iter().filter(|asked| asked.path == path && asked.method == Method::GET).count()
}

#[tokio::test]
async fn a_follower_whose_inbox_and_document_are_gone_follows_no_more_and_its_deliveries_go() {
    for (status, people) in [(StatusCode::GONE, &["berta"]), (StatusCode::NOT_FOUND, &["berta"])] {
        for (quarter, peer) in followed_on_each(&clock(), people).await {
            is_gone(&peer, &["/berta"], status);
            publish(&quarter).await;
            until("nobody follows", async || followers(&quarter).await.is_empty()).await;
            until("nothing is kept for it", async || counts(&quarter).await.is_empty()).await;
            let lane = lanes::status(&mut quarter.read().await).await.expect("lanes").remove(0);
            assert_eq!((lane.failures, lane.waiting), (0, 0), "its server is there");
        }
    }
}

#[tokio::test]
async fn a_follower_that_is_still_there_stays_and_only_that_delivery_is_set_aside() {
    let clock = clock();
    for (quarter, peer) in followed_on_each(&clock, &["berta"]).await {
        peer.take_asked();
        is_gone(&peer, &[], StatusCode::GONE);
        publish(&quarter).await;
        until("it is asked for", async || asked(&peer, "/berta") == 1).await;
        until("it is set aside", async || counts(&quarter).await.contains(&("failed".to_owned(), 1))).await;
        assert_eq!(followers(&quarter).await, ["berta"]);
        // It was there a moment ago: the next 410 makes nobody ask again.
        publish(&quarter).await;
        until("that too", async || counts(&quarter).await.contains(&("failed".to_owned(), 2))).await;
        peer.judges(|_| None);
        publish(&quarter).await;
        until("the next one arrives", async || counts(&quarter).await.contains(&("delivered".to_owned(), 2))).await;
        assert_eq!(asked(&peer, "/berta"), 0);
        let lane = lanes::status(&mut quarter.read().await).await.expect("lanes").remove(0);
        assert_eq!(lane.failures, 0);
    }
}

#[tokio::test]
async fn behind_a_shared_inbox_that_is_gone_each_one_is_asked_for() {
    for (quarter, peer) in followed_on_each(&clock(), &["anna", "berta", "carla"]).await {
        peer.serve("/anna", json!({ "type": "Tombstone", "formerType": "Person" }));
        is_gone(&peer, &["/berta"], StatusCode::GONE);
        publish(&quarter).await;
        until("two are gone", async || followers(&quarter).await == ["carla"]).await;
        until("the shared inbox is kept", async || counts(&quarter).await.contains(&("failed".to_owned(), 1))).await;
        // What was for Anna and Berta alone is gone with them: only Carla's Accept is left.
        assert!(counts(&quarter).await.contains(&("delivered".to_owned(), 1)));
    }
}

#[tokio::test]
async fn who_cannot_be_asked_for_is_not_gone() {
    for (quarter, peer) in followed_on_each(&clock(), &["anna", "berta"]).await {
        peer.take_asked();
        is_gone(&peer, &["/anna", "/berta"], StatusCode::BAD_GATEWAY);
        publish(&quarter).await;
        until("it is asked for", async || asked(&peer, "/berta") > 0).await;
        until("it is set aside", async || counts(&quarter).await.contains(&("failed".to_owned(), 1))).await;
        assert_eq!(followers(&quarter).await, ["anna", "berta"]);
    }
}
