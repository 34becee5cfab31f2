//! SQLite's one writer: transactions take turns, and those that may share a commit wait for it together.
//!
//! A commit costs a wait for the disk, whatever it carries. So a transaction that may share one is a savepoint in a larger
//! transaction; when it is over and others wait for their turn, the next goes on in the same one, and only the last
//! commits. Each is told of success after that commit and not before. Nobody who is alone waits for anybody.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};
use tokio::sync::{OwnedMappedMutexGuard, OwnedMutexGuard, oneshot};
use tokio::time::timeout;
use tracing::error;

use crate::{Error, Result};

/// How long one waits for one's turn.
const PATIENCE: Duration = Duration::from_secs(15);
/// How many transactions share one commit at most.
const MOST: usize = 64;

type Seat = Option<SqliteConnection>;

/// The writing connection, and who waits for what.
#[derive(Clone, Debug)]
pub struct Writer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: SqliteConnectOptions,
    /// The connection, `None` after a failure that nothing else mends, and once it is closed.
    seat: Arc<tokio::sync::Mutex<Seat>>,
    progress: Mutex<Progress>,
    /// How many wait for their turn.
    waiting: AtomicUsize,
}

#[derive(Debug, Default)]
struct Progress {
    stage: Stage,
    /// Whose work is in the open transaction and waits for its commit.
    riders: Vec<oneshot::Sender<Result<()>>>,
    is_closed: bool,
}

/// How far the connection is, at least: noted before it happens, so that whoever is interrupted leaves a true word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// No transaction.
    #[default]
    Idle,
    /// A shared transaction, nobody's savepoint.
    Open,
    /// A shared transaction and somebody's savepoint in it.
    Within,
    /// A transaction of somebody alone.
    Alone,
}

/// One's turn to write. Dropped without [`Turn::commit`] it leaves no trace.
#[derive(Debug)]
pub struct Turn {
    conn: OwnedMappedMutexGuard<Seat, SqliteConnection>,
    inner: Arc<Inner>,
    is_over: bool,
    /// Whether anything was queued for delivery in it.
    pub(crate) has_queued: bool,
}

impl Writer {
    /// Writes by `conn`, and by a new one made with `options` where that breaks.
    pub(crate) fn new(options: SqliteConnectOptions, conn: SqliteConnection) -> Self {
        let seat = Arc::new(tokio::sync::Mutex::new(Some(conn)));
        Self(Arc::new(Inner { options, seat, progress: Mutex::default(), waiting: AtomicUsize::new(0) }))
    }

    /// Waits for one's turn and takes the write lock; `shares` says that the commit may be one with others'.
    pub(crate) async fn turn(&self, shares: bool) -> Result<Turn> {
        let inner = &self.0;
        let mut coming = Coming::new(inner);
        let seat = timeout(PATIENCE, Arc::clone(&inner.seat).lock_owned()).await;
        let mut seat = seat.map_err(|_| sqlx::Error::PoolTimedOut)?;
        coming.waits_no_more();
        inner.clear(&mut seat).await;
        let is_full = inner.progress().riders.len() >= MOST;
        if inner.stage() == Stage::Open && (!shares || is_full) {
            seat = Arc::clone(inner).arrive(seat).await?;
        }
        inner.begin(&mut seat, shares).await?;
        let conn = OwnedMutexGuard::try_map(seat, Option::as_mut).map_err(|_| sqlx::Error::PoolClosed)?;
        coming.has_turn = true;
        Ok(Turn { conn, inner: Arc::clone(inner), is_over: false, has_queued: false })
    }

    /// Forgets the planner's samples of what was in the tables, and empties the log of what was written.
    pub(crate) async fn scrub(&self) -> sqlx::Result<()> {
        let mut conn = self.0.options.connect().await?;
        let samples = "select count(*) from sqlite_schema where name = 'sqlite_stat4'";
        if sqlx::query_scalar::<_, i64>(samples).fetch_one(&mut conn).await? > 0 {
            sqlx::query("delete from sqlite_stat4").execute(&mut conn).await?;
        }
        let (is_busy, _, _): (i64, i64, i64) =
            sqlx::query_as("pragma wal_checkpoint(truncate)").fetch_one(&mut conn).await?;
        conn.close().await?;
        if is_busy == 0 { Ok(()) } else { Err(sqlx::Error::PoolTimedOut) }
    }

    /// Waits for what is under way and closes the connection.
    pub(crate) async fn close(&self) {
        let mut seat = Arc::clone(&self.0.seat).lock_owned().await;
        self.0.progress().is_closed = true;
        self.0.clear(&mut seat).await;
        self.0.commit_shared(&mut seat).await;
        if let Some(conn) = seat.take()
            && let Err(cause) = conn.close().await
        {
            error!(%cause, "The database could not be closed");
        }
    }
}

impl Inner {
    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stage(&self) -> Stage {
        self.progress().stage
    }

    fn enter(&self, stage: Stage) {
        self.progress().stage = stage;
    }

    /// Starts the transaction, or the savepoint in the one that is open.
    async fn begin(&self, seat: &mut Seat, shares: bool) -> Result<()> {
        if seat.is_none() {
            if self.progress().is_closed {
                return Err(sqlx::Error::PoolClosed.into());
            }
            *seat = Some(self.options.connect().await?);
        }
        if self.stage() == Stage::Idle {
            self.enter(Stage::Alone);
            // It takes the write lock at once, so that nothing fails half-way for it.
            if let Err(cause) = run(seat, "begin immediate").await {
                (*seat, self.progress().stage) = (None, Stage::Idle);
                return Err(cause.into());
            }
        }
        if shares {
            self.enter(Stage::Within);
            run(seat, "savepoint turn").await?;
        }
        Ok(())
    }

