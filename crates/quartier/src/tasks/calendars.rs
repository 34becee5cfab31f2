//! Reads the calendars again that events are imported from, each once an hour.

use std::time::Duration;

use federation::Instance;

use super::{Work, regularly};
use crate::stop::Stop;

/// How often it is looked whether a calendar is due.
const PAUSE: Duration = Duration::from_mins(1);

/// The reading task.
pub(super) fn task(instance: &Instance, stop: &Stop) -> impl Fn() -> Work + Send + use<> {
    regularly::task(instance, stop, (PAUSE, "Calendars could not be read"), |instance| async move {
        Box::pin(federation::imports::refresh_due(&instance)).await
    })
}
