//! Takes notices down on their day, and asks a week before whether they should stay.

use std::time::Duration;

use federation::Instance;
use tracing::error;

use super::Work;
use crate::stop::Stop;

/// How often it is looked whether a notice is due.
const PAUSE: Duration = Duration::from_mins(5);

/// The task that looks after notices.
pub(super) fn task(instance: &Instance, stop: &Stop) -> impl Fn() -> Work + Send + use<> {
    let (instance, stop) = (instance.clone(), stop.clone());
    move || {
        let (instance, stop) = (instance.clone(), stop.clone());
        Box::pin(async move {
            loop {
                if let Err(problem) = federation::notices::see_to_due(&instance).await {
                    error!(error = %problem, "Notices could not be seen to");
                }
                tokio::select! {
                    () = tokio::time::sleep(PAUSE) => {}
                    () = stop.heard() => return,
                }
            }
        })
    }
}
