//! Stories of blocks: what comes from a blocked server or actor has no effect, and nothing goes there.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::block::{HostBlock, Severity};
use domain::event::State;
use federation::activities::{create, delete};
use federation::{blocks, remote};
use serde_json::{Value, json};
use storage::posts::Which;
use storage::{deliveries, events, follows, posts, reactions, testing};
use support::mallory::{Mallory, a_note, follow};
use support::{TestQuarter, clock, event, neighbours_on_each, note, until};
use url::Url;

async fn block(quarter: &TestQuarter, host: &str, severity: Severity) {
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let block = HostBlock::new(&host.parse().expect("a host"), severity);
    blocks::block_host(&mut tx, &quarter.instance, &block).await.expect("a block");
    tx.commit().await.expect("a commit");
}

async fn unblock(quarter: &TestQuarter, host: &str) {
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    assert!(blocks::unblock_host(&mut tx, &host.parse().expect("a host")).await.expect("an end"));
    tx.commit().await.expect("a commit");
}

async fn texts(quarter: &TestQuarter) -> Vec<String> {
    let query = posts::Query { which: Which::All, before: None, limit: 99 };
    let found = posts::list(&mut quarter.read().await, &query).await.expect("posts");
    found.into_iter().map(|(post, _)| post.details.content.to_text()).collect()
}

async fn waiting(quarter: &TestQuarter) -> i64 {
    let counts = deliveries::count(&mut quarter.read().await).await.expect("counts");
    counts.into_iter().find(|(state, _)| state == "waiting").map_or(0, |(_, count)| count)
}

async fn actor(quarter: &TestQuarter, url: &str) -> domain::actor::Actor {
    let url: Url = url.parse().expect("a URL");
    storage::actors::by_url(&mut quarter.read().await, &url).await.expect("a query").expect("the actor")
}

#[tokio::test]
async fn a_blocked_server_is_refused_and_never_asked_for_anything() {
    let clock = clock();
    for database in testing::all() {
        let north = TestQuarter::new("nord", &clock, database).await;
        let mallory = Mallory::new(&clock).await;
        block(&north, "boese.localhost", Severity::Suspend).await;
        let liked = mallory.activity(1, "mallory", "Follow", json!(north.instance.quarter().url));
        assert_eq!(mallory.send(&north, "mallory", liked.clone()).await, 403);
        assert!(remote::fetch(&north.instance, &mallory.id("/mallory").parse().expect("a URL")).await.is_err());
        let address = format!("mallory@{}", mallory.base.trim_start_matches("http://")).parse().expect("an address");
        assert!(remote::find(&north.instance, &address).await.is_err());
        assert!(mallory.asked.lock().expect("a lock").is_empty(), "nothing was fetched from there");
        unblock(&north, "boese.localhost").await;
        assert_eq!(mallory.send(&north, "mallory", liked).await, 202);
    }
}

#[tokio::test]
async fn a_block_of_the_domain_covers_what_lies_in_it() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, testing::sqlite()).await;
    let mallory = Mallory::new(&clock).await;
    let hello = mallory.activity(1, "mallory", "Follow", json!(north.instance.quarter().url));
    for other in ["nichtboese.localhost", "ganz.boese.localhost"] {
        block(&north, other, Severity::Suspend).await;
    }
    assert_eq!(mallory.send(&north, "mallory", hello.clone()).await, 202);
    // Our own host is in it too: that is refused, and blocks nobody.
    let mut tx = north.instance.store().write().await.expect("a transaction");
    let everyone = HostBlock::new(&"localhost".parse().expect("a host"), Severity::Suspend);
    assert!(blocks::block_host(&mut tx, &north.instance, &everyone).await.is_err());
    drop(tx);
    block(&north, "BOESE.localhost.:1234", Severity::Suspend).await;
    assert_eq!(mallory.send(&north, "mallory", hello).await, 403);
}

