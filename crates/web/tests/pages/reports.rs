//! Reports from the first word to the last: receipt, decision, reason, objection, and the rules they go by.

use domain::account::{Account, Membership, Role};
use domain::actor::Actor;
use domain::html::Html;
use domain::language::Language;
use domain::post;
use federation::activities::create;
use http::StatusCode;
use jiff::SignedDuration;
use storage::letters::Letter;

use crate::quarter::TestQuarter;

const RUTH: [(&str, &str); 4] = [
    ("kind", "rude"),
    ("reason", "Das ist gelogen & gemein."),
    ("name", "Ruth Nachbarin"),
    ("email", "ruth@fern.example"),
];

/// A choir with a speaker, and the path of what it published.
async fn choir(quarter: &TestQuarter) -> (Actor, Account, String) {
    let handle = "chor".parse().expect("a handle");
    let choir = federation::initiatives::create(&quarter.instance, "Kiezchor", &handle, Html::default()).await;
    let choir = choir.expect("an initiative");
    let nora = quarter.account("nora", Role::Member).await;
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    storage::accounts::set_membership(&mut tx, choir.id, nora.id, Membership::Speaker).await.expect("a membership");
    tx.commit().await.expect("a commit");
    let details = post::Details::typed("Wir singen lauter", "Und zwar jeden Tag.", Language::DE);
    let post = create::post(&quarter.instance, &choir, post::Draft::new(details).expect("a post")).await;
    (choir, nora, format!("/posts/{}", post.expect("a post").id))
}

/// The key of the first report or objection on the editors' page.
async fn first(quarter: &TestQuarter) -> String {
    let page = quarter.get("/editors/reports").await.body;
    let id = page.split("name=\"report\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    id.expect("a report").to_owned()
}

async fn decide(quarter: &TestQuarter, action: &str) {
    let id = first(quarter).await;
    let fields = [("report", id.as_str()), ("do", action), ("reason", "Das beleidigt jemanden.")];
    assert_eq!(quarter.post("/editors/reports", &fields).await.location(), "/editors/reports?done=decided");
}

/// The path of the link to object in a letter.
fn link(letter: &Letter) -> String {
    let address = letter.text.split_whitespace().find(|word| word.contains("/objection/")).expect("a link");
    address.trim_start_matches("https://nord.example").to_owned()
}

#[tokio::test]
async fn who_reports_gets_a_receipt_and_the_reason_and_the_names_of_both_sides_stay_apart() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let (_, nora, path) = choir(&quarter).await;
    let thanks = quarter.post(&format!("{path}/report"), &RUTH).await;
    let [receipt] = quarter.letters().await.try_into().expect("one letter");
    assert_eq!(receipt.to.as_str(), "ruth@fern.example");
    let number = receipt.subject.split(' ').find(|word| word.len() == 9 && word.contains('-')).expect("a number");
    assert!(thanks.body.contains(number) && receipt.text.contains("https://nord.example/rules"), "{}", receipt.text);
    assert!(quarter.get("/editors/reports").await.body.contains("Etwas verletzt"));

    decide(&quarter, "remove").await;
    let mut told = quarter.letters().await;
    told.sort_by_key(|letter| letter.to.to_string());
    let [author, reporter] = told.try_into().expect("two letters");
    assert_eq!((author.to.as_str(), reporter.to.as_str()), (nora.email.as_str(), "ruth@fern.example"));
    for words in ["Wir haben den Eintrag entfernt.", "Der Grund: Das beleidigt jemanden.", number] {
        assert!(reporter.text.contains(words), "{words}: {}", reporter.text);
    }
    for words in ["„Wir singen lauter“", "Und zwar jeden Tag.", "Der Grund: Das beleidigt jemanden.", "/objection/"]
    {
        assert!(author.text.contains(words), "{words}: {}", author.text);
    }
    for secret in ["Ruth", "ruth@", "gelogen", number] {
        assert!(!author.text.contains(secret) && !author.subject.contains(secret), "{secret}: {}", author.text);
    }
    for secret in ["nora", "Kiezchor", "mira"] {
        assert!(!reporter.text.contains(secret) && !receipt.text.contains(secret), "{secret}: {}", reporter.text);
    }
}

