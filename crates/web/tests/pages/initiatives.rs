//! What initiatives say of themselves, and who may change it.

use domain::account::{Membership, Role};
use domain::html::Html;
use http::StatusCode;

use crate::quarter::{Answer, TestQuarter};

const FACTS: [(&str, &str); 14] = [
    ("name", "Repair-Café Nord"),
    ("purpose", "Wir reparieren, was noch gut ist."),
    ("about", "Mit Kaffee.\n\nUnd Kuchen."),
    ("meetings", "jeden 1. Dienstag im Monat, 19 Uhr"),
    ("join", "einfach vorbeikommen"),
    ("contact", "Ansprechperson Ausleihe, 0209 169-6666"),
    ("place", "Bürgerhaus Nord"),
    ("street", "Am Teich 3"),
    ("access_step_free", "yes"),
    ("access_note", "Die Klingel ist unten."),
    ("language_de", "yes"),
    ("language_tr", "yes"),
    ("seeks", "Menschen mit Lötkolben"),
    ("website", "repair.example"),
];

/// A quarter with an initiative, for somebody who belongs to it.
async fn quarter(membership: Option<Membership>) -> TestQuarter {
    let mut quarter = TestQuarter::new().await;
    let handle = "repair".parse().expect("a handle");
    let repair = federation::initiatives::create(&quarter.instance, "Repair-Café", &handle, Html::default()).await;
    let account = quarter.account("nora", Role::Member).await;
    if let Some(membership) = membership {
        let id = repair.expect("an initiative").id;
        let mut tx = quarter.instance.store().write().await.expect("a transaction");
        storage::accounts::set_membership(&mut tx, id, account.id, membership).await.expect("a membership");
        tx.commit().await.expect("a commit");
    }
    quarter.enter(&account).await;
    quarter
}

