//! Stories of seats: who comes, who waits, who moves up, and who may say so.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::actor::Actor;
use domain::event::{Draft, Event, Joining};
use domain::participation::{Counts, MOST_JOINS, State};
use federation::activities::{create, delete, invite, join, leave, update};
use federation::participations as seats;
use jiff::SignedDuration;
use serde_json::json;
use storage::{actors, events, participations};
use support::people::People;
use support::{TestQuarter, clock, event, neighbours_on_each, until};
use url::Url;

/// A draft of an event that can be joined.
fn open(joining: Joining, seats: Option<u32>) -> Draft {
    let mut details = event("Lesung").details().clone();
    (details.joining, details.capacity) = (joining, seats);
    Draft::new(details).expect("a draft")
}

async fn published(quarter: &TestQuarter, joining: Joining, seats: Option<u32>) -> Event {
    let author = quarter.instance.quarter();
    create::event(&quarter.instance, author, open(joining, seats)).await.expect("an event")
}

async fn counts(quarter: &TestQuarter, event: &Event) -> Counts {
    participations::count(&mut quarter.read().await, event.id).await.expect("counts")
}

async fn known(quarter: &TestQuarter, url: &str) -> Actor {
    let url: Url = url.parse().expect("a URL");
    actors::by_url(&mut quarter.read().await, &url).await.expect("a query").expect("an actor")
}

async fn state(quarter: &TestQuarter, event: &Event, who: &Actor) -> Option<State> {
    let found = participations::between(&mut quarter.read().await, event.id, who.id).await;
    found.expect("a query").map(|kept| kept.state)
}

/// One quarter on each database.
async fn quarters() -> Vec<(TestQuarter, People)> {
    let clock = clock();
    let mut quarters = Vec::new();
    for database in storage::testing::all() {
        quarters.push((TestQuarter::new("nord", &clock, database).await, People::new("fern", &clock).await));
    }
    quarters
}

#[tokio::test]
async fn who_comes_too_late_waits_and_moves_up_when_somebody_leaves() {
    for (north, people) in quarters().await {
        let reading = published(&north, Joining::Open, Some(1)).await;
        let url = reading.url.as_str();
        for (name, answer) in [("anna", "Accept"), ("ben", "TentativeAccept"), ("cem", "TentativeAccept")] {
            assert_eq!(people.send(&north, name, 1, "Join", url).await, 202);
            people.hears(name, &[answer]).await;
        }
        assert_eq!(counts(&north, &reading).await, Counts { confirmed: 1, queued: 2, asked: 0 });
        let told = &people.told("anna")[0];
        assert_eq!(told["object"]["id"], people.id("anna/activities/1"));
        assert_eq!((&told["object"]["type"], &told["object"]["object"]), (&json!("Join"), &json!(url)));
        assert_eq!(
            (&told["to"], &told["cc"]),
            (&json!([people.id("anna")]), &json!([])),
            "nobody hears who else comes"
        );

        assert_eq!(people.send(&north, "anna", 2, "Leave", url).await, 202);
        people.hears("ben", &["TentativeAccept", "Accept"]).await;
        let again = json!({ "type": "Join", "id": people.id("ben/activities/1") });
        assert_eq!(people.send(&north, "ben", 2, "Undo", again).await, 202);
        people.hears("cem", &["TentativeAccept", "Accept"]).await;
        assert_eq!(counts(&north, &reading).await, Counts { confirmed: 1, queued: 0, asked: 0 });
    }
}

#[tokio::test]
async fn a_second_join_changes_nothing_and_is_answered_again() {
    for (north, people) in quarters().await {
        let reading = published(&north, Joining::Open, Some(2)).await;
        for (number, name) in [(1, "anna"), (2, "anna"), (1, "ben"), (1, "cem"), (2, "cem")] {
            assert_eq!(people.send(&north, name, number, "Join", reading.url.as_str()).await, 202);
        }
        people.hears("anna", &["Accept", "Accept"]).await;
        people.hears("cem", &["TentativeAccept", "TentativeAccept"]).await;
        assert_eq!(people.told("anna")[1]["object"]["id"], people.id("anna/activities/2"));
        assert_eq!(counts(&north, &reading).await, Counts { confirmed: 2, queued: 1, asked: 0 });
    }
}

