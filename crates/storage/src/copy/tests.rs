//! Nothing is forgotten and nothing changes on the way from one database to the other.

use std::collections::BTreeSet;

use domain::actor::Part;
use tokio::sync::mpsc;

use super::*;
use crate::samples::{self, event, known, noon, note, stores};
use crate::{Store, activities, actors, deliveries, events, posts, received, testing};

/// The names after `create table` in the migrations, but for those that are made from others.
fn created() -> BTreeSet<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
    let files = std::fs::read_dir(folder).expect("the migrations").map(|entry| entry.expect("an entry").path());
    let texts = files.filter(|file| file.extension().is_some_and(|ending| ending == "sql"));
    let texts: Vec<String> = texts.map(|file| std::fs::read_to_string(file).expect("a text")).collect();
    let lines = texts.iter().flat_map(|text| text.lines()).filter_map(|line| line.strip_prefix("create table "));
    let names = lines.map(|rest| rest.trim_end_matches(" (").to_owned());
    names.filter(|name| !name.starts_with("search_")).collect()
}

#[tokio::test]
async fn no_table_is_forgotten_and_both_databases_have_the_same() {
    let mut seen = Vec::new();
    for (_database, store) in stores().await {
        let tables = tables(&mut store.read().await.expect("a view")).await.expect("tables");
        let names: BTreeSet<String> = tables.iter().map(|table| table.name.clone()).collect();
        assert_eq!(names, created());
        seen.push(tables);
    }
    assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{seen:#?}");
}

/// A quarter with a little of every kind of value: uuids, texts, numbers, truths, fractions, bytes, nulls.
async fn fill(store: &Store) {
    let mut tx = store.write().await.expect("a transaction");
    let quarter = samples::actor("nord", Some(Part::Quarter));
    let keys = actors::PrivateKeys { rsa: vec![0, 1, 255], ed25519: Some(vec![7; 40]) };
    actors::insert(&mut tx, &quarter, Some(&keys)).await.expect("an insert");
    known(&mut tx, "sued", None).await;
    let fest = event(&mut tx, &quarter, "Fest \"im\" Hof\n\u{1F389} — äöü \\ \u{7f}", 3).await;
    events::insert(&mut tx, &fest, None).await.expect("an insert");
    let post = note(&mut tx, &quarter, "Der Brunnen läuft wieder.", 0).await;
    posts::insert(&mut tx, &post, false).await.expect("an insert");
    let activity = samples::activity(&quarter, "Create");
    activities::insert(&mut tx, &activity).await.expect("an insert");
    let inbox = "https://sued.example/inbox".parse().expect("a URL");
    deliveries::to_inbox(&mut tx, activity.id, &inbox, "sued.example", noon()).await.expect("a delivery");
    for number in 0..120 {
        let id = format!("https://sued.example/{number}/{}", "x".repeat(10_000));
        received::insert(&mut tx, &id, noon()).await.expect("an insert");
    }
    run!(&mut tx, |conn| {
        let picture =
            "insert into media (id, account, format, width, height, bytes, alt, focus_x, focus_y, blurhash, created_at)
             values ($1, $1, 'jpeg', 1, 2, 3, '', $2, $3, '', 4)";
        sqlx::query(picture).bind(uuid::Uuid::now_v7()).bind(0.1_f64).bind(-1.0_f64).execute(conn).await.map(|_| ())
    })
    .expect("an insert");
    tx.commit().await.expect("a commit");
}

async fn counts(store: &Store) -> Vec<(String, Count)> {
    let mut tx = store.read().await.expect("a view");
    let tables = tables(&mut tx).await.expect("tables");
    let mut counts = Vec::new();
    for table in tables {
        counts.push((table.name.clone(), count(&mut tx, &table).await.expect("a count")));
    }
    counts
}

async fn copy_all(from: &Store, to: &Store) {
    let mut source = from.read().await.expect("a view");
    let mut target = to.write().await.expect("a transaction");
    for table in tables(&mut source).await.expect("tables") {
        let (sender, mut batches) = mpsc::channel(2);
        let reading = async { read(&mut source, &table, &{ sender }).await };
        let writing = async {
            let mut count = 0;
            while let Some(batch) = batches.recv().await {
                write(&mut target, &table, &batch).await.expect("an insert");
                count += 1;
            }
            count
        };
        let (read, batches) = tokio::join!(reading, writing);
        read.expect("rows");
        assert_eq!(batches > 1, table.name == "received", "{}: {batches} batches", table.name);
    }
    target.commit().await.expect("a commit");
}

#[tokio::test]
async fn rows_are_the_same_after_the_way_to_every_database_and_back() {
    for (_one, from) in stores().await {
        fill(&from).await;
        let expected = counts(&from).await;
        assert!(expected.iter().filter(|(_, count)| count.rows > 0).count() > 8);
        for (_other, to) in stores().await {
            copy_all(&from, &to).await;
            assert_eq!(counts(&to).await, expected);
            let third = testing::sqlite();
            let back = Store::open(&third.url).await.expect("a store");
            copy_all(&to, &back).await;
            assert_eq!(counts(&back).await, expected);
        }
    }
}

#[tokio::test]
async fn one_changed_value_changes_the_count() {
    for (_database, store) in stores().await {
        fill(&store).await;
        let before = counts(&store).await;
        let mut tx = store.write().await.expect("a transaction");
        run!(&mut tx, |conn| sqlx::query("update media set focus_x = focus_x + 0.0000001")
            .execute(conn)
            .await
            .map(|_| ()))
        .expect("an update");
        tx.commit().await.expect("a commit");
        let changed: Vec<_> = counts(&store).await.into_iter().filter(|one| !before.contains(one)).collect();
        assert_eq!(changed.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["media"]);
    }
}

#[tokio::test]
async fn a_database_is_empty_until_there_is_a_row() {
    for (_database, store) in stores().await {
        let mut tx = store.write().await.expect("a transaction");
        let tables = tables(&mut tx).await.expect("tables");
        assert_eq!(first_filled(&mut tx, &tables).await.expect("a query"), None);
        received::insert(&mut tx, "https://sued.example/1", noon()).await.expect("an insert");
        let filled = first_filled(&mut tx, &tables).await.expect("a query");
        assert_eq!(filled.map(|table| table.name.as_str()), Some("received"));
    }
}

#[tokio::test]
async fn older_tables_are_filled_and_then_brought_up_to_date() {
    for database in testing::all() {
        let store = Store::open_at(&database.url, 4).await.expect("an old store");
        let mut tx = store.write().await.expect("a transaction");
        assert_eq!(version(&mut tx).await.expect("a version"), 4);
        let old = tables(&mut tx).await.expect("tables");
        received::insert(&mut tx, "https://sued.example/1", noon()).await.expect("an insert");
        tx.commit().await.expect("a commit");
        store.close().await;
        let store = Store::open(&database.url).await.expect("a store up to date");
        let mut tx = store.read().await.expect("a view");
        let new = tables(&mut tx).await.expect("tables");
        assert!(new.len() > old.len());
        assert_eq!(
            first_filled(&mut tx, &new).await.expect("a query").map(|table| table.name.as_str()),
            Some("received")
        );
        assert!(version(&mut tx).await.expect("a version") > 4);
    }
    let database = testing::sqlite();
    assert!(matches!(Store::open_at(&database.url, 9999).await, Err(Error::Newer(9999))));
}
