//! What a shared commit promises, and to whom.

use std::time::Duration;

use tokio::task::JoinHandle;

use crate::samples::noon;
use crate::{Result, Store, Tx, received, testing};

async fn sqlite() -> (testing::Database, Store) {
    let database = testing::all().into_iter().find(|database| database.url.starts_with("sqlite")).expect("SQLite");
    let store = Store::open(&database.url).await.expect("an open store");
    (database, store)
}

async fn add(tx: &mut Tx, number: usize) -> bool {
    received::insert(tx, &format!("https://a.example/{number}"), noon()).await.expect("an insert")
}

/// How many of the first `many` are in the database, without changing it.
async fn kept(store: &Store, many: usize) -> Vec<usize> {
    let mut tx = store.write().await.expect("a transaction");
    let mut kept = Vec::new();
    for number in 0..many {
        if !add(&mut tx, number).await {
            kept.push(number);
        }
    }
    kept
}

/// Somebody who waits for the next turn, to share its commit or alone.
async fn next(store: &Store, shares: bool) -> JoinHandle<Result<Tx>> {
    let coming = store.clone();
    let next = tokio::spawn(async move { if shares { coming.write_together().await } else { coming.write().await } });
    while waiting(store) == 0 {
        tokio::task::yield_now().await;
    }
    next
}

async fn within<T>(soon: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), soon).await.expect("not stuck")
}

#[tokio::test]
async fn those_who_wait_for_each_other_commit_together_and_each_is_kept() {
    let (_database, store) = sqlite().await;
    let writers = (0..200).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut tx = store.write_together().await.expect("a turn");
            add(&mut tx, number).await;
            tx.commit().await.expect("a commit");
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        within(writer).await.expect("a writer");
    }
    assert_eq!(kept(&store, 200).await.len(), 200);
}

#[tokio::test]
async fn what_one_drops_is_gone_and_what_the_others_committed_stays() {
    let (_database, store) = sqlite().await;
    let writers = (0..90).map(|number| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut tx =
                if number % 5 == 0 { store.write().await } else { store.write_together().await }.expect("a turn");
            add(&mut tx, number).await;
            if number % 3 != 0 {
                tx.commit().await.expect("a commit");
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        within(writer).await.expect("a writer");
    }
    let expected: Vec<usize> = (0..90).filter(|number| number % 3 != 0).collect();
    assert_eq!(within(kept(&store, 90)).await, expected);
}

#[tokio::test]
async fn nobody_is_told_of_success_before_it_is_on_the_disk() {
    let (_database, store) = sqlite().await;
    let mut first = store.write_together().await.expect("a turn");
    add(&mut first, 1).await;
    let next = next(&store, true).await;
    let told = tokio::spawn(first.commit());
    let mut second = within(next).await.expect("a task").expect("a turn");
    add(&mut second, 2).await;
    assert!(!told.is_finished(), "the first is not committed yet");
    assert!(!is_there(&store, 1).await, "and nobody else sees it");
    second.commit().await.expect("a commit");
    within(told).await.expect("a task").expect("told");
    assert!(is_there(&store, 1).await && is_there(&store, 2).await);
}

#[tokio::test]
async fn a_transaction_alone_does_not_carry_the_others_and_waits_for_nobodys_work() {
    let (_database, store) = sqlite().await;
    let mut first = store.write_together().await.expect("a turn");
    add(&mut first, 1).await;
    let next = next(&store, false).await;
    within(first.commit()).await.expect("told while the second still works");
    drop(within(next).await.expect("a task").expect("a turn"));
    assert!(is_there(&store, 1).await);
}

#[tokio::test]
async fn whoever_is_interrupted_anywhere_stops_nobody() {
    let (_database, store) = sqlite().await;
    for round in 0..300_u64 {
        let number = usize::try_from(round).expect("a number");
        let one = async {
            let mut tx =
                if round % 2 == 0 { store.write_together().await } else { store.write().await }.expect("a turn");
            add(&mut tx, number).await;
            tx.commit().await
        };
        let other = async {
            let mut tx = store.write_together().await.expect("a turn");
            add(&mut tx, 1000 + number).await;
            tx.commit().await.expect("a commit, whatever the other does");
        };
        // Dropped after a little more progress each time.
        let interrupted = tokio::time::timeout(Duration::from_micros(round * 3), one);
        let (_, ()) = within(Box::pin(async { tokio::join!(interrupted, other) })).await;
    }
    for number in 1000..1300 {
        assert!(is_there(&store, number).await, "{number} was told that it is kept");
    }
    within(store.close()).await;
}

#[tokio::test]
async fn when_the_database_takes_all_back_everybody_in_it_is_told() {
    let (_database, store) = sqlite().await;
    let mut first = store.write_together().await.expect("a turn");
    add(&mut first, 1).await;
    let next = next(&store, true).await;
    let told = tokio::spawn(first.commit());
    let mut second = within(next).await.expect("a task").expect("a turn");
    // What SQLite does by itself when the disk is full or broken.
    let Tx::Sqlite(conn) = &mut second else { panic!("SQLite") };
    sqlx::query("rollback").execute(&mut **conn).await.expect("a rollback");
    assert!(within(second.commit()).await.is_err());
    assert!(within(told).await.expect("a task").is_err(), "the first was in it too");
    assert!(!is_there(&store, 1).await);
    let mut tx = within(store.write_together()).await.expect("a turn on a new connection");
    add(&mut tx, 3).await;
    tx.commit().await.expect("a commit");
    assert!(is_there(&store, 3).await);
}

fn waiting(store: &Store) -> usize {
    let Store::Sqlite { writer, .. } = store else { panic!("SQLite") };
    writer.0.waiting.load(std::sync::atomic::Ordering::Acquire)
}

async fn is_there(store: &Store, number: usize) -> bool {
    let Tx::Sqlite(mut conn) = store.read().await.expect("a transaction") else { panic!("SQLite") };
    let query = sqlx::query_scalar::<_, i64>("select count(*) from received where activity = $1");
    query.bind(format!("https://a.example/{number}")).fetch_one(&mut *conn).await.expect("a count") == 1
}
