//! What stands outside our pages: lists on other sites, a screen in a hallway, the newspaper, previews.

use domain::event::Status;
use domain::html::Html;
use domain::place::Place;
use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, SET_COOKIE};

use crate::quarter::TestQuarter;

async fn filled() -> TestQuarter {
    let quarter = TestQuarter::new().await;
    quarter
        .event("Adventssingen <b>", 3, |details| {
            details.place = Some(Place { street: Some("Hofstraße 3".into()), ..Place::named("Haus 12") });
            details.contact = Some("Frau Yıldız, 0209 169-6666".into());
            details.registration = Some("bei Herrn Kurt, 0209 4321".into());
            details.content = Html::from_text("Wir singen.");
            details.audience = Some("Familien".into());
        })
        .await;
    quarter.event("Lesung", 5, |details| details.status = Status::Cancelled).await;
    quarter
}

#[tokio::test]
async fn only_the_list_for_other_sites_may_stand_in_a_frame_and_nothing_in_it_can_be_sent() {
    let quarter = filled().await;
    let list = quarter.get("/embed?limit=1").await;
    let policy = list.header(CONTENT_SECURITY_POLICY);
    assert!(policy.contains("frame-ancestors *") && policy.contains("form-action 'none'"), "{policy}");
    assert!(!policy.contains("script-src") && list.header("x-frame-options").is_empty(), "{policy}");
    assert_eq!(list.header("access-control-allow-origin"), "*");
    assert!(!list.headers.contains_key(SET_COOKIE));
    for part in ["<form", "<button", "<input", "<script"] {
        assert!(!list.body.contains(part), "{part}: {}", list.body);
    }
    assert!(list.body.contains("Adventssingen &#60;b&#62;") && !list.body.contains("Lesung"), "{}", list.body);
    assert!(list.body.contains("href=\"https://nord.example/events/"), "{}", list.body);
    for path in ["/", "/events", "/embed/line", "/screen", "/press", "/subscribe", "/sign-in"] {
        let page = quarter.get(path).await;
        assert!(page.header(CONTENT_SECURITY_POLICY).contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
    }
    let script = quarter.get("/embed.js").await;
    assert!(script.body.len() < 4096 && script.body.contains("quartier-termine"), "{}", script.body.len());
}

#[tokio::test]
async fn the_list_speaks_the_language_of_the_page_around_it() {
    let quarter = filled().await;
    let german = quarter.get_in("en", "/embed?lang=de").await.body;
    assert!(german.contains("lang=\"de\"") && german.contains("fällt aus"), "{german}");
    assert!(quarter.get_in("en", "/embed?lang=xx&limit=viele").await.body.contains("lang=\"en\""));
}

#[tokio::test]
async fn the_line_is_written_for_what_was_chosen() {
    let quarter = filled().await;
    let page = quarter.get("/embed/line?theme=music&own=1&limit=5&tag=").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("https://nord.example/embed.js"), "{}", page.body);
    // Escaped once in the line, and once more in the page that shows it.
    let line = "https://nord.example/embed?theme=music&#38;amp;own=1&#38;amp;limit=5&#38;amp;lang=de";
    assert!(page.body.contains(line), "{}", page.body);
}

