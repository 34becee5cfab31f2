//! Writes to the editors, and to whoever covers for them, when something waits.

use std::time::Duration;

use federation::Instance;

use super::{Work, regularly};
use crate::stop::Stop;

/// How often it is looked whether a letter is due.
const PAUSE: Duration = Duration::from_mins(15);

/// The task that writes letters about what waits.
pub(super) fn task(instance: &Instance, stop: &Stop) -> impl Fn() -> Work + Send + use<> {
    regularly::task(instance, stop, (PAUSE, "Letters about what waits could not be written"), |instance| async move {
        federation::cover::see_to(&instance).await
    })
}
