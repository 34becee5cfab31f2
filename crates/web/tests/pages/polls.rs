//! Polls: asked by the form, shown in words.

use domain::account::Role;
use http::StatusCode;

use crate::quarter::TestQuarter;

const POLL: [(&str, &str); 5] = [
    ("speaker", "nordstadt"),
    ("content", "Wann feiern wir?"),
    ("options", "Freitag\r\nSamstag & Sonntag <alle>\r\nFreitag\r\n"),
    ("poll_ends", "2026-12-05"),
    ("several", "yes"),
];

#[tokio::test]
async fn a_poll_is_asked_by_the_form_and_shown_in_words() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    assert!(quarter.get("/write/post").await.body.contains("Umfrage anhängen"));
    let answer = quarter.post("/write/post", &POLL).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = answer.location().split('?').next().expect("a path").to_owned();
    let shown = quarter.get(&page).await.body;
    for words in [
        "<bdi>Freitag</bdi>: keine Stimme (0 %)",
        "Samstag &#38; Sonntag &#60;alle&#62;",
        "Mehrere Antworten sind möglich. Noch hat niemand abgestimmt.",
        "Sie endet am 5.12.2026, 23:59 Uhr.",
        "Abstimmen können Sie mit einem Konto im Fediverse",
    ] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
    let voter = quarter.instance.quarter().clone();
    let url = quarter.instance.url(&page);
    federation::polls::vote(&quarter.instance, &voter, &url, "Freitag").await.expect("a vote");
    for path in [page.as_str(), "/posts", "/"] {
        let shown = quarter.get(path).await.body;
        assert!(shown.contains("<bdi>Freitag</bdi>: eine Stimme (100 %)"), "{path}: {shown}");
        assert!(shown.contains("<progress max=\"100\" value=\"100\""), "{path}");
    }
    let form = quarter.get(&format!("{page}/edit")).await.body;
    assert!(form.contains("Die Antworten einer Umfrage bleiben") && !form.contains("name=\"options\""));
    let changed = quarter.post(&format!("{page}/edit"), &[("content", "Wann feiern wir denn?")]).await;
    assert_eq!(changed.location(), format!("{page}?done=changed"));
    let shown = quarter.get(&page).await.body;
    assert!(shown.contains("Wann feiern wir denn?") && shown.contains("eine Stimme (100 %)"));
}

#[tokio::test]
async fn a_poll_that_cannot_be_asked_comes_back_as_it_was_typed() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    for (field, value, words) in [
        ("options", "Freitag\nFreitag", "mindestens zwei verschiedene Antworten"),
        ("options", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11", "höchstens zehn Antworten"),
        ("poll_ends", "2020-01-01", "Das Ende liegt in der Vergangenheit."),
        ("poll_ends", "bald", "Dieses Datum gibt es nicht."),
        ("title", "Fest", "Eine Umfrage hat keine Überschrift."),
    ] {
        let mut fields: Vec<_> = POLL.iter().filter(|(name, _)| *name != field).copied().collect();
        fields.push((field, value));
        let answer = quarter.post("/write/post", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
        assert!(answer.body.contains(words) && answer.body.contains("<details open>"), "{words}: {}", answer.body);
    }
    assert!(quarter.get("/posts").await.body.contains("Hier steht noch nichts."));
}
