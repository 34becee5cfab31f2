//! Neighbours that moved: an editor goes along or stays, by one button.

use domain::account::Role;
use http::StatusCode;
use storage::moves::{self, Move};

use crate::quarter::{TestQuarter, noon};

/// A neighbour that moved to an address of the same name on `host`.
async fn moved(quarter: &TestQuarter, name: &str, host: &str) -> String {
    let old = quarter.remote(name, &format!("alt.{host}"), true).await;
    let new = quarter.remote(name, host, false).await;
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let kept = Move { actor: old.id, target: new.url, moved_at: noon(), open: true };
    moves::put(&mut tx, &kept).await.expect("a move");
    tx.commit().await.expect("a commit");
    old.id.to_string()
}

#[tokio::test]
async fn an_editor_goes_along_or_stays_and_it_stands_in_the_log() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    for (name, host, button, notice) in [
        ("Hafenviertel", "hafen.example", "follow", "move-followed"),
        ("Südstadt", "sued.example", "stay", "move-stayed"),
    ] {
        let who = moved(&quarter, name, host).await;
        let page = quarter.get("/neighbours").await.body;
        let words = format!("{name} ist umgezogen nach quartier@{host}.");
        assert!(page.contains(&words), "{page}");
        let fields = [("who", who.as_str()), ("do", button)];
        let done = quarter.post("/neighbours/moves", &fields).await;
        assert_eq!(done.location(), format!("/neighbours?done={notice}"));
        assert!(!quarter.get("/neighbours").await.body.contains(&words));
        assert_eq!(quarter.post("/neighbours/moves", &fields).await.status, StatusCode::NOT_FOUND, "once");
    }
    let page = quarter.get("/neighbours").await.body;
    assert!(page.contains("quartier@hafen.example") && !page.contains("quartier@alt.hafen.example"), "{page}");
    assert!(page.contains("quartier@alt.sued.example") && !page.contains("quartier@sued.example"), "{page}");
    let log = quarter.get("/editors/reports").await.body;
    assert!(log.contains("Umzug mitgemacht") && log.contains("quartier@alt.hafen.example"), "{log}");
    assert!(log.contains("Umzug nicht mitgemacht"), "{log}");
}

#[tokio::test]
async fn only_editors_read_of_moves_and_decide() {
    let mut quarter = TestQuarter::new().await;
    let who = moved(&quarter, "Hafenviertel", "hafen.example").await;
    assert!(!quarter.get("/neighbours").await.body.contains("ist umgezogen"));
    let fields = [("who", who.as_str()), ("do", "follow")];
    assert_eq!(quarter.post("/neighbours/moves", &fields).await.status, StatusCode::UNAUTHORIZED);
    let account = quarter.account("mira", Role::Member).await;
    quarter.enter(&account).await;
    assert!(!quarter.get("/neighbours").await.body.contains("ist umgezogen"));
    assert_eq!(quarter.post("/neighbours/moves", &fields).await.status, StatusCode::FORBIDDEN);
}
