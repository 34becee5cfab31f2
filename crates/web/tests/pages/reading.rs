//! What readers see without an account.

use domain::account::Role;
use domain::category::Category;
use domain::event::Status;
use domain::place::Place;
use http::StatusCode;
use http::header::{CACHE_CONTROL, SET_COOKIE, VARY};
use jiff::SignedDuration;

use crate::quarter::{TestQuarter, noon};

#[tokio::test]
async fn the_front_page_shows_what_is_on_and_where_it_comes_from() {
    let quarter = TestQuarter::new().await;
    let hafen = quarter.remote("Hafenviertel", "hafen.example", true).await;
    quarter.event("Adventssingen", 3, |details| details.place = Some(Place::named("Bürgerhaus Nord"))).await;
    quarter.remote_event(&hafen, "Hafenkonzert", 30, |_| {}).await;
    let page = quarter.get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "Nordstadt",
        "Adventssingen",
        "Bürgerhaus Nord",
        "15–17 Uhr",
        "Hafenkonzert",
        "heute, Sonntag, 22. November",
        "morgen, Montag",
    ] {
        assert!(page.body.contains(part), "{part}");
    }
    assert!(page.body.contains("aus <bdi>Hafenviertel</bdi>"));
    assert!(page.body.contains("@nordstadt@nord.example"));
    assert!(page.body.contains("webcal://nord.example/calendar.ics"));
    assert!(page.headers.get(SET_COOKIE).is_none(), "reading sets no cookie");
}

