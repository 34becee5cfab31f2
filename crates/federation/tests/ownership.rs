//! Attacks by actors that sign correctly and want what is not theirs.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value,
    clippy::unused_async,
    reason = "a test that cannot go on has failed, and reads better without borrows"
)]

mod support;

use axum::Router;
use axum::extract::State;
use domain::clock::SteppedClock;
use domain::neighbour::State as Standing;
use federation::activities::create;
use federation::fetch::{self, Client};
use federation::signatures::cavage::sign_post;
use federation::signatures::keys::SigningKey;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use storage::{events, follows, objects, reactions};
use support::{TestQuarter, clock, event, neighbours_on_each, note};
use tokio::net::TcpListener;
use url::Url;

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// A server of its own with actors that sign as they should, and documents of any content.
#[derive(Clone)]
struct Mallory {
    base: String,
    key: SigningKey,
    documents: Arc<Mutex<HashMap<String, Value>>>,
    asked: Arc<Mutex<Vec<String>>>,
    client: Client,
    clock: SteppedClock,
}

impl Mallory {
    async fn new(clock: &SteppedClock) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://boese.localhost:{}", listener.local_addr().expect("an address").port());
        let settings = fetch::Settings {
            local: true,
            private_networks: Vec::new(),
            extra_ca: None,
            user_agent: "mallory".to_owned(),
            timeout: Duration::from_secs(5),
        };
        let mallory = Self {
            base,
            key: SigningKey::generate().expect("a key"),
            documents: Arc::default(),
            asked: Arc::default(),
            client: Client::new(&settings, clock.clock()).expect("a client"),
            clock: clock.clone(),
        };
        for name in ["mallory", "alice"] {
            mallory.serve(&format!("/{name}"), mallory.actor(name));
        }
        let routes = Router::new().fallback(Self::answer).with_state(mallory.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        mallory
    }

    async fn answer(
        State(mallory): State<Self>,
        uri: http::Uri,
    ) -> Result<([(&'static str, &'static str); 1], String), http::StatusCode> {
        mallory.asked.lock().expect("a lock").push(uri.path().to_owned());
        let found = mallory.documents.lock().expect("a lock").get(uri.path()).cloned();
        let json = found.ok_or(http::StatusCode::NOT_FOUND)?;
        Ok(([("content-type", "application/activity+json")], json.to_string()))
    }

    fn serve(&self, path: &str, mut json: Value) {
        json["id"] = json!(self.id(path));
        self.documents.lock().expect("a lock").insert(path.to_owned(), json);
    }

