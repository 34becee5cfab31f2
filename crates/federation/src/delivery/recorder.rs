//! What became of deliveries is written in batches: one commit for many answers.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::signing::Habit;
use storage::bell::Call;
use storage::deliveries::{self, Done};
use storage::hosts;
use storage::lanes::{self, Release};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tracing::error;
use url::Url;
use uuid::Uuid;

use crate::error::Result;
use crate::instance::Instance;

/// How many notes are written with one commit.
const BATCH: usize = 500;
/// How long to wait for a database that fails.
const PAUSE: Duration = Duration::from_secs(1);

/// Something to be remembered, in the order in which it happened in its lane.
#[derive(Debug)]
pub(super) enum Note {
    /// A delivery ended.
    Done(Done),
    /// A delivery was tried and goes on waiting.
    Tried { activity: Uuid, inbox: Url, error: String },
    /// A host showed how it wants requests to be signed.
    Learnt { host: String, habit: Habit },
    /// A lane is given back; nothing follows in it.
    Release { host: String, release: Release, delivered: bool, by_a_page: bool },
}

/// Where lanes hand in their notes.
#[derive(Clone, Debug)]
pub(super) struct Recorder(mpsc::Sender<Note>);

impl Recorder {
    /// Hands in a note; waits while the recorder is far behind.
    pub(super) async fn note(&self, note: Note) {
        if self.0.send(note).await.is_err() {
            error!("What became of a delivery could not be noted; it is sent again");
        }
    }
}

/// Starts recording; it ends when every `Recorder` is dropped and everything is written.
pub(super) fn start(instance: Instance) -> (Recorder, JoinHandle<()>) {
    let (sender, mut notes) = mpsc::channel(2 * BATCH);
    let recording = tokio::spawn(async move {
        let mut batch = Vec::with_capacity(BATCH);
        while notes.recv_many(&mut batch, BATCH).await > 0 {
            while let Err(cause) = write(&instance, &batch).await {
                // Leases hold meanwhile; if they run out, what was sent is sent again under the same id.
                error!(%cause, "What became of {} deliveries could not be written; trying again", batch.len());
                tokio::time::sleep(PAUSE).await;
            }
            batch.clear();
        }
    });
    (Recorder(sender), recording)
}

async fn write(instance: &Instance, notes: &[Note]) -> Result<()> {
    let now = instance.clock().now();
    let mut tx = instance.store().write_together().await?;
    let mut releases = BTreeMap::new();
    for note in notes {
        match note {
            Note::Done(done) => deliveries::finish(&mut tx, done, now).await?,
            Note::Tried { activity, inbox, error } => deliveries::mark_tried(&mut tx, *activity, inbox, error).await?,
            Note::Learnt { host, habit } => hosts::remember(&mut tx, host, habit).await?,
            Note::Release { host, release, delivered, by_a_page } => {
                releases.insert(host, (release, *delivered, *by_a_page));
            }
        }
    }
    // Whoever publishes locks lanes in the order of their names too: so neither waits for the other for ever.
    for (host, (release, delivered, by_a_page)) in &releases {
        if *delivered {
            deliveries::mark_alive(&mut tx, host, *by_a_page, now).await?;
        }
        lanes::release(&mut tx, host, release, now).await?;
    }
    tx.commit().await?;
    if !releases.is_empty() {
        // What came meanwhile, or is due later, is known only now.
        instance.wakes().here(Call::Deliveries);
    }
    Ok(())
}
