//! Setting a quarter up: nobody sees it, one link makes its admin, its people say what it is, and open it.

use domain::account::Role;
use http::StatusCode;
use http::header::{HOST, ORIGIN, SET_COOKIE};
use jiff::SignedDuration;

use crate::quarter::{BASE, TestQuarter, noon, url};

/// What must be said before a public quarter is opened.
const IMPRINT: [(&str, &str); 4] = [
    ("operator", "Verein Nord e. V."),
    ("street", "Weg 1"),
    ("town", "00000 Nordstadt"),
    ("email", "post@nord.example"),
];

/// How a quarter speaks, as the form asks for it.
const TONGUE: [(&str, &str); 3] = [("language", "de"), ("word", "quartier"), ("address", "sie")];

async fn link(quarter: &TestQuarter) -> Option<String> {
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    let link = web::setup_link(&mut tx, &quarter.instance.settings().base_url, noon()).await.expect("a link");
    tx.commit().await.expect("a commit");
    link.map(|link| url(&link).path().to_owned())
}

#[tokio::test]
async fn prv_01_a_quarter_that_is_not_open_shows_nobody_what_is_inside() {
    let mut quarter = TestQuarter::new().await.closed(|_| {});
    let event = quarter.event("Kanariengesang", 5, |_| {}).await;
    let pages = ["/", "/events", "/posts", "/initiatives", "/neighbours", "/@nordstadt", "/imprint", "/privacy"];
    let own = [format!("/events/{}", event.id), format!("/events/{}/report", event.id), "/nowhere".to_owned()];
    let desk = ["/editors", "/editors/queue", "/editors/people", "/setup", "/setup/name", "/setup/open"];
    let pages: Vec<String> = pages.iter().chain(&desk).map(|path| (*path).to_owned()).chain(own).collect();
    let of_event = format!("/events/{}/calendar.ics", event.id);
    let files = [
        "/calendar.ics",
        "/@nordstadt/calendar.ics",
        of_event.as_str(),
        "/feed.atom",
        "/@nordstadt/feed.atom",
        "/events.csv",
        "/events.geojson",
        "/media/remote/x",
        "/.well-known/security.txt",
        "/editors/blocks/list.csv",
    ];
    for role in [None, Some(Role::Member), Some(Role::Editor)] {
        if let Some(role) = role {
            let account = quarter.account(role.as_str(), role).await;
            quarter.enter(&account).await;
        }
        for path in &pages {
            let answer = quarter.get(path).await;
            assert_eq!(answer.status, StatusCode::OK, "{role:?} {path}");
            assert!(answer.body.contains("Hier entsteht") && answer.body.contains("noindex"), "{role:?} {path}");
            assert!(!answer.body.contains("Kanariengesang") && !answer.body.contains("/events"), "{role:?} {path}");
        }
        for path in files {
            let answer = quarter.get(path).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{role:?} {path}");
            assert!(!answer.body.contains("Kanariengesang"), "{role:?} {path}");
        }
        for path in ["/propose/event", "/setup/open", "/setup/name", "/neighbours", "/posts"] {
            let answer = quarter.post(path, &[("name", "Kanariengesang")]).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{role:?} {path}");
        }
    }
}

#[tokio::test]
async fn an_admin_sees_the_board_and_that_nobody_else_does() {
    let quarter = TestQuarter::new().await.closed(|_| {}).signed_in(Role::Admin).await;
    quarter.event("Chorprobe", 5, |_| {}).await;
    let board = quarter.get("/").await.body;
    assert!(board.contains("Chorprobe") && board.contains("Noch nicht öffentlich"), "{board}");
    let overview = quarter.get("/setup").await.body;
    assert_eq!(overview.matches("Fehlt noch").count(), 2, "a name and the imprint: {overview}");
}

