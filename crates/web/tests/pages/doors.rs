//! Who gets to see which page: every address of the pages, for everyone there is.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use domain::account::{Account, Membership, Role};
use domain::actor::Actor;
use domain::directory::{self, Facts, Kind, Listing};
use domain::event;
use domain::html::Html;
use domain::language::Language;
use domain::notice::{Notice, Topic};
use domain::post;
use domain::registration::Form;
use domain::sign_up::SignUp;
use federation::activities;
use federation::writing::{self, Writer, Written};
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::quarter::{BASE, TestQuarter, noon};

/// What a page answers to nobody in particular, a reader, a member, a helper and a speaker of the initiative it is about, an
/// editor, and an admin.
type Answers = [u16; 7];

const ALL: Answers = [200; 7];
const FORM_ONLY: Answers = [405; 7];
const NOTHING: Answers = [404; 7];
const OVER: Answers = [410; 7];
const SIGNED_IN: Answers = [401, 200, 200, 200, 200, 200, 200];
const WRITERS: Answers = [401, 403, 403, 200, 200, 200, 200];
const SPEAKERS: Answers = [401, 403, 403, 403, 200, 200, 200];
const EDITORS: Answers = [401, 403, 403, 403, 403, 200, 200];
const ADMINS: Answers = [401, 403, 403, 403, 403, 403, 200];

