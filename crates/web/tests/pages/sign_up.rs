//! Accounts for who asks: the form, the letter, the door, and those who decide.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use domain::account::{Account, Role};
use domain::sign_up::SignUp;
use http::header::{HOST, ORIGIN, SET_COOKIE};
use http::{Request, StatusCode};
use jiff::SignedDuration;
use storage::letters::Letter;

use crate::quarter::{Answer, BASE, TestQuarter};

const RUTH: [(&str, &str); 6] = [
    ("name", "Ruth <b>"),
    ("email", "ruth@fern.example"),
    ("language", "de"),
    ("words", "Ich wohne am Kanal <i>und stricke."),
    ("agree", "yes"),
    ("age", "yes"),
];

/// A quarter whose door is like this, with an admin who is signed in and was here.
async fn quarter(sign_up: SignUp) -> TestQuarter {
    let change = |settings: &mut federation::Settings| {
        settings.people.sign_up = sign_up;
        settings.people.refused_mail_hosts = vec!["kurz.example".parse().expect("a host")];
    };
    let quarter = TestQuarter::with(BASE, change).await.signed_in(Role::Admin).await;
    assert_eq!(quarter.get("/editors").await.status, StatusCode::OK);
    quarter
}

fn with<'a>(fields: &[(&'a str, &'a str)], name: &str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(key, kept)| (*key, if *key == name { value } else { kept })).collect()
}

/// What a stranger gets who sends the form, from another network each time.
async fn ask(quarter: &TestQuarter, network: usize, fields: &[(&str, &str)]) -> Answer {
    let forwarded = format!("198.51.{}.{}", network / 250, network % 250 + 1);
    let request = Request::post("/sign-up").header(HOST, "nord.example").header(ORIGIN, BASE);
    let proxy = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 443)));
    quarter.send(request.extension(proxy).header("x-forwarded-for", forwarded), fields).await
}

/// The path of the link in a letter.
fn link(letter: &Letter) -> String {
    let address = letter.text.split_whitespace().find(|word| word.contains("/sign-up/")).expect("a link");
    address.trim_start_matches(BASE).to_owned()
}

async fn letter(quarter: &TestQuarter) -> Letter {
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    letter
}

async fn by_email(quarter: &TestQuarter, email: &str) -> Option<Account> {
    let mut tx = quarter.instance.store().read().await.expect("a view");
    storage::accounts::by_email(&mut tx, &email.parse().expect("an address")).await.expect("a query")
}

async fn counts(quarter: &TestQuarter) -> (i64, i64) {
    storage::sign_ups::count(&mut quarter.instance.store().read().await.expect("a view")).await.expect("counts")
}

/// The key of the first who waits.
fn first(list: &Answer) -> String {
    let id = list.body.split("id=\"title-").nth(1).and_then(|part| part.split('"').next());
    id.expect("somebody who waits").to_owned()
}

#[tokio::test]
async fn by_default_nobody_can_ask_and_nothing_leads_there() {
    let quarter = TestQuarter::new().await;
    for path in ["/", "/sign-in"] {
        assert!(!quarter.get(path).await.body.contains("/sign-up"), "{path}");
    }
    assert_eq!(quarter.get("/sign-up").await.status, StatusCode::NOT_FOUND);
    assert_eq!(quarter.post("/sign-up", &RUTH).await.status, StatusCode::NOT_FOUND);
    assert!(quarter.letters().await.is_empty() && counts(&quarter).await == (0, 0));
}

