//! What two servers of one PostgreSQL do at the same moment: tests that hold one transaction open while the other works.

use std::time::Duration;

use domain::actor::{Actor, Part};
use domain::import::Source;
use jiff::Timestamp;
use tokio::time::timeout;

use crate::lanes::{self, Hour};
use crate::letters::{self, Letter};
use crate::samples::{activity, hours, known, noon};
use crate::testing::{self, Database};
use crate::tx::run;
use crate::{Store, Tx, activities, chores, deliveries, sources};

/// Whoever waits for another's lock waits longer than this.
const AT_ONCE: Duration = Duration::from_secs(5);

/// Two servers' stores; `None` where there is no PostgreSQL.
async fn two() -> Option<(Database, Store, Store)> {
    let database = testing::postgres()?;
    let one = Store::open(&database.url).await.expect("an open store");
    let other = Store::open(&database.url).await.expect("an open store");
    Some((database, one, other))
}

async fn lane(tx: &mut Tx, host: &str, due_at: Timestamp) {
    run!(tx, |conn| sqlx::query("insert into lanes (host, due_at, failures) values ($1, $2, 0)")
        .bind(host)
        .bind(due_at.as_millisecond())
        .execute(conn)
        .await
        .map(|_| ()))
    .expect("a lane");
}

async fn claimed(tx: &mut Tx, limit: i64) -> Vec<String> {
    let latest = noon() + hours(99);
    let hour = Hour { now: noon(), leased_until: noon() + hours(1), longest: noon() + hours(2), latest };
    let claiming = timeout(AT_ONCE, lanes::claim(tx, &hour, limit));
    let lanes = claiming.await.expect("nobody waits").expect("lanes");
    lanes.into_iter().map(|lane| lane.host).collect()
}

#[tokio::test]
async fn two_servers_take_different_lanes_and_neither_waits() {
    let Some((_database, one, other)) = two().await else { return };
    let mut tx = one.write().await.expect("a transaction");
    for (at, host) in ["a.example", "b.example", "c.example"].into_iter().enumerate() {
        lane(&mut tx, host, noon() - hours(9 - i64::try_from(at).expect("small"))).await;
    }
    tx.commit().await.expect("a commit");
    let (mut first, mut second) = (one.write().await.expect("a tx"), other.write().await.expect("a tx"));
    assert_eq!(claimed(&mut first, 1).await, ["a.example"]);
    assert_eq!(claimed(&mut second, 9).await.len(), 2, "the others");
    assert!(claimed(&mut first, 9).await.is_empty(), "and nothing twice");
    first.commit().await.expect("a commit");
    second.commit().await.expect("a commit");
}

#[tokio::test]
async fn two_servers_take_different_letters_and_calendars_and_one_of_them_each_chore() {
    let Some((_database, one, other)) = two().await else { return };
    let mut tx = one.write().await.expect("a transaction");
    let ours = known(&mut tx, "nord", Some(Part::Quarter)).await.id;
    for name in ["mira", "jo"] {
        let to = format!("{name}@nord.example").parse().expect("an address");
        letters::insert(&mut tx, &Letter { to, subject: "S".into(), text: "T".into() }, noon())
            .await
            .expect("a letter");
        let url = format!("https://{name}.example/k.ics").parse().expect("a URL");
        let source: Source = sources::add(&mut tx, &url, name, ours, false).await.expect("a source");
        sources::mark_read(&mut tx, &source, Some(noon())).await.expect("an update");
    }
    tx.commit().await.expect("a commit");
    let (mut first, mut second) = (one.write().await.expect("a tx"), other.write().await.expect("a tx"));
    let until = noon() + hours(1);
    for tx in [&mut first, &mut second] {
        let taking = timeout(AT_ONCE, letters::claim(tx, noon(), until, 1));
        assert_eq!(taking.await.expect("nobody waits").expect("letters").len(), 1);
        let taking = timeout(AT_ONCE, sources::claim(tx, noon(), until, 1));
        assert_eq!(taking.await.expect("nobody waits").expect("sources").len(), 1);
    }
    // Everybody has taken this one before.
    drop((first, second));
    let mut tx = one.write().await.expect("a transaction");
    assert!(chores::claim(&mut tx, "backup", noon(), noon()).await.expect("a claim"));
    tx.commit().await.expect("a commit");
    let (mut first, mut second) = (one.write().await.expect("a tx"), other.write().await.expect("a tx"));
    assert!(chores::claim(&mut first, "backup", noon(), until).await.expect("a claim"));
    let taking = timeout(AT_ONCE, chores::claim(&mut second, "backup", noon(), until));
    assert!(!taking.await.expect("nobody waits").expect("a claim"));
}

