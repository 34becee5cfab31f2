//! Sources of every kind, read by their addresses: what they bring, what they change within the hour, what does harm.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};
use domain::category::Category;
use domain::event::{Event, Status};
use federation::imports::{self, Report};
use http::StatusCode;
use jiff::SignedDuration;
use storage::posts::Which;
use storage::{events, sources, testing};
use support::{TestQuarter, clock};
use tokio::net::TcpListener;
use url::Url;

type Pages = Arc<Mutex<HashMap<String, String>>>;

/// A site whose pages a test writes; what it says of its own address is put in for `HERE`.
struct Site {
    base: String,
    pages: Pages,
}

impl Site {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let pages = Pages::default();
        let routes = axum::Router::new().fallback(answer).with_state(pages.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { base: format!("http://verein.localhost:{port}"), pages }
    }

    fn says(&self, path: &str, text: &str) -> Url {
        let text = text.replace("HERE", &self.base);
        self.pages.lock().expect("pages").insert(path.to_owned(), text);
        format!("{}{path}", self.base).parse().expect("a URL")
    }
}

async fn answer(State(pages): State<Pages>, uri: OriginalUri) -> Response {
    let asked = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let pages = pages.lock().expect("pages");
    let page = pages.get(&asked).or_else(|| pages.get(uri.path()));
    page.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |text| text.clone().into_response())
}

async fn listed(quarter: &TestQuarter) -> Vec<Event> {
    let query = events::Query::from(quarter.instance.clock().now(), Which::All, 99);
    let found = events::list(&mut quarter.read().await, &query).await.expect("events");
    found.into_iter().map(|(event, _)| event).collect()
}

async fn read(quarter: &TestQuarter, url: &Url) -> Report {
    imports::subscribe(&quarter.instance, url, quarter.instance.quarter(), true).await.expect("a reading")
}

async fn kind(quarter: &TestQuarter) -> String {
    sources::all(&mut quarter.read().await).await.expect("sources").remove(0).kind
}

const JSON_LD: &str = r#"<!doctype html><html><head><title>Kulturhaus</title>
<script type="application/ld+json">{"@context":"https://schema.org","@graph":[
 {"@type":"WebPage","name":"Programm"},
 {"@type":["Event","MusicEvent"],"@id":"HERE/e/1","name":"Konzert im <b>Hof</b>","startDate":"2026-12-05T19:00","endDate":"2026-12-05T21:00",
  "description":"<p>Mit <img src=x onerror=alert(1)>Chor</p>","location":{"@type":"Place","name":"Kulturhaus","address":{"streetAddress":"Ring 4","postalCode":"45881","addressLocality":"Gelsenkirchen"},"geo":{"latitude":"51.5","longitude":7.1}},
  "offers":[{"price":"5","priceCurrency":"EUR"}],"eventStatus":"https://schema.org/EventScheduled","url":"/e/1"},
 {"@type":"Event","name":"Ohne Tag"},
 {"@type":"EventSeries","name":"Lesereihe","startDate":"2026-12-01","subEvent":[{"@type":"LiteraryEvent","name":"Lesung","startDate":"2026-12-08T18:00:00+01:00","eventStatus":"EventCancelled"}]}
]}</script></head><body>Programm</body></html>"#;

#[tokio::test]
async fn a_page_that_says_its_events_as_data_is_a_source_and_changes_within_the_hour() {
    let clock = clock();
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", &clock, database).await;
        let site = Site::start().await;
        let url = site.says("/programm", JSON_LD);
        let report = read(&quarter, &url).await;
        assert_eq!((report.new, report.refused.len()), (2, 1), "{report:?}");
        assert_eq!(report.refused[0].why, "import-start-missing");
        let found = listed(&quarter).await;
        let concert = &found[0].details;
        assert_eq!((concert.name.as_str(), concert.category), ("Konzert im Hof", Some(Category::Music)));
        assert_eq!(concert.starts_at.to_string(), "2026-12-05T18:00:00Z");
        assert_eq!(concert.price.as_deref(), Some("5 €"));
        assert!(
            !concert.content.as_str().contains("onerror")
                && concert.place.as_ref().is_some_and(|at| at.position.is_some())
        );
        assert_eq!(found[1].details.status, Status::Cancelled);
        assert_eq!(kind(&quarter).await, "page");
        site.says("/programm", &JSON_LD.replace("19:00", "20:00").replace("21:00", "22:00"));
        clock.step(SignedDuration::from_mins(59));
        assert_eq!(imports::refresh_due(&quarter.instance).await.expect("a look"), 0);
        clock.step(SignedDuration::from_mins(1));
        assert_eq!(imports::refresh_due(&quarter.instance).await.expect("a reading"), 1);
        assert_eq!(listed(&quarter).await[0].details.starts_at.to_string(), "2026-12-05T19:00:00Z");
    }
}

