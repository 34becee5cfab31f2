//! The two databases behind one face: opening, migrating, transactions.

use std::fs::OpenOptions;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::migrate::{Migrate, MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteError, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _, PgPool, SqlitePool};
use tracing::info;

use crate::search::schema;
use crate::stamp::Watch;
use crate::tx::{SqliteTx, Tx, run};
use crate::waits::{READS, WRITES};
use crate::writer::Writer;

/// How many prepared statements a connection keeps: every statement there is.
const STATEMENTS: usize = 500;
/// How long a connection to a server rests before it is asked whether it still holds.
const RESTED: Duration = Duration::from_secs(1);

/// Where sqlx writes down which migrations ran.
const RAN: &str = "_sqlx_migrations";

pub(crate) static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused or could not be reached.
    #[error("the database failed: {0}")]
    Database(sqlx::Error),
    /// The SQLite file is damaged.
    #[error("the database is damaged ({0}); move it away and restore a backup: quartier restore FILE")]
    Damaged(String),
    /// A commit that carried several transactions failed; none of them is kept.
    #[error("the database failed: {0}")]
    Commit(Arc<sqlx::Error>),
    /// It was written by a newer version of quartier.
    #[error(
        "the database was written by a newer version of quartier (migration {0}); install that version or restore a backup"
    )]
    Newer(i64),
    /// A migration failed; nothing was changed.
    #[error("the database could not be brought up to date: {0}")]
    Migration(MigrateError),
    /// The address of the database cannot be read.
    #[error("'{0}' is not a database address: sqlite:FILE or postgres://USER@HOST/NAME")]
    Address(String),
    /// A row holds what this version never writes.
    #[error("the database holds an unreadable {0}")]
    Unreadable(&'static str),
    /// Whoever asked for rows took no more of them.
    #[error("the rows were not taken any more")]
    Abandoned,
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if is_damage(&error) { Self::Damaged(error.to_string()) } else { Self::Database(error) }
    }
}

/// Whether SQLite says that the file is damaged (11) or no database (26); the lowest byte of its codes is the kind.
fn is_damage(error: &sqlx::Error) -> bool {
    let refused = error.as_database_error().and_then(|error| error.try_downcast_ref::<SqliteError>());
    let code = refused.and_then(|refused| refused.code()?.parse::<u32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, 11 | 26))
}

/// The result of everything here.
pub type Result<T> = std::result::Result<T, Error>;

/// An open database.
#[derive(Clone, Debug)]
pub enum Store {
    /// One file. SQLite has one writer at a time, so one connection writes and some read.
    Sqlite {
        /// The single writing connection.
        writer: Writer,
        /// Read-only connections.
        readers: SqlitePool,
        /// A connection that only sees whether anything was written.
        watch: Watch,
    },
    /// A PostgreSQL server.
    Postgres(PgPool),
}

impl Store {
    /// Opens the database at `url` (`sqlite:FILE` or `postgres://…`), creates the file where it is missing, and brings
    /// it up to date.
    pub async fn open(url: &str) -> Result<Self> {
        Self::open_to(url, i64::MAX).await
    }

    /// As [`Store::open`], with the tables of an older `version`, for rows of that time; the next `open` brings them up to
    /// date. [`Error::Newer`] if this program does not know that version.
    pub async fn open_at(url: &str, version: i64) -> Result<Self> {
        if MIGRATIONS.version_exists(version) { Self::open_to(url, version).await } else { Err(Error::Newer(version)) }
    }

    async fn open_to(url: &str, version: i64) -> Result<Self> {
        if is_postgres(url) {
            Self::open_postgres(url, version).await
        } else if url.starts_with("sqlite:") {
            Self::open_sqlite(url, version).await
        } else {
            Err(Error::Address(redacted(url)))
        }
    }

    async fn open_postgres(url: &str, version: i64) -> Result<Self> {
        let options = PgConnectOptions::from_str(url).map_err(|_| Error::Address(redacted(url)))?;
        let options = options.statement_cache_capacity(STATEMENTS);
        let pool = PgPoolOptions::new().max_connections(10).acquire_timeout(Duration::from_secs(5));
        // Whether a connection still holds is asked of those that rested: of every one it would be a way there and back.
        let pool = pool.test_before_acquire(false).before_acquire(|conn, state| {
            Box::pin(async move {
                if state.idle_for >= RESTED {
                    conn.ping().await?;
                }
                Ok(true)
            })
        });
        let pool = pool.connect_with(options).await?;
        let mut conn = pool.acquire().await?;
        migrate(&mut *conn, version).await.map_err(unmigrated)?;
        if version >= schema::SINCE {
            schema::on_postgres(&mut conn).await?;
        }
        drop(conn);
        Ok(Self::Postgres(pool))
    }

