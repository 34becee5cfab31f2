//! Stories of polls: asked here, answered there, counted once, told to everyone, and closed in time.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::actor::Actor;
use domain::language::Language;
use domain::poll::Poll;
use domain::post::{self, Details, Post};
use federation::activities::{self, Dropped, create, update};
use federation::{initiatives, polls};
use jiff::SignedDuration;
use serde_json::{Value, json};
use storage::posts;
use support::{TestQuarter, clock, neighbours_on_each, note, until};

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

fn question(quarter: &TestQuarter, several: bool) -> post::Draft {
    let end = quarter.instance.clock().now() + SignedDuration::from_hours(24);
    let mut details = Details::typed("", "Wann feiern wir?", Language::DE);
    details.poll = Some(Poll::typed("Freitag\nSamstag\nSonntag", several, Some(end)));
    post::Draft::new(details).expect("a question")
}

async fn kept(quarter: &TestQuarter, asked: &Post) -> Option<Post> {
    posts::by_url(&mut quarter.read().await, &asked.url).await.expect("a query")
}

/// How many chose each option, and how many voted.
async fn votes(quarter: &TestQuarter, asked: &Post) -> (Vec<i64>, Option<i64>) {
    let poll = kept(quarter, asked).await.expect("the post").details.poll.expect("its poll");
    (poll.options.iter().map(|option| option.votes).collect(), poll.voters)
}

/// A question of the north that has arrived in the south.
async fn asked(north: &TestQuarter, south: &TestQuarter, several: bool) -> Post {
    let draft = question(north, several);
    let post = create::post(&north.instance, north.instance.quarter(), draft).await.expect("a question");
    until("the question is there", async || kept(south, &post).await.is_some()).await;
    post
}

async fn club(quarter: &TestQuarter) -> Actor {
    let handle = "verein".parse().expect("a handle");
    initiatives::create(&quarter.instance, "Verein", &handle, domain::html::Html::default())
        .await
        .expect("an initiative")
}

#[tokio::test]
async fn a_vote_next_door_counts_once_and_the_result_comes_back() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let post = asked(&north, &south, false).await;
        polls::vote(&south.instance, south.instance.quarter(), &post.url, "Samstag").await.expect("a vote");
        polls::vote(&south.instance, &club(&south).await, &post.url, "Samstag").await.expect("a vote");
        polls::vote(&north.instance, north.instance.quarter(), &post.url, "Sonntag").await.expect("a vote");
        until("the votes are counted", async || votes(&north, &post).await == (vec![0, 2, 1], Some(3))).await;
        for name in ["Samstag", "Freitag"] {
            let again = polls::vote(&south.instance, south.instance.quarter(), &post.url, name).await;
            assert!(again.is_err_and(|error| error.to_string().contains("already")), "{name}");
        }
        let unknown = polls::vote(&south.instance, south.instance.quarter(), &post.url, "Montag").await;
        assert!(unknown.is_err());
        assert_eq!(polls::see_to_due(&north.instance).await.expect("a look"), 0, "not at every vote");
        clock.step(SignedDuration::from_mins(3));
        assert_eq!(polls::see_to_due(&north.instance).await.expect("a look"), 1);
        until("the result is there", async || votes(&south, &post).await == (vec![0, 2, 1], Some(3))).await;
        let there = kept(&south, &post).await.expect("the post");
        assert_eq!(there.updated_at, there.published_at, "nothing that was said has changed");
        assert_eq!(polls::see_to_due(&north.instance).await.expect("a look"), 0);
    }
}

#[tokio::test]
async fn a_poll_is_closed_in_time_and_everyone_hears_the_result() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let post = asked(&north, &south, true).await;
        let voter = south.instance.quarter();
        for name in ["Freitag", "Sonntag"] {
            polls::vote(&south.instance, voter, &post.url, name).await.expect("a vote");
        }
        until("the votes are counted", async || votes(&north, &post).await == (vec![1, 0, 1], Some(1))).await;
        clock.step(SignedDuration::from_hours(24));
        assert!(polls::vote(&south.instance, voter, &post.url, "Samstag").await.is_err());
        assert!(polls::vote(&north.instance, north.instance.quarter(), &post.url, "Samstag").await.is_err());
        assert_eq!(polls::see_to_due(&north.instance).await.expect("a look"), 1);
        until("the end is known there", async || {
            kept(&south, &post).await.and_then(|post| post.details.poll).is_some_and(|poll| poll.closed_at.is_some())
        })
        .await;
        assert_eq!(votes(&south, &post).await, (vec![1, 0, 1], Some(1)));
        assert_eq!(polls::see_to_due(&north.instance).await.expect("a look"), 0);
    }
}

