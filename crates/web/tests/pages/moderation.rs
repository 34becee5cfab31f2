//! Reporting without an account, and the editors' pages of reports, blocks and what waits.

use domain::account::Role;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HOST, ORIGIN};

use crate::quarter::{BASE, TestQuarter};

#[tokio::test]
async fn a_report_needs_no_account_and_gets_a_number() {
    let quarter = TestQuarter::new().await;
    let event = quarter.event("Sommerfest", 5, |_| {}).await;
    let path = format!("/events/{}/report", event.id);
    assert!(quarter.get(&format!("/events/{}", event.id)).await.body.contains(&path));
    let form = quarter.get(&path).await;
    assert!(form.status.is_success() && form.body.contains("Hinweis geben") && form.body.contains("Sommerfest"));
    let bad = quarter.post(&path, &[("reason", " "), ("email", "keine"), ("name", "Mira")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.body.contains("Bitte schreiben Sie") && bad.body.contains("value=\"Mira\""), "{}", bad.body);
    let thanks = quarter.post(&path, &[("reason", "Das Datum ist falsch & gelogen.")]).await;
    assert!(thanks.body.contains("hat die Nummer"), "{}", thanks.body);
    let report = &storage::reports::open(&mut quarter.instance.store().read().await.expect("a transaction"), 9)
        .await
        .expect("reports")[0];
    assert!(thanks.body.contains(&report.number));
    for _ in 0..5 {
        quarter.post(&path, &[("reason", "Noch einmal dasselbe.")]).await;
    }
    let much = quarter.post(&path, &[("reason", "Noch einmal dasselbe.")]).await;
    assert_eq!(much.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn what_is_not_shown_cannot_be_reported_and_does_not_say_so() {
    let quarter = TestQuarter::new().await;
    let unknown = quarter.get(&format!("/posts/{}/report", uuid::Uuid::now_v7())).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    for path in ["/editors/reports", "/editors/blocks", "/editors/held", "/editors/queue", "/editors/blocks/list.csv"] {
        assert_eq!(quarter.get(path).await.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn an_editor_decides_a_report_and_it_stands_in_the_log() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let event = quarter.event("Sommerfest", 5, |_| {}).await;
    quarter.post(&format!("/events/{}/report", event.id), &[("reason", "Das gibt es nicht.")]).await;
    let page = quarter.get("/editors/reports").await.body;
    assert!(page.contains("Das gibt es nicht.") && page.contains("Sommerfest"), "{page}");
    assert!(!page.contains("block-host"), "one of ours cannot be blocked");
    let id = page.split("name=\"report\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
    let wrong = quarter.post("/editors/reports", &[("report", id), ("do", "forward"), ("reason", "x")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = quarter.post("/editors/reports", &[("report", id), ("do", "remove"), ("reason", "Stimmt.")]).await;
    assert_eq!(done.location(), "/editors/reports?done=decided");
    assert_eq!(quarter.get(&format!("/events/{}", event.id)).await.status, StatusCode::GONE);
    let page = quarter.get("/editors/reports").await.body;
    assert!(page.contains("Entfernt") && page.contains("Stimmt.") && !page.contains("Das gibt es nicht."), "{page}");
    assert!(quarter.get("/editors").await.body.contains("/editors/reports"));
}

#[tokio::test]
async fn blocks_are_added_removed_read_from_a_list_and_given_out_as_one() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let remote = quarter.remote("Gegenüber", "gegen.example", true).await;
    quarter.remote_event(&remote, "Fremdes Fest", 5, |_| {}).await;
    assert!(quarter.get("/events").await.body.contains("Fremdes Fest"));
    let fields = [("target", "Gegen.Example."), ("severity", "suspend"), ("public_comment", "Spam, viel")];
    assert_eq!(quarter.post("/editors/blocks", &fields).await.location(), "/editors/blocks?done=blocked");
    assert!(!quarter.get("/events").await.body.contains("Fremdes Fest"));
    for (target, words) in [("kein server", "Eine Adresse sieht so aus"), ("nord.example", "Das sind wir selbst")] {
        let refused = quarter.post("/editors/blocks", &[("target", target)]).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains(words), "{target}");
    }
    let list = "#domain,#severity\nlaut.example,silence\nb*e.example,suspend\n";
    let body =
        format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"l.csv\"\r\n\r\n{list}\r\n--x--\r\n");
    let request = http::Request::post("/editors/blocks/list").header(HOST, "nord.example").header(ORIGIN, BASE);
    let request = request.header(CONTENT_TYPE, "multipart/form-data; boundary=x");
    let read = quarter.answer(request, axum::body::Body::from(body)).await;
    assert!(
        read.body.contains("Ein Server ist jetzt gesperrt") && read.body.contains("Zeile 3, b*e.example"),
        "{}",
        read.body
    );
    let csv = quarter.get("/editors/blocks/list.csv").await;
    assert!(csv.body.contains("gegen.example,suspend,false,false,\"Spam, viel\",false"), "{}", csv.body);
    assert!(csv.body.contains("laut.example,silence"));
    let gone = quarter.post("/editors/blocks/remove", &[("target", "gegen.example")]).await;
    assert_eq!(gone.location(), "/editors/blocks?done=unblocked");
    assert_eq!(
        quarter.post("/editors/blocks/remove", &[("target", "gegen.example")]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_waits_is_shown_or_declined_with_one_click() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let remote = quarter.remote("Gegenüber", "gegen.example", true).await;
    let party = quarter.remote_event(&remote, "Fremdes Fest", 5, |_| {}).await;
    let second = quarter.remote_event(&remote, "Zweites Fest", 6, |_| {}).await;
    quarter.post("/editors/blocks", &[("target", "gegen.example"), ("severity", "silence")]).await;
    assert!(!quarter.get("/events").await.body.contains("Fremdes Fest"));
    let page = quarter.get("/editors/held").await.body;
    assert!(page.contains("Fremdes Fest") && page.contains("gegen.example") && page.contains("Alles zeigen"), "{page}");
    let yes = quarter.post("/editors/held", &[("id", &party.id.to_string()), ("do", "approve")]).await;
    assert_eq!(yes.location(), "/editors/held?done=approved");
    let second = second.id.to_string();
    let bare = quarter.post("/editors/held", &[("id", &second), ("do", "decline")]).await;
    assert!(bare.status == StatusCode::UNPROCESSABLE_ENTITY && bare.body.contains("Bitte wählen Sie einen Grund"));
    let bare = quarter.post("/editors/held/host", &[("host", "gegen.example"), ("do", "decline")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "a no to a whole server needs a reason, too");
    let no = quarter.post("/editors/held", &[("id", &second), ("do", "decline"), ("why", "elsewhere")]).await;
    assert_eq!(no.location(), "/editors/held?done=declined");
    let events = quarter.get("/events").await.body;
    assert!(events.contains("Fremdes Fest") && !events.contains("Zweites Fest"));
    assert_eq!(quarter.post("/editors/held", &[("id", "x")]).await.status, StatusCode::BAD_REQUEST);
}

/// The keys of what waits, as the page has them, from the top.
fn waiting(page: &str) -> Vec<String> {
    let keys = page.split("id=\"title-").skip(1).filter_map(|part| part.split('"').next());
    keys.map(str::to_owned).collect()
}

#[tokio::test]
async fn one_page_shows_what_waits_the_oldest_first_and_each_is_decided_with_a_reason() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    assert!(quarter.get("/editors/queue").await.body.contains("Nichts wartet."));
    let remote = quarter.remote("Gegenüber", "gegen.example", true).await;
    let mut shown = Vec::new();
    for (number, name) in ["Fremdes Fest", "Zweites Fest", "Drittes Fest"].into_iter().enumerate() {
        let hours = 5 + i64::try_from(number).expect("small");
        shown.push(quarter.remote_event(&remote, name, hours, |_| {}).await.id.to_string());
    }
    quarter.post("/editors/blocks", &[("target", "gegen.example"), ("severity", "silence")]).await;
    let page = quarter.get("/editors/queue").await.body;
    assert!(page.contains("3 Einträge warten."), "{page}");
    assert_eq!(waiting(&page), shown);
    let [first, second, third] = shown.as_slice() else { panic!("three events") };

    let yes = quarter.post("/editors/queue", &[("id", first), ("do", "approve")]).await;
    assert_eq!(yes.location(), "/editors/queue?done=approved");
    let again = quarter.post("/editors/queue", &[("id", first), ("do", "decline"), ("why", "rude")]).await;
    assert_eq!(again.location(), "/editors/queue?done=decided-already");
    assert!(quarter.get(again.location()).await.body.contains("Das hat schon jemand entschieden."));

    let mute = quarter.post("/editors/queue", &[("id", second), ("do", "decline"), ("why", "")]).await;
    assert_eq!(mute.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        mute.body.contains("Bitte wählen Sie einen Grund") && mute.body.contains("<details open>"),
        "{}",
        mute.body
    );
    assert_eq!(waiting(&mute.body), [second.as_str(), third], "it still waits");
    let fields =
        [("id", second.as_str()), ("do", "decline"), ("why", "elsewhere"), ("reason", "Es ist in <b>Bremen</b>.")];
    let no = quarter.post("/editors/queue", &fields).await;
    assert_eq!(no.location(), "/editors/queue?done=declined");
    quarter.post("/editors/queue", &[("id", third), ("do", "decline"), ("reason", "Doppelt")]).await;

    let events = quarter.get("/events").await.body;
    assert!(events.contains("Fremdes Fest") && !events.contains("Zweites Fest") && !events.contains("Drittes Fest"));
    let log = quarter.get("/editors/reports").await.body;
    for words in
        ["Freigegeben", "Abgelehnt", "Das gehört nicht in unser Quartier. Es ist in &#60;b&#62;Bremen", "Doppelt"]
    {
        assert!(log.contains(words), "{words}: {log}");
    }
    assert_eq!(quarter.post("/editors/queue", &[("id", "x")]).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_queue_names_what_waits_elsewhere() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let event = quarter.event("Sommerfest", 5, |_| {}).await;
    quarter.post(&format!("/events/{}/report", event.id), &[("reason", "Das gibt es nicht.")]).await;
    let page = quarter.get("/editors/queue").await.body;
    assert!(page.contains("Das wartet auch") && page.contains("Hinweise (1)"), "{page}");
}
