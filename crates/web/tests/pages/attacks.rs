//! Hostile input and hostile sites.

use domain::account::Role;
use domain::html::Html;
use domain::place::Place;
use http::header::{CONTENT_SECURITY_POLICY, HOST, ORIGIN};
use http::{Request, StatusCode};

use crate::quarter::TestQuarter;

pub(crate) const CORPUS: [&str; 7] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</title><script>alert(1)</script>",
    "</textarea><svg onload=alert(1)>",
    "]]><script>alert(1)</script>",
    "{{ 7 * 7 }}<iframe srcdoc=x>",
];

/// Whether a browser finds no element and no attribute in it that came from the corpus.
pub(crate) fn harmless(body: &str) -> bool {
    let elements = ["<script>", "<img", "<svg onload", "<iframe", "</textarea><svg", "</title><script"];
    let tags = body.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
    elements.iter().all(|bad| !body.contains(bad)) && tags.into_iter().all(|tag| !tag.contains("onmouseover='"))
}

#[tokio::test]
async fn hostile_words_stay_words_in_every_field_of_every_page() {
    let quarter = TestQuarter::new().await.signed_in(Role::Admin).await;
    for (number, attack) in CORPUS.iter().enumerate() {
        let host = format!("evil{number}.example");
        // Straight into the database: nothing may rely on having been cleaned on the way in.
        let actor = quarter.remote(attack, &host, true).await;
        let some = Some((*attack).to_owned());
        let event = quarter
            .remote_event(&actor, attack, 5, |details| {
                details.short = some.clone();
                details.content = Html::clean(attack);
                details.place = Some(Place {
                    name: (*attack).into(),
                    street: some.clone(),
                    postal_code: some.clone(),
                    locality: some.clone(),
                    stop: some.clone(),
                    ..Place::default()
                });
                details.price = some.clone();
                details.registration = some.clone();
                details.contact = some.clone();
                details.access_note = some.clone();
                details.audience = some.clone();
                details.languages = vec![(*attack).into()];
                details.tags = vec![(*attack).into()];
                details.link = "javascript:alert(1)".parse().ok();
                details.online = "data:text/html,<script>alert(1)</script>".parse().ok();
                details.registration_url = "vbscript:x".parse().ok();
            })
            .await;
        for path in [
            "/".to_owned(),
            "/events".into(),
            format!("/events/{}", event.id),
            "/neighbours".into(),
            "/editors".into(),
            "/feed.atom".into(),
        ] {
            let page = quarter.get(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(harmless(&page.body), "{path} with {attack}:\n{}", page.body);
            for scheme in ["href=\"javascript:", "href=\"data:", "href=\"vbscript:"] {
                assert!(!page.body.contains(scheme), "{path} links to {scheme}");
            }
        }
        let form = [
            ("speaker", "nordstadt"),
            ("name", *attack),
            ("place", attack),
            ("starts", attack),
            ("short", attack),
            ("content", attack),
        ];
        let refused = quarter.post("/write/event", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(harmless(&refused.body), "the form with {attack}");
    }
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let quarter = TestQuarter::new().await.signed_in(Role::Admin).await;
    let post = || Request::post("/write/post").header(HOST, "nord.example");
    let fields = [("speaker", "nordstadt"), ("content", "Gefälscht")];
    for request in [
        post(),
        post().header(ORIGIN, "https://evil.example"),
        post().header(ORIGIN, "null"),
        post().header(ORIGIN, "http://nord.example.evil.example"),
        post().header("sec-fetch-site", "cross-site"),
        post().header("sec-fetch-site", "same-site"),
        post().header("sec-fetch-site", "cross-site").header("x-http-method-override", "GET"),
    ] {
        let answer = quarter.send(request, &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.body.contains("href=\"/imprint\""));
    }
    for path in ["/sign-in", "/sign-out", "/language"] {
        let answer = quarter.send(Request::post(path).header(HOST, "nord.example"), &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(!quarter.get("/posts").await.body.contains("Gefälscht"));
    let own = post().header("sec-fetch-site", "same-origin");
    assert_eq!(quarter.send(own, &fields).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn forms_work_behind_a_proxy_that_changes_the_host_and_in_local_mode() {
    let quarter = TestQuarter::new().await;
    let proxied = Request::post("/language").header(HOST, "127.0.0.1:8080").header(ORIGIN, "https://nord.example");
    assert_eq!(quarter.send(proxied, &[("language", "en")]).await.status, StatusCode::SEE_OTHER);
    let local = TestQuarter::at("http://nord.localhost:8081").await;
    let own =
        Request::post("/language").header(HOST, "nord.localhost:8081").header(ORIGIN, "http://nord.localhost:8081");
    assert_eq!(local.send(own, &[("language", "en")]).await.status, StatusCode::SEE_OTHER);
    let other =
        Request::post("/language").header(HOST, "nord.localhost:8081").header(ORIGIN, "http://hafen.localhost:8082");
    assert_eq!(local.send(other, &[("language", "en")]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn every_answer_forbids_scripts_frames_and_sniffing() {
    let quarter = TestQuarter::new().await;
    for path in ["/", "/nothing", "/calendar.ics", "/events.csv", "/favicon.svg", "/robots.txt"] {
        let answer = quarter.get(path).await;
        let policy = answer.header(CONTENT_SECURITY_POLICY);
        assert!(
            policy.contains("default-src 'none'")
                && policy.contains("frame-ancestors 'none'")
                && !policy.contains("unsafe"),
            "{path}"
        );
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("strict-transport-security", "max-age=63072000"),
        ] {
            assert_eq!(answer.header(name), value, "{path} {name}");
        }
    }
    let local = TestQuarter::at("http://localhost:8080").await;
    assert_eq!(local.get("/").await.header("strict-transport-security"), "");
}

#[tokio::test]
async fn pages_name_no_other_host_but_in_links() {
    let quarter = TestQuarter::new().await;
    let hafen = quarter.remote("Hafenviertel", "hafen.example", true).await;
    let event = quarter.remote_event(&hafen, "Hafenkonzert", 5, |_| {}).await;
    for path in ["/".to_owned(), format!("/events/{}", event.id), "/neighbours".into()] {
        let body = quarter.get(&path).await.body;
        for part in body.split('<').filter(|part| {
            part.contains("src=")
                || part.starts_with("link rel=\"stylesheet\"")
                || part.starts_with("link rel=\"icon\"")
        }) {
            assert!(!part.contains("://"), "{path}: {part}");
        }
    }
}

#[tokio::test]
async fn a_form_that_is_too_large_or_too_long_is_refused() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let large = "x".repeat(600 * 1024);
    let answer = quarter.post("/write/post", &[("content", &large)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.contains("Das ist zu groß"));
    let names: Vec<String> = (0..300).map(|number| format!("f{number}")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();
    assert_eq!(quarter.post("/write/post", &many).await.status, StatusCode::BAD_REQUEST);
}