#[tokio::test]
async fn a_pasted_address_of_ours_is_described_and_no_other_is() {
    let quarter = filled().await;
    let event = quarter.event("Chor & Kuchen", 9, |_| {}).await;
    let asked = |url: &str, more: &str| {
        let url: String = url::form_urlencoded::byte_serialize(url.as_bytes()).collect();
        format!("/oembed?url={url}{more}")
    };
    let own = format!("https://nord.example/events/{}", event.id);
    let said = quarter.get(&asked(&own, "&maxwidth=300&maxheight=99999")).await.body;
    let said: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((&said["type"], &said["version"]), (&"rich".into(), &"1.0".into()), "{said}");
    assert_eq!((&said["width"], &said["height"]), (&300.into(), &400.into()), "{said}");
    assert!(said["html"].as_str().is_some_and(|html| html.contains(&format!("/embed/events/{}", event.id))), "{said}");
    let xml = quarter.get(&asked(&own, "&format=xml")).await;
    assert_eq!(xml.header("content-type"), "text/xml; charset=utf-8");
    assert!(xml.body.contains("<title>Chor &amp; Kuchen</title>"), "{}", xml.body);
    assert_eq!(quarter.get(&asked(&own, "&format=yaml")).await.status, StatusCode::NOT_IMPLEMENTED);
    assert_eq!(quarter.get(&asked("https://nord.example/events?free=1", "")).await.status, StatusCode::OK);
    for other in [
        "http://169.254.169.254/latest",
        "https://nord.example@evil.example/events",
        "https://evil.example/events",
        "https://nord.example/account",
        "https://nord.example/events/0199a0e2-0000-7000-8000-000000000000",
        "javascript:alert(1)",
        "",
    ] {
        let answer = quarter.get(&asked(other, "")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{other}");
        assert!(answer.location().is_empty(), "{other}");
    }
    let page = quarter.get(&format!("/events/{}", event.id)).await.body;
    assert!(page.contains("application/json+oembed") && page.contains("text/xml+oembed"), "{page}");
    assert!(page.contains("property=\"og:title\" content=\"So 22.11. 21 Uhr – Chor"), "{page}");
    assert!(page.contains("property=\"event:start_time\" content=\"2026-"), "{page}");
}

#[tokio::test]
async fn a_draft_is_on_no_other_site() {
    let quarter = TestQuarter::new().await;
    let missing = "/embed/events/0199a0e2-0000-7000-8000-000000000000";
    assert_eq!(quarter.get(missing).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_screen_names_no_one_and_shows_what_its_address_asks_for() {
    let quarter = filled().await;
    let screen = quarter.get("/anzeige?ort=haus-12").await;
    assert_eq!(screen.status, StatusCode::OK);
    assert!(screen.body.contains("Adventssingen") && !screen.body.contains("Lesung"), "{}", screen.body);
    for word in ["Yıldız", "Kurt", "0209", "Wir singen"] {
        assert!(!screen.body.contains(word), "{word}: {}", screen.body);
    }
    assert!(screen.body.contains("Stand:") && screen.body.contains("mit Anmeldung"), "{}", screen.body);
    assert!(screen.header(CONTENT_SECURITY_POLICY).contains("script-src 'self'"));
    assert!(quarter.get("/screen?audience=familien").await.body.contains("Adventssingen"));
    assert!(!quarter.get("/screen?place=hafen").await.body.contains("Adventssingen"));
    assert!(quarter.get("/screen?free=1").await.body.contains("nichts eingetragen"));
}

#[tokio::test]
async fn the_press_gets_facts_whom_to_call_and_what_changed() {
    let quarter = filled().await;
    let page = quarter.get("/press").await.body;
    for words in ["Adventssingen", "Haus 12, Hofstraße 3", "Frau Yıldız, 0209 169-6666", "Fällt aus", "Quelle:"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("Geändert nach der Veröffentlichung"), "{page}");
    let table = quarter.get("/press.csv").await;
    assert!(table.body.starts_with("\u{FEFF}titel;wann;ort;"), "{}", table.body);
    assert!(table.body.contains("Fällt aus: Lesung"), "{}", table.body);
    assert_eq!(quarter.get("/press?time=week&from=2026-11-23").await.status, StatusCode::OK);
    assert_eq!(quarter.get("/press?from=9999-01-01").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_way_to_subscribe_keeps_the_selection() {
    let quarter = filled().await;
    let page = quarter.get("/subscribe?theme=music&free=1&time=week").await.body;
    for address in ["webcal://nord.example/calendar.ics", "https://nord.example/events.csv", "/embed/line", "/screen"] {
        assert!(page.contains(&format!("{address}?theme=music&#38;free=1\"")), "{address}: {page}");
    }
    assert!(page.contains("@nordstadt@nord.example"), "{page}");
    let list = quarter.get("/events?theme=music").await.body;
    assert!(list.contains("href=\"/subscribe?theme=music\"") && list.contains("/press?theme=music"), "{list}");
}
