//! Tells how polls stand that were voted on, and closes them in time.

use std::time::Duration;

use federation::Instance;

use super::{Work, regularly};
use crate::stop::Stop;

/// How often it is looked whether a poll is due.
const PAUSE: Duration = Duration::from_secs(15);

/// The task that looks after polls.
pub(super) fn task(instance: &Instance, stop: &Stop) -> impl Fn() -> Work + Send + use<> {
    regularly::task(instance, stop, (PAUSE, "Polls could not be seen to"), |instance| async move {
        federation::polls::see_to_due(&instance).await
    })
}
