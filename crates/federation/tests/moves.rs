//! Stories of actors that go on under another address: theirs, a neighbour's, and our own.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod support;

use domain::clock::SteppedClock;
use domain::html::Html;
use federation::activities::follow;
use federation::moves::{self, Home};
use federation::{initiatives, remote};
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};
use storage::{follows, moves as kept, testing};
use support::mallory::follow_at;
use support::peer::Peer;
use support::{TestQuarter, clock, neighbours_on_each, until};

/// A quarter on each database, with a server that is not ours, whose `/alice` it follows.
async fn followers_on_each(clock: &SteppedClock) -> Vec<(TestQuarter, Peer)> {
    let mut pairs = Vec::new();
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", clock, database).await;
        let peer = Peer::new("anderswo", clock).await;
        follow_at(&quarter, &peer.url("/alice")).await;
        pairs.push((quarter, peer));
    }
    pairs
}

/// Whom of these the quarter follows or asked to.
async fn followed(quarter: &TestQuarter, peer: &Peer) -> Vec<&'static str> {
    let mut found = Vec::new();
    for path in ["/alice", "/berta", "/carla"] {
        let mut tx = quarter.read().await;
        let Some(actor) = storage::actors::by_url(&mut tx, &peer.url(path)).await.expect("a query") else { continue };
        let us = quarter.instance.quarter().id;
        found.extend(follows::between(&mut tx, us, actor.id).await.expect("a query").map(|_| path));
    }
    found
}

/// Serves an actor that says it is known as these, too.
fn serve(peer: &Peer, name: &str, known_as: Value) {
    let mut actor = peer.actor(name);
    actor["alsoKnownAs"] = known_as;
    peer.serve(&format!("/{name}"), actor);
}

/// Sends the `Move` of one actor of the peer, signed by itself.
async fn moves(quarter: &TestQuarter, peer: &Peer, number: u32, (from, object, target): (&str, &str, &str)) {
    let mut activity = peer.activity(number, "Move", json!(object));
    (activity["actor"], activity["target"]) = (json!(peer.id(from)), json!(target));
    let answer = peer.send_as(quarter, &peer.url(&format!("{from}#main-key")), &peer.key, &activity).await;
    assert_eq!(answer.status, 202);
}

/// As [`moves`], of the actor itself.
async fn goes(quarter: &TestQuarter, peer: &Peer, number: u32, from: &str, to: &str) {
    moves(quarter, peer, number, (from, &peer.id(from), &peer.id(to))).await;
}

/// The types of what was sent to an inbox of the peer.
fn sent(peer: &Peer, inbox: &str) -> Vec<String> {
    let asked = peer.take_asked().into_iter().filter(|asked| asked.method == Method::POST && asked.path == inbox);
    let read = |body: &[u8]| serde_json::from_slice::<Value>(body).expect("JSON");
    asked.map(|asked| read(&asked.body)["type"].as_str().expect("a type").to_owned()).collect()
}

/// Waits until the follower got the new document and then the move.
async fn hears_of_the_move(peer: &Peer) {
    let mut told = Vec::new();
    until("the follower hears of it", async || {
        told.extend(sent(peer, "/alice/inbox"));
        told.len() == 2
    })
    .await;
    assert_eq!(told, ["Update", "Move"]);
}

#[tokio::test]
async fn who_moves_is_followed_at_the_new_place() {
    for (quarter, peer) in followers_on_each(&clock()).await {
        serve(&peer, "berta", json!([peer.id("/alice")]));
        goes(&quarter, &peer, 1, "/alice", "/berta").await;
        assert_eq!(followed(&quarter, &peer).await, ["/berta"]);
        let mut told = Vec::new();
        until("both places hear of it", async || {
            told.extend(peer.take_asked().into_iter().filter(|asked| asked.method == Method::POST).map(|asked| {
                let json: Value = serde_json::from_slice(&asked.body).expect("JSON");
                (asked.path, json["type"].as_str().expect("a type").to_owned())
            }));
            told.len() == 2
        })
        .await;
        told.sort();
        let expected = [("/alice/inbox", "Undo"), ("/berta/inbox", "Follow")];
        assert_eq!(told, expected.map(|(path, kind)| (path.to_owned(), kind.to_owned())));
    }
}

