//! What repeats: made a year ahead, told to others when its time comes, changed in part or as a whole.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod support;

use calendar::recurrence::Recurrence;
use domain::clock::SteppedClock;
use domain::event::{Details, Draft, Event, Status};
use domain::media::{Illustrations, Pick};
use domain::series::{MOST_AHEAD, Scope, TOLD_AHEAD};
use federation::writing::{self, Door, Writer, Written};
use federation::{activities, moving, series};
use jiff::{SignedDuration, Timestamp};
use storage::events::{self, Query};
use storage::posts::Which;
use storage::series::Dated;
use storage::testing;
use support::{TestQuarter, clock, follow_from, neighbours_on_each, until};
use uuid::Uuid;

fn rule(text: &str) -> Recurrence {
    text.parse().expect("a rule")
}

/// Tuesdays at 19:00 in Berlin, from the first after the stories begin.
fn choir() -> Draft {
    let start: Timestamp = "2026-11-24T18:00:00Z".parse().expect("a time");
    let mut details = Details::new("Chor", start, start + SignedDuration::from_hours(2), "Europe/Berlin");
    details.price = Some("2 €".into());
    Draft::new(details).expect("an event")
}

fn writer() -> Writer {
    Writer { account: None, may_edit: true, door: Door::Program }
}

async fn begin(quarter: &TestQuarter, text: &str) -> Uuid {
    let author = quarter.instance.quarter().clone();
    let written = writing::series(&quarter.instance, &author, (&choir(), &rule(text)), &writer(), None).await;
    match written.expect("a series") {
        Written::Board(first) => first,
        Written::Queue(first) => panic!("{first} waits"),
    }
}

async fn dates(quarter: &TestQuarter, event: Uuid) -> Vec<Dated> {
    let mut tx = quarter.read().await;
    let (series, _) = storage::series::of_event(&mut tx, event).await.expect("a row").expect("a series");
    storage::series::dates(&mut tx, series.template.id, Timestamp::UNIX_EPOCH).await.expect("rows")
}

async fn event(quarter: &TestQuarter, id: Uuid) -> Event {
    events::by_id(&mut quarter.read().await, id).await.expect("a row").expect("the event")
}

async fn creates(quarter: &TestQuarter) -> usize {
    let mut tx = quarter.read().await;
    let query = storage::activities::outbox(&mut tx, quarter.instance.quarter().id, None, 500).await;
    query.expect("activities").iter().filter(|one| one.kind == "Create").count()
}

async fn each(clock: &SteppedClock) -> Vec<TestQuarter> {
    let mut quarters = Vec::new();
    for database in testing::all() {
        quarters.push(TestQuarter::new("nord", clock, database).await);
    }
    quarters
}

#[tokio::test]
async fn a_year_is_made_and_four_dates_are_told() {
    let clock = clock();
    for quarter in each(&clock).await {
        follow_from(&quarter, "http://sink.localhost:1").await;
        let first = begin(&quarter, "FREQ=WEEKLY;BYDAY=TU").await;
        let made = dates(&quarter, first).await;
        assert_eq!(made.len(), 52, "every Tuesday of the next twelve months");
        assert_eq!(made.iter().filter(|one| !one.untold).count(), TOLD_AHEAD);
        assert_eq!(creates(&quarter).await, TOLD_AHEAD, "nobody's timeline is flooded");
        let clocks: Vec<String> = made
            .iter()
            .map(|one| {
                one.event.details.zone().to_datetime(one.event.details.starts_at).strftime("%a %H:%M").to_string()
            })
            .collect();
        assert!(clocks.iter().all(|time| time == "Tue 19:00"), "summer and winter: {clocks:?}");
    }
}

#[tokio::test]
async fn a_daily_series_makes_no_more_than_its_bound() {
    let clock = clock();
    for quarter in each(&clock).await {
        let first = begin(&quarter, "FREQ=DAILY").await;
        let made = dates(&quarter, first).await;
        assert_eq!(made.len(), MOST_AHEAD);
        assert_eq!(made.iter().filter(|one| !one.untold).count(), TOLD_AHEAD);
    }
}

