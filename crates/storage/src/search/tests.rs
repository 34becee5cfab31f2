//! The index of what can be searched.

use domain::actor::{Actor, Part};
use domain::html::Html;
use domain::search::Wanted;

use super::*;
use crate::samples::{event as sample, hours, known, noon, note, stores};
use crate::{Store, objects};

/// What is found by `typed` in a section, by title.
async fn titles(tx: &mut Tx, typed: &str, section: Section) -> Vec<String> {
    let wanted = Wanted::read(typed);
    let found = matching(tx, &wanted).await.expect("the ways");
    let question = Question { found: &found, section, own: false, now: noon(), after: None, limit: 20 };
    hits(tx, &question).await.expect("hits").into_iter().map(|hit| hit.title).collect()
}

async fn coming(tx: &mut Tx, typed: &str) -> Vec<String> {
    titles(tx, typed, Section::Coming).await
}

async fn add(tx: &mut Tx, author: &Actor, (name, text, offset): (&str, &str, i64)) -> Event {
    let mut one = sample(tx, author, name, offset).await;
    one.details.content = Html::from_text(text);
    events::insert(tx, &one, None).await.expect("an insert");
    one
}

/// A few events, learnt.
async fn filled(store: &Store) -> Tx {
    let mut tx = store.write().await.expect("a transaction");
    let nord = known(&mut tx, "nord", Some(Part::Quarter)).await;
    let fern = known(&mut tx, "fern", None).await;
    for one in [
        ("Reparaturcafé", "Toaster und Fahrräder, in der Straße der Bäcker.", 48),
        ("Offene Chorprobe", "Wir singen im Café am Kanal. Danach wird repariert.", 24),
        ("Gärten zeigen sich", "Ein Rundgang durch alle Höfe.", 72),
        ("Altes Reparaturcafé", "Das war im letzten Jahr.", -48),
    ] {
        add(&mut tx, &nord, one).await;
    }
    add(&mut tx, &fern, ("Garden party", "We are going to meet our neighbours at the canal.", 96)).await;
    assert_eq!(learn(&mut tx, 99).await.expect("words"), 5);
    tx
}

#[tokio::test]
async fn endings_umlauts_parts_phrases_and_minus_are_understood_alike_on_both() {
    for (_database, store) in stores().await {
        let mut tx = filled(&store).await;
        let both = ["Reparaturcafé", "Offene Chorprobe"];
        for (typed, expected) in [
            ("reparaturcafe", &both[..1]),
            ("Repar", &both),
            ("café", &both),
            ("CAFE", &both),
            ("\"am Kanal\"", &both[1..]),
            ("\"Kanal am\"", &[]),
            ("Strasse Baecker", &both[..1]),
            ("Café -Chorprobe", &both[..1]),
            ("Probe", &both[1..]),
            ("Garten", &["Gärten zeigen sich", "Garden party"][..1]),
            ("gaerten", &["Gärten zeigen sich"]),
            ("gardens neighbour", &["Garden party"]),
            ("title:x OR words*", &[]),
        ] {
            assert_eq!(coming(&mut tx, typed).await, expected, "{typed}");
        }
        assert_eq!(titles(&mut tx, "Repar", Section::Past).await, ["Altes Reparaturcafé"]);
    }
}

#[tokio::test]
async fn titles_come_first_and_a_page_goes_on_where_the_last_one_ended() {
    for (_database, store) in stores().await {
        let mut tx = filled(&store).await;
        let far = known(&mut tx, "weit", None).await;
        for number in 0..30 {
            add(&mut tx, &far, (&format!("Treffen {number}"), "Kaffee", number + 1)).await;
            add(&mut tx, &far, (&format!("Kaffee {number}"), "Treffen", number + 1)).await;
        }
        let wanted = Wanted::read("Kaffee");
        let found = matching(&mut tx, &wanted).await.expect("the ways");
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let question =
                Question { found: &found, section: Section::Coming, own: false, now: noon(), after, limit: 7 };
            let page = hits(&mut tx, &question).await.expect("hits");
            let Some(last) = page.last() else { break };
            after = Some(last.spot);
            seen.extend(page.into_iter().map(|hit| hit.title));
        }
        let named = |name: &str| (0..30).map(|number| format!("{name} {number}")).collect::<Vec<_>>();
        assert_eq!(seen, [named("Kaffee"), named("Treffen")].concat());
        let own = Question { found: &found, section: Section::Coming, own: true, now: noon(), after: None, limit: 7 };
        assert!(hits(&mut tx, &own).await.expect("hits").is_empty());
    }
}

#[tokio::test]
async fn what_is_held_changed_or_deleted_is_found_no_more_and_its_words_are_forgotten() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let fern = known(&mut tx, "fern", None).await;
        let mut party = add(&mut tx, &fern, ("Straßenfest", "Mit Hinrichsen am Klavier.", 24)).await;
        learn(&mut tx, 99).await.expect("words");
        assert_eq!(coming(&mut tx, "Hinrichsen").await, ["Straßenfest"]);
        assert_eq!(nearest(&mut tx, &stem("Hinrichson")).await.expect("a word").as_deref(), Some("Hinrichsen"));
        events::hold(&mut tx, party.id).await.expect("a change");
        assert!(coming(&mut tx, "Hinrichsen").await.is_empty());
        events::show(&mut tx, party.id).await.expect("a change");
        assert_eq!(coming(&mut tx, "Hinrichsen").await.len(), 1);
        party.details.content = Html::from_text("Mit Musik.");
        party.updated_at = noon() + hours(1);
        events::update(&mut tx, &party).await.expect("an update");
        assert!(coming(&mut tx, "Hinrichsen").await.is_empty());
        assert_eq!(coming(&mut tx, "Musik").await.len(), 1);
        objects::delete(&mut tx, &party.url, &fern.url, noon()).await.expect("a deletion");
        assert!(coming(&mut tx, "Musik").await.is_empty());
        while unlearn(&mut tx, 9).await.expect("words") > 0 {}
        assert_eq!(nearest(&mut tx, &stem("Hinrichson")).await.expect("a query"), None);
    }
}

