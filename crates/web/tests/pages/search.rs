//! Searching, and narrowing the list of events by links.

use domain::access::Answer;
use domain::account::Role;
use domain::html::Html;
use domain::place::{Place, Position};
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::attacks::{CORPUS, harmless};
use crate::quarter::{BASE, TestQuarter};

async fn learn(quarter: &TestQuarter) {
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    storage::search::learn(&mut tx, 999).await.expect("words");
    tx.commit().await.expect("a commit");
}

#[tokio::test]
async fn a_beginning_an_ending_and_a_slip_lead_to_the_repair_cafe_and_to_the_neighbours() {
    let quarter = TestQuarter::new().await;
    let hafen = quarter.remote("Hafenviertel", "hafen.example", true).await;
    quarter
        .event("Reparaturcafé", 30, |details| details.content = Html::from_text("Wir löten und nähen am Kanal."))
        .await;
    quarter.remote_event(&hafen, "Sprachcafé", 40, |_| {}).await;
    quarter.event("Altes Reparaturcafé", -48, |_| {}).await;
    learn(&quarter).await;
    let page = quarter.get("/search?q=Repar").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("<mark>Reparaturcafé</mark>"), "{}", page.body);
    let (coming, past) = page.body.split_once("Frühere Termine</h2>").expect("what is over, apart");
    assert!(!coming.contains("Altes") && past.contains("Altes"));
    let page = quarter.get("/search?q=cafe").await;
    assert!(page.body.contains("<mark>Sprachcafé</mark>") && page.body.contains("Hafenviertel (hafen.example)"));
    assert!(!quarter.get("/search?q=cafe&own=1").await.body.contains("Sprachcaf\u{e9}</mark>"));
    let page = quarter.get("/search?q=l%C3%B6ten").await;
    assert!(page.body.contains("Wir <mark>löten</mark> und nähen am Kanal."), "{}", page.body);
    let page = quarter.get("/search?q=Reperaturcafe").await;
    assert!(
        page.body.contains("Zu „Reperaturcafe“ gibt es nichts. Das hier gibt es zu „Reparaturcafé“"),
        "{}",
        page.body
    );
    assert!(page.body.contains("<mark>Reparaturcafé</mark>"));
    let page = quarter.get("/search?q=Impressum").await;
    assert!(page.body.contains("<a href=\"/imprint\"><bdi><mark>Impressum</mark></bdi></a>"));
    let page = quarter.get("/search?q=Fahrradwerkstattschl%C3%BCssel").await;
    assert!(page.body.contains("gibt es nichts.") && page.body.contains("Ein kürzeres Wort findet mehr"));
}

#[tokio::test]
async fn one_kind_is_read_page_by_page() {
    let quarter = TestQuarter::new().await;
    for number in 0..45 {
        quarter.event(&format!("Chorprobe {number}"), number + 1, |_| {}).await;
    }
    let first = quarter.get("/search?q=Chorprobe").await;
    assert_eq!(first.body.matches("<h3>").count(), 5);
    assert!(first.body.contains("/search?q=Chorprobe&#38;in=events"), "{}", first.body);
    let (mut path, mut seen) = ("/search?q=Chorprobe&in=events".to_owned(), 0);
    for _ in 0..3 {
        let page = quarter.get(&path).await.body;
        seen += page.matches("<h3>").count();
        let hrefs = page.split("href=\"").filter_map(|rest| rest.split('"').next());
        let Some(next) = hrefs.filter(|href| href.contains("after=")).last() else { break };
        path = next.replace("&#38;", "&");
    }
    assert_eq!(seen, 45);
}

#[tokio::test]
async fn hostile_searches_are_answered_and_show_nothing_but_words() {
    let quarter = TestQuarter::new().await.signed_in(Role::Admin).await;
    for attack in CORPUS {
        let mut words = vec![attack.to_owned(), attack.repeat(60)];
        words.push(format!("\"{attack}\" -{attack} NEAR({attack}) title:x* ^ ' OR 1=1 --\0"));
        quarter.event(&format!("Fest {attack}"), 5, |details| details.tags = vec![attack.to_owned()]).await;
        for words in words {
            let query: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
            for path in [format!("/search?q={query}"), format!("/events?tag={query}&place={query}&near={query}")] {
                let page = quarter.get(&path).await;
                assert!([StatusCode::OK, StatusCode::URI_TOO_LONG].contains(&page.status), "{}", page.status);
                assert!(harmless(&page.body), "{attack}");
            }
        }
    }
    for path in
        ["/search?in=nowhere&q=a", "/search?q=a&after=1-2", "/search?q=a&in=posts&after=7-x", "/search?q=%ff%fe"]
    {
        let status = quarter.get(path).await.status;
        assert!(status == StatusCode::NOT_FOUND || status == StatusCode::OK, "{path}: {status}");
    }
}