#[tokio::test]
async fn stepping_through_a_year_tells_each_date_once_and_makes_the_next_year() {
    let clock = clock();
    for quarter in each(&clock).await {
        let first = begin(&quarter, "FREQ=WEEKLY;BYDAY=TU").await;
        let gone = dates(&quarter, first).await[9].event.id;
        activities::delete::object(&quarter.instance, gone).await.expect("a deletion");
        for _ in 0..60 {
            clock.step(SignedDuration::from_hours(7 * 24));
            assert_eq!(series::see_to_due(&quarter.instance).await.expect("a look"), 1);
            assert_eq!(series::see_to_due(&quarter.instance).await.expect("a look"), 0, "once a day is enough");
        }
        let made = dates(&quarter, first).await;
        let now = quarter.instance.clock().now();
        let ahead = made.iter().filter(|one| one.event.details.starts_at > now).count();
        assert!((50..=MOST_AHEAD).contains(&ahead), "{ahead}");
        assert!(made.iter().filter(|one| one.event.details.ends_at < now).all(|one| !one.untold));
        let days: std::collections::BTreeSet<_> = made.iter().map(|one| one.recurrence).collect();
        assert_eq!(days.len(), made.len(), "no date twice");
        assert_eq!(made.len(), 60 + ahead - 1, "what was deleted does not come back");
        // Sixty Tuesdays have passed but the deleted one, and the next four are told.
        assert_eq!(creates(&quarter).await, 59 + TOLD_AHEAD);
        clock.step(SignedDuration::from_hours(-60 * 7 * 24));
    }
}

#[tokio::test]
async fn one_date_is_changed_by_itself_and_stays_so_when_the_series_changes() {
    let clock = clock();
    for quarter in each(&clock).await {
        let first = begin(&quarter, "FREQ=WEEKLY;BYDAY=TU").await;
        let made = dates(&quarter, first).await;
        let third = made[2].event.clone();
        let mut details = third.details.clone();
        details.name = "Chor im Advent".into();
        activities::update::event(&quarter.instance, third.id, Draft::new(details).expect("a draft"))
            .await
            .expect("a change");
        activities::update::cancel(&quarter.instance, made[3].event.id, Some("Feiertag"))
            .await
            .expect("a cancellation");
        let mut all = event(&quarter, first).await.details;
        all.name = "Großer Chor".into();
        all.price = Some("3 €".into());
        all.starts_at += SignedDuration::from_hours(1);
        all.ends_at += SignedDuration::from_hours(1);
        let (all, weekly) = (Draft::new(all).expect("a draft"), rule("FREQ=WEEKLY;BYDAY=TU"));
        writing::change_series(&quarter.instance, first, Scope::All, (&all, &weekly), &writer())
            .await
            .expect("a change");
        let after = dates(&quarter, first).await;
        assert_eq!(after.len(), made.len(), "nothing is made twice");
        let names: Vec<&str> = after.iter().take(4).map(|one| one.event.details.name.as_str()).collect();
        assert_eq!(names, ["Großer Chor", "Großer Chor", "Chor im Advent", "Chor"]);
        assert_eq!(after[2].event.details.price.as_deref(), Some("3 €"), "what nobody changed there follows");
        assert_eq!(after[3].event.details.status, Status::Cancelled);
        assert_eq!(after[0].event.details.moved.start, Some(made[0].event.details.starts_at), "who noted it is told");
        assert!(after[20].event.details.moved.is_empty(), "nobody was told of that yet");
        assert_eq!(after[20].event.details.starts_at, made[20].event.details.starts_at + SignedDuration::from_hours(1));
        assert_eq!(creates(&quarter).await, TOLD_AHEAD + 3 + 1, "four dates, and a note for each that moved or is off");
    }
}

