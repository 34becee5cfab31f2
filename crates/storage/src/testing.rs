//! Fresh, empty databases for tests: an SQLite file, and a database on a real PostgreSQL that the tests start themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::str::FromStr;
use std::sync::OnceLock;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};
use tempfile::TempDir;

/// What tests do without: after a power cut they begin anew.
const HASTY: &str = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off";

/// The URL of a PostgreSQL on which tests may create databases; without it each process starts one of its own.
pub const POSTGRES_VARIABLE: &str = "QUARTIER_TEST_POSTGRES";

/// How long to wait for a server that writes.
const PATIENCE: Duration = Duration::from_secs(30);

/// An empty database that is gone when this is dropped.
#[derive(Debug)]
pub struct Database {
    /// What `database.url` would say.
    pub url: String,
    guard: Guard,
}

#[derive(Debug)]
enum Guard {
    Folder(#[expect(dead_code, reason = "held: the folder is removed when it is dropped")] TempDir),
    Postgres { server: String, name: String },
}

impl Database {
    /// Which database this is, for the messages of assertions: `sqlite` or `postgres`.
    pub fn kind(&self) -> &'static str {
        match self.guard {
            Guard::Folder(_) => "sqlite",
            Guard::Postgres { .. } => "postgres",
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Guard::Postgres { server, name } = &self.guard
            && let Err(problem) = execute(server, &format!("drop database if exists \"{name}\" with (force)"))
        {
            eprintln!("The test database {name} stays behind: {problem}");
        }
    }
}

/// Makes a file of tiles (`MBTiles`): zoom, column and row as on the web, and the picture.
pub async fn tiles(path: &Path, tiles: &[(u8, u32, u32, &[u8])]) -> Result<(), sqlx::Error> {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut file = options.connect().await?;
    let table = "create table tiles (zoom_level integer, tile_column integer, tile_row integer, tile_data blob)";
    sqlx::query(table).execute(&mut file).await?;
    for (zoom, column, row, picture) in tiles {
        sqlx::query("insert into tiles values ($1, $2, $3, $4)")
            .bind(i64::from(*zoom))
            .bind(i64::from(*column))
            .bind((1_i64 << *zoom) - 1 - i64::from(*row))
            .bind(picture.to_vec())
            .execute(&mut file)
            .await?;
    }
    file.close().await
}

/// One empty database of each kind that this machine has.
pub fn all() -> Vec<Database> {
    [Some(sqlite()), postgres()].into_iter().flatten().collect()
}

/// An empty SQLite file in a folder of its own.
///
/// # Panics
/// Without a temporary folder.
pub fn sqlite() -> Database {
    let folder = tempfile::tempdir().unwrap_or_else(|problem| panic!("no temporary folder: {problem}"));
    let url = format!("sqlite://{}", folder.path().join("quartier.sqlite").display());
    Database { url, guard: Guard::Folder(folder) }
}

/// An empty database on a real PostgreSQL.
///
/// Without a server to use or to start it is `None` and says so.
///
/// # Panics
/// Under `CI=true`, instead of `None`.
pub fn postgres() -> Option<Database> {
    match fresh_on_postgres() {
        Ok(database) => Some(database),
        Err(problem) if std::env::var("CI").is_ok_and(|value| value == "true") => {
            panic!("the tests need PostgreSQL: {problem}")
        }
        Err(problem) => {
            eprintln!("SKIPPED ON POSTGRESQL: {problem}");
            None
        }
    }
}

/// Runs statements on a database as they are: for stories that need a million rows.
pub async fn run(url: &str, statements: &str) -> sqlx::Result<()> {
    if url.starts_with("postgres") {
        let mut connection = PgConnection::connect(url).await?;
        sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut connection).await?;
        return connection.close().await;
    }
    let mut connection = SqliteConnectOptions::from_str(url)?.busy_timeout(PATIENCE).connect().await?;
    sqlx::raw_sql(AssertSqlSafe(statements)).execute(&mut connection).await?;
    connection.close().await
}

