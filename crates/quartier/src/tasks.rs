//! What runs in the background, one task a file, until the word to stop.

pub(crate) mod backup;
mod bell;
mod calendars;
mod cleaning;
mod cover;
mod delivery;
mod handshakes;
pub(crate) mod letters;
mod notices;
mod polls;
mod registrations;
mod regularly;
mod search;
mod series;
mod settings;
mod upkeep;

use std::sync::Arc;
use std::time::Duration;

use federation::Instance;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tracing::{error, warn};

use crate::failure::Failure;
use crate::serve::{Delivering, Opening};
use crate::stop::Stop;

/// How long the tasks may take to end.
const FAREWELL: Duration = Duration::from_secs(25);
/// How long a task that broke is left alone before it begins again.
const RESTART: Duration = Duration::from_secs(5);

/// A task at work.
type Work = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// The tasks of one quarter.
pub(crate) struct Tasks(JoinSet<()>);

impl Tasks {
    /// Starts everything that a quarter in this state asks for.
    pub(crate) fn start(
        instance: &Instance,
        opening: &Opening,
        delivering: &Delivering,
        stop: &Stop,
    ) -> Result<Self, Failure> {
        let (mut tasks, config) = (Self(JoinSet::new()), &opening.config);
        if opening.is_open {
            tasks.keep("reminders", stop, cover::task(instance, stop));
            tasks.keep("deliveries", stop, delivery::task(instance, delivering, stop));
        } else {
            tasks.keep("deliveries", stop, delivery::rest(delivering, stop));
        }
        if instance.store().is_shared() {
            tasks.keep("calls", stop, bell::task(instance, stop));
        }
        tasks.keep("calendars", stop, calendars::task(instance, stop));
        tasks.keep("hand-shakes", stop, handshakes::task(instance, stop));
        tasks.keep("polls", stop, polls::task(instance, stop));
        tasks.keep("registrations", stop, registrations::task(instance, stop));
        tasks.keep("notices", stop, notices::task(instance, stop));
        tasks.keep("series", stop, series::task(instance, stop));
        if let Some(task) = upkeep::task(instance, &config.mail, stop).filter(|_| opening.is_open) {
            tasks.keep("questions to initiatives", stop, task);
        }
        tasks.keep("search", stop, search::task(instance, stop));
        tasks.keep("cleaning", stop, cleaning::task(instance, stop));
        if let Some(task) = backup::task(instance, config, stop) {
            tasks.keep("backups", stop, task);
        }
        if let Some(task) = letters::task(instance, &config.mail, stop)? {
            tasks.keep("letters", stop, task);
        }
        Ok(tasks)
    }

    /// Calls `outdated` when the settings are others than those that the server started with.
    pub(crate) fn watch_settings(
        &mut self,
        instance: &Instance,
        opening: &Opening,
        outdated: &Arc<Notify>,
        stop: &Stop,
    ) {
        self.keep("settings", stop, settings::task(instance, &opening.kept, outdated, stop));
    }

    /// Runs `task` beside the others.
    pub(crate) fn spawn(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(task);
    }

    /// Runs what `make` makes, and again whenever it breaks, until the word to stop.
    fn keep(&mut self, name: &'static str, stop: &Stop, make: impl Fn() -> Work + Send + 'static) {
        let stop = stop.clone();
        self.0.spawn(async move {
            loop {
                let ended = tokio::spawn(make()).await;
                if stop.is_heard() {
                    return;
                }
                error!(task = name, broke = ended.is_err(), "The task for {name} ended and begins again");
                tokio::select! {
                    () = tokio::time::sleep(RESTART) => {}
                    () = stop.heard() => return,
                }
            }
        });
    }

    /// Waits for all of them; what takes too long is cut off.
    pub(crate) async fn finish(mut self) {
        let ended = tokio::time::timeout(FAREWELL, async { while self.0.join_next().await.is_some() {} }).await;
        if ended.is_err() {
            warn!("Some tasks were cut off");
            self.0.shutdown().await;
        }
    }
}
