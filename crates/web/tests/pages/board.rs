//! The notice board.

use domain::account::Role;
use http::StatusCode;
use jiff::SignedDuration;

use crate::quarter::TestQuarter;

const LOST: [(&str, &str); 4] = [
    ("speaker", "nordstadt"),
    ("title", "Katze & Kater entlaufen"),
    ("content", "Grau, mit Glöckchen."),
    ("topic", "lost"),
];

#[tokio::test]
async fn a_notice_hangs_on_the_board_under_its_topic_until_its_day() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let path = quarter.post("/write/post", &LOST).await.location().split('?').next().expect("a path").to_owned();
    quarter.post("/write/post", &[("speaker", "nordstadt"), ("content", "Der Aufzug fährt."), ("topic", "news")]).await;
    for (address, seen) in [
        ("/board", [true, true]),
        ("/board?topic=lost", [true, false]),
        ("/board?topic=news", [false, true]),
        ("/board?topic=found", [false, false]),
    ] {
        let page = quarter.get(address).await.body;
        let found = ["Katze &#38; Kater entlaufen", "Der Aufzug fährt."].map(|words| page.contains(words));
        assert_eq!(found, seen, "{address}");
    }
    assert!(quarter.get("/board?topic=found").await.body.contains("Gerade hängt hier nichts."));
    let page = quarter.get(&path).await.body;
    assert!(page.contains("Verloren, hängt bis 22.12.2026") && page.contains("/renew"), "{page}");
    let form = quarter.get(&format!("{path}/edit")).await.body;
    assert!(form.contains("value=\"lost\" checked") && form.contains("value=\"2026-12-22\""), "{form}");
    quarter.clock.step(SignedDuration::from_hours(24 * 31));
    assert!(!quarter.get("/board").await.body.contains("entlaufen"), "nobody waits for the task");
}

#[tokio::test]
async fn of_a_topic_that_is_not_one_nothing_is_shown() {
    let quarter = TestQuarter::new().await;
    for address in ["/board?topic=x", "/board?topic=", "/board?before=x", "/board?topic=lost'--"] {
        assert_eq!(quarter.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
    }
}

#[tokio::test]
async fn a_notice_with_a_wrong_day_comes_back_and_one_that_ends_is_renewed() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    for (until, words) in [("2026-11-21", "schon vorbei"), ("2027-06-30", "höchstens 180 Tage"), ("x", "until-problem")]
    {
        let fields: Vec<_> = LOST.into_iter().chain([("until", until)]).collect();
        let refused = quarter.post("/write/post", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{until}");
        assert!(refused.body.contains(words) && refused.body.contains("value=\"lost\" checked"), "{}", refused.body);
    }
    let fields: Vec<_> = LOST.into_iter().chain([("until", "2026-11-24")]).collect();
    let path = quarter.post("/write/post", &fields).await.location().split('?').next().expect("a path").to_owned();
    assert!(quarter.get(&format!("{path}/renew")).await.body.contains("Soll der Zettel länger hängen?"));
    assert!(quarter.get(&path).await.body.contains("hängt bis 24.11.2026"), "asking changes nothing");
    let renewed = quarter.post(&format!("{path}/renew"), &[]).await;
    assert_eq!(renewed.location(), format!("{path}?done=renewed"));
    assert!(quarter.get(&path).await.body.contains("hängt bis 22.12.2026"));
    let stranger = TestQuarter::new().await;
    assert_eq!(stranger.post(&format!("{path}/renew"), &[]).await.status, StatusCode::UNAUTHORIZED);
}
