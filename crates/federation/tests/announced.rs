//! What a group passes on is believed by the proof inside it, and by what is at its author where there is none.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

mod support;

use domain::clock::SteppedClock;
use federation::remote;
use federation::signatures::keys::Ed25519Key;
use federation::signatures::proof;
use jiff::SignedDuration;
use serde_json::{Value, json};
use storage::posts::Which;
use storage::{follows, posts, testing};
use support::peer::Peer;
use support::{TestQuarter, clock};
use url::Url;

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// A quarter that follows the group `/alice` of one server; authors with keys of their own are on another.
struct Scene {
    quarter: TestQuarter,
    group: Peer,
    fern: Peer,
    key: Ed25519Key,
    clock: SteppedClock,
}

impl Scene {
    async fn on_each() -> Vec<Self> {
        let mut scenes = Vec::new();
        for database in testing::all() {
            let clock = clock();
            let quarter = TestQuarter::new("nord", &clock, database).await;
            let (group, fern) = (Peer::new("gruppe", &clock).await, Peer::new("fern", &clock).await);
            let scene = Self { quarter, group, fern, key: Ed25519Key::generate().expect("a key"), clock };
            for name in ["anna", "berta"] {
                let mut actor = scene.fern.actor(name);
                actor["type"] = json!("Person");
                actor["assertionMethod"] = json!([{
                    "id": scene.method(name), "type": "Multikey", "controller": scene.fern.id(&format!("/{name}")),
                    "publicKeyMultibase": scene.key.public_multibase(),
                }]);
                scene.fern.serve(&format!("/{name}"), actor);
            }
            scene.follow().await;
            scenes.push(scene);
        }
        scenes
    }

    async fn follow(&self) {
        let instance = &self.quarter.instance;
        let group = remote::fetch(instance, &self.group.url("/alice")).await.expect("a group");
        let now = instance.clock().now();
        let (follower, activity) = (instance.quarter().id, instance.url("/activities/x"));
        let kept =
            follows::Follow { follower, followed: group.id, activity, requested_at: now, accepted_at: Some(now) };
        let mut tx = instance.store().write().await.expect("a transaction");
        follows::insert(&mut tx, &kept).await.expect("an insert");
        tx.commit().await.expect("a commit");
    }

    fn method(&self, name: &str) -> Url {
        self.fern.url(&format!("/{name}#ed25519-key"))
    }

    /// A page of Anna, meant for the group, that nobody serves.
    fn page(&self, name: &str) -> Value {
        json!({
            "id": self.fern.id(&format!("/pages/{name}")), "type": "Page", "attributedTo": self.fern.id("/anna"),
            "to": [self.group.id("/alice"), PUBLIC], "name": name, "content": "<p>Tee.</p>",
            "published": "2026-11-20T12:00:00Z",
        })
    }

    /// What `name` does to `object`, with a proof by the key of that name.
    fn proven(&self, name: &str, number: u32, kind: &str, object: &Value) -> Value {
        let mut inner = self.bare(name, number, kind, object);
        proof::create(&mut inner, &self.key, &self.method(name), self.clock.clock().now());
        inner
    }

    fn bare(&self, name: &str, number: u32, kind: &str, object: &Value) -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": self.fern.id(&format!("/{kind}/{number}")),
            "type": kind, "actor": self.fern.id(&format!("/{name}")), "to": [PUBLIC], "object": object,
        })
    }

    /// The group passes an activity on; how often documents other than actors were asked for.
    async fn pass_on(&self, number: u32, inner: &Value) -> usize {
        self.fern.take_asked();
        let announce = self.group.activity(number, "Announce", inner.clone());
        assert_eq!(self.group.send(&self.quarter, &announce).await.status, 202);
        let asked = self.fern.take_asked();
        asked.iter().filter(|asked| asked.path.starts_with("/pages/")).count()
    }

    async fn titles(&self) -> Vec<String> {
        let query = posts::Query { which: Which::All, before: None, limit: 99 };
        let found = posts::list(&mut self.quarter.read().await, &query).await.expect("posts");
        let mut titles: Vec<String> = found.into_iter().filter_map(|(post, _)| post.details.title).collect();
        titles.sort();
        titles
    }
}

