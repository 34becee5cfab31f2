//! Tells how polls stand that were voted on, and closes them in time.

use std::time::Duration;

use federation::Instance;
use tracing::error;

use super::Work;
use crate::stop::Stop;

/// How often it is looked whether a poll is due.
const PAUSE: Duration = Duration::from_secs(15);

/// The task that looks after polls.
pub(super) fn task(instance: &Instance, stop: &Stop) -> impl Fn() -> Work + Send + use<> {
    let (instance, stop) = (instance.clone(), stop.clone());
    move || {
        let (instance, stop) = (instance.clone(), stop.clone());
        Box::pin(async move {
            loop {
                if let Err(problem) = federation::polls::see_to_due(&instance).await {
                    error!(error = %problem, "Polls could not be seen to");
                }
                tokio::select! {
                    () = tokio::time::sleep(PAUSE) => {}
                    () = stop.heard() => return,
                }
            }
        })
    }
}