#[tokio::test]
async fn a_blocked_id_is_found_wherever_it_hides() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, testing::sqlite()).await;
    let mallory = Mallory::new(&clock).await;
    follow(&north, &mallory, "mallory").await;
    block(&north, "gesperrt.example", Severity::Suspend).await;
    let (by, hidden) = (mallory.id("/mallory"), "https://x.Gesperrt.example/1");
    let with = |member: &str, value: Value| {
        let mut note = a_note(&mallory.id(&format!("/notes/{member}")), &by);
        note[member] = value;
        note
    };
    let notes = [
        with("attributedTo", json!([by, hidden])),
        with("inReplyTo", json!(hidden)),
        with("tag", json!([{"type": "Mention", "href": hidden}])),
        with("url", json!([{"type": "Link", "href": hidden}])),
        with("quoteUrl", json!(hidden)),
    ];
    for (number, note) in (1..).zip(notes) {
        let id = note["id"].as_str().expect("an id").to_owned();
        assert_eq!(mallory.send(&north, "mallory", mallory.activity(number, "mallory", "Create", note)).await, 202);
        let known = storage::objects::by_url(&mut north.read().await, &id.parse().expect("a URL")).await;
        assert_eq!(known.expect("a query"), None, "{id}");
    }
    for object in [json!(hidden), json!({"type": "Create", "id": mallory.id("/c"), "actor": hidden, "object": by})] {
        let announced = mallory.activity(50, "mallory", "Announce", object);
        assert_eq!(mallory.send(&north, "mallory", announced).await, 202);
    }
    // The same without the hidden id is taken.
    let plain = mallory.activity(60, "mallory", "Create", a_note(&mallory.id("/notes/60"), &by));
    assert_eq!(mallory.send(&north, "mallory", plain).await, 202);
    assert_eq!(texts(&north).await, ["Hallo"]);
}

#[tokio::test]
async fn what_a_blocked_neighbour_published_is_gone_at_once_and_nothing_waits_for_it() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let quarter = north.instance.quarter();
        create::post(&south.instance, south.instance.quarter(), note("Aus dem Süden")).await.expect("a post");
        create::event(&south.instance, south.instance.quarter(), event("Südfest")).await.expect("an event");
        let mine = create::post(&north.instance, quarter, note("Aus dem Norden")).await.expect("a post");
        let query = events::Query::from(north.instance.clock().now(), Which::All, 9);
        let event_is_there = async || !events::list(&mut north.read().await, &query).await.expect("events").is_empty();
        until("both are there", async || texts(&north).await.len() == 2 && texts(&south).await.len() == 2).await;
        until("the event is there", event_is_there).await;
        let there = actor(&north, south.instance.quarter().url.as_str()).await;
        block(&north, "sued.localhost", Severity::Suspend).await;
        assert_eq!(texts(&north).await, ["Aus dem Norden"]);
        assert!(!event_is_there().await);
        assert_eq!(north.first_state().await, None);
        assert_eq!(follows::count_followers(&mut north.read().await, quarter.id).await.expect("a count"), 0);
        assert!(!follows::is_followed_by_us(&mut north.read().await, there.id).await.expect("a query"));
        // Whatever is said from now on, also about what the south had got, is for others.
        create::post(&north.instance, quarter, note("Unter uns")).await.expect("a post");
        delete::object(&north.instance, mine.id).await.expect("a deletion");
        assert_eq!(waiting(&north).await, 0);
        assert_eq!(texts(&south).await.len(), 2, "the south heard of neither");
    }
}

#[tokio::test]
async fn what_waits_for_a_server_that_is_down_is_cancelled_by_its_block() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, testing::sqlite()).await;
    let mallory = Mallory::new(&clock).await;
    follow(&north, &mallory, "mallory").await;
    let there = actor(&north, &mallory.id("/mallory")).await;
    let mut tx = north.instance.store().write().await.expect("a transaction");
    let now = north.instance.clock().now();
    let kept = follows::Follow {
        follower: there.id,
        followed: north.instance.quarter().id,
        activity: mallory.id("/follow").parse().expect("a URL"),
        requested_at: now,
        accepted_at: Some(now),
    };
    follows::insert(&mut tx, &kept).await.expect("a follow");
    tx.commit().await.expect("a commit");
    create::post(&north.instance, north.instance.quarter(), note("Hallo")).await.expect("a post");
    block(&north, "boese.localhost", Severity::Suspend).await;
    assert_eq!(waiting(&north).await, 0);
    let asked = mallory.asked.lock().expect("a lock").len();
    clock.step(jiff::SignedDuration::from_hours(1));
    create::post(&north.instance, north.instance.quarter(), note("Noch eins")).await.expect("a post");
    assert_eq!(waiting(&north).await, 0);
    assert_eq!(mallory.asked.lock().expect("a lock").len(), asked);
}

