//! Notices: they hang until their day, here and at the neighbours, and somebody is asked before.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::account::{Account, Role};
use domain::language::Language;
use domain::notice::{Notice, Topic};
use domain::post::{self, Post};
use federation::activities::create;
use federation::notices;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::Value;
use storage::{accounts, activities, letters, posts, testing};
use support::{TestQuarter, clock, neighbours_on_each, until};
use uuid::Uuid;

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// A notice of the quarter that hangs for thirty days.
async fn hang(quarter: &TestQuarter) -> Post {
    let zone = TimeZone::get("Europe/Berlin").expect("a zone");
    let notice = Notice::typed(Topic::Lost, None, (quarter.instance.clock().now(), &zone)).expect("a notice");
    let details = post::Details::typed("Katze entlaufen", "Grau, mit Glöckchen.", Language::DE);
    let draft = post::Draft::new(post::Details { notice: Some(notice), ..details }).expect("a draft");
    create::post(&quarter.instance, quarter.instance.quarter(), draft).await.expect("a post")
}

/// What became of a post in the database of a quarter.
async fn hangs(quarter: &TestQuarter, post: &Post) -> bool {
    posts::by_url(&mut quarter.read().await, &post.url).await.expect("a query").is_some()
}

async fn deletions(quarter: &TestQuarter) -> usize {
    let author = quarter.instance.quarter().id;
    let outbox = activities::outbox(&mut quarter.read().await, author, None, 99).await.expect("an outbox");
    outbox.iter().filter(|one| one.kind == "Delete").count()
}

#[tokio::test]
async fn a_notice_is_taken_down_on_its_day_here_and_at_the_neighbours() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let post = hang(&north).await;
        until("it hangs next door", async || hangs(&south, &post).await).await;
        clock.step(days(30));
        notices::see_to_due(&north.instance).await.expect("a look");
        assert!(hangs(&north, &post).await, "its last day is not over");
        clock.step(days(1));
        assert_eq!(notices::see_to_due(&north.instance).await.expect("a look"), 1);
        assert!(!hangs(&north, &post).await);
        until("it is gone next door", async || !hangs(&south, &post).await).await;
        assert_eq!(notices::see_to_due(&north.instance).await.expect("a look"), 0);
    }
}

#[tokio::test]
async fn two_nodes_take_it_down_once() {
    for database in testing::all() {
        let clock = clock();
        let quarter = TestQuarter::new("nord", &clock, database).await;
        let post = hang(&quarter).await;
        clock.step(days(31));
        let (one, other) = tokio::join!(notices::see_to_due(&quarter.instance), notices::see_to_due(&quarter.instance));
        assert_eq!(one.expect("a look") + other.expect("a look"), 1);
        assert!(!hangs(&quarter, &post).await);
        assert_eq!(deletions(&quarter).await, 1);
    }
}

#[tokio::test]
async fn a_week_before_somebody_is_asked_once_and_can_renew_it() {
    for database in testing::all() {
        let clock = clock();
        let quarter = TestQuarter::new("nord", &clock, database).await;
        for (name, role) in [("mira", Role::Editor), ("jo", Role::Member)] {
            let account = Account {
                id: Uuid::now_v7(),
                email: format!("{name}@nord.example").parse().expect("an address"),
                name: name.to_owned(),
                role,
                language: Language::DE,
                actor: None,
                suspended_at: None,
                created_at: clock.clock().now(),
            };
            let mut tx = quarter.instance.store().write().await.expect("a transaction");
            accounts::insert(&mut tx, &account).await.expect("an account");
            tx.commit().await.expect("a commit");
        }
        let post = hang(&quarter).await;
        clock.step(days(22));
        assert_eq!(notices::see_to_due(&quarter.instance).await.expect("a look"), 0);
        clock.step(days(2));
        for expected in [1, 0] {
            assert_eq!(notices::see_to_due(&quarter.instance).await.expect("a look"), expected);
        }
        let mut tx = quarter.instance.store().write().await.expect("a transaction");
        let now = clock.clock().now();
        let written = letters::claim(&mut tx, now, now + days(1), 99).await.expect("letters");
        tx.commit().await.expect("a commit");
        let [letter] = written.try_into().expect("one letter");
        assert_eq!(letter.letter.to.as_str(), "mira@nord.example");
        for words in ["„Katze entlaufen“", "Dienstag, 22. Dezember 2026", &format!("/posts/{}/renew", post.id)] {
            assert!(letter.letter.text.contains(words), "{words}: {}", letter.letter.text);
        }
        notices::renew(&quarter.instance, post.id).await.expect("a renewal");
        clock.step(days(20));
        assert_eq!(notices::see_to_due(&quarter.instance).await.expect("a look"), 0, "it hangs on");
        assert!(hangs(&quarter, &post).await);
        clock.step(days(4));
        assert_eq!(notices::see_to_due(&quarter.instance).await.expect("a look"), 1, "asked about again");
        clock.step(days(8));
        assert_eq!(notices::see_to_due(&quarter.instance).await.expect("a look"), 1);
        assert!(!hangs(&quarter, &post).await);
    }
}

#[tokio::test]
async fn a_notice_says_elsewhere_what_it_is_and_until_when() {
    let quarter = TestQuarter::new("nord", &clock(), testing::sqlite()).await;
    let post = hang(&quarter).await;
    let document: Value =
        quarter.instance.client().get_document(&post.url, |_| http::HeaderMap::new()).await.expect("the post").json;
    assert_eq!(document["tag"][0]["name"], "#Verloren");
    assert_eq!(document["tag"][0]["href"], format!("{}board?topic=lost", quarter.instance.url("/")));
    assert_eq!(document["endTime"], "2026-12-22T23:00:00Z");
}