#[tokio::test]
async fn the_organiser_lets_in_and_turns_away() {
    for (north, people) in quarters().await {
        let reading = published(&north, Joining::ByApproval, Some(1)).await;
        for name in ["anna", "ben"] {
            let id = people.id(&format!("{name}/activities/1"));
            let join = json!({
                "id": id, "type": "Join", "actor": people.id(name), "object": reading.url,
                "participationMessage": "<b>Ich</b> bringe Kuchen",
            });
            assert_eq!(people.say(&north, name, join).await, 202);
            people.hears(name, &["TentativeAccept"]).await;
        }
        let (anna, ben) = (known(&north, &people.id("anna")).await, known(&north, &people.id("ben")).await);
        let kept = participations::between(&mut north.read().await, reading.id, anna.id).await.expect("a query");
        assert_eq!(kept.expect("a row").message.as_deref(), Some("Ich bringe Kuchen"));
        assert_eq!(seats::confirm(&north.instance, reading.id, anna.id).await.expect("a yes"), State::Confirmed);
        people.hears("anna", &["TentativeAccept", "Accept"]).await;
        assert_eq!(seats::confirm(&north.instance, reading.id, ben.id).await.expect("a yes"), State::Queued, "full");
        seats::decline(&north.instance, reading.id, anna.id).await.expect("a no");
        people.hears("anna", &["TentativeAccept", "Accept", "Reject"]).await;
        people.hears("ben", &["TentativeAccept", "Accept"]).await;
        assert_eq!(people.send(&north, "anna", 2, "Join", reading.url.as_str()).await, 202);
        people.hears("anna", &["TentativeAccept", "Accept", "Reject", "Reject"]).await;
    }
}

/// Sends until it is taken, as peers do: a busy server answers 503, or too late.
async fn insist(quarter: &TestQuarter, people: &People, who: u32, kind: &str, event: &Event) {
    let id = people.id(&format!("p{who}/{kind}"));
    let actor = people.id(&format!("p{who}"));
    for _ in 0..20 {
        let activity = json!({ "id": id, "type": kind, "actor": actor, "object": event.url });
        if people.say(quarter, &format!("p{who}"), activity).await == 202 {
            return;
        }
    }
    panic!("p{who} could not {kind}");
}

#[tokio::test]
async fn fifty_at_once_get_no_more_seats_than_there_are() {
    for (north, people) in quarters().await {
        let reading = published(&north, Joining::Open, Some(7)).await;
        let joins = (0..50).map(|number| insist(&north, &people, number, "Join", &reading));
        futures_util::future::join_all(joins).await;
        assert_eq!(counts(&north, &reading).await, Counts { confirmed: 7, queued: 43, asked: 0 });
        let leaves = (0..50).map(|number| insist(&north, &people, number, "Leave", &reading));
        futures_util::future::join_all(leaves).await;
        assert_eq!(counts(&north, &reading).await, Counts::default());
    }
}

#[tokio::test]
async fn nobody_leaves_or_answers_for_another() {
    for (north, people) in quarters().await {
        let reading = published(&north, Joining::Open, None).await;
        assert_eq!(people.send(&north, "anna", 1, "Join", reading.url.as_str()).await, 202);
        people.hears("anna", &["Accept"]).await;
        let annas = people.id("anna/activities/1");
        let forged = json!({ "id": annas, "type": "Join", "actor": people.id("anna"), "object": reading.url });
        for (number, kind, object) in [
            (1, "Leave", json!(reading.url)),
            (2, "Undo", forged.clone()),
            (3, "Undo", json!(annas)),
            (4, "Undo", json!({ "id": annas, "type": "Join", "object": reading.url })),
            (5, "Reject", forged.clone()),
            (6, "Accept", json!(annas)),
            (7, "TentativeAccept", forged.clone()),
            (8, "Ignore", forged),
        ] {
            assert_eq!(people.send(&north, "mallory", number, kind, object).await, 202, "{number}");
        }
        assert_eq!(counts(&north, &reading).await, Counts { confirmed: 1, queued: 0, asked: 0 });
        assert_eq!(people.kinds("mallory"), [""; 0]);
    }
}

