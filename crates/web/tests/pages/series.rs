//! What repeats, as people make it, find it and change it; and what is postponed, moved or begun from another event.

use domain::account::Role;
use domain::land::Land;
use http::StatusCode;
use jiff::SignedDuration;

use crate::quarter::{Answer, BASE, TestQuarter};

const CHOIR: [(&str, &str); 6] = [
    ("speaker", "nordstadt"),
    ("name", "Chorprobe"),
    ("starts", "2026-11-24"),
    ("starts_time", "19:00"),
    ("ends_time", "21:00"),
    ("place", "Bürgerhaus Nord"),
];

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = CHOIR.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name)).copied();
    kept.chain(changes.iter().copied()).collect()
}

async fn quarter() -> TestQuarter {
    TestQuarter::with(BASE, |settings| settings.land = Some(Land::NordrheinWestfalen))
        .await
        .signed_in(Role::Editor)
        .await
}

fn path(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.location().split('?').next().expect("a path").to_owned()
}

/// The addresses of the next dates on the page of one of them.
async fn next(quarter: &TestQuarter, page: &str) -> Vec<String> {
    let body = quarter.get(page).await.body;
    let further = body.split("Nächste Termine: ").nth(1).expect("further dates").split("</p>").next().expect("a line");
    further.split("href=\"").skip(1).map(|rest| rest.split('"').next().expect("an address").to_owned()).collect()
}

#[tokio::test]
async fn a_phrase_makes_a_series_and_its_dates_can_be_seen_before() {
    let quarter = quarter().await;
    let form = quarter.get("/write/event").await.body;
    assert!(form.contains("Wiederholt sich") && form.contains("<option value=\"DE-NW\" selected>"));
    let phrase = [("phrase", "jeden Dienstag außer in den Schulferien")];
    let shown = quarter.post("/write/event", &[with(&phrase), vec![("show", "dates")]].concat()).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
    assert!(shown.body.contains("Noch ist nichts veröffentlicht.") && shown.body.contains("Chorprobe"));
    assert!(shown.body.contains("<li>Dienstag, 24. November 2026</li>"));
    assert!(!shown.body.contains("<li>Dienstag, 29. Dezember 2026</li>"), "these are holidays");
    assert!(!quarter.get("/events?time=month&regular=1").await.body.contains("Chorprobe"), "nothing is kept");
    let page = path(&quarter.post("/write/event", &with(&phrase)).await);
    let body = quarter.get(&page).await.body;
    assert!(body.contains("jeden Dienstag") && body.contains("Alle Termine dieser Reihe"), "{body}");
    let series = body.split("href=\"/series/").nth(1).expect("a series").split('"').next().expect("a key");
    let list = quarter.get(&format!("/series/{series}")).await.body;
    assert!(list.contains("Di., 24.11., 19–21 Uhr") && list.contains("Di., 12.1., 19–21 Uhr"), "{list}");
}