#[tokio::test]
async fn posts_notices_and_initiatives_are_found_each_in_its_section() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let choir = known(&mut tx, "kanalchor", Some(Part::Initiative)).await;
        let held = note(&mut tx, &choir, "Wartet noch", 0).await;
        posts::insert(&mut tx, &held, true).await.expect("an insert");
        let mut hidden = note(&mut tx, &choir, "Spinnen im Keller", 0).await;
        hidden.details.warning = Some("Tiere".into());
        posts::insert(&mut tx, &hidden, false).await.expect("an insert");
        assert!(titles(&mut tx, "wartet", Section::Posts).await.is_empty());
        assert!(titles(&mut tx, "Spinnen", Section::Posts).await.is_empty(), "stands behind a warning");
        assert_eq!(titles(&mut tx, "Tiere", Section::Posts).await.len(), 1);
        assert_eq!(titles(&mut tx, "Kanalchor", Section::Initiatives).await, ["kanalchor"]);
        posts::show(&mut tx, held.id).await.expect("a change");
        assert_eq!(titles(&mut tx, "wartet", Section::Posts).await.len(), 1);
        objects::forget_actor(&mut tx, choir.id, &choir.url).await.expect("a deletion");
        assert!(titles(&mut tx, "wartet", Section::Posts).await.is_empty());
    }
}

#[tokio::test]
async fn a_place_is_found_by_its_name_its_street_and_its_rooms_until_it_is_removed() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        known(&mut tx, "nord", Some(Part::Quarter)).await;
        let room = directory::Room { name: "Kaminzimmer".into(), ..directory::Room::default() };
        let facts = directory::Facts { street: Some("Teichstraße 3".into()), rooms: vec![room], ..Default::default() };
        let listing = directory::Listing {
            name: "Bürgerhaus".into(),
            kind: directory::Kind::OTHER,
            position: None,
            keeper: None,
            facts,
        };
        let slug = "buergerhaus".into();
        let id = Uuid::now_v7();
        let (created_at, updated_at) = (noon(), noon());
        let mut house = directory::Entry { id, slug, listing, confirmed_on: None, created_at, updated_at };
        assert!(places::put(&mut tx, &house).await.expect("an insert"));
        for typed in ["Burgerhaus", "Teichstr", "kaminzimmer"] {
            assert_eq!(titles(&mut tx, typed, Section::Places).await, ["Bürgerhaus"], "{typed}");
        }
        house.listing.name = "Haus am Teich".into();
        places::put(&mut tx, &house).await.expect("an update");
        assert!(titles(&mut tx, "Bürgerhaus", Section::Places).await.is_empty());
        assert_eq!(titles(&mut tx, "Teich", Section::Places).await, ["Haus am Teich"]);
        places::remove(&mut tx, id).await.expect("a removal");
        assert!(titles(&mut tx, "Teich", Section::Places).await.is_empty());
    }
}

#[tokio::test]
async fn an_index_that_was_lost_is_made_anew_by_walking_through_the_tables() {
    for (_database, store) in stores().await {
        let mut tx = filled(&store).await;
        for statement in ["delete from search_entries", "delete from search_index", "update events set facets = null"] {
            run!(&mut tx, |conn| sqlx::query(statement).execute(conn).await.map(|_| ())).expect("a loss");
        }
        assert!(coming(&mut tx, "Garten").await.is_empty());
        let mut steps = 0;
        while walk(&mut tx, noon(), 2).await.expect("a step") {
            steps += 1;
        }
        assert!((6..12).contains(&steps), "{steps}");
        assert_eq!(coming(&mut tx, "Garten").await, ["Gärten zeigen sich"]);
        assert!(!walk(&mut tx, noon() + hours(24), 2).await.expect("a step"));
        assert!(walk(&mut tx, noon() + hours(8 * 24), 2).await.expect("a step"), "after a week again");
    }
}

#[tokio::test]
async fn hostile_words_are_words() {
    let hostile =
        ["' OR 1=1 --", "\"", "\0\0", "a*b:c^d", "NEAR(a b, 9)", "{title} : x", "'x':A & !y", "-", "\\'\\", "(((((("];
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let fern = known(&mut tx, "fern", None).await;
        for (number, words) in hostile.into_iter().enumerate() {
            let kept = words.replace('\0', "");
            add(&mut tx, &fern, (&format!("{kept} Fest"), &kept.repeat(99), i64::try_from(number).unwrap_or(1))).await;
            coming(&mut tx, words).await;
            coming(&mut tx, &words.repeat(10_000)).await;
        }
        add(&mut tx, &fern, ("Wort", &"wort ".repeat(20_000), 24)).await;
        assert_eq!(coming(&mut tx, "Wort").await, ["Wort"]);
        assert_eq!(coming(&mut tx, "Fest").await.len(), hostile.len());
    }
}

fn stem(word: &str) -> String {
    Tongue::German.stem(word)
}
