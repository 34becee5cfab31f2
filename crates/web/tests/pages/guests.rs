//! Answers by people without an account.

use domain::account::Role;
use domain::language::Language;
use domain::post;
use federation::{Replies, activities};
use http::StatusCode;
use jiff::SignedDuration;
use storage::letters::Letter;
use uuid::Uuid;

use crate::quarter::{Answer, BASE, TestQuarter};

const RUTH: [(&str, &str); 3] =
    [("name", "Ruth <b>"), ("email", "ruth@fern.example"), ("words", "Ich habe einen Hammer. <i>")];

async fn question(quarter: &TestQuarter) -> Uuid {
    let details = post::Details::typed("Wer hat einen Hammer?", "Für einen Tag.", Language::DE);
    let draft = post::Draft::new(details).expect("a draft");
    activities::create::post(&quarter.instance, quarter.instance.quarter(), draft).await.expect("a post").id
}

/// A quarter with a post that guests may answer, for an editor.
async fn open() -> (TestQuarter, String) {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let post = format!("/posts/{}", question(&quarter).await);
    let opened = quarter.post(&format!("{post}/guests"), &[("do", "open")]).await;
    assert_eq!(opened.location(), format!("{post}?done=answers-open"));
    (quarter, post)
}

fn link(letter: &Letter) -> String {
    let address = letter.text.split_whitespace().find(|word| word.contains("/answer/")).expect("a link");
    address.trim_start_matches(BASE).to_owned()
}

async fn letter(quarter: &TestQuarter) -> Letter {
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    letter
}

async fn counts(quarter: &TestQuarter) -> (i64, i64) {
    storage::guests::count(&mut quarter.instance.store().read().await.expect("a view")).await.expect("counts")
}

/// The key of the first thing on a page that has one.
fn first(page: &Answer, mark: &str) -> String {
    let id = page.body.split(mark).nth(1).and_then(|part| part.split('"').next());
    id.unwrap_or_else(|| panic!("something in {}", page.body)).to_owned()
}

#[tokio::test]
async fn an_answer_waits_for_its_mailbox_then_for_an_editor_and_stands_beneath_the_post() {
    let (mut quarter, post) = open().await;
    let mine = quarter.swap_cookie(None);
    let answer = format!("{post}/answer");
    assert!(quarter.get(&post).await.body.contains(&format!("href=\"{answer}\"")));
    let sent = quarter.post(&answer, &RUTH).await;
    assert!(sent.status == StatusCode::OK && sent.body.contains("Bitte sehen Sie in Ihr Postfach"), "{}", sent.body);
    assert_eq!(quarter.post(&answer, &RUTH).await.body, sent.body, "sent twice, it is one");
    let confirm = letter(&quarter).await;
    assert!(!confirm.text.contains("Hammer") && !confirm.subject.contains("Hammer"), "no words of a stranger");
    for _ in 0..2 {
        assert!(quarter.get(&link(&confirm)).await.body.contains("Antwort bestätigen"));
        assert_eq!(counts(&quarter).await, (1, 0), "opening it uses nothing up");
    }
    assert!(quarter.post(&link(&confirm), &[]).await.body.contains("Danke für Ihre Antwort"));
    assert_eq!(quarter.post(&link(&confirm), &[]).await.status, StatusCode::GONE, "once");
    assert!(!quarter.get(&post).await.body.contains("Ich habe einen Hammer"), "nobody has read it yet");
    assert_eq!(quarter.get("/editors/answers").await.status, StatusCode::UNAUTHORIZED);

    quarter.swap_cookie(mine);
    assert!(quarter.get("/editors/queue").await.body.contains("/editors/answers"));
    let list = quarter.get("/editors/answers").await;
    assert!(list.body.contains("Ruth &#60;b&#62;") && list.body.contains("Hammer. &lt;i&gt;"), "{}", list.body);
    let id = first(&list, "id=\"title-");
    let yes = [("id", id.as_str()), ("do", "approve")];
    assert_eq!(quarter.post("/editors/answers", &yes).await.location(), "/editors/answers?done=approved");
    assert_eq!(quarter.post("/editors/answers", &yes).await.location(), "/editors/answers?done=decided-already");
    assert!(letter(&quarter).await.text.contains(&format!("{BASE}{post}")));
    quarter.swap_cookie(None);
    let page = quarter.get(&post).await.body;
    for words in ["Antworten von Gästen", "Ruth &#60;b&#62;", "(Gast)", "Ich habe einen Hammer. &lt;i&gt;"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("ruth@fern.example"));
}

