//! Passwords: for who wants one, and never needed.

use std::io::Read;
use std::net::SocketAddr;

use axum::extract::connect_info::ConnectInfo;
use domain::account::{Account, Role};
use http::header::{HOST, ORIGIN, SET_COOKIE};
use http::{Request, StatusCode};
use jiff::SignedDuration;

use crate::quarter::{Answer, BASE, TestQuarter};
use crate::second_factor;

const GOOD: &str = "drei blaue Leitern";

/// A quarter with somebody who is signed in and has a password.
async fn with_password() -> (TestQuarter, Account) {
    let mut quarter = TestQuarter::new().await;
    let mira = quarter.account("mira", Role::Member).await;
    quarter.enter(&mira).await;
    assert_eq!(set(&quarter, GOOD).await.location(), "/account?done=new-password");
    quarter.letters().await;
    (quarter, mira)
}

async fn set(quarter: &TestQuarter, password: &str) -> Answer {
    quarter.post("/account/password", &[("do", "set"), ("password", password)]).await
}

async fn enter(quarter: &TestQuarter, email: &str, password: &str) -> Answer {
    quarter.post("/sign-in/password", &[("email", email), ("password", password)]).await
}

/// A form that comes from `client`, through our proxy.
fn by(client: &str) -> http::request::Builder {
    let proxy = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 9)));
    let request = Request::post("/sign-in/password").header(HOST, "nord.example").header(ORIGIN, BASE);
    request.header("x-forwarded-for", client).extension(proxy)
}

#[tokio::test]
async fn who_has_a_password_signs_in_with_it_and_the_letter_still_works() {
    let (mut quarter, mira) = with_password().await;
    assert!(quarter.get("/account").await.body.contains("Sie können sich mit einem Passwort anmelden."));
    quarter.swap_cookie(None);
    assert!(quarter.get("/sign-in").await.body.contains("href=\"/sign-in/password\""));
    let entered = enter(&quarter, "Mira@Nord.example", GOOD).await;
    assert_eq!(entered.location(), "/?done=signed-in");
    assert!(entered.header(SET_COOKIE).starts_with("__Host-session="));
    quarter.keep_cookie(&entered);
    assert_eq!(quarter.get("/account").await.status, StatusCode::OK);
    for wrong in ["drei blaue leitern", "drei blaue", "", &"x".repeat(5_000)] {
        let refused = enter(&quarter, mira.email.as_str(), wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("value=\"mira@nord.example\"") && refused.body.contains("password-problem"));
        assert!(wrong.is_empty() || !refused.body.contains(wrong), "it is never written into a page");
    }
    quarter.post("/sign-in", &[("email", mira.email.as_str())]).await;
    assert_eq!(quarter.letters().await.len(), 1);
}

#[tokio::test]
async fn a_password_that_others_try_first_is_refused_and_not_shown() {
    let quarter = TestQuarter::new().await.signed_in(Role::Member).await;
    for (password, why) in [
        ("kurz", "mindestens 12 Zeichen."),
        ("Passwort1234!", "probieren andere zuerst"),
        ("mira-nordstadt", "probieren andere zuerst"),
        (&"Apfelmus am Kanal ".repeat(9), "höchstens 128 Zeichen"),
    ] {
        let refused = set(&quarter, password).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{password}");
        assert!(refused.body.contains(why) && !refused.body.contains(password), "{}", refused.body);
    }
    assert!(quarter.letters().await.is_empty());
}