#[tokio::test]
async fn this_and_those_after_it_become_a_series_of_their_own() {
    let clock = clock();
    for quarter in each(&clock).await {
        let first = begin(&quarter, "FREQ=WEEKLY;BYDAY=TU").await;
        let made = dates(&quarter, first).await;
        let sixth = made[5].event.clone();
        let mut details = sixth.details.clone();
        // From Tuesday to Wednesday.
        details.starts_at += SignedDuration::from_hours(24);
        details.ends_at += SignedDuration::from_hours(24);
        let draft = Draft::new(details).expect("a draft");
        let wednesdays = rule("FREQ=WEEKLY;BYDAY=WE;COUNT=8");
        let (change, by) = ((&draft, &wednesdays), writer());
        let changed = writing::change_series(&quarter.instance, sixth.id, Scope::Following, change, &by).await;
        changed.expect("a change");
        let old = dates(&quarter, first).await;
        assert_eq!(old.len(), 5);
        let mut tx = quarter.read().await;
        let all =
            events::list(&mut tx, &Query::from(quarter.instance.clock().now(), Which::Own, 500)).await.expect("events");
        let weekday =
            |event: &Event| event.details.zone().to_datetime(event.details.starts_at).strftime("%a").to_string();
        assert_eq!(all.iter().filter(|(event, _)| weekday(event) == "Wed").count(), 8);
        assert_eq!(
            all.iter().filter(|(event, _)| weekday(event) == "Tue").count(),
            5,
            "nobody had heard of the others"
        );
    }
}

#[tokio::test]
async fn a_series_that_is_called_off_ends_and_says_so_at_each_date() {
    let clock = clock();
    for quarter in each(&clock).await {
        let first = begin(&quarter, "FREQ=WEEKLY;BYDAY=TU").await;
        series::cancel(&quarter.instance, first, Scope::All, Some("Die Leiterin zieht weg."))
            .await
            .expect("a cancellation");
        let after = dates(&quarter, first).await;
        assert!(after.iter().all(|one| one.event.details.status == Status::Cancelled));
        assert_eq!(after[0].event.details.moved.reason.as_deref(), Some("Die Leiterin zieht weg."));
        assert_eq!(creates(&quarter).await, 2 * TOLD_AHEAD, "a note for each date that others had heard of");
        clock.step(SignedDuration::from_hours(30 * 24));
        series::see_to_due(&quarter.instance).await.expect("a look");
        assert_eq!(dates(&quarter, first).await.len(), after.len());
        assert_eq!(creates(&quarter).await, 2 * TOLD_AHEAD, "nobody is told of what is off anyway");
        clock.step(SignedDuration::from_hours(-30 * 24));
    }
}

#[tokio::test]
async fn deleting_all_that_comes_leaves_nothing_and_tells_whoever_had_it() {
    let clock = clock();
    for quarter in each(&clock).await {
        let first = begin(&quarter, "FREQ=WEEKLY;BYDAY=TU").await;
        series::delete(&quarter.instance, first, Scope::All).await.expect("a deletion");
        let mut tx = quarter.read().await;
        let all = events::list(&mut tx, &Query::from(Timestamp::UNIX_EPOCH, Which::All, 99)).await.expect("events");
        assert!(all.is_empty());
        let said = storage::activities::outbox(&mut tx, quarter.instance.quarter().id, None, 500).await;
        assert_eq!(said.expect("activities").iter().filter(|one| one.kind == "Delete").count(), TOLD_AHEAD);
    }
}

#[tokio::test]
async fn the_first_of_a_checked_series_waits_alone_and_brings_the_others() {
    let clock = clock();
    for quarter in each(&clock).await {
        let author = quarter.instance.quarter().clone();
        let mut details = choir().details().clone();
        details.name = "Einbruch im Keller: wir treffen uns".into();
        let draft = Draft::new(details).expect("a draft");
        let weekly = rule("FREQ=WEEKLY;BYDAY=TU");
        let written = writing::series(&quarter.instance, &author, (&draft, &weekly), &writer(), None).await;
        let Ok(Written::Queue(first)) = written else { panic!("{written:?}") };
        assert_eq!(dates(&quarter, first).await.len(), 1);
        assert_eq!(series::see_to_due(&quarter.instance).await.expect("a look"), 0);
        federation::queue::approve(&quarter.instance, first, "Ada").await.expect("a yes");
        let made = dates(&quarter, first).await;
        assert_eq!(made.len(), 52);
        assert_eq!(made.iter().filter(|one| !one.untold).count(), TOLD_AHEAD);
    }
}