/// The one column of text that a question to a database finds.
pub async fn texts(url: &str, question: &str) -> sqlx::Result<Vec<String>> {
    if url.starts_with("postgres") {
        let mut connection = PgConnection::connect(url).await?;
        let found = sqlx::query_scalar(AssertSqlSafe(question)).fetch_all(&mut connection).await?;
        connection.close().await?;
        return Ok(found);
    }
    let mut connection = SqliteConnectOptions::from_str(url)?.busy_timeout(PATIENCE).connect().await?;
    let found = sqlx::query_scalar(AssertSqlSafe(question)).fetch_all(&mut connection).await?;
    connection.close().await?;
    Ok(found)
}

/// An empty database on a PostgreSQL that waits for the disk as it does by itself, for measurements; `None` as for
/// [`postgres`].
pub fn durable_postgres() -> Option<Database> {
    static SERVER: OnceLock<Result<String, String>> = OnceLock::new();
    let server = SERVER.get_or_init(|| start("")).clone();
    let database = server.and_then(|server| fresh_on(&server));
    database.inspect_err(|problem| eprintln!("NOT MEASURED ON POSTGRESQL: {problem}")).ok()
}

/// Everything that is in an SQLite file: every row of every table, as JSON with the names of its columns.
///
/// For stories that ask what an attack left behind: a server may have the file open meanwhile.
pub async fn contents(file: &Path) -> sqlx::Result<BTreeMap<String, BTreeSet<String>>> {
    let mut connection = SqliteConnectOptions::new().filename(file).read_only(true).connect().await?;
    let tables = "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'";
    let tables: Vec<(String,)> = sqlx::query_as(tables).fetch_all(&mut connection).await?;
    let mut found = BTreeMap::new();
    for (table,) in tables {
        let rows = rows(&mut connection, &table).await?;
        found.insert(table, rows);
    }
    connection.close().await?;
    Ok(found)
}

async fn rows(connection: &mut SqliteConnection, table: &str) -> sqlx::Result<BTreeSet<String>> {
    let columns = "select name from pragma_table_info($1)";
    let columns: Vec<(String,)> = sqlx::query_as(columns).bind(table).fetch_all(&mut *connection).await?;
    let value =
        |column: &str| format!("'{column}', iif(typeof(\"{column}\") = 'blob', hex(\"{column}\"), \"{column}\")");
    let object: Vec<String> = columns.iter().map(|(column,)| value(column)).collect();
    // The names are those of our own migrations.
    let query = format!("select json_object({}) from \"{table}\"", object.join(", "));
    let rows: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(query)).fetch_all(connection).await?;
    Ok(rows.into_iter().map(|(row,)| row).collect())
}

fn fresh_on_postgres() -> Result<Database, String> {
    static SERVER: OnceLock<Result<String, String>> = OnceLock::new();
    let server = SERVER.get_or_init(|| std::env::var(POSTGRES_VARIABLE).or_else(|_| start(HASTY))).clone()?;
    fresh_on(&server)
}

fn fresh_on(server: &str) -> Result<Database, String> {
    let name = format!("test_{}", uuid::Uuid::now_v7().simple());
    execute(server, &format!("create database \"{name}\" template template0"))?;
    let (before, _) = server.rsplit_once('/').ok_or_else(|| format!("{POSTGRES_VARIABLE} names no database"))?;
    Ok(Database { url: format!("{before}/{name}"), guard: Guard::Postgres { server: server.to_owned(), name } })
}

