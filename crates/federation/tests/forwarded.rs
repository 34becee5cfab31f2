//! Keys that change, and activities that others pass on.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod support;

use domain::clock::SteppedClock;
use federation::activities::create;
use federation::signatures::keys::Ed25519Key;
use federation::signatures::proof;
use federation::{Instance, rotation};
use jiff::SignedDuration;
use serde_json::{Value, json};
use storage::actors;
use support::peer::Peer;
use support::{TestQuarter, clock, neighbours_on_each, note, until};

/// A peer whose `/alice` has an Ed25519 key, and another one that passes on.
struct Pair {
    north: TestQuarter,
    author: Peer,
    carrier: Peer,
    key: Ed25519Key,
    clock: SteppedClock,
}

impl Pair {
    async fn new() -> Self {
        let clock = clock();
        let north = TestQuarter::new("nord", &clock, storage::testing::sqlite()).await;
        let (author, carrier) = (Peer::new("fern", &clock).await, Peer::new("bote", &clock).await);
        let pair = Self { north, author, carrier, key: Ed25519Key::generate().expect("a key"), clock };
        pair.publish_key(&pair.key);
        pair
    }

    fn publish_key(&self, key: &Ed25519Key) {
        let mut alice = self.author.actor("alice");
        alice["assertionMethod"] = json!([{
            "id": self.author.id("/alice#ed25519-key"), "type": "Multikey", "controller": self.author.id("/alice"),
            "publicKeyMultibase": key.public_multibase(),
        }]);
        self.author.serve("/alice", alice);
    }

    fn like(&self, number: u32) -> Value {
        let mut like = self.author.activity(number, "Like", json!(self.north.instance.quarter().url));
        like["@context"] = json!("https://www.w3.org/ns/activitystreams");
        like
    }

    fn proven(&self, number: u32) -> Value {
        let mut like = self.like(number);
        let method = self.author.url("/alice#ed25519-key");
        proof::create(&mut like, &self.key, &method, self.clock.clock().now());
        like
    }

    async fn pass_on(&self, activity: &Value) -> u16 {
        self.carrier.send(&self.north, activity).await.status
    }
}

#[tokio::test]
async fn what_another_passes_on_counts_by_the_proof_of_its_author() {
    let pair = Pair::new().await;
    assert_eq!(pair.pass_on(&pair.proven(1)).await, 202);
    let author = actors::by_url(&mut pair.north.read().await, &pair.author.url("/alice")).await.expect("a query");
    assert!(author.is_some(), "the author was asked for its key");
    assert_eq!(pair.author.take_asked().len(), 1);
}

#[tokio::test]
async fn without_a_good_proof_nobody_speaks_for_another() {
    let pair = Pair::new().await;
    assert_eq!(pair.pass_on(&pair.like(1)).await, 401, "no proof");
    assert!(pair.author.take_asked().is_empty() && pair.carrier.take_asked().is_empty(), "and nobody is asked");
    let mut changed = pair.proven(2);
    changed["object"] = json!(pair.north.instance.application().url);
    assert_eq!(pair.pass_on(&changed).await, 401, "changed on the way");
    let mut others = pair.like(3);
    let method = pair.carrier.url("/alice#ed25519-key");
    proof::create(&mut others, &pair.key, &method, pair.clock.clock().now());
    assert_eq!(pair.pass_on(&others).await, 401, "by a key of the carrier");
    let mut by_other = pair.like(4);
    let other = Ed25519Key::generate().expect("a key");
    proof::create(&mut by_other, &other, &pair.author.url("/alice#ed25519-key"), pair.clock.clock().now());
    assert_eq!(pair.pass_on(&by_other).await, 401, "by a key that is not published");
    let mut signed = pair.like(5);
    signed["signature"] =
        json!({ "type": "RsaSignature2017", "creator": pair.author.id("/alice#main-key"), "signatureValue": "x" });
    assert_eq!(pair.pass_on(&signed).await, 401, "sig_17: a Linked Data signature is none");
    let stale = pair.proven(6);
    pair.clock.step(SignedDuration::from_hours(7 * 24 + 1));
    assert_eq!(pair.pass_on(&stale).await, 401, "too old");
}

