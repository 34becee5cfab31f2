//! Series in both databases.

use domain::actor::Part;

use super::*;
use crate::events::Query;
use crate::posts::Which;
use crate::samples::{event, hours, known, noon, stores};

/// A series of weekly dates of `author`, the first in an hour.
async fn weekly(tx: &mut Tx, author: &Actor, dates: i64) -> (Series, Vec<Event>) {
    let mut template = event(tx, author, "Chor", 1).await;
    template.id = Uuid::now_v7();
    let rule = "FREQ=WEEKLY".to_owned();
    let series = Series { template, rule, frequent: true, pictured: None, made_until: noon(), due_at: noon() };
    insert(tx, &series).await.expect("an insert");
    let mut made = Vec::new();
    for week in 0..dates {
        let one = event(tx, author, "Chor", 1 + week * 168).await;
        events::insert(tx, &one, None).await.expect("an insert");
        join(tx, one.id, (series.template.id, one.details.starts_at), true).await.expect("an update");
        set_standing(tx, one.id, true).await.expect("an update");
        made.push(one);
    }
    (series, made)
}

#[tokio::test]
async fn a_series_comes_back_as_it_was_kept() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
        let (mut series, made) = weekly(&mut tx, &ours, 2).await;
        let found = by_id(&mut tx, series.template.id).await.expect("a row").expect("the series");
        assert_eq!((&found.rule, found.frequent, found.start()), (&series.rule, true, series.start()));
        assert_eq!(found.template.details, series.template.details);
        let (of, recurrence) = of_event(&mut tx, made[1].id).await.expect("a row").expect("a series");
        assert_eq!((of.template.id, recurrence), (series.template.id, made[1].details.starts_at));
        series.rule = "FREQ=WEEKLY;UNTIL=20261130".into();
        series.template.state = State::Draft;
        update(&mut tx, &series).await.expect("an update");
        let found = by_id(&mut tx, series.template.id).await.expect("a row").expect("the series");
        assert_eq!((found.rule, found.template.state), (series.rule, State::Draft));
        assert!(due(&mut tx, noon() + hours(1), 9).await.expect("rows").is_empty(), "a draft is never due");
    }
}

#[tokio::test]
async fn lists_show_a_regular_offer_once_or_each_time() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
        let (series, made) = weekly(&mut tx, &ours, 3).await;
        let all = Query::from(noon(), Which::All, 9);
        let offers = standing(&mut tx, &all).await.expect("offers");
        let [(rule, next, author)] = offers.as_slice() else { panic!("{offers:?}") };
        assert_eq!((rule, next.id, author.id), (&series.rule, made[0].id, ours.id));
        let apart = Query { regular: false, ..all.clone() };
        assert_eq!(events::list(&mut tx, &all).await.expect("a list").len(), 3);
        assert!(events::list(&mut tx, &apart).await.expect("a list").is_empty());
        set_standing(&mut tx, made[0].id, false).await.expect("an update");
        let listed = events::list(&mut tx, &apart).await.expect("a list");
        assert_eq!(listed.iter().map(|(event, _)| event.id).collect::<Vec<_>>(), [made[0].id]);
        assert_eq!(standing(&mut tx, &all).await.expect("offers")[0].1.id, made[1].id);
        let later = Query::from(noon() + hours(24 * 30), Which::Own, 9);
        assert!(standing(&mut tx, &later).await.expect("offers").is_empty(), "nothing of it is left by then");
    }
}

#[tokio::test]
async fn one_of_several_servers_takes_a_series_that_is_due() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let ours = known(&mut tx, "nord", Some(Part::Quarter)).await;
        let (series, made) = weekly(&mut tx, &ours, 1).await;
        let id = series.template.id;
        assert_eq!(due(&mut tx, noon(), 9).await.expect("rows"), [id]);
        assert!(claim(&mut tx, id, noon(), noon() + hours(24)).await.expect("an update"));
        assert!(!claim(&mut tx, id, noon(), noon() + hours(24)).await.expect("an update"));
        assert!(is_untold(&mut tx, made[0].id).await.expect("a row"));
        told(&mut tx, made[0].id).await.expect("an update");
        assert!(!dates(&mut tx, id, noon()).await.expect("rows")[0].untold);
        assert_eq!(prune(&mut tx).await.expect("a deletion"), 0);
        crate::objects::delete(&mut tx, &made[0].url, &ours.url, noon()).await.expect("a deletion");
        assert_eq!(prune(&mut tx).await.expect("a deletion"), 1);
    }
}
