//! Where data go and how long they stay: said as it is done.

use domain::account::Role;
use domain::language::Language;
use domain::retention;
use domain::voice::Manner;
use http::StatusCode;

use crate::quarter::TestQuarter;

#[tokio::test]
async fn the_privacy_page_and_the_record_say_the_limits_that_are_kept() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    for path in ["/privacy", "/editors/record"] {
        let page = quarter.get(path).await;
        assert_eq!(page.status, StatusCode::OK);
        for (key, time) in retention::TABLE {
            let what = domain::messages::text(Manner::default().speak(Language::DE), &format!("retention-{key}"));
            let line = format!("{what}: {}", retention::words(Language::DE, time));
            assert!(page.body.contains(&line), "{line} at {path}: {}", page.body);
        }
        for machine in ["Unsere Briefe verschickt post.example.", "Unsere Daten liegen bei daten.example."] {
            assert!(page.body.contains(machine), "{machine} at {path}: {}", page.body);
        }
    }
}

#[tokio::test]
async fn who_gets_something_stands_there_by_itself_with_what_became_of_deletions() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    assert!(quarter.get("/privacy").await.body.contains("Zurzeit bekommt keine andere Seite"));
    quarter.remote("Hafen", "hafen.example", true).await;
    let post = quarter.post("/write/post", &[("speaker", "nordstadt"), ("content", "Nur kurz hier.")]).await;
    let page = post.location().split('?').next().expect("a path").to_owned();
    quarter.post(&format!("{page}/delete"), &[]).await;
    assert!(quarter.get("/privacy").await.body.contains("hafen.example"));
    let record = quarter.get("/editors/record").await.body;
    assert!(record.contains("<bdi>hafen.example</bdi>"), "{record}");
    assert!(record.contains("Bitten um Löschung: 0 angekommen, 1 unterwegs, 0 aufgegeben"), "{record}");
}

#[tokio::test]
async fn the_record_is_for_editors() {
    let quarter = TestQuarter::new().await.signed_in(Role::Member).await;
    assert_eq!(quarter.get("/editors/record").await.status, StatusCode::FORBIDDEN);
}
