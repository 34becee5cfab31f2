//! How far the editors trust where something comes from, two of them for a yes, and letters about what waits.

use domain::account::{Account, Role};
use domain::actor::Actor;
use domain::handle::Handle;
use domain::html::Html;
use federation::cover;
use http::StatusCode;
use jiff::SignedDuration;

use crate::proposals::first;
use crate::quarter::{BASE, TestQuarter};

const PROPOSED: [(&str, &str); 5] = [
    ("topic", "lost"),
    ("title", "Graue Katze vermisst"),
    ("content", "Sie heißt Minka."),
    ("sender", "Ruth"),
    ("email", "ruth@fern.example"),
];

async fn choir(quarter: &TestQuarter) -> Actor {
    let handle: Handle = "chor".parse().expect("a handle");
    let choir = federation::initiatives::create(&quarter.instance, "Chor", &handle, Html::default()).await;
    choir.expect("an initiative")
}

/// A quarter where two have to say yes, with two editors; the second is signed in.
async fn two() -> (TestQuarter, Account, Account) {
    let mut quarter = TestQuarter::with(BASE, |settings| settings.editors.two_persons = true).await;
    let (eva, nora) = (quarter.account("Eva", Role::Editor).await, quarter.account("Nora", Role::Editor).await);
    quarter.enter(&eva).await;
    (quarter, eva, nora)
}

/// Proposes a post and opens the link of the letter.
async fn propose(quarter: &TestQuarter, title: &str) -> String {
    let form = PROPOSED.map(|(name, value)| (name, if name == "title" { title } else { value }));
    let sent = quarter.post("/propose/post", &form).await;
    assert!(sent.body.contains("Bitte sehen Sie in Ihr Postfach"), "{}", sent.body);
    let letters = quarter.letters().await;
    let letter = letters.iter().find(|letter| letter.text.contains("/propose/confirm/")).expect("a letter");
    let link = letter.text.split_whitespace().find(|word| word.contains("/propose/confirm/")).expect("a link");
    quarter.post(link.trim_start_matches(BASE), &[]).await.body
}

#[tokio::test]
async fn a_post_is_proposed_waits_under_its_name_and_is_answered() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let choice = quarter.get("/propose").await.body;
    assert!(choice.contains("/propose/event") && choice.contains("/propose/post?topic=found"), "{choice}");
    let form = quarter.get("/propose/post?topic=question").await.body;
    assert!(form.contains("value=\"question\" checked") && !form.contains("value=\"wanted\""), "{form}");
    let wrong = [("topic", "wanted"), ("title", "X"), ("content", ""), ("sender", "Ruth"), ("email", "r@fern.example")];
    let refused = quarter.post("/propose/post", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in ["title-problem", "topic-problem", "content-problem", "value=\"Ruth\""] {
        assert!(refused.body.contains(part), "{part}: {}", refused.body);
    }
    assert!(propose(&quarter, "Graue Katze vermisst").await.contains("Ihr Vorschlag hat die Nummer"));
    let queue = quarter.get("/editors/queue").await;
    for words in ["Vorschlag: Beitrag", "Graue Katze vermisst", "Vorschlag von Ruth, ruth@fern.example", "Verloren"] {
        assert!(queue.body.contains(words), "{words}: {}", queue.body);
    }
    let id = first(&queue);
    assert!(!quarter.get("/board").await.body.contains("Katze"), "not on the board yet");
    assert_eq!(quarter.get(&format!("/posts/{id}")).await.status, StatusCode::NOT_FOUND);
    quarter.post("/editors/queue", &[("id", &id), ("do", "approve")]).await;
    assert!(quarter.get("/board").await.body.contains("Graue Katze vermisst"));
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    assert!(letter.text.contains(&format!("{BASE}/posts/{id}")) && letter.text.contains("Nummer"), "{}", letter.text);
    assert!(propose(&quarter, "Vermisst: graue Katze").await.contains("Nummer"));
    let queue = quarter.get("/editors/queue").await;
    assert!(queue.body.contains("So etwas steht schon auf dem Brett") && queue.body.contains(&format!("/posts/{id}")));
}

#[tokio::test]
async fn a_post_that_nobody_confirmed_is_seen_by_nobody_and_goes() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    quarter.post("/propose/post", &PROPOSED).await;
    assert!(quarter.get("/editors/queue").await.body.contains("Nichts wartet."));
    quarter.clock.step(SignedDuration::from_hours(25));
    assert_eq!(federation::proposals::clean(&quarter.instance).await.expect("cleaning"), 1);
    let mut tx = quarter.instance.store().read().await.expect("a view");
    assert_eq!(storage::posts::count_held(&mut tx, "nord.example").await.expect("a count"), 0);
}

