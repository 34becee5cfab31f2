//! Asks initiatives once a year whether what they say still holds, and reminds them, where letters can be sent.

use std::time::Duration;

use federation::Instance;

use super::{Work, regularly};
use crate::config::Mail;
use crate::stop::Stop;

/// How often it is looked whom to ask; the database says who was asked already.
const PAUSE: Duration = Duration::from_hours(1);

/// The task that asks; `None` without a mail server: who cannot be asked is not said to be silent.
pub(super) fn task(instance: &Instance, mail: &Mail, stop: &Stop) -> Option<impl Fn() -> Work + Send + use<>> {
    if mail.host.is_empty() {
        return None;
    }
    Some(regularly::task(instance, stop, (PAUSE, "Initiatives could not be asked"), |instance| async move {
        federation::upkeep::see_to_due(&instance).await
    }))
}
