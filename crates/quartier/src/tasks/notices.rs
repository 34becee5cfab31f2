//! Takes notices down on their day, and asks a week before whether they should stay.

use std::time::Duration;

use federation::Instance;

use super::{Work, regularly};
use crate::stop::Stop;

/// How often it is looked whether a notice is due.
const PAUSE: Duration = Duration::from_mins(5);

/// The task that looks after notices.
pub(super) fn task(instance: &Instance, stop: &Stop) -> impl Fn() -> Work + Send + use<> {
    regularly::task(instance, stop, (PAUSE, "Notices could not be seen to"), |instance| async move {
        federation::notices::see_to_due(&instance).await
    })
}
