//! Databases that the first version wrote, with many rows: brought up to date, and killed over it.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use jiff::Timestamp;
use storage::{Store, testing};
use tests::quarter::Quarter;
use tests::{count, random, wait};

/// The last migration of the first version.
const FIRST: i64 = 5;
/// How many posts, events and deliveries there are; `QUARTIER_TEST_ROWS` says otherwise.
const ROWS: usize = 20_000;
/// In how many migrations the server is killed; `QUARTIER_TEST_CUTS` says otherwise.
const CUTS: usize = 8;
/// What has to be there before and after.
const TABLES: [&str; 6] = ["activities", "deliveries", "events", "objects", "posts", "received"];
/// How long a million rows may take.
const A_MILLION: Duration = Duration::from_mins(5);

/// What the two databases write differently: the numbers up to `$1`, and a key made of a number.
struct Dialect {
    numbers: &'static str,
    key: fn(&str) -> String,
}

const SQLITE: Dialect = Dialect {
    numbers: "with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ROWS)",
    key: |number| format!("unhex(printf('%032x', {number}))"),
};
const POSTGRESQL: Dialect = Dialect {
    numbers: "with numbers (n) as (select generate_series(1, ROWS))",
    key: |number| format!("lpad(to_hex({number}), 32, '0')::uuid"),
};

/// Statements that fill a database of the first version: one neighbour, with so many posts, events and deliveries.
#[expect(clippy::disallowed_methods, reason = "what is too old is thrown away at the start")]
fn seed(rows: usize, dialect: &Dialect) -> String {
    let now = Timestamp::now().as_millisecond();
    let numbers = dialect.numbers.replace("ROWS", &rows.to_string());
    let (one, key) = ((dialect.key)("1"), dialect.key);
    let (post, event, activity) = (key("n"), key(&format!("n + {rows}")), key("n"));
    format!(
        "insert into actors (id, url, kind, handle, host, name, summary, page, inbox, key_id, key_pem, created_at, updated_at)
           values ({one}, 'https://fern.example/actor', 'Group', 'fern', 'fern.example', 'Fern', '', 'https://fern.example/',
             'https://fern.example/inbox', 'https://fern.example/actor#main-key', '', {now}, {now});
         {numbers} insert into objects (url, id, kind, owner)
           select 'https://fern.example/posts/' || n, {post}, 'Note', 'https://fern.example/actor' from numbers;
         {numbers} insert into posts (id, url, page, author, content, held, published_at, updated_at)
           select {post}, 'https://fern.example/posts/' || n, 'https://fern.example/posts/' || n, {one},
             '<p>Guten Morgen ' || n || '</p>', false, {now}, {now} from numbers;
         {numbers} insert into objects (url, id, kind, owner)
           select 'https://fern.example/events/' || n, {event}, 'Event', 'https://fern.example/actor' from numbers;
         {numbers} insert into events (id, url, page, author, name, starts_at, ends_at, timezone, status, free, extras, draft,
             uid, sequence, published_at, updated_at)
           select {event}, 'https://fern.example/events/' || n, 'https://fern.example/events/' || n, {one}, 'Fest ' || n,
             {now}, {now}, 'Europe/Berlin', 'confirmed', true, '{{}}', false, 'fest-' || n, 0, {now}, {now} from numbers;
         {numbers} insert into activities (id, url, kind, actor, object, body, listed, published_at)
           select {activity}, 'https://nord.example/activities/' || n, 'Like', {one}, 'https://fern.example/posts/' || n, '{{}}',
             false, {now} from numbers;
         {numbers} insert into deliveries (activity, inbox, host, state, attempts, created_at, finished_at)
           select {activity}, 'https://fern.example/inbox', 'fern.example', 'delivered', 1, {now}, {now} from numbers;
         {numbers} insert into received (activity, received_at)
           select 'https://fern.example/activities/' || n, {now} from numbers;"
    )
}

/// Makes such a database.
async fn first_version(url: &str, rows: usize) -> Result<()> {
    Store::open_at(url, FIRST).await?.close().await;
    let dialect = if url.starts_with("sqlite") { SQLITE } else { POSTGRESQL };
    Ok(testing::run(url, &seed(rows, &dialect)).await?)
}

