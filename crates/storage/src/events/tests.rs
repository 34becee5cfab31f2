//! What is kept of events, on both databases.

use domain::actor::Part;

use super::*;
use crate::samples::{event, hours, known, noon, stores};

fn names(events: &[(Event, Actor)]) -> Vec<&str> {
    events.iter().map(|(event, _)| event.details.name.as_str()).collect()
}

#[tokio::test]
async fn an_event_comes_back_as_it_was_kept() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
        let mut party = event(&mut tx, &ours, "حفلة في الحي – Свято", 5).await;
        party.details.place = Some(Place { street: Some("Am Teich 3".into()), ..Place::named("Bürgerhaus") });
        party.details.access.insert("step_free".into(), domain::access::Answer::Partly);
        party.details.category = Some(Category::Festivals);
        party.details.doors_at = Some(noon());
        party.details.tags = vec!["Fest".into()];
        (party.details.joining, party.details.capacity) = (Joining::ByApproval, Some(40));
        insert(&mut tx, &party, None).await.expect("an insert");
        assert_eq!(by_id(&mut tx, party.id).await.expect("a row"), Some(party.clone()));
        assert_eq!(by_url(&mut tx, &party.url).await.expect("a row"), Some(party));
    }
}

#[tokio::test]
async fn the_list_knows_every_filter() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let (ours, theirs) = (known(&mut tx, "nord", Some(Part::Quarter)).await, known(&mut tx, "sued", None).await);
        for (author, name, offset) in
            [(&ours, "vorbei", -5), (&ours, "läuft", -1), (&theirs, "bald", 3), (&ours, "später", 90)]
        {
            let mut kept = event(&mut tx, author, name, offset).await;
            kept.details.free = name == "bald";
            kept.details.category = (name == "später").then_some(Category::Music);
            insert(&mut tx, &kept, None).await.expect("an insert");
        }
        assert_eq!(earliest(&mut tx).await.expect("a time"), Some(noon() - hours(5)));
        let all = Query::from(noon(), Which::All, 99);
        assert_eq!(names(&list(&mut tx, &all).await.expect("a list")), ["läuft", "bald", "später"]);
        for (query, expected) in [
            (Query { until: Some(noon() + hours(24)), ..all.clone() }, vec!["läuft", "bald"]),
            (Query { which: Which::Own, ..all.clone() }, vec!["läuft", "später"]),
            (Query { which: Which::Author(theirs.id), ..all.clone() }, vec!["bald"]),
            (Query { category: Some(Category::Music), ..all.clone() }, vec!["später"]),
            (Query { free: true, ..all.clone() }, vec!["bald"]),
            (Query { limit: 1, ..all.clone() }, vec!["läuft"]),
        ] {
            assert_eq!(names(&list(&mut tx, &query).await.expect("a list")), expected, "{query:?}");
        }
    }
}

#[tokio::test]
async fn what_has_gone_on_for_long_is_listed_first_and_once() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
        for (name, start, length) in [
            ("Ausstellung", -24 * 40, 24 * 60),
            ("seit gestern", -24, 48),
            ("einen Tag lang", -24, 24),
            ("gerade noch", -23, 24),
            ("vorbei", -24 * 9, 24 * 8),
            ("heute", 0, 1),
            ("Ferien", 5, 24 * 14),
        ] {
            let mut kept = event(&mut tx, &ours, name, start).await;
            kept.details.ends_at = kept.details.starts_at + hours(length);
            insert(&mut tx, &kept, None).await.expect("an insert");
        }
        let expected = ["Ausstellung", "seit gestern", "gerade noch", "heute", "Ferien"];
        for which in [Which::All, Which::Own, Which::Author(ours.id)] {
            let listed = list(&mut tx, &Query::from(noon(), which, 9)).await.expect("a list");
            assert_eq!(names(&listed), expected, "{which:?}");
            let two = list(&mut tx, &Query::from(noon(), which, 2)).await.expect("a list");
            assert_eq!(names(&two), expected[..2], "{which:?}");
            let one = list(&mut tx, &Query::from(noon(), which, 1)).await.expect("a list");
            assert_eq!(names(&one), expected[..1], "{which:?}");
        }
    }
}

#[tokio::test]
async fn a_list_looks_at_no_more_events_than_it_shows() {
    let database = crate::testing::sqlite();
    let store = crate::Store::open(&database.url).await.expect("a store");
    let crate::Tx::Sqlite(mut tx) = store.read().await.expect("a transaction") else { panic!("SQLite") };
    for (span, index) in
        [(LONG_BEFORE, "events_long (ends_at>?)"), (LATELY, "events_by_start (starts_at>? AND starts_at<?)")]
    {
        let query = format!("explain query plan {}", spanned(&Query::from(noon(), Which::All, 9), span));
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(AssertSqlSafe(query)).fetch_all(&mut *tx).await.expect("a plan");
        assert!(plan.iter().any(|(.., step)| step.contains(index)), "{index}: {plan:?}");
    }
}

#[tokio::test]
async fn a_draft_is_on_no_list_but_the_editors() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
        let mut kept = event(&mut tx, &ours, "Entwurf", 1).await;
        kept.state = State::Draft;
        insert(&mut tx, &kept, None).await.expect("an insert");
        assert!(list(&mut tx, &Query::from(noon(), Which::All, 9)).await.expect("a list").is_empty());
        assert_eq!(names(&drafts(&mut tx, 9).await.expect("drafts")), ["Entwurf"]);
        kept.state = State::Published;
        kept.updated_at = noon() + hours(1);
        assert!(update(&mut tx, &kept).await.expect("an update"));
        assert!(!update(&mut tx, &kept).await.expect("an update that is not newer"));
        assert_eq!(names(&list(&mut tx, &Query::from(noon(), Which::All, 9)).await.expect("a list")), ["Entwurf"]);
    }
}

#[tokio::test]
async fn imported_events_are_known_by_their_calendar() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
        let source = crate::sources::add(
            &mut tx,
            &"https://verein.example/k.ics".parse().expect("a URL"),
            "Verein",
            ours.id,
            true,
        )
        .await
        .expect("a source");
        let mut kept = event(&mut tx, &ours, "Probe", 1).await;
        kept.source = Some(source.id);
        insert(&mut tx, &kept, Some(noon())).await.expect("an insert");
        assert_eq!(of_source(&mut tx, source.id).await.expect("events"), [(kept, Some(noon()))]);
    }
}
