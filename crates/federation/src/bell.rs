//! The bell: what wakes the tasks of this process, and calls those of other servers on the same database.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use storage::bell::{Bell, Call};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tracing::{debug, info, warn};

use crate::instance::Instance;

/// At most one call of a kind in so long: a call costs everybody a look at the queue.
const CALM: Duration = Duration::from_millis(5);
/// How long a line that is lost is left alone before another is taken.
const PAUSE: Duration = Duration::from_secs(2);
/// A line on which nothing was heard for so long may be dead without saying so: another is taken.
const SILENCE: Duration = Duration::from_mins(2);

/// What this process knows to be waiting. Each word is kept until somebody hears it.
#[derive(Debug, Default)]
pub(crate) struct Wakes {
    deliveries: Waking,
    letters: Waking,
    settings: Waking,
}

#[derive(Debug, Default)]
struct Waking {
    /// For the task of this process.
    here: Arc<Notify>,
    /// For the servers beside it.
    there: Notify,
}

impl Wakes {
    fn of(&self, call: Call) -> &Waking {
        match call {
            Call::Deliveries => &self.deliveries,
            Call::Letters => &self.letters,
            Call::Settings => &self.settings,
        }
    }

    /// Wakes the task of this process, and has the others called.
    pub(crate) fn all(&self, call: Call) {
        self.here(call);
        self.of(call).there.notify_one();
    }

    /// Wakes the task of this process.
    pub(crate) fn here(&self, call: Call) {
        self.of(call).here.notify_one();
    }

    /// What the task of this process waits for.
    pub(crate) fn alarm(&self, call: Call) -> Arc<Notify> {
        Arc::clone(&self.of(call).here)
    }

    /// Waits until the others are to be called.
    async fn called(&self) -> Call {
        tokio::select! {
            () = self.deliveries.there.notified() => Call::Deliveries,
            () = self.letters.there.notified() => Call::Letters,
            () = self.settings.there.notified() => Call::Settings,
        }
    }
}

/// Calls the other servers of the database and heeds their calls, until `shutdown`.
pub async fn run(instance: Instance, shutdown: impl Future<Output = ()>) {
    let mut shutdown = pin!(shutdown);
    let Some(bell) = instance.store().bell() else { return shutdown.await };
    tokio::select! {
        () = call(&instance, &bell) => {}
        () = heed(&instance, &bell) => {}
        () = &mut shutdown => {}
    }
}

async fn call(instance: &Instance, bell: &Bell) {
    loop {
        let call = instance.wakes().called().await;
        if let Err(cause) = bell.ring(call).await {
            // They look by themselves, only later.
            debug!(%cause, "The other servers of this quarter could not be called");
        }
        sleep(CALM).await;
    }
}

async fn heed(instance: &Instance, bell: &Bell) {
    let mut is_lost = false;
    loop {
        let cause = match listen(instance, bell, is_lost).await {
            Ok(()) => continue,
            Err(cause) => cause,
        };
        if !std::mem::replace(&mut is_lost, true) {
            warn!(%cause, "The other servers of this quarter are not heard: what they queue is found a few seconds later");
        }
        sleep(PAUSE).await;
    }
}

/// Heeds calls until the line is silent for long (`Ok`) or lost. What was called while there was none counts as called.
async fn listen(instance: &Instance, bell: &Bell, was_lost: bool) -> storage::Result<()> {
    let mut listener = bell.listen().await?;
    if was_lost {
        info!("The other servers of this quarter are heard again");
    }
    for call in Call::ALL {
        instance.wakes().here(call);
    }
    while let Ok(heard) = timeout(SILENCE, listener.next()).await {
        if let Some(call) = heard? {
            instance.wakes().here(call);
        }
    }
    Ok(())
}