    fn id(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn actor(&self, name: &str) -> Value {
        let id = self.id(&format!("/{name}"));
        json!({
            "type": "Group", "preferredUsername": name, "inbox": format!("{id}/inbox"),
            "publicKey": { "id": format!("{id}#main-key"), "owner": id, "publicKeyPem": self.key.public_pem() },
        })
    }

    /// Sends `activity` of the actor `name` with a good signature by that actor's key; the status of the answer.
    async fn send(&self, to: &TestQuarter, name: &str, activity: Value) -> u16 {
        let key_id = self.id(&format!("/{name}#main-key"));
        self.send_signed(to, &key_id, activity).await
    }

    async fn send_signed(&self, to: &TestQuarter, key_id: &str, activity: Value) -> u16 {
        let inbox = to.instance.url("/inbox");
        let body = activity.to_string().into_bytes();
        let key_id: Url = key_id.parse().expect("a URL");
        let headers = sign_post(&self.key, &key_id, &inbox, &body, self.clock.clock().now());
        self.client.post(&inbox, headers, body.into()).await.expect("an answer").status
    }

    fn activity(&self, number: u32, name: &str, kind: &str, object: Value) -> Value {
        json!({
            "id": self.id(&format!("/activities/{number}")), "type": kind,
            "actor": self.id(&format!("/{name}")), "object": object, "to": [PUBLIC],
        })
    }
}

/// A note that claims to be somebody's.
fn a_note(id: &str, by: &str) -> Value {
    json!({ "id": id, "type": "Note", "attributedTo": by, "content": "<p>Hallo</p>", "to": [PUBLIC] })
}

async fn is_known(quarter: &TestQuarter, url: &str) -> bool {
    objects::by_url(&mut quarter.read().await, &url.parse().expect("a URL")).await.expect("a query").is_some()
}

#[tokio::test]
async fn nobody_changes_or_deletes_what_is_ours() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, storage::testing::sqlite()).await;
    let mallory = Mallory::new(&clock).await;
    let kept = create::event(&north.instance, north.instance.quarter(), event("Lichterfest")).await.expect("an event");
    let mut forged = json!({ "id": kept.url, "type": "Event", "name": "Gekapert", "startTime": "2026-12-01T10:00:00Z", "to": [PUBLIC] });
    for (number, owner) in [(1, mallory.id("/mallory")), (2, north.instance.quarter().url.to_string())] {
        forged["attributedTo"] = json!(owner);
        assert_eq!(
            mallory.send(&north, "mallory", mallory.activity(number, "mallory", "Update", forged.clone())).await,
            202
        );
    }
    for (number, object) in [
        (3, json!(kept.url)),
        (4, json!({"id": kept.url, "type": "Tombstone"})),
        (5, json!([kept.url])),
        (6, json!(north.instance.quarter().url)),
    ] {
        assert_eq!(mallory.send(&north, "mallory", mallory.activity(number, "mallory", "Delete", object)).await, 202);
    }
    let found = events::by_id(&mut north.read().await, kept.id).await.expect("a query").expect("the event");
    assert_eq!(found, kept);
}

#[tokio::test]
async fn an_actor_of_the_same_server_is_another_too() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let mallory = Mallory::new(&clock).await;
        mallory.serve("/.well-known/webfinger", json!({}));
        // Alice is followed, so what she writes is kept.
        follow(&south, &mallory, "alice").await;
        let id = mallory.id("/notes/1");
        let created = mallory.activity(1, "alice", "Create", a_note(&id, &mallory.id("/alice")));
        assert_eq!(mallory.send(&south, "alice", created).await, 202);
        assert!(is_known(&south, &id).await);
        let mut changed = a_note(&id, &mallory.id("/mallory"));
        changed["content"] = json!("gekapert");
        assert_eq!(mallory.send(&south, "mallory", mallory.activity(2, "mallory", "Update", changed)).await, 202);
        assert_eq!(mallory.send(&south, "mallory", mallory.activity(3, "mallory", "Delete", json!(id))).await, 202);
        let post = storage::posts::by_url(&mut south.read().await, &id.parse().expect("a URL")).await.expect("a query");
        assert_eq!(post.expect("the post").details.content.to_text(), "Hallo");
        drop(north);
    }
}

/// Makes our quarter follow one of Mallory's actors, as if it had been accepted.
async fn follow(quarter: &TestQuarter, mallory: &Mallory, name: &str) {
    let url: Url = mallory.id(&format!("/{name}")).parse().expect("a URL");
    let actor = federation::remote::known_or_fetched(&quarter.instance, &url).await.expect("an actor");
    let now = quarter.instance.clock().now();
    let follow = follows::Follow {
        follower: quarter.instance.quarter().id,
        followed: actor.id,
        activity: quarter.instance.url("/activities/x"),
        requested_at: now,
        accepted_at: Some(now),
    };
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    follows::insert(&mut tx, &follow).await.expect("an insert");
    tx.commit().await.expect("a commit");
}

#[tokio::test]
async fn what_nobody_follows_is_not_kept_and_an_answer_to_us_is_held() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, storage::testing::sqlite()).await;
    let mallory = Mallory::new(&clock).await;
    let by = mallory.id("/mallory");
    let id = mallory.id("/notes/1");
    assert_eq!(mallory.send(&north, "mallory", mallory.activity(1, "mallory", "Create", a_note(&id, &by))).await, 202);
    assert!(!is_known(&north, &id).await);
    let parent = create::post(&north.instance, north.instance.quarter(), note("Wer kommt?")).await.expect("a post");
    let mut answer = a_note(&mallory.id("/notes/2"), &by);
    answer["inReplyTo"] = json!(parent.url);
    assert_eq!(mallory.send(&north, "mallory", mallory.activity(2, "mallory", "Create", answer)).await, 202);
    assert!(is_known(&north, &mallory.id("/notes/2")).await);
    let shown = storage::posts::by_url(&mut north.read().await, &mallory.id("/notes/2").parse().expect("a URL")).await;
    assert_eq!(shown.expect("a query"), None);
}

