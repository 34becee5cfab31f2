//! The two databases behind one face: opening, migrating, transactions.

use std::fs::OpenOptions;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};

use crate::writer::{Turn, Writer};

/// How many prepared statements a connection keeps: every statement there is.
const STATEMENTS: usize = 500;

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// What can go wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database refused or could not be reached.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
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
    },
    /// A PostgreSQL server.
    Postgres(PgPool),
}

/// A transaction. Dropped without `commit` it leaves no trace.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(SqliteTx),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

/// A transaction on SQLite.
#[derive(Debug)]
pub enum SqliteTx {
    /// That only reads.
    Reading(Transaction<'static, Sqlite>),
    /// That may write.
    Writing(Turn),
}

impl Deref for SqliteTx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match self {
            Self::Reading(tx) => tx,
            Self::Writing(turn) => turn,
        }
    }
}

impl DerefMut for SqliteTx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Reading(tx) => tx,
            Self::Writing(turn) => turn,
        }
    }
}

/// Runs one query on whichever database the transaction is on. The body is compiled once for each.
macro_rules! run {
    ($tx:expr, |$conn:ident| $body:expr) => {
        match $tx {
            $crate::Tx::Sqlite(tx) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::Tx::Postgres(tx) => {
                let $conn = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use run;

impl Store {
    /// Opens the database at `url` (`sqlite:FILE` or `postgres://…`), creates the file where it is missing, and brings
    /// it up to date.
    pub async fn open(url: &str) -> Result<Self> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::open_postgres(url).await
        } else if url.starts_with("sqlite:") {
            Self::open_sqlite(url).await
        } else {
            Err(Error::Address(redacted(url)))
        }
    }

    async fn open_postgres(url: &str) -> Result<Self> {
        let options = PgConnectOptions::from_str(url).map_err(|_| Error::Address(redacted(url)))?;
        let options = options.statement_cache_capacity(STATEMENTS);
        let pool = PgPoolOptions::new().max_connections(10).acquire_timeout(Duration::from_secs(5));
        let pool = pool.connect_with(options).await?;
        MIGRATIONS.run(&pool).await.map_err(unmigrated)?;
        Ok(Self::Postgres(pool))
    }

    async fn open_sqlite(url: &str) -> Result<Self> {
        let options = SqliteConnectOptions::from_str(url).map_err(|_| Error::Address(url.to_owned()))?;
        make_private(options.get_filename());
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: what was answered with 2xx survives a power cut.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            // Rows cross from SQLite's thread in one go: a list of events costs no switch of threads per 50 rows.
            .row_buffer_size(1_000)
            .statement_cache_capacity(STATEMENTS)
            .optimize_on_close(true, None);
        let mut writer = options.connect().await?;
        MIGRATIONS.run(&mut writer).await.map_err(unmigrated)?;
        let writer = Writer::new(options.clone(), writer);
        let readers = SqlitePoolOptions::new().max_connections(4).acquire_timeout(Duration::from_secs(5));
        let readers = readers.connect_lazy_with(options.read_only(true));
        Ok(Self::Sqlite { writer, readers })
    }

    /// A consistent view for reading; it waits for no writer.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(SqliteTx::Reading(readers.begin().await?)),
            Self::Postgres(pool) => {
                Tx::Postgres(pool.begin_with("begin isolation level repeatable read read only").await?)
            }
        })
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
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(SqliteTx::Writing(writer.turn(shares).await?)),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        let mut tx = self.read().await?;
        run!(&mut tx, |conn| sqlx::query("select 1").execute(conn).await.map(|_| ())).map_err(Error::from)
    }

    /// Whether several server processes may share this database.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Waits for what is under way and closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes everything in the transaction last.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(SqliteTx::Reading(tx)) => tx.commit().await?,
            Self::Sqlite(SqliteTx::Writing(turn)) => turn.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

fn unmigrated(error: MigrateError) -> Error {
    match error {
        MigrateError::VersionMissing(version) => Error::Newer(version),
        other => Error::Migration(other),
    }
}

/// A database address without its password, for messages.
fn redacted(url: &str) -> String {
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
    async fn an_unknown_address_is_refused_without_its_password() {
        let error = Store::open("mysql://root:secret@localhost/x").await.expect_err("no such database");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
