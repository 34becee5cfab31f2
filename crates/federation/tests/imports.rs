//! Files and addresses of dates: which are kept, what a second reading does, and that one event is shown once.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::event::{Details, Draft, Event, Status};
use domain::html::Html;
use domain::import::fields::Field;
use domain::place::Place;
use federation::activities::{create, delete, update};
use federation::twins::{self, Word};
use federation::{imports, initiatives, queue};
use jiff::{SignedDuration, Timestamp};
use storage::posts::Which;
use storage::{events, sources, testing};
use support::{TestQuarter, clock};

#[tokio::test]
async fn an_address_that_may_not_be_asked_is_not_kept_and_one_that_fails_is() {
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", &clock(), database).await;
        let (instance, author) = (&quarter.instance, quarter.instance.quarter());
        for forbidden in ["http://192.168.1.1/k.ics", "https://10.0.0.1/k.ics", "webcal://169.254.169.254/k.ics"] {
            let url = forbidden.parse().expect("a URL");
            assert!(imports::subscribe(instance, &url, author, true).await.is_err(), "{forbidden}");
            assert!(sources::all(&mut quarter.read().await).await.expect("sources").is_empty(), "{forbidden}");
        }
        let silent = "http://nirgends.localhost:9/k.ics".parse().expect("a URL");
        assert!(imports::subscribe(instance, &silent, author, true).await.is_err());
        let kept = sources::all(&mut quarter.read().await).await.expect("sources");
        assert_eq!(kept.iter().map(|source| source.error.is_some()).collect::<Vec<_>>(), [true]);
    }
}

/// A calendar of the given events: stable name, title, start of the form `20261205T150000Z`.
fn calendar(events: &[(&str, &str, &str)]) -> String {
    let event = |(uid, name, start): &(&str, &str, &str)| {
        format!(
            "BEGIN:VEVENT\r\nUID:{uid}\r\nSUMMARY:{name}\r\nDTSTART:{start}\r\nDURATION:PT2H\r\nLOCATION:Gemeindehaus\r\nEND:VEVENT\r\n"
        )
    };
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}END:VCALENDAR\r\n", events.iter().map(event).collect::<String>())
}

const CHOIR: [(&str, &str, &str); 2] =
    [("chor-1@verein", "Chorprobe", "20261205T150000Z"), ("chor-2@verein", "Konzert", "20261212T180000Z")];

async fn take(quarter: &TestQuarter, name: &str, file: &str) -> imports::Report {
    let author = quarter.instance.quarter();
    imports::read_file(&quarter.instance, name, file.as_bytes(), author, true).await.expect("a reading")
}

async fn listed(quarter: &TestQuarter) -> Vec<Event> {
    let query = events::Query::from(quarter.instance.clock().now(), Which::All, 9_999);
    let found = events::list(&mut quarter.read().await, &query).await.expect("events");
    found.into_iter().map(|(event, _)| event).collect()
}

#[tokio::test]
async fn what_somebody_changed_stays_at_the_next_reading_and_the_rest_follows() {
    for database in testing::all() {
        let clock = clock();
        let quarter = TestQuarter::new("nord", &clock, database).await;
        take(&quarter, "chor.ics", &calendar(&CHOIR)).await;
        let event = listed(&quarter).await.remove(0);
        let mut details = event.details.clone();
        details.name = "Offene Chorprobe".to_owned();
        clock.step(SignedDuration::from_secs(1));
        let draft = Draft::new(details).expect("a draft");
        update::event(&quarter.instance, event.id, draft).await.expect("a change");
        update::cancel(&quarter.instance, listed(&quarter).await[1].id, None).await.expect("a cancellation");
        let moved = [("chor-1@verein", "Probe", "20261205T160000Z"), CHOIR[1]];
        clock.step(SignedDuration::from_secs(1));
        let report = take(&quarter, "chor.ics", &calendar(&moved)).await;
        assert_eq!((report.changed, report.unchanged), (1, 1));
        let found = listed(&quarter).await;
        assert_eq!(found[0].details.name, "Offene Chorprobe");
        assert_eq!(found[0].details.starts_at.to_string(), "2026-12-05T16:00:00Z");
        assert_eq!(found[1].details.status, Status::Cancelled, "the source knows nothing of that");
        imports::follow_source(&quarter.instance, event.id, Field::Name).await.expect("a change");
        assert_eq!(listed(&quarter).await[0].details.name, "Probe");
        let again = imports::follow_source(&quarter.instance, event.id, Field::Name).await;
        assert!(matches!(again, Err(federation::Error::NotFound)));
    }
}

#[tokio::test]
async fn what_was_deleted_or_declined_does_not_come_back_and_what_the_source_took_back_may() {
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", &clock(), database).await;
        let (instance, author) = (&quarter.instance, quarter.instance.quarter());
        take(&quarter, "chor.ics", &calendar(&CHOIR)).await;
        delete::object(instance, listed(&quarter).await[0].id).await.expect("a deletion");
        let report = take(&quarter, "chor.ics", &calendar(&CHOIR)).await;
        assert_eq!((report.new, report.declined, report.unchanged), (0, 1, 1));
        let draft =
            |file: String| async move { imports::read_file(instance, "b.ics", file.as_bytes(), author, false).await };
        let fest = [("fest-1@verein", "Hoffest", "20261206T120000Z"), ("fest-2@verein", "Markt", "20261207T120000Z")];
        draft(calendar(&fest)).await.expect("a reading");
        let waiting = events::drafts(&mut quarter.read().await, 9).await.expect("drafts").remove(0).0;
        queue::decline(instance, waiting.id, "operator", "Nein").await.expect("a no");
        assert_eq!(draft(calendar(&fest)).await.expect("a reading").declined, 1);
        assert_eq!(draft(calendar(&fest[..1])).await.expect("a reading").gone, 1);
        assert_eq!(draft(calendar(&fest)).await.expect("a reading").new, 1, "a draft that the source took back");
    }
}

