//! What speaks of crime: asked about once, then read by an editor, whoever writes it.

use domain::account::{Membership, Role};
use domain::actor::Actor;
use domain::handle::Handle;
use domain::html::Html;
use http::StatusCode;

use crate::proposals::first;
use crate::quarter::{Answer, TestQuarter};

const POST: [(&str, &str); 3] =
    [("speaker", "nordstadt"), ("title", "Einbruch in der Kanalstraße"), ("content", "Ein Fenster stand offen.")];
const ASKED: (&str, &str) = ("safety_read", "yes");

fn with<'a>(fields: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = fields.iter().filter(|(name, _)| !more.iter().any(|(other, _)| name == other)).copied();
    kept.chain(more.iter().copied()).collect()
}

/// A choir, and a quarter in which somebody is signed in who helps there.
async fn helper() -> (TestQuarter, Actor) {
    let mut quarter = TestQuarter::new().await;
    let account = quarter.account("nora", Role::Member).await;
    let handle: Handle = "chor".parse().expect("a handle");
    let choir = federation::initiatives::create(&quarter.instance, "Chor", &handle, Html::default())
        .await
        .expect("an initiative");
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    storage::accounts::set_membership(&mut tx, choir.id, account.id, Membership::Helper).await.expect("a helper");
    tx.commit().await.expect("a commit");
    quarter.enter(&account).await;
    (quarter, choir)
}

/// The same quarter for an editor, whose name is given.
async fn editing(quarter: &mut TestQuarter, name: &str) {
    let account = quarter.account(name, Role::Editor).await;
    quarter.enter(&account).await;
}

fn asks(answer: &Answer) -> bool {
    let questions = ["Was haben Sie selbst gesehen?", "nach Aussehen oder Herkunft", "tel:110", "tel:112"];
    answer.status == StatusCode::UNPROCESSABLE_ENTITY && questions.iter().all(|words| answer.body.contains(words))
}

#[tokio::test]
async fn a_helper_is_asked_then_waits_for_an_editor_and_hears_what_became_of_it() {
    let (mut quarter, _) = helper().await;
    let form = with(&POST, &[("speaker", "chor"), ("plain", "Das Fenster war auf.")]);
    let asked = quarter.post("/write/post", &form).await;
    assert!(asks(&asked), "{}", asked.body);
    for kept in ["value=\"Einbruch in der Kanalstraße\"", "Ein Fenster stand offen.", "value=\"chor\" selected"] {
        assert!(asked.body.contains(kept), "{kept}");
    }
    assert!(asked.body.contains("liest ihn zuerst die Redaktion") && asked.body.contains("Geprüft, so senden"));
    assert!(asked.body.contains("name=\"safety_read\" value=\"yes\""), "{}", asked.body);
    for _ in 0..2 {
        let sent = quarter.post("/write/post", &with(&form, &[ASKED])).await;
        assert_eq!(sent.location(), "/board?done=waits", "{}", sent.body);
    }
    assert!(quarter.get("/board?done=waits").await.body.contains("Die Redaktion liest das zuerst."));
    assert!(!quarter.get("/posts").await.body.contains("Einbruch"));

    editing(&mut quarter, "eva").await;
    let queue = quarter.get("/editors/queue").await;
    for words in ["Ein Eintrag wartet.", "Entwurf eines Beitrags", "Geschrieben von nora", "Klingt nach einer Straftat"]
        .into_iter()
        // Editors read everything that they let in.
        .chain(["Ein Fenster stand offen.", "In Einfacher Sprache", "Das Fenster war auf."])
    {
        assert!(queue.body.contains(words), "{words}: {}", queue.body);
    }
    let id = first(&queue);
    assert_eq!(quarter.get(&format!("/posts/{id}")).await.status, StatusCode::NOT_FOUND, "nobody sees it yet");
    let changed = with(&POST, &[("title", "Fenster offen: Einbruch"), ASKED]);
    let changed = quarter.post(&format!("/posts/{id}/edit"), &changed).await;
    assert!(changed.location().starts_with("/editors/queue"), "{}", changed.location());
    quarter.post("/editors/queue", &[("id", &id), ("do", "approve")]).await;
    assert!(quarter.get("/posts").await.body.contains("Fenster offen: Einbruch"));
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    assert_eq!(letter.to.as_str(), "nora@nord.example");
    assert!(letter.text.contains(&format!("/posts/{id}")) && !letter.text.contains("Nummer"), "{}", letter.text);
}

