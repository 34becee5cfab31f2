//! The directory of places: what is read there, who may change it, and what reaches the events.

use domain::account::{Membership, Role};
use domain::directory::Entry;
use domain::html::Html;
use domain::land::Land;
use domain::place::Position;
use federation::media::tiles::{Source, Tiles};
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::attacks::{CORPUS, harmless};
use crate::quarter::{Answer, BASE, TestQuarter};

const HOUSE: [(&str, &str); 19] = [
    ("place", "Bürgerhaus Nord"),
    ("kind", "community"),
    ("about", "Das Haus am Teich."),
    ("street", "Am Teich 3"),
    ("postal_code", "45881"),
    ("locality", "Gelsenkirchen"),
    ("stop", "Nordmarkt, 200 m"),
    ("position", "51.5123, 7.1045"),
    ("hours", "Mo-Fr 09:00-12:00, We 14:00-18:00; PH off"),
    ("contact", "Hausleitung, 0209 169-6666"),
    ("operator", "Nachbarschaftsverein Nordstadt e. V."),
    ("access_step_free", "yes"),
    ("access_note_step_free", "Rampe am Seiteneingang"),
    ("access_door_cm", "90"),
    ("access_checked_on", "2026-03-14"),
    ("access_checked_by", "Seniorenbeirat"),
    ("room_1_name", "Saal"),
    ("room_1_size", "80"),
    ("room_1_price", "20 € am Abend"),
];

/// A house with other fields.
fn house(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let kept = HOUSE.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    kept.chain(changes).copied().collect()
}

