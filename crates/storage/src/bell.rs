//! What one server of a database queued, the others may take up at once: they call each other (LISTEN and NOTIFY).
//!
//! A call is a hint and may be lost. What waits stands in the tables, and everybody looks there now and then anyway.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgExecutor, PgPool};
use tokio::time::timeout;
use uuid::Uuid;

use crate::store::is_postgres;
use crate::{Error, Result, Store};

/// The channel on which the servers of one database call each other.
const CHANNEL: &str = "quartier";
/// One connection listens, one calls.
const CONNECTIONS: u32 = 2;
/// How long a connection may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What waits for somebody to take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// Something to be delivered to another server.
    Deliveries,
    /// A letter.
    Letters,
    /// What the quarter says about itself.
    Settings,
}

impl Call {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Deliveries, Self::Letters, Self::Settings];

    fn as_str(self) -> &'static str {
        match self {
            Self::Deliveries => "deliveries",
            Self::Letters => "letters",
            Self::Settings => "settings",
        }
    }
}

/// The line between the servers of one database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Bell {
    pool: PgPool,
    /// Who we are, so that nobody heeds its own call.
    caller: Uuid,
}

/// Hears what others call. Nothing is heard after an error: then it takes another one.
pub struct Listener {
    line: PgListener,
    caller: Uuid,
}

impl Store {
    /// The line to the other servers of this database, on connections of its own; `None` where there can be no others.
    pub fn bell(&self) -> Option<Bell> {
        let Self::Postgres(pool) = self else { return None };
        let options = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
        let options = options.after_connect(|conn, _| {
            // A call is a commit, and calls wait for one another's; none of them has to survive a power cut.
            Box::pin(async move { sqlx::query("set synchronous_commit to off").execute(conn).await.map(|_| ()) })
        });
        let pool = options.connect_lazy_with(pool.connect_options().as_ref().clone());
        Some(Bell { pool, caller: Uuid::now_v7() })
    }
}

/// Calls everybody who listens at the database `url`, once and for everything; nothing to do on SQLite. For who leaves.
pub async fn ring_at(url: &str) -> Result<()> {
    if !is_postgres(url) {
        return Ok(());
    }
    let options = PgConnectOptions::from_str(url)?;
    let mut conn = timeout(PATIENCE, options.connect()).await.map_err(|_| sqlx::Error::PoolTimedOut)??;
    let caller = Uuid::now_v7();
    for call in Call::ALL {
        notify(&mut conn, caller, call).await?;
    }
    Ok(conn.close().await?)
}

async fn notify<'c>(conn: impl PgExecutor<'c>, caller: Uuid, call: Call) -> Result<()> {
    let query = sqlx::query("select pg_notify($1, $2)").bind(CHANNEL);
    query.bind(format!("{caller} {}", call.as_str())).execute(conn).await?;
    Ok(())
}

impl Bell {
    /// Calls everybody who listens now. Never inside a transaction that does something else: at its commit it would
    /// wait for every other one that calls.
    pub async fn ring(&self, call: Call) -> Result<()> {
        notify(&self.pool, self.caller, call).await
    }

    /// Listens from now on.
    pub async fn listen(&self) -> Result<Listener> {
        let mut line = PgListener::connect_with(&self.pool).await?;
        // Who asks for another one knows that calls were missed meanwhile.
        line.eager_reconnect(false);
        line.listen(CHANNEL).await?;
        Ok(Listener { line, caller: self.caller })
    }
}

impl Listener {
    /// Waits for the next call; `None` is one of our own, or of another version: a sign of life and no more.
    pub async fn next(&mut self) -> Result<Option<Call>> {
        let Some(heard) = self.line.try_recv().await? else {
            return Err(Error::Database(sqlx::Error::PoolClosed));
        };
        let Some((caller, called)) = heard.payload().split_once(' ') else { return Ok(None) };
        let is_ours = caller == self.caller.to_string();
        Ok(Call::ALL.into_iter().find(|call| !is_ours && call.as_str() == called))
    }
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Listener({})", self.caller)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    const SOON: Duration = Duration::from_secs(10);

    #[tokio::test]
    async fn others_are_heard_and_our_own_call_is_only_a_sign_of_life() {
        let Some(database) = testing::postgres() else { return };
        let store = Store::open(&database.url).await.expect("an open store");
        let (one, other) = (store.bell().expect("a line"), store.bell().expect("a line"));
        let mut listener = one.listen().await.expect("a listener");
        for call in Call::ALL {
            other.ring(call).await.expect("a call");
            let heard = timeout(SOON, listener.next()).await.expect("it is heard").expect("a line that holds");
            assert_eq!(heard, Some(call));
        }
        one.ring(Call::Letters).await.expect("a call");
        assert_eq!(timeout(SOON, listener.next()).await.expect("it is heard").expect("a line that holds"), None);
    }

    #[tokio::test]
    async fn a_line_that_is_cut_says_so_and_another_one_holds() {
        let Some(database) = testing::postgres() else { return };
        let store = Store::open(&database.url).await.expect("an open store");
        let (one, other) = (store.bell().expect("a line"), store.bell().expect("a line"));
        let mut listener = one.listen().await.expect("a listener");
        let cut = "select pg_terminate_backend(pid) from pg_stat_activity where query = 'LISTEN \"quartier\"'";
        testing::run(&database.url, cut).await.expect("a cut");
        assert!(timeout(SOON, listener.next()).await.expect("it is told").is_err());
        let mut listener = one.listen().await.expect("another one");
        other.ring(Call::Deliveries).await.expect("a call");
        let heard = timeout(SOON, listener.next()).await.expect("it is heard").expect("a line that holds");
        assert_eq!(heard, Some(Call::Deliveries));
    }

    #[test]
    fn a_file_has_one_server_and_no_line() {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let database = testing::sqlite();
        let store = runtime.block_on(Store::open(&database.url)).expect("an open store");
        assert!(store.bell().is_none());
    }
}