#[tokio::test]
async fn what_proves_itself_is_believed_without_asking_for_it() {
    for scene in Scene::on_each().await {
        let mut page = scene.page("davor");
        assert_eq!(scene.pass_on(1, &scene.proven("anna", 1, "Create", &page)).await, 0);
        assert_eq!(scene.titles().await, ["davor"]);
        (page["name"], page["updated"]) = (json!("danach"), json!("2026-11-21T12:00:00Z"));
        assert_eq!(scene.pass_on(2, &scene.proven("anna", 2, "Update", &page)).await, 0);
        assert_eq!(scene.titles().await, ["danach"]);
        assert_eq!(scene.pass_on(3, &scene.proven("anna", 3, "Delete", &page["id"])).await, 0);
        assert!(scene.titles().await.is_empty());
        // Gone for good, and not only taken off the board.
        assert_eq!(scene.pass_on(4, &scene.proven("anna", 4, "Create", &page)).await, 0);
        assert!(scene.titles().await.is_empty());
    }
}

#[tokio::test]
async fn a_broken_proof_is_refused_although_its_object_could_be_fetched() {
    for scene in Scene::on_each().await {
        let serve = |name: &str| {
            let page = scene.page(name);
            scene.fern.serve(&format!("/pages/{name}"), page.clone());
            page
        };
        let mut changed = scene.proven("anna", 1, "Create", &serve("verändert"));
        changed["object"]["content"] = json!("<p>Kaffee.</p>");
        let foreign_key = Ed25519Key::generate().expect("a key");
        let mut forged = scene.bare("anna", 2, "Create", &serve("gefälscht"));
        proof::create(&mut forged, &foreign_key, &scene.method("anna"), scene.clock.clock().now());
        // Berta's proof holds, but the page is Anna's.
        let stolen = scene.proven("berta", 3, "Create", &serve("gestohlen"));
        let mut borrowed = scene.bare("anna", 4, "Create", &serve("geliehen"));
        proof::create(&mut borrowed, &scene.key, &scene.method("berta"), scene.clock.clock().now());
        let mut elsewhere = scene.bare("anna", 5, "Create", &serve("fremd"));
        let method = scene.group.url("/alice#ed25519-key");
        proof::create(&mut elsewhere, &scene.key, &method, scene.clock.clock().now());
        for (number, inner) in (1..).zip([changed, forged, stolen, borrowed, elsewhere]) {
            assert_eq!(scene.pass_on(number, &inner).await, 0, "{inner}");
        }
        assert!(scene.titles().await.is_empty());
    }
}

#[tokio::test]
async fn without_a_proof_of_this_week_the_object_is_asked_for() {
    for scene in Scene::on_each().await {
        let page = scene.page("echt");
        scene.fern.serve("/pages/echt", page.clone());
        assert_eq!(scene.pass_on(1, &scene.bare("anna", 1, "Create", &page)).await, 1);
        assert_eq!(scene.titles().await, ["echt"]);
        let old = scene.page("alt");
        scene.fern.serve("/pages/alt", old.clone());
        let stale = scene.proven("anna", 2, "Create", &old);
        scene.clock.step(SignedDuration::from_hours(7 * 24 + 1));
        assert_eq!(scene.pass_on(2, &stale).await, 1);
        assert_eq!(scene.titles().await, ["alt", "echt"]);
    }
}

#[tokio::test]
async fn a_proof_brings_nothing_that_its_author_did_not_mean_for_the_group_and_no_deletion_by_another() {
    for scene in Scene::on_each().await {
        let mut other = scene.page("anderswo");
        other["to"] = json!([PUBLIC]);
        scene.pass_on(1, &scene.proven("anna", 1, "Create", &other)).await;
        assert!(scene.titles().await.is_empty());
        let page = scene.page("echt");
        scene.fern.serve("/pages/echt", page.clone());
        scene.pass_on(2, &scene.proven("anna", 2, "Create", &page)).await;
        // A moderator's word: the group shows it no more, but it is not gone.
        assert_eq!(scene.pass_on(3, &scene.proven("berta", 3, "Delete", &page["id"])).await, 1);
        assert!(scene.titles().await.is_empty());
        scene.pass_on(4, &scene.proven("anna", 4, "Create", &page)).await;
        assert_eq!(scene.titles().await, ["echt"]);
    }
}
