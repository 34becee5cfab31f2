//! A quarter comes back from its backup, on another machine and on another database, and nothing of it is lost.

#![expect(clippy::indexing_slicing, reason = "a member that a JSON value does not have is null, no panic")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use storage::copy::{self, Count};
use storage::{Store, testing};
use tests::quarter::{self, Quarter};
use tests::sink::Sink;
use tests::{keys, random, wait};

/// Neighbours at the first word, as in the demo.
const OPEN: (&str, &str) = ("QUARTIER_NEIGHBOURS_ACCEPT", "automatic");
const SEALED: (&str, &str) = ("QUARTIER_BACKUP_PASSPHRASE", "richtig pferd batterie");
const DATABASE: &str = "QUARTIER_DATABASE_URL";
const PATIENCE: Duration = Duration::from_mins(1);
/// A file of the data folder that belongs to a backup.
const PICTURE: &str = "media/0a/ff/picture.jpg";

/// What `database.url` says for a database of the tests: a file is always the one in the data folder.
fn setting(database: &testing::Database) -> &str {
    if database.kind() == "postgres" { &database.url } else { "sqlite" }
}

fn note(text: &str) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "type": "Note", "content": format!("<p>{text}</p>"),
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
    })
}

/// A quarter with posts, an event, members, an initiative, a picture; gives the editor's token.
async fn furnish(nord: &Quarter) -> Result<String> {
    let token = nord.editor().await?;
    nord.account("mira@example.org", "member").await?;
    nord.cli(&["initiative", "create", "--name", "Repair-Café", "--handle", "cafe"]).await?;
    nord.cli(&["publish", "note", "--text", "Der Brunnen läuft wieder."]).await?;
    let event = ["--name", "Hoffest", "--start", "2031-06-01T15:00", "--place", "Bürgerhaus", "--free"];
    nord.cli(&[&["publish", "event", "--as", "cafe"], &event[..]].concat()).await?;
    let picture = nord.data().join(PICTURE);
    std::fs::create_dir_all(picture.parent().context("a folder")?)?;
    std::fs::write(picture, "a picture".repeat(10_000))?;
    Ok(token)
}

