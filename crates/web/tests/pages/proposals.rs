//! Events that people without an account want on the board.

use domain::account::Role;
use http::StatusCode;
use jiff::SignedDuration;
use storage::letters::Letter;

use crate::quarter::{Answer, TestQuarter};

const RUTH: [(&str, &str); 6] = [
    ("name", "Stricken im Café <b>"),
    ("starts", "2026-12-05"),
    ("starts_time", "15:00"),
    ("place", "Café am Markt"),
    ("sender", "Ruth"),
    ("email", "ruth@fern.example"),
];

async fn counts(quarter: &TestQuarter) -> (i64, i64) {
    storage::proposals::count(&mut quarter.instance.store().read().await.expect("a view")).await.expect("counts")
}

/// The path of the link in a letter.
fn link(letter: &Letter) -> String {
    let address = letter.text.split_whitespace().find(|word| word.contains("/propose/confirm/")).expect("a link");
    address.trim_start_matches("https://nord.example").to_owned()
}

/// The key of the first thing in the queue.
pub(crate) fn first(queue: &Answer) -> String {
    let id = queue.body.split("id=\"title-").nth(1).and_then(|part| part.split('"').next());
    id.expect("something that waits").to_owned()
}

#[tokio::test]
async fn a_proposal_waits_for_its_mailbox_then_for_an_editor_and_is_answered() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let sent = quarter.post("/propose/event", &RUTH).await;
    assert!(sent.status == StatusCode::OK && sent.body.contains("Bitte sehen Sie in Ihr Postfach"), "{}", sent.body);
    let again = quarter.post("/propose/event", &RUTH).await;
    assert_eq!((again.status, again.body), (sent.status, sent.body), "sent twice, it is one");
    assert!(quarter.get("/editors/queue").await.body.contains("Nichts wartet."), "nobody has confirmed it");
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    assert_eq!(letter.to.as_str(), "ruth@fern.example");
    assert!(letter.subject.contains("Stricken im Café") && !letter.subject.contains('\n'), "{}", letter.subject);
    for _ in 0..2 {
        let offered = quarter.get(&link(&letter)).await;
        assert!(offered.body.contains("Vorschlag bestätigen"), "a scanner that opens the link confirms nothing");
        assert_eq!(counts(&quarter).await, (1, 0));
    }
    let confirmed = quarter.post(&link(&letter), &[]).await;
    assert!(confirmed.body.contains("Ihr Vorschlag hat die Nummer"), "{}", confirmed.body);
    assert_eq!(quarter.post(&link(&letter), &[]).await.status, StatusCode::GONE);

    let queue = quarter.get("/editors/queue").await;
    assert!(queue.body.contains("Vorschlag von Ruth, ruth@fern.example"), "{}", queue.body);
    assert!(queue.body.contains("Stricken im Café &#60;b&#62;"), "{}", queue.body);
    let id = first(&queue);
    assert!(!quarter.get("/events?time=month").await.body.contains("Stricken"), "not on the board yet");
    quarter.post("/editors/queue", &[("id", &id), ("do", "approve")]).await;
    assert!(quarter.get("/events?time=month").await.body.contains("Stricken"));
    let [answer] = quarter.letters().await.try_into().expect("one letter");
    assert!(answer.text.contains(&format!("https://nord.example/events/{id}")), "{}", answer.text);
    assert_eq!(counts(&quarter).await, (0, 0), "nobody needs to know who it was any more");
}

#[tokio::test]
async fn who_is_declined_reads_why_and_nothing_is_left() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    quarter.post("/propose/event", &RUTH).await;
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    quarter.post(&link(&letter), &[]).await;
    let id = first(&quarter.get("/editors/queue").await);
    let no = [("id", id.as_str()), ("do", "decline"), ("why", "missing"), ("reason", "Wer macht es?")];
    assert_eq!(quarter.post("/editors/queue", &no).await.location(), "/editors/queue?done=declined");
    let [answer] = quarter.letters().await.try_into().expect("one letter");
    assert!(answer.text.contains("Es fehlt: Tag, Ort oder wen man fragen kann. Wer macht es?"), "{}", answer.text);
    assert_eq!(quarter.get(&format!("/events/{id}")).await.status, StatusCode::GONE);
    assert_eq!(counts(&quarter).await, (0, 0));
}

#[tokio::test]
async fn a_form_with_errors_keeps_what_was_typed_and_programs_get_nowhere() {
    let quarter = TestQuarter::new().await;
    assert!(quarter.get("/events").await.body.contains("/propose/event"), "everyone finds the form");
    let wrong = [("name", "Stricken"), ("starts", ""), ("email", "ruth"), ("sender", "")];
    let refused = quarter.post("/propose/event", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["value=\"Stricken\"", "Bitte schreiben Sie Ihren Namen.", "email-problem", "starts-problem"] {
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
    assert_eq!(refused.body.matches(" autofocus").count(), 1);
    let program: Vec<_> = RUTH.into_iter().chain([("website", "https://kaufen.example")]).collect();
    let sent = quarter.post("/propose/event", &program).await;
    assert!(sent.body.contains("Bitte sehen Sie in Ihr Postfach"), "it learns nothing");
    assert_eq!(counts(&quarter).await, (0, 0));
}

#[tokio::test]
async fn abu_08_a_mailbox_gets_three_letters_a_day_however_many_propose_in_its_name() {
    let quarter = TestQuarter::new().await;
    let mut written = 0;
    for round in 0..100 {
        let place = format!("Haus {round}");
        let form = RUTH.map(|(name, value)| (name, if name == "place" { place.as_str() } else { value }));
        let answer = quarter.post("/propose/event", &form).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            quarter.clock.step(SignedDuration::from_mins(6));
        } else {
            assert!(answer.body.contains("Bitte sehen Sie in Ihr Postfach"), "round {round}: {}", answer.body);
        }
        written += quarter.letters().await.len();
    }
    assert_eq!((written, counts(&quarter).await), (3, (3, 0)));
    quarter.clock.step(federation::proposals::LIFETIME);
    quarter.clock.step(SignedDuration::from_secs(1));
    assert_eq!(federation::proposals::clean(&quarter.instance).await.expect("cleaning"), 3);
    assert_eq!(counts(&quarter).await, (0, 0), "what was never confirmed goes after a day");
}