#[tokio::test]
async fn a_changed_text_leaves_the_poll_as_it_is() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let post = asked(&north, &south, false).await;
        update::post(&north.instance, post.id, note("Wann feiern wir denn?")).await.expect("a change");
        until("the change is there", async || {
            kept(&south, &post).await.is_some_and(|post| post.details.content.to_text() == "Wann feiern wir denn?")
        })
        .await;
        let there = kept(&south, &post).await.expect("the post").details;
        assert_eq!(there.kind(), post::Kind::Question);
        let (theirs, ours) = (there.poll.expect("the poll"), post.details.poll.expect("the poll"));
        assert!(theirs.offers_the_same(&ours) && theirs.ends_at == ours.ends_at);
    }
}

/// What comes of a `Create` of `object` by the south, under a new id.
async fn sent(north: &TestQuarter, south: &TestQuarter, number: usize, object: &Value) -> Result<(), Dropped> {
    let sender = storage::actors::by_url(&mut north.read().await, &south.instance.quarter().url).await;
    let sender = sender.expect("a query").expect("the sender");
    let id = south.instance.url(&format!("/activities/{number}"));
    let json = json!({ "id": id, "type": "Create", "actor": sender.url, "object": object });
    activities::receive(&north.instance, &sender, &id, "Create", json).await
}

#[tokio::test]
async fn stuffing_the_ballot_changes_nothing() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let post = create::post(&north.instance, north.instance.quarter(), question(&north, false)).await;
        let post = post.expect("a question");
        let plain = create::post(&north.instance, north.instance.quarter(), note("Keine Frage")).await.expect("a note");
        let voter = &south.instance.quarter().url;
        let vote = |name: &str, number: usize| {
            json!({
                "id": format!("{voter}#votes/{number}"), "type": "Note", "attributedTo": voter, "name": name,
                "inReplyTo": post.url, "to": north.instance.quarter().url,
            })
        };
        let mut foreign = vote("Freitag", 1);
        foreign["attributedTo"] = json!(north.instance.quarter().url);
        let mut elsewhere = vote("Freitag", 1);
        elsewhere["id"] = json!("https://anderswo.example/1");
        let mut on_a_note = vote("Freitag", 1);
        on_a_note["inReplyTo"] = json!(plain.url);
        let odd = [foreign, elsewhere, on_a_note, vote("Montag", 1), vote(&"x".repeat(9_000), 1)];
        for (number, object) in odd.iter().enumerate() {
            assert!(sent(&north, &south, number, object).await.is_err(), "{object}");
        }
        assert_eq!(votes(&north, &post).await, (vec![0, 0, 0], Some(0)));
        for number in 100..400 {
            let name = ["Freitag", "Samstag", "", "Sonntag"][number % 4];
            let _ = sent(&north, &south, number, &vote(name, number)).await;
        }
        let _ = sent(&north, &south, 500, &json!([vote("Freitag", 500), vote("Samstag", 501)])).await;
        assert_eq!(votes(&north, &post).await, (vec![1, 0, 0], Some(1)));
        let mut tx = north.read().await;
        assert_eq!(posts::count_held(&mut tx, south.instance.host().as_str()).await.expect("a count"), 0);
    }
}

#[tokio::test]
async fn a_list_of_votes_counts_where_several_may_be_chosen() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let post = create::post(&north.instance, north.instance.quarter(), question(&north, true)).await;
        let post = post.expect("a question");
        let vote = |name: &str| json!({ "type": "Note", "name": name, "inReplyTo": post.url });
        sent(&north, &south, 1, &json!([vote("Freitag"), vote("Sonntag")])).await.expect("votes");
        assert_eq!(votes(&north, &post).await, (vec![1, 0, 1], Some(1)));
    }
}

#[tokio::test]
async fn a_note_never_becomes_a_question_nor_a_question_a_note() {
    for (north, south) in neighbours_on_each(&clock()).await {
        let by = &south.instance.quarter().url;
        let id = south.instance.url("/posts/1");
        let object = |kind: &str, number: usize| {
            json!({
                "id": id, "type": kind, "attributedTo": by, "content": "<p>Wann?</p>", "to": [PUBLIC],
                "published": "2026-11-22T11:00:00Z", "updated": format!("2026-11-22T11:00:0{number}Z"),
                "oneOf": [{"type": "Note", "name": "Heute"}, {"type": "Note", "name": "Morgen"}],
            })
        };
        sent(&north, &south, 1, &object("Question", 1)).await.expect("a question");
        assert!(sent(&north, &south, 2, &object("Note", 2)).await.is_err());
        let mut changed = object("Question", 3);
        changed["oneOf"][0]["name"] = json!("Jetzt");
        sent(&north, &south, 3, &changed).await.expect("other options");
        let kept = posts::by_url(&mut north.read().await, &id).await.expect("a query").expect("the post");
        assert_eq!(kept.details.poll.expect("its poll").options[0].name, "Jetzt");
    }
}