#[tokio::test]
async fn who_wrote_it_objects_once_and_is_answered() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let (_, nora, path) = choir(&quarter).await;
    quarter.post(&format!("{path}/report"), &[("reason", "Das ist gelogen.")]).await;
    assert!(quarter.letters().await.is_empty(), "nobody left an address");
    decide(&quarter, "remove").await;
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    let link = link(&letter);
    for _ in 0..2 {
        let form = quarter.get(&link).await;
        assert!(form.status == StatusCode::OK && form.body.contains("Das beleidigt jemanden."), "{}", form.body);
    }
    let empty = quarter.post(&link, &[("words", " ")]).await;
    assert!(empty.status == StatusCode::UNPROCESSABLE_ENTITY && empty.body.contains("words-problem"), "{}", empty.body);
    let made = quarter.post(&link, &[("words", "Das war ein <b>Lied</b>.")]).await;
    assert!(made.status == StatusCode::OK && made.body.contains("Ihr Widerspruch ist da"), "{}", made.body);
    assert_eq!(quarter.post(&link, &[("words", "Noch einmal!")]).await.status, StatusCode::GONE);
    assert_eq!(quarter.get(&link).await.status, StatusCode::GONE);

    assert!(quarter.get("/editors/queue").await.body.contains("Hinweise (1)"), "it waits");
    let page = quarter.get("/editors/reports").await.body;
    assert!(page.contains("Widersprüche") && page.contains("Das war ein &#60;b&#62;Lied&#60;/b&#62;."), "{page}");
    let id = first(&quarter).await;
    let mute = quarter.post("/editors/objections", &[("report", &id), ("do", "grant"), ("reason", "")]).await;
    assert_eq!(mute.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = [("report", id.as_str()), ("do", "grant"), ("reason", "Wir haben uns geirrt.")];
    assert_eq!(quarter.post("/editors/objections", &answer).await.location(), "/editors/reports?done=decided");
    let [told] = quarter.letters().await.try_into().expect("one letter");
    assert_eq!(told.to, nora.email);
    assert!(told.text.contains("war berechtigt") && told.text.contains("Wir haben uns geirrt."), "{}", told.text);
    let again = quarter.post("/editors/objections", &answer).await;
    assert_eq!(again.location(), "/editors/reports?done=decided-already");
    assert!(quarter.get("/editors/reports").await.body.contains("Widerspruch recht gegeben"));
}

