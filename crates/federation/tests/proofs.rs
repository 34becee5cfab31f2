//! Stories of proofs: what one of our actors says can be believed by whoever gets it, from whomever.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::actor::{Actor, Part};
use domain::html::Html;
use federation::activities::{create, delete, follow};
use federation::signatures::cavage::ACCEPTED;
use federation::signatures::keys::{Algorithm, of_proofs, of_requests};
use federation::signatures::proof;
use federation::{Instance, initiatives, objects};
use http::header::{ACCEPT, HeaderMap, HeaderValue};
use jiff::Timestamp;
use serde_json::{Value, json};
use storage::{Store, actors, testing};
use support::peer::Peer;
use support::{TestQuarter, clock, event, note, until};
use url::Url;

/// An actor of the quarter as another server reads it.
async fn published(quarter: &TestQuarter, url: &Url, now: Timestamp) -> Actor {
    let accept = |_: &Url| HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(ACCEPTED))]);
    let document = quarter.instance.client().get_document(url, accept).await.expect("a document");
    objects::actor::read(&document.json, now).expect("an actor")
}

/// Everything that was sent to the peer until `enough` holds.
async fn received(peer: &Peer, enough: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let mut activities = Vec::new();
    until("enough has arrived", async || {
        let posts = peer.take_asked().into_iter().filter(|asked| asked.method == "POST");
        activities.extend(posts.map(|asked| serde_json::from_slice::<Value>(&asked.body).expect("JSON")));
        enough(&activities)
    })
    .await;
    activities
}

/// That the activity is proven by the key in its actor's own document.
async fn is_proven(quarter: &TestQuarter, activity: &Value, now: Timestamp) -> bool {
    let actor: Url = activity["actor"].as_str().and_then(|id| id.parse().ok()).expect("an actor");
    let proof = proof::read(activity, now).expect("a proof that reads").expect("a proof");
    let key = of_proofs(&published(quarter, &actor, now).await, &proof.method, now).expect("its key");
    proof.verify(&key).is_ok()
}

async fn followed(quarter: &TestQuarter, peer: &Peer) {
    let follow = peer.activity(1, "Follow", json!(quarter.instance.quarter().url));
    assert_eq!(peer.send(quarter, &follow).await.status, 202);
}

#[tokio::test]
async fn what_an_initiative_does_is_proven_also_inside_what_its_quarter_passes_on() {
    for database in testing::all() {
        let clock = clock();
        let (now, quarter, peer) =
            (clock.clock().now(), TestQuarter::new("nord", &clock, database).await, Peer::new("peer", &clock).await);
        followed(&quarter, &peer).await;
        let handle = "chor".parse().expect("a handle");
        let choir = initiatives::create(&quarter.instance, "Chor", &handle, Html::default()).await.expect("a choir");
        create::event(&quarter.instance, &choir, event("Singen")).await.expect("an event");
        let post = create::post(&quarter.instance, &choir, note("Guten Morgen")).await.expect("a post");
        let of = |kind: &'static str| move |one: &&Value| one["object"]["type"] == kind;
        let mut activities = received(&peer, |all| all.iter().filter(of("Create")).count() == 2).await;
        delete::object(&quarter.instance, post.id).await.expect("a deletion");
        activities.extend(received(&peer, |all| all.iter().any(|one| of("Delete")(&one))).await);
        for activity in &activities {
            assert!(is_proven(&quarter, activity, now).await, "{activity}");
        }
        assert!(activities.iter().any(|one| one["type"] == "Accept"));
        for passed_on in activities.iter().filter(|one| of("Create")(one) || of("Delete")(one)) {
            assert_eq!(passed_on["object"]["actor"], json!(choir.url));
            assert!(is_proven(&quarter, &passed_on["object"], now).await, "{passed_on}");
        }
    }
}

