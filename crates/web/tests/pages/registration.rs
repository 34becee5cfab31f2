//! Registering for an event: the form, the link, the organisers' list and its files.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use domain::account::Role;
use domain::event::Event;
use domain::participation::Counts;
use http::header::{HOST, ORIGIN};
use http::{Request, StatusCode};
use jiff::SignedDuration;
use storage::letters::Letter;

use crate::quarter::{Answer, BASE, TestQuarter};

const RUTH: [(&str, &str); 4] =
    [("name", "Ruth <b>"), ("email", "ruth@fern.example"), ("persons", "2"), ("note", "=Ohne Nüsse")];

/// A quarter with an event for which one can register, as an editor set it, and the editor's session.
async fn open(settings: &[(&str, &str)]) -> (TestQuarter, Event, Option<String>) {
    let mut quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let event = quarter.event("Nähkurs", 72, |_| {}).await;
    let mut fields = vec![("open", "yes"), ("capacity", "3"), ("most", "4"), ("waiting_list", "yes")];
    fields.extend(settings);
    let set = quarter.post(&format!("/events/{}/registration", event.id), &fields).await;
    assert_eq!(set.location(), format!("/events/{}/participants?done=form-set", event.id), "{}", set.body);
    let editor = quarter.swap_cookie(None);
    (quarter, event, editor)
}

fn link(letter: &Letter) -> String {
    let address = letter.text.split_whitespace().find(|word| word.contains("/registration/")).expect("a link");
    address.trim_start_matches(BASE).to_owned()
}

async fn letter(quarter: &TestQuarter) -> Letter {
    let [letter] = quarter.letters().await.try_into().expect("one letter");
    letter
}

async fn counts(quarter: &TestQuarter, event: &Event) -> Counts {
    let mut tx = quarter.instance.store().read().await.expect("a view");
    storage::participations::count(&mut tx, event.id).await.expect("counts")
}

/// Sends the form from a network of its own.
async fn from(quarter: &TestQuarter, number: usize, (path, fields): (&str, &[(&str, &str)])) -> Answer {
    let request = Request::post(path).header(HOST, "nord.example").header(ORIGIN, BASE);
    let proxy = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 443)));
    quarter.send(request.extension(proxy).header("x-forwarded-for", format!("198.51.100.{number}")), fields).await
}

/// Registers somebody and presses the link.
async fn register(quarter: &TestQuarter, event: &Event, (name, persons): (&str, &str)) {
    let email = format!("{name}@fern.example");
    let fields = [("name", name), ("email", email.as_str()), ("persons", persons)];
    quarter.post(&format!("/events/{}/register", event.id), &fields).await;
    quarter.post(&link(&letter(quarter).await), &[]).await;
    quarter.letters().await;
}

