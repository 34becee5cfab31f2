//! What reaches the neighbours, as editors and authors read of it.

use domain::account::Role;
use http::StatusCode;
use jiff::SignedDuration;
use storage::deliveries::{self, Done};
use storage::lanes::{self, Release};

use crate::quarter::TestQuarter;

/// Lets the turn of a host end so.
async fn turn(quarter: &TestQuarter, host: &str, delivered: bool, release: Release) {
    let now = quarter.instance.clock().now();
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    if delivered {
        for one in deliveries::waiting(&mut tx, host, None, 9).await.expect("deliveries") {
            let done = Done { activity: one.activity, inbox: one.inbox, result: Ok(()) };
            deliveries::finish(&mut tx, &done, now).await.expect("an update");
        }
        deliveries::mark_alive(&mut tx, host, false, now).await.expect("an update");
    }
    lanes::release(&mut tx, host, &release, now).await.expect("an update");
    tx.commit().await.expect("a commit");
}

/// A failure in a row with others.
fn failing(quarter: &TestQuarter, failures: u32, error: &str) -> Release {
    let until = quarter.instance.clock().now() + SignedDuration::from_hours(1);
    Release::Failing { failures, until, error: error.to_owned() }
}

#[tokio::test]
async fn editors_read_in_plain_words_who_was_reached_and_who_was_not() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    assert!(quarter.get("/editors").await.body.contains("Noch gibt es keine Nachbarn."));
    for (name, host) in [("Hafenviertel", "hafen.example"), ("Südstadt", "sued.example")] {
        quarter.remote(name, host, true).await;
    }
    let event = quarter.event("Lichterfest", 24, |_| {}).await;
    turn(&quarter, "sued.example", true, Release::Well).await;
    turn(&quarter, "hafen.example", true, Release::Well).await;
    let page = quarter.get("/editors/deliveries").await.body;
    assert!(page.contains("2 Nachbarn, alle erreicht.") && page.contains("Zuletzt erreicht: 22.11.2026"), "{page}");
    // Sunday, and two days later it is Tuesday.
    quarter.clock.step(SignedDuration::from_hours(48));
    quarter.post(&format!("/events/{}/cancel", event.id), &[("reason", "Sturm")]).await;
    turn(&quarter, "sued.example", true, Release::Well).await;
    turn(&quarter, "hafen.example", false, failing(&quarter, 1, "not reached: Connection refused")).await;
    quarter.clock.step(SignedDuration::from_hours(48));
    turn(&quarter, "hafen.example", false, failing(&quarter, 9, "not reached: Connection refused")).await;
    for path in ["/editors", "/editors/deliveries"] {
        let page = quarter.get(path).await.body;
        assert!(page.contains("2 Nachbarn. Hafenviertel antwortet seit Dienstag nicht."), "{path}: {page}");
        assert!(page.contains("Der Server dort ist aus oder nicht zu erreichen."), "{path}: {page}");
    }
    let page = quarter.get("/editors/deliveries").await.body;
    assert!(
        page.contains("Es wartet: ") && page.contains("eine Änderung") && page.contains("Nächster Versuch"),
        "{page}"
    );
    let english = quarter.get_in("en", "/editors/deliveries").await.body;
    assert!(english.contains("Hafenviertel has not answered since Tuesday."), "{english}");
    let own = quarter.get(&format!("/events/{}", event.id)).await.body;
    assert!(own.contains("Noch nicht zugestellt: Hafenviertel (hafen.example). Wir versuchen es weiter."), "{own}");
    turn(&quarter, "hafen.example", true, Release::Well).await;
    assert!(quarter.get("/editors").await.body.contains("2 Nachbarn, alle erreicht."), "mended");
    assert!(!quarter.get(&format!("/events/{}", event.id)).await.body.contains("Noch nicht zugestellt"));
}

#[tokio::test]
async fn what_was_given_up_is_named_to_its_author_and_to_nobody_else() {
    let mut quarter = TestQuarter::new().await;
    quarter.remote("Hafenviertel", "hafen.example", true).await;
    let event = quarter.event("Lichterfest", 24, |_| {}).await;
    let now = quarter.instance.clock().now();
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    for one in deliveries::waiting(&mut tx, "hafen.example", None, 9).await.expect("deliveries") {
        let done = Done { activity: one.activity, inbox: one.inbox, result: Err("HTTP 403".to_owned()) };
        deliveries::finish(&mut tx, &done, now).await.expect("an update");
    }
    tx.commit().await.expect("a commit");
    turn(&quarter, "hafen.example", false, Release::Well).await;
    let path = format!("/events/{}", event.id);
    assert!(!quarter.get(&path).await.body.contains("Nicht zugestellt"));
    assert_eq!(quarter.get("/editors/deliveries").await.status, StatusCode::UNAUTHORIZED);
    let account = quarter.account("mira", Role::Editor).await;
    quarter.enter(&account).await;
    assert!(quarter.get(&path).await.body.contains("Nicht zugestellt: Hafenviertel (hafen.example)."));
    let page = quarter.get("/editors/deliveries").await.body;
    assert!(page.contains("Der Server dort nimmt unsere Nachrichten nicht an."), "{page}");
    assert!(!page.contains("alle erreicht"), "{page}");
    let fields = [("host", "hafen.example"), ("do", "drop")];
    let done = quarter.post("/editors/deliveries", &fields).await;
    assert_eq!(done.location(), "/editors/deliveries?done=dropped");
    assert!(!quarter.get("/editors/deliveries").await.body.contains("nicht zugestellt"));
}