#[tokio::test]
async fn what_cannot_be_joined_says_so() {
    for (north, people) in quarters().await {
        let quarter = north.instance.quarter();
        let closed = create::event(&north.instance, quarter, event("Markt")).await.expect("an event");
        assert_eq!(people.send(&north, "anna", 1, "Join", closed.url.as_str()).await, 202);
        people.hears("anna", &["Ignore"]).await;
        let off = published(&north, Joining::Open, None).await;
        update::cancel(&north.instance, off.id, None).await.expect("a cancellation");
        assert_eq!(people.send(&north, "ben", 1, "Join", off.url.as_str()).await, 202);
        people.hears("ben", &["Reject"]).await;
        assert_eq!(counts(&north, &off).await, Counts::default());
        for (number, nothing) in ["/events/0190a0a0-0000-7000-8000-000000000000", "/@nord", "/"].iter().enumerate() {
            let object = north.instance.url(nothing).to_string();
            let number = u32::try_from(number).expect("a number");
            assert_eq!(people.send(&north, "cem", number, "Join", object).await, 202, "{nothing}");
        }
        assert_eq!(people.kinds("cem"), [""; 0]);
    }
}

#[tokio::test]
async fn coming_and_going_is_bounded() {
    for (north, people) in quarters().await {
        let reading = published(&north, Joining::Open, Some(1)).await;
        for turn in 0..30_u32 {
            assert_eq!(people.send(&north, "anna", turn * 2, "Join", reading.url.as_str()).await, 202);
            assert_eq!(people.send(&north, "anna", turn * 2 + 1, "Leave", reading.url.as_str()).await, 202);
        }
        assert_eq!(counts(&north, &reading).await, Counts::default());
        assert_eq!(people.send(&north, "ben", 1, "Join", reading.url.as_str()).await, 202);
        people.hears("ben", &["Accept"]).await;
        let heard = people.kinds("anna").len();
        assert!(i64::try_from(heard).expect("a number") <= MOST_JOINS, "{heard} answers");
    }
}

#[tokio::test]
async fn who_comes_hears_of_changes_without_following() {
    for (north, people) in quarters().await {
        let reading = published(&north, Joining::Open, Some(1)).await;
        for name in ["anna", "ben"] {
            assert_eq!(people.send(&north, name, 1, "Join", reading.url.as_str()).await, 202);
        }
        people.hears("anna", &["Accept"]).await;
        people.hears("ben", &["TentativeAccept"]).await;
        update::event(&north.instance, reading.id, open(Joining::Open, Some(2))).await.expect("more seats");
        people.hears("ben", &["TentativeAccept", "Update", "Accept"]).await;
        update::cancel(&north.instance, reading.id, None).await.expect("a cancellation");
        people.hears("anna", &["Accept", "Update", "Update"]).await;
        assert_eq!(people.told("anna")[2]["object"]["status"], "CANCELLED");
        let told = people.told("anna")[2].to_string();
        assert!(!told.contains("/ben"), "{told}");
        delete::object(&north.instance, reading.id).await.expect("a deletion");
        people.hears("anna", &["Accept", "Update", "Update", "Delete"]).await;
        assert_eq!(counts(&north, &reading).await, Counts::default());
    }
}

#[tokio::test]
async fn an_actor_that_is_deleted_leaves_its_seat() {
    for (north, people) in quarters().await {
        let reading = published(&north, Joining::Open, Some(1)).await;
        for name in ["anna", "ben"] {
            assert_eq!(people.send(&north, name, 1, "Join", reading.url.as_str()).await, 202);
        }
        people.hears("ben", &["TentativeAccept"]).await;
        assert_eq!(people.send(&north, "anna", 2, "Delete", people.id("anna")).await, 202);
        people.hears("ben", &["TentativeAccept", "Accept"]).await;
    }
}