#[tokio::test]
async fn somebody_without_an_account_registers_changes_and_withdraws() {
    let (quarter, event, _) = open(&[("question", "Essen Sie Nüsse?")]).await;
    let (page, form) = (format!("/events/{}", event.id), format!("/events/{}/register", event.id));
    let shown = quarter.get(&page).await.body;
    for words in ["Anmeldung erforderlich", "Noch 3 Plätze frei", &*format!("href=\"{form}\"")] {
        assert!(shown.contains(words), "{words}: {shown}");
    }
    assert!(!shown.contains("einfach vorbeikommen"), "{shown}");
    assert!(shown.contains("\"remainingAttendeeCapacity\":3"), "{shown}");
    assert!(quarter.get(&form).await.body.contains("Essen Sie Nüsse?"));
    let sent = quarter.post(&form, &RUTH).await;
    assert!(sent.body.contains("Bitte sehen Sie in Ihr Postfach"), "{}", sent.body);
    assert_eq!(quarter.post(&form, &RUTH).await.body, sent.body, "sent twice, it is one");
    let confirm = letter(&quarter).await;
    assert!(
        !confirm.text.contains("Ruth") && !confirm.text.contains("Nüsse"),
        "no words of a stranger: {}",
        confirm.text
    );
    let path = link(&confirm);
    for _ in 0..2 {
        assert!(quarter.get(&path).await.body.contains("Anmeldung bestätigen"));
        assert_eq!(counts(&quarter, &event).await, Counts::default(), "opening it uses nothing up");
    }
    assert_eq!(quarter.post(&path, &[]).await.location(), path);
    assert!(quarter.get(&path).await.body.contains("Sie haben einen Platz."));
    assert_eq!(quarter.post(&path, &[("do", "confirm")]).await.location(), path, "pressed twice, it is the same");
    assert_eq!(counts(&quarter, &event).await.confirmed, 2);
    let shown = quarter.get(&page).await.body;
    assert!(shown.contains("Noch ein Platz frei") && !shown.contains("Ruth"), "{shown}");

    let too_many = quarter.post(&path, &[("do", "change"), ("persons", "4")]).await;
    assert_eq!(too_many.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(too_many.body.contains("So viele Personen gehen nicht."), "{}", too_many.body);
    assert_eq!(quarter.post(&path, &[("do", "change"), ("persons", "1")]).await.location(), path);
    assert_eq!(counts(&quarter, &event).await.confirmed, 1);
    assert!(quarter.post(&path, &[("do", "withdraw")]).await.body.contains("Sie sind abgemeldet"));
    assert_eq!(quarter.get(&path).await.status, StatusCode::GONE, "nothing is left of it");
    assert_eq!(counts(&quarter, &event).await, Counts::default());
    quarter.letters().await;
    quarter.post(&form, &RUTH).await;
    assert!(letter(&quarter).await.text.contains("/registration/"), "who comes after all says the same again");
}

#[tokio::test]
async fn who_is_signed_in_registers_with_one_click_and_finds_it_in_their_account() {
    let (mut quarter, event, _) = open(&[]).await;
    let reader = quarter.account("leserin", Role::Reader).await;
    quarter.enter(&reader).await;
    let form = format!("/events/{}/register", event.id);
    let shown = quarter.get(&form).await.body;
    assert!(shown.contains("leserin@nord.example") && !shown.contains("name=\"email\""), "{shown}");
    assert!(quarter.post(&form, &[]).await.body.contains("Sie haben einen Platz."));
    assert!(letter(&quarter).await.subject.starts_with("Angemeldet: Nähkurs"));
    assert!(quarter.get("/account").await.body.contains("Nähkurs"));
    assert!(quarter.get(&format!("/events/{}", event.id)).await.body.contains("Meine Anmeldung ansehen"));
    assert!(quarter.post(&form, &[("do", "withdraw")]).await.body.contains("Sie sind abgemeldet"));
    assert_eq!(counts(&quarter, &event).await, Counts::default());
}

#[tokio::test]
async fn organisers_write_down_who_calls_and_take_the_list_along() {
    let (mut quarter, event, editor) = open(&[]).await;
    register(&quarter, &event, ("anna", "2")).await;
    quarter.swap_cookie(editor);
    let list = format!("/events/{}/participants", event.id);
    let add = format!("{list}/add");
    let herta = [("name", "=Herta"), ("phone", "0209 1696"), ("persons", "2"), ("note", "Rollstuhl")];
    let added = quarter.post(&add, &herta).await;
    assert_eq!(added.location(), format!("{list}?done=guest-queued"), "no two seats are left");
    let refused = quarter.post(&add, &[("name", ""), ("phone", "x")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = quarter.get(&list).await.body;
    for words in ["=Herta", "0209 1696", "Rollstuhl", "von Hand eingetragen", "anna@fern.example", "Vorziehen"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let edit = page.split("href=\"/registrations/").nth(1).and_then(|part| part.split('"').next()).expect("a link");
    let edit = format!("/registrations/{edit}");
    assert!(quarter.get(&edit).await.body.contains("value=\"=Herta\""));
    let changed = quarter.post(&edit, &[("name", "=Herta"), ("phone", "0209 1696"), ("persons", "1")]).await;
    assert_eq!(changed.location(), format!("{list}?done=guest-changed"));
    assert_eq!(counts(&quarter, &event).await, Counts { confirmed: 3, queued: 0, asked: 0 }, "now there is a seat");
    let page = quarter.get(&list).await.body;
    assert!(page.contains("Bitte anrufen: Es gibt jetzt einen Platz."), "{page}");

    let csv = quarter.get(&format!("{list}.csv")).await;
    assert!(csv.body.contains("\r\n'=Herta;1;hat einen Platz;von Hand eingetragen;0209 1696;;"), "{}", csv.body);
    let ods =
        quarter.bytes(Request::get(format!("{list}.ods")).header(HOST, "nord.example"), axum::body::Body::empty());
    let (status, headers, bytes) = ods.await;
    assert_eq!((status, headers["cache-control"].to_str().expect("text")), (StatusCode::OK, "private, no-store"));
    assert!(bytes.starts_with(b"PK") && bytes.windows(6).any(|part| part == b"=Herta"));
    let print = quarter.get(&format!("{list}/print")).await.body;
    assert!(print.contains("=Herta") && !print.contains("0209 1696"), "{print}");
    assert!(quarter.get(&format!("{list}/print?contacts=yes")).await.body.contains("0209 1696"));

    let id = edit.trim_start_matches("/registrations/");
    let called = quarter.post(&list, &[("registration", id), ("do", "called")]).await;
    assert_eq!(called.location(), format!("{list}?done=guest-called"));
    let gone = quarter.post(&list, &[("registration", id), ("do", "decline")]).await;
    assert_eq!(gone.location(), format!("{list}?done=participant-declined"));
    assert_eq!(quarter.get(&edit).await.status, StatusCode::NOT_FOUND);
    let other = quarter.event("Anderer Kurs", 80, |_| {}).await;
    let (elsewhere, call) = (format!("/events/{}/participants", other.id), [("registration", id), ("do", "called")]);
    assert_eq!(quarter.post(&elsewhere, &call).await.status, StatusCode::NOT_FOUND);
    quarter
        .post(&format!("/events/{}/registration", event.id), &[("open", "yes"), ("capacity", "1"), ("most", "4")])
        .await;
    assert!(quarter.get(&list).await.body.contains("Es sind mehr Plätze vergeben als da sind: 2 von 1."));
}

#[tokio::test]
async fn settings_are_refused_where_they_make_no_sense() {
    let (mut quarter, event, editor) = open(&[]).await;
    let path = format!("/events/{}/registration", event.id);
    assert_eq!(quarter.get(&path).await.status, StatusCode::UNAUTHORIZED);
    quarter.swap_cookie(editor);
    let long = "ä".repeat(501);
    for (field, value) in [
        ("capacity", "0"),
        ("capacity", "99999999999"),
        ("most", "0"),
        ("most", "x"),
        ("closes", "gestern"),
        ("closes_time", "25:00"),
        ("question", &long),
    ] {
        let mut fields: Vec<(&str, &str)> = vec![("open", "yes"), ("most", "4")];
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        assert_eq!(quarter.post(&path, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={value}");
    }
    let last = [("open", "yes"), ("most", "4"), ("closes", "2026-11-23")];
    quarter.post(&path, &last).await;
    quarter.swap_cookie(None);
    let shown = quarter.get(&format!("/events/{}", event.id)).await.body;
    assert!(shown.contains("Anmeldung erforderlich bis"), "{shown}");
    quarter.clock.step(SignedDuration::from_hours(36));
    assert!(quarter.get(&format!("/events/{}", event.id)).await.body.contains("Die Zeit zum Anmelden ist vorbei."));
    let late = quarter.post(&format!("/events/{}/register", event.id), &RUTH).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(quarter.letters().await.is_empty());
}

#[tokio::test]
async fn a_number_alone_waits_for_the_organisers_and_only_where_they_allow_it() {
    let by_phone = [("name", "Herta"), ("phone", "0209 1696")];
    let (quarter, event, _) = open(&[]).await;
    let refused = quarter.post(&format!("/events/{}/register", event.id), &by_phone).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let (quarter, event, _) = open(&[("takes_phone", "yes")]).await;
    let taken = quarter.post(&format!("/events/{}/register", event.id), &by_phone).await;
    assert!(taken.body.contains("Die Veranstalter rufen Sie an."), "{}", taken.body);
    assert_eq!(counts(&quarter, &event).await, Counts { confirmed: 0, queued: 0, asked: 1 });
}

#[tokio::test]
async fn nobody_registers_where_nobody_asked_for_it() {
    let quarter = TestQuarter::new().await;
    let event = quarter.event("Chor", 72, |_| {}).await;
    assert_eq!(quarter.get(&format!("/events/{}/register", event.id)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(quarter.post(&format!("/events/{}/register", event.id), &RUTH).await.status, StatusCode::NOT_FOUND);
    assert!(quarter.get(&format!("/events/{}", event.id)).await.body.contains("einfach vorbeikommen"));
}

#[tokio::test]
async fn abu_08_registering_strangers_is_three_letters_a_day_and_carries_nothing() {
    let (quarter, event, _) = open(&[]).await;
    let path = format!("/events/{}/register", event.id);
    let mut first = None;
    for number in 0..50 {
        let (name, note) = (format!("KAUF JETZT {number}"), format!("https://evil.example/{number}"));
        let fields = [("name", name.as_str()), ("email", "opfer@fern.example"), ("note", note.as_str())];
        let answer = from(&quarter, number, (&path, &fields)).await;
        assert_eq!(*first.get_or_insert(answer.body.clone()), answer.body, "every answer is the same");
    }
    let letters = quarter.letters().await;
    assert_eq!(letters.len(), 3);
    assert!(letters.iter().all(|letter| !letter.text.contains("KAUF") && !letter.text.contains("evil.example")));
    assert_eq!(counts(&quarter, &event).await, Counts::default(), "and no seat is held");
    let trapped = [("name", "Bot"), ("email", "bot@fern.example"), ("website", "x")];
    assert_eq!(from(&quarter, 99, (&path, &trapped)).await.status, StatusCode::OK);
    assert!(quarter.letters().await.is_empty(), "the trap is full");
    let mut statuses = Vec::new();
    for _ in 0..11 {
        statuses.push(from(&quarter, 77, (&path, &[])).await.status);
    }
    assert_eq!(statuses.last(), Some(&StatusCode::TOO_MANY_REQUESTS), "{statuses:?}");
}

#[tokio::test]
async fn acc_15_links_are_not_guessed_and_lists_are_the_organisers() {
    let (mut quarter, event, _) = open(&[]).await;
    register(&quarter, &event, ("anna", "1")).await;
    for token in ["x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &event.id.to_string()] {
        assert_eq!(quarter.get(&format!("/registration/{token}")).await.status, StatusCode::GONE, "{token}");
        assert_eq!(
            quarter.post(&format!("/registration/{token}"), &[("do", "withdraw")]).await.status,
            StatusCode::GONE
        );
    }
    let mut tx = quarter.instance.store().read().await.expect("a view");
    let kept = storage::registrations::of_event(&mut tx, event.id).await.expect("a list");
    drop(tx);
    let id = kept.first().expect("a registration").id;
    let member = quarter.account("nina", Role::Member).await;
    quarter.enter(&member).await;
    let list = format!("/events/{}/participants", event.id);
    for path in [&list, &format!("{list}.csv"), &format!("{list}.ods"), &format!("{list}/print")] {
        let answer = quarter.get(path).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(!answer.body.contains("anna"), "{path}");
    }
    let taken = quarter.post(&list, &[("registration", &id.to_string()), ("do", "decline")]).await;
    assert_eq!(taken.status, StatusCode::FORBIDDEN);
    assert_eq!(quarter.get(&format!("/registrations/{id}")).await.status, StatusCode::NOT_FOUND, "it is not by hand");
    assert_eq!(counts(&quarter, &event).await.confirmed, 1);
    quarter.swap_cookie(None);
    for path in ["/events.csv", "/calendar.ics", "/feed.atom", "/events.geojson", &format!("/events/{}", event.id)] {
        assert!(!quarter.get(path).await.body.contains("anna"), "{path}");
    }
}
