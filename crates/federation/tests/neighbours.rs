//! Stories of two quarters: what one publishes stands at the other, and what it takes back is gone there.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::account::{Account, Role};
use domain::event::Status;
use domain::handle::Address;
use federation::activities::{create, delete, follow, update};
use federation::{initiatives, members, neighbours, remote};
use serde_json::Value;
use storage::posts::Which;
use storage::{events, follows, posts, testing};
use support::peer::Peer;
use support::{TestQuarter, clock, event, neighbours_on_each, note, until};

async fn names(quarter: &TestQuarter) -> Vec<(String, Status)> {
    let query = events::Query::from(quarter.instance.clock().now(), Which::All, 99);
    let found = events::list(&mut quarter.read().await, &query).await.expect("events");
    found.into_iter().map(|(event, _)| (event.details.name, event.details.status)).collect()
}

async fn texts(quarter: &TestQuarter) -> Vec<String> {
    let query = posts::Query { which: Which::All, before: None, limit: 99 };
    let found = posts::list(&mut quarter.read().await, &query).await.expect("posts");
    found.into_iter().map(|(post, _)| post.details.content.to_text()).collect()
}

#[tokio::test]
async fn what_a_quarter_publishes_stands_at_its_neighbour() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let quarter = north.instance.quarter();
        create::post(&north.instance, quarter, note("Guten Morgen")).await.expect("a post");
        create::event(&north.instance, quarter, event("Lichterfest")).await.expect("an event");
        until("the note is there", async || texts(&south).await == ["Guten Morgen"]).await;
        until("the event is there", async || names(&south).await == [("Lichterfest".to_owned(), Status::Confirmed)])
            .await;
    }
}

#[tokio::test]
async fn a_cancelled_event_is_cancelled_at_the_neighbour_and_said_in_a_note() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let kept =
            create::event(&north.instance, north.instance.quarter(), event("Lichterfest")).await.expect("an event");
        until("the event is there", async || names(&south).await.len() == 1).await;
        update::cancel(&north.instance, kept.id, Some("Es stürmt.")).await.expect("a cancellation");
        until("it is cancelled there", async || names(&south).await == [("Lichterfest".to_owned(), Status::Cancelled)])
            .await;
        let outbox = storage::activities::outbox(&mut north.read().await, north.instance.quarter().id, None, 9)
            .await
            .expect("activities");
        assert!(
            outbox[0].body.contains("Fällt aus: Lichterfest") && outbox[0].body.contains("Es stürmt."),
            "{}",
            outbox[0].body
        );
        assert!(outbox[0].body.contains(&format!("\"inReplyTo\":\"{}\"", kept.url)));
    }
}

#[tokio::test]
async fn a_deleted_post_is_gone_at_the_neighbour() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let kept = create::post(&north.instance, north.instance.quarter(), note("Versehen")).await.expect("a post");
        until("the note is there", async || texts(&south).await.len() == 1).await;
        delete::object(&north.instance, kept.id).await.expect("a deletion");
        until("the note is gone", async || texts(&south).await.is_empty()).await;
        let entry =
            storage::objects::by_url(&mut south.read().await, &kept.url).await.expect("a query").expect("the entry");
        assert!(entry.deleted_at.is_some());
    }
}

#[tokio::test]
async fn what_an_initiative_publishes_reaches_the_neighbour_through_its_quarter() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let handle = "chor".parse().expect("a handle");
        let choir = initiatives::create(&north.instance, "Chor Nord", &handle, domain::html::Html::default())
            .await
            .expect("an initiative");
        let kept = create::event(&north.instance, &choir, event("Offene Probe")).await.expect("an event");
        until("the event is there", async || names(&south).await.len() == 1).await;
        let found = events::by_url(&mut south.read().await, &kept.url).await.expect("a query").expect("the event");
        let author =
            storage::actors::by_id(&mut south.read().await, found.author).await.expect("a query").expect("the author");
        assert_eq!((author.name.as_str(), &author.url), ("Chor Nord", &choir.url));
        update::cancel(&north.instance, kept.id, None).await.expect("a cancellation");
        until("it is cancelled there", async || names(&south).await[0].1 == Status::Cancelled).await;
        delete::object(&north.instance, kept.id).await.expect("a deletion");
        until("it is gone", async || names(&south).await.is_empty()).await;
    }
}