#[tokio::test]
async fn a_blocked_actor_gets_the_same_answers_and_has_no_effect() {
    let clock = clock();
    for database in testing::all() {
        let north = TestQuarter::new("nord", &clock, database).await;
        let mallory = Mallory::new(&clock).await;
        follow(&north, &mallory, "mallory").await;
        let quarter = north.instance.quarter();
        let parent = create::post(&north.instance, quarter, note("Wer kommt?")).await.expect("a post");
        let note_of = |number: u32| a_note(&mallory.id(&format!("/notes/{number}")), &mallory.id("/mallory"));
        assert_eq!(mallory.send(&north, "mallory", mallory.activity(1, "mallory", "Create", note_of(1))).await, 202);
        assert_eq!(texts(&north).await.len(), 2);
        let there = actor(&north, &mallory.id("/mallory")).await;
        let mut tx = north.instance.store().write().await.expect("a transaction");
        assert!(blocks::block_actor(&mut tx, &north.instance, quarter, &there, "Spam").await.expect("a block"));
        tx.commit().await.expect("a commit");
        assert_eq!(texts(&north).await, ["Wer kommt?"]);
        let mut answer = note_of(2);
        answer["inReplyTo"] = json!(parent.url);
        for (number, kind, object) in [
            (3, "Create", answer),
            (4, "Like", json!(parent.url)),
            (5, "Announce", json!(parent.url)),
            (6, "Follow", json!(quarter.url)),
        ] {
            assert_eq!(mallory.send(&north, "mallory", mallory.activity(number, "mallory", kind, object)).await, 202);
        }
        let mut tx = north.read().await;
        assert_eq!(posts::count_held(&mut tx, there.host.as_str()).await.expect("a count"), 0);
        assert_eq!(reactions::count(&mut tx, &parent.url, "Like").await.expect("a count"), 0);
        assert_eq!(follows::count_followers(&mut tx, quarter.id).await.expect("a count"), 0);
        drop(tx);
        // Another of the same server is no worse for it, but cannot pass on what the blocked one says.
        follow(&north, &mallory, "alice").await;
        mallory.serve("/notes/9", note_of(9));
        let boost = mallory.activity(7, "alice", "Announce", json!(mallory.id("/notes/9")));
        assert_eq!(mallory.send(&north, "alice", boost).await, 202);
        assert_eq!(texts(&north).await, ["Wer kommt?"]);
        assert_eq!(mallory.send(&north, "alice", mallory.activity(8, "alice", "Like", json!(parent.url))).await, 202);
        assert_eq!(reactions::count(&mut north.read().await, &parent.url, "Like").await.expect("a count"), 1);
    }
}

#[tokio::test]
async fn what_a_silenced_neighbour_publishes_waits_for_an_editor() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        create::post(&south.instance, south.instance.quarter(), note("Vorher")).await.expect("a post");
        until("it is there", async || texts(&north).await.len() == 1).await;
        block(&north, "sued.localhost", Severity::Silence).await;
        assert!(texts(&north).await.is_empty());
        create::post(&south.instance, south.instance.quarter(), note("Nachher")).await.expect("a post");
        let party = create::event(&south.instance, south.instance.quarter(), event("Südfest")).await.expect("an event");
        let kept = async || events::by_url(&mut north.read().await, &party.url).await.expect("a query");
        until("the event is kept", async || kept().await.is_some()).await;
        assert_eq!(kept().await.expect("the event").state, State::Draft);
        assert!(texts(&north).await.is_empty());
        let host = south.instance.host().as_str();
        assert_eq!(posts::count_held(&mut north.read().await, host).await.expect("a count"), 2);
        federation::activities::update::cancel(&south.instance, party.id, None).await.expect("a change");
        let cancelled = async || kept().await.expect("the event").details.status == domain::event::Status::Cancelled;
        until("the change is kept", cancelled).await;
        assert_eq!(kept().await.expect("the event").state, State::Draft, "a change shows it to nobody");
    }
}

#[tokio::test]
async fn who_asks_all_the_time_is_answered_thirty_times_an_hour() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, testing::sqlite()).await;
    let mallory = Mallory::new(&clock).await;
    let quarter = north.instance.quarter();
    for number in 0..45 {
        let follow = mallory.activity(2 * number, "mallory", "Follow", json!(quarter.url));
        let inner = json!({"type": "Follow", "actor": mallory.id("/mallory"), "object": quarter.url});
        assert_eq!(mallory.send(&north, "mallory", follow).await, 202);
        assert_eq!(
            mallory.send(&north, "mallory", mallory.activity(2 * number + 1, "mallory", "Undo", inner)).await,
            202
        );
    }
    let counts = deliveries::count(&mut north.read().await).await.expect("counts");
    assert_eq!(counts.iter().map(|(_, count)| count).sum::<i64>(), 30, "one accept each");
}
