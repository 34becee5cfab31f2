//! Groups both ways (FEP-1b12): what a followed one passes on, and what is handed in to ours.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unused_async,
    reason = "a test that cannot go on has failed; a route is async whether it waits or not"
)]

mod support;
#[path = "samples/world.rs"]
mod world;

use std::collections::HashSet;

use domain::event::State;
use federation::activities::create;
use federation::{Error, initiatives, queue, remote};
use serde_json::{Value, json};
use storage::posts::Which;
use storage::{events, follows, objects, posts};
use support::{TestQuarter, clock, note, until};
use url::Url;
use uuid::Uuid;
use world::{World, fetch_type};

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// A quarter that follows the group `lemmy`, whose members live on `fern`.
struct Scene {
    quarter: TestQuarter,
    world: World,
    group: String,
    picard: String,
}

impl Scene {
    async fn new() -> Self {
        let quarter = TestQuarter::new("nord", &clock(), storage::testing::sqlite()).await;
        let world = World::new().await;
        let (group, picard) = (world.at("lemmy", "/c/tenforward"), world.at("fern", "/u/picard"));
        world.serve_actor(&group);
        world.serve_actor_as("Person", &picard);
        let scene = Self { quarter, world, group, picard };
        scene.follow(&scene.group, true).await;
        scene
    }

    /// Our quarter follows `actor`, or the other way round.
    async fn follow(&self, actor: &str, ours: bool) {
        let instance = &self.quarter.instance;
        let actor = remote::known_or_fetched(instance, &url(actor)).await.expect("an actor");
        let us = instance.quarter().id;
        let (follower, followed) = if ours { (us, actor.id) } else { (actor.id, us) };
        let now = instance.clock().now();
        let activity = actor.url.join("/follow").expect("a URL");
        let follow = follows::Follow { follower, followed, activity, requested_at: now, accepted_at: Some(now) };
        let mut tx = instance.store().write().await.expect("a transaction");
        follows::insert(&mut tx, &follow).await.expect("an insert");
        tx.commit().await.expect("a commit");
    }

    /// A page as Lemmy writes it, meant for `audience`, served at its id.
    fn page(&self, name: &str, audience: &str) -> Value {
        let page = json!({
            "id": self.world.at("fern", &format!("/post/{name}")), "type": "Page", "attributedTo": self.picard,
            "to": [audience, PUBLIC], "audience": audience, "name": name, "content": "<p>Tee, Earl Grey, heiß.</p>",
            "mediaType": "text/html", "attachment": [], "sensitive": false, "published": "2026-11-01T12:00:00Z",
        });
        self.world.serve(page["id"].as_str().expect("an id"), fetch_type(), &page);
        page
    }

    async fn send(&self, activity: &Value) {
        let actor = activity["actor"].as_str().expect("an actor");
        let now = self.quarter.instance.clock().now();
        assert_eq!(self.world.send(&self.quarter, actor, &activity.to_string(), now).await, 202, "{activity}");
    }

    /// The group passes on what `author` did.
    async fn pass_on(&self, group: &str, author: &str, kind: &str, object: &Value, number: u32) {
        let inner = activity(author, kind, object, number);
        self.send(&activity(group, "Announce", &inner, number)).await;
    }

    async fn titles(&self) -> Vec<String> {
        let query = posts::Query { which: Which::All, before: None, limit: 99 };
        let found = posts::list(&mut self.quarter.read().await, &query).await.expect("posts");
        found.into_iter().filter_map(|(post, _)| post.details.title).collect()
    }

    /// Our key for what is at `id`.
    async fn key(&self, id: &Value) -> Option<Uuid> {
        let id = url(id.as_str().expect("an id"));
        objects::by_url(&mut self.quarter.read().await, &id).await.expect("a query").map(|entry| entry.id)
    }
}

/// What `actor` does to `object`; `number` tells one from another.
fn activity(actor: &str, kind: &str, object: &Value, number: u32) -> Value {
    json!({
        "id": url(actor).join(&format!("/activities/{kind}/{number}")).expect("a URL"), "type": kind, "actor": actor,
        "to": [PUBLIC], "object": object,
    })
}

fn url(text: &str) -> Url {
    text.parse().expect("a URL")
}

#[tokio::test]
async fn a_followed_group_shows_what_authors_elsewhere_meant_for_it_and_nothing_else() {
    let scene = Scene::new().await;
    let stranger = scene.world.at("fremd", "/c/fremd");
    let (meant, other) = (scene.page("meant", &scene.group), scene.page("other", &stranger));
    scene.pass_on(&scene.group, &scene.picard, "Create", &meant, 1).await;
    scene.pass_on(&scene.group, &scene.picard, "Create", &other, 2).await;
    assert_eq!(scene.titles().await, ["meant"]);
    // In the other form; and what is passed on inside is not believed.
    let plain = scene.page("plain", &scene.group);
    scene.send(&activity(&scene.group, "Announce", &plain["id"], 3)).await;
    let mut forged = scene.page("forged", &stranger);
    forged["audience"] = json!(scene.group);
    scene.pass_on(&scene.group, &scene.picard, "Create", &forged, 4).await;
    // Of a person that we follow only what is on its own host counts; of a group that nobody follows nothing.
    let person = scene.world.at("person", "/u/janeway");
    scene.world.serve_actor_as("Person", &person);
    scene.follow(&person, true).await;
    scene.pass_on(&person, &scene.picard, "Create", &scene.page("boosted", &person), 5).await;
    scene.world.serve_actor(&stranger);
    scene.pass_on(&stranger, &scene.picard, "Create", &other, 6).await;
    let mut titles = scene.titles().await;
    titles.sort();
    assert_eq!(titles, ["meant", "plain"]);
}

