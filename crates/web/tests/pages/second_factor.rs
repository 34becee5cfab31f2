//! The second key: asked for, shown, lost, and taken off.

use aws_lc_rs::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};
use domain::account::{Account, Role};
use http::StatusCode;
use http::header::SET_COOKIE;
use jiff::{SignedDuration, Timestamp};

use crate::quarter::{Answer, BASE, TestQuarter};

/// A quarter whose editors need a second key, and an editor with a session.
pub(crate) async fn strict() -> (TestQuarter, Account) {
    let mut quarter = TestQuarter::new().await.pages(|pages| pages.second_factor = web::SecondFactor::Editors);
    let eva = quarter.account("eva", Role::Editor).await;
    quarter.enter(&eva).await;
    (quarter, eva)
}

/// What an app shows that was given the secret on a page.
fn shown(secret: &[u8], now: Timestamp) -> String {
    let mac = sign(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret), &(now.as_second() / 30).to_be_bytes());
    let mac = mac.as_ref();
    let start = usize::from(mac[19] & 15);
    let word = u32::from_be_bytes(mac[start..start + 4].try_into().expect("four bytes"));
    format!("{:06}", (word & 0x7fff_ffff) % 1_000_000)
}

/// The secret as the page spells it.
fn secret(page: &str) -> Vec<u8> {
    let spelled = page.split("class=\"address\"><strong>").nth(1).and_then(|part| part.split('<').next());
    let spelled = spelled.unwrap_or_else(|| panic!("a secret in {page}"));
    let (mut bytes, mut bits, mut number) = (Vec::new(), 0, 0_u32);
    for letter in spelled.chars().filter(|c| *c != ' ') {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".find(letter).expect("a letter of base32");
        number = number << 5 | u32::try_from(value).expect("small");
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(number >> bits & 255).expect("a byte"));
        }
    }
    bytes
}

/// Sets a second key up for who is signed in; gives what the app has, and the codes on the paper.
pub(crate) async fn set_up(quarter: &TestQuarter) -> (Vec<u8>, Vec<String>) {
    assert_eq!(quarter.post("/account/second", &[("do", "begin")]).await.location(), "/account/second");
    let page = quarter.get("/account/second").await.body;
    assert!(page.contains("<svg class=\"square\""), "{page}");
    let secret = secret(&page);
    assert_eq!(self::secret(&quarter.get("/account/second").await.body), secret, "also when the page is loaded again");
    let paper = confirm(quarter, &secret).await;
    (secret, codes(&paper))
}

async fn confirm(quarter: &TestQuarter, secret: &[u8]) -> Answer {
    let number = number(quarter, secret);
    quarter.post("/account/second", &[("do", "confirm"), ("code", &number)]).await
}

/// What the app shows now.
pub(crate) fn number(quarter: &TestQuarter, secret: &[u8]) -> String {
    shown(secret, quarter.instance.clock().now())
}

fn codes(paper: &Answer) -> Vec<String> {
    let list = paper.body.split("class=\"codes\">").nth(1).and_then(|part| part.split("</ul>").next());
    let list = list.unwrap_or_else(|| panic!("codes in {}", paper.body));
    list.split("<li>").skip(1).filter_map(|part| part.split('<').next()).map(str::to_owned).collect()
}

/// Opens the link of a letter; the cookie that comes of it.
async fn first_key(quarter: &mut TestQuarter, account: &Account) -> Answer {
    quarter.swap_cookie(None);
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let base = quarter.instance.settings().base_url.clone();
    let now = quarter.instance.clock().now();
    let lifetime = SignedDuration::from_mins(15);
    let link = web::sign_in_link(&mut tx, &base, account, now, lifetime).await.expect("a link");
    tx.commit().await.expect("a commit");
    let answer = quarter.post(link.trim_start_matches(BASE), &[]).await;
    quarter.keep_cookie(&answer);
    answer
}

async fn second_key(quarter: &TestQuarter, code: &str) -> Answer {
    quarter.post("/sign-in/second", &[("code", code)]).await
}

