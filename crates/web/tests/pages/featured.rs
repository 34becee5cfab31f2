//! What stands first on a page: pinned by a button, and marked in words.

use domain::account::Role;
use http::StatusCode;

use crate::quarter::TestQuarter;

#[tokio::test]
async fn an_editor_pins_five_things_and_takes_one_back() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let mut pages = vec![format!("/events/{}", quarter.event("Adventssingen", 5, |_| {}).await.id)];
    for number in 1..=5 {
        let text = format!("Nachricht Nummer {number}");
        let answer = quarter.post("/write/post", &[("speaker", "nordstadt"), ("content", &text)]).await;
        pages.push(answer.location().split('?').next().expect("a path").to_owned());
    }
    assert!(!quarter.get("/").await.body.contains("id=\"first\""));
    for page in &pages[..5] {
        let answer = quarter.post(&format!("{page}/first"), &[("do", "first")]).await;
        assert_eq!(answer.location(), format!("{page}?done=put-first"));
    }
    let shown = quarter.get(&pages[0]).await.body;
    assert!(shown.contains("Angeheftet: Das steht auf der Seite zuoberst.") && shown.contains("Nicht mehr anheften"));
    let home = quarter.get("/").await.body;
    let first = home.split("id=\"first\"").nth(1).and_then(|rest| rest.split("</section>").next()).expect("a section");
    assert!(first.contains("Adventssingen") && first.contains("Nachricht Nummer 4"), "{first}");
    let sixth = quarter.post(&format!("{}/first", pages[5]), &[("do", "first")]).await;
    assert_eq!(sixth.location(), format!("{}?done=first-full", pages[5]));
    let back = quarter.post(&format!("{}/first", pages[0]), &[("do", "back")]).await;
    assert_eq!(back.location(), format!("{}?done=put-back", pages[0]));
    assert!(!quarter.get(&pages[0]).await.body.contains("Angeheftet: "));
}

#[tokio::test]
async fn only_who_speaks_for_the_author_pins() {
    let mut quarter = TestQuarter::new().await;
    let event = quarter.event("Quartiersrat", 5, |_| {}).await;
    let path = format!("/events/{}/first", event.id);
    assert_ne!(quarter.post(&path, &[("do", "first")]).await.status, StatusCode::OK);
    let account = quarter.account("mira", Role::Member).await;
    quarter.enter(&account).await;
    assert_eq!(quarter.post(&path, &[("do", "first")]).await.status, StatusCode::FORBIDDEN);
    assert!(!quarter.get("/").await.body.contains("id=\"first\""));
}