#[tokio::test]
async fn choices_make_a_series_and_a_sentence_wins_over_them() {
    let quarter = quarter().await;
    let chosen = with(&[("repeats", "weekday"), ("repeats_except", "22.12."), ("repeats_until", "2027-03-31")]);
    let page = path(&quarter.post("/write/event", &chosen).await);
    let dates = next(&quarter, &page).await;
    assert_eq!(dates.len(), 3, "the fourth Tuesdays of November, January, February and March: {dates:?}");
    let both = with(&[("repeats", "daily"), ("phrase", "jeden 1. Dienstag im Monat"), ("name", "Sprechstunde")]);
    let page = path(&quarter.post("/write/event", &both).await);
    assert!(quarter.get(&page).await.body.contains("jeden 1. Dienstag im Monat"));
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_reason_and_keeps_the_form() {
    let quarter = quarter().await;
    for (fields, parts) in [
        (vec![("phrase", "wenn der Mond voll ist")], vec!["Diesen Satz verstehen wir nicht."]),
        (vec![("phrase", "jährlich am 30. Februar")], vec!["30. Februar"]),
        (vec![("repeats", "weekly"), ("repeats_except", "Heiligabend")], vec!["Bitte Tage so schreiben"]),
        (vec![("repeats", "weekly"), ("repeats_until", "2026-11-01")], vec!["Das Ende liegt vor dem ersten Termin."]),
    ] {
        let answer = quarter.post("/write/event", &with(&fields)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(answer.body.contains("value=\"Chorprobe\"") && answer.body.contains("<details open>"), "{fields:?}");
        for part in parts {
            assert!(answer.body.contains(part), "{part}: {}", answer.body);
        }
    }
    assert!(quarter.get("/events?time=month").await.body.contains("nichts eingetragen"));
}

#[tokio::test]
async fn a_regular_offer_stands_once_in_the_lists_and_what_is_different_in_its_day() {
    let quarter = quarter().await;
    quarter.event("Lesung", 30, |_| {}).await;
    let page = path(&quarter.post("/write/event", &with(&[("phrase", "jeden Dienstag")])).await);
    for address in ["/events", "/", "/offline"] {
        let body = quarter.get(address).await.body;
        assert!(body.contains("Dauerangebote") && body.contains("nächstes Mal Di., 24.11., 19–21 Uhr"), "{address}");
        assert_eq!(body.matches("Chorprobe").count(), 1, "{address}");
        assert!(body.contains("Lesung"), "{address}");
    }
    let within = quarter.get("/events?regular=1").await.body;
    assert_eq!(within.matches("<bdi>Chorprobe</bdi>").count(), 2, "each within the fortnight");
    assert!(within.contains("Dauerangebote nur einmal zeigen"));
    assert_eq!(path(&quarter.post(&format!("{page}/cancel"), &[("scope", "one")]).await), page);
    let body = quarter.get("/events").await.body;
    assert!(body.contains("row cancelled") && body.contains("nächstes Mal Di., 1.12."), "{body}");
}

#[tokio::test]
async fn one_date_those_after_it_or_all_are_changed() {
    let quarter = quarter().await;
    let first = path(&quarter.post("/write/event", &with(&[("phrase", "jeden Dienstag")])).await);
    let dates = next(&quarter, &first).await;
    let form = quarter.get(&format!("{}/edit", dates[1])).await.body;
    assert!(form.contains("name=\"scope\"") && form.contains("value=\"jeden Dienstag\""), "{form}");
    let edit = |page: &str| format!("{page}/edit");
    let fields =
        with(&[("name", "Generalprobe"), ("starts", "2026-12-08"), ("scope", "one"), ("phrase", "jeden Dienstag")]);
    path(&quarter.post(&edit(&dates[1]), &fields).await);
    let fields = with(&[("name", "Großer Chor"), ("scope", "all"), ("phrase", "jeden Dienstag")]);
    path(&quarter.post(&edit(&first), &fields).await);
    let title = async |page: &str| quarter.get(page).await.body.split("<h1>").nth(1).expect("a title").to_owned();
    assert!(title(&dates[0]).await.contains("Großer Chor") && title(&dates[1]).await.contains("Generalprobe"));
    let fields = with(&[
        ("name", "Großer Chor"),
        ("starts", "2026-12-15"),
        ("starts_time", "18:00"),
        ("scope", "following"),
        ("phrase", "alle zwei Wochen dienstags"),
    ]);
    path(&quarter.post(&edit(&dates[2]), &fields).await);
    let moved = quarter.get(&dates[2]).await.body;
    assert!(moved.contains("Verschoben auf Di., 15.12., 18 Uhr (bisher Di., 15.12., 19 Uhr)"), "{moved}");
    assert!(quarter.get(&dates[0]).await.body.contains("19:00–21:00 Uhr"), "what is before it stays");
    assert_eq!(quarter.get(&dates[3]).await.status, StatusCode::GONE, "of the week between nobody had heard");
    let ended = quarter.post(&format!("{}/delete", dates[2]), &[("scope", "all")]).await;
    assert_eq!(ended.location(), "/events?done=deleted");
    assert_eq!(quarter.get(&dates[2]).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn an_event_is_postponed_and_gets_its_new_day() {
    let quarter = quarter().await;
    let event = quarter.event("Lesung", 30, |_| {}).await;
    let page = format!("/events/{}", event.id);
    let ask = quarter.get(&format!("{page}/move")).await.body;
    assert!(ask.contains("Termin verschieben") && ask.contains("Lesung"));
    let nothing = quarter.post(&format!("{page}/move"), &[("day", "")]).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(nothing.body.contains("Bitte den neuen Tag eintragen"));
    path(&quarter.post(&format!("{page}/move"), &[("open", "yes"), ("reason", "Wasserschaden")]).await);
    let body = quarter.get(&page).await.body;
    for part in
        ["Verschoben, neuer Termin folgt", "Wasserschaden", "schema.org/EventPostponed", "Neuen Termin eintragen"]
    {
        assert!(body.contains(part), "{part}");
    }
    assert!(quarter.get("/events").await.body.contains("verschoben, neuer Termin folgt"));
    let ics = quarter.get(&format!("{page}/calendar.ics")).await.body.replace("\r\n ", "");
    assert!(
        ics.contains("STATUS:CANCELLED") && ics.contains("neuer Termin folgt") && ics.contains("SEQUENCE:1"),
        "{ics}"
    );
    path(&quarter.post(&format!("{page}/move"), &[("day", "2026-12-12"), ("time", "16:00")]).await);
    let body = quarter.get(&page).await.body;
    assert!(body.contains("Verschoben auf Sa., 12.12., 16 Uhr (bisher "), "{body}");
    assert!(body.contains("schema.org/EventRescheduled") && body.contains("previousStartDate"));
    assert!(quarter.get("/feed.atom").await.body.contains("(verschoben)"));
    let ics = quarter.get(&format!("{page}/calendar.ics")).await.body;
    assert!(ics.contains("STATUS:CONFIRMED") && ics.contains("SEQUENCE:2"));
}

#[tokio::test]
async fn another_event_is_a_template_without_its_day() {
    let quarter = quarter().await;
    let event = quarter
        .event("Lesung", 30, |details| {
            details.price = Some("5 €".into());
            details.doors_at = Some(details.starts_at - SignedDuration::from_mins(30));
        })
        .await;
    assert!(quarter.get(&format!("/events/{}", event.id)).await.body.contains("Als Vorlage nehmen"));
    let form = quarter.get(&format!("/write/event?from={}", event.id)).await.body;
    assert!(form.contains("value=\"Lesung\"") && form.contains("value=\"5 €\""), "{form}");
    assert!(form.contains("name=\"starts\" type=\"date\" value=\"\""), "the day is asked for");
    assert!(form.contains("Das ist eine Vorlage."));
    let nowhere = quarter.get("/write/event?from=00000000-0000-0000-0000-000000000000").await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    assert!(quarter.get("/write/event?from=x").await.status.is_client_error());
}