#[tokio::test]
async fn an_editor_is_asked_for_a_second_key_and_acts_as_a_member_after_a_fortnight() {
    let (mut quarter, eva) = strict().await;
    assert_eq!(first_key(&mut quarter, &eva).await.location(), "/account/second?done=signed-in");
    let page = quarter.get("/account/second").await.body;
    assert!(page.contains("bis 6.12.2026 ein") && page.contains(">Später</a>"), "{page}");
    quarter.clock.step(SignedDuration::from_hours(13 * 24));
    first_key(&mut quarter, &eva).await;
    assert_eq!(quarter.get("/editors").await.status, StatusCode::OK, "signing in again gives no more time");
    quarter.clock.step(SignedDuration::from_hours(24));
    for path in ["/editors", "/editors/queue", "/editors/people", "/neighbours/end?address=a@b.example"] {
        assert_eq!(quarter.get(path).await.location(), "/account/second", "{path}");
    }
    let written = quarter.post("/write/post", &[("speaker", "nordstadt"), ("content", "Im Namen aller")]).await;
    assert_ne!(written.status, StatusCode::SEE_OTHER, "the quarter does not speak through a mailbox alone");
    for path in ["/", "/account", "/events"] {
        assert_eq!(quarter.get(path).await.status, StatusCode::OK, "{path}");
    }
    assert!(quarter.get("/account/second").await.body.contains("Bitte richten Sie jetzt"));
    set_up(&quarter).await;
    assert_eq!(quarter.get("/editors").await.status, StatusCode::OK);
    assert_eq!(quarter.get("/editors/people").await.status, StatusCode::FORBIDDEN, "an editor is no admin");
}

#[tokio::test]
async fn members_are_not_asked_and_may_have_one() {
    let mut quarter = TestQuarter::new().await.pages(|pages| pages.second_factor = web::SecondFactor::Editors);
    let jo = quarter.account("jo", Role::Member).await;
    assert_eq!(first_key(&mut quarter, &jo).await.location(), "/?done=signed-in");
    assert!(quarter.get("/account").await.body.contains("href=\"/account/second\""));
    set_up(&quarter).await;
    assert_eq!(first_key(&mut quarter, &jo).await.location(), "/sign-in/second");
}