#[tokio::test]
async fn the_invited_need_no_further_word() {
    for (north, people) in quarters().await {
        let reading = published(&north, Joining::ByApproval, Some(2)).await;
        let organiser = north.instance.quarter();
        for (name, number) in [("anna", 1), ("ben", 2), ("cem", 3)] {
            let who = people.id(name).parse().expect("a URL");
            let who = federation::remote::known_or_fetched(&north.instance, &who).await.expect("an actor");
            let mut tx = north.instance.store().write().await.expect("a transaction");
            let sent =
                invite::publish(&mut tx, &north.instance, organiser, &reading, &who).await.expect("an invitation");
            assert_eq!(
                invite::publish(&mut tx, &north.instance, organiser, &reading, &who).await.expect("the same"),
                sent
            );
            tx.commit().await.expect("a commit");
            north.instance.wake();
            people.hears(name, &["Invite"]).await;
            let told = &people.told(name)[0];
            assert_eq!((&told["object"], &told["target"]), (&json!(reading.url), &json!(people.id(name))));
            let (kind, object) = match number {
                1 => ("Accept", json!({ "id": sent, "type": "Invite" })),
                2 => ("Join", json!(reading.url)),
                _ => ("Reject", json!(sent)),
            };
            assert_eq!(people.send(&north, "mallory", number, kind, object.clone()).await, 202);
            assert_eq!(people.send(&north, name, number, kind, object).await, 202);
        }
        people.hears("ben", &["Invite", "Accept"]).await;
        let counts = counts(&north, &reading).await;
        assert_eq!((counts.confirmed, counts.queued), (2, 0), "{counts:?}");
        let cem = known(&north, &people.id("cem")).await;
        assert_eq!(state(&north, &reading, &cem).await, Some(State::Refused));
    }
}

#[tokio::test]
async fn two_weeks_later_nobody_knows_who_came() {
    let clock = clock();
    let north = TestQuarter::new("nord", &clock, storage::testing::sqlite()).await;
    let people = People::new("fern", &clock).await;
    let reading = published(&north, Joining::Open, None).await;
    assert_eq!(people.send(&north, "anna", 1, "Join", reading.url.as_str()).await, 202);
    people.hears("anna", &["Accept"]).await;
    let anna = known(&north, &people.id("anna")).await;
    clock.step(SignedDuration::from_hours(15 * 24));
    assert_eq!(
        seats::clean(&north.instance).await.expect("cleaning"),
        0,
        "it was over fourteen days ago, less an hour"
    );
    clock.step(SignedDuration::from_hours(24));
    assert_eq!(seats::clean(&north.instance).await.expect("cleaning"), 1);
    assert_eq!(counts(&north, &reading).await, Counts::default());
    let mut about = reading.url.clone();
    about.set_fragment(Some(&anna.id.to_string()));
    let answer =
        storage::activities::latest(&mut north.read().await, north.instance.quarter().id, "Accept", &about).await;
    assert_eq!(answer.expect("a query").expect("the activity").body, "");
}

/// The event as it is known at the neighbour.
async fn arrived(quarter: &TestQuarter, event: &Event) -> Event {
    until("the event is there", async || {
        events::by_url(&mut quarter.read().await, &event.url).await.expect("a query").is_some()
    })
    .await;
    events::by_url(&mut quarter.read().await, &event.url).await.expect("a query").expect("the event")
}

/// One of ours asks to come to an event of the neighbour.
async fn ask(quarter: &TestQuarter, event: &Event) {
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let organiser = actors::by_id(&mut tx, event.author).await.expect("a query").expect("the organiser");
    let who = quarter.instance.quarter();
    join::publish(&mut tx, &quarter.instance, who, (event, &organiser), Some("Wir kommen")).await.expect("a join");
    tx.commit().await.expect("a commit");
    quarter.instance.wake();
}

