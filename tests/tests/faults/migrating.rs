//! Several servers start at the same moment on one PostgreSQL: one brings the tables up to date, the others wait for it.

use std::time::Duration;

use anyhow::{Result, ensure};
use storage::Store;
use storage::testing::{self, Database};
use tests::quarter::Quarter;
use tests::wait;

use super::SOON;

/// A version of the tables before `lanes` was changed.
const BEFORE: i64 = 10;
/// The table that a migration after that one changes.
const CHANGED: &str = "lanes";

/// How long several starts may take at once, one after the other, in a debug build on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// Starts `count` servers at the same moment.
fn start_at_once(quarter: &Quarter, count: usize) -> Result<Vec<Quarter>> {
    let mut nodes: Vec<_> = (0..count).map(|_| quarter.another_node()).collect::<Result<_>>()?;
    nodes.iter_mut().try_for_each(Quarter::spawn)?;
    Ok(nodes)
}

async fn all_serve(nodes: &[Quarter]) -> Result<()> {
    for node in nodes {
        wait::until("all of them to serve", PATIENCE, async || Ok(node.is_ready().await.then_some(()))).await?;
    }
    Ok(())
}

fn quarter(database: &Database) -> Result<Quarter> {
    Quarter::prepare("nord", &[("QUARTIER_DATABASE_URL", database.url.as_str())])
}

#[tokio::test(flavor = "multi_thread")]
async fn q_06_three_servers_that_start_on_an_empty_database_found_one_quarter() -> Result<()> {
    let Some(database) = testing::postgres() else { return Ok(()) };
    let nodes = start_at_once(&quarter(&database)?, 3)?;
    all_serve(&nodes).await?;
    let founded = testing::texts(&database.url, "select handle from actors where part = 'quarter'").await?;
    ensure!(founded == ["nord"], "{founded:?}");
    for node in &nodes {
        let log = node.whole_log();
        ensure!(!log.contains("ERROR") && !log.contains("panicked"), "{log}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn q_06_who_is_killed_while_migrating_leaves_nothing_half_done_and_others_go_on() -> Result<()> {
    let Some(database) = testing::postgres() else { return Ok(()) };
    Store::open_at(&database.url, BEFORE).await?.close().await;
    let held = testing::hold(&database.url, CHANGED).await?;
    let quarter = quarter(&database)?;
    let mut killed = quarter.another_node()?;
    killed.spawn()?;
    let waits = format!("select mode from pg_locks where not granted and relation = '{CHANGED}'::regclass");
    wait::until("the server to be in the middle of a migration", SOON, async || {
        Ok(testing::texts(&database.url, &waits).await?.pop())
    })
    .await?;
    killed.kill()?;
    let nodes = start_at_once(&quarter, 2)?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    for node in &nodes {
        ensure!(!node.is_ready().await, "the others wait");
    }
    drop(held);
    all_serve(&nodes).await?;
    let ran = "select version || '' from _sqlx_migrations order by version";
    let fresh = testing::sqlite();
    Store::open(&fresh.url).await?.close().await;
    ensure!(testing::texts(&database.url, ran).await? == testing::texts(&fresh.url, ran).await?, "every one ran, once");
    for node in &nodes {
        ensure!(!node.whole_log().contains("panicked"), "{}", node.log());
    }
    Ok(())
}