    async fn open_sqlite(url: &str, version: i64) -> Result<Self> {
        let options = SqliteConnectOptions::from_str(url).map_err(|_| Error::Address(url.to_owned()))?;
        make_private(options.get_filename());
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: what was answered with 2xx survives a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is deleted is overwritten. Pages that are written anyway cost nothing more (decision 0047).
            .pragma("secure_delete", "on")
            .busy_timeout(Duration::from_secs(10))
            // Rows cross from SQLite's thread in one go: a list of events costs no switch of threads per 50 rows.
            .row_buffer_size(1_000)
            .statement_cache_capacity(STATEMENTS)
            .optimize_on_close(true, None);
        let mut writer = options.connect().await?;
        migrate(&mut writer, version).await.map_err(unmigrated)?;
        if version >= schema::SINCE {
            schema::on_sqlite(&mut writer).await?;
        }
        let writer = Writer::new(options.clone(), writer);
        let readers = SqlitePoolOptions::new().max_connections(4).acquire_timeout(Duration::from_secs(5));
        // An open file does not go away.
        let readers = readers.test_before_acquire(false);
        let watch = Watch::new(options.clone().read_only(true));
        let readers = readers.connect_lazy_with(options.read_only(true));
        Ok(Self::Sqlite { writer, readers, watch })
    }

    /// Whether the pages of an SQLite file are whole; [`Error::Damaged`] if not. Reads all of it and changes nothing.
    pub async fn check(url: &str) -> Result<()> {
        let options = SqliteConnectOptions::from_str(url).map_err(|_| Error::Address(url.to_owned()))?;
        let mut conn = options.connect().await?;
        let found: String = sqlx::query_scalar("pragma quick_check(1)").fetch_one(&mut conn).await?;
        conn.close().await?;
        // Sometimes in several lines.
        let found = found.split_whitespace().collect::<Vec<_>>().join(" ");
        if found == "ok" { Ok(()) } else { Err(Error::Damaged(found)) }
    }

    /// A consistent view for reading; it waits for no writer.
    pub async fn read(&self) -> Result<Tx> {
        let _waiting = READS.waiting();
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(SqliteTx::Reading(readers.begin().await?)),
            Self::Postgres(pool) => {
                Tx::Postgres(pool.begin_with("begin isolation level repeatable read read only").await?.into())
            }
        })
    }

    /// For questions that need not have one view: on SQLite each sees what is committed when it is asked, and there is
    /// nothing to begin and to end.
    pub async fn look(&self) -> Result<Tx> {
        let Self::Sqlite { readers, .. } = self else { return self.read().await };
        let _waiting = READS.waiting();
        Ok(Tx::Sqlite(SqliteTx::Looking(readers.acquire().await?)))
    }

    /// A transaction that may write. On SQLite it takes the write lock at once, so it never fails half-way for it.
    pub async fn write(&self) -> Result<Tx> {
        self.write_by(false).await
    }

    /// As [`Store::write`], for what is short and comes often: on SQLite its commit may carry others' too, which saves a
    /// wait for the disk for each. It is on the disk all the same when `commit` returns, or none of it is.
    pub async fn write_together(&self) -> Result<Tx> {
        self.write_by(true).await
    }

    async fn write_by(&self, shares: bool) -> Result<Tx> {
        let _waiting = WRITES.waiting();
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(SqliteTx::Writing(writer.turn(shares).await?)),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?.into()),
        })
    }

    /// Lets nothing that was deleted lie about in SQLite's files: neither in the log of what was written nor in samples of
    /// its planner.
    pub async fn scrub(&self) -> Result<()> {
        let Self::Sqlite { writer, .. } = self else { return Ok(()) };
        Ok(writer.scrub().await?)
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        let mut tx = self.read().await?;
        run!(&mut tx, |conn| sqlx::query("select 1").execute(conn).await.map(|_| ())).map_err(Error::from)
    }

    /// How many connections others have to a shared database.
    pub async fn other_users(&self) -> Result<i64> {
        let Self::Postgres(pool) = self else { return Ok(0) };
        let query =
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
                     and backend_type = 'client backend'";
        Ok(sqlx::query_scalar(query).fetch_one(pool).await?)
    }

    /// Whether several server processes may share this database.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Waits for what is under way and closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers, watch } => {
                watch.close().await;
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Runs what is missing up to `version`, each migration in a transaction of its own, and says how far it is where there
/// may be many rows.
async fn migrate(conn: &mut impl Migrate, version: i64) -> std::result::Result<(), MigrateError> {
    // Runs none: makes the table of those that ran, and refuses the database of a newer version.
    MIGRATIONS.run_direct(Some(0), conn, false).await?;
    let ran: Vec<i64> = conn.list_applied_migrations(RAN).await?.into_iter().map(|one| one.version).collect();
    let missing = MIGRATIONS.iter().filter(|one| one.version <= version && !ran.contains(&one.version));
    let missing: Vec<_> = missing.collect();
    for (number, one) in (1..).zip(&missing) {
        if !ran.is_empty() {
            let (version, count) = (one.version, missing.len());
            info!(version, "Bringing the database up to date, step {number} of {count}: {}", one.description);
        }
        MIGRATIONS.run_direct(Some(one.version), conn, false).await?;
    }
    if !ran.is_empty() && !missing.is_empty() {
        info!("The database is up to date");
    }
    Ok(())
}

