//! Calls the other servers of the same database when something was queued, and heeds their calls.

use federation::Instance;

use super::Work;
use crate::stop::Stop;

/// The task at the bell.
pub(super) fn task(instance: &Instance, stop: &Stop) -> impl Fn() -> Work + Send + use<> {
    let (instance, stop) = (instance.clone(), stop.clone());
    move || Box::pin(federation::bell::run(instance.clone(), stop.heard()))
}
