//! What speaks of crime is read by an editor first, whoever sends it: neighbours and calendars too.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use domain::event::{Draft, State};
use domain::html::Html;
use domain::post;
use federation::activities::{create, update};
use federation::{imports, queue};
use storage::posts::Which;
use storage::{events, posts, testing};
use support::{TestQuarter, clock, event, neighbours_on_each, note, until};

async fn texts(quarter: &TestQuarter) -> Vec<String> {
    let query = posts::Query { which: Which::All, before: None, limit: 99 };
    let found = posts::list(&mut quarter.read().await, &query).await.expect("posts");
    found.into_iter().map(|(post, _)| post.details.content.to_text()).collect()
}

#[tokio::test]
async fn a_neighbours_words_about_crime_wait_and_once_let_in_they_stay() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let author = south.instance.quarter();
        let alarm = create::post(&south.instance, author, note("Einbruch am Kanal")).await.expect("a post");
        create::post(&south.instance, author, note("Guten Morgen")).await.expect("a post");
        until("the other post is here", async || texts(&north).await == ["Guten Morgen"]).await;
        let waiting = queue::list(&mut north.read().await, &north.instance, 9).await.expect("a list");
        let [waiting] = waiting.as_slice() else { panic!("one waits: {waiting:?}") };
        assert!(waiting.sensitive && !waiting.suspicious);
        queue::approve(&north.instance, waiting.id, "Mira").await.expect("a yes");
        assert_eq!(texts(&north).await.len(), 2);
        clock.step(jiff::SignedDuration::from_secs(1));
        let mut details = alarm.details.clone();
        details.content = Html::from_text("Einbruch am Kanal, alles gut");
        update::post(&south.instance, alarm.id, post::Draft::new(details).expect("a draft")).await.expect("a change");
        until("the change is here", async || texts(&north).await.contains(&"Einbruch am Kanal, alles gut".to_owned()))
            .await;
    }
}

#[tokio::test]
async fn a_neighbours_event_that_begins_to_speak_of_crime_leaves_the_board() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let party =
            create::event(&south.instance, south.instance.quarter(), event("Straßenfest")).await.expect("an event");
        let state =
            async || events::by_url(&mut north.read().await, &party.url).await.expect("a query").map(|one| one.state);
        until("it is here", async || state().await == Some(State::Published)).await;
        clock.step(jiff::SignedDuration::from_secs(1));
        let mut details = party.details.clone();
        details.short = Some("Achtung, Taschendiebe!".to_owned());
        update::event(&south.instance, party.id, Draft::new(details).expect("a draft")).await.expect("a change");
        until("it waits", async || state().await == Some(State::Draft)).await;
    }
}

/// A calendar with one event of that name.
fn calendar(name: &str) -> Vec<u8> {
    let lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//t//t//DE",
        "BEGIN:VEVENT",
        "UID:1@t",
        "DTSTAMP:20261101T120000Z",
        "DTSTART:20261205T150000Z",
        "DTEND:20261205T170000Z",
        &format!("SUMMARY:{name}"),
        "END:VEVENT",
        "END:VCALENDAR",
    ];
    (lines.join("\r\n") + "\r\n").into_bytes()
}

#[tokio::test]
async fn a_trusted_calendar_waits_with_such_words_and_cannot_slip_them_in() {
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", &clock(), database).await;
        let (instance, author) = (&quarter.instance, quarter.instance.quarter());
        let read = async |file: &str, name: &str| {
            imports::read_file(instance, file, &calendar(name), author, true).await.expect("a reading")
        };
        read("a.ics", "Diebstahl auf dem Rad").await;
        let mut tx = quarter.read().await;
        let drafts = events::drafts(&mut tx, 9).await.expect("drafts");
        drop(tx);
        let [(draft, _)] = drafts.as_slice() else { panic!("one draft: {drafts:?}") };
        read("a.ics", "Diebstahl auf dem Rad").await;
        assert_eq!(queue::count(&mut quarter.read().await).await.expect("a count"), 1, "read again, it still waits");
        queue::approve(instance, draft.id, "Mira").await.expect("a yes");
        let report = read("a.ics", "Diebstahl: Vortrag").await;
        assert_eq!((report.changed, report.refused.len()), (1, 0), "an editor has said yes to such words");
        read("b.ics", "Radtour").await;
        let report = read("b.ics", "Radtour mit Dieben").await;
        assert_eq!((report.changed, report.refused.len()), (0, 1));
        assert_eq!(queue::count(&mut quarter.read().await).await.expect("a count"), 0);
    }
}
