//! The way in: link, code, session, and their limits.

use domain::account::{Account, Role};
use http::header::{COOKIE, HOST, SET_COOKIE};
use http::{Request, StatusCode};
use jiff::SignedDuration;

use crate::quarter::{TestQuarter, url};

/// The text of the only letter that waits to be sent.
async fn letter(quarter: &TestQuarter) -> Option<String> {
    let now = quarter.instance.clock().now();
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let letters = storage::letters::claim(&mut tx, now, now, 10).await.expect("letters");
    tx.commit().await.expect("a commit");
    letters.into_iter().last().map(|queued| queued.letter.text)
}

async fn asked(quarter: &TestQuarter) -> (Account, String) {
    let account = quarter.account("mira", Role::Member).await;
    let answer = quarter.post("/sign-in", &[("email", "Mira@nord.example")]).await;
    assert_eq!(answer.status, StatusCode::OK);
    (account, letter(quarter).await.expect("a letter"))
}

fn link(letter: &str) -> String {
    let address = letter.split_whitespace().find(|word| word.contains("/sign-in/link/")).expect("a link");
    url(address).path().to_owned()
}

fn code(letter: &str) -> String {
    letter.split("trag").last().unwrap_or_default().chars().filter(char::is_ascii_digit).take(6).collect()
}

#[tokio::test]
async fn a_link_signs_in_once_and_only_by_its_button() {
    let mut quarter = TestQuarter::new().await;
    let (_, letter) = asked(&quarter).await;
    for _ in 0..3 {
        let offered = quarter.get(&link(&letter)).await;
        assert!(offered.body.contains("Jetzt anmelden") && offered.headers.get(SET_COOKIE).is_none());
    }
    let entered = quarter.post(&link(&letter), &[]).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
    let cookie = entered.header(SET_COOKIE).to_owned();
    assert!(cookie.starts_with("__Host-session="), "{cookie}");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure", "Max-Age=2592000"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert_eq!(quarter.post(&link(&letter), &[]).await.status, StatusCode::GONE);
    quarter.keep_cookie(&entered);
    let page = quarter.get("/").await;
    assert!(page.body.contains("/sign-out"));
    assert_eq!(page.header("cache-control"), "private, no-store");
}

#[tokio::test]
async fn the_code_of_the_letter_signs_in_too() {
    let quarter = TestQuarter::new().await;
    let (_, letter) = asked(&quarter).await;
    let code = code(&letter);
    assert_eq!(code.len(), 6, "{letter}");
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    let answer = quarter.post("/sign-in/code", &[("email", "mira@nord.example"), ("code", &spaced)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(answer.header(SET_COOKIE).contains("session="));
}

#[tokio::test]
async fn five_wrong_codes_end_it() {
    let quarter = TestQuarter::new().await;
    let (_, letter) = asked(&quarter).await;
    let code = code(&letter);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        let answer = quarter.post("/sign-in/code", &[("email", "mira@nord.example"), ("code", wrong)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = quarter.post("/sign-in/code", &[("email", "mira@nord.example"), ("code", &code)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("stimmt nicht oder gilt nicht mehr"));
}

#[tokio::test]
async fn a_letter_is_old_after_a_quarter_of_an_hour() {
    let quarter = TestQuarter::new().await;
    let (_, letter) = asked(&quarter).await;
    quarter.clock.step(SignedDuration::from_mins(16));
    assert_eq!(quarter.post(&link(&letter), &[]).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn the_answer_does_not_tell_whether_there_is_an_account() {
    let quarter = TestQuarter::new().await;
    quarter.account("mira", Role::Member).await;
    let known = quarter.post("/sign-in", &[("email", "mira@nord.example")]).await;
    let unknown = quarter.post("/sign-in", &[("email", "nora@nord.example")]).await;
    assert_eq!(known.status, unknown.status);
    assert_eq!(known.body.replace("mira", "nora"), unknown.body);
    let known = quarter.post("/sign-in/code", &[("email", "mira@nord.example"), ("code", "1")]).await;
    let unknown = quarter.post("/sign-in/code", &[("email", "nora@nord.example"), ("code", "1")]).await;
    assert_eq!((known.status, known.body.replace("mira", "nora")), (unknown.status, unknown.body));
}

#[tokio::test]
async fn a_mailbox_gets_five_letters_and_a_network_twenty_five_tries() {
    let quarter = TestQuarter::new().await;
    quarter.account("mira", Role::Member).await;
    for _ in 0..24 {
        assert_eq!(quarter.post("/sign-in", &[("email", "mira@nord.example")]).await.status, StatusCode::OK);
    }
    let now = quarter.instance.clock().now();
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    assert_eq!(storage::letters::claim(&mut tx, now, now, 100).await.expect("letters").len(), 5);
    drop(tx);
    quarter.post("/sign-in", &[("email", "nora@nord.example")]).await;
    let refused = quarter.post("/sign-in", &[("email", "nora@nord.example")]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.body.contains("Bitte warten Sie"));
    quarter.clock.step(SignedDuration::from_mins(6));
    assert_eq!(quarter.post("/sign-in", &[("email", "mira@nord.example")]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    assert_eq!(quarter.get("/editors").await.status, StatusCode::OK);
    let left = quarter.post("/sign-out", &[]).await;
    assert!(left.header(SET_COOKIE).contains("Max-Age=0"));
    assert_eq!(quarter.get("/editors").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_and_an_invented_one_never_began() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    quarter.clock.step(SignedDuration::from_hours(30 * 24 + 1));
    assert_eq!(quarter.get("/editors").await.status, StatusCode::UNAUTHORIZED);
    let stranger = TestQuarter::new().await;
    let request = Request::get("/editors").header(HOST, "nord.example").header(COOKIE, "__Host-session=invented");
    assert_eq!(stranger.ask(request).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn on_plain_http_the_cookie_has_the_plain_name() {
    let quarter = TestQuarter::at("http://localhost:8080").await;
    let account = quarter.account("mira", Role::Member).await;
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let base = quarter.instance.settings().base_url.clone();
    let now = quarter.instance.clock().now();
    let link = web::sign_in_link(&mut tx, &base, &account, now, SignedDuration::from_mins(5)).await.expect("a link");
    tx.commit().await.expect("a commit");
    assert!(link.starts_with("http://localhost:8080/sign-in/link/"));
    let request =
        Request::post(url(&link).path()).header(HOST, "localhost:8080").header("origin", "http://localhost:8080");
    let cookie = quarter.send(request, &[]).await.header(SET_COOKIE).to_owned();
    assert!(cookie.starts_with("session=") && !cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn each_role_reaches_its_pages_and_no_others() {
    let pages =
        ["/write/post", "/editors", "/editors/calendars", "/editors/people", "/neighbours/end?address=a@b.example"];
    for (role, allowed) in [(Role::Member, 0), (Role::Editor, 4), (Role::Admin, 5)] {
        let quarter = TestQuarter::new().await.signed_in(role).await;
        let mut reached = 0;
        for path in pages {
            match quarter.get(path).await.status {
                StatusCode::OK => reached += 1,
                status => assert_eq!(status, StatusCode::FORBIDDEN, "{role:?} {path}"),
            }
        }
        assert_eq!(reached, allowed, "{role:?}");
    }
}