#[tokio::test]
async fn every_actor_of_ours_has_a_key_and_one_from_before_gets_it_at_the_next_start() {
    for database in testing::all() {
        let clock = clock();
        let url = database.url.clone();
        let quarter = TestQuarter::new("nord", &clock, database).await;
        let handle = "chor".parse().expect("a handle");
        initiatives::create(&quarter.instance, "Chor", &handle, Html::default()).await.expect("a choir");
        let store = Store::open(&url).await.expect("the same store");
        let mut tx = store.write().await.expect("a transaction");
        for part in [Part::Instance, Part::Quarter, Part::Initiative] {
            for mut actor in actors::of_part(&mut tx, part).await.expect("actors") {
                assert_eq!(actor.assertion_keys.len(), 1, "{}", actor.url);
                actor.assertion_keys.clear();
                actors::update(&mut tx, &actor).await.expect("an update");
            }
        }
        tx.commit().await.expect("a commit");
        let settings = quarter.instance.settings().clone();
        let again = Instance::start(settings, store, clock.clock(), quarter.instance.client().clone()).await;
        let again = again.expect("the same quarter");
        let mut tx = again.store().read().await.expect("a transaction");
        for part in [Part::Instance, Part::Quarter, Part::Initiative] {
            for actor in actors::of_part(&mut tx, part).await.expect("actors") {
                let [key] = actor.assertion_keys.as_slice() else { panic!("{} has no key", actor.url) };
                assert_eq!(key.id.fragment(), Some("ed25519-key"));
                let now = clock.clock().now();
                let public = of_requests(&actor, &key.id, now).expect("a key");
                assert_eq!(public.algorithm(), Algorithm::Ed25519);
                assert_eq!(
                    of_requests(&actor, &actor.key.as_ref().expect("a key").id, now).map(|key| key.algorithm()),
                    Some(Algorithm::RsaSha256)
                );
            }
        }
    }
}

#[tokio::test]
async fn an_actor_with_only_an_ed25519_key_is_known_and_followed() {
    for database in testing::all() {
        let clock = clock();
        let quarter = TestQuarter::new("nord", &clock, database).await;
        let peer = Peer::new("peer", &clock).await;
        let mut modern = peer.actor("modern");
        modern.as_object_mut().expect("an object").remove("publicKey");
        let id = peer.id("/modern");
        let multibase = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
        modern["assertionMethod"] = json!([{ "id": format!("{id}#ed25519-key"), "type": "Multikey", "controller": id, "publicKeyMultibase": multibase }]);
        peer.serve("/modern", modern);
        let kept = federation::remote::fetch(&quarter.instance, &peer.url("/modern")).await.expect("an actor");
        assert_eq!((kept.key.as_ref(), kept.assertion_keys.len()), (None, 1));
        let again = actors::by_url(&mut quarter.read().await, &kept.url).await.expect("a query").expect("the actor");
        assert_eq!(again.assertion_keys, kept.assertion_keys);
        let mut tx = quarter.instance.store().write().await.expect("a transaction");
        follow::publish(&mut tx, &quarter.instance, quarter.instance.quarter(), &kept).await.expect("a follow");
        tx.commit().await.expect("a commit");
        quarter.instance.wake();
        received(&peer, |all| all.iter().any(|one| one["type"] == "Follow")).await;
    }
}

#[tokio::test]
async fn every_actor_says_that_this_server_takes_rfc_9421() {
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", &clock(), database).await;
        let (application, settings) = (quarter.instance.application(), quarter.instance.settings());
        let rfc = json!("https://datatracker.ietf.org/doc/html/rfc9421");
        let server = objects::actor::write(application, settings);
        assert_eq!(server.pointer("/implements/0/href"), Some(&rfc));
        let group = objects::actor::write(quarter.instance.quarter(), settings);
        assert_eq!(group.pointer("/generator/implements/0/href"), Some(&rfc));
        assert_eq!(group.pointer("/generator/id"), Some(&json!(application.url)));
        assert_eq!(group.pointer("/assertionMethod/0/controller"), Some(&json!(quarter.instance.quarter().url)));
    }
}