/// Writes numbered posts until it is aborted; `written` says how many were answered with 201.
async fn write(client: reqwest::Client, outbox: String, token: String, written: Arc<AtomicUsize>) {
    loop {
        let text = marker(written.load(Ordering::SeqCst));
        if quarter::post(&client, &outbox, &token, &note(&text)).await.is_ok() {
            written.fetch_add(1, Ordering::SeqCst);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn marker(number: usize) -> String {
    format!("Unterwegs-{number}-Ende")
}

/// The texts of the notes that a sink got.
fn texts(sink: &Sink) -> Vec<String> {
    let text = |create: &Value| create["object"]["content"].as_str().map(str::to_owned);
    sink.activities("Create").iter().filter_map(text).collect()
}

async fn a_quarter_moves_to_a_new_machine(
    from: &testing::Database,
    to: &testing::Database,
    seal: &[(&str, &str)],
) -> Result<()> {
    let old = [&[OPEN, (DATABASE, setting(from))], seal].concat();
    let mut nord = Quarter::start_with("nord", &old).await?;
    let sued = Quarter::start_with("sued", &[OPEN]).await?;
    nord.cli(&["neighbours", "invite", &sued.address()]).await?;
    wait::until("neighbours", PATIENCE, async || {
        Ok(nord.cli(&["neighbours", "list"]).await?.contains("established").then_some(()))
    })
    .await?;
    let token = furnish(&nord).await?;
    sued.shows("/", "Der Brunnen läuft wieder.", PATIENCE).await?;

    // Something waits, since the sink does not want it yet.
    let sink = Sink::start("eins").await?;
    sink.follow(&nord).await?;
    for _ in 0..1_000 {
        sink.answer_next(StatusCode::SERVICE_UNAVAILABLE, HeaderMap::new());
    }
    nord.publish(&token, &note("Das wartet noch.")).await?;
    wait::until("a failed try", PATIENCE, async || {
        Ok(sink.received().iter().any(|one| !one.answered.is_success()).then_some(()))
    })
    .await?;

    let actor = nord.actor().await?;
    let outbox = actor["outbox"].as_str().context("no outbox")?.to_owned();
    let written = Arc::new(AtomicUsize::new(0));
    let author = tokio::spawn(write(nord.client.clone(), outbox, token, Arc::clone(&written)));
    let some = async || Ok((written.load(Ordering::SeqCst) > 2).then_some(()));
    wait::until("posts of somebody who goes on writing", PATIENCE, some).await?;
    let before = written.load(Ordering::SeqCst);
    let file = tempfile::tempdir()?;
    let file = file.path().join("nord.backup");
    let backup = file.to_str().context("a name")?;
    let said = nord.cli(&["backup", backup]).await?;
    assert!(said.starts_with(backup) && said.contains("1 files"), "{said}");
    author.abort();
    nord.kill()?;

    let mut new = nord.elsewhere(&[(DATABASE, setting(to))])?;
    let said = new.cli(&["restore", backup]).await?;
    assert!(said.contains("deliveries wait for 1 servers") || said.contains("deliveries wait for 2 servers"), "{said}");
    assert_eq!(std::fs::read(new.data().join(PICTURE))?, "a picture".repeat(10_000).as_bytes());
    new.spawn()?;
    new.ready().await.with_context(|| new.log())?;
    new.shows("/initiatives", "Repair-Café", PATIENCE).await?;
    assert!(new.cli(&["neighbours", "list"]).await?.contains("established"));
    assert!(new.cli(&["account", "token", "--email", "mira@example.org"]).await?.len() > 20);

    // From here on the sink takes everything: what waited comes, once, signed with the key it knows.
    sink.answer_all();
    new.cli(&["queue", "retry"]).await?;
    new.cli(&["publish", "note", "--text", "Wir sind umgezogen."]).await?;
    wait::until("what waited at the sink", PATIENCE, async || {
        let texts = texts(&sink);
        let has = |text: &str| texts.iter().any(|one| one.contains(text));
        let all = (0..before).all(|number| has(&marker(number)));
        Ok((all && has("Das wartet noch.") && has("Wir sind umgezogen.")).then_some(()))
    })
    .await
    .with_context(|| new.log())?;
    let pem = actor["publicKey"]["publicKeyPem"].as_str().context("no key")?;
    let received = sink.received();
    let last = received.last().context("nothing came")?;
    keys::verify(pem, &last.path, &last.headers, &last.body).context("signed with the old key")?;
    sued.shows("/", "Wir sind umgezogen.", PATIENCE).await.with_context(|| new.log())?;
    only_known_places(&new.data())
}

/// What a server keeps in its data folder is either in a backup or needs none.
fn only_known_places(data: &Path) -> Result<()> {
    for entry in std::fs::read_dir(data)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let known = ["quartier.db", "quartier.db-wal", "quartier.db-shm", "quartier.lock", "media", "cache"];
        ensure!(known.contains(&name.as_str()), "is {name} to be in a backup? see archive::FOLDERS");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quarter_comes_back_from_its_backup_on_a_new_machine() -> Result<()> {
    a_quarter_moves_to_a_new_machine(&testing::sqlite(), &testing::sqlite(), &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_backup_of_sqlite_is_restored_on_postgresql() -> Result<()> {
    let Some(database) = testing::postgres() else { return Ok(()) };
    a_quarter_moves_to_a_new_machine(&testing::sqlite(), &database, &[SEALED]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_backup_of_postgresql_is_restored_on_sqlite() -> Result<()> {
    let Some(database) = testing::postgres() else { return Ok(()) };
    a_quarter_moves_to_a_new_machine(&database, &testing::sqlite(), &[SEALED]).await
}

/// Runs a command that fails; its exit status and the one line it says.
async fn refused(quarter: &Quarter, words: &[&str]) -> Result<(Option<i32>, String)> {
    let done = quarter.cli_output(words).await?;
    let said = String::from_utf8(done.stderr)?;
    ensure!(said.lines().count() == 1, "more than a line: {said}");
    Ok((done.status.code(), said))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_restored_says_why_and_leaves_nothing() -> Result<()> {
    let nord = Quarter::start_with("nord", &[SEALED]).await?;
    furnish(&nord).await?;
    let folder = tempfile::tempdir()?;
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let sealed = path("nord.backup");
    nord.cli(&["backup", &sealed]).await?;
    let (status, said) = refused(&nord, &["backup", &sealed]).await?;
    assert!(status == Some(1) && said.contains("is there already"), "{said}");
    let (status, said) = refused(&nord, &["restore", &sealed]).await?;
    assert!(status == Some(1) && said.contains("another quartier server runs"), "{said}");

    let whole = std::fs::read(&sealed)?;
    std::fs::write(path("short"), &whole[..whole.len() - 1])?;
    std::fs::write(path("changed"), [&whole[..whole.len() / 2], b"!", &whole[whole.len() / 2 + 1..]].concat())?;
    std::fs::write(path("letter"), "Liebe Nachbarn")?;
    let new = nord.elsewhere(&[])?;
    let other = nord.elsewhere(&[("QUARTIER_QUARTER_HANDLE", "ost")])?;
    let wrong = nord.elsewhere(&[(SEALED.0, "falsch pferd")])?;
    let without = nord.elsewhere(&[(SEALED.0, "")])?;
    for (quarter, file, expected, words) in [
        (&new, "short", 1, "the backup is damaged"),
        (&new, "changed", 1, "the backup is damaged"),
        (&new, "letter", 1, "this is no backup of quartier"),
        (&new, "nowhere", 1, "No such file"),
        (&other, "nord.backup", 2, "set quarter.handle and server.base_url as they were"),
        (&wrong, "nord.backup", 1, "the passphrase is wrong"),
        (&without, "nord.backup", 1, "it is sealed"),
    ] {
        let (status, said) = refused(quarter, &["restore", &path(file)]).await?;
        assert!(status == Some(expected) && said.contains(words), "{file}: {said}");
        assert_eq!(std::fs::read_dir(quarter.data())?.count(), 0, "{file} left something");
    }
    assert!(new.cli(&["restore", &sealed, "--settings"]).await?.contains("handle = \"nord\""));
    new.cli(&["restore", &sealed]).await?;
    let (status, said) = refused(&new, &["restore", &sealed]).await?;
    assert!(status == Some(1) && said.contains("is there already: move the data folder away"), "{said}");
    let Some(database) = testing::postgres() else { return Ok(()) };
    let filled = nord.elsewhere(&[(DATABASE, &database.url)])?;
    filled.cli(&["restore", &sealed]).await?;
    let again = nord.elsewhere(&[(DATABASE, &database.url)])?;
    let (status, said) = refused(&again, &["restore", &sealed]).await?;
    assert!(status == Some(1) && said.contains("the database holds a quarter already"), "{said}");
    assert!(!again.data().join("media").exists());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_killed_leaves_nothing_under_its_name() -> Result<()> {
    let nord = Quarter::start("nord").await?;
    furnish(&nord).await?;
    let folder = tempfile::tempdir()?;
    let began = tokio::time::Instant::now();
    nord.cli(&["backup", folder.path().join("first.backup").to_str().context("a name")?]).await?;
    let usual = began.elapsed();
    let mut whole = 0;
    for round in 0..30 {
        let file = folder.path().join(format!("{round}.backup"));
        let mut backup = nord.begin(&["backup", file.to_str().context("a name")?])?;
        tokio::time::sleep(usual * u32::try_from(random() % 110)? / 100).await;
        backup.kill()?;
        if file.exists() {
            whole += 1;
            nord.cli(&["restore", "--settings", file.to_str().context("a name")?]).await?;
        }
    }
    assert!(whole < 30, "none was killed in time");
    assert!(nord.client.get(nord.url("/health/ready")?).send().await?.status().is_success());
    nord.cli(&["backup", folder.path().join("last.backup").to_str().context("a name")?]).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_database_is_not_served() -> Result<()> {
    let mut nord = Quarter::start("nord").await?;
    furnish(&nord).await?;
    nord.kill()?;
    let folder = tempfile::tempdir()?;
    let backup = folder.path().join("nord.backup");
    // It folds the write-ahead log into the file, too.
    nord.cli(&["backup", backup.to_str().context("a name")?]).await?;
    let file = nord.database();
    let mut bytes = std::fs::read(&file)?;
    let middle = bytes.len() / 2;
    for byte in bytes.iter_mut().skip(middle).take(64 * 1024) {
        *byte = 0x55;
    }
    std::fs::write(&file, &bytes)?;
    let (status, said) = last_line(&nord, &["serve"]).await?;
    assert!(
        status == Some(1) && said.contains("the database is damaged") && said.contains("quartier restore"),
        "{said}"
    );
    assert_eq!(std::fs::read(&file)?, bytes, "nothing was changed");
    std::fs::rename(nord.data(), folder.path().join("damaged"))?;
    nord.cli(&["restore", backup.to_str().context("a name")?]).await?;
    nord.spawn()?;
    nord.ready().await
}

/// As [`refused`], for a command that logs on its way.
async fn last_line(quarter: &Quarter, words: &[&str]) -> Result<(Option<i32>, String)> {
    let done = quarter.cli_output(words).await?;
    let said = String::from_utf8(done.stderr)?;
    Ok((done.status.code(), said.lines().last().unwrap_or_default().to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_makes_a_backup_a_day_by_itself_and_says_when_it_cannot() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("backups");
    let settings = [SEALED, ("QUARTIER_BACKUP_FOLDER", path.to_str().context("a name")?)];
    let mut nord = Quarter::start_with("nord", &settings).await?;
    let all = || std::fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()).collect::<Vec<_>>();
    let backup = wait::until("a backup", PATIENCE, async || {
        Ok(all().into_iter().find(|file| file.extension().is_some_and(|ending| ending == "backup")))
    })
    .await?;
    nord.cli(&["restore", "--settings", backup.to_str().context("a name")?]).await?;
    // A start within the day makes none.
    nord.kill()?;
    nord.spawn()?;
    nord.ready().await?;
    nord.cli(&["backup"]).await?;
    assert_eq!(all().len(), 2, "{:?}", all());

    let nowhere = folder.path().join("a-file");
    std::fs::write(&nowhere, "in the way")?;
    let ost = Quarter::start_with("ost", &[("QUARTIER_BACKUP_FOLDER", nowhere.to_str().context("a name")?)]).await?;
    wait::until("a word in the log", PATIENCE, async || {
        Ok(ost.whole_log().contains("THE DAILY BACKUP FAILED").then_some(()))
    })
    .await
}

/// How many rows each table has, and their sum.
async fn counts(url: &str) -> Result<BTreeMap<String, Count>> {
    let store = Store::open(url).await?;
    let mut tx = store.read().await?;
    let mut counts = BTreeMap::new();
    for table in copy::tables(&mut tx).await? {
        counts.insert(table.name.clone(), copy::count(&mut tx, &table).await?);
    }
    drop(tx);
    store.close().await;
    Ok(counts)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quarter_moves_to_postgresql_and_back_and_is_the_same() -> Result<()> {
    let Some(database) = testing::postgres() else { return Ok(()) };
    let mut nord = Quarter::start("nord").await?;
    furnish(&nord).await?;
    let (status, said) = refused(&nord, &["migrate-database", "sqlite", &database.url]).await?;
    assert!(status == Some(1) && said.contains("another quartier server runs"), "{said}");
    nord.kill()?;
    let file = format!("sqlite:{}", nord.database().display());
    let before = counts(&file).await?;
    assert!(before["posts"].rows == 1 && before["events"].rows == 1 && before["accounts"].rows == 2);
    let said = nord.cli(&["migrate-database", "sqlite", &database.url]).await?;
    assert!(said.contains("each compared"), "{said}");
    assert_eq!(counts(&database.url).await?, before);
    let back = nord.data().join("back.db");
    let target = format!("sqlite:{}", back.display());
    nord.cli(&["migrate-database", &database.url, &target]).await?;
    assert_eq!(counts(&target).await?, before);
    for words in [["sqlite", database.url.as_str()], ["sqlite", target.as_str()]] {
        let (status, said) = refused(&nord, &[&["migrate-database"], &words[..]].concat()).await?;
        assert!(status == Some(1) && (said.contains("rows already") || said.contains("there already")), "{said}");
    }
    for (from, expected) in [("sqlite:/nowhere/x.db", 1), ("mysql://h/d", 2), ("letter", 2)] {
        let (status, _) = refused(&nord, &["migrate-database", from, "sqlite:/nowhere/y.db"]).await?;
        assert_eq!(status, Some(expected), "{from}");
    }
    let mut new = nord.elsewhere(&[(DATABASE, &database.url)])?;
    new.spawn()?;
    new.ready().await?;
    new.shows("/initiatives", "Repair-Café", PATIENCE).await?;
    Ok(())
}
