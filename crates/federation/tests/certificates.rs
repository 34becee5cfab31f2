//! Peers whose certificate is bad: nothing is said to them, and once it is good they get everything.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use domain::delivery::Cause;
use federation::activities::create;
use futures_util::future::join_all;
use jiff::SignedDuration;
use storage::lanes;
use support::door::{Door, Lock, pem};
use support::{TestQuarter, clock, follow_from, note, until, until_tried};

const SECRET: &str = "Das weiß noch niemand";

async fn lane(quarter: &TestQuarter) -> lanes::Status {
    lanes::status(&mut quarter.read().await).await.expect("lanes").remove(0)
}

/// A quarter publishes; the peer behind `lock` hears nothing of it before it has a good certificate.
async fn nothing_is_said_through(lock: Lock, causes: &[Cause]) {
    let clock = clock();
    let authority = (storage::testing::sqlite(), Some(pem("authority")));
    let quarter = TestQuarter::trusting("nord", &clock, authority, |_| {}).await;
    let door = Door::at("127.0.0.1:0", lock).await;
    follow_from(&quarter, &format!("https://fern.localhost:{}", door.port)).await;
    create::post(&quarter.instance, quarter.instance.quarter(), note(SECRET)).await.expect("a post");
    for failures in 1..3 {
        until("it has failed", async || lane(&quarter).await.failures >= failures).await;
        let error = lane(&quarter).await.error.expect("words");
        assert!(causes.contains(&Cause::of(&error)), "{lock:?}: {error}");
        clock.step(SignedDuration::from_mins(1));
    }
    assert_eq!((lane(&quarter).await.waiting, lane(&quarter).await.failed), (1, 0), "{lock:?}: it is tried again");
    let raw = String::from_utf8_lossy(&door.raw()).into_owned();
    assert!(door.said().is_empty() && !raw.contains("POST") && !raw.contains("Das wei"), "{lock:?}: {raw}");
    door.change(Lock::Certificate("good"));
    until_tried(&quarter, &clock, "all is said", || !door.said().is_empty()).await;
    assert!(door.said().iter().any(|said| said.starts_with("POST /inbox") && said.contains(SECRET)), "{lock:?}");
}

#[tokio::test]
async fn p_16_where_the_certificate_is_bad_nothing_is_said() {
    let bad = ["expired", "elsewhere", "unknown", "self-signed"];
    join_all(bad.map(|name| nothing_is_said_through(Lock::Certificate(name), &[Cause::Certificate]))).await;
}

#[tokio::test]
async fn p_16_who_speaks_an_old_tls_or_none_is_told_nothing() {
    let others = [Cause::Slow, Cause::Silent, Cause::Other];
    tokio::join!(nothing_is_said_through(Lock::Old, &others), nothing_is_said_through(Lock::Silent, &others));
}