#[tokio::test]
async fn after_six_months_nobody_objects_any_more() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let (_, _, path) = choir(&quarter).await;
    quarter.post(&format!("{path}/report"), &[("reason", "Das ist gelogen.")]).await;
    decide(&quarter, "remove").await;
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    quarter.clock.step(federation::objections::LIFETIME);
    assert_eq!(quarter.get(&link(&letter)).await.status, StatusCode::GONE);
    assert_eq!(quarter.post(&link(&letter), &[("words", "Das war ein Lied.")]).await.status, StatusCode::GONE);
    assert_eq!(quarter.get("/objection/kein%20Token").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn abu_05_a_mailbox_counts_once_and_gets_no_more_than_its_share_of_letters() {
    let quarter = TestQuarter::new().await;
    let mut written = 0;
    for number in 0..20 {
        let event = quarter.event(&format!("Fest {number}"), 5 + number, |_| {}).await;
        for _ in 0..5 {
            let path = format!("/events/{}/report", event.id);
            while quarter.post(&path, &RUTH).await.status == StatusCode::TOO_MANY_REQUESTS {
                quarter.clock.step(SignedDuration::from_mins(12));
            }
        }
        written += quarter.letters().await.len();
    }
    let open = storage::reports::open(&mut quarter.instance.store().read().await.expect("a view"), 999).await;
    let open = open.expect("reports");
    assert_eq!(open.len(), 20, "one for each thing, not one for each form");
    let event = quarter.event("Fest", 99, |_| {}).await;
    for reason in ["Das ist gelogen.", "Und gemein.", "Und gemein."] {
        quarter.clock.step(SignedDuration::from_mins(12));
        quarter
            .post(&format!("/events/{}/report", event.id), &[("reason", reason), ("email", "ruth@fern.example")])
            .await;
    }
    let open = storage::reports::open(&mut quarter.instance.store().read().await.expect("a view"), 999).await;
    let last = open.expect("reports").pop().expect("a report");
    assert_eq!(last.reason, "Das ist gelogen.\n\nUnd gemein.", "nobody is silenced by who used their address first");
    assert!(written <= 12, "six a day, and twenty hours have passed: {written}");
}

#[tokio::test]
async fn anything_that_stands_here_is_reported_by_its_address() {
    let quarter = TestQuarter::new().await;
    let (_, _, path) = choir(&quarter).await;
    for unknown in ["https://fern.example/posts/1", "/posts/1", "/rules", "kein Link", "https://nord.example/@niemand"]
    {
        let refused = quarter.post("/report", &[("address", unknown), ("reason", "Das ist gelogen.")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{unknown}");
        assert!(refused.body.contains("address-problem") && refused.body.contains("Das ist gelogen."), "{unknown}");
    }
    for known in [format!("nord.example{path}?x=1"), "https://nord.example/@chor".to_owned()] {
        let thanks = quarter.post("/report", &[("address", known.as_str()), ("reason", "Das ist gelogen.")]).await;
        assert!(thanks.body.contains("hat die Nummer"), "{known}: {}", thanks.body);
    }
    assert!(quarter.get("/@chor").await.body.contains("/@chor/report"));
    let quarter = quarter.signed_in(Role::Editor).await;
    let page = quarter.get("/editors/reports").await.body;
    assert!(page.contains("Wir singen lauter") || page.contains("Und zwar jeden Tag"), "{page}");
    assert!(page.contains("Kiezchor (chor@nord.example)"), "{page}");
    let form = quarter.get(&format!("{path}/report")).await.body;
    assert!(form.contains("value=\"mira@nord.example\""), "who is signed in need not type it");
}

#[tokio::test]
async fn a_barrier_is_reported_without_mail_and_answered() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let refused = quarter.post("/accessibility", &[("reason", " "), ("address", "/events")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("reason-problem") && refused.body.contains("value=\"/events\""), "{}", refused.body);
    let typed = [("reason", "Der Kalender liest sich nicht vor."), ("address", "/events")];
    let thanks = quarter.post("/accessibility", &typed).await;
    assert!(thanks.body.contains("hat die Nummer"), "{}", thanks.body);
    let page = quarter.get("/editors/reports").await.body;
    for words in ["Jemand kommt nicht weiter", "Der Kalender liest sich nicht vor.", "href=\"/events\""] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("value=\"remove\""), "there is nothing to take away");
    decide(&quarter, "close").await;
}

#[tokio::test]
async fn a_decision_needs_a_reason_and_keeps_what_was_typed() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let (_, _, path) = choir(&quarter).await;
    quarter.post(&format!("{path}/report"), &RUTH).await;
    let id = first(&quarter).await;
    let mute = quarter.post("/editors/reports", &[("report", &id), ("do", "remove"), ("reason", " ")]).await;
    assert_eq!(mute.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(mute.body.contains("Bitte schreiben Sie in einem Satz, warum."), "{}", mute.body);
    assert_eq!(quarter.get(&path).await.status, StatusCode::OK, "nothing has happened");
    let wrong = [("report", id.as_str()), ("do", "forward"), ("reason", "Bitte ansehen.")];
    let refused = quarter.post("/editors/reports", &wrong).await;
    assert!(refused.body.contains("Bitte ansehen.</textarea>"), "{}", refused.body);
}

#[tokio::test]
async fn the_rules_are_linked_where_they_matter() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let event = quarter.event("Fest", 5, |_| {}).await;
    for path in ["/imprint", "/write/post", "/write/event", "/propose/event", &format!("/events/{}/report", event.id)] {
        assert!(quarter.get(path).await.body.contains("href=\"/rules\""), "{path}");
    }
    let rules = quarter.get("/rules").await.body;
    for words in ["Was nicht hierher gehört", "Wer entscheidet", "Widersprechen", "href=\"/report\"", "0209 169-6666"]
    {
        assert!(rules.contains(words), "{words}");
    }
}
