//! A transaction on one of the two databases.

use std::ops::{Deref, DerefMut};

use jiff::Timestamp;
use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};
use uuid::Uuid;

use crate::writer::Turn;
use crate::{Result, deliveries};

/// The number of the lock that founding a quarter takes, on PostgreSQL; any would do.
pub(crate) const ALONE: i64 = 0x7175_6172_7469_6572;

/// A transaction. Dropped without `commit` it leaves no trace.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(SqliteTx),
    /// On PostgreSQL.
    Postgres(PostgresTx),
}

/// A transaction on PostgreSQL.
#[derive(Debug)]
pub struct PostgresTx {
    tx: Transaction<'static, Postgres>,
    /// What was queued in it, and when: the lanes it goes by are opened at the end.
    pub(crate) queued: Vec<(Uuid, Timestamp)>,
}

impl From<Transaction<'static, Postgres>> for PostgresTx {
    fn from(tx: Transaction<'static, Postgres>) -> Self {
        Self { tx, queued: Vec::new() }
    }
}

impl Deref for PostgresTx {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.tx
    }
}

impl DerefMut for PostgresTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}

/// A transaction on SQLite.
#[derive(Debug)]
pub enum SqliteTx {
    /// None: each query sees what is committed when it is asked.
    Looking(PoolConnection<Sqlite>),
    /// That only reads.
    Reading(Transaction<'static, Sqlite>),
    /// That may write.
    Writing(Turn),
}

impl Deref for SqliteTx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match self {
            Self::Looking(conn) => conn,
            Self::Reading(tx) => tx,
            Self::Writing(turn) => turn,
        }
    }
}

impl DerefMut for SqliteTx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Looking(conn) => conn,
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

impl Tx {
    /// What lets a query for work pass over rows that another server is just taking, instead of waiting for it. SQLite has
    /// one writer and no word for it. To stand behind the `limit` of a `with`, which is worked out once.
    pub(crate) fn passing_over(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres(_) => "for update skip locked",
        }
    }

    /// Waits until no other transaction that asked for this is open. SQLite has one writer anyway.
    pub async fn alone(&mut self) -> Result<()> {
        if let Self::Postgres(tx) = self {
            sqlx::query("select pg_advisory_xact_lock($1)").bind(ALONE).execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// Whether anything was queued for delivery in it: then the deliveries are to be woken after the commit.
    pub fn has_queued(&self) -> bool {
        match self {
            Self::Sqlite(SqliteTx::Looking(_) | SqliteTx::Reading(_)) => false,
            Self::Sqlite(SqliteTx::Writing(turn)) => turn.has_queued,
            Self::Postgres(tx) => !tx.queued.is_empty(),
        }
    }

    /// Makes everything in the transaction last.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(SqliteTx::Looking(_)) => {}
            Self::Sqlite(SqliteTx::Reading(tx)) => tx.commit().await?,
            Self::Sqlite(SqliteTx::Writing(turn)) => turn.commit().await?,
            Self::Postgres(mut tx) => {
                deliveries::open_lanes(&mut tx).await?;
                tx.tx.commit().await?;
            }
        }
        Ok(())
    }
}