#[tokio::test]
async fn a_series_that_never_takes_place_is_refused_at_its_field() {
    let clock = clock();
    let quarter = TestQuarter::new("nord", &clock, testing::sqlite()).await;
    let author = quarter.instance.quarter().clone();
    for text in ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=WEEKLY;UNTIL=20200101"] {
        let written = writing::series(&quarter.instance, &author, (&choir(), &rule(text)), &writer(), None).await;
        let Err(federation::Error::Invalid(invalid)) = written else { panic!("{text}: {written:?}") };
        assert!(invalid.at("phrase").is_some(), "{text}: {invalid}");
    }
    let kept = events::list(&mut quarter.read().await, &Query::from(Timestamp::UNIX_EPOCH, Which::All, 9)).await;
    assert!(kept.expect("events").is_empty(), "all or nothing");
}

#[tokio::test]
async fn what_is_postponed_and_moved_is_so_at_the_neighbours() {
    let clock = clock();
    for (north, south) in neighbours_on_each(&clock).await {
        let kept =
            activities::create::event(&north.instance, north.instance.quarter(), choir()).await.expect("an event");
        let theirs = async || {
            let query = Query::from(Timestamp::UNIX_EPOCH, Which::All, 9);
            let found = events::list(&mut south.read().await, &query).await.expect("events");
            found.into_iter().map(|(event, _)| event.details).next()
        };
        until("the event is there", async || theirs().await.is_some()).await;
        moving::event(&north.instance, kept.id, None, Some("Wasserschaden")).await.expect("a postponement");
        let is_postponed = async || theirs().await.is_some_and(|details| details.moved.postponed);
        until("it is postponed there", is_postponed).await;
        assert_eq!(theirs().await.expect("an event").status, Status::Cancelled);
        let start = kept.details.starts_at + SignedDuration::from_hours(48);
        let moved = moving::event(&north.instance, kept.id, Some(start), None).await.expect("a move");
        assert_eq!(moved.details.ends_at, start + SignedDuration::from_hours(2));
        assert_eq!((moved.details.status, moved.sequence), (Status::Confirmed, 2));
        let is_moved = async || theirs().await.is_some_and(|details| details.starts_at == start);
        until("it is moved there", is_moved).await;
        let details = theirs().await.expect("an event");
        assert_eq!(details.moved.start, Some(kept.details.starts_at));
        assert!(!details.moved.postponed && details.short.is_none(), "{details:?}");
    }
}

/// One black pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

#[tokio::test]
async fn every_date_shows_the_pictures_of_its_series_until_it_has_its_own() {
    let clock = clock();
    for quarter in each(&clock).await {
        let (instance, account) = (&quarter.instance, Uuid::now_v7());
        let upload = async |alt: &str| {
            let bytes = bytes::Bytes::from_static(GIF);
            let media = federation::media::upload(instance, account, bytes, (alt.to_owned(), None)).await;
            Pick { id: media.expect("a picture").id, alt: alt.to_owned(), credit: None, focus: None }
        };
        let shown = async |event: Uuid| {
            let found = storage::media::of_object(&mut quarter.read().await, event).await.expect("pictures");
            found.into_iter().map(|media| media.alt).collect::<Vec<_>>()
        };
        let flyer = Illustrations { account, picks: vec![upload("Das Plakat").await] };
        let (draft, weekly) = (choir().with_pictures(flyer.clone()), rule("FREQ=WEEKLY;BYDAY=TU"));
        let written = writing::series(instance, instance.quarter(), (&draft, &weekly), &writer(), None).await;
        let Ok(Written::Board(first)) = written else { panic!("{written:?}") };
        let made = dates(&quarter, first).await;
        assert_eq!(shown(made[7].event.id).await, ["Das Plakat"]);
        // The form of a date sends the pictures that it shows: they stay where they are.
        let same = Draft::new(made[1].event.details.clone()).expect("a draft").with_pictures(flyer);
        activities::update::event(instance, made[1].event.id, same).await.expect("a change");
        assert_eq!(shown(first).await, ["Das Plakat"]);
        let own = Illustrations { account, picks: vec![upload("Der Gastchor").await] };
        let other = Draft::new(made[2].event.details.clone()).expect("a draft").with_pictures(own);
        activities::update::event(instance, made[2].event.id, other).await.expect("a change");
        assert_eq!(shown(made[2].event.id).await, ["Der Gastchor"]);
        activities::delete::object(instance, first).await.expect("a deletion");
        assert_eq!(shown(made[7].event.id).await, ["Das Plakat"], "the others keep it");
    }
}
