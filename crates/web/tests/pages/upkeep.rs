//! „Stimmt das noch?“: the page behind the letter, and what becomes of the answer.

use domain::account::{Membership, Role};
use domain::html::Html;
use http::StatusCode;
use jiff::SignedDuration;

use crate::quarter::{Answer, BASE, TestQuarter};

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

/// A quarter with two initiatives, of which the first has somebody who speaks for it, for a stranger.
async fn quarter() -> TestQuarter {
    let quarter = TestQuarter::new().await;
    let nora = quarter.account("nora", Role::Member).await;
    for (name, handle) in [("Chor", "chor"), ("Garten", "garten")] {
        let handle = handle.parse().expect("a handle");
        let made = federation::initiatives::create(&quarter.instance, name, &handle, Html::default()).await;
        let mut tx = quarter.instance.store().write().await.expect("a transaction");
        let id = made.expect("an initiative").id;
        storage::accounts::set_membership(&mut tx, id, nora.id, Membership::Speaker).await.expect("a membership");
        tx.commit().await.expect("a commit");
    }
    quarter
}

/// The paths of the links in the letters of today, by the name of their initiative.
async fn links(quarter: &TestQuarter, name: &str) -> Vec<String> {
    federation::upkeep::see_to_due(&quarter.instance).await.expect("a look");
    let letters = quarter.letters().await.into_iter().filter(|letter| letter.subject.contains(name));
    let link = |text: &str| text.split_whitespace().find(|word| word.contains("/still-right/")).map(str::to_owned);
    letters.map(|letter| link(&letter.text).expect("a link").trim_start_matches(BASE).to_owned()).collect()
}

async fn asked(quarter: &TestQuarter, name: &str) -> String {
    links(quarter, name).await.pop().expect("a letter")
}

/// The same quarter for an editor.
async fn edited(quarter: TestQuarter) -> TestQuarter {
    quarter.signed_in(Role::Editor).await
}

fn has(page: &Answer, words: &[&str]) {
    for words in words {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
}

#[tokio::test]
async fn one_click_without_signing_in_says_that_all_is_right() {
    let quarter = quarter().await;
    assert!(!quarter.get("/@chor").await.body.contains("bestätigt"));
    quarter.clock.step(days(365));
    let link = asked(&quarter, "Chor").await;
    for _ in 0..2 {
        let question = quarter.get(&link).await;
        has(&question, &["Ja, alles stimmt", "Das hat sich geändert", "Uns gibt es nicht mehr", "/@chor", "noindex"]);
        assert!(!question.body.contains(&format!("value=\"{link}\"")), "no other form carries the token");
    }
    has(&quarter.post(&link, &[("do", "right")]).await, &["Wir fragen in einem Jahr wieder."]);
    assert_eq!(quarter.post(&link, &[("do", "gone")]).await.status, StatusCode::GONE, "once");
    assert_eq!(quarter.get(&link).await.status, StatusCode::GONE);
    has(&quarter.get("/@chor").await, &["Zuletzt bestätigt am 22.11.2027"]);
    assert_eq!(quarter.get("/still-right/geraten").await.status, StatusCode::GONE);
    let quarter = edited(quarter).await;
    has(&quarter.get("/editors/upkeep").await, &["Nichts ist offen."]);
}

#[tokio::test]
async fn what_has_changed_waits_for_the_editors_with_the_words() {
    let quarter = quarter().await;
    quarter.clock.step(days(365));
    let link = asked(&quarter, "Chor").await;
    let refused = quarter.post(&link, &[("do", "changed"), ("words", "?")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(&refused, &["words-problem", "Bitte schreiben Sie, was anders ist."]);
    let changed = [("do", "changed"), ("words", "Wir proben <b>freitags.")];
    has(&quarter.post(&link, &changed).await, &["Die Redaktion liest es"]);
    let quarter = edited(quarter).await;
    has(&quarter.get("/editors").await, &["/editors/upkeep\">Stimmt das noch? (1)"]);
    let list = quarter.get("/editors/upkeep").await;
    has(&list, &["Am 22.11.2027 schrieb jemand", "Wir proben &lt;b&gt;freitags.", "/@chor/edit"]);
    assert!(!list.body.contains("/@chor/close"));
    has(&quarter.get("/editors/queue").await, &["/editors/upkeep"]);
    let done = quarter.post("/@chor/still-right", &[("back", "list")]).await;
    assert_eq!(done.location(), "/editors/upkeep?done=still-right");
    has(&quarter.get("/editors/upkeep").await, &["Nichts ist offen."]);
    has(&quarter.get("/editors/reports").await, &["Bestätigt, dass alles stimmt"]);
}

#[tokio::test]
async fn who_is_gone_is_seen_by_the_editors_and_nothing_happens_by_itself() {
    let quarter = quarter().await;
    quarter.clock.step(days(365));
    let link = asked(&quarter, "Chor").await;
    has(&quarter.post(&link, &[("do", "gone")]).await, &["Danke, dass Sie dabei waren."]);
    assert_eq!(quarter.get("/@chor").await.status, StatusCode::OK);
    let quarter = edited(quarter).await;
    has(&quarter.get("/editors/upkeep").await, &["dass es die Initiative nicht mehr gibt", "/@chor/close"]);
    quarter.post("/@chor/close", &[]).await;
    has(&quarter.get("/editors/upkeep").await, &["Nichts ist offen."]);
}

#[tokio::test]
async fn who_never_answers_stands_behind_the_others_with_a_plain_sentence() {
    let quarter = quarter().await;
    quarter.clock.step(days(365));
    let garden = asked(&quarter, "Garten").await;
    quarter.post(&garden, &[("do", "right")]).await;
    for _ in 0..2 {
        quarter.clock.step(days(14));
        assert_eq!(links(&quarter, "Chor").await.len(), 1);
    }
    let sentence = "Seit dem 22.11.2026 hat niemand bestätigt, dass das noch stimmt.";
    assert!(!quarter.get("/@chor").await.body.contains(sentence));
    quarter.clock.step(days(14));
    let written = federation::upkeep::see_to_due(&quarter.instance).await.expect("a look");
    assert_eq!(written, 0, "three letters are enough");
    has(&quarter.get("/@chor").await, &[sentence, "class=\"unsure\""]);
    assert!(!quarter.get("/@garten").await.body.contains("class=\"unsure\""));
    let list = quarter.get("/initiatives").await.body;
    let at = |words: &str| list.find(words).unwrap_or_else(|| panic!("{words}: {list}"));
    assert!(at("Garten") < at("Chor") && at("Chor") < at("hat lange niemand bestätigt"), "{list}");
    let mut quarter = edited(quarter).await;
    has(&quarter.get("/editors/upkeep").await, &["Drei Briefe blieben ohne Antwort."]);
    let stranger = quarter.swap_cookie(None);
    assert_eq!(quarter.post("/@chor/still-right", &[]).await.status, StatusCode::UNAUTHORIZED);
    quarter.swap_cookie(stranger);
    assert_eq!(quarter.post("/@chor/still-right", &[]).await.location(), "/@chor?done=still-right");
    assert!(!quarter.get("/@chor").await.body.contains(sentence));
}