    /// Takes back what an interrupted or dropped turn left behind.
    async fn clear(&self, seat: &mut Seat) {
        let undone = match self.stage() {
            Stage::Idle | Stage::Open => return,
            // It fails where there is nothing to take back: never begun, or over already. Else `begin` fails next.
            Stage::Alone => {
                let _ = run(seat, "rollback").await;
                self.enter(Stage::Idle);
                return;
            }
            Stage::Within => match run(seat, "rollback to turn").await {
                Ok(()) => run(seat, "release turn").await,
                // Over already, or never begun. If the transaction is gone too, the database took it back by itself.
                Err(cause) => {
                    if run(seat, "begin").await.is_err() {
                        Ok(())
                    } else {
                        Err(cause)
                    }
                }
            },
        };
        self.enter(Stage::Open);
        if let Err(cause) = undone {
            self.fail(seat, cause);
        }
    }

    /// Commits what is shared and tells everyone, whatever becomes of the one who asks for it.
    async fn arrive(self: Arc<Self>, mut seat: OwnedMutexGuard<Seat>) -> Result<OwnedMutexGuard<Seat>> {
        let arriving = tokio::spawn(async move {
            self.commit_shared(&mut seat).await;
            seat
        });
        arriving.await.map_err(|_| sqlx::Error::WorkerCrashed.into())
    }

    async fn commit_shared(&self, seat: &mut Seat) {
        if self.stage() != Stage::Open {
            return;
        }
        match run(seat, "commit").await {
            Ok(()) => {
                self.enter(Stage::Idle);
                let riders = std::mem::take(&mut self.progress().riders);
                for rider in riders {
                    // Who does not wait any more does not want to know.
                    let _ = rider.send(Ok(()));
                }
            }
            Err(cause) => self.fail(seat, cause),
        }
    }

    /// Nothing of the shared transaction is kept: everybody in it is told, and the connection is made anew.
    fn fail(&self, seat: &mut Seat, cause: sqlx::Error) {
        *seat = None;
        self.enter(Stage::Idle);
        let cause = Arc::new(cause);
        let riders = std::mem::take(&mut self.progress().riders);
        for rider in riders {
            let _ = rider.send(Err(Error::Commit(Arc::clone(&cause))));
        }
    }

    /// Takes back what was left behind and commits what waits for it, if nobody else comes to do so.
    async fn settle(self: Arc<Self>) {
        let mut seat = Arc::clone(&self.seat).lock_owned().await;
        self.clear(&mut seat).await;
        if self.waiting.load(Ordering::Acquire) == 0 {
            self.commit_shared(&mut seat).await;
        }
    }

    fn settle_soon(self: Arc<Self>) {
        // Without a runtime the program is ending; closing the file takes back what is open.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(self.settle());
        }
    }
}

impl Turn {
    /// Makes everything in it last; returns when it does.
    pub(crate) async fn commit(mut self) -> Result<()> {
        if self.inner.stage() == Stage::Alone {
            sqlx::query("commit").execute(&mut *self.conn).await?;
            self.inner.enter(Stage::Idle);
            self.is_over = true;
            return Ok(());
        }
        sqlx::query("release turn").execute(&mut *self.conn).await?;
        let (rider, told) = oneshot::channel();
        let inner = Arc::clone(&self.inner);
        {
            let mut progress = inner.progress();
            progress.stage = Stage::Open;
            progress.riders.push(rider);
        }
        self.is_over = true;
        drop(self);
        if inner.waiting.load(Ordering::Acquire) == 0 {
            inner.settle_soon();
        }
        told.await.map_err(|_| sqlx::Error::WorkerCrashed)?
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.is_over {
            Arc::clone(&self.inner).settle_soon();
        }
    }
}

impl Deref for Turn {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.conn
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.conn
    }
}

/// One who comes for a turn. Who gives up before it begins makes sure that nobody waits for him, and that what he began
/// is cleared up.
struct Coming<'a> {
    inner: &'a Arc<Inner>,
    waits: bool,
    has_turn: bool,
}

impl<'a> Coming<'a> {
    fn new(inner: &'a Arc<Inner>) -> Self {
        inner.waiting.fetch_add(1, Ordering::AcqRel);
        Self { inner, waits: true, has_turn: false }
    }

    fn waits_no_more(&mut self) {
        if std::mem::take(&mut self.waits) {
            self.inner.waiting.fetch_sub(1, Ordering::AcqRel);
        }
    }
}

impl Drop for Coming<'_> {
    fn drop(&mut self) {
        // Before anybody settles: or he would leave it to one who does not come.
        self.waits_no_more();
        if !self.has_turn {
            Arc::clone(self.inner).settle_soon();
        }
    }
}

async fn run(seat: &mut Seat, statement: &'static str) -> sqlx::Result<()> {
    let conn = seat.as_mut().ok_or(sqlx::Error::PoolClosed)?;
    sqlx::query(statement).execute(conn).await.map(|_| ())
}

#[cfg(test)]
mod tests;
