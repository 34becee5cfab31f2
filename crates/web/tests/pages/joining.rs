//! Seats on the pages: the form, the event, the list for its organiser, invitations.

use domain::account::Role;
use domain::event::{Event, Joining};
use domain::participation::{Participation, State};
use http::StatusCode;
use uuid::Uuid;

use crate::quarter::{TestQuarter, noon, url};

/// Puts an actor of another server on the list of an event.
async fn listed(quarter: &TestQuarter, event: &Event, name: &str, state: State) -> Uuid {
    let who = quarter.remote(name, &format!("{}.example", name.to_lowercase()), false).await;
    let kept = Participation {
        event: event.id,
        actor: who.id,
        state,
        activity: url(&format!("https://{}/joins/1", who.host)),
        invitation: (state == State::Invited).then(|| url(&format!("https://{}/joins/1", who.host))),
        message: Some("=Wir & <Kinder>".to_owned()),
        place: Uuid::now_v7(),
        joins: 1,
        counted_from: noon(),
        changed_at: noon(),
    };
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    storage::participations::put(&mut tx, &kept).await.expect("a row");
    tx.commit().await.expect("a commit");
    who.id
}

#[tokio::test]
async fn seats_are_typed_into_the_form_and_stand_on_the_page() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let fields = [
        ("speaker", "nordstadt"),
        ("name", "Lesung"),
        ("starts", "2026-12-05"),
        ("starts_time", "15:00"),
        ("joining", "open"),
        ("capacity", "2"),
    ];
    let answer = quarter.post("/write/event", &fields).await;
    let page = answer.location().split('?').next().expect("a path").to_owned();
    let shown = quarter.get(&page).await.body;
    assert!(shown.contains("Noch 2 Plätze frei") && !shown.contains("einfach vorbeikommen"), "{shown}");
    assert!(shown.contains(&format!("href=\"{page}/participants\"")));
    let form = quarter.get(&format!("{page}/edit")).await.body;
    assert!(form.contains("<option value=\"open\" selected>") && form.contains("value=\"2\""));
    let mut wrong = fields;
    for seats in ["0", "viele", "-1", "99999999999"] {
        wrong[5].1 = seats;
        let refused = quarter.post("/write/event", &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{seats}");
        assert!(refused.body.contains("Zahl zwischen 1 und 10000"), "{seats}");
    }
}

#[tokio::test]
async fn the_organiser_reads_the_list_and_decides() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let event = quarter
        .event("Lesung", 24, |details| (details.joining, details.capacity) = (Joining::ByApproval, Some(1)))
        .await;
    let anna = listed(&quarter, &event, "Anna", State::Asked).await.to_string();
    let ben = listed(&quarter, &event, "Ben", State::Asked).await.to_string();
    let path = format!("/events/{}/participants", event.id);
    let list = quarter.get(&path).await;
    assert!(list.body.contains("Anna") && list.body.contains("=Wir &#38; &#60;Kinder&#62;"), "{}", list.body);
    assert!(list.body.contains("2 Anfragen warten auf Ihre Zusage"));
    let confirmed = quarter.post(&path, &[("who", &anna), ("do", "confirm")]).await;
    assert_eq!(confirmed.location(), format!("{path}?done=participant-confirmed"));
    let queued = quarter.post(&path, &[("who", &ben), ("do", "confirm")]).await;
    assert_eq!(queued.location(), format!("{path}?done=participant-queued"));
    let shown = quarter.get(&format!("/events/{}", event.id)).await.body;
    assert!(shown.contains("Ausgebucht") && shown.contains("Auf der Warteliste steht eine Anmeldung."), "{shown}");
    assert!(!shown.contains("Anna") && !shown.contains("Ben"), "who comes is nobody's business");
    let table = quarter.get(&format!("{path}.csv")).await;
    assert!(table.body.contains("Anna;") && table.body.contains("'=Wir & <Kinder>"), "{}", table.body);
    let declined = quarter.post(&path, &[("who", &anna), ("do", "decline")]).await;
    assert_eq!(declined.location(), format!("{path}?done=participant-declined"));
    let list = quarter.get(&path).await.body;
    assert!(list.contains("Ein Platz ist vergeben") && list.contains("Eine Absage von Ihnen"), "{list}");
    for odd in [[("who", "x"), ("do", "confirm")], [("who", anna.as_str()), ("do", "x")]] {
        assert_eq!(quarter.post(&path, &odd).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn nobody_else_sees_who_comes() {
    let mut quarter = TestQuarter::new().await;
    let event = quarter.event("Lesung", 24, |details| details.joining = Joining::Open).await;
    let anna = listed(&quarter, &event, "Anna", State::Confirmed).await.to_string();
    let path = format!("/events/{}/participants", event.id);
    for (page, status) in [(path.clone(), StatusCode::UNAUTHORIZED), (format!("{path}.csv"), StatusCode::UNAUTHORIZED)]
    {
        assert_eq!(quarter.get(&page).await.status, status);
    }
    let account = quarter.account("mira", Role::Member).await;
    quarter.enter(&account).await;
    for page in [path.clone(), format!("{path}.csv")] {
        let refused = quarter.get(&page).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(!refused.body.contains("Anna"));
    }
    assert_eq!(quarter.post(&path, &[("who", &anna), ("do", "decline")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(quarter.get("/editors/invitations").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_editor_answers_an_invitation() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let south = quarter.remote("Südstadt", "sued.example", true).await;
    for (name, answer) in [("Fest", "yes"), ("Markt", "no")] {
        let event = quarter.remote_event(&south, name, 24, |_| {}).await;
        let ours = quarter.instance.quarter().id;
        let invite = url(&format!("https://sued.example/invites/{name}"));
        let kept = Participation {
            event: event.id,
            actor: ours,
            state: State::Invited,
            activity: invite.clone(),
            invitation: Some(invite),
            message: None,
            place: Uuid::now_v7(),
            joins: 1,
            counted_from: noon(),
            changed_at: noon(),
        };
        let mut tx = quarter.instance.store().write().await.expect("a transaction");
        storage::participations::put(&mut tx, &kept).await.expect("a row");
        tx.commit().await.expect("a commit");
        let page = quarter.get("/editors/invitations").await.body;
        assert!(page.contains(name) && page.contains("Südstadt lädt ein"), "{page}");
        let (event, ours) = (event.id.to_string(), ours.to_string());
        let fields = [("event", event.as_str()), ("who", ours.as_str()), ("do", answer)];
        assert_eq!(quarter.post("/editors/invitations", &fields).await.status, StatusCode::SEE_OTHER);
        assert_eq!(quarter.post("/editors/invitations", &fields).await.status, StatusCode::NOT_FOUND, "once");
        assert!(quarter.get("/editors/invitations").await.body.contains("keine Einladung offen"));
    }
}