fn unmigrated(error: MigrateError) -> Error {
    match error {
        MigrateError::VersionMissing(version) => Error::Newer(version),
        MigrateError::Execute(error) if is_damage(&error) => error.into(),
        other => Error::Migration(other),
    }
}

/// Whether the address is that of a PostgreSQL database.
pub(crate) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres:") || url.starts_with("postgresql:")
}

/// A database address without its password, for messages.
pub(crate) fn redacted(url: &str) -> String {
    let Ok(mut url) = url::Url::parse(url) else { return "(unreadable)".to_owned() };
    // Fails only for addresses that cannot have a password.
    let _ = url.set_password(None);
    url.to_string()
}

/// Makes the file where it is missing, for its owner only: it holds private keys. SQLite gives its other files the same
/// rights, and says in its own words what cannot be made.
fn make_private(file: &Path) {
    use std::os::unix::fs::OpenOptionsExt;
    let _ = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(file);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[tokio::test]
    async fn a_dropped_transaction_leaves_no_trace() {
        for database in testing::all() {
            let store = Store::open(&database.url).await.expect("an open store");
            let at = jiff::Timestamp::UNIX_EPOCH;
            let mut tx = store.write().await.expect("a transaction");
            assert!(crate::received::insert(&mut tx, "https://a.example/1", at).await.expect("an insert"));
            drop(tx);
            let mut tx = store.write().await.expect("a transaction");
            assert!(crate::received::insert(&mut tx, "https://a.example/1", at).await.expect("an insert"));
        }
    }

    #[tokio::test]
    async fn a_database_of_a_newer_version_is_refused_by_name() {
        for database in testing::all() {
            let store = Store::open(&database.url).await.expect("an open store");
            let mut tx = store.write().await.expect("a transaction");
            run!(&mut tx, |conn| sqlx::query(
                "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
                 select 9999, description, success, checksum, execution_time from _sqlx_migrations where version = 1",
            )
            .execute(conn)
            .await
            .map(|_| ()))
            .expect("a row of the future");
            tx.commit().await.expect("a commit");
            store.close().await;
            assert!(matches!(Store::open(&database.url).await, Err(Error::Newer(9999))));
        }
    }

    #[tokio::test]
    async fn a_damaged_file_is_told_from_a_whole_one() {
        let database = testing::sqlite();
        Store::open(&database.url).await.expect("an open store").close().await;
        assert!(Store::check(&database.url).await.is_ok());
        let file = database.url.trim_start_matches("sqlite://");
        let whole = std::fs::read(file).expect("its bytes");
        // The header, and from the second page on everything.
        for (from, to) in [(0, 100), (4096, whole.len())] {
            let mut damaged = whole.clone();
            damaged[from..to].fill(0xaa);
            std::fs::write(file, damaged).expect("a file");
            assert!(matches!(Store::check(&database.url).await, Err(Error::Damaged(_))), "{from}");
            assert!(matches!(Store::open(&database.url).await, Err(Error::Damaged(_))), "{from}");
        }
    }

    #[tokio::test]
    async fn an_unknown_address_is_refused_without_its_password() {
        let error = Store::open("mysql://root:secret@localhost/x").await.expect_err("no such database");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