#[tokio::test]
async fn the_carrier_has_to_sign_as_well() {
    let pair = Pair::new().await;
    let mut forged = pair.carrier.clone();
    forged.key = federation::signatures::keys::SigningKey::generate().expect("a key");
    assert_eq!(forged.send(&pair.north, &pair.proven(1)).await.status, 401);
}

#[tokio::test]
async fn a_broken_proof_is_refused_even_from_its_author() {
    let pair = Pair::new().await;
    assert_eq!(pair.author.send(&pair.north, &pair.proven(1)).await.status, 202);
    let mut changed = pair.proven(2);
    changed["published"] = json!("2026-11-22T12:00:00Z");
    assert_eq!(pair.author.send(&pair.north, &changed).await.status, 401);
    let mut malformed = pair.proven(3);
    malformed["proof"]["proofValue"] = json!("z1");
    assert_eq!(pair.author.send(&pair.north, &malformed).await.status, 401);
    let mut foreign = pair.like(4);
    proof::create(&mut foreign, &pair.key, &pair.carrier.url("/alice#ed25519-key"), pair.clock.clock().now());
    assert_eq!(pair.author.send(&pair.north, &foreign).await.status, 401);
}

#[tokio::test]
async fn our_own_keys_change_and_the_neighbours_go_on() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let before = north.instance.quarter().clone();
        // A moment ago the neighbour read the old ones.
        let changed = rotation::rotate(&north.instance, None).await.expect("new keys");
        assert_eq!(changed.len(), 2, "the server and the quarter");
        let quarter = changed.iter().find(|actor| actor.id == before.id).expect("the quarter");
        assert_eq!(quarter.key.as_ref().map(|key| key.id.fragment()), Some(Some("main-key-2")));
        assert_ne!(quarter.key, before.key);
        until("the neighbour knows the new key", async || {
            let kept = actors::by_url(&mut south.read().await, &before.url).await.expect("a query").expect("the actor");
            kept.key == quarter.key && kept.assertion_keys == quarter.assertion_keys
        })
        .await;
        let post = create::post(&north.instance, north.instance.quarter(), note("Neu")).await.expect("a post");
        until("what is signed anew arrives", async || {
            storage::posts::by_url(&mut south.read().await, &post.url).await.expect("a query").is_some()
        })
        .await;
        assert!(rotation::rotate(&north.instance, Some("niemand")).await.is_err());
    }
}

#[tokio::test]
async fn keys_nobody_has_make_us_look_a_few_times_and_no_more() {
    let pair = Pair::new().await;
    let author = &pair.author;
    assert_eq!(author.send(&pair.north, &pair.like(1)).await.status, 202);
    author.take_asked();
    for number in 2..20 {
        let key = author.url(&format!("/alice#key-{number}"));
        let forged = author.send_as(&pair.north, &key, &author.key, &pair.like(number)).await;
        assert_eq!(forged.status, 401);
    }
    assert_eq!(author.take_asked().len(), 3);
}

#[tokio::test]
async fn a_new_name_is_told_to_the_neighbours_at_the_next_start() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let old = &north.instance;
        clock.step(SignedDuration::from_mins(1));
        let mut settings = old.settings().clone();
        settings.name = "Neue Nordstadt".to_owned();
        let again = Instance::start(settings, old.store().clone(), old.clock().clone(), old.client().clone()).await;
        again.expect("a start").wake();
        until("the neighbour knows the new name", async || {
            let kept = actors::by_url(&mut south.read().await, &old.quarter().url).await.expect("a query");
            kept.expect("the actor").name == "Neue Nordstadt"
        })
        .await;
    }
}