#[tokio::test]
async fn acc_05_a_changed_password_ends_every_other_session_and_is_told_by_letter() {
    let (mut quarter, mira) = with_password().await;
    let here = quarter.swap_cookie(None);
    let other = enter(&quarter, mira.email.as_str(), GOOD).await;
    quarter.keep_cookie(&other);
    let other = quarter.swap_cookie(here);
    assert_eq!(set(&quarter, "nachts nur leise Musik").await.location(), "/account?done=new-password");
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    assert!(letter.text.contains("gilt ein neues Passwort") && letter.text.contains("Sie waren das nicht?"));
    let here = quarter.swap_cookie(other);
    assert_eq!(quarter.get("/account").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(enter(&quarter, mira.email.as_str(), GOOD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    quarter.swap_cookie(here);
    let removed = quarter.post("/account/password", &[("do", "remove")]).await;
    assert_eq!(removed.location(), "/account?done=no-password");
    assert_eq!(quarter.letters().await.len(), 1);
    quarter.post("/account/password", &[("do", "remove")]).await;
    assert!(quarter.letters().await.is_empty(), "a second press says nothing new");
    quarter.swap_cookie(None);
    let gone = enter(&quarter, mira.email.as_str(), "nachts nur leise Musik").await;
    assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_password_does_not_go_round_the_second_key_or_a_suspension() {
    let (mut quarter, eva) = second_factor::strict().await;
    set(&quarter, GOOD).await;
    second_factor::set_up(&quarter).await;
    quarter.swap_cookie(None);
    let half = enter(&quarter, eva.email.as_str(), GOOD).await;
    assert_eq!(half.location(), "/sign-in/second");
    assert!(!half.header(SET_COOKIE).contains("session="));
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let now = quarter.instance.clock().now();
    storage::accounts::suspend(&mut tx, eva.id, Some(now)).await.expect("an update");
    tx.commit().await.expect("a commit");
    assert_eq!(enter(&quarter, eva.email.as_str(), GOOD).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn prv_12_the_answer_to_a_password_does_not_tell_who_is_here() {
    let (mut quarter, _) = with_password().await;
    quarter.account("jo", Role::Member).await;
    quarter.swap_cookie(None);
    let mut answers = Vec::new();
    for name in ["mira", "jo", "nora"] {
        let answer = enter(&quarter, &format!("{name}@nord.example"), "ganz falsche Wörter").await;
        answers.push((answer.status, answer.body.replace(&format!("{name}@"), "x@")));
    }
    assert_eq!(answers[0].0, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "with a password, without one, without an account");
}

#[tokio::test]
async fn acc_01_passwords_are_guessed_so_often_and_the_owner_still_gets_in() {
    let (mut quarter, mira) = with_password().await;
    let here = quarter.swap_cookie(None);
    let from = async |quarter: &TestQuarter, client: String, password: &str| {
        let fields = [("email", mira.email.as_str()), ("password", password)];
        quarter.send(by(&client), &fields).await.status
    };
    let (mut looked_at, mut refused) = (0, 0);
    for number in 0..500 {
        // Many networks, and many addresses of each.
        let client = format!("2001:db8:{:x}:{:x}::{number:x}", number % 20, number % 3);
        match from(&quarter, client, "ganz falsche Wörter").await {
            StatusCode::UNPROCESSABLE_ENTITY => looked_at += 1,
            StatusCode::TOO_MANY_REQUESTS => refused += 1,
            other => panic!("{other}"),
        }
    }
    assert_eq!((looked_at, refused), (25, 475));
    let right = from(&quarter, "192.0.2.7".into(), GOOD).await;
    assert_eq!(right, StatusCode::TOO_MANY_REQUESTS, "also the right one");
    quarter.swap_cookie(here);
    assert_eq!(quarter.get("/account").await.status, StatusCode::OK, "a session goes on");
    quarter.swap_cookie(None);
    quarter.enter(&mira).await;
    assert_eq!(quarter.get("/account").await.status, StatusCode::OK, "and the letter works");
    quarter.swap_cookie(None);
    quarter.clock.step(SignedDuration::from_mins(3));
    assert_eq!(from(&quarter, "192.0.2.7".into(), GOOD).await, StatusCode::SEE_OTHER, "time heals");
}

#[tokio::test]
async fn acc_01_a_network_tries_twenty_five_passwords_in_five_minutes() {
    let quarter = TestQuarter::new().await;
    let mut statuses = Vec::new();
    for number in 0..26 {
        let email = format!("wer{number}@nord.example");
        let fields = [("email", email.as_str()), ("password", "ganz falsche Wörter")];
        statuses.push(quarter.send(by(&format!("2001:db8::{number:x}")), &fields).await.status);
    }
    assert!(statuses[..25].iter().all(|status| *status == StatusCode::UNPROCESSABLE_ENTITY), "{statuses:?}");
    assert_eq!(statuses[25], StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn what_one_takes_along_holds_no_key() {
    let (quarter, mira) = with_password().await;
    let (secret, _) = second_factor::set_up(&quarter).await;
    let request = Request::post("/account/export").header(HOST, "nord.example").header(ORIGIN, BASE);
    let (status, _, file) = quarter.bytes(request, axum::body::Body::empty()).await;
    assert_eq!(status, StatusCode::OK);
    let mut all = Vec::new();
    flate2::read::GzDecoder::new(&file[..]).read_to_end(&mut all).expect("gzip");
    let holds = |part: &[u8]| all.windows(part.len()).any(|window| window == part);
    assert!(holds(mira.email.as_str().as_bytes()), "it is the right file");
    assert!(!holds(b"argon2") && !holds(&secret) && !holds(b"public_key"));
}