/// Every address as it stands in the sources. A new one has to be thought about here.
const DOORS: &[(&str, Answers)] = &[
    ("/", ALL),
    ("/.well-known/security.txt", ALL),
    ("/@{handle}", ALL),
    ("/@{handle}/calendar.ics", ALL),
    ("/@{handle}/close", EDITORS),
    ("/@{handle}/contact", ALL),
    ("/@{handle}/edit", SPEAKERS),
    ("/@{handle}/events.csv", ALL),
    ("/@{handle}/events.geojson", ALL),
    ("/@{handle}/events.jsonld", ALL),
    ("/@{handle}/feed.atom", ALL),
    ("/@{handle}/members", FORM_ONLY),
    ("/@{handle}/report", ALL),
    ("/@{handle}/still-right", FORM_ONLY),
    ("/accessibility", ALL),
    ("/account", SIGNED_IN),
    ("/account/email", FORM_ONLY),
    ("/account/email/{token}", ALL),
    ("/account/export", FORM_ONLY),
    ("/account/import", SIGNED_IN),
    ("/account/leave", SIGNED_IN),
    ("/account/passkeys", SIGNED_IN),
    ("/account/passkeys/challenge", FORM_ONLY),
    ("/account/passkeys/remove", FORM_ONLY),
    ("/account/password", SIGNED_IN),
    ("/account/profile", FORM_ONLY),
    ("/account/profile/off", SIGNED_IN),
    ("/account/second", SIGNED_IN),
    ("/account/sessions", FORM_ONLY),
    ("/answer/{token}", ALL),
    ("/anzeige", ALL),
    ("/board", ALL),
    ("/calendar.ics", ALL),
    ("/contact/{token}", ALL),
    ("/editors", EDITORS),
    ("/editors/accounts", [308; 7]),
    ("/editors/answers", EDITORS),
    ("/editors/blocks", EDITORS),
    ("/editors/blocks/list", FORM_ONLY),
    ("/editors/blocks/list.csv", EDITORS),
    ("/editors/blocks/remove", FORM_ONLY),
    ("/editors/calendars", EDITORS),
    ("/editors/calendars/end", FORM_ONLY),
    ("/editors/deliveries", EDITORS),
    ("/editors/held", EDITORS),
    ("/editors/held/host", FORM_ONLY),
    ("/editors/invitations", EDITORS),
    ("/editors/objections", FORM_ONLY),
    ("/editors/people", ADMINS),
    ("/editors/people/withdraw", FORM_ONLY),
    ("/editors/people/{id}", ADMINS),
    ("/editors/people/{id}/remove", ADMINS),
    ("/editors/queue", EDITORS),
    ("/editors/record", EDITORS),
    ("/editors/reports", EDITORS),
    ("/editors/sign-ups", ADMINS),
    ("/editors/sources", EDITORS),
    ("/editors/upkeep", EDITORS),
    ("/embed", ALL),
    ("/embed.js", ALL),
    ("/embed/events/{id}", ALL),
    ("/embed/line", ALL),
    ("/events", ALL),
    ("/events.csv", ALL),
    ("/events.geojson", ALL),
    ("/events.jsonld", ALL),
    ("/events/{id}", ALL),
    ("/events/{id}/calendar.ics", ALL),
    ("/events/{id}/cancel", WRITERS),
    ("/events/{id}/delete", WRITERS),
    ("/events/{id}/edit", WRITERS),
    ("/events/{id}/first", FORM_ONLY),
    ("/events/{id}/join", FORM_ONLY),
    ("/events/{id}/leave", FORM_ONLY),
    ("/events/{id}/move", WRITERS),
    ("/events/{id}/participants", WRITERS),
    ("/events/{id}/participants.csv", WRITERS),
    ("/events/{id}/participants.ods", WRITERS),
    ("/events/{id}/participants/add", FORM_ONLY),
    ("/events/{id}/participants/invite", FORM_ONLY),
    ("/events/{id}/participants/print", WRITERS),
    ("/events/{id}/publish", FORM_ONLY),
    ("/events/{id}/register", ALL),
    ("/events/{id}/registration", WRITERS),
    ("/events/{id}/replies", ALL),
    ("/events/{id}/report", ALL),
    ("/events/{id}/same", EDITORS),
    ("/events/{id}/source", FORM_ONLY),
    ("/favicon.svg", ALL),
    ("/feed.atom", ALL),
    ("/import", WRITERS),
    // Nobody's file but one's own.
    ("/import/{id}", [401, 404, 404, 404, 404, 404, 404]),
    ("/import/{id}/columns", FORM_ONLY),
    ("/import/{id}/take", FORM_ONLY),
    ("/imprint", ALL),
    ("/initiatives", ALL),
    ("/language", FORM_ONLY),
    ("/manifest.webmanifest", ALL),
    ("/media/remote/{file}", NOTHING),
    ("/media/{file}", NOTHING),
    ("/map", ALL),
    ("/neighbours", ALL),
    ("/neighbours/accept", FORM_ONLY),
    ("/neighbours/end", EDITORS),
    ("/neighbours/moves", FORM_ONLY),
    ("/objection/{token}", OVER),
    ("/oembed", NOTHING),
    ("/offline", ALL),
    ("/offline-worker.js", ALL),
    ("/opensearch.xml", ALL),
    ("/places", ALL),
    ("/places.csv", ALL),
    ("/places.geojson", ALL),
    ("/places/{slug}", ALL),
    ("/places/{slug}/confirm", FORM_ONLY),
    ("/places/{slug}/delete", EDITORS),
    ("/places/{slug}/edit", SPEAKERS),
    ("/posts", ALL),
    ("/posts/{id}", ALL),
    ("/posts/{id}/answer", ALL),
    ("/posts/{id}/delete", WRITERS),
    ("/posts/{id}/edit", WRITERS),
    ("/posts/{id}/first", FORM_ONLY),
    ("/posts/{id}/guests", FORM_ONLY),
    ("/posts/{id}/renew", WRITERS),
    ("/posts/{id}/replies", ALL),
    ("/posts/{id}/report", ALL),
    ("/press", ALL),
    ("/press.csv", ALL),
    ("/privacy", ALL),
    ("/propose", ALL),
    ("/propose/confirm/{token}", ALL),
    ("/propose/event", ALL),
    ("/propose/post", ALL),
    ("/registration/{token}", OVER),
    // Nobody was written down under that number.
    ("/registrations/{id}", [401, 404, 404, 404, 404, 404, 404]),
    ("/report", ALL),
    ("/robots.txt", ALL),
    ("/rooms", ALL),
    ("/rules", ALL),
    ("/screen", ALL),
    ("/screen-worker.js", ALL),
    ("/search", ALL),
    ("/series/{id}", ALL),
    ("/setup", ADMINS),
    ("/setup/begin/{token}", OVER),
    ("/setup/calendars", [401, 403, 403, 403, 403, 403, 404]),
    ("/setup/calendars/end", FORM_ONLY),
    ("/setup/editors", ADMINS),
    ("/setup/imprint", ADMINS),
    ("/setup/name", ADMINS),
    ("/setup/neighbour", [401, 403, 403, 403, 403, 403, 404]),
    ("/setup/neighbour/end", FORM_ONLY),
    ("/setup/open", [401, 403, 403, 403, 403, 403, 303]),
    ("/setup/people", ADMINS),
    ("/setup/place", ADMINS),
    ("/sign-in", ALL),
    ("/sign-in/code", FORM_ONLY),
    ("/sign-in/link/{token}", ALL),
    ("/sign-in/passkey", FORM_ONLY),
    ("/sign-in/passkey/challenge", FORM_ONLY),
    ("/sign-in/password", ALL),
    ("/subscribe", ALL),
    // Nobody waits there with half of the keys.
    ("/sign-in/second", [303; 7]),
    ("/sign-out", FORM_ONLY),
    ("/sign-up", ALL),
    ("/sign-up/{token}", ALL),
    ("/still-right/{token}", OVER),
    ("/styleguide", NOTHING),
    // There are no tiles.
    ("/tiles/{zoom}/{x}/{y}", NOTHING),
    ("/welcome", ALL),
    ("/welcome/{token}", OVER),
    ("/write/event", WRITERS),
    ("/write/place", EDITORS),
    ("/write/post", WRITERS),
];

