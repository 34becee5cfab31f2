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

#[tokio::test]
async fn a_bad_address_is_refused_at_its_field_and_kept() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let event = quarter.event("Lesung", 24, |_| {}).await;
    let path = format!("/events/{}/participants", event.id);
    assert!(quarter.get(&format!("/events/{}", event.id)).await.body.contains(&path), "also without any seats");
    for (typed, words) in [
        ("anna", "Eine Adresse sieht so aus"),
        ("anna@", "Eine Adresse sieht so aus"),
        ("<b>@fern.example", "Eine Adresse sieht so aus"),
        ("@nordstadt@nord.example", "gehört zu unserem Quartier"),
        ("anna@127.0.0.1", "finden wir nicht"),
    ] {
        let refused = quarter.post(&format!("{path}/invite"), &[("address", typed)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(refused.body.contains(words), "{typed}: {}", refused.body);
        let kept = format!("value=\"{}\"", typed.replace('<', "&#60;").replace('>', "&#62;"));
        assert!(refused.body.contains(&kept) && refused.body.contains("aria-invalid"), "{typed}");
    }
    let over = quarter.event("Gestern", -48, |_| {}).await;
    let page = quarter.get(&format!("/events/{}/participants", over.id)).await.body;
    assert!(!page.contains("participants/invite"), "nobody is invited to what is over");
}

#[tokio::test]
async fn the_organiser_reads_what_the_invited_answered() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let event = quarter.event("Lesung", 24, |_| {}).await;
    listed(&quarter, &event, "Anna", State::Invited).await;
    listed(&quarter, &event, "Ben", State::Refused).await;
    listed(&quarter, &event, "Cem", State::Confirmed).await;
    let path = format!("/events/{}/participants", event.id);
    let page = quarter.get(&path).await.body;
    assert!(page.contains("Eine Einladung ohne Antwort") && page.contains("Eine Einladung wurde abgelehnt"), "{page}");
    assert!(!page.contains("Auf Ihre Einladung"), "Cem came by himself");
    let english = quarter.get_in("en", &path).await.body;
    assert!(english.contains("One invitation was declined"), "{english}");
    assert!(quarter.get(&format!("{path}.csv")).await.body.contains("Einladung abgelehnt"));
}

#[tokio::test]
async fn the_quarter_comes_along_to_a_neighbours_event_and_leaves_again() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let south = quarter.remote("Südstadt", "sued.example", true).await;
    let event = quarter.remote_event(&south, "Straßenfest", 24, |details| details.joining = Joining::ByApproval).await;
    let path = format!("/events/{}", event.id);
    let page = quarter.get(&path).await.body;
    assert!(page.contains("Wir kommen mit") && page.contains("<option value=\"nordstadt\">"), "{page}");
    let fields = [("speaker", "nordstadt"), ("message", "Wir sind zu dritt")];
    let done = quarter.post(&format!("{path}/join"), &fields).await;
    assert_eq!(done.location(), format!("{path}?done=joined"));
    let page = quarter.get(&path).await.body;
    assert!(page.contains("Nordstadt ist angemeldet. Die Antwort der Veranstalter fehlt noch."), "{page}");
    assert!(!page.contains("<option value=\"nordstadt\">"), "once is enough");
    let ours = quarter.instance.quarter().id;
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let mut kept = storage::participations::between(&mut tx, event.id, ours).await.expect("a row").expect("one");
    assert_eq!((kept.state, kept.message.as_deref()), (State::Asked, Some("Wir sind zu dritt")));
    kept.state = State::Confirmed;
    storage::participations::put(&mut tx, &kept).await.expect("an answer");
    tx.commit().await.expect("a commit");
    assert!(quarter.get(&path).await.body.contains("Nordstadt kommt mit."));
    let left = quarter.post(&format!("{path}/leave"), &[("speaker", "nordstadt")]).await;
    assert_eq!(left.location(), format!("{path}?done=left"));
    assert!(quarter.get(&path).await.body.contains("<option value=\"nordstadt\">"), "they may come after all");
    let mut tx = quarter.instance.store().read().await.expect("a transaction");
    let told = storage::deliveries::of_object(&mut tx, &event.url, 9).await.expect("deliveries");
    let told: Vec<_> = told.into_iter().map(|one| (one.host, one.kind)).collect();
    let expected = ["Join", "Leave"].map(|kind| ("sued.example".to_owned(), kind.to_owned()));
    assert_eq!(told, expected);
}

#[tokio::test]
async fn nobody_comes_along_who_may_not_or_cannot() {
    let mut quarter = TestQuarter::new().await;
    let south = quarter.remote("Südstadt", "sued.example", true).await;
    let open = quarter.remote_event(&south, "Straßenfest", 24, |details| details.joining = Joining::Open).await;
    let closed = quarter.remote_event(&south, "Sitzung", 24, |_| {}).await;
    let own = quarter.event("Eigenes", 24, |details| details.joining = Joining::Open).await;
    let fields = [("speaker", "nordstadt")];
    let join = |event: &Event| format!("/events/{}/join", event.id);
    assert!(!quarter.get(&format!("/events/{}", open.id)).await.body.contains("Wir kommen mit"));
    assert_eq!(quarter.post(&join(&open), &fields).await.status, StatusCode::UNAUTHORIZED);
    let member = quarter.account("cem", Role::Member).await;
    quarter.enter(&member).await;
    assert!(!quarter.get(&format!("/events/{}", open.id)).await.body.contains("Wir kommen mit"));
    assert_eq!(quarter.post(&join(&open), &fields).await.status, StatusCode::FORBIDDEN);
    let editor = quarter.account("mira", Role::Editor).await;
    quarter.enter(&editor).await;
    assert_eq!(quarter.post(&join(&open), &[("speaker", "niemand")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(quarter.post(&join(&own), &fields).await.status, StatusCode::NOT_FOUND, "seats of ours are our own");
    assert!(quarter.post(&join(&closed), &fields).await.location().ends_with("?done=join-closed"));
    assert!(!quarter.get(&format!("/events/{}", closed.id)).await.body.contains("Wir kommen mit"));
}
