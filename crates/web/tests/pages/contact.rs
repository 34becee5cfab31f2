//! Writing to an initiative.

use domain::account::{Membership, Role};
use domain::html::Html;
use http::StatusCode;
use jiff::SignedDuration;
use storage::letters::Queued;

use crate::quarter::TestQuarter;

const RUTH: [(&str, &str); 3] =
    [("words", "Darf ich mitsingen? <b>"), ("name", "Ruth"), ("email", "ruth@fern.example")];

/// A quarter with a choir whose speaker is Nora.
async fn quarter() -> TestQuarter {
    let quarter = TestQuarter::new().await;
    let handle = "chor".parse().expect("a handle");
    let choir = federation::initiatives::create(&quarter.instance, "Kiezchor", &handle, Html::default()).await;
    let choir = choir.expect("an initiative");
    let (nora, jo) = (quarter.account("nora", Role::Member).await, quarter.account("jo", Role::Member).await);
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    for (account, membership) in [(nora, Membership::Speaker), (jo, Membership::Helper)] {
        storage::accounts::set_membership(&mut tx, choir.id, account.id, membership).await.expect("a membership");
    }
    tx.commit().await.expect("a commit");
    quarter
}

/// The letters written since the last time.
async fn letters(quarter: &TestQuarter) -> Vec<Queued> {
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let now = quarter.instance.clock().now();
    let letters = storage::letters::claim(&mut tx, now, now + SignedDuration::from_hours(999), 99).await;
    tx.commit().await.expect("a commit");
    letters.expect("letters")
}

fn link(queued: &Queued) -> String {
    let address = queued.letter.text.split_whitespace().find(|word| word.contains("/contact/")).expect("a link");
    address.trim_start_matches("https://nord.example").to_owned()
}

#[tokio::test]
async fn a_message_reaches_the_initiative_and_its_answer_the_writer() {
    let quarter = quarter().await;
    let page = quarter.get("/@chor").await.body;
    assert!(page.contains("href=\"/@chor/contact\"") && !page.contains("nora@"), "nobody reads the address");
    let sent = quarter.post("/@chor/contact", &RUTH).await;
    assert!(sent.status == StatusCode::OK && sent.body.contains("Bitte sehen Sie in Ihr Postfach"), "{}", sent.body);
    let [question] = letters(&quarter).await.try_into().expect("one letter");
    assert_eq!((question.letter.to.as_str(), &question.reply_to), ("ruth@fern.example", &None));
    for _ in 0..2 {
        assert!(quarter.get(&link(&question)).await.body.contains("Nachricht abschicken"));
    }
    assert!(letters(&quarter).await.is_empty(), "a scanner that opens the link sends nothing");
    let done = quarter.post(&link(&question), &[]).await;
    assert!(done.status == StatusCode::OK && done.body.contains("Kiezchor antwortet Ihnen"), "{}", done.body);
    assert_eq!(quarter.post(&link(&question), &[]).await.status, StatusCode::GONE);
    let [message] = letters(&quarter).await.try_into().expect("one letter, to the speaker");
    assert_eq!(message.letter.to.as_str(), "nora@nord.example");
    assert_eq!(message.reply_to.map(|email| email.to_string()).as_deref(), Some("ruth@fern.example"));
    assert!(message.letter.text.contains("Darf ich mitsingen? <b>"), "{}", message.letter.text);
}

#[tokio::test]
async fn abu_08_a_stranger_cannot_make_us_write_to_a_victim() {
    let quarter = quarter().await;
    let mut written = Vec::new();
    for _ in 0..100 {
        while quarter.post("/@chor/contact", &RUTH).await.status == StatusCode::TOO_MANY_REQUESTS {
            quarter.clock.step(SignedDuration::from_mins(1));
        }
        written.extend(letters(&quarter).await);
    }
    // Three at once, and one more for each eight hours that have passed.
    assert!((3..=5).contains(&written.len()), "{}", written.len());
    for queued in &written {
        assert_eq!(queued.letter.to.as_str(), "ruth@fern.example");
        assert!(!queued.letter.text.contains("mitsingen") && !queued.letter.text.contains("Ruth"));
    }
}

#[tokio::test]
async fn a_wrong_message_comes_back_and_where_nobody_reads_there_is_no_form() {
    let quarter = quarter().await;
    let refused = quarter.post("/@chor/contact", &[("words", "x"), ("name", ""), ("email", "ruth")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["words-problem", "name-problem", "email-problem", "value=\"ruth\""] {
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
    let program: Vec<_> = RUTH.into_iter().chain([("website", "https://kaufen.example")]).collect();
    assert!(quarter.post("/@chor/contact", &program).await.body.contains("Bitte sehen Sie in Ihr Postfach"));
    assert!(letters(&quarter).await.is_empty(), "it learns nothing, and nothing is kept");
    for path in ["/@nordstadt/contact", "/@niemand/contact", "/contact/kein%20Token"] {
        assert_eq!(quarter.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let handle = "leer".parse().expect("a handle");
    federation::initiatives::create(&quarter.instance, "Leer", &handle, Html::default()).await.expect("an initiative");
    assert_eq!(quarter.get("/@leer/contact").await.status, StatusCode::NOT_FOUND);
    assert!(!quarter.get("/@leer").await.body.contains("/contact"));
}
