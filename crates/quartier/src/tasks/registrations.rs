//! Reminds those who registered for an event, tells them changes that waited, and organisers that the time is over.

use std::time::Duration;

use federation::Instance;

use super::{Work, regularly};
use crate::stop::Stop;

/// How often it is looked; the database says who was told already.
const PAUSE: Duration = Duration::from_mins(1);

/// The task that tells.
pub(super) fn task(instance: &Instance, stop: &Stop) -> impl Fn() -> Work + Send + use<> {
    regularly::task(instance, stop, (PAUSE, "Those who registered could not be told"), |instance| async move {
        federation::registrations::see_to_due(&instance).await
    })
}