#[tokio::test]
async fn a_move_that_the_new_place_does_not_confirm_changes_nothing() {
    for (quarter, peer) in followers_on_each(&clock()).await {
        serve(&peer, "berta", Value::Null);
        serve(&peer, "carla", json!([peer.id("/berta"), peer.id("/alice/")]));
        let (alice, berta) = (peer.id("/alice"), peer.id("/berta"));
        let ours = quarter.instance.quarter().url.to_string();
        for (number, target) in [&berta, &peer.id("/carla"), &peer.id("/nobody"), &ours, &alice].into_iter().enumerate()
        {
            moves(&quarter, &peer, u32::try_from(number).expect("few"), ("/alice", &alice, target)).await;
            assert_eq!(followed(&quarter, &peer).await, ["/alice"], "{target}");
        }
        let gone = "http://weg.localhost:9/alice";
        moves(&quarter, &peer, 10, ("/alice", &alice, gone)).await;
        // Berta agrees now, but it is Carla who says that Alice moves there.
        serve(&peer, "berta", json!(alice));
        moves(&quarter, &peer, 11, ("/carla", &alice, &berta)).await;
        assert_eq!(followed(&quarter, &peer).await, ["/alice"]);
        goes(&quarter, &peer, 12, "/alice", "/berta").await;
        assert_eq!(followed(&quarter, &peer).await, ["/berta"]);
    }
}

#[tokio::test]
async fn a_second_move_within_thirty_days_changes_nothing() {
    let clock = clock();
    for (quarter, peer) in followers_on_each(&clock).await {
        serve(&peer, "berta", json!([peer.id("/alice")]));
        serve(&peer, "carla", json!([peer.id("/alice"), peer.id("/berta")]));
        goes(&quarter, &peer, 1, "/alice", "/berta").await;
        follow_at(&quarter, &peer.url("/alice")).await;
        clock.step(SignedDuration::from_hours(30 * 24 - 1));
        goes(&quarter, &peer, 2, "/alice", "/carla").await;
        goes(&quarter, &peer, 3, "/berta", "/carla").await;
        assert_eq!(followed(&quarter, &peer).await, ["/alice", "/berta"]);
        clock.step(SignedDuration::from_hours(1));
        goes(&quarter, &peer, 4, "/berta", "/carla").await;
        assert_eq!(followed(&quarter, &peer).await, ["/alice", "/carla"]);
    }
}

#[tokio::test]
async fn a_move_in_a_circle_stops() {
    for (quarter, peer) in followers_on_each(&clock()).await {
        serve(&peer, "berta", json!(peer.id("/alice")));
        serve(&peer, "alice", json!(peer.id("/berta")));
        for number in 0..10 {
            goes(&quarter, &peer, 2 * number, "/alice", "/berta").await;
            goes(&quarter, &peer, 2 * number + 1, "/berta", "/alice").await;
        }
        assert_eq!(followed(&quarter, &peer).await, ["/berta"]);
    }
}

#[tokio::test]
async fn who_is_blocked_is_not_followed_for_a_move() {
    for (quarter, peer) in followers_on_each(&clock()).await {
        serve(&peer, "berta", json!(peer.id("/alice")));
        let berta = remote::known_or_fetched(&quarter.instance, &peer.url("/berta")).await.expect("an actor");
        let mut tx = quarter.instance.store().write().await.expect("a transaction");
        let us = quarter.instance.quarter();
        federation::blocks::block_actor(&mut tx, &quarter.instance, us, &berta, "").await.expect("a block");
        tx.commit().await.expect("a commit");
        goes(&quarter, &peer, 1, "/alice", "/berta").await;
        assert_eq!(followed(&quarter, &peer).await, ["/alice"]);
    }
}

