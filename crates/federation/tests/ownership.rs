//! Attacks by actors that sign correctly and want what is not theirs.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::neighbour::State as Standing;
use federation::activities::create;
use serde_json::json;
use storage::{events, follows, objects, reactions};
use support::mallory::{Mallory, PUBLIC, a_note, follow};
use support::{TestQuarter, clock, event, neighbours_on_each, note};
use url::Url;

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