#[tokio::test]
async fn a_member_who_leaves_is_forgotten_at_the_neighbour_too() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let account = Account {
            id: uuid::Uuid::now_v7(),
            email: "mira@nord.example".parse().expect("an address"),
            name: "Mira".to_owned(),
            role: Role::Member,
            language: domain::language::Language::DE,
            actor: None,
            created_at: north.instance.clock().now(),
            suspended_at: None,
        };
        let mut tx = north.instance.store().write().await.expect("a transaction");
        storage::accounts::insert(&mut tx, &account).await.expect("an account");
        tx.commit().await.expect("a commit");
        let profile =
            members::show(&north.instance, &account, &"mira".parse().expect("a handle")).await.expect("a profile");
        create::post(&north.instance, &profile, note("Ich verleihe eine Leiter")).await.expect("a post");
        until("the note is there", async || texts(&south).await.len() == 1).await;
        let account =
            storage::accounts::by_id(&mut north.read().await, account.id).await.expect("a query").expect("the account");
        members::remove(&north.instance, &account).await.expect("a removal");
        assert!(texts(&north).await.is_empty());
        until("the note is gone", async || texts(&south).await.is_empty()).await;
    }
}

#[tokio::test]
async fn what_was_a_neighbours_leaves_the_board_when_the_neighbourhood_ends() {
    for (north, south) in neighbours_on_each(&clock()).await {
        create::event(&north.instance, north.instance.quarter(), event("Lichterfest")).await.expect("an event");
        until("the event is there", async || names(&south).await.len() == 1).await;
        neighbours::end(&south.instance, &north.address()).await.expect("an end");
        assert!(names(&south).await.is_empty());
        until("the north knows", async || north.first_state().await != Some(domain::neighbour::State::Established))
            .await;
        create::event(&north.instance, north.instance.quarter(), event("Nachspiel")).await.expect("an event");
        until("nothing waits", async || {
            let counts = storage::deliveries::count(&mut north.read().await).await.expect("counts");
            counts.iter().all(|(state, _)| state != "waiting")
        })
        .await;
        assert!(names(&south).await.is_empty());
    }
}

#[tokio::test]
async fn a_stranger_and_ourselves_are_no_neighbours() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, storage::testing::sqlite()).await;
    let nobody: Address = format!("niemand@{}", north.instance.host()).parse().expect("an address");
    assert!(neighbours::invite(&north.instance, &nobody).await.is_err());
    assert!(neighbours::invite(&north.instance, &"x@nirgends.localhost:9".parse().expect("an address")).await.is_err());
    assert_eq!(north.first_state().await, None);
}

#[tokio::test]
async fn a_request_that_waits_is_sent_again_under_its_own_id_and_one_that_was_accepted_is_not() {
    for database in testing::all() {
        let clock = clock();
        let north = TestQuarter::new("nord", &clock, database).await;
        let peer = Peer::new("anderswo", &clock).await;
        let other = remote::fetch(&north.instance, &peer.url("/alice")).await.expect("an actor");
        let us = north.instance.quarter();
        let mut ids = Vec::new();
        for times in 1..=2 {
            let mut tx = north.instance.store().write().await.expect("a transaction");
            follow::publish(&mut tx, &north.instance, us, &other).await.expect("a follow");
            tx.commit().await.expect("a commit");
            north.instance.wake();
            until("it is asked", async || {
                let posts = peer.take_asked().into_iter().filter(|asked| asked.method == http::Method::POST);
                ids.extend(posts.map(|asked| {
                    let follow: Value = serde_json::from_slice(&asked.body).expect("JSON");
                    follow.get("id").and_then(Value::as_str).expect("an id").to_owned()
                }));
                ids.len() == times
            })
            .await;
            // Or the second would be the first one still, whose answer was not noted yet.
            until("the answer is noted", async || {
                let counts = storage::deliveries::count(&mut north.read().await).await.expect("counts");
                counts == [("delivered".to_owned(), 1)]
            })
            .await;
        }
        assert_eq!(ids.first(), ids.last());
        let mut tx = north.instance.store().write().await.expect("a transaction");
        let kept = follows::between(&mut tx, us.id, other.id).await.expect("a query").expect("a follow");
        assert_eq!(Some(kept.activity.as_str()), ids.first().map(String::as_str));
        follows::accept(&mut tx, us.id, other.id, clock.clock().now()).await.expect("a yes");
        follow::publish(&mut tx, &north.instance, us, &other).await.expect("nothing");
        let counts = storage::deliveries::count(&mut tx).await.expect("counts");
        assert_eq!(counts, [("delivered".to_owned(), 1)]);
    }
}