/// Routes whose address does not stand beside them, and what their addresses are.
const ELSEWHERE: [(&str, &[&str]); 13] = [
    ("&STYLE.path", &[]),
    ("&ICON.path", &[]),
    ("&ICON_192.path", &[]),
    ("&ICON_512.path", &[]),
    ("&OFFLINE.path", &[]),
    ("&PASSKEY.path", &[]),
    ("&EMBED.path", &[]),
    ("&SCREEN_STYLE.path", &[]),
    ("&SCREEN.path", &[]),
    ("entrance::SECOND", &["/sign-in/second"]),
    ("Kind::Event.path()", &["/propose/event"]),
    ("Kind::Post.path()", &["/propose/post"]),
    ("step.path()", &["/setup/name", "/setup/place", "/setup/imprint", "/setup/editors", "/setup/people"]),
];

fn sources(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push_str(&fs::read_to_string(path).expect("a text"));
        }
    }
}

/// Every address that a router of the pages names.
fn routes() -> BTreeSet<String> {
    let mut text = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut text);
    let mut found = BTreeSet::new();
    for route in text.split(".route(").skip(1).map(str::trim_start) {
        if let Some(path) = route.strip_prefix('"') {
            found.insert(path.split('"').next().unwrap_or_default().to_owned());
            continue;
        }
        let name = route.split(',').next().unwrap_or_default();
        let known = ELSEWHERE.iter().find(|(known, _)| *known == name);
        let paths = known.unwrap_or_else(|| panic!("the addresses of the route {name} are not known")).1;
        found.extend(paths.iter().map(|path| (*path).to_owned()));
    }
    found
}

/// An event of an initiative that one can come to.
async fn probe(quarter: &TestQuarter, choir: &Actor) -> Uuid {
    let start = noon() + SignedDuration::from_hours(24);
    let mut details = event::Details::new("Probe", start, start + SignedDuration::from_hours(2), "Europe/Berlin");
    details.joining = event::Joining::Open;
    let draft = event::Draft::new(details).expect("a draft");
    let id = activities::create::event(&quarter.instance, choir, draft).await.expect("an event").id;
    let form = Form { is_open: true, ..Form::default() };
    federation::registrations::set_form(&quarter.instance, id, (form, None)).await.expect("a form");
    id
}

/// The key of what an initiative has every week.
async fn rehearsals(quarter: &TestQuarter, choir: &Actor) -> Uuid {
    let start = noon() + SignedDuration::from_hours(24);
    let details = event::Details::new("Üben", start, start + SignedDuration::from_hours(2), "Europe/Berlin");
    let (draft, weekly) = (event::Draft::new(details).expect("a draft"), "FREQ=WEEKLY".parse().expect("a rule"));
    let written = writing::series(&quarter.instance, choir, (&draft, &weekly), &Writer::operator(), None).await;
    let Ok(Written::Board(first)) = written else { panic!("{written:?}") };
    let mut tx = quarter.instance.store().read().await.expect("a transaction");
    let (series, _) = storage::series::of_event(&mut tx, first).await.expect("a row").expect("a series");
    series.template.id
}