#[tokio::test]
async fn an_empty_quarter_says_whom_to_ask() {
    let quarter = TestQuarter::new().await;
    assert!(quarter.get("/").await.body.contains("noch nichts eingetragen"));
    let list = quarter.get("/events").await;
    assert!(list.body.contains("Die Redaktion trägt ihn gern ein"));
    for path in ["/posts", "/initiatives", "/neighbours"] {
        assert_eq!(quarter.get(path).await.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn filters_leave_out_what_was_not_asked_for() {
    let quarter = TestQuarter::new().await;
    let hafen = quarter.remote("Hafenviertel", "hafen.example", true).await;
    quarter.event("Chorprobe", 3, |details| details.category = Some(Category::Music)).await;
    quarter.event("Suppenküche", 4, |details| details.free = true).await;
    quarter.event("Weihnachtsmarkt", 24 * 20, |details| details.tags = vec!["Advent".into()]).await;
    quarter.remote_event(&hafen, "Hafenkonzert", 5, |details| details.category = Some(Category::Music)).await;
    let titles = ["Chorprobe", "Suppenküche", "Weihnachtsmarkt", "Hafenkonzert"];
    for (path, expected) in [
        ("/events", vec!["Chorprobe", "Suppenküche", "Hafenkonzert"]),
        ("/events?theme=music", vec!["Chorprobe", "Hafenkonzert"]),
        ("/events?theme=music&own=1", vec!["Chorprobe"]),
        ("/events?free=1", vec!["Suppenküche"]),
        ("/events?time=month", titles.to_vec()),
        ("/events?from=2026-12-01", vec!["Weihnachtsmarkt"]),
        ("/events?tag=advent", vec!["Weihnachtsmarkt"]),
    ] {
        let page = quarter.get(path).await;
        let shown: Vec<&str> =
            titles.into_iter().filter(|title| page.body.contains(&format!("<bdi>{title}</bdi>"))).collect();
        let mut expected = expected;
        expected.sort_unstable();
        let mut shown = shown;
        shown.sort_unstable();
        assert_eq!(shown, expected, "{path}");
    }
}

#[tokio::test]
async fn the_calendar_ends_for_crawlers() {
    let quarter = TestQuarter::new().await;
    assert_eq!(quarter.get("/events?from=2031-11-22").await.status, StatusCode::OK);
    assert!(!quarter.get("/events?from=2031-11-22").await.body.contains("rel=\"next"));
    for path in [
        "/events?from=2031-11-23",
        "/events?from=1999-01-01",
        "/events?from=gestern",
        "/events?time=ever",
        "/events?theme=%00",
    ] {
        assert_eq!(quarter.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn the_page_of_an_event_says_everything_that_is_known_and_what_is_not() {
    let quarter = TestQuarter::new().await;
    let event = quarter
        .event("Reparaturtreff", 3, |details| {
            details.place = Some(Place {
                street: Some("Weg 1".into()),
                locality: Some("Musterstadt".into()),
                ..Place::named("Werkstatt")
            });
            details.contact = Some("Büro, 0209 169-6666".into());
            details.access.insert("step_free".into(), domain::access::Answer::Partly);
        })
        .await;
    let page = quarter.get(&format!("/events/{}", event.id)).await;
    for part in [
        "Sonntag, 22. November 2026, 15:00–17:00 Uhr",
        "Werkstatt",
        "Weg 1",
        "einfach vorbeikommen",
        "stufenloser Zugang: teilweise",
        "Noch nicht bekannt:",
        "href=\"tel:02091696666\"",
        "/calendar.ics",
        "application/activity+json",
        "application/ld+json",
        "Stand:",
        "/report\"",
        "So 22.11. 15 Uhr – Reparaturtreff",
    ] {
        assert!(page.body.contains(part), "{part}");
    }
    assert!(!page.body.contains("barrierefrei"));
    assert!(!page.body.contains("/edit\""), "readers get no buttons to edit");
}

#[tokio::test]
async fn a_cancelled_event_says_so_in_the_list_and_on_its_page() {
    let quarter = TestQuarter::new().await;
    let event = quarter.event("Lesung", 3, |details| details.status = Status::Cancelled).await;
    let list = quarter.get("/events").await;
    assert!(list.body.contains("row cancelled") && list.body.contains("fällt aus"));
    assert!(quarter.get(&format!("/events/{}", event.id)).await.body.contains("<p>Fällt aus</p>"));
}

#[tokio::test]
async fn a_long_event_stands_on_the_first_day_of_the_list_until_it_ends() {
    let quarter = TestQuarter::new().await;
    quarter.event("Ferienlager", -30, |details| details.ends_at = noon() + SignedDuration::from_hours(30)).await;
    quarter.event("Frühstück", -4, |_| {}).await;
    let page = quarter.get("/events").await;
    assert!(page.body.contains("Ferienlager") && page.body.contains("id=\"day-2026-11-22\""));
    assert!(!page.body.contains("id=\"day-2026-11-21\"") && !page.body.contains("Frühstück"));
}

#[tokio::test]
async fn an_event_of_a_neighbour_names_its_origin() {
    let quarter = TestQuarter::new().await;
    let hafen = quarter.remote("Hafenviertel", "hafen.example", true).await;
    let event = quarter.remote_event(&hafen, "Hafenkonzert", 5, |_| {}).await;
    let page = quarter.get(&format!("/events/{}", event.id)).await;
    assert!(page.body.contains("übernommen von <bdi>Hafenviertel</bdi>"));
    assert!(page.body.contains(event.page.as_str()));
    let editor = quarter.signed_in(Role::Admin).await;
    assert!(!editor.get(&format!("/events/{}", event.id)).await.body.contains("/edit\""), "it is theirs to change");
}

#[tokio::test]
async fn every_page_links_to_the_legal_notice_even_errors() {
    let quarter = TestQuarter::new().await;
    for path in [
        "/",
        "/events",
        "/posts",
        "/nothing",
        "/events/zero",
        "/@nobody",
        "/editors",
        "/imprint",
        "/privacy",
        "/accessibility",
    ] {
        assert!(quarter.get(path).await.body.contains("href=\"/imprint\""), "{path}");
    }
    let imprint = quarter.get("/imprint").await.body;
    assert!(imprint.contains("Nachbarschaftsverein Nordstadt e. V.") && imprint.contains("tel:02091696666"));
    assert!(quarter.get("/.well-known/security.txt").await.body.contains("Contact: mailto:redaktion@nord.example"));
}

#[tokio::test]
async fn errors_are_explained_in_the_readers_language() {
    let quarter = TestQuarter::new().await;
    let german = quarter.get("/nothing").await;
    assert_eq!((german.status, german.body.contains("Diese Seite gibt es nicht")), (StatusCode::NOT_FOUND, true));
    let english = quarter.get_in("en", "/nothing").await;
    assert!(english.body.contains("There is no such page"));
    assert_eq!(english.header(CACHE_CONTROL), "no-cache");
    assert!(english.header(VARY).contains("accept-language"));
    let wrong = quarter.post("/imprint", &[]).await;
    assert_eq!((wrong.status, wrong.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "GET,HEAD"));
}

#[tokio::test]
async fn switching_the_language_goes_back_to_the_page_and_nowhere_else() {
    let mut quarter = TestQuarter::new().await;
    let answer = quarter.post("/language", &[("language", "en"), ("back", "/events?time=week")]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/events?time=week"));
    quarter.keep_cookie(&answer);
    assert!(quarter.get("/events").await.body.contains("<html lang=\"en\">"));
    let away = quarter.post("/language", &[("language", "de"), ("back", "//evil.example")]).await;
    assert_eq!(away.location(), "/");
}

#[tokio::test]
async fn five_hundred_events_are_quick() {
    let quarter = TestQuarter::new().await;
    let hafen = quarter.remote("Hafenviertel", "hafen.example", true).await;
    for number in 0..499 {
        quarter
            .remote_event(&hafen, &format!("Termin {number}"), 1 + number % 300, |details| {
                details.place = Some(Place::named("Bürgerhaus"));
            })
            .await;
    }
    let page = quarter.get("/events").await;
    assert_eq!(page.body.matches("class=\"row\"").count(), 499);
    let start = std::time::Instant::now();
    quarter.get("/events").await;
    // A debug build may take ten times as long as what is promised of a release build.
    assert!(start.elapsed().as_millis() < 1000, "{:?}", start.elapsed());
}