fn has(page: &Answer, words: &[&str]) {
    for words in words {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
}

async fn edited() -> TestQuarter {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let made = quarter.post("/write/place", &HOUSE).await;
    assert_eq!(made.location(), "/places/buergerhaus-nord?done=created", "{}", made.body);
    quarter
}

async fn kept(quarter: &TestQuarter) -> Entry {
    let mut tx = quarter.instance.store().read().await.expect("a transaction");
    storage::places::by_slug(&mut tx, "buergerhaus-nord").await.expect("a query").expect("a place")
}

#[tokio::test]
async fn a_place_says_what_exactly_its_access_is_and_who_looked() {
    let quarter = edited().await;
    let page = quarter.get("/places/buergerhaus-nord").await;
    has(
        &page,
        &[
            "stufenloser Zugang: ja, <bdi>Rampe am Seiteneingang</bdi>",
            "geprüft 03/2026 durch Seniorenbeirat",
            "Türbreite: 90 cm",
            "Noch nicht bekannt:",
            "Mo–Fr 9–12 Uhr, Mi auch 14–18 Uhr; an Feiertagen geschlossen",
            "jetzt geschlossen, öffnet morgen um 9 Uhr",
            "href=\"tel:02091696666\"",
            "80 m²",
            "openingHoursSpecification",
            "/map?at=buergerhaus-nord",
        ],
    );
    assert!(!page.body.contains("barrierefrei"), "the facts, and never the bare word");
    has(&quarter.get("/rooms").await, &["Saal", "20 € am Abend", "/places/buergerhaus-nord"]);
    assert_eq!(quarter.get("/places/anderswo").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_place_that_rests_on_holidays_is_closed_on_those_of_its_land() {
    for (land, standing) in
        [(None, "jetzt geöffnet"), (Some(Land::Bayern), "jetzt geschlossen"), (Some(Land::Berlin), "jetzt geöffnet")]
    {
        let quarter = TestQuarter::with(BASE, |settings| settings.land = land).await.signed_in(Role::Editor).await;
        quarter.post("/write/place", &HOUSE).await;
        // Epiphany is a holiday in Bavaria and none in Berlin. It is a Wednesday.
        let epiphany: jiff::Timestamp = "2027-01-06T09:30:00Z".parse().expect("a time");
        quarter.clock.step(epiphany.duration_since(quarter.instance.clock().now()));
        has(&quarter.get("/places/buergerhaus-nord").await, &[standing]);
    }
}

#[tokio::test]
async fn what_was_checked_long_ago_says_so() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    quarter.post("/write/place", &house(&[("access_checked_on", "2024-11-01")])).await;
    has(&quarter.get("/places/buergerhaus-nord").await, &["zuletzt geprüft 11/2024 durch Seniorenbeirat"]);
}

#[tokio::test]
async fn the_list_is_narrowed_and_unknown_is_never_no() {
    let quarter = edited().await;
    for (name, answer) in [("Alte Schmiede", "no"), ("Bücherschrank am Markt", "")] {
        let changes = [("place", name), ("street", "Am Markt 1"), ("access_step_free", answer)];
        assert_eq!(quarter.post("/write/place", &house(&changes)).await.status, StatusCode::SEE_OTHER);
    }
    let page = quarter.get("/places?access=step_free").await;
    let (known, unknown) = page.body.split_once("id=\"unknown\"").expect("those of which nothing is known");
    assert!(known.contains("Bürgerhaus Nord") && known.contains("geprüft 03/2026"), "{known}");
    assert!(unknown.contains("Bücherschrank am Markt") && unknown.contains("heißt nicht nein"));
    assert!(!page.body.contains("Alte Schmiede"));
    let library = quarter.get("/places?kind=library").await;
    assert!(!library.body.contains("Alte Schmiede") && library.body.contains("kein Ort"), "{}", library.body);
    assert!(!quarter.get("/places?open=1").await.body.contains("Alte Schmiede"), "it is Sunday");
    has(&quarter.get("/places?kind=%3Cscript%3E&access=x&open=7").await, &["Alte Schmiede"]);
}

#[tokio::test]
async fn an_event_has_the_facts_of_its_place_and_follows_its_changes() {
    let quarter = edited().await;
    let id = kept(&quarter).await.id.to_string();
    has(&quarter.get("/write/event").await, &[&format!("<option value=\"{id}\">Bürgerhaus Nord</option>")]);
    let event = [
        ("speaker", "nordstadt"),
        ("name", "Adventssingen"),
        ("starts", "2026-12-05"),
        ("starts_time", "15:00"),
        ("place_id", id.as_str()),
        ("access_door_cm", "70"),
    ];
    let published = quarter.post("/write/event", &event).await;
    let path = published.location().split('?').next().expect("a path").to_owned();
    let page = quarter.get(&path).await;
    has(&page, &["href=\"/places/buergerhaus-nord\"", "Am Teich 3", "Nordmarkt", "stufenloser Zugang: ja"]);
    has(&page, &["Türbreite: 70 cm"]);
    has(&quarter.get("/places/buergerhaus-nord").await, &["Adventssingen"]);
    has(&quarter.get("/map?show=events").await, &["Adventssingen", "Bürgerhaus Nord"]);

    let moved = house(&[("street", "Am Teich 5"), ("access_step_free", "no")]);
    assert_eq!(quarter.post("/places/buergerhaus-nord/edit", &moved).await.status, StatusCode::SEE_OTHER);
    let page = quarter.get(&path).await;
    has(&page, &["Am Teich 5", "stufenloser Zugang: nein", "Türbreite: 70 cm"]);

    assert_eq!(quarter.post("/places/buergerhaus-nord/delete", &[]).await.location(), "/places?done=place-removed");
    assert_eq!(quarter.get("/places/buergerhaus-nord").await.status, StatusCode::GONE);
    let page = quarter.get(&path).await;
    has(&page, &["Bürgerhaus Nord", "Am Teich 5"]);
    assert!(!page.body.contains("href=\"/places/buergerhaus-nord\""));
}

#[tokio::test]
async fn an_event_that_names_a_place_of_the_directory_is_there() {
    let quarter = edited().await;
    let event = [
        ("speaker", "nordstadt"),
        ("name", "Flohmarkt"),
        ("starts", "2026-12-06"),
        ("starts_time", "10:00"),
        ("place", "bürgerhaus nord"),
    ];
    quarter.post("/write/event", &event).await;
    has(&quarter.get("/places/buergerhaus-nord").await, &["Flohmarkt"]);
    let actor = quarter.remote("Hafen", "hafen.example", true).await;
    let theirs = quarter
        .remote_event(&actor, "Hafenfest", 50, |details| {
            details.place = Some(domain::place::Place::named("Bürgerhaus Nord"));
        })
        .await;
    assert!(!quarter.get("/places/buergerhaus-nord").await.body.contains(&theirs.details.name), "others have one, too");
}

#[tokio::test]
async fn hours_that_cannot_be_read_come_back_with_what_and_where() {
    let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let refused = quarter.post("/write/place", &house(&[("hours", "Mo-Fr 9-12")])).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    has(&refused, &["Nicht zu lesen ist „9-12“ ab dem 7. Zeichen.", "Rampe am Seiteneingang"]);
    let bare = [("place", "Wiese"), ("kind", "garden")];
    assert_eq!(
        quarter.post("/write/place", &bare).await.status,
        StatusCode::SEE_OTHER,
        "no coordinates, still a place"
    );
    has(&quarter.get("/places").await, &["Wiese"]);
    has(&quarter.get("/map").await, &["Wiese"]);
    assert_eq!(
        quarter.post("/write/place", &bare).await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "it is there already"
    );
}

#[tokio::test]
async fn the_speakers_of_the_initiative_that_keeps_a_place_change_it_and_nobody_else() {
    let mut quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
    let handle = "verein".parse().expect("a handle");
    let club = federation::initiatives::create(&quarter.instance, "Verein", &handle, Html::default()).await;
    let club = club.expect("an initiative");
    quarter.post("/write/place", &house(&[("keeper", "verein")])).await;
    let speaker = quarter.account("nora", Role::Member).await;
    let stranger = quarter.account("olaf", Role::Member).await;
    let mut tx = quarter.instance.store().write().await.expect("a transaction");
    storage::accounts::set_membership(&mut tx, club.id, speaker.id, Membership::Speaker).await.expect("a membership");
    tx.commit().await.expect("a commit");
    quarter.enter(&stranger).await;
    for path in ["/places/buergerhaus-nord/edit", "/places/buergerhaus-nord/confirm", "/write/place"] {
        assert_eq!(quarter.post(path, &HOUSE).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    quarter.enter(&speaker).await;
    let changed = house(&[("contact", "Nora, 0209 1"), ("keeper", "")]);
    assert_eq!(quarter.post("/places/buergerhaus-nord/edit", &changed).await.status, StatusCode::SEE_OTHER);
    assert_eq!(kept(&quarter).await.listing.keeper, Some(club.id), "who keeps it is for the editors to say");
    assert_eq!(quarter.post("/places/buergerhaus-nord/confirm", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(quarter.post("/places/buergerhaus-nord/delete", &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn xss_01_the_facts_of_a_place_stay_words() {
    for attack in CORPUS {
        let quarter = TestQuarter::new().await.signed_in(Role::Editor).await;
        let mut fields: Vec<(&str, &str)> =
            HOUSE.iter().map(|(name, value)| (*name, if value.len() > 5 { attack } else { *value })).collect();
        fields.retain(|(name, _)| !["kind", "position", "hours", "access_checked_on"].contains(name));
        fields.extend([("kind", "garden"), ("access_note", attack), ("room_1_contact", attack)]);
        let made = quarter.post("/write/place", &fields).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let own = made.location().split('?').next().expect("a path").to_owned();
        let edit = format!("{own}/edit");
        for path in
            [own.as_str(), edit.as_str(), "/places", "/places?access=step_free", "/rooms", "/map", "/write/event"]
        {
            let page = quarter.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(harmless(&page.body), "{path} with {attack}:\n{}", page.body);
        }
        fields.extend([("hours", attack), ("position", attack)]);
        let refused = quarter.post("/write/place", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(harmless(&refused.body), "the form with {attack}:\n{}", refused.body);
    }
}

#[tokio::test]
async fn places_are_there_for_maps_and_tables() {
    let quarter = edited().await;
    let map: serde_json::Value = serde_json::from_str(&quarter.get("/places.geojson").await.body).expect("JSON");
    let feature = &map["features"][0];
    assert_eq!(feature["geometry"]["coordinates"], serde_json::json!([7.1045, 51.5123]));
    assert_eq!(feature["properties"]["osm_tag"], "amenity=community_centre");
    assert_eq!(feature["properties"]["access"], serde_json::json!({ "step_free": "yes" }));
    assert_eq!(feature["properties"]["door_cm"], 90);
    let table = quarter.get("/places.csv").await;
    assert!(table.body.starts_with("\u{feff}id;name;art;"));
    has(&table, &["Bürgerhaus Nord;Bürgerhaus, Nachbarschaftstreff;Am Teich 3;45881;Gelsenkirchen;51.5123;7.1045;"]);
    assert!(!quarter.get("/places.csv?kind=library").await.body.contains("Bürgerhaus"));
}

#[tokio::test]
async fn without_tiles_the_map_is_drawn_to_scale_and_nothing_is_loaded() {
    let quarter = edited().await;
    let map = quarter.get("/map?at=buergerhaus-nord").await;
    has(&map, &["class=\"pin\"", "class=\"ring\"", "250 m", "Bürgerhaus Nord", "z=17"]);
    assert!(!map.body.contains("<image"));
    assert_eq!(quarter.get("/tiles/15/17030/10880").await.status, StatusCode::NOT_FOUND);
    assert_eq!(quarter.get("/map?z=300").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(quarter.get("/map?z=99&lat=1e400&lon=NaN").await.status, StatusCode::OK);
}

#[tokio::test]
async fn tiles_come_from_our_own_address_and_only_those_of_the_quarter() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("stadt.mbtiles");
    let png = b"\x89PNG\r\n\x1a\nnot much of a street";
    storage::testing::tiles(&file, &[(15, 17_030, 10_895, png), (15, 17_031, 10_895, b"<svg/onload=alert(1)>")])
        .await
        .expect("a file of tiles");
    let file = storage::tiles::TileFile::open(&file).await.expect("a file of tiles");
    let tiles = Tiles::new(Source::File(file), "© Stadt".to_owned(), folder.path().join("tiles"), 1_000_000);
    let quarter = TestQuarter::with(BASE, |settings| settings.position = Position::new(51.5123, 7.1045)).await;
    let quarter = quarter.pages(|pages| pages.tiles = Some(tiles)).signed_in(Role::Editor).await;
    quarter.post("/write/place", &HOUSE).await;
    let map = quarter.get("/map?at=buergerhaus-nord&z=15").await;
    has(&map, &["href=\"/tiles/15/", "© Stadt", "class=\"pin\""]);
    assert!(!map.body.contains("class=\"ring\""));
    let tile = quarter.get("/tiles/15/17030/10895").await;
    assert_eq!((tile.status, tile.header(CONTENT_TYPE)), (StatusCode::OK, "image/png"));
    for none in
        ["/tiles/15/17031/10895", "/tiles/15/17029/10895", "/tiles/15/1/1", "/tiles/3/4/2", "/tiles/18/4294967295/1"]
    {
        assert_eq!(quarter.get(none).await.status, StatusCode::NOT_FOUND, "{none}");
    }
    for wrong in ["/tiles/256/1/1", "/tiles/15/-1/1", "/tiles/15/x/1"] {
        assert_eq!(quarter.get(wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}