#[tokio::test]
async fn a_forged_owner_or_a_foreign_host_is_not_believed() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, storage::testing::sqlite()).await;
    let mallory = Mallory::new(&clock).await;
    follow(&north, &mallory, "mallory").await;
    let cases = [
        a_note(&mallory.id("/notes/1"), &mallory.id("/alice")),
        a_note("https://opfer.example/notes/1", &mallory.id("/mallory")),
        a_note("https://opfer.example/notes/2", "https://opfer.example/alice"),
    ];
    for (number, forged) in (1..).zip(cases) {
        let id = forged["id"].as_str().expect("an id").to_owned();
        assert_eq!(mallory.send(&north, "mallory", mallory.activity(number, "mallory", "Create", forged)).await, 202);
        assert!(!is_known(&north, &id).await, "{id}");
    }
    // A key that belongs to another actor of the same server signs for nobody else.
    let created = mallory.activity(9, "alice", "Create", a_note(&mallory.id("/notes/9"), &mallory.id("/alice")));
    assert_eq!(mallory.send_signed(&north, &mallory.id("/mallory#main-key"), created).await, 401);
}

#[tokio::test]
async fn only_the_asked_one_accepts_and_only_the_follower_undoes() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let mallory = Mallory::new(&clock).await;
        let theirs =
            follows::between(&mut south.read().await, north.instance.quarter().id, south.instance.quarter().id).await;
        assert_eq!(theirs.expect("a query"), None, "keys of one database mean nothing in the other");
        let quarter = south.instance.quarter();
        let other = storage::actors::by_url(&mut south.read().await, &north.instance.quarter().url).await;
        let other = other.expect("a query").expect("the actor");
        let follow = follows::between(&mut south.read().await, other.id, quarter.id)
            .await
            .expect("a query")
            .expect("the follow");
        let inner = json!({ "id": follow.activity, "type": "Follow", "actor": other.url, "object": quarter.url });
        for (number, object) in [(1, inner), (2, json!(follow.activity))] {
            assert_eq!(mallory.send(&south, "mallory", mallory.activity(number, "mallory", "Undo", object)).await, 202);
        }
        assert_eq!(south.first_state().await, Some(Standing::Established));
        let ours = follows::between(&mut south.read().await, quarter.id, other.id)
            .await
            .expect("a query")
            .expect("the follow");
        let rejected = json!({ "id": ours.activity, "type": "Follow", "actor": quarter.url, "object": other.url });
        assert_eq!(mallory.send(&south, "mallory", mallory.activity(3, "mallory", "Reject", rejected)).await, 202);
        assert_eq!(south.first_state().await, Some(Standing::Established));
        // An accept of a follow that was never sent makes nobody followed.
        let invented = json!({ "id": south.instance.url("/activities/9"), "type": "Follow", "actor": quarter.url, "object": mallory.id("/mallory") });
        assert_eq!(mallory.send(&south, "mallory", mallory.activity(4, "mallory", "Accept", invented)).await, 202);
        let url = mallory.id("/mallory").parse().expect("a URL");
        let actor = storage::actors::by_url(&mut south.read().await, &url).await.expect("a query").expect("the actor");
        assert!(!follows::is_followed_by_us(&mut south.read().await, actor.id).await.expect("a query"));
    }
}

