//! Forms that are sent twice, or too late, or by whom they are not for: nothing twice, nothing lost, nobody left standing.

use domain::account::Role;
use http::StatusCode;
use jiff::SignedDuration;

use crate::quarter::{Answer, TestQuarter};

const EVENT: [(&str, &str); 5] = [
    ("speaker", "nordstadt"),
    ("name", "Adventssingen <im Hof>"),
    ("starts", "2026-12-05"),
    ("starts_time", "15:00"),
    ("content", "Bitte bringen Sie\n\"Tassen\" & Kekse mit."),
];
const POST: [(&str, &str); 2] = [("speaker", "nordstadt"), ("content", "Die Bank am Markt steht wieder.")];

/// The hidden fields of the form that leads to `action`, as a browser sends them.
fn hidden(page: &Answer, action: &str) -> Vec<(String, String)> {
    let form = page.body.split(&format!("action=\"{action}\"")).nth(1).and_then(|rest| rest.split("</form>").next());
    let inputs = form.unwrap_or_else(|| panic!("no form: {}", page.body)).split("<input type=\"hidden\" ").skip(1);
    let read = |input: &str| {
        let (name, value) = input.strip_prefix("name=\"")?.split_once("\" value=\"")?;
        let value = value.split_once("\">")?.0;
        let plain = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
        Some((name.to_owned(), plain.iter().fold(value.to_owned(), |text, (from, to)| text.replace(from, to))))
    };
    inputs.map(|input| read(input).expect("a hidden field")).collect()
}

async fn post(quarter: &TestQuarter, path: &str, fields: &[(String, String)], more: &[(&str, &str)]) -> Answer {
    let fields = fields.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    quarter.post(path, &fields.chain(more.iter().copied()).collect::<Vec<_>>()).await
}

async fn code(quarter: &TestQuarter) -> String {
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let now = quarter.instance.clock().now();
    let letters = storage::letters::claim(&mut tx, now, now, 10).await.expect("letters");
    tx.commit().await.expect("a commit");
    let text = letters.into_iter().last().expect("a letter").letter.text;
    text.split("trag").last().unwrap_or_default().chars().filter(char::is_ascii_digit).take(6).collect()
}

#[tokio::test]
async fn the_same_form_sent_fifty_times_makes_one_entry() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    for (path, form) in [("/write/event", &EVENT[..]), ("/write/post", &POST[..])] {
        let mut places = Vec::new();
        for _ in 0..25 {
            let (one, two) = tokio::join!(quarter.post(path, form), quarter.post(path, form));
            places.extend([one, two].map(|answer| (answer.status, answer.location().to_owned())));
        }
        assert_eq!(places.iter().filter(|place| **place == places[0]).count(), 50, "all are led to one: {places:?}");
        assert_eq!(places[0].0, StatusCode::SEE_OTHER);
    }
    assert_eq!(quarter.get("/posts").await.body.matches("Die Bank am Markt").count(), 1);
    assert_eq!(quarter.get("/events?time=month").await.body.matches("Adventssingen &#60;").count(), 1);

    let other = quarter.post("/write/post", &[POST[0], ("content", "Die Bank am Kanal fehlt.")]).await;
    assert_ne!(other.location(), quarter.post("/write/post", &POST).await.location(), "another text is another entry");
    quarter.clock.step(SignedDuration::from_hours(2));
    quarter.post("/write/post", &POST).await;
    assert_eq!(quarter.get("/posts").await.body.matches("Die Bank am Markt").count(), 2, "later it is meant");
}

#[tokio::test]
async fn what_was_deleted_may_be_written_again() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let first = quarter.post("/write/post", &POST).await;
    let page = first.location().split('?').next().expect("a path").to_owned();
    quarter.post(&format!("{page}/delete"), &[]).await;
    let second = quarter.post("/write/post", &POST).await;
    assert_eq!(quarter.get(second.location()).await.status, StatusCode::OK);
    assert_eq!(quarter.get(&page).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_session_that_ended_keeps_what_was_typed() {
    let mut quarter = TestQuarter::new().await;
    quarter.account("mira", Role::Editor).await;
    let asked = quarter.post("/write/event", &EVENT).await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    assert!(asked.body.contains("Ihr Text ist noch da."), "{}", asked.body);

    let mail = [("email", "mira@nord.example")];
    let sent = post(&quarter, "/sign-in", &hidden(&asked, "/sign-in"), &mail).await;
    let carried = hidden(&sent, "/sign-in/code");
    let wrong = post(&quarter, "/sign-in/code", &carried, &[("code", "1")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = code(&quarter).await;
    let entered = post(&quarter, "/sign-in/code", &hidden(&wrong, "/sign-in/code"), &[("code", &code)]).await;
    assert!(entered.body.contains("Weiter zu meinem Text"), "{}", entered.body);
    quarter.keep_cookie(&entered);

    let back = post(&quarter, "/write/event", &hidden(&entered, "/write/event"), &[]).await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "Adventssingen &#60;im Hof&#62;",
        "&#34;Tassen&#34; &#38; Kekse mit.",
        "value=\"2026-12-05\"",
        "noch nicht gesendet",
    ] {
        assert!(back.body.contains(part), "{part} in {}", back.body);
    }
    assert!(!back.body.contains("id=\"problems\""), "nothing is wrong with it");
    assert!(!quarter.get("/events?time=month").await.body.contains("Adventssingen"), "nothing was done yet");
    assert_eq!(quarter.post("/write/event", &EVENT).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_signs_in_by_the_link_of_the_letter_finds_the_text_in_the_other_window() {
    let quarter = TestQuarter::new().await;
    let asked = quarter.post("/write/post", &POST).await;
    let sent = post(&quarter, "/sign-in", &hidden(&asked, "/sign-in"), &[("email", "mira@nord.example")]).await;
    let quarter = quarter.signed_in(Role::Editor).await;
    let back = post(&quarter, "/sign-in/code", &hidden(&sent, "/sign-in/code"), &[]).await;
    assert!(back.body.contains("action=\"/write/post\"") && back.body.contains("Die Bank am Markt"), "{}", back.body);
}

#[tokio::test]
async fn words_are_carried_to_our_own_pages_only() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    for to in ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "write/post", ""] {
        let carried = [("kept_to", to), ("kept.content", "Geheim")];
        let answer = quarter.post("/sign-in/code", &carried).await;
        assert!(answer.status == StatusCode::BAD_REQUEST && !answer.body.contains("Geheim"), "{to}: {}", answer.body);
    }
}

#[tokio::test]
async fn who_may_not_is_told_whom_to_ask() {
    let quarter = TestQuarter::new().await.signed_in(Role::Member).await;
    for (path, words) in [("/editors", "Das darf die Redaktion."), ("/write/post", "Die Redaktion trägt Sie gern ein")]
    {
        let refused = quarter.get(path).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
        for part in [words, "mailto:redaktion@nord.example", "tel:02091696666"] {
            assert!(refused.body.contains(part), "{part} at {path}: {}", refused.body);
        }
    }
}
