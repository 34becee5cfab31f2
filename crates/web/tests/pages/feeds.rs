//! Events and posts for other programs.

use domain::event::Status;
use domain::html::Html;
use domain::place::{Place, Position};
use http::header::{CONTENT_TYPE, ETAG, HOST, IF_NONE_MATCH};
use http::{Request, StatusCode};

use crate::quarter::TestQuarter;

async fn filled() -> TestQuarter {
    let quarter = TestQuarter::new().await;
    let hafen = quarter.remote("Hafenviertel", "hafen.example", true).await;
    quarter
        .event("Adventssingen; mit Punsch", 3, |details| {
            details.place = Some(Place { position: Position::new(51.5, 7.1), ..Place::named("Bürgerhaus") });
            details.free = true;
        })
        .await;
    quarter.event("Lesung", 5, |details| details.status = Status::Cancelled).await;
    quarter.remote_event(&hafen, "=HYPERLINK(\"x\")", 7, |_| {}).await;
    quarter
}

#[tokio::test]
async fn the_calendar_holds_everything_and_filters_like_the_list() {
    let quarter = filled().await;
    let all = quarter.get("/calendar.ics").await;
    assert_eq!(all.header(CONTENT_TYPE), "text/calendar; charset=utf-8");
    assert_eq!(all.body.matches("BEGIN:VEVENT").count(), 3);
    assert!(all.body.contains("STATUS:CANCELLED") && all.body.contains("\r\n"));
    assert_eq!(quarter.get("/calendar.ics?own=1").await.body.matches("BEGIN:VEVENT").count(), 2);
    assert_eq!(quarter.get("/calendar.ics?free=1").await.body.matches("BEGIN:VEVENT").count(), 1);
    assert_eq!(quarter.get("/@nordstadt/calendar.ics").await.body.matches("BEGIN:VEVENT").count(), 2);
    assert_eq!(quarter.get("/@nobody/calendar.ics").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn one_event_has_a_calendar_file_of_its_own() {
    let quarter = TestQuarter::new().await;
    let event = quarter.event("Adventssingen", 3, |_| {}).await;
    let file = quarter.get(&format!("/events/{}/calendar.ics", event.id)).await;
    assert!(file.body.contains("SUMMARY:Adventssingen") && file.body.matches("BEGIN:VEVENT").count() == 1);
}

#[tokio::test]
async fn a_feed_that_is_known_already_is_not_sent_again() {
    let quarter = filled().await;
    for path in ["/calendar.ics", "/feed.atom", "/events.csv", "/events.geojson"] {
        let first = quarter.get(path).await;
        let tag = first.header(ETAG).to_owned();
        assert!(!tag.is_empty(), "{path}");
        let again = Request::get(path).header(HOST, "nord.example").header(IF_NONE_MATCH, &tag);
        let again = quarter.ask(again).await;
        assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path}");
    }
    let before = quarter.get("/calendar.ics").await.header(ETAG).to_owned();
    quarter.event("Neues Treffen", 9, |_| {}).await;
    assert_ne!(quarter.get("/calendar.ics").await.header(ETAG), before);
}

#[tokio::test]
async fn the_atom_feed_says_the_day_in_the_title() {
    let quarter = filled().await;
    let details = domain::post::Details {
        title: Some("Aufzug".into()),
        content: Html::from_text("Er fährt <wieder>."),
        plain: Html::default(),
        warning: None,
        language: None,
        in_reply_to: None,
        poll: None,
        notice: None,
    };
    let draft = domain::post::Draft::new(details).expect("a draft");
    federation::activities::create::post(&quarter.instance, quarter.instance.quarter(), draft).await.expect("a post");
    let feed = quarter.get("/feed.atom").await;
    assert_eq!(feed.header(CONTENT_TYPE), "application/atom+xml; charset=utf-8");
    let read: atom_syndication::Feed = feed.body.parse().expect("valid Atom");
    let titles: Vec<String> = read.entries.iter().map(|entry| entry.title.to_string()).collect();
    assert!(titles.contains(&"So., 22.11., 15–17 Uhr: Adventssingen; mit Punsch".to_owned()), "{titles:?}");
    assert!(titles.contains(&"Aufzug".to_owned()));
    let own = quarter.get("/@nordstadt/feed.atom").await;
    let read: atom_syndication::Feed = own.body.parse().expect("valid Atom");
    assert_eq!(read.entries.len(), 3);
}

#[tokio::test]
async fn the_table_has_no_formulas_and_the_map_has_points() {
    let quarter = filled().await;
    let table = quarter.get("/events.csv").await;
    assert!(table.body.starts_with("\u{FEFF}id;titel;beginn;ende;ort;"));
    assert!(table.body.contains("\"'=HYPERLINK(\"\"x\"\")\"") && table.body.contains("\"Adventssingen; mit Punsch\""));
    assert!(table.body.contains("2026-11-22T15:00:00+01:00"));
    let map = quarter.get("/events.geojson").await;
    let map: serde_json::Value = serde_json::from_str(&map.body).expect("JSON");
    let points: Vec<_> = map["features"]
        .as_array()
        .expect("features")
        .iter()
        .map(|feature| feature["geometry"]["coordinates"].clone())
        .collect();
    assert!(points.contains(&serde_json::json!([7.1, 51.5])));
}

#[tokio::test]
async fn files_of_the_program_are_kept_for_ever_and_change_their_address() {
    let quarter = TestQuarter::new().await;
    let page = quarter.get("/").await.body;
    let style = page.split("href=\"").find(|part| part.starts_with("/assets/style-")).expect("a style sheet");
    let style = style.split('"').next().expect("an address");
    let file = quarter.get(style).await;
    assert_eq!(file.header(CONTENT_TYPE), "text/css; charset=utf-8");
    assert!(file.header("cache-control").contains("immutable"));
    assert!(quarter.get("/robots.txt").await.body.contains("Disallow"));
}

#[tokio::test]
async fn a_post_with_a_warning_shows_that_first_and_its_text_only_on_request() {
    let quarter = TestQuarter::new().await;
    let details = domain::post::Details {
        title: None,
        content: Html::from_text("Acht Beine hat sie."),
        plain: Html::default(),
        warning: Some("<Spinnen>".into()),
        language: None,
        in_reply_to: None,
        poll: None,
        notice: None,
    };
    let draft = domain::post::Draft::new(details).expect("a draft");
    let post = federation::activities::create::post(&quarter.instance, quarter.instance.quarter(), draft).await;
    let page = quarter.get(post.expect("a post").url.path()).await.body;
    let folded =
        page.split_once("<details>").and_then(|(_, rest)| rest.split_once("</details>")).map(|(inside, _)| inside);
    let folded = folded.expect("something to unfold");
    assert!(folded.contains("<summary><bdi>Inhaltswarnung: &#60;Spinnen&#62;</bdi></summary>"), "{folded}");
    assert!(folded.contains("Acht Beine"), "{folded}");
    assert_eq!(page.matches("Acht Beine").count(), 1, "{page}");
    for list in ["/posts", "/feed.atom"] {
        let body = quarter.get(list).await.body;
        assert!(body.contains("Inhaltswarnung") && !body.contains("Acht Beine"), "{body}");
    }
}