#[tokio::test]
async fn what_a_group_does_besides_makes_nobody_fetch() {
    let scene = Scene::new().await;
    let page = scene.page("liked", &scene.group);
    for (number, kind) in ["Like", "Dislike", "Undo", "Block", "Lock", "Add"].into_iter().enumerate() {
        let number = u32::try_from(number).expect("a number");
        scene.pass_on(&scene.group, &scene.picard, kind, &page["id"], number).await;
    }
    scene.pass_on(&scene.group, &scene.picard, "Delete", &page["id"], 9).await;
    assert_eq!(scene.titles().await, Vec::<String>::new());
    assert_eq!(scene.key(&page["id"]).await, None);
}

#[tokio::test]
async fn a_change_reaches_us_through_the_group() {
    let scene = Scene::new().await;
    let mut page = scene.page("before", &scene.group);
    scene.pass_on(&scene.group, &scene.picard, "Create", &page, 1).await;
    page["name"] = json!("after");
    page["updated"] = json!("2026-11-22T11:00:00Z");
    scene.world.serve(page["id"].as_str().expect("an id"), fetch_type(), &page);
    scene.pass_on(&scene.group, &scene.picard, "Update", &page, 2).await;
    assert_eq!(scene.titles().await, ["after"]);
}

#[tokio::test]
async fn what_a_moderator_removes_leaves_our_board_and_nothing_else_does() {
    let scene = Scene::new().await;
    let second = scene.world.at("zweite", "/c/zweite");
    scene.world.serve_actor(&second);
    scene.follow(&second, true).await;
    let mut both = scene.page("both", &scene.group);
    both["cc"] = json!([second]);
    scene.world.serve(both["id"].as_str().expect("an id"), fetch_type(), &both);
    let (bad, good) = (scene.page("bad", &scene.group), scene.page("good", &scene.group));
    for (number, page) in [(1, &bad), (2, &good), (3, &both)] {
        scene.pass_on(&scene.group, &scene.picard, "Create", page, number).await;
    }
    scene.pass_on(&second, &scene.picard, "Create", &both, 4).await;
    let moderator = scene.world.at("lemmy", "/u/riker");
    // A group that did not pass it on has nothing to take back.
    scene.pass_on(&second, &moderator, "Delete", &good["id"], 5).await;
    for (number, page) in [(6, &bad), (7, &both)] {
        scene.pass_on(&scene.group, &moderator, "Delete", &page["id"], number).await;
    }
    let mut titles = scene.titles().await;
    titles.sort();
    assert_eq!(titles, ["both", "good"]);
    // The author did not delete it: it may be shown again.
    assert_eq!(scene.key(&bad["id"]).await, None);
    scene.pass_on(&scene.group, &scene.picard, "Create", &bad, 8).await;
    assert_eq!(scene.titles().await.len(), 3);
    // And what is gone at its author is gone for good.
    scene.world.remove(good["id"].as_str().expect("an id"));
    scene.pass_on(&scene.group, &scene.picard, "Delete", &good["id"], 9).await;
    assert_eq!(scene.titles().await.len(), 2);
    assert!(scene.key(&good["id"]).await.is_some());
}

#[tokio::test]
async fn what_is_handed_in_waits_and_is_passed_on_in_both_forms_once_an_editor_says_yes() {
    let scene = Scene::new().await;
    let us = scene.quarter.instance.quarter().url.to_string();
    let reader = scene.world.at("leser", "/u/leser");
    scene.world.serve_actor_as("Person", &reader);
    scene.follow(&reader, false).await;
    let page = scene.page("Flohmarkt", &us);
    let create = activity(&scene.picard, "Create", &page, 1);
    scene.send(&create).await;
    let id = scene.key(&page["id"]).await.expect("it waits");
    assert_eq!(scene.titles().await, Vec::<String>::new());
    assert_eq!(scene.world.received(), Vec::<Value>::new());
    queue::approve(&scene.quarter.instance, id, "Mira").await.expect("a yes");
    assert!(matches!(queue::approve(&scene.quarter.instance, id, "Mira").await, Err(Error::NotFound)));
    assert_eq!(scene.titles().await, ["Flohmarkt"]);
    // The boost also goes to the author, whose server is the same here.
    let told = || {
        let mut seen = HashSet::new();
        let mut received = scene.world.received();
        received.retain(|activity| seen.insert(activity["id"].to_string()));
        received
    };
    until("both forms are there", async || told().len() == 2).await;
    let first = told();
    let boost = first.iter().find(|activity| activity["object"] == page["id"]).expect("a boost");
    let group = first.iter().find(|activity| activity["object"]["type"] == "Create").expect("an activity");
    assert!([boost, group].iter().all(|activity| activity["actor"] == us.as_str() && activity["type"] == "Announce"));
    assert_eq!(group["object"], create);
    // Its author takes it back, and those who were told of it are told of that.
    scene.send(&activity(&scene.picard, "Delete", &page["id"], 2)).await;
    until("the end is told", async || told().len() == 3).await;
    assert_eq!(told()[2]["object"]["type"], "Delete");
    assert_eq!(scene.titles().await, Vec::<String>::new());
}