#[tokio::test]
async fn an_actor_likes_once_however_often_it_says_so() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, storage::testing::sqlite()).await;
    let mallory = Mallory::new(&clock).await;
    let post = create::post(&north.instance, north.instance.quarter(), note("Hallo")).await.expect("a post");
    for number in 1..20 {
        assert_eq!(
            mallory.send(&north, "mallory", mallory.activity(number, "mallory", "Like", json!(post.url))).await,
            202
        );
    }
    assert_eq!(reactions::count(&mut north.read().await, &post.url, "Like").await.expect("a count"), 1);
    let undo = mallory.activity(
        30,
        "mallory",
        "Undo",
        json!({ "type": "Like", "actor": mallory.id("/mallory"), "object": post.url }),
    );
    assert_eq!(mallory.send(&north, "mallory", undo).await, 202);
    assert_eq!(reactions::count(&mut north.read().await, &post.url, "Like").await.expect("a count"), 0);
}

#[tokio::test]
async fn what_is_inside_an_announce_is_fetched_before_it_is_believed() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, storage::testing::sqlite()).await;
    let mallory = Mallory::new(&clock).await;
    follow(&north, &mallory, "mallory").await;
    let real = a_note(&mallory.id("/notes/1"), &mallory.id("/alice"));
    mallory.serve("/notes/1", real.clone());
    let mut forged = real;
    forged["content"] = json!("<p>untergeschoben</p>");
    let inner = json!({ "id": mallory.id("/x"), "type": "Create", "actor": mallory.id("/alice"), "object": forged });
    assert_eq!(mallory.send(&north, "mallory", mallory.activity(1, "mallory", "Announce", inner)).await, 202);
    let id: Url = mallory.id("/notes/1").parse().expect("a URL");
    let kept = storage::posts::by_url(&mut north.read().await, &id).await.expect("a query").expect("the post");
    assert_eq!(kept.details.content.to_text(), "Hallo");
    // A neighbour vouches for its own host and for no other.
    let foreign = mallory.activity(2, "mallory", "Announce", json!("http://opfer.localhost:1/notes/1"));
    assert_eq!(mallory.send(&north, "mallory", foreign).await, 202);
    assert!(!is_known(&north, "http://opfer.localhost:1/notes/1").await);
}

#[tokio::test]
async fn a_deletion_by_a_stranger_costs_no_fetch() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, storage::testing::sqlite()).await;
    let mallory = Mallory::new(&clock).await;
    for number in 0..50 {
        let delete = mallory.activity(number, "mallory", "Delete", json!(mallory.id("/mallory")));
        assert_eq!(mallory.send(&north, "mallory", delete).await, 202);
    }
    assert!(mallory.asked.lock().expect("a lock").is_empty());
    assert_eq!(
        storage::actors::by_url(&mut north.read().await, &mallory.id("/mallory").parse().expect("a URL"))
            .await
            .expect("a query"),
        None
    );
}

#[tokio::test]
async fn a_deletion_that_comes_first_wins_and_unknown_types_are_dropped() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, storage::testing::sqlite()).await;
    let mallory = Mallory::new(&clock).await;
    follow(&north, &mallory, "mallory").await;
    let id = mallory.id("/notes/1");
    assert_eq!(mallory.send(&north, "mallory", mallory.activity(1, "mallory", "Delete", json!(id))).await, 202);
    let created = mallory.activity(2, "mallory", "Create", a_note(&id, &mallory.id("/mallory")));
    assert_eq!(mallory.send(&north, "mallory", created).await, 202);
    assert_eq!(
        storage::posts::by_url(&mut north.read().await, &id.parse().expect("a URL")).await.expect("a query"),
        None
    );
    assert_eq!(mallory.send(&north, "mallory", mallory.activity(3, "mallory", "Wiggle", json!(id))).await, 202);
    let mut broken = mallory.activity(4, "mallory", "Follow", json!(7));
    assert_eq!(mallory.send(&north, "mallory", broken.clone()).await, 400);
    broken["object"] = json!(north.instance.quarter().url);
    assert_eq!(mallory.send(&north, "mallory", broken).await, 202);
    let followers = follows::count_followers(&mut north.read().await, north.instance.quarter().id).await;
    assert_eq!(followers.expect("a count"), 1);
}
