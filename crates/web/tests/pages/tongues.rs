//! How a quarter speaks: Sie or du, what it calls itself, and in which languages.

use domain::account::Role;
use domain::html::Html;
use domain::language::Language;
use domain::voice::{Address, Manner, Word};
use http::StatusCode;
use http::header::{COOKIE, HOST, ORIGIN, SET_COOKIE};

use crate::quarter::{BASE, TestQuarter};

async fn speaking(address: Address, word: Word) -> TestQuarter {
    TestQuarter::with(BASE, |settings| settings.manner = Manner { address, word }).await
}

#[tokio::test]
async fn pages_and_errors_say_sie_or_du_as_the_quarter_does() {
    let (sie, du) = (TestQuarter::new().await, speaking(Address::Du, Word::Quartier).await);
    for (path, formal, informal) in [
        ("/sign-in", "Zum Lesen brauchen Sie keinen Zugang.", "Zum Lesen brauchst du keinen Zugang."),
        ("/propose/event", "Die Redaktion liest Ihren Vorschlag", "Die Redaktion liest deinen Vorschlag"),
        ("/editors", "Bitte melden Sie sich an", "Bitte melde dich an"),
        ("/privacy", "Ihre Rechte", "Deine Rechte"),
    ] {
        let (sie, du) = (sie.get(path).await.body, du.get(path).await.body);
        assert!(sie.contains(formal) && !sie.contains(informal), "{path}: {sie}");
        assert!(du.contains(informal) && !du.contains(formal), "{path}: {du}");
    }
    let refused = du.post("/propose/event", &[("name", "x")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Bitte gib einen Titel"), "{}", refused.body);
    let english = (sie.get_in("en", "/sign-in").await.body, du.get_in("en", "/sign-in").await.body);
    assert_eq!(english.0, english.1, "English makes no difference");
}

#[tokio::test]
async fn letters_say_du_where_the_quarter_does() {
    let quarter = speaking(Address::Du, Word::Quartier).await;
    quarter.account("mira", Role::Member).await;
    quarter.post("/sign-in", &[("email", "mira@nord.example")]).await;
    let letters = quarter.letters().await;
    let [letter] = letters.as_slice() else { panic!("one letter: {letters:?}") };
    assert!(
        letter.text.contains("mit diesem Link meldest du dich") && !letter.text.contains("Sie "),
        "{}",
        letter.text
    );
}

#[tokio::test]
async fn a_quarter_is_called_what_its_people_call_it() {
    let quarter = speaking(Address::Sie, Word::Kiez).await;
    let posts = quarter.get("/posts").await.body;
    assert!(posts.contains("Neues aus dem Kiez") && !posts.contains("aus dem Quartier"), "{posts}");
    assert!(posts.contains("Nachbarquartieren"), "the others are called as ever: {posts}");
    assert!(quarter.get("/rules").await.body.contains("nichts mit dem Kiez zu tun"));
    assert!(quarter.get("/initiatives").await.body.contains("bewegen etwas im Kiez"));
    assert!(quarter.get_in("en", "/posts").await.body.contains("News from the neighbourhood"));
}

#[tokio::test]
async fn only_the_languages_that_a_quarter_offers_can_be_chosen() {
    let both = TestQuarter::new().await.get_in("en", "/").await.body;
    assert!(
        both.contains(r#"<html lang="en">"#) && both.contains(r#"value="de" lang="de">Deutsch</button>"#),
        "{both}"
    );
    let german =
        TestQuarter::with(BASE, |settings| settings.languages = vec![Language::DE]).await.signed_in(Role::Member).await;
    let page = german.get_in("en", "/").await.body;
    assert!(page.contains(r#"<html lang="de">"#) && !page.contains("English"), "{page}");
    let request = http::Request::get("/").header(HOST, "nord.example").header(COOKIE, "language=en");
    assert!(german.ask(request).await.body.contains(r#"<html lang="de">"#), "a cookie of former times does not count");
    assert!(!german.get("/account").await.body.contains(r#"value="en""#), "nor is it offered for letters");
}

#[tokio::test]
async fn admins_choose_how_the_quarter_speaks() {
    let quarter = TestQuarter::new().await.closed(|_| {}).signed_in(Role::Admin).await;
    let page = quarter.get("/setup/name").await.body;
    assert!(page.contains("Wie spricht die Seite Menschen an?") && page.contains(">Kiez</option>"), "{page}");
    assert_eq!(page.matches(" checked").count(), Language::ALL.len(), "all languages are offered: {page}");
    let answers = |word, address| {
        [("name", "Nord"), ("language", "de"), ("word", word), ("address", address), ("language_de", "yes")]
    };
    let refused = quarter.post("/setup/name", &answers("kingdom", "sie")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Bitte wählen Sie etwas aus der Liste."));
    assert_eq!(quarter.post("/setup/name", &answers("kiez", "du")).await.status, StatusCode::SEE_OTHER);
    let kept = [
        quarter.said("quarter.word").await,
        quarter.said("quarter.address").await,
        quarter.said("quarter.languages").await,
    ];
    assert_eq!(kept.map(Option::unwrap_or_default), ["kiez", "du", "de"]);
    let page = quarter.get("/setup/name").await.body;
    assert!(page.contains(r#"value="kiez" selected"#) && page.contains(r#"value="du" selected"#), "{page}");
}

#[tokio::test]
async fn whoever_wants_reads_plain_language_first() {
    let mut quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let post = [
        ("title", ""),
        ("content", "Die Bauleitplanung wird ausgelegt."),
        ("plain", "Hier wird gebaut. Sie können den Plan ansehen."),
    ];
    let speaker = [("speaker", quarter.instance.quarter().handle.clone())];
    let fields: Vec<(&str, &str)> =
        post.iter().copied().chain(speaker.iter().map(|(name, value)| (*name, value.as_str()))).collect();
    let made = quarter.post("/write/post", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    let path = made.location().split('?').next().expect("a path").to_owned();
    let main = |page: &str| page.split_once("<main").expect("a main part").1.to_owned();
    let page = main(&quarter.get(&path).await.body);
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} in {page}"));
    assert!(at("Ganzer Text</h2>") < at("In Einfacher Sprache</h2>") && at("Bauleitplanung") < at("Hier wird gebaut"));
    assert!(at(r#"lang="de">"#) < at(r#"lang="de-simple">"#));
    assert!(!page.contains("Leichte Sprache"));
    let edit = quarter.get(&format!("{path}/edit")).await.body;
    assert!(edit.contains("Sie können den Plan ansehen."), "{edit}");

    let chosen = quarter.post("/language", &[("plain", "first"), ("back", path.as_str())]).await;
    assert_eq!(chosen.location(), path);
    let cookie = chosen.header(SET_COOKIE).split(';').next().expect("a cookie").to_owned();
    assert_eq!(cookie, "plain=first");
    quarter.swap_cookie(None);
    let request = || http::Request::get(&path).header(HOST, "nord.example").header(COOKIE, &cookie);
    let page = main(&quarter.ask(request()).await.body);
    let at = |text| page.find(text).expect("both texts");
    assert!(at("Hier wird gebaut") < at("Bauleitplanung"), "{page}");
    assert!(page.contains("Ganze Texte zuerst"), "and back again: {page}");
    let request = http::Request::post("/language").header(HOST, "nord.example").header(ORIGIN, BASE);
    let back = quarter.send(request, &[("plain", "after"), ("back", "/")]).await;
    assert!(back.header(SET_COOKIE).contains("Max-Age=0"));
}

#[tokio::test]
async fn a_text_without_plain_language_has_no_mark_and_an_event_may_have_one() {
    let quarter = TestQuarter::new().await;
    let alone = quarter.event("Sommerfest", 5, |details| details.content = Html::from_text("Ausführlich.")).await;
    let page = quarter.get(&format!("/events/{}", alone.id)).await.body;
    assert!(page.contains("Ausführlich.") && !page.contains("Ganzer Text"), "{page}");
    let both = |details: &mut domain::event::Details| {
        details.content = Html::from_text("Ausführlich.");
        details.plain = Html::from_text("Kurz <gesagt>.");
    };
    let both = quarter.event("Winterfest", 6, both).await;
    let page = quarter.get(&format!("/events/{}", both.id)).await.body;
    assert!(page.contains(r#"lang="de-simple"><p>Kurz &lt;gesagt&gt;."#) && page.contains("Ganzer Text"), "{page}");
}