#[tokio::test]
async fn the_same_dates_in_another_file_or_as_a_table_are_not_there_twice() {
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", &clock(), database).await;
        take(&quarter, "chor.ics", &calendar(&CHOIR)).await;
        for (name, file) in [
            ("chor-neu.ics", calendar(&CHOIR)),
            ("chor.csv", "Titel;Datum;Uhrzeit;Ort\nChorprobe;5.12.2026;16:00-18:00;Gemeindehaus\nKonzert;12.12.2026;19-21 Uhr;Gemeindehaus\n".to_owned()),
            ("chor.ics", calendar(&CHOIR)),
        ] {
            let report = take(&quarter, name, &file).await;
            assert_eq!((report.new, report.changed, report.unchanged), (0, 0, 2), "{name}: {report:?}");
            assert_eq!(listed(&quarter).await.len(), 2, "{name}");
        }
    }
}

#[tokio::test]
async fn own_words_lead_before_an_import_and_after_them_it_appears() {
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", &clock(), database).await;
        let instance = &quarter.instance;
        let handle = "chor".parse().expect("a handle");
        let choir = initiatives::create(instance, "Chor", &handle, Html::default()).await.expect("an initiative");
        let start: Timestamp = "2026-12-05T15:00:00Z".parse().expect("a time");
        let mut details = Details::new("Chorprobe", start, start + SignedDuration::from_hours(2), "Europe/Berlin");
        details.place = Some(Place::named("Gemeindehaus"));
        let typed = create::event(instance, &choir, Draft::new(details).expect("a draft")).await.expect("an event");
        let report = take(&quarter, "chor.ics", &calendar(&CHOIR)).await;
        assert_eq!((report.new, report.twins), (1, 1));
        assert_eq!(listed(&quarter).await.iter().filter(|event| event.details.name == "Chorprobe").count(), 1);
        let beside = twins::beside(&mut quarter.read().await, typed.id, false).await.expect("events");
        let imported = beside[0].event.id;
        assert!(beside[0].is_same && events::count_waiting(&mut quarter.read().await).await.expect("a count") == 0);

        twins::say(instance, typed.id, imported, Word::Different).await.expect("a word");
        let names = |found: Vec<Event>| found.into_iter().filter(|event| event.details.name == "Chorprobe").count();
        assert_eq!(names(listed(&quarter).await), 2, "an editor told them apart");
        assert_eq!(take(&quarter, "chor.ics", &calendar(&CHOIR)).await.unchanged, 2);
        assert_eq!(names(listed(&quarter).await), 2, "and the next reading heeds it");
        twins::say(instance, typed.id, imported, Word::Nothing).await.expect("a word");
        assert_eq!(names(listed(&quarter).await), 1);

        delete::object(instance, typed.id).await.expect("a deletion");
        let left = listed(&quarter).await;
        assert!(left.iter().any(|event| event.id == imported) && left.len() == 2, "the other one appears");
    }
}

#[tokio::test]
async fn a_neighbours_event_leads_before_an_import_and_an_import_before_it_steps_back() {
    let clock = clock();
    for (north, south) in support::neighbours_on_each(&clock).await {
        take(&north, "chor.ics", &calendar(&CHOIR[..1])).await;
        let start: Timestamp = "2026-12-05T15:00:00Z".parse().expect("a time");
        let mut details = Details::new("Chorprobe", start, start + SignedDuration::from_hours(2), "Europe/Berlin");
        details.place = Some(Place::named("Gemeindehaus"));
        let draft = Draft::new(details).expect("a draft");
        let theirs = create::event(&south.instance, south.instance.quarter(), draft).await.expect("an event");
        let mut found = listed(&north).await;
        for _ in 0..200 {
            if found.iter().any(|event| event.url == theirs.url) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            found = listed(&north).await;
        }
        assert_eq!(found.iter().map(|event| &event.url).collect::<Vec<_>>(), [&theirs.url]);
        delete::object(&south.instance, theirs.id).await.expect("a deletion");
        for _ in 0..200 {
            found = listed(&north).await;
            if found.iter().all(|event| event.url != theirs.url) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(found.iter().map(|event| event.source.is_some()).collect::<Vec<_>>(), [true], "ours is back");
    }
}

#[tokio::test]
async fn a_long_file_comes_in_pieces_and_a_second_reading_finds_all_of_it() {
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", &clock(), database).await;
        let rows: Vec<_> = (0..700).map(|n| format!("Treffen {n};{}.12.2026;{} Uhr", n % 28 + 1, n % 24)).collect();
        let file = format!("Titel;Datum;Uhrzeit\n{}\n", rows.join("\n"));
        assert_eq!(take(&quarter, "viele.csv", &file).await.new, 700);
        let report = take(&quarter, "viele.csv", &file).await;
        assert_eq!((report.new, report.changed, report.unchanged), (0, 0, 700));
        let source = sources::all(&mut quarter.read().await).await.expect("sources").remove(0);
        assert_eq!(source.progress, (700, 700));
    }
}