#[tokio::test]
async fn one_of_ours_joins_at_the_neighbour_and_leaves_again() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let reading = published(&north, Joining::ByApproval, Some(3)).await;
        let there = arrived(&south, &reading).await;
        assert_eq!((there.details.joining, there.details.capacity), (Joining::ByApproval, Some(3)));
        assert_eq!(there.details.participants, Some(0));
        let who = south.instance.quarter().clone();
        ask(&south, &there).await;
        ask(&south, &there).await;
        until("it waits", async || state(&south, &there, &who).await == Some(State::Queued)).await;
        let guest = known(&north, who.url.as_str()).await;
        seats::confirm(&north.instance, reading.id, guest.id).await.expect("a yes");
        until("it has a seat", async || state(&south, &there, &who).await == Some(State::Confirmed)).await;
        let mut tx = south.instance.store().write().await.expect("a transaction");
        assert!(leave::publish(&mut tx, &south.instance, &who, &there).await.expect("a leave").is_some());
        assert!(leave::publish(&mut tx, &south.instance, &who, &there).await.expect("a query").is_none());
        tx.commit().await.expect("a commit");
        south.instance.wake();
        until("the seat is free", async || counts(&north, &reading).await == Counts::default()).await;
    }
}

#[tokio::test]
async fn only_the_organiser_answers_one_of_ours() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let people = People::new("fern", &clock).await;
        let reading = published(&north, Joining::ByApproval, None).await;
        let there = arrived(&south, &reading).await;
        let who = south.instance.quarter().clone();
        ask(&south, &there).await;
        until("it waits", async || state(&south, &there, &who).await == Some(State::Queued)).await;
        let mut tx = south.read().await;
        let kept = participations::between(&mut tx, there.id, who.id).await.expect("a query").expect("a row");
        drop(tx);
        let join = json!({ "id": kept.activity, "type": "Join", "actor": who.url, "object": reading.url });
        let ends = json!({ "id": people.id("x"), "type": "Join", "actor": who.url, "object": reading.url });
        for (number, kind, object) in
            [(1, "Accept", join.clone()), (2, "Reject", join), (3, "Accept", ends), (4, "Ignore", json!(kept.activity))]
        {
            assert_eq!(people.send(&south, "mallory", number, kind, object).await, 202);
        }
        assert_eq!(state(&south, &there, &who).await, Some(State::Queued));
    }
}

#[tokio::test]
async fn an_invitation_of_a_neighbour_is_kept_and_one_of_a_stranger_is_not() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let people = People::new("fern", &clock).await;
        let reading = published(&north, Joining::ByApproval, Some(2)).await;
        let there = arrived(&south, &reading).await;
        let who = south.instance.quarter().clone();
        for (number, object) in
            [reading.url.to_string(), people.id("events/1"), people.id("mallory")].iter().enumerate()
        {
            let id = people.id(&format!("invite/{number}"));
            let forged = json!({
                "id": id, "type": "Invite", "actor": people.id("mallory"), "object": object, "target": who.url,
            });
            assert_eq!(people.say(&south, "mallory", forged).await, 202);
        }
        assert!(participations::invitations(&mut south.read().await, 9).await.expect("a list").is_empty());
        let guest = known(&north, who.url.as_str()).await;
        let mut tx = north.instance.store().write().await.expect("a transaction");
        invite::publish(&mut tx, &north.instance, north.instance.quarter(), &reading, &guest)
            .await
            .expect("an invitation");
        tx.commit().await.expect("a commit");
        north.instance.wake();
        until("it is kept", async || state(&south, &there, &who).await == Some(State::Invited)).await;
        assert_eq!(participations::invitations(&mut south.read().await, 9).await.expect("a list").len(), 1);
        invite::reply(&south.instance, there.id, who.id, true).await.expect("a yes");
        until("the north knows", async || counts(&north, &reading).await.confirmed == 1).await;
        assert_eq!(state(&south, &there, &who).await, Some(State::Confirmed));
    }
}
