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
    for path in ["/calendar.ics", "/feed.atom", "/events.csv", "/events.geojson", "/events.jsonld"] {
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

/// An event that says everything, as [`the_forms_say_the_same_of_one_event`] looks for it.
async fn full() -> TestQuarter {
    let quarter = TestQuarter::new().await.pages(|pages| pages.licence = Some("CC BY 4.0".into()));
    quarter
        .event("Adventssingen", 13 * 24 + 3, |details| {
            details.short = Some("Alle singen mit.".into());
            details.content = Html::from_text("Wir singen im Hof.");
            details.place = Some(Place {
                street: Some("Hofstraße 3".into()),
                postal_code: Some("45881".into()),
                locality: Some("Gelsenkirchen".into()),
                position: Position::new(51.5, 7.1),
                ..Place::named("Bürgerhaus")
            });
            details.online = "https://video.example/raum".parse().ok();
            details.category = Some(domain::category::Category::Music);
            details.tags = vec!["Chor".into()];
            details.price = Some("3 €".into());
            details.registration = Some("bis 3.12.".into());
            details.registration_url = "https://nord.example/anmeldung".parse().ok();
            details.capacity = Some(40);
            details.contact = Some("Chorbüro, 0209 169-6666".into());
            details.languages = vec!["de".into()];
            details.audience = Some("Familien".into());
        })
        .await;
    quarter
}

#[tokio::test]
async fn the_forms_say_the_same_of_one_event() {
    let quarter = full().await;
    let calendar = quarter.get("/calendar.ics").await.body.replace("\r\n ", "");
    for line in [
        "SUMMARY:Adventssingen",
        "DTSTART;TZID=Europe/Berlin:20261205T150000",
        "LOCATION:Bürgerhaus\\, Hofstraße 3\\, 45881 Gelsenkirchen",
        "GEO:51.5;7.1",
        "CONFERENCE;VALUE=URI:https://video.example/raum",
        "STATUS:CONFIRMED",
        "CATEGORIES:Musik & Singen,Chor",
        "X-WR-TIMEZONE:Europe/Berlin",
        "X-WR-CALNAME:Nordstadt",
        "NAME:Nordstadt",
        "REFRESH-INTERVAL;VALUE=DURATION:PT60M",
        "SOURCE;VALUE=URI:https://nord.example/calendar.ics",
        "DESCRIPTION:Eigene Einträge: CC BY 4.0. Einträge der Nachbarn: Die Rechte liegen dort.",
    ] {
        assert!(calendar.contains(&format!("{line}\r\n")), "{line} in\n{calendar}");
    }
    let organizer = calendar.lines().find(|line| line.starts_with("ORGANIZER")).expect("an organizer");
    assert!(organizer.contains("https://nord.example") && !organizer.contains("mailto:"), "{organizer}");

    let table = quarter.get("/events.csv").await;
    assert_eq!(table.header("content-disposition"), "attachment; filename=\"termine.csv\"");
    let mut lines = table.body.trim_start_matches('\u{FEFF}').lines();
    let columns: Vec<&str> = lines.next().expect("a head").split(';').collect();
    let cells: Vec<&str> = lines.next().expect("a row").split(';').collect();
    for (column, value) in [
        ("titel", "Adventssingen"),
        ("beginn", "2026-12-05T15:00:00+01:00"),
        ("ende", "2026-12-05T17:00:00+01:00"),
        ("ort", "Bürgerhaus"),
        ("strasse", "Hofstraße 3"),
        ("plz", "45881"),
        ("stadt", "Gelsenkirchen"),
        ("lat", "51.5"),
        ("lon", "7.1"),
        ("veranstalter", "Nordstadt"),
        ("kategorie", "Musik & Singen"),
        ("kosten", "3 €"),
        ("sprachen", "de"),
        ("lizenz", "CC BY 4.0"),
    ] {
        let at = columns.iter().position(|one| *one == column).expect("a column");
        assert_eq!(cells[at], value, "{column}");
    }

    let map: serde_json::Value = serde_json::from_str(&quarter.get("/events.geojson").await.body).expect("JSON");
    let said = &map["features"][0]["properties"];
    assert_eq!((&said["title"], &said["start"]), (&"Adventssingen".into(), &"2026-12-05T15:00:00+01:00".into()));
    assert!(map["license"].as_str().is_some_and(|words| words.contains("CC BY 4.0")), "{map}");

    let linked: serde_json::Value = serde_json::from_str(&quarter.get("/events.jsonld").await.body).expect("JSON");
    assert_eq!((&linked["@type"], &linked["numberOfItems"]), (&"ItemList".into(), &1.into()), "{linked}");
    let item = &linked["itemListElement"][0]["item"];
    for (name, value) in [
        ("/@type", serde_json::json!("Event")),
        ("/name", "Adventssingen".into()),
        ("/disambiguatingDescription", "Alle singen mit.".into()),
        ("/description", "Wir singen im Hof.".into()),
        ("/startDate", "2026-12-05T15:00:00+01:00".into()),
        ("/endDate", "2026-12-05T17:00:00+01:00".into()),
        ("/eventStatus", "https://schema.org/EventScheduled".into()),
        ("/eventAttendanceMode", "https://schema.org/MixedEventAttendanceMode".into()),
        ("/location/0/address/postalCode", "45881".into()),
        ("/location/1/url", "https://video.example/raum".into()),
        ("/organizer/name", "Nordstadt".into()),
        ("/keywords/0", "music".into()),
        ("/audience/audienceType", "Familien".into()),
        ("/maximumAttendeeCapacity", 40.into()),
        ("/offers/url", "https://nord.example/anmeldung".into()),
        ("/inLanguage/0", "de".into()),
        ("/isAccessibleForFree", false.into()),
    ] {
        assert_eq!(item.pointer(name), Some(&value), "{name} in {item:#}");
    }
    let news: atom_syndication::Feed = quarter.get("/feed.atom").await.body.parse().expect("valid Atom");
    let entry = news.entries.first().expect("an entry");
    assert_eq!(entry.title.as_str(), "Sa., 5.12., 15–17 Uhr: Adventssingen");
    assert_eq!(entry.categories.first().map(|one| one.term.as_str()), Some("music"));
    assert!(news.rights.is_some_and(|rights| rights.as_str().contains("CC BY 4.0")));
}

#[tokio::test]
async fn every_form_filters_like_the_list_and_knows_one_organiser() {
    let quarter = filled().await;
    for form in ["calendar.ics", "feed.atom", "events.csv", "events.geojson", "events.jsonld"] {
        let all = quarter.get(&format!("/{form}")).await.body;
        assert!(all.contains("Adventssingen") && all.contains("HYPERLINK"), "{form}");
        let own = quarter.get(&format!("/{form}?own=1&free=1")).await.body;
        assert!(own.contains("Adventssingen") && !own.contains("HYPERLINK") && !own.contains("Lesung"), "{form}");
        let one = quarter.get(&format!("/@nordstadt/{form}")).await;
        assert!(one.body.contains("Lesung") && !one.body.contains("HYPERLINK"), "{form}: {}", one.body);
        assert_eq!(quarter.get(&format!("/@nobody/{form}")).await.status, StatusCode::NOT_FOUND, "{form}");
    }
}