#[tokio::test]
async fn an_editor_is_asked_once_and_then_decides_with_the_same_word() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let asked = quarter.post("/write/post", &POST).await;
    assert!(asks(&asked) && asked.body.contains("veröffentlichen Sie ihn dann gleich"), "{}", asked.body);
    let sent = quarter.post("/write/post", &with(&POST, &[ASKED])).await;
    assert!(sent.location().ends_with("?done=published"), "{}", sent.body);
    let harmless =
        [("speaker", "nordstadt"), ("title", "Diebstahlschutz-Beratung der Polizei"), ("content", "Am Markt.")];
    let sent = quarter.post("/write/post", &harmless).await;
    assert!(sent.location().ends_with("?done=published"), "{}", sent.body);
}

#[tokio::test]
async fn an_event_and_a_notice_wait_too_and_a_refused_one_says_why() {
    let (mut quarter, _) = helper().await;
    let event = [
        ("speaker", "chor"),
        ("name", "Treffen gegen Diebstahl"),
        ("starts", "2026-12-05"),
        ("starts_time", "15:00"),
        ASKED,
    ];
    let sent = quarter.post("/write/event", &event).await;
    assert!(sent.location().ends_with("?done=waits"), "{}", sent.body);
    let notice = [("speaker", "chor"), ("topic", "lost"), ("title", "Rad gestohlen"), ("content", "Blau."), ASKED];
    assert_eq!(quarter.post("/write/post", &notice).await.location(), "/board?done=waits");
    assert!(!quarter.get("/events?time=month").await.body.contains("Diebstahl"));
    editing(&mut quarter, "eva").await;
    let id = first(&quarter.get("/editors/queue").await);
    let no = [("id", id.as_str()), ("do", "decline"), ("reason", "Bitte die Polizei fragen.")];
    assert_eq!(quarter.post("/editors/queue", &no).await.location(), "/editors/queue?done=declined");
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    assert!(letter.text.contains("Bitte die Polizei fragen."), "{}", letter.text);
}

#[tokio::test]
async fn what_is_on_the_board_takes_on_such_words_from_editors_only() {
    let (mut quarter, _) = helper().await;
    let plain = [("speaker", "chor"), ("title", "Probe"), ("content", "Am Montag.")];
    let sent = quarter.post("/write/post", &plain).await;
    let edit = sent.location().replace("?done=published", "/edit");
    let changed = [("title", "Probe"), ("content", "Wer kennt den Dieb?")];
    assert!(asks(&quarter.post(&edit, &changed).await));
    let refused = quarter.post(&edit, &with(&changed, &[ASKED])).await;
    assert!(refused.body.contains("Das kann nur die Redaktion nachträglich hineinschreiben."), "{}", refused.body);
    editing(&mut quarter, "eva").await;
    assert!(asks(&quarter.post(&edit, &changed).await));
    let sent = quarter.post(&edit, &with(&changed, &[ASKED])).await;
    assert!(sent.location().ends_with("?done=changed"), "{}", sent.body);
    let again = quarter.post(&edit, &with(&changed, &[("title", "Probe am Dienstag")])).await;
    assert!(again.location().ends_with("?done=changed"), "an editor has decided about these words: {}", again.body);
}

#[tokio::test]
async fn whoever_proposes_is_asked_as_well() {
    let quarter = TestQuarter::new().await;
    let form = [
        ("name", "Vortrag: Die Polizei kommt"),
        ("starts", "2026-12-05"),
        ("starts_time", "15:00"),
        ("sender", "Ruth"),
        ("email", "ruth@fern.example"),
    ];
    assert!(asks(&quarter.post("/propose/event", &form).await));
    let sent = quarter.post("/propose/event", &with(&form, &[ASKED])).await;
    assert!(sent.body.contains("Bitte sehen Sie in Ihr Postfach"), "{}", sent.body);
}

#[tokio::test]
async fn a_quarter_has_words_of_its_own() {
    let quarter = TestQuarter::with(crate::quarter::BASE, |settings| {
        settings.editors.safety = domain::safety::Words::with("Böller*");
    });
    let quarter = quarter.await.signed_in(Role::Editor).await;
    let post = [("speaker", "nordstadt"), ("content", "Schon wieder Böllerei am Kanal.")];
    assert!(asks(&quarter.post("/write/post", &post).await));
}
