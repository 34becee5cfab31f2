//! Whether anything was written since: what was made from the database is right as long as its stamp is the same.

use std::sync::Arc;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::Mutex;

use crate::{Result, Store};

/// A connection to SQLite that is asked for nothing but its `data_version`, which counts from one connection to the next.
#[derive(Clone, Debug)]
pub struct Watch(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: SqliteConnectOptions,
    /// The connection, and its number: a new one counts anew.
    conn: Mutex<(u64, Option<SqliteConnection>)>,
}

impl Watch {
    pub(crate) fn new(options: SqliteConnectOptions) -> Self {
        Self(Arc::new(Inner { options, conn: Mutex::default() }))
    }

    async fn version(&self) -> Result<String> {
        let mut seat = self.0.conn.lock().await;
        // Taken out while it is asked: who gives up in the middle leaves no broken one behind.
        let mut conn = if let Some(conn) = seat.1.take() {
            conn
        } else {
            seat.0 += 1;
            self.0.options.connect().await?
        };
        let version: i64 = sqlx::query_scalar("pragma data_version").fetch_one(&mut conn).await?;
        seat.1 = Some(conn);
        Ok(format!("{}.{version}", seat.0))
    }

    pub(crate) async fn close(&self) {
        if let Some(conn) = self.0.conn.lock().await.1.take() {
            // It only reads: there is nothing to lose.
            let _ = conn.close().await;
        }
    }
}

impl Store {
    /// Something that is different after every commit, by whichever process; the same as long as nothing is written.
    pub async fn stamp(&self) -> Result<String> {
        Ok(match self {
            Self::Sqlite { watch, .. } => watch.version().await?,
            Self::Postgres(pool) => {
                // Which transactions are over: none that writes ends without changing it.
                sqlx::query_scalar("select cast(pg_current_snapshot() as text)").fetch_one(pool).await?
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::samples::{noon, stores};
    use crate::{Store, received};

    async fn write(store: &Store, activity: &str) {
        let mut tx = store.write().await.expect("a transaction");
        received::insert(&mut tx, activity, noon()).await.expect("an insert");
        tx.commit().await.expect("a commit");
    }

    #[tokio::test]
    async fn every_commit_changes_the_stamp_and_reading_does_not() {
        for (database, store) in stores().await {
            let first = store.stamp().await.expect("a stamp");
            store.read().await.expect("a transaction").commit().await.expect("an end");
            if !store.is_shared() {
                assert_eq!(store.stamp().await.expect("a stamp"), first);
            }
            write(&store, "https://a.example/1").await;
            let second = store.stamp().await.expect("a stamp");
            assert_ne!(first, second);
            let other = Store::open(&database.url).await.expect("another process");
            write(&other, "https://a.example/2").await;
            assert_ne!(store.stamp().await.expect("a stamp"), second);
        }
    }
}