#[tokio::test]
async fn an_answer_stays_here_and_goes_with_its_post() {
    let (quarter, post) = open().await;
    let before = outbox(&quarter).await;
    quarter.post(&format!("{post}/answer"), &RUTH).await;
    let mail = quarter.letters().await;
    assert!(mail.is_empty(), "who is signed in has confirmed a mailbox before");
    let id = first(&quarter.get("/editors/answers").await, "id=\"title-");
    quarter.post("/editors/answers", &[("id", &id), ("do", "approve")]).await;
    assert_eq!(outbox(&quarter).await, before, "nothing is said to other servers");
    let page = quarter.get(&post).await;
    assert!(page.body.contains("Antwort entfernen"));
    let remove = [("id", id.as_str()), ("do", "decline"), ("reason", "Beleidigend.")];
    quarter.post("/editors/answers", &remove).await;
    assert!(!quarter.get(&post).await.body.contains("Ich habe einen Hammer"));
    assert!(quarter.get("/editors/reports").await.body.contains("Antwort eines Gastes entfernt"));
    quarter.post(&format!("{post}/answer"), &[("words", "Noch eine")]).await;
    assert_eq!(counts(&quarter).await, (0, 1));
    quarter.post(&format!("{post}/delete"), &[]).await;
    assert_eq!(counts(&quarter).await, (0, 0), "with the post go its answers");
}

async fn outbox(quarter: &TestQuarter) -> usize {
    let mut tx = quarter.instance.store().read().await.expect("a view");
    let author = quarter.instance.quarter().id;
    storage::activities::outbox(&mut tx, author, None, 99).await.expect("an outbox").len()
}

#[tokio::test]
async fn who_is_declined_reads_why() {
    let (mut quarter, post) = open().await;
    let mine = quarter.swap_cookie(None);
    quarter.post(&format!("{post}/answer"), &RUTH).await;
    quarter.post(&link(&letter(&quarter).await), &[]).await;
    quarter.swap_cookie(mine);
    let id = first(&quarter.get("/editors/answers").await, "id=\"title-");
    let refused = quarter.post("/editors/answers", &[("id", &id), ("do", "decline")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let no = [("id", id.as_str()), ("do", "decline"), ("reason", "Das ist Werbung.")];
    assert_eq!(quarter.post("/editors/answers", &no).await.location(), "/editors/answers?done=declined");
    assert!(letter(&quarter).await.text.contains("Das ist Werbung."));
    assert_eq!(counts(&quarter).await, (0, 0));
}

#[tokio::test]
async fn nobody_answers_where_nobody_asked_for_it() {
    let off = |settings: &mut federation::Settings| settings.replies = Replies::Off;
    for (change, is_open) in [(None, false), (Some(off), true)] {
        let quarter = match change {
            Some(change) => TestQuarter::with(BASE, change).await,
            None => TestQuarter::new().await,
        };
        let post = question(&quarter).await;
        if is_open {
            let mut tx = quarter.instance.store().write().await.expect("a transaction");
            let now = quarter.instance.clock().now();
            storage::guests::open(&mut tx, post, now).await.expect("an insert");
            tx.commit().await.expect("a commit");
        }
        assert!(!quarter.get(&format!("/posts/{post}")).await.body.contains("/answer"));
        assert_eq!(quarter.get(&format!("/posts/{post}/answer")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(quarter.post(&format!("/posts/{post}/answer"), &RUTH).await.status, StatusCode::NOT_FOUND);
        let opened = quarter.post(&format!("/posts/{post}/guests"), &[("do", "open")]).await;
        assert_eq!(opened.status, StatusCode::UNAUTHORIZED, "only who may change the post says so");
        assert_eq!(counts(&quarter).await, (0, 0));
    }
}

#[tokio::test]
async fn abu_08_answers_in_somebodys_name_are_three_letters_a_day_and_carry_nothing() {
    let (mut quarter, post) = open().await;
    quarter.swap_cookie(None);
    let mut written = 0;
    for round in 0..50 {
        let words = format!("Kauft hier Nummer {round}");
        let form = [("name", "Ruth"), ("email", "ruth@fern.example"), ("words", words.as_str())];
        let answer = quarter.post(&format!("{post}/answer"), &form).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            quarter.clock.step(SignedDuration::from_mins(6));
        } else {
            assert!(answer.body.contains("Bitte sehen Sie in Ihr Postfach"), "round {round}: {}", answer.body);
        }
        let letters = quarter.letters().await;
        assert!(letters.iter().all(|letter| !letter.text.contains("Kauft")));
        written += letters.len();
    }
    assert_eq!((written, counts(&quarter).await), (3, (3, 0)));
    let program = [("name", "x"), ("email", "x@fern.example"), ("words", "x"), ("website", "https://kaufen.example")];
    quarter.clock.step(SignedDuration::from_hours(1));
    assert!(quarter.post(&format!("{post}/answer"), &program).await.body.contains("Bitte sehen Sie in Ihr Postfach"));
    assert!(quarter.letters().await.is_empty(), "a program learns nothing and gets nobody written to");
}