#[tokio::test]
async fn microformats_a_link_to_a_calendar_and_a_mobilizon_group_are_followed() {
    let clock = clock();
    let calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:7f3a-1@verein\r\nSUMMARY:Probe\r\nDTSTART:20261205T150000Z\r\nDTEND:20261205T170000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let marked = r#"<html><body><ul><li class="h-event"><a class="p-name u-url" href="/fest">Hoffest</a>
      <time class="dt-start" datetime="2026-12-06T12:00">6.12.</time><time class="dt-end" datetime="2026-12-06T16:00"></time>
      <div class="p-location h-card"><span class="p-name">Hof</span>, <span class="p-street-address">Ring 4</span></div>
      <div class="e-content">Mit <b>Suppe</b><img src=x onerror=alert(1)></div></li>
      <li class="h-event"><p class="p-name">Ohne Zeit</p></li></ul></body></html>"#;
    let linked =
        r#"<html><head><link rel="alternate" type="text/calendar" href="/k.ics"></head><body>Mobilizon</body></html>"#;
    let group = "<html><body><noscript>Mobilizon needs a script.</noscript></body></html>";
    for (database, (path, page, expected)) in testing::all().into_iter().flat_map(|_| testing::all()).zip([
        ("/termine", marked, "page"),
        ("/verein", linked, "page"),
        ("/@chor", group, "mobilizon"),
    ]) {
        let quarter = TestQuarter::new("nord", &clock, database).await;
        let site = Site::start().await;
        site.says("/k.ics", calendar);
        site.says("/@chor/feed/ics", calendar);
        let url = site.says(path, page);
        let report = read(&quarter, &url).await;
        assert_eq!((report.new, kind(&quarter).await.as_str()), (1, expected), "{path}");
        let event = listed(&quarter).await.remove(0);
        if path == "/termine" {
            let place = event.details.place.clone().expect("a place");
            assert_eq!((place.name.as_str(), place.street.as_deref()), ("Hof", Some("Ring 4")));
            assert_eq!((event.details.name.as_str(), report.refused.len()), ("Hoffest", 1));
            assert!(!event.details.content.as_str().contains("onerror"));
        } else {
            let source = sources::all(&mut quarter.read().await).await.expect("sources").remove(0);
            assert!(source.feed.is_some_and(|feed| feed.path().ends_with("ics")), "from now on the calendar is asked");
        }
        assert_eq!(read(&quarter, &url).await.new, 0, "a second reading doubles nothing");
        assert_eq!(listed(&quarter).await.len(), 1);
    }
}

#[tokio::test]
async fn gancio_is_read_by_its_list() {
    let clock = clock();
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", &clock, database).await;
        let site = Site::start().await;
        let url =
            site.says("/", r#"<html><head><meta name="generator" content="Gancio 1.22"></head><body></body></html>"#);
        site.says(
            "/api/events",
            r#"[{"id":7,"title":"Küfa","slug":"kuefa","start_datetime":1796493600,"end_datetime":null,"description":"<p>Essen</p>",
            "tags":["essen"],"place":{"name":"Infoladen","address":"Ring 4, 45881 Gelsenkirchen","latitude":51.5,"longitude":7.1}}]"#,
        );
        assert_eq!((read(&quarter, &url).await.new, kind(&quarter).await.as_str()), (1, "gancio"));
        let event = listed(&quarter).await.remove(0);
        assert_eq!(event.uid, format!("{}/event/kuefa", site.base));
        let place = event.details.place.expect("a place");
        assert_eq!((place.name.as_str(), place.postal_code.as_deref()), ("Infoladen", Some("45881")));
        assert!(event.details.open_end && event.details.tags == ["essen"]);
    }
}

fn meeting(number: u32, more: &str) -> String {
    format!(
        r#"{{"id":"HERE/meeting/{number}","type":"https://schema.oparl.org/1.1/Meeting","name":"Rat {number}",
        "start":"2026-12-0{number}T17:00:00+01:00","location":{{"description":"Rathaus","room":"Saal 1"}}{more}}}"#
    )
}