/// A place that an initiative keeps.
async fn house(quarter: &TestQuarter, choir: &Actor) {
    let listing = Listing {
        name: "Teichhaus".to_owned(),
        kind: Kind::OTHER,
        position: None,
        keeper: Some(choir.id),
        facts: Facts::default(),
    };
    let draft = directory::Draft::new(listing).expect("a draft");
    federation::places::create(&quarter.instance, &draft, None).await.expect("a place");
}

/// A notice of an initiative that guests may answer.
async fn notice(quarter: &TestQuarter, choir: &Actor) -> Uuid {
    let zone = TimeZone::get("Europe/Berlin").expect("a zone");
    let notice = Notice::typed(Topic::Wanted, None, (noon(), &zone)).expect("a notice");
    let details = post::Details::typed("Bass gesucht", "Wir brauchen einen Bass.", Language::DE);
    let draft = post::Draft::new(post::Details { notice: Some(notice), ..details }).expect("a draft");
    let id = activities::create::post(&quarter.instance, choir, draft).await.expect("a post").id;
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    storage::guests::open(&mut tx, id, noon()).await.expect("a row");
    tx.commit().await.expect("a commit");
    id
}

/// A quarter with an initiative and somebody of each kind; what stands for `{id}` of an event, of a post and of a person.
async fn everyone() -> (TestQuarter, Vec<Option<String>>, [String; 4]) {
    let mut quarter = TestQuarter::with(BASE, |settings| settings.people.sign_up = SignUp::Approved).await;
    let handle = "chor".parse().expect("a handle");
    let choir = federation::initiatives::create(&quarter.instance, "Chor", &handle, Html::default()).await;
    let choir = choir.expect("an initiative");
    let mut accounts: Vec<Account> = Vec::new();
    for (name, role) in [
        ("reader", Role::Reader),
        ("member", Role::Member),
        ("helper", Role::Member),
        ("speaker", Role::Member),
        ("editor", Role::Editor),
        ("admin", Role::Admin),
    ] {
        accounts.push(quarter.account(name, role).await);
    }
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    for (at, membership) in [(2, Membership::Helper), (3, Membership::Speaker)] {
        storage::accounts::set_membership(&mut tx, choir.id, accounts[at].id, membership).await.expect("a membership");
    }
    tx.commit().await.expect("a commit");
    house(&quarter, &choir).await;
    let (event, notice) = (probe(&quarter, &choir).await, notice(&quarter, &choir).await);
    let mut cookies = vec![None];
    for account in &accounts {
        quarter.enter(account).await;
        cookies.push(quarter.swap_cookie(None));
    }
    let series = rehearsals(&quarter, &choir).await.to_string();
    (quarter, cookies, [event.to_string(), notice.to_string(), accounts[0].id.to_string(), series])
}

#[test]
fn acc_15_a_new_address_is_thought_about() {
    let listed: BTreeSet<String> = DOORS.iter().map(|(path, _)| (*path).to_owned()).collect();
    let routes = routes();
    assert!(routes.len() > 100, "the search finds too little: {}", routes.len());
    assert_eq!(routes.difference(&listed).collect::<Vec<_>>(), [""; 0], "who may see these?");
    assert_eq!(listed.difference(&routes).collect::<Vec<_>>(), [""; 0], "these are gone");
}

#[tokio::test]
async fn acc_15_every_page_is_open_to_whom_it_is_for_and_to_nobody_else() {
    let (mut quarter, cookies, [event, post, person, series]) = everyone().await;
    let mut wrong = Vec::new();
    for (path, expected) in DOORS {
        let id = if path.starts_with("/posts") { &post } else { &event };
        let id = if path.starts_with("/editors/people") { &person } else { id };
        let id = if path.starts_with("/series") { &series } else { id };
        let filled = path.replace("{id}", id).replace("{handle}", "chor").replace("{token}", "geraten");
        let filled = filled.replace("{file}", "nichts.webp").replace("{slug}", "teichhaus");
        let filled = filled.replace("{zoom}", "15").replace("{x}", "1").replace("{y}", "1");
        let filled = if *path == "/neighbours/end" { format!("{filled}?address=a@b.example") } else { filled };
        let mut found = Answers::default();
        for (at, cookie) in cookies.iter().enumerate() {
            quarter.swap_cookie(cookie.clone());
            found[at] = quarter.get(&filled).await.status.as_u16();
        }
        if found != *expected {
            wrong.push(format!("{path}: {found:?} and not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