#[tokio::test]
async fn an_event_that_is_handed_in_stays_a_draft_through_every_change_until_it_is_approved() {
    let scene = Scene::new().await;
    let us = scene.quarter.instance.quarter().url.to_string();
    let mut event = json!({
        "id": scene.world.at("fern", "/events/1"), "type": "Event", "name": "Lichterfest", "attributedTo": scene.picard,
        "actor": scene.picard, "startTime": "2026-12-05T15:00:00+01:00", "to": [PUBLIC], "cc": [us],
        "published": "2026-11-01T12:00:00Z",
    });
    scene.send(&activity(&scene.picard, "Create", &event, 1)).await;
    let id = scene.key(&event["id"]).await.expect("it waits");
    let state = async || {
        let event = events::by_id(&mut scene.quarter.read().await, id).await.expect("a query").expect("an event");
        (event.details.name, event.state)
    };
    event["name"] = json!("Lichterfest am Teich");
    for (number, kind) in [(2, "Update"), (3, "Create")] {
        scene.send(&activity(&scene.picard, kind, &event, number)).await;
        assert_eq!(state().await.1, State::Draft);
    }
    queue::approve(&scene.quarter.instance, id, "Mira").await.expect("a yes");
    assert_eq!(state().await, ("Lichterfest am Teich".to_owned(), State::Published));
}

#[tokio::test]
async fn what_an_editor_refuses_does_not_come_back() {
    let scene = Scene::new().await;
    let us = scene.quarter.instance.quarter().url.to_string();
    let page = scene.page("Werbung", &us);
    scene.send(&activity(&scene.picard, "Create", &page, 1)).await;
    let id = scene.key(&page["id"]).await.expect("it waits");
    queue::decline(&scene.quarter.instance, id, "Mira", "Werbung").await.expect("a no");
    scene.send(&activity(&scene.picard, "Create", &page, 2)).await;
    assert!(matches!(queue::approve(&scene.quarter.instance, id, "Mira").await, Err(Error::NotFound)));
    // Only what is for everyone can be handed in.
    let mut private = scene.page("Privat", &us);
    private["to"] = json!([us]);
    scene.send(&activity(&scene.picard, "Create", &private, 3)).await;
    assert_eq!(scene.key(&private["id"]).await, None);
    assert_eq!(scene.titles().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_an_initiative_publishes_is_meant_for_the_quarter_too() {
    let scene = Scene::new().await;
    let instance = &scene.quarter.instance;
    let us = instance.quarter().url.to_string();
    scene.follow(&scene.group, false).await;
    let handle = "chor".parse().expect("a handle");
    let choir = initiatives::create(instance, "Chor", &handle, domain::html::Html::default()).await.expect("a choir");
    let post = create::post(instance, &choir, note("Wir singen")).await.expect("a post");
    until("the group is told", async || !scene.world.received().is_empty()).await;
    let told = scene.world.received();
    let inner = told.iter().map(|activity| &activity["object"]).find(|object| object["type"] == "Create");
    let inner = inner.expect("an activity");
    let fetched = instance.client().get_document(&post.url, |_| http::HeaderMap::new()).await.expect("a document").json;
    for said in [inner, &inner["object"], &fetched] {
        assert_eq!(said["audience"], us.as_str(), "{said}");
        assert!(said["cc"].as_array().expect("a list").contains(&json!(us)), "{said}");
    }
}

#[tokio::test]
async fn the_quarter_is_a_community_that_lemmy_can_read() {
    let scene = Scene::new().await;
    let instance = &scene.quarter.instance;
    let quarter = instance.client().get_document(&instance.quarter().url, |_| http::HeaderMap::new()).await;
    let quarter = quarter.expect("a document").json;
    for name in ["id", "preferredUsername", "inbox", "outbox", "followers", "featured", "attributedTo", "publicKey"] {
        assert!(!quarter[name].is_null(), "{name}");
    }
    assert_eq!((&quarter["type"], &quarter["postingRestrictedToMods"]), (&json!("Group"), &json!(false)));
    for name in ["attributedTo", "featured"] {
        let address = url(quarter[name].as_str().expect("an address"));
        let list = instance.client().get_document(&address, |_| http::HeaderMap::new()).await.expect("a document").json;
        assert_eq!((&list["type"], &list["orderedItems"]), (&json!("OrderedCollection"), &json!([])));
    }
}