/// A quarter to which `old` may move.
async fn new_home(old: &TestQuarter, clock: &SteppedClock) -> TestQuarter {
    let west = TestQuarter::new("west", clock, testing::all().remove(0)).await;
    let alias = moves::add_alias(&west.instance, west.instance.quarter(), &Home::Address(old.address()))
        .await
        .expect("an alias");
    assert_eq!(alias, old.instance.quarter().url);
    let again =
        moves::add_alias(&west.instance, west.instance.quarter(), &Home::Url(alias.clone())).await.expect("the same");
    assert_eq!(again, alias);
    west
}

/// The document of a quarter as another server reads it.
async fn document(reader: &TestQuarter, of: &TestQuarter) -> Value {
    let url = &of.instance.quarter().url;
    remote::document(&reader.instance, url).await.expect("a document").json
}

#[tokio::test]
async fn a_neighbour_that_moves_waits_for_an_editor() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let west = new_home(&south, &clock).await;
        moves::leave(&south.instance, south.instance.quarter(), &west.address()).await.expect("a move");
        until("the north hears of it", async || !kept::open(&mut north.read().await).await.expect("moves").is_empty())
            .await;
        let waiting = kept::open(&mut north.read().await).await.expect("moves");
        assert_eq!(waiting[0].target, west.instance.quarter().url);
        let us = north.instance.quarter().id;
        let is_followed = async |other: &TestQuarter| {
            let mut tx = north.read().await;
            let url = &other.instance.quarter().url;
            let actor = storage::actors::by_url(&mut tx, url).await.expect("a query").expect("an actor");
            follows::between(&mut tx, us, actor.id).await.expect("a query").is_some()
        };
        assert!(is_followed(&south).await);
        assert!(!is_followed(&west).await);
        federation::neighbours::invite(&north.instance, &west.address()).await.expect("an invitation");
        assert!(kept::open(&mut north.read().await).await.expect("moves").is_empty());
        assert!(is_followed(&west).await);
    }
}

#[tokio::test]
async fn an_editor_goes_along_with_a_neighbour_or_stays() {
    let clock = clock();
    for ((north, south), follows_it) in neighbours_on_each(&clock).await.into_iter().zip([true, false]) {
        let west = new_home(&south, &clock).await;
        moves::leave(&south.instance, south.instance.quarter(), &west.address()).await.expect("a move");
        until("the north hears of it", async || !kept::open(&mut north.read().await).await.expect("moves").is_empty())
            .await;
        let old = kept::open(&mut north.read().await).await.expect("moves")[0].actor;
        if follows_it {
            let new = moves::desk::follow(&north.instance, old, "Mira").await.expect("a neighbour");
            assert_eq!(new.url, west.instance.quarter().url);
        } else {
            moves::desk::stay(&north.instance, old, "Mira").await.expect("a decision");
        }
        assert!(matches!(moves::desk::stay(&north.instance, old, "Mira").await, Err(federation::Error::NotFound)));
        let (us, mut tx) = (north.instance.quarter().id, north.read().await);
        let listed = storage::neighbours::list(&mut tx, us).await.expect("neighbours");
        let expected = if follows_it { &west } else { &south };
        assert_eq!(listed.len(), 1, "nobody asks beside it");
        assert_eq!(listed[0].actor.url, expected.instance.quarter().url);
        assert_eq!(follows::between(&mut tx, us, old).await.expect("a query").is_none(), follows_it);
        assert_eq!(follows::between(&mut tx, old, us).await.expect("a query").is_none(), follows_it);
        let decided = storage::decisions::latest(&mut tx, 9).await.expect("decisions");
        let what = if follows_it { "move-follow" } else { "move-stay" };
        assert_eq!((decided[0].what.as_str(), decided[0].who.as_str()), (what, "Mira"));
        assert_eq!(decided[0].about, south.address().to_string());
    }
}

