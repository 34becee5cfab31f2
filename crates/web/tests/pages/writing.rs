//! What members and editors write, change, cancel and delete.

use domain::account::{Membership, Role};
use domain::html::Html;
use http::StatusCode;

use crate::quarter::TestQuarter;

const EVENT: [(&str, &str); 6] = [
    ("speaker", "nordstadt"),
    ("name", "Adventssingen"),
    ("starts", "2026-12-05"),
    ("starts_time", "15:00"),
    ("ends_time", "17:30"),
    ("place", "Bürgerhaus Nord"),
];

fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = EVENT.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name)).copied();
    kept.chain(changes.iter().copied()).collect()
}

#[tokio::test]
async fn an_event_is_written_changed_cancelled_and_deleted() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    assert!(quarter.get("/write/event").await.body.contains("Nötig sind nur Titel, Tag und Beginn."));
    let answer = quarter.post("/write/event", &EVENT).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let page = answer.location().split('?').next().expect("a path").to_owned();
    let shown = quarter.get(answer.location()).await;
    assert!(
        shown.body.contains("Samstag, 5. Dezember 2026, 15:00–17:30 Uhr") && shown.body.contains("Veröffentlicht.")
    );

    let form = quarter.get(&format!("{page}/edit")).await;
    assert!(form.body.contains("value=\"15:00\"") && form.body.contains("value=\"Bürgerhaus Nord\""));
    let changed = quarter.post(&format!("{page}/edit"), &with(&[("name", "Adventskonzert"), ("free", "yes")])).await;
    assert_eq!(changed.location(), format!("{page}?done=changed"));
    let shown = quarter.get(&page).await;
    assert!(shown.body.contains("Adventskonzert") && shown.body.contains("kostenlos"));

    assert!(quarter.get(&format!("{page}/cancel")).await.body.contains("fällt aus"));
    let cancelled = quarter.post(&format!("{page}/cancel"), &[("reason", "Die Leiterin ist krank.")]).await;
    assert_eq!(cancelled.location(), format!("{page}?done=cancelled"));
    let shown = quarter.get(&page).await.body;
    assert!(shown.contains("<p>Fällt aus</p>") && shown.contains("Die Leiterin ist krank."));

    assert_eq!(quarter.get(&format!("{page}/delete")).await.status, StatusCode::OK);
    assert_eq!(quarter.get(&page).await.status, StatusCode::OK, "asking deletes nothing");
    assert_eq!(quarter.post(&format!("{page}/delete"), &[]).await.location(), "/events?done=deleted");
    assert_eq!(quarter.get(&page).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_form_with_errors_keeps_what_was_typed_and_stores_nothing() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let fields = with(&[
        ("name", "X"),
        ("ends", "2026-12-04"),
        ("content", "Mit <Kuchen> & Tee"),
        ("category", "music"),
        ("access_lift", "no"),
    ]);
    let answer = quarter.post("/write/event", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for part in [
        "Bitte geben Sie einen Titel mit mindestens 3 Zeichen ein.",
        "Das Ende liegt nicht nach dem Beginn.",
        "value=\"X\"",
        "value=\"2026-12-05\"",
        "Mit &#60;Kuchen&#62; &#38; Tee",
        "<option value=\"music\" selected>",
        "<details open>",
        "aria-invalid=\"true\" aria-describedby=\"name-problem name-hint\"",
    ] {
        assert!(answer.body.contains(part), "{part}");
    }
    assert!(quarter.get("/events?time=month").await.body.contains("nichts eingetragen"));
}

#[tokio::test]
async fn nobody_writes_in_a_name_that_is_not_theirs() {
    let mut quarter = TestQuarter::new().await;
    let handle = "chor".parse().expect("a handle");
    let chor = federation::initiatives::create(&quarter.instance, "Chor", &handle, Html::default());
    let chor = chor.await.expect("an initiative");
    let account = quarter.account("mira", Role::Member).await;
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    storage::accounts::set_membership(&mut tx, chor.id, account.id, Membership::Helper).await.expect("a membership");
    tx.commit().await.expect("a commit");
    quarter.enter(&account).await;
    let own = quarter.post("/write/event", &with(&[("speaker", "chor")])).await;
    assert_eq!(own.status, StatusCode::SEE_OTHER);
    for speaker in ["nordstadt", "instance", "", "niemand"] {
        let foreign = quarter.post("/write/event", &with(&[("speaker", speaker)])).await;
        assert_eq!(foreign.status, StatusCode::UNPROCESSABLE_ENTITY, "{speaker}");
        assert!(foreign.body.contains("In diesem Namen dürfen Sie nicht schreiben."));
    }
    let of_quarter = quarter.event("Quartiersrat", 5, |_| {}).await;
    for action in ["edit", "cancel", "delete"] {
        let path = format!("/events/{}/{action}", of_quarter.id);
        assert_eq!(quarter.get(&path).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(quarter.post(&path, &EVENT).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn a_post_is_written_changed_and_deleted() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let empty = quarter.post("/write/post", &[("speaker", "nordstadt"), ("content", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("Bitte schreiben Sie einen Text."));
    let fields = [("speaker", "nordstadt"), ("title", "Aufzug"), ("content", "Er fährt wieder.\n\nDanke!")];
    let answer = quarter.post("/write/post", &fields).await;
    let page = answer.location().split('?').next().expect("a path").to_owned();
    assert!(quarter.get(&page).await.body.contains("<p>Er fährt wieder.</p><p>Danke!</p>"));
    assert!(quarter.get("/posts").await.body.contains("Aufzug"));
    let changed = quarter.post(&format!("{page}/edit"), &[("title", "Aufzug"), ("content", "Er steht wieder.")]).await;
    assert_eq!(changed.location(), format!("{page}?done=changed"));
    assert!(quarter.get(&page).await.body.contains("Er steht wieder."));
    quarter.post(&format!("{page}/delete"), &[]).await;
    assert_eq!(quarter.get(&page).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn an_editor_founds_an_initiative_and_invites_its_people() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let answer = quarter.post("/initiatives", &[("name", "Repair-Café Süd"), ("about", "Wir reparieren.")]).await;
    assert_eq!(answer.location(), "/@repair_cafe_sued?done=created");
    let page = quarter.get("/@repair_cafe_sued").await;
    assert!(page.body.contains("Wir reparieren.") && page.body.contains("repair_cafe_sued@nord.example"));
    let taken = quarter.post("/initiatives", &[("name", "Repair-Café Süd")]).await;
    assert!(taken.status == StatusCode::UNPROCESSABLE_ENTITY && taken.body.contains("schon vergeben"));
    let reserved = quarter.post("/initiatives", &[("name", "Verwaltung"), ("handle", "admin")]).await;
    assert!(reserved.body.contains("nicht erlaubt"));
    let members = "/@repair_cafe_sued/members";
    let wrong = quarter.post(members, &[("email", "nora"), ("do", "add")]).await;
    assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("email-problem"));
    let asked = quarter.post(members, &[("email", "nora@nord.example"), ("role", "helper"), ("do", "add")]).await;
    assert_eq!(asked.location(), "/@repair_cafe_sued?done=sent");
    let page = quarter.get("/@repair_cafe_sued").await.body;
    assert!(page.contains("Noch niemand.") && page.contains("per E-Mail an nora@nord.example"), "{page}");
}

#[tokio::test]
async fn a_file_of_events_is_read_into_drafts_and_published_one_by_one() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let file = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Vereinsfest\r\nDTSTART:20261205T140000Z\r\nDTEND:20261205T160000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:2\r\nSUMMARY:Ohne Beginn\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let part =
        |name: &str, value: &str| format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let body = format!(
        "{}--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"verein.ics\"\r\nContent-Type: text/calendar\r\n\r\n{file}\r\n--x--\r\n",
        part("speaker", "nordstadt")
    );
    let request = http::Request::post("/import")
        .header("host", "nord.example")
        .header("origin", "https://nord.example")
        .header("content-type", "multipart/form-data; boundary=x");
    let answer = quarter.answer(request, body.into()).await;
    let shown = quarter.get(answer.location()).await.body;
    assert!(shown.contains("Ein Termin ist neu.") && shown.contains("Ohne Beginn"), "{shown}");
    assert!(!quarter.get("/editors").await.body.contains("Wartet auf Sie (1)"), "nothing is taken before the button");
    assert_eq!(quarter.post(&format!("{}/take", answer.location()), &[]).await.location(), answer.location());
    assert!(quarter.get(answer.location()).await.body.contains("Neue Termine sieht zuerst die Redaktion."));
    assert!(quarter.get("/editors").await.body.contains("Wartet auf Sie (1)"));
    let queue = quarter.get("/editors/queue").await.body;
    assert!(queue.contains("Entwurf: <bdi>Vereinsfest</bdi>"), "{queue}");
    assert!(!quarter.get("/events?time=month").await.body.contains("Vereinsfest"), "a draft is not on the board");
    let change = queue.split('"').find(|part| part.starts_with("/events/") && part.ends_with("/edit")).expect("a link");
    let publish = change.replace("/edit", "/publish");
    for _ in 0..2 {
        assert!(quarter.post(&publish, &[]).await.location().ends_with("?done=published"), "also the second time");
    }
    assert!(quarter.get("/events?time=month").await.body.contains("Vereinsfest"));
}

#[tokio::test]
async fn xss_01_markup_in_a_file_stays_words_in_its_preview() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let mark = "<script>alert(1)</script>";
    let file = format!("Titel;Datum;{mark}\r\n{mark} Fest;5.12.2026;{mark}\r\n{mark} Markt;nie;{mark}\r\n");
    let body = format!(
        "--x\r\nContent-Disposition: form-data; name=\"speaker\"\r\n\r\nnordstadt\r\n--x\r\nContent-Disposition: form-data; \
         name=\"file\"; filename=\"{mark}.csv\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n--x--\r\n"
    );
    let request = http::Request::post("/import")
        .header("host", "nord.example")
        .header("origin", "https://nord.example")
        .header("content-type", "multipart/form-data; boundary=x");
    let address = quarter.answer(request, body.into()).await.location().to_owned();
    let shown = quarter.get(&address).await.body;
    assert!(!shown.contains("<script>alert") && shown.contains("Ein Termin ist neu."), "{shown}");
    assert!(shown.contains("So haben wir die Überschriften verstanden"), "{shown}");
    let columns = [("column_0", "title"), ("column_1", "date"), ("column_2", "place")];
    assert_eq!(quarter.post(&format!("{address}/columns"), &columns).await.location(), address);
    assert!(!quarter.get(&address).await.body.contains("<script>alert"));
    quarter.post(&format!("{address}/take"), &[]).await;
    let done = quarter.get(&address).await.body;
    assert!(done.contains("Schreiben Sie das Datum so") && !done.contains("<script>alert"), "{done}");
}

#[tokio::test]
async fn the_overview_says_in_words_what_waits_and_where_it_went() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    assert!(quarter.get("/editors").await.body.contains("Noch gibt es keine Nachbarn."));
    quarter.remote("Hafenviertel", "hafen.example", true).await;
    let event = quarter.event("Adventssingen", 5, |_| {}).await;
    assert!(quarter.get("/editors").await.body.contains("Ein Nachbar. Etwas ist noch unterwegs."));
    let all = quarter.get("/editors/deliveries").await.body;
    assert!(all.contains("hafen.example") && all.contains("Es wartet: eine Veröffentlichung."), "{all}");
    let page = quarter.get(&format!("/events/{}", event.id)).await.body;
    assert!(page.contains("Wohin ging das?") && page.contains("<bdi>hafen.example</bdi>"));
    let done = quarter.post("/editors/deliveries", &[("host", "hafen.example"), ("do", "drop")]).await;
    assert_eq!(done.location(), "/editors/deliveries?done=dropped");
    assert!(!quarter.get("/editors/deliveries").await.body.contains("Es wartet:"));
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_at_its_field() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    for (address, words) in [("Hafen", "Eine Adresse sieht so aus"), ("nordstadt@nord.example", "Ihre eigene Adresse")]
    {
        let answer = quarter.post("/neighbours", &[("address", address)]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(words) && answer.body.contains(&format!("value=\"{address}\"")), "{address}");
    }
}