#[tokio::test]
async fn who_asks_waits_for_their_mailbox_then_for_an_admin_and_is_in() {
    let mut quarter = quarter(SignUp::Approved).await;
    let mine = quarter.swap_cookie(None);
    for path in ["/", "/sign-in"] {
        assert!(quarter.get(path).await.body.contains("href=\"/sign-up\""), "{path}");
    }
    assert!(quarter.get("/sign-up").await.body.contains("bis die Redaktion Ja sagt"));
    let sent = quarter.post("/sign-up", &RUTH).await;
    assert!(sent.status == StatusCode::OK && sent.body.contains("Bitte sehen Sie in Ihr Postfach"), "{}", sent.body);
    assert_eq!(quarter.post("/sign-up", &RUTH).await.body, sent.body, "sent twice, it is one");
    let letter = letter(&quarter).await;
    assert!(!letter.text.contains("stricke"), "a letter never carries a stranger's words");
    for _ in 0..2 {
        assert!(quarter.get(&link(&letter)).await.body.contains("Ja, das bin ich"), "opening it uses nothing up");
        assert_eq!(counts(&quarter).await, (1, 0));
    }
    assert!(quarter.post(&link(&letter), &[]).await.body.contains("Ihre Antwort kommt als Brief"));
    assert_eq!(quarter.post(&link(&letter), &[]).await.status, StatusCode::GONE, "once");
    assert!(by_email(&quarter, "ruth@fern.example").await.is_none() && counts(&quarter).await == (0, 1));

    let stranger = quarter.swap_cookie(mine);
    assert!(quarter.get("/editors/queue").await.body.contains("/editors/sign-ups"), "the queue says that they wait");
    let list = quarter.get("/editors/sign-ups").await;
    for words in ["Ruth &#60;b&#62;", "Ich wohne am Kanal", "ruth@fern.example, wartet seit"] {
        assert!(list.body.contains(words), "{words}: {}", list.body);
    }
    assert!(!list.body.contains("<i>und"));
    let id = first(&list);
    let too_much = [("id", id.as_str()), ("do", "let-in"), ("role", "admin")];
    assert_eq!(quarter.post("/editors/sign-ups", &too_much).await.status, StatusCode::BAD_REQUEST);
    let yes = [("id", id.as_str()), ("do", "let-in"), ("role", "reader")];
    assert_eq!(quarter.post("/editors/sign-ups", &yes).await.location(), "/editors/sign-ups?done=let-in");
    assert_eq!(quarter.post("/editors/sign-ups", &yes).await.location(), "/editors/sign-ups?done=decided-already");
    let told = self::letter(&quarter).await;
    assert!(told.text.contains("lesen und vorschlagen") && told.text.contains("/sign-in"), "{}", told.text);
    let ruth = by_email(&quarter, "ruth@fern.example").await.expect("an account");
    assert_eq!((ruth.role, ruth.name.as_str()), (Role::Reader, "Ruth <b>"));
    let mut tx = quarter.instance.store().read().await.expect("a view");
    let latest = storage::decisions::latest(&mut tx, 1).await.expect("decisions").remove(0);
    assert_eq!((latest.what.as_str(), latest.who.as_str()), ("people-let-in", "mira"));
    drop(tx);
    quarter.swap_cookie(stranger);
    assert_eq!(quarter.get("/editors/sign-ups").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_is_not_let_in_reads_why_and_nothing_of_them_is_left() {
    let quarter = quarter(SignUp::Approved).await;
    quarter.post("/sign-up", &RUTH).await;
    quarter.post(&link(&letter(&quarter).await), &[]).await;
    let id = first(&quarter.get("/editors/sign-ups").await);
    let refused = quarter.post("/editors/sign-ups", &[("id", &id), ("do", "decline")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Bitte wählen Sie einen Grund"));
    let no = [("id", id.as_str()), ("do", "decline"), ("why", "unknown"), ("reason", "Dienstags um drei.")];
    assert_eq!(quarter.post("/editors/sign-ups", &no).await.location(), "/editors/sign-ups?done=not-let-in");
    let told = letter(&quarter).await;
    assert!(told.text.contains("Kommen Sie gern vorbei. Dienstags um drei."), "{}", told.text);
    assert!(by_email(&quarter, "ruth@fern.example").await.is_none() && counts(&quarter).await == (0, 0));
    let log = quarter.get("/editors/reports").await.body;
    assert!(log.contains("Zugang abgelehnt") && !log.contains("Ruth"), "the log names nobody who is not here");
}

#[tokio::test]
async fn an_open_door_lets_in_at_once_and_only_to_read() {
    let mut quarter = quarter(SignUp::Open).await;
    let mine = quarter.swap_cookie(None);
    assert!(!quarter.get("/sign-up").await.body.contains("name=\"words\""), "nobody has to decide");
    quarter.post("/sign-up", &with(&RUTH, "words", "")).await;
    let letter = letter(&quarter).await;
    let entered = quarter.post(&link(&letter), &[]).await;
    assert!(entered.location() == "/?done=come-in" && entered.header(SET_COOKIE).contains("session="));
    quarter.keep_cookie(&entered);
    assert_eq!(by_email(&quarter, "ruth@fern.example").await.map(|ruth| ruth.role), Some(Role::Reader));
    for path in ["/write/event", "/write/post", "/editors"] {
        assert_eq!(quarter.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(!quarter.get("/").await.body.contains("/write/event"), "no page leads where nothing is to be done");
    let published = quarter.post("/write/post", &[("speaker", "nordstadt"), ("content", "Im Namen aller")]).await;
    assert_eq!(published.status, StatusCode::UNPROCESSABLE_ENTITY, "there is nobody to speak for");
    assert!(!quarter.get("/posts").await.body.contains("Im Namen aller"));
    assert!(!quarter.get("/account").await.body.contains("name=\"handle\""));
    let profile = quarter.post("/account/profile", &[("handle", "ruth")]).await;
    assert_eq!(profile.status, StatusCode::FORBIDDEN, "who only reads shows no face");
    let event = [("name", "Stricken"), ("starts", "2026-12-05"), ("starts_time", "15:00"), ("place", "Café")];
    let proposed = quarter.post("/propose/event", &event).await;
    assert!(proposed.body.contains("hat die Nummer"), "their mailbox has answered before: {}", proposed.body);
    assert!(quarter.letters().await.is_empty());
    quarter.swap_cookie(mine);
    let queue = quarter.get("/editors/queue").await.body;
    assert!(queue.contains("Vorschlag von Ruth &#60;b&#62;, ruth@fern.example"), "{queue}");
}

#[tokio::test]
async fn prv_12_who_has_an_account_is_told_by_letter_only() {
    let mut quarter = quarter(SignUp::Approved).await;
    quarter.swap_cookie(None);
    let unknown = quarter.post("/sign-up", &RUTH).await;
    let known = quarter.post("/sign-up", &with(&RUTH, "email", "mira@nord.example")).await;
    assert_eq!((known.status, known.body), (unknown.status, unknown.body));
    let [first, second] = quarter.letters().await.try_into().expect("two letters");
    assert_eq!(first.subject, second.subject);
    assert!(second.text.contains("Sie haben schon einen") && !second.text.contains("/sign-up/"), "{}", second.text);
    assert_eq!(counts(&quarter).await, (1, 0));
}

#[tokio::test]
async fn a_form_with_errors_keeps_what_was_typed_and_programs_get_nowhere() {
    let quarter = quarter(SignUp::Approved).await;
    let wrong = [("name", "Ruth"), ("email", "ruth@x.mailinator.com"), ("words", "Hallo")];
    let refused = quarter.post("/sign-up", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["value=\"Ruth\"", "wird bald gelöscht", "words-problem", "agree-problem", "age-problem"] {
        assert!(refused.body.contains(words), "{words}: {}", refused.body);
    }
    let own = quarter.post("/sign-up", &with(&RUTH, "email", "ruth@post.kurz.example")).await;
    assert!(own.status == StatusCode::UNPROCESSABLE_ENTITY && own.body.contains("wird bald gelöscht"));
    let program: Vec<_> = RUTH.into_iter().chain([("website", "https://kaufen.example")]).collect();
    assert!(quarter.post("/sign-up", &program).await.body.contains("Bitte sehen Sie in Ihr Postfach"));
    assert!(counts(&quarter).await == (0, 0) && quarter.letters().await.is_empty());
}

#[tokio::test]
async fn abu_01_a_network_asks_five_times_and_a_mailbox_gets_three_letters() {
    let quarter = quarter(SignUp::Open).await;
    for round in 0..5 {
        let name = format!("Ruth {round}");
        assert_eq!(ask(&quarter, 1, &with(&RUTH, "name", &name)).await.status, StatusCode::OK);
    }
    assert_eq!(ask(&quarter, 1, &RUTH).await.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(ask(&quarter, 2, &RUTH).await.status, StatusCode::OK, "others can");
    assert_eq!(quarter.letters().await.len(), 3, "in whoever's name");
    quarter.clock.step(SignedDuration::from_mins(30));
    assert_eq!(ask(&quarter, 1, &with(&RUTH, "email", "jo@fern.example")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn abu_01_twenty_come_in_by_an_open_door_in_a_day_and_the_others_wait() {
    let quarter = quarter(SignUp::Open).await;
    for round in 0..22 {
        let email = format!("bot{round}@fern.example");
        ask(&quarter, round, &with(&RUTH, "email", &email)).await;
        let answer = quarter.post(&link(&letter(&quarter).await), &[]).await;
        assert_eq!(answer.status == StatusCode::SEE_OTHER, round < 20, "{round}");
    }
    assert_eq!(counts(&quarter).await, (0, 2));
    assert!(quarter.get("/editors/sign-ups").await.body.contains("An einem Tag kamen 20 Menschen herein."));
    quarter.clock.step(SignedDuration::from_hours(24));
    ask(&quarter, 99, &RUTH).await;
    assert_eq!(quarter.post(&link(&letter(&quarter).await), &[]).await.status, StatusCode::SEE_OTHER, "tomorrow again");
}

#[tokio::test]
async fn abu_01_a_door_that_nobody_watches_closes_and_says_so() {
    let mut quarter = quarter(SignUp::Open).await;
    let mine = quarter.swap_cookie(None);
    quarter.post("/sign-up", &with(&RUTH, "email", "early@fern.example")).await;
    assert_eq!(quarter.post(&link(&letter(&quarter).await), &[]).await.status, StatusCode::SEE_OTHER);
    quarter.clock.step(SignedDuration::from_hours(8 * 24));
    assert!(quarter.get("/sign-up").await.body.contains("name=\"words\""), "somebody has to decide now");
    let short = quarter.post("/sign-up", &with(&RUTH, "words", "")).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    quarter.post("/sign-up", &RUTH).await;
    assert!(quarter.post(&link(&letter(&quarter).await), &[]).await.body.contains("Ihre Antwort kommt als Brief"));
    assert!(by_email(&quarter, "ruth@fern.example").await.is_none());
    quarter.swap_cookie(mine);
    let list = quarter.get("/editors/sign-ups").await.body;
    assert!(list.contains("Sieben Tage lang war niemand von der Redaktion hier."), "{list}");
    assert!(!quarter.get("/sign-up").await.body.contains("name=\"words\""), "an editor is back, and the door is open");
}

#[tokio::test]
async fn what_is_not_confirmed_goes_after_three_days_and_what_is_not_decided_after_thirty() {
    let quarter = quarter(SignUp::Approved).await;
    let clean = async || federation::sign_ups::clean(&quarter.instance).await.expect("cleaning");
    quarter.post("/sign-up", &RUTH).await;
    let late = link(&letter(&quarter).await);
    quarter.post("/sign-up", &with(&RUTH, "email", "jo@fern.example")).await;
    quarter.post(&link(&letter(&quarter).await), &[]).await;
    quarter.clock.step(SignedDuration::from_hours(3 * 24));
    assert_eq!(quarter.post(&late, &[]).await.status, StatusCode::GONE, "the link is too old");
    quarter.clock.step(SignedDuration::from_secs(1));
    assert_eq!((clean().await, counts(&quarter).await), (1, (0, 1)));
    assert!(quarter.letters().await.is_empty(), "who never answered is not written to");
    quarter.clock.step(SignedDuration::from_hours(27 * 24));
    assert_eq!((clean().await, counts(&quarter).await), (1, (0, 0)));
    let told = letter(&quarter).await;
    assert!(told.to.as_str() == "jo@fern.example" && told.text.contains("30 Tage lang niemand"), "{}", told.text);
}