#[tokio::test]
async fn the_link_makes_one_admin_and_signs_them_in() {
    let mut quarter = TestQuarter::new().await.closed(|_| {});
    let first = link(&quarter).await.expect("a link");
    let path = link(&quarter).await.expect("a link");
    assert_eq!(quarter.get(&first).await.status, StatusCode::GONE, "only the newest holds");
    for _ in 0..3 {
        let offered = quarter.get(&path).await;
        assert!(offered.body.contains("Ihr Name") && offered.headers.get(SET_COOKIE).is_none());
        let token = path.rsplit('/').next().expect("a token");
        assert_eq!(offered.body.matches(token).count(), 1, "the token stands in its own form only");
    }
    let wrong = quarter.post(&path, &[("name", "Mira"), ("email", "mira")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains(r#"value="Mira""#) && wrong.body.contains("autofocus"));
    let made = quarter.post(&path, &[("name", "Mira"), ("email", "mira@nord.example")]).await;
    assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/setup"));
    let again = quarter.post(&path, &[("name", "Eva"), ("email", "eva@evil.example")]).await;
    assert_eq!(again.status, StatusCode::GONE);
    assert!(link(&quarter).await.is_none(), "there is an account");
    quarter.keep_cookie(&made);
    assert!(quarter.get("/setup").await.body.contains("In zehn Minuten zum Brett"));
    let mut tx = quarter.instance.store().read().await.expect("a transaction");
    let accounts = storage::accounts::all(&mut tx).await.expect("accounts");
    assert_eq!(accounts.iter().map(|one| (one.name.as_str(), one.role)).collect::<Vec<_>>(), [("Mira", Role::Admin)]);
}

#[tokio::test]
async fn the_token_of_the_link_is_not_kept_and_cannot_be_guessed() {
    let quarter = TestQuarter::new().await.closed(|_| {});
    let path = link(&quarter).await.expect("a link");
    let kept = quarter.said("setup.token").await.expect("a hash");
    assert!(!path.contains(&kept) && kept.len() == 43);
    for _ in 0..25 {
        let request = http::Request::post("/setup/begin/guess").header(HOST, "nord.example").header(ORIGIN, BASE);
        let tried = quarter.send(request, &[("name", "Eva"), ("email", "eva@evil.example")]).await;
        assert_eq!(tried.status, StatusCode::GONE);
    }
    let tried = quarter.post("/setup/begin/guess", &[("name", "Eva"), ("email", "eva@evil.example")]).await;
    assert_eq!(tried.status, StatusCode::TOO_MANY_REQUESTS);
    quarter.clock.step(SignedDuration::from_mins(5));
    assert_eq!(quarter.get(&path).await.status, StatusCode::OK, "the true one holds");
}

#[tokio::test]
async fn who_has_an_account_already_is_no_longer_asked_for_the_first() {
    let quarter = TestQuarter::new().await.closed(|_| {});
    let path = link(&quarter).await.expect("a link");
    quarter.account("mira", Role::Admin).await;
    assert_eq!(quarter.get(&path).await.status, StatusCode::GONE);
    let late = quarter.post(&path, &[("name", "Eva"), ("email", "eva@evil.example")]).await;
    assert_eq!(late.status, StatusCode::GONE);
    let open = TestQuarter::new().await;
    let path = link(&open).await.expect("a link");
    assert_eq!(open.get(&path).await.status, StatusCode::GONE, "nor of a quarter that is open");
    let late = open.post(&path, &[("name", "Eva"), ("email", "eva@evil.example")]).await;
    assert_eq!(late.status, StatusCode::GONE);
}

#[tokio::test]
async fn each_step_keeps_its_answer_and_may_be_changed() {
    let quarter = TestQuarter::new().await.closed(|_| {}).signed_in(Role::Admin).await;
    let name = |name| [&[("name", name), ("summary", "Unser Brett")][..], &TONGUE].concat();
    let next = quarter.post("/setup/name", &name("Nord")).await;
    assert_eq!((next.status, next.location()), (StatusCode::SEE_OTHER, "/setup/place"));
    assert!(quarter.get("/setup/name").await.body.contains(r#"value="Nord""#), "it can be taken up later");
    quarter.post("/setup/name", &name("Nordstadt")).await;
    assert_eq!(quarter.said("quarter.name").await.as_deref(), Some("Nordstadt"));
    let half = [("place", "Erlen"), ("latitude", "51,5"), ("longitude", "")];
    let refused = quarter.post("/setup/place", &half).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains(r#"value="51,5""#) && refused.body.contains("gehören zusammen"));
    assert_eq!(quarter.said("quarter.place").await, None, "all or nothing");
    let whole = [("place", "Erlen"), ("latitude", "51,5"), ("longitude", "7")];
    assert_eq!(quarter.post("/setup/place", &whole).await.location(), "/setup/imprint");
    assert_eq!(quarter.said("quarter.latitude").await.as_deref(), Some("51.5"));
    let overview = quarter.get("/setup").await.body;
    assert_eq!((overview.matches("Erledigt").count(), overview.matches("Fehlt noch").count()), (2, 1));
}

#[tokio::test]
async fn what_the_operator_fixed_is_shown_and_not_asked() {
    let fixed = |setup: &mut web::Setup| {
        setup.is_named = true;
        setup.fixed.insert("quarter.name");
        setup.answers.insert("quarter.name", "Kiez <i>am</i> Kanal".to_owned());
    };
    let quarter = TestQuarter::new().await.closed(fixed).signed_in(Role::Admin).await;
    let page = quarter.get("/setup/name").await.body;
    assert!(
        page.contains("Kiez &#60;i&#62;am&#60;/i&#62; Kanal") && page.contains("wer den Server betreibt"),
        "{page}"
    );
    assert!(!page.contains(r#"name="name""#), "{page}");
    quarter.post("/setup/name", &[("name", "anders"), ("language", "en"), ("word", "kiez"), ("address", "du")]).await;
    assert_eq!(quarter.said("quarter.name").await, None);
    assert_eq!(quarter.said("quarter.language").await.as_deref(), Some("en"));
}

#[tokio::test]
async fn a_public_quarter_does_not_open_without_a_name_and_who_runs_it() {
    let quarter = TestQuarter::new().await.closed(|_| {}).signed_in(Role::Admin).await;
    let refused = quarter.post("/setup/open", &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("/setup/name") && refused.body.contains("/setup/imprint"));
    quarter.post("/setup/name", &[&[("name", "Nordstadt")][..], &TONGUE].concat()).await;
    let refused = quarter.post("/setup/imprint", &IMPRINT[1..]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains(r#"value="Weg 1""#) && refused.body.contains("Ohne diese Angabe"));
    assert_eq!(quarter.post("/setup/open", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(quarter.said("open").await, None);
    quarter.post("/setup/imprint", &IMPRINT).await;
    let opened = quarter.post("/setup/open", &[]).await;
    assert_eq!((opened.status, opened.location()), (StatusCode::SEE_OTHER, "/?done=opened"));
    assert_eq!(quarter.said("open").await.as_deref(), Some("yes"));
}

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Chor//DE\r\nBEGIN:VEVENT\r\nUID:1@chor.example\r\n\
    DTSTAMP:20261101T120000Z\r\nSUMMARY:Chorprobe\r\nDTSTART:20261124T180000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

#[tokio::test]
async fn what_calendars_brought_is_previewed_and_opens_with_the_board() {
    let named = |setup: &mut web::Setup| (setup.is_named, setup.needs_imprint) = (true, false);
    let quarter = TestQuarter::new().await.closed(named).signed_in(Role::Admin).await;
    let ours = quarter.instance.quarter();
    let read = federation::imports::read_file(&quarter.instance, "chor.ics", CALENDAR.as_bytes(), ours, false).await;
    assert_eq!(read.expect("a calendar").new, 1);
    assert!(quarter.get("/setup/calendars").await.body.contains("Ein Termin gelesen"));
    assert!(!quarter.get("/").await.body.contains("Chorprobe"), "a draft");
    assert!(quarter.get("/setup/open").await.body.contains("Chorprobe"));
    assert_eq!(quarter.post("/setup/open", &[]).await.location(), "/?done=opened");
    assert!(quarter.get("/").await.body.contains("Chorprobe"));
    let mut tx = quarter.instance.store().read().await.expect("a transaction");
    assert!(storage::sources::all(&mut tx).await.expect("sources").iter().all(|source| source.publish));
}

#[tokio::test]
async fn a_calendar_that_is_left_out_leaves_nothing_behind() {
    let quarter = TestQuarter::new().await.closed(|_| {}).signed_in(Role::Admin).await;
    let ours = quarter.instance.quarter();
    let read = federation::imports::read_file(&quarter.instance, "chor.ics", CALENDAR.as_bytes(), ours, false).await;
    read.expect("a calendar");
    let mut tx = quarter.instance.store().read().await.expect("a transaction");
    let source = storage::sources::all(&mut tx).await.expect("sources")[0].id.to_string();
    drop(tx);
    assert_eq!(quarter.post("/setup/calendars/end", &[("source", &source)]).await.status, StatusCode::SEE_OTHER);
    assert!(!quarter.get("/setup/open").await.body.contains("Chorprobe"));
    let wrong = [("first", "kein Kalender"), ("second", "")];
    let refused = quarter.post("/setup/calendars", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains(r#"value="kein Kalender""#));
    let refused = quarter.post("/setup/neighbour", &[("address", "anna")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_steps_of_the_way_are_gone_once_it_is_open() {
    let quarter = TestQuarter::new().await.signed_in(Role::Admin).await;
    for path in ["/setup/calendars", "/setup/neighbour"] {
        assert_eq!(quarter.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(quarter.post(path, &[]).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(quarter.get("/setup/open").await.location(), "/setup");
}

#[tokio::test]
async fn later_only_admins_change_the_settings() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    for path in ["/setup", "/setup/name", "/setup/imprint", "/setup/editors"] {
        assert_eq!(quarter.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let refused = quarter.post("/setup/name", &[&[("name", "Evastadt")][..], &TONGUE].concat()).await;
    assert_eq!((refused.status, quarter.said("quarter.name").await), (StatusCode::FORBIDDEN, None));
    assert_eq!(quarter.post("/setup/open", &[]).await.status, StatusCode::FORBIDDEN);
    let quarter = TestQuarter::new().await.signed_in(Role::Admin).await;
    assert!(quarter.get("/editors").await.body.contains(r#"href="/setup""#));
    let saved = quarter.post("/setup/name", &[&[("name", "Nordstadt")][..], &TONGUE].concat()).await;
    assert_eq!(saved.location(), "/setup?done=settings-changed");
    assert!(quarter.get("/setup?done=settings-changed").await.body.contains("Gespeichert"));
}

#[tokio::test]
async fn how_the_editors_work_is_chosen_and_nothing_else_can_be() {
    let quarter = TestQuarter::new().await.signed_in(Role::Admin).await;
    assert!(quarter.get("/setup").await.body.contains(r#"href="/setup/editors""#));
    assert!(quarter.get("/setup/editors").await.body.contains("Nehmen wir nicht an"));
    let refused = quarter.post("/setup/editors", &[("replies", "all")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("aus der Liste"), "{}", refused.body);
    assert_eq!(quarter.said("federation.replies").await, None);
    let odd = [("replies", "held"), ("two_persons", "true"), ("cover_email", "niemand"), ("cover_after_hours", "0")];
    let refused = quarter.post("/setup/editors", &odd).await;
    assert!(refused.body.contains("eine Zahl von 1 bis 720") && refused.body.contains("cover_email-problem"));
    let said = [("replies", "held"), ("two_persons", "true"), ("cover_email", "buero@fern.example")];
    let saved = quarter.post("/setup/editors", &said).await;
    assert_eq!(quarter.said("editors.two_persons").await.as_deref(), Some("true"));
    assert_eq!(quarter.said("editors.cover_after_hours").await.as_deref(), Some("48"));
    assert_eq!(saved.location(), "/setup?done=settings-changed");
    assert_eq!(quarter.said("federation.replies").await.as_deref(), Some("held"));
    assert!(quarter.get("/setup/editors").await.body.contains(r#"value="held" selected"#));
}
