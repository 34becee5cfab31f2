//! Replies beneath posts and events: those that an editor let in, and no other.

use domain::account::Role;
use domain::actor::Actor;
use domain::language::Language;
use domain::post::{self, Post};
use federation::activities::create;
use http::StatusCode;
use jiff::SignedDuration;
use storage::blocks::{self, Block};
use url::Url;
use uuid::Uuid;

use crate::quarter::{TestQuarter, noon, url};

/// Keeps a reply of another server as if it had been received; held ones wait for an editor.
async fn reply(quarter: &TestQuarter, author: &Actor, parent: &Url, text: &str, held: bool) -> Post {
    let id = Uuid::now_v7();
    let address = url(&format!("https://{}/notes/{id}", author.host));
    let mut details = post::Details::typed("", text, Language::DE);
    details.in_reply_to = Some(parent.clone());
    let page = url(&format!("https://{}/@x/{id}", author.host));
    let post = Post {
        id,
        page,
        author: author.id,
        details,
        published_at: noon() + SignedDuration::from_mins(1),
        updated_at: noon(),
        url: address,
    };
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    storage::objects::claim(&mut tx, &post.url, id, "Note", &author.url).await.expect("a claim");
    storage::posts::insert(&mut tx, &post, held).await.expect("a reply");
    tx.commit().await.expect("a commit");
    post
}

/// A post of the quarter.
async fn question(quarter: &TestQuarter) -> Post {
    let details = post::Details::typed("", "Wer kommt?", Language::DE);
    let draft = post::Draft::new(details).expect("a draft");
    create::post(&quarter.instance, quarter.instance.quarter(), draft).await.expect("a post")
}

#[tokio::test]
async fn a_reply_stands_beneath_the_post_once_an_editor_let_it_in() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let anna = quarter.remote("Anna <b>", "fern.example", false).await;
    let question = question(&quarter).await;
    let path = format!("/posts/{}", question.id);
    assert!(!quarter.get(&path).await.body.contains("id=\"replies\""), "no heading over nothing");
    let answer = reply(&quarter, &anna, &question.url, "Wir kommen", true).await;
    assert!(!quarter.get(&path).await.body.contains("Wir kommen"));
    assert!(quarter.get(&format!("{path}/replies")).await.body.contains("noch keine Antwort"));
    let id = answer.id.to_string();
    quarter.post("/editors/held", &[("id", &id), ("do", "approve")]).await;
    let page = quarter.get(&path).await.body;
    let beneath = page.split("id=\"replies\"").nth(1).expect("a section");
    for part in ["Eine Antwort", "Wir kommen", "Anna &#60;b&#62;", "aus <bdi>fern.example", answer.page.as_str()] {
        assert!(beneath.contains(part), "{part} is missing: {beneath}");
    }
    let own = quarter.get(&format!("/posts/{id}")).await.body;
    assert!(own.contains(&format!("Antwort auf: <a href=\"{path}\"")) && own.contains("Wer kommt?"), "{own}");
}

#[tokio::test]
async fn an_event_has_its_replies_too_the_oldest_first_and_a_page_for_all() {
    let quarter = TestQuarter::new().await;
    let anna = quarter.remote("Anna", "fern.example", false).await;
    let event = quarter.event("Lichterfest", 24, |_| {}).await;
    for number in 1..=55 {
        reply(&quarter, &anna, &event.url, &format!("Antwort Nummer {number}."), false).await;
    }
    let path = format!("/events/{}", event.id);
    let page = quarter.get(&path).await.body;
    assert!(page.contains("55 Antworten") && page.contains("Nummer 20.") && !page.contains("Nummer 21."), "bounded");
    assert!(page.find("Nummer 1.") < page.find("Nummer 2."), "the oldest first");
    assert!(page.contains(&format!("href=\"{path}/replies\"")) && page.contains("Alle 55 Antworten lesen"));
    let all = quarter.get(&format!("{path}/replies")).await.body;
    assert!(all.contains("Nummer 50.") && !all.contains("Nummer 51.") && all.contains("Lichterfest"));
    let next = all.split("rel=\"next nofollow\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
    let next = quarter.get(&next.expect("a link").replace("&#38;", "&").replace("&amp;", "&")).await.body;
    assert!(next.contains("Nummer 51.") && next.contains("Nummer 55.") && !next.contains("Nummer 50."), "{next}");
    let english = quarter.get_in("en", &format!("{path}/replies")).await.body;
    assert!(english.contains("In reply to:") && english.contains("The oldest reply comes first."));
}

#[tokio::test]
async fn who_is_blocked_is_not_read_and_a_long_text_is_cut() {
    let quarter = TestQuarter::new().await;
    let anna = quarter.remote("Anna", "fern.example", false).await;
    let mallory = quarter.remote("Mallory", "boese.example", false).await;
    let question = question(&quarter).await;
    let path = format!("/posts/{}", question.id);
    let mut long = reply(&quarter, &anna, &question.url, &"Wort ".repeat(1000), false).await;
    reply(&quarter, &mallory, &question.url, "Ihr seid doof", false).await;
    assert!(quarter.get(&path).await.body.contains("Ihr seid doof"));
    let block = Block {
        blocker: quarter.instance.quarter().id,
        blocked: mallory.id,
        activity: None,
        comment: String::new(),
        created_at: noon(),
    };
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    blocks::insert(&mut tx, &block).await.expect("a block");
    long.details.warning = Some("Spinnen".into());
    long.updated_at = noon() + SignedDuration::from_mins(2);
    storage::posts::update(&mut tx, &long).await.expect("an update");
    tx.commit().await.expect("a commit");
    let page = quarter.get(&path).await.body;
    assert!(!page.contains("Ihr seid doof") && page.contains("Eine Antwort"), "{page}");
    assert!(page.contains("Weiterlesen") && page.contains("Spinnen"), "{page}");
    assert!(page.matches("Wort ").count() < 400, "cut");
}

#[tokio::test]
async fn what_is_not_here_has_no_replies_to_read() {
    let quarter = TestQuarter::new().await;
    for kind in ["posts", "events"] {
        let path = format!("/{kind}/{}/replies", Uuid::now_v7());
        assert_eq!(quarter.get(&path).await.status, StatusCode::NOT_FOUND);
    }
    let path = format!("/posts/{}/replies?since=gestern", question(&quarter).await.id);
    assert_eq!(quarter.get(&path).await.status, StatusCode::NOT_FOUND);
}
