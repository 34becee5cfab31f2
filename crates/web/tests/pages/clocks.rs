//! Clocks that are wrong, as editors read of them.

use axum::body::Body;
use domain::account::Role;
use domain::actor::Actor;
use federation::signatures::{date, digest};
use http::{Request, StatusCode};
use jiff::SignedDuration;
use tower::ServiceExt;

use crate::quarter::{TestQuarter, noon};

/// A request by `sender`, whose clock is so many minutes ahead of ours.
async fn knock(quarter: &TestQuarter, sender: &Actor, ahead: i64) {
    let body = format!(
        r#"{{"id":"{0}/likes/1","type":"Like","actor":"{0}","object":"{1}"}}"#,
        sender.url,
        quarter.instance.quarter().url
    );
    let key = sender.key.as_ref().expect("a key");
    let signature = format!(
        r#"keyId="{}",algorithm="hs2019",headers="(request-target) host date digest",signature="AAAA""#,
        key.id
    );
    let request = Request::post("/inbox")
        .header("host", "nord.example")
        .header("date", date::format(noon() + SignedDuration::from_mins(ahead)))
        .header("digest", digest::of(body.as_bytes()))
        .header("content-type", "application/activity+json")
        .header("signature", signature);
    let request = request.body(Body::from(body)).expect("a request");
    let answer = federation::fixed(quarter.instance.clone()).oneshot(request).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_editor_reads_whose_clock_is_wrong_and_nobody_else_does() {
    let mut quarter = TestQuarter::new().await;
    let harbour = quarter.remote("Hafenviertel", "hafen.example", true).await;
    quarter.remote("Südstadt", "sued.example", true).await;
    let stranger = quarter.remote("Irgendwer", "fern.example", false).await;
    knock(&quarter, &harbour, 7).await;
    knock(&quarter, &stranger, 200).await;
    assert!(!quarter.get("/neighbours").await.body.contains("geht 7 Minuten vor"));
    let account = quarter.account("mira", Role::Editor).await;
    quarter.enter(&account).await;
    let page = quarter.get("/neighbours").await.body;
    assert!(page.contains("Die Uhr von Hafenviertel geht 7 Minuten vor."), "{page}");
    assert!(!page.contains("Irgendwer") && !page.contains("unsere eigene Uhr"), "{page}");
    knock(&quarter, &harbour, -180).await;
    let page = quarter.get_in("en", "/neighbours").await.body;
    assert!(page.contains("The clock of Hafenviertel is 3 hours slow."), "{page}");
    quarter.clock.step(SignedDuration::from_hours(25));
    assert!(!quarter.get("/neighbours").await.body.contains("Die Uhr von"), "what is long ago is not told");
}

#[tokio::test]
async fn where_most_clocks_differ_alike_ours_is_the_wrong_one() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    for (name, ahead) in [("west", 9), ("ost", 7), ("sued", -90)] {
        let neighbour = quarter.remote(name, &format!("{name}.example"), true).await;
        knock(&quarter, &neighbour, ahead).await;
    }
    let page = quarter.get("/neighbours").await.body;
    assert!(page.contains("Wahrscheinlich geht unsere eigene Uhr 9 Minuten nach"), "{page}");
    assert!(page.contains("Die Uhr von sued geht 2 Stunden nach.") && !page.contains("Die Uhr von west"), "{page}");
}