/// How many rows the tables have.
async fn rows(url: &str) -> Result<Vec<String>> {
    let counts = TABLES.map(|table| format!("select '{table}: ' || count(*) from {table}"));
    let mut counts = testing::texts(url, &counts.join(" union all ")).await?;
    counts.sort();
    Ok(counts)
}

/// Starts the server, whatever it has to do first; how long that took.
async fn start(quarter: &mut Quarter, within: Duration) -> Result<Duration> {
    let began = Instant::now();
    quarter.spawn()?;
    wait::until("the server to be ready", within, async || Ok(quarter.is_ready().await.then_some(()))).await?;
    Ok(began.elapsed())
}

async fn is_brought_up_to_date(settings: &[(&str, &str)]) -> Result<()> {
    let count = count("QUARTIER_TEST_ROWS", ROWS);
    let mut quarter = Quarter::prepare("nord", settings)?;
    let url = quarter.database_url();
    first_version(&url, count).await?;
    let before = rows(&url).await?;
    let limit = A_MILLION.mul_f64(f64::from(u32::try_from(count)?) / 1e6) + Duration::from_mins(1);
    let took = start(&mut quarter, limit).await?;
    let log = quarter.whole_log();
    eprintln!("{count} posts, events and deliveries each were brought up to date in {took:?}");
    ensure!(log.contains("step 1 of") && log.contains("The database is up to date"), "it says how far it is: {log}");
    ensure!(rows(&url).await? == before, "of {before:?} are left {:?}", rows(&url).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn u_02_a_large_database_of_the_first_version_is_brought_up_to_date() -> Result<()> {
    is_brought_up_to_date(&[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn u_02_the_same_holds_on_postgresql() -> Result<()> {
    let Some(database) = testing::postgres() else { return Ok(()) };
    is_brought_up_to_date(&[("QUARTIER_DATABASE_URL", database.url.as_str())]).await
}

/// How many steps there are, as the log says.
fn steps(log: &str) -> Option<u64> {
    log.split("step 1 of ").nth(1)?.split(':').next()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn q_06_a_server_that_is_killed_over_a_migration_finishes_it_at_the_next_start() -> Result<()> {
    let soon = Duration::from_mins(2);
    let mut quarter = Quarter::prepare("nord", &[])?;
    let url = quarter.database_url();
    first_version(&url, ROWS / 4).await?;
    let before = rows(&url).await?;
    let kept = quarter.data().join("first");
    std::fs::copy(quarter.database(), &kept)?;
    start(&mut quarter, soon).await?;
    let all = steps(&quarter.whole_log()).unwrap_or(1);
    quarter.kill()?;
    let done = "select count(*) || '' from _sqlx_migrations";
    let complete = testing::texts(&url, done).await?;
    let mut halfway = 0;
    for cut in 0..count("QUARTIER_TEST_CUTS", CUTS) {
        fresh(&quarter, &kept)?;
        let log = quarter.data().join(format!("log-{cut}"));
        quarter.spawn_with(&log, &[])?;
        let step = format!("step {} of", random() % all + 1);
        wait::at_once(soon, || std::fs::read_to_string(&log).is_ok_and(|log| log.contains(&step))).await?;
        tokio::time::sleep(Duration::from_micros(random() % 3000)).await;
        quarter.kill()?;
        halfway += usize::from(testing::texts(&url, done).await? != complete);
        start(&mut quarter, soon).await?;
        quarter.kill()?;
        let state = testing::texts(&url, "pragma integrity_check").await?;
        ensure!(state == ["ok"] && rows(&url).await? == before, "cut {cut} at {step}: {state:?}");
        ensure!(testing::texts(&url, done).await? == complete, "cut {cut} at {step}: not all steps are done");
    }
    eprintln!("{halfway} times it was killed before all steps were done");
    ensure!(halfway > 0, "it was never killed in the middle");
    Ok(())
}

/// The database as the first version left it.
fn fresh(quarter: &Quarter, kept: &Path) -> Result<()> {
    for ending in ["-wal", "-shm"] {
        // There is none after an orderly end.
        let _ = std::fs::remove_file(quarter.data().join(format!("quartier.db{ending}")));
    }
    std::fs::copy(kept, quarter.database())?;
    Ok(())
}
