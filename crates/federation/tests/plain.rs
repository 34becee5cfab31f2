//! Texts in plain language: they go to the neighbours beside the full ones, and change with them.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::event;
use domain::html::Html;
use domain::language::Language;
use domain::post::{self, Post};
use federation::activities::{create, update};
use jiff::SignedDuration;
use storage::{events, posts};
use support::{TestQuarter, clock, neighbours_on_each, until};

fn draft(plain: &str) -> post::Draft {
    let details = post::Details::typed("", "Die Bauleitplanung wird ausgelegt.", Language::DE);
    post::Draft::new(post::Details { plain: Html::from_text(plain), ..details }).expect("a draft")
}

/// What a quarter shows of a post in plain language.
async fn shown(quarter: &TestQuarter, post: &Post) -> Option<String> {
    let found = posts::by_url(&mut quarter.read().await, &post.url).await.expect("a query");
    found.map(|post| post.details.plain.to_text())
}

#[tokio::test]
async fn plain_language_goes_to_the_neighbours_and_changes_with_its_post() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let quarter = north.instance.quarter();
        let post = create::post(&north.instance, quarter, draft("Hier wird gebaut.")).await.expect("a post");
        until("it is next door", async || shown(&south, &post).await.is_some()).await;
        assert_eq!(shown(&south, &post).await.as_deref(), Some("Hier wird gebaut."));
        clock.step(SignedDuration::from_mins(1));
        update::post(&north.instance, post.id, draft("Hier wird ein Haus gebaut.")).await.expect("a change");
        until("the change is, too", async || {
            shown(&south, &post).await.as_deref() == Some("Hier wird ein Haus gebaut.")
        })
        .await;
        clock.step(SignedDuration::from_mins(1));
        update::post(&north.instance, post.id, draft("")).await.expect("a change");
        until("and that it is gone", async || shown(&south, &post).await.as_deref() == Some("")).await;
    }
}

#[tokio::test]
async fn an_event_brings_its_plain_language_along() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let starts_at = north.instance.clock().now() + SignedDuration::from_hours(48);
        let mut details =
            event::Details::new("Hoffest", starts_at, starts_at + SignedDuration::from_hours(3), "Europe/Berlin");
        details.content = Html::from_text("Ein Fest mit Programm.");
        details.plain = Html::from_text("Wir feiern im Hof.");
        let draft = event::Draft::new(details).expect("a draft");
        let fest = create::event(&north.instance, north.instance.quarter(), draft).await.expect("an event");
        let next_door = async || events::by_url(&mut south.read().await, &fest.url).await.expect("a query");
        until("it is next door", async || next_door().await.is_some()).await;
        let there = next_door().await.expect("the event").details;
        assert_eq!(
            (there.plain.to_text(), there.content.to_text()),
            ("Wir feiern im Hof.".to_owned(), "Ein Fest mit Programm.".to_owned())
        );
    }
}