#[tokio::test]
async fn browsers_learn_how_to_search() {
    let quarter = TestQuarter::new().await;
    assert!(quarter.get("/").await.body.contains("application/opensearchdescription+xml"));
    let description = quarter.get("/opensearch.xml").await;
    assert!(description.header(CONTENT_TYPE).starts_with("application/opensearchdescription+xml"));
    assert!(description.body.contains(&format!("template=\"{BASE}/search?q={{searchTerms}}\"")));
}

fn at(name: &str, latitude: f64) -> Place {
    Place { position: Position::new(latitude, 7.1), ..Place::named(name) }
}

#[tokio::test]
async fn several_filters_hold_at_once_are_said_in_a_sentence_and_taken_back_one_by_one() {
    let quarter = TestQuarter::with(BASE, |settings| settings.position = Position::new(51.5, 7.1)).await;
    quarter
        .event("Frühstück", 3, |details| {
            details.place = Some(at("Bürgerhaus", 51.501));
            details.free = true;
            details.access.insert("step_free".into(), Answer::Yes);
            details.languages = vec!["de".into(), "uk".into()];
            details.audience = Some("Familien mit Kindern".into());
        })
        .await;
    quarter.event("Unbekanntes", 4, |details| details.free = true).await;
    quarter
        .event("Treppenkonzert", 5, |details| {
            details.place = Some(at("Turm", 51.56));
            details.access.insert("step_free".into(), Answer::No);
        })
        .await;
    let titles = ["Frühstück", "Unbekanntes", "Treppenkonzert"];
    for (query, expected) in [
        ("within=2", &titles[..1]),
        ("within=10", &["Frühstück", "Treppenkonzert"]),
        ("within=1&near=51.56,7.1", &titles[2..]),
        ("access=step_free", &titles[..1]),
        ("language=uk", &titles[..1]),
        ("audience=children&free=1", &titles[..1]),
        ("place=b%C3%BCrgerhaus", &titles[..1]),
        ("free=1", &titles[..2]),
    ] {
        let page = quarter.get(&format!("/events?{query}")).await.body;
        let feed = quarter.get(&format!("/calendar.ics?{query}")).await.body;
        for title in titles {
            assert_eq!(page.contains(title), expected.contains(&title), "{title} in {query}");
            assert_eq!(feed.contains(title), expected.contains(&title), "{title} in the feed of {query}");
        }
    }
    let page = quarter.get("/events?free=1&access=step_free&within=2&language=uk").await.body;
    assert!(page.contains("Kostenlos, stufenloser Zugang, bis 2 km, auf Ukrainisch: ein Termin"), "{page}");
    assert!(page.contains(
        "href=\"/events?free=1&#38;within=2&#38;language=uk\" rel=\"nofollow\"><span class=\"hidden\">Ohne: </span>"
    ));
    let empty = quarter.get("/events?access=lift&free=1").await.body;
    assert!(empty.contains("wenn Sie etwas davon weglassen") && empty.contains("Die Redaktion trägt ihn gern ein"));
    assert_eq!(quarter.get("/events?by=niemand").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_list_that_is_kept_is_never_older_than_what_was_written() {
    let quarter = TestQuarter::new().await;
    let first = quarter.get("/events").await.body;
    assert_eq!(first, quarter.get("/events").await.body);
    quarter.event("Chorprobe", 3, |_| {}).await;
    assert!(quarter.get("/events").await.body.contains("Chorprobe"), "at once");
    assert!(quarter.get_in("en", "/events").await.body.contains("<html lang=\"en\">"), "each in their language");
    assert!(quarter.get("/events").await.body.contains("<html lang=\"de\">"));
    quarter.clock.step(jiff::SignedDuration::from_hours(6));
    assert!(!quarter.get("/events").await.body.contains("Chorprobe"), "it is over");
    let quarter = quarter.signed_in(Role::Editor).await;
    assert!(quarter.get("/events").await.body.contains("/sign-out"));
}