/// A lock on a table, as a backup or an operator may hold it; gone when this is dropped.
#[derive(Debug)]
pub struct Held(#[expect(dead_code, reason = "held: the lock ends with its connection")] PgConnection);

/// Locks `table` of a PostgreSQL at `url` against everybody.
pub async fn hold(url: &str, table: &str) -> sqlx::Result<Held> {
    let mut connection = PgConnection::connect(url).await?;
    let lock = format!("begin; lock table \"{table}\" in access exclusive mode");
    sqlx::raw_sql(AssertSqlSafe(lock)).execute(&mut connection).await?;
    Ok(Held(connection))
}

fn execute(server: &str, sql: &str) -> Result<(), String> {
    let psql = program("psql")?;
    let quietly = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"];
    finish(Command::new(psql).args(quietly).args(["--dbname", server, "--command", sql]))
}

/// Starts a server on a free port of 127.0.0.1 and gives the URL of its first database.
///
/// It runs with these `settings`, as an unprivileged user, and ends with this process.
fn start(settings: &str) -> Result<String, String> {
    let (initdb, control) = (program("initdb")?, program("pg_ctl")?);
    let folder = tempfile::Builder::new().prefix("quartier-postgres-").tempdir().map_err(|e| e.to_string())?.keep();
    let owner = unprivileged(&folder)?;
    let data = folder.join("data");
    finish(
        as_user(owner, &initdb)
            .args([
                "--username=postgres",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
                "--pgdata",
            ])
            .arg(&data),
    )?;
    let port = free_port()?;
    let options = format!(
        "-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c max_connections=300 \
         {settings}"
    );
    stop_at_our_end(owner, &control, &folder)?;
    finish(
        as_user(owner, &control)
            .args(["start", "--wait", "--silent", "--options", &options, "--log"])
            .arg(folder.join("log"))
            .arg("--pgdata")
            .arg(&data),
    )?;
    Ok(format!("postgres://postgres@127.0.0.1:{port}/postgres"))
}

/// Leaves a shell behind whose standard input closes when this process ends, however it ends; then it stops the server.
fn stop_at_our_end(owner: Option<&str>, control: &Path, folder: &Path) -> Result<(), String> {
    use std::os::unix::process::CommandExt;
    let script = r#"cat; "$0" stop --silent --mode=immediate --pgdata "$1/data"; rm -rf "$1""#;
    let mut shell = as_user(owner, Path::new("sh"));
    shell.args(["-c", script]).arg(control).arg(folder);
    // A group of its own: Ctrl-C ends the tests, not the one who cleans up after them.
    shell.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut watcher = shell.spawn().map_err(|problem| format!("sh does not start: {problem}"))?;
    std::mem::forget(watcher.stdin.take());
    Ok(())
}

/// PostgreSQL refuses to run as root: then the folder goes to its user, whose name this is.
fn unprivileged(folder: &Path) -> Result<Option<&'static str>, String> {
    use std::os::unix::fs::MetadataExt;
    if std::fs::metadata(folder).map_err(|problem| problem.to_string())?.uid() != 0 {
        return Ok(None);
    }
    let known = |user: &&str| finish(Command::new("id").arg(user)).is_ok();
    let user = ["postgres", "nobody"].into_iter().find(known).ok_or("there is no user to run PostgreSQL as")?;
    finish(Command::new("chown").arg(user).arg(folder))?;
    Ok(Some(user))
}

fn as_user(user: Option<&str>, program: &Path) -> Command {
    let Some(user) = user else { return Command::new(program) };
    let mut command = Command::new("runuser");
    command.args(["-u", user, "--"]).arg(program);
    command
}

/// Runs to the end in a folder that every user may read; the error is what it printed.
fn finish(command: &mut Command) -> Result<(), String> {
    let what = command.get_program().to_string_lossy().into_owned();
    let done = command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).output();
    match done {
        Ok(done) if done.status.success() => Ok(()),
        Ok(done) => Err(format!("{what}: {}", String::from_utf8_lossy(&done.stderr).trim())),
        Err(problem) => Err(format!("{what}: {problem}")),
    }
}

/// One of PostgreSQL's programs, from `PATH` or where Debian puts it, the newest version first.
fn program(name: &str) -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    versions.sort();
    folders.extend(versions.into_iter().rev());
    let found = folders.into_iter().map(|folder| folder.join(name)).find(|file| file.is_file());
    found.ok_or_else(|| format!("{name} is not installed"))
}

fn free_port() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|problem| problem.to_string())?;
    Ok(listener.local_addr().map_err(|problem| problem.to_string())?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_postgres_database_is_empty_its_own_and_gone_afterwards() {
        let (Some(one), Some(two)) = (postgres(), postgres()) else { return };
        execute(&one.url, "create table only_here (id bigint)").expect("a table in the first");
        execute(&two.url, "select * from only_here").expect_err("the second does not have it");
        let url = one.url.clone();
        drop(one);
        execute(&url, "select 1").expect_err("the first is gone");
    }

    #[test]
    fn a_program_that_fails_says_why() {
        let problem = finish(Command::new("ls").arg("/no-such-folder")).expect_err("it failed");
        assert!(problem.contains("no-such-folder"), "{problem}");
        assert!(program("no-such-program").is_err());
    }
}