#[tokio::test]
async fn acc_06_there_is_no_session_until_both_keys_are_right() {
    let (mut quarter, eva) = strict().await;
    let (secret, _) = set_up(&quarter).await;
    let half = first_key(&mut quarter, &eva).await;
    assert_eq!(half.location(), "/sign-in/second");
    let cookie = half.header(SET_COOKIE);
    assert!(
        cookie.starts_with("__Host-half=") && cookie.contains("Max-Age=600; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    for path in ["/account", "/editors"] {
        assert_eq!(quarter.get(path).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
    assert!(quarter.get("/sign-in/second").await.body.contains("Bitte zeigen Sie jetzt den zweiten."));
    let replayed = second_key(&quarter, &number(&quarter, &secret)).await;
    assert_eq!(replayed.status, StatusCode::UNPROCESSABLE_ENTITY, "that number switched it on");
    assert!(replayed.headers.get(SET_COOKIE).is_none() && replayed.body.contains("id=\"code-problem\""));
    quarter.clock.step(SignedDuration::from_secs(30));
    let fresh = number(&quarter, &secret);
    let spaced = format!("{} {}", &fresh[..3], &fresh[3..]);
    let entered = second_key(&quarter, &spaced).await;
    assert_eq!(entered.location(), "/?done=signed-in");
    let session = entered.header(SET_COOKIE).split(';').next().expect("a cookie").to_owned();
    assert!(
        session.starts_with("__Host-session=") && !session.contains(cookie.split(['=', ';']).nth(1).expect("a token"))
    );
    quarter.clock.step(SignedDuration::from_secs(30));
    let again = second_key(&quarter, &number(&quarter, &secret)).await;
    assert_eq!(again.location(), "/sign-in?done=too-late", "the half is used up");
    quarter.keep_cookie(&entered);
    assert_eq!(quarter.get("/editors").await.status, StatusCode::OK);
    assert_eq!(second_key(&quarter, "000000").await.location(), "/?done=signed-in", "a second press of the button");
}

#[tokio::test]
async fn half_a_sign_in_lasts_ten_minutes_and_five_wrong_numbers_a_quarter_of_an_hour() {
    let (mut quarter, eva) = strict().await;
    let (secret, paper) = set_up(&quarter).await;
    first_key(&mut quarter, &eva).await;
    quarter.clock.step(SignedDuration::from_mins(10));
    assert_eq!(second_key(&quarter, &number(&quarter, &secret)).await.location(), "/sign-in?done=too-late");
    assert!(quarter.get("/sign-in?done=too-late").await.body.contains("Das hat zu lange gedauert."));
    first_key(&mut quarter, &eva).await;
    let right = number(&quarter, &secret);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        assert_eq!(second_key(&quarter, wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(second_key(&quarter, &right).await.status, StatusCode::TOO_MANY_REQUESTS, "also the right one");
    assert_eq!(second_key(&quarter, &paper[0]).await.location(), "/?done=signed-in", "the paper is not locked");
    first_key(&mut quarter, &eva).await;
    quarter.clock.step(SignedDuration::from_mins(3));
    let right = number(&quarter, &secret);
    assert_eq!(second_key(&quarter, &right).await.location(), "/?done=signed-in");
}

#[tokio::test]
async fn a_code_on_paper_is_good_once_and_until_there_is_a_new_paper() {
    let (mut quarter, eva) = strict().await;
    let (secret, paper) = set_up(&quarter).await;
    assert_eq!(paper.len(), 10);
    first_key(&mut quarter, &eva).await;
    let typed = paper[3].replace(' ', "").to_lowercase();
    let entered = second_key(&quarter, &typed).await;
    assert_eq!(entered.location(), "/?done=signed-in");
    first_key(&mut quarter, &eva).await;
    assert_eq!(second_key(&quarter, &typed).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    quarter.keep_cookie(&entered);
    assert!(quarter.get("/account/second").await.body.contains("noch 9 Codes übrig"));
    let refused = quarter.post("/account/second", &[("do", "paper"), ("code", "ABCD EFGH")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a session alone prints none");
    quarter.clock.step(SignedDuration::from_secs(60));
    let new = quarter.post("/account/second", &[("do", "paper"), ("code", &number(&quarter, &secret))]).await;
    let new = codes(&new);
    first_key(&mut quarter, &eva).await;
    assert_eq!(second_key(&quarter, &paper[4]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(second_key(&quarter, &new[0]).await.location(), "/?done=signed-in");
}

#[tokio::test]
async fn the_button_pressed_twice_shows_codes_that_are_good() {
    let (mut quarter, eva) = strict().await;
    quarter.post("/account/second", &[("do", "begin")]).await;
    let secret = secret(&quarter.get("/account/second").await.body);
    let wrong = quarter.post("/account/second", &[("do", "confirm"), ("code", "12345")]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("Diese Zahl passt nicht."));
    confirm(&quarter, &secret).await;
    let seen = codes(&confirm(&quarter, &secret).await);
    quarter.clock.step(SignedDuration::from_secs(61));
    assert_eq!(confirm(&quarter, &secret).await.location(), "/account/second", "later it prints none");
    first_key(&mut quarter, &eva).await;
    assert_eq!(second_key(&quarter, &seen[0]).await.location(), "/?done=signed-in");
}

#[tokio::test]
async fn acc_17_twenty_use_one_code_at_once_and_one_is_signed_in() {
    let (mut quarter, eva) = strict().await;
    let (secret, _) = set_up(&quarter).await;
    quarter.clock.step(SignedDuration::from_secs(30));
    let code = number(&quarter, &secret);
    first_key(&mut quarter, &eva).await;
    let twenty = std::iter::repeat_with(|| second_key(&quarter, &code)).take(20);
    let answers = futures_util::future::join_all(twenty).await;
    let sessions = answers.iter().filter(|answer| answer.header(SET_COOKIE).contains("session=")).count();
    assert_eq!(sessions, 1);
}

#[tokio::test]
async fn acc_05_switching_it_on_and_off_ends_every_other_session_and_is_told_by_letter() {
    let (mut quarter, eva) = strict().await;
    let other = quarter.swap_cookie(None);
    quarter.enter(&eva).await;
    let (secret, _) = set_up(&quarter).await;
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    assert!(
        letter.to == eva.email && letter.text.contains("Ihr zweiter Schlüssel ist eingeschaltet."),
        "{}",
        letter.text
    );
    let mine = quarter.swap_cookie(other);
    assert_eq!(quarter.get("/account").await.status, StatusCode::UNAUTHORIZED);
    first_key(&mut quarter, &eva).await;
    quarter.clock.step(SignedDuration::from_secs(30));
    let entered = second_key(&quarter, &number(&quarter, &secret)).await;
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    storage::tokens::insert(&mut tx, b"token", eva.id, quarter.instance.clock().now()).await.expect("a token");
    tx.commit().await.expect("a commit");
    quarter.swap_cookie(mine);
    quarter.clock.step(SignedDuration::from_secs(30));
    let refused = quarter.post("/account/second", &[("do", "off"), ("code", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a session alone does not switch it off");
    let off = quarter.post("/account/second", &[("do", "off"), ("code", &number(&quarter, &secret))]).await;
    assert_eq!(off.location(), "/account?done=key-off");
    assert_eq!(quarter.get("/account").await.status, StatusCode::OK, "this session stays");
    let mut tx = quarter.instance.store().read().await.expect("a view");
    assert_eq!(storage::tokens::account_of(&mut tx, b"token").await.expect("a query"), None);
    drop(tx);
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    assert!(
        letter.text.contains("ist ausgeschaltet") && letter.text.contains("Sie waren das nicht?"),
        "{}",
        letter.text
    );
    quarter.keep_cookie(&entered);
    assert_eq!(quarter.get("/account").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_admin_takes_it_off_who_lost_it_and_nobody_takes_off_their_own_so() {
    let (mut quarter, eva) = strict().await;
    set_up(&quarter).await;
    quarter.letters().await;
    let theirs = quarter.swap_cookie(None);
    let boss = quarter.account("boss", Role::Admin).await;
    quarter.enter(&boss).await;
    set_up(&quarter).await;
    quarter.letters().await;
    let (path, own) = (format!("/editors/people/{}", eva.id), format!("/editors/people/{}", boss.id));
    assert!(quarter.get(&path).await.body.contains("value=\"key-off\""));
    assert!(!quarter.get(&own).await.body.contains("value=\"key-off\""));
    assert_eq!(quarter.post(&own, &[("do", "key-off")]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(quarter.post(&path, &[("do", "key-off")]).await.location(), format!("{path}?done=key-taken"));
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    assert!(
        letter.to == eva.email && letter.text.contains("hat Ihren zweiten Schlüssel ausgeschaltet"),
        "{}",
        letter.text
    );
    let mut tx = quarter.instance.store().read().await.expect("a view");
    let latest = storage::decisions::latest(&mut tx, 1).await.expect("decisions");
    drop(tx);
    assert_eq!((latest[0].who.as_str(), latest[0].what.as_str()), ("boss", "people-second-factor"));
    quarter.swap_cookie(theirs);
    assert_eq!(quarter.get("/account").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(first_key(&mut quarter, &eva).await.location(), "/account/second?done=signed-in");
}

#[tokio::test]
async fn a_text_that_outlived_its_session_comes_back_behind_the_second_key() {
    let (mut quarter, eva) = strict().await;
    let (_, paper) = set_up(&quarter).await;
    quarter.letters().await;
    quarter.swap_cookie(None);
    let typed = [("speaker", "nordstadt"), ("content", "Wer hat die Leiter gesehen?")];
    let asked = quarter.post("/write/post", &typed).await;
    assert!(asked.body.contains("name=\"kept.content\""), "{}", asked.body);
    let kept = [("kept_to", "/write/post"), ("kept.content", typed[1].1)];
    quarter.post("/sign-in", &[("email", eva.email.as_str()), kept[0], kept[1]]).await;
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    let code: String =
        letter.text.split("trag").last().unwrap_or_default().chars().filter(char::is_ascii_digit).take(6).collect();
    let half = quarter.post("/sign-in/code", &[("email", eva.email.as_str()), ("code", &code), kept[0], kept[1]]).await;
    assert!(half.status == StatusCode::OK && half.body.contains("action=\"/sign-in/second\""), "{}", half.body);
    assert!(half.body.contains("name=\"kept.content\" value=\"Wer hat die Leiter gesehen?\""));
    quarter.keep_cookie(&half);
    let back = quarter.post("/sign-in/second", &[("code", &paper[0]), kept[0], kept[1]]).await;
    assert!(back.body.contains("Weiter zu meinem Text") && back.body.contains("Leiter"), "{}", back.body);
}

#[tokio::test]
async fn an_invitation_does_not_go_round_the_second_key() {
    let (mut quarter, eva) = strict().await;
    set_up(&quarter).await;
    quarter.letters().await;
    let handle = "chor".parse().expect("a handle");
    federation::initiatives::create(&quarter.instance, "Chor", &handle, domain::html::Html::default())
        .await
        .expect("one");
    quarter.post("/@chor/members", &[("email", eva.email.as_str()), ("role", "helper"), ("do", "add")]).await;
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    let link = letter.text.split_whitespace().find(|word| word.contains("/welcome/")).expect("a link").to_owned();
    quarter.swap_cookie(None);
    let entered = quarter.post(link.trim_start_matches(BASE), &[]).await;
    assert_eq!(entered.location(), "/sign-in/second");
    assert!(!entered.header(SET_COOKIE).contains("session="));
}
