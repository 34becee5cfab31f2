//! Makes the next dates of what repeats, and tells of those whose time has come.

use std::time::Duration;

use federation::Instance;

use super::{Work, regularly};
use crate::stop::Stop;

/// How often it is looked whether a series is due.
const PAUSE: Duration = Duration::from_mins(10);

/// The task that looks after series.
pub(super) fn task(instance: &Instance, stop: &Stop) -> impl Fn() -> Work + Send + use<> {
    regularly::task(instance, stop, (PAUSE, "Series could not be seen to"), |instance| async move {
        federation::series::see_to_due(&instance).await
    })
}
