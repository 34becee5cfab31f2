//! Reads the calendars again that events are imported from, each once an hour.

use std::time::Duration;

use federation::Instance;
use tracing::error;

use super::Work;
use crate::stop::Stop;

/// How often it is looked whether a calendar is due.
const PAUSE: Duration = Duration::from_mins(1);

/// The reading task.
pub(super) fn task(instance: &Instance, stop: &Stop) -> impl Fn() -> Work + Send + use<> {
    let (instance, stop) = (instance.clone(), stop.clone());
    move || {
        let (instance, stop) = (instance.clone(), stop.clone());
        Box::pin(async move {
            loop {
                if let Err(problem) = Box::pin(federation::imports::refresh_due(&instance)).await {
                    error!(error = %problem, "Calendars could not be read");
                }
                tokio::select! {
                    () = tokio::time::sleep(PAUSE) => {}
                    () = stop.heard() => return,
                }
            }
        })
    }
}
