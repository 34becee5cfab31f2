//! The next two weeks on one page, and what keeps it.

use http::header::CONTENT_SECURITY_POLICY;

use crate::quarter::TestQuarter;

#[tokio::test]
async fn the_next_two_weeks_stand_on_one_page_with_all_one_has_to_know() {
    let quarter = TestQuarter::new().await;
    let hafen = quarter.remote("Hafenviertel", "hafen.example", true).await;
    quarter.remote_event(&hafen, "Hafenkonzert", 13 * 24, |details| details.contact = Some("0209 1234".into())).await;
    quarter.remote_event(&hafen, "Sommerfest", 16 * 24, |_| {}).await;
    let answer = quarter.get("/offline").await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("Hafenkonzert") && answer.body.contains("0209 1234"), "{}", answer.body);
    assert!(answer.body.contains("Hafenviertel") && !answer.body.contains("Sommerfest"), "{}", answer.body);
    assert!(answer.body.contains("noindex") && answer.body.contains("Stand:"), "{}", answer.body);
}

#[tokio::test]
async fn only_the_page_to_take_along_has_a_script_and_it_is_ours() {
    let quarter = TestQuarter::new().await;
    let policy = |path: &'static str| async { quarter.get(path).await.header(CONTENT_SECURITY_POLICY).to_owned() };
    for path in ["/offline", "/offline-worker.js"] {
        let policy = policy(path).await;
        assert!(policy.contains("script-src 'self';") && policy.contains("connect-src 'self';"), "{path}: {policy}");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
    }
    assert!(!policy("/").await.contains("script-src"));
    assert!(!quarter.get("/events").await.body.contains("<script src"));
}

#[tokio::test]
async fn the_worker_names_files_that_are_there() {
    let quarter = TestQuarter::new().await;
    let worker = quarter.get("/offline-worker.js").await;
    assert_eq!(worker.header("cache-control"), "no-cache");
    let list = worker.body.lines().find(|line| line.starts_with("const FILES")).expect("the files");
    let files: Vec<&str> = list.split('"').filter(|part| part.starts_with('/')).collect();
    assert_eq!(files.len(), 2, "{list}");
    for file in files {
        assert!(file.starts_with("/assets/"), "{file}");
        assert_eq!(quarter.get(file).await.status, 200, "{file}");
    }
}

#[tokio::test]
async fn a_telephone_reads_the_name_and_icons_that_are_there() {
    let quarter = TestQuarter::new().await;
    let manifest = quarter.get("/manifest.webmanifest").await;
    assert_eq!(manifest.header("content-type"), "application/manifest+json");
    let said: serde_json::Value = serde_json::from_str(&manifest.body).expect("JSON");
    assert_eq!(said["name"], "Nordstadt", "{said}");
    let icons = said["icons"].as_array().expect("icons");
    assert_eq!(icons.len(), 3, "{said}");
    for icon in icons {
        let path = icon["src"].as_str().expect("an address");
        assert_eq!(quarter.get(path).await.header("content-type"), icon["type"].as_str().expect("a type"), "{path}");
    }
}