#[tokio::test]
async fn a_trusted_mailbox_is_shown_at_once_once_it_has_answered_but_not_with_words_about_crime() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    for number in 0..5 {
        propose(&quarter, &format!("Frage Nummer {number}")).await;
        let queue = quarter.get("/editors/queue").await;
        assert!(!queue.body.contains("5 Einträge ohne Beanstandung"), "{number}");
        quarter.post("/editors/queue", &[("id", &first(&queue)), ("do", "approve")]).await;
        quarter.clock.step(SignedDuration::from_hours(24));
    }
    propose(&quarter, "Noch eine Frage").await;
    let queue = quarter.get("/editors/queue").await.body;
    assert!(queue.contains("5 Einträge ohne Beanstandung") && queue.contains("künftig gleich zeigen"), "{queue}");
    let key = queue.split("name=\"key\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a key");
    let set = [("kind", "mailbox"), ("key", key), ("do", "level"), ("level", "show"), ("back", "queue")];
    assert_eq!(quarter.post("/editors/sources", &set).await.location(), "/editors/queue?done=trusted");
    assert!(quarter.get("/editors/queue").await.body.contains("Noch eine Frage"), "what waits goes on waiting");
    let listed = quarter.get("/editors/sources").await.body;
    assert!(listed.contains("Ruth") && !listed.contains("ruth@fern.example"), "{listed}");
    quarter.clock.step(SignedDuration::from_hours(24));
    assert!(propose(&quarter, "Wer singt mit?").await.contains("steht dieser gleich auf dem Brett"));
    assert!(quarter.get("/board").await.body.contains("Wer singt mit?"));
    quarter.clock.step(SignedDuration::from_hours(24));
    let form = PROPOSED.map(|(name, value)| (name, if name == "title" { "Wer kennt den Dieb?" } else { value }));
    let form: Vec<_> = form.into_iter().chain([("safety_read", "yes")]).collect();
    quarter.post("/propose/post", &form).await;
    let letters = quarter.letters().await;
    let letter = letters.iter().find(|letter| letter.text.contains("/propose/confirm/")).expect("a letter");
    let link = letter.text.split_whitespace().find(|word| word.contains("/propose/confirm/")).expect("a link");
    assert!(quarter.post(link.trim_start_matches(BASE), &[]).await.body.contains("Ihr Vorschlag hat die Nummer"));
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let year = quarter.clock.clock().now() + SignedDuration::from_hours(366 * 24);
    assert_eq!(storage::trust::prune(&mut tx, year - domain::retention::TRUST).await.expect("a removal"), 1);
}

#[tokio::test]
async fn an_initiative_is_checked_first_and_only_editors_decide_that() {
    let mut quarter = TestQuarter::new().await;
    let choir = choir(&quarter).await;
    let nora = quarter.account("nora", Role::Member).await;
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let helper = domain::account::Membership::Helper;
    storage::accounts::set_membership(&mut tx, choir.id, nora.id, helper).await.expect("a helper");
    tx.commit().await.expect("a commit");
    quarter.enter(&nora).await;
    let key = choir.id.to_string();
    let set = [("kind", "actor"), ("key", key.as_str()), ("do", "level"), ("level", "check")];
    assert_eq!(quarter.post("/editors/sources", &set).await.status, StatusCode::FORBIDDEN);
    assert_eq!(quarter.get("/editors/sources").await.status, StatusCode::FORBIDDEN);
    let eva = quarter.account("eva", Role::Editor).await;
    quarter.enter(&eva).await;
    assert_eq!(quarter.post("/editors/sources", &set).await.location(), "/editors/sources?done=trusted");
    let refuse = set.map(|(name, value)| (name, if name == "level" { "refuse" } else { value }));
    assert_eq!(
        quarter.post("/editors/sources", &refuse).await.status,
        StatusCode::FORBIDDEN,
        "ours are never shut out"
    );
    assert!(quarter.get("/editors/reports").await.body.contains("Künftig erst prüfen"));
    quarter.enter(&nora).await;
    let post = [("speaker", "chor"), ("title", "Probe"), ("content", "Am Montag.")];
    assert_eq!(quarter.post("/write/post", &post).await.location(), "/board?done=waits");
    let event = [("speaker", "chor"), ("name", "Konzert"), ("starts", "2026-12-05"), ("starts_time", "15:00")];
    assert!(quarter.post("/write/event", &event).await.location().ends_with("?done=waits"));
    quarter.enter(&eva).await;
    assert!(quarter.get("/editors/sources").await.body.contains("Alles Wartende freigeben (2)"));
}

#[tokio::test]
async fn the_first_yes_is_shown_and_may_be_taken_back() {
    let (mut quarter, _, nora) = two().await;
    propose(&quarter, "Wer hat Minka gesehen?").await;
    let id = first(&quarter.get("/editors/queue").await);
    let yes = [("id", id.as_str()), ("do", "approve")];
    assert_eq!(quarter.post("/editors/queue", &yes).await.location(), "/editors/queue?done=first-yes");
    let queue = quarter.get("/editors/queue").await.body;
    assert!(queue.contains("Eva hat zugestimmt, eine zweite Person fehlt."), "{queue}");
    assert!(queue.contains("value=\"take-back\"") && !queue.contains("value=\"approve\""), "{queue}");
    let back = [("id", id.as_str()), ("do", "take-back")];
    assert_eq!(quarter.post("/editors/queue", &back).await.location(), "/editors/queue?done=taken-back");
    assert!(!quarter.get("/editors/queue").await.body.contains("hat zugestimmt"));
    quarter.post("/editors/queue", &yes).await;
    assert!(!quarter.get("/board").await.body.contains("Minka"));
    quarter.enter(&nora).await;
    assert_eq!(quarter.post("/editors/queue", &yes).await.location(), "/editors/queue?done=approved");
    assert!(quarter.get("/board").await.body.contains("Minka"));
}

#[tokio::test]
async fn an_editor_switches_the_daily_letter_off_in_their_account() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let ticked = "name=\"letters\" value=\"yes\" checked";
    assert!(quarter.get("/account").await.body.contains(ticked));
    propose(&quarter, "Wer hat Minka gesehen?").await;
    assert_eq!(cover::see_to(&quarter.instance).await.expect("letters"), 1);
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    assert_eq!(letter.subject, "Es wartet etwas: 1 Eintrag");
    let own = [("name", "mira"), ("language", "de"), ("own", "yes")];
    quarter.post("/account", &own).await;
    assert!(!quarter.get("/account").await.body.contains(ticked));
    quarter.clock.step(SignedDuration::from_hours(24));
    propose(&quarter, "Und wer hat Mohrle gesehen?").await;
    assert_eq!(cover::see_to(&quarter.instance).await.expect("letters"), 0);
}