#[tokio::test]
async fn a_councils_meetings_are_followed_page_by_page_and_asked_for_changes_once_a_day() {
    let clock = clock();
    for database in testing::all() {
        let quarter = TestQuarter::new("nord", &clock, database).await;
        let site = Site::start().await;
        let url =
            site.says("/oparl", r#"{"type":"https://schema.oparl.org/1.1/System","name":"Rat","body":"HERE/bodies"}"#);
        site.says(
            "/bodies",
            r#"{"data":[{"type":"https://schema.oparl.org/1.1/Body","name":"Stadt","meeting":"HERE/meetings"},
            {"type":"https://schema.oparl.org/1.1/Body","name":"Kreis","meeting":"https://anderswo.example/meetings"}],"pagination":{},"links":{}}"#,
        );
        let page =
            |meetings: &str, next: &str| format!(r#"{{"data":[{meetings}],"pagination":{{}},"links":{{{next}}}}}"#);
        site.says("/meetings", &page(&meeting(1, ""), r#""next":"HERE/meetings?page=2""#));
        site.says("/meetings?page=2", &page(&format!("{},{}", meeting(2, ""), meeting(3, "")), ""));
        let report = read(&quarter, &url).await;
        assert_eq!((report.new, kind(&quarter).await.as_str()), (3, "oparl"));
        assert_eq!(report.refused.iter().map(|one| one.why).collect::<Vec<_>>(), ["import-elsewhere"]);
        let first = listed(&quarter).await.remove(0);
        assert_eq!(first.details.category, Some(Category::Civic));
        assert_eq!(first.details.place.map(|place| place.name), Some("Rathaus, Saal 1".to_owned()));
        // Only what changed comes, and what is not among it is not gone.
        let changes = format!("{},{}", meeting(2, r#","cancelled":true"#), meeting(3, r#","deleted":true"#));
        site.says("/meetings?modified_since=2026-11-21T12%3A00%3A00Z", &page(&changes, ""));
        clock.step(SignedDuration::from_hours(23));
        assert_eq!(imports::refresh_due(&quarter.instance).await.expect("a look"), 0);
        clock.step(SignedDuration::from_hours(1));
        assert_eq!(imports::refresh_due(&quarter.instance).await.expect("a reading"), 1);
        let statuses: Vec<Status> = listed(&quarter).await.iter().map(|event| event.details.status).collect();
        assert_eq!(statuses, [Status::Confirmed, Status::Cancelled, Status::Cancelled]);
        clock.step(SignedDuration::from_hours(-24));
    }
}

#[tokio::test]
async fn cal_03_hostile_pages_are_bounded_and_leave_no_trace_but_a_sentence() {
    let clock = clock();
    let quarter = TestQuarter::new("nord", &clock, testing::all().remove(0)).await;
    let site = Site::start().await;
    let script = |text: &str| format!("<html><script type=\"application/ld+json\">{text}</script></html>");
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let graph = format!("{}{{\"@type\":\"Event\"}}{}", "{\"@graph\":[".repeat(60), "]}".repeat(60));
    let tags = format!("<html>{}", "<div class='h-event p-name dt-start'>".repeat(100_000));
    let attributes = format!("<html><p {}>", (0..50_000).map(|n| format!("a{n}=1")).collect::<Vec<_>>().join(" "));
    for (at, page) in
        [script(&nested), script(&graph), tags, attributes, "\u{0}".repeat(1_000_000)].into_iter().enumerate()
    {
        let url = site.says(&format!("/{at}"), &page);
        let began = std::time::Instant::now();
        let read = imports::subscribe(&quarter.instance, &url, quarter.instance.quarter(), true).await;
        assert!(read.is_err() || read.is_ok_and(|report| report.new == 0), "page {at}");
        assert!(began.elapsed().as_secs() < 20, "page {at} took {:?}", began.elapsed());
    }
    // A list without an end is followed so far and no further.
    let endless = r#"{"data":[],"pagination":{},"links":{"next":"HERE/list?page=NEXT"}}"#;
    for page in 0..200 {
        site.says(&format!("/list?page={page}"), &endless.replace("NEXT", &(page + 1).to_string()));
    }
    let url = site.says("/list?page=0", &endless.replace("NEXT", "1"));
    let report =
        imports::subscribe(&quarter.instance, &url, quarter.instance.quarter(), true).await.expect("a reading");
    assert_eq!(report.refused.last().map(|refusal| refusal.why), Some("import-pages-many"));
    assert!(listed(&quarter).await.is_empty());
}