/// Queues something of `author` for `host`.
async fn queue(tx: &mut Tx, author: &Actor, host: &str) {
    let activity = activity(author, "Like");
    activities::insert(tx, &activity).await.expect("an insert");
    let inbox = format!("https://{host}/inbox").parse().expect("a URL");
    let queueing = timeout(AT_ONCE, deliveries::to_inbox(tx, activity.id, &inbox, host, noon()));
    queueing.await.expect("nobody waits").expect("an insert");
}

#[tokio::test]
async fn two_that_tell_the_same_hosts_in_another_order_do_not_wait_for_each_other() {
    let Some((_database, one, other)) = two().await else { return };
    let mut tx = one.write().await.expect("a transaction");
    let author = known(&mut tx, "nord", Some(Part::Quarter)).await;
    lane(&mut tx, "a.example", noon()).await;
    lane(&mut tx, "b.example", noon()).await;
    tx.commit().await.expect("a commit");
    let (mut first, mut second) = (one.write().await.expect("a tx"), other.write().await.expect("a tx"));
    queue(&mut first, &author, "a.example").await;
    queue(&mut second, &author, "b.example").await;
    queue(&mut first, &author, "b.example").await;
    queue(&mut second, &author, "c.example").await;
    queue(&mut second, &author, "a.example").await;
    let (first, second) = tokio::join!(first.commit(), second.commit());
    first.expect("a commit");
    second.expect("a commit");
    let mut tx = one.write().await.expect("a transaction");
    assert_eq!(claimed(&mut tx, 9).await.len(), 3, "and each has its turn");
}

#[tokio::test]
async fn who_asks_to_be_alone_waits_for_the_other() {
    let Some((_database, one, other)) = two().await else { return };
    let (mut first, mut second) = (one.write().await.expect("a tx"), other.write().await.expect("a tx"));
    first.alone().await.expect("nobody else");
    assert!(timeout(Duration::from_millis(300), second.alone()).await.is_err());
    drop(second);
    first.commit().await.expect("a commit");
    let mut second = other.write().await.expect("a transaction");
    timeout(AT_ONCE, second.alone()).await.expect("it is its turn").expect("a lock");
}

#[tokio::test]
async fn the_next_turn_is_when_a_lane_is_due_and_its_lease_over() {
    for (_database, store) in crate::samples::stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let until = noon() + hours(5);
        assert_eq!(lanes::next_turn(&mut tx, until).await.expect("a look"), None);
        lane(&mut tx, "late.example", noon() + hours(6)).await;
        assert_eq!(lanes::next_turn(&mut tx, until).await.expect("a look"), None, "that is later than asked for");
        lane(&mut tx, "leased.example", noon()).await;
        assert_eq!(claimed(&mut tx, 9).await, ["leased.example"]);
        assert_eq!(lanes::next_turn(&mut tx, until).await.expect("a look"), Some(noon() + hours(1)));
        lane(&mut tx, "soon.example", noon() + hours(1) / 2).await;
        assert_eq!(lanes::next_turn(&mut tx, until).await.expect("a look"), Some(noon() + hours(1) / 2));
    }
}