fn has(page: &Answer, words: &[&str]) {
    for words in words {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
}

#[tokio::test]
async fn a_speaker_changes_the_page_and_a_helper_does_not() {
    for membership in [None, Some(Membership::Helper)] {
        let quarter = quarter(membership).await;
        assert!(!quarter.get("/@repair").await.body.contains("/@repair/edit"));
        assert_eq!(quarter.get("/@repair/edit").await.status, StatusCode::FORBIDDEN);
        assert_eq!(quarter.post("/@repair/edit", &FACTS).await.status, StatusCode::FORBIDDEN);
    }
    let quarter = quarter(Some(Membership::Speaker)).await;
    has(&quarter.get("/@repair").await, &["href=\"/@repair/edit\""]);
    assert_eq!(quarter.post("/@repair/edit", &FACTS).await.location(), "/@repair?done=changed");
    let page = quarter.get("/@repair").await;
    has(
        &page,
        &[
            "<h1><bdi>Repair-Café Nord</bdi></h1>",
            "Wir reparieren, was noch gut ist.",
            "<p>Mit Kaffee.</p><p>Und Kuchen.</p>",
            "<dt>Wann wir uns treffen</dt><dd><p dir=\"auto\">jeden 1. Dienstag im Monat, 19 Uhr</p>",
            "href=\"tel:02091696666\"",
            "Bürgerhaus Nord, Am Teich 3",
            "Deutsch, Türkisch",
            "stufenloser Zugang: ja",
            "Die Klingel ist unten.",
            "<a href=\"https://repair.example/\" rel=\"nofollow noopener ugc\">",
            "Stand:",
        ],
    );
    let form = quarter.get("/@repair/edit").await;
    has(&form, &["value=\"jeden 1. Dienstag im Monat, 19 Uhr\"", "name=\"language_tr\" value=\"yes\" checked"]);
    has(&quarter.get("/initiatives").await, &["Wir reparieren, was noch gut ist.", "jeden 1. Dienstag im Monat"]);
    assert_eq!(quarter.post("/@repair/close", &[]).await.status, StatusCode::FORBIDDEN, "only an editor closes it");
}

#[tokio::test]
async fn what_nobody_filled_in_is_not_shown() {
    let quarter = quarter(Some(Membership::Speaker)).await;
    quarter.post("/@repair/edit", &[("name", "Repair-Café"), ("costs", "Spende erbeten")]).await;
    let page = quarter.get("/@repair").await;
    assert_eq!(page.body.matches("<dt>").count(), 1, "{}", page.body);
    assert!(!page.body.contains("Zugang und Barrieren") && page.body.contains("Spende erbeten"), "{}", page.body);
}

#[tokio::test]
async fn a_refused_page_keeps_what_was_typed() {
    let quarter = quarter(Some(Membership::Speaker)).await;
    let long = "x".repeat(301);
    let wrong = [("name", "R"), ("website", "javascript:alert(1)"), ("costs", long.as_str()), ("join", "vorbeikommen")];
    let refused = quarter.post("/@repair/edit", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(&refused, &["name-problem", "website-problem", "costs-problem", "value=\"vorbeikommen\""]);
    assert_eq!(refused.body.matches(" autofocus").count(), 1);
    assert!(!quarter.get("/@repair").await.body.contains("vorbeikommen"));
}

#[tokio::test]
async fn what_was_typed_outlives_the_session() {
    let quarter = quarter(Some(Membership::Speaker)).await;
    let ended = TestQuarter::new().await.post("/@repair/edit", &FACTS).await;
    assert_eq!(ended.status, StatusCode::UNAUTHORIZED);
    has(&ended, &["name=\"kept.meetings\" value=\"jeden 1. Dienstag im Monat, 19 Uhr\""]);
    let back: Vec<_> = FACTS.into_iter().chain([("unsent", "yes")]).collect();
    let form = quarter.post("/@repair/edit", &back).await;
    assert_eq!(form.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(&form, &["value=\"jeden 1. Dienstag im Monat, 19 Uhr\""]);
    assert!(!quarter.get("/@repair").await.body.contains("jeden 1. Dienstag"), "nothing has been done yet");
}

#[tokio::test]
async fn an_editor_closes_an_initiative_and_its_handle_stays_taken() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    quarter.post("/initiatives", &[("name", "Chor")]).await;
    has(&quarter.get("/@chor/close").await, &["Diese Initiative schließen?", "Chor"]);
    assert_eq!(quarter.post("/@chor/close", &[]).await.location(), "/initiatives?done=closed");
    assert_eq!(quarter.get("/@chor").await.status, StatusCode::GONE);
    assert_eq!(quarter.get("/@chor/edit").await.status, StatusCode::GONE);
    let list = quarter.get("/initiatives?done=closed").await;
    assert!(list.body.contains("Die Initiative ist geschlossen.") && !list.body.contains("href=\"/@chor\""));
    has(&quarter.post("/initiatives", &[("name", "Chor")]).await, &["schon vergeben"]);
    has(&quarter.get("/editors/reports").await, &["Initiative geschlossen", "chor@nord.example"]);
    assert_eq!(quarter.post("/@nordstadt/close", &[]).await.status, StatusCode::NOT_FOUND, "the quarter stays");
}

#[tokio::test]
async fn xss_01_the_facts_of_an_initiative_stay_words() {
    let quarter = quarter(Some(Membership::Speaker)).await;
    for attack in crate::attacks::CORPUS {
        let fields = FACTS.map(|(name, _)| match name {
            "language_de" | "language_tr" | "access_step_free" => (name, "yes"),
            "website" => (name, "https://repair.example/?\"><script>alert(1)</script>"),
            _ => (name, attack),
        });
        assert_eq!(quarter.post("/@repair/edit", &fields).await.location(), "/@repair?done=changed", "{attack}");
        for path in ["/@repair", "/@repair/edit", "/initiatives", "/"] {
            let page = quarter.get(path).await;
            assert!(page.status == StatusCode::OK && crate::attacks::harmless(&page.body), "{path}: {}", page.body);
        }
    }
}
