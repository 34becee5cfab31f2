//! Says to neighbours again how it stands between us, and takes back offers that nobody answers.

use std::time::Duration;

use federation::Instance;

use super::{Work, regularly};
use crate::stop::Stop;

/// How often it is looked whether something has to be said again.
const PAUSE: Duration = Duration::from_mins(10);

/// The task that looks after hand-shakes.
pub(super) fn task(instance: &Instance, stop: &Stop) -> impl Fn() -> Work + Send + use<> {
    regularly::task(instance, stop, (PAUSE, "Hand-shakes could not be seen to"), |instance| async move {
        federation::handshakes::look_after(&instance).await
    })
}