#[tokio::test]
async fn when_a_neighbour_moves_an_initiative_that_follows_it_goes_along_and_the_quarter_waits() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let instance = &north.instance;
        let handle = "chor".parse().expect("a handle");
        let choir = initiatives::create(instance, "Chor", &handle, Html::default()).await.expect("a choir");
        let west = new_home(&south, &clock).await;
        let mut tx = instance.store().write().await.expect("a transaction");
        let url = &south.instance.quarter().url;
        let old = storage::actors::by_url(&mut tx, url).await.expect("a query").expect("an actor");
        follow::publish(&mut tx, instance, &choir, &old).await.expect("a follow");
        tx.commit().await.expect("a commit");
        moves::leave(&south.instance, south.instance.quarter(), &west.address()).await.expect("a move");
        until("the north hears of it", async || !kept::open(&mut north.read().await).await.expect("moves").is_empty())
            .await;
        let mut tx = north.read().await;
        let url = &west.instance.quarter().url;
        let new = storage::actors::by_url(&mut tx, url).await.expect("a query").expect("an actor");
        for (own, goes) in [(&choir, true), (instance.quarter(), false)] {
            for (place, stands) in [(&new, goes), (&old, !goes)] {
                let follow = follows::between(&mut tx, own.id, place.id).await.expect("a query");
                assert_eq!(follow.is_some(), stands, "{} and {}", own.handle, place.url);
            }
        }
    }
}

#[tokio::test]
async fn an_initiative_moves_out_and_its_quarter_stays() {
    let clock = clock();
    for database in testing::all() {
        let north = TestQuarter::new("nord", &clock, database).await;
        let instance = &north.instance;
        let peer = Peer::new("anderswo", &clock).await;
        let handle = "chor".parse().expect("a handle");
        initiatives::create(instance, "Chor", &handle, Html::default()).await.expect("a choir");
        let choir = moves::mover(instance, Some("chor")).await.expect("the choir");
        assert_eq!(moves::mover(instance, None).await.expect("the quarter").id, instance.quarter().id);
        for nobody in ["instance", "niemand"] {
            assert!(moves::mover(instance, Some(nobody)).await.is_err(), "{nobody}");
        }
        peer.send(&north, &peer.activity(1, "Follow", json!(choir.url))).await;
        until("the follow is accepted", async || sent(&peer, "/alice/inbox") == ["Accept"]).await;
        let west = TestQuarter::new("west", &clock, testing::all().remove(0)).await;
        // It names the quarter, which is not who moves.
        let (new, url) = (west.instance.quarter(), instance.quarter().url.clone());
        moves::add_alias(&west.instance, new, &Home::Url(url)).await.expect("an alias");
        assert!(moves::leave(instance, &choir, &west.address()).await.is_err());
        moves::add_alias(&west.instance, new, &Home::Url(choir.url.clone())).await.expect("an alias");
        moves::leave(instance, &choir, &west.address()).await.expect("a move");
        hears_of_the_move(&peer).await;
        let moved = remote::document(&west.instance, &choir.url).await.expect("a document").json;
        assert_eq!(moved["movedTo"], json!(new.url));
        let stays = document(&west, &north).await;
        assert_eq!(stays.get("movedTo"), None);
    }
}

#[tokio::test]
async fn our_own_move_is_told_to_followers_and_stands_in_the_document() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let peer = Peer::new("anderswo", &clock).await;
        peer.send(&south, &peer.activity(1, "Follow", json!(south.instance.quarter().url))).await;
        until("the follow is accepted", async || sent(&peer, "/alice/inbox") == ["Accept"]).await;
        // The north does not say that it is the south.
        assert!(moves::leave(&south.instance, south.instance.quarter(), &north.address()).await.is_err());
        assert_eq!(document(&north, &south).await.get("movedTo"), None);
        let west = new_home(&south, &clock).await;
        assert_eq!(document(&north, &west).await["alsoKnownAs"], json!([south.instance.quarter().url]));
        moves::leave(&south.instance, south.instance.quarter(), &west.address()).await.expect("a move");
        assert_eq!(document(&north, &south).await["movedTo"], json!(west.instance.quarter().url));
        hears_of_the_move(&peer).await;
    }
}
