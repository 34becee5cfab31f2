//! Writes to the editors, and to whoever covers for them, when something waits.

use std::time::Duration;

use federation::Instance;
use tracing::error;

use super::Work;
use crate::stop::Stop;

/// How often it is looked whether a letter is due.
const PAUSE: Duration = Duration::from_mins(15);

/// The task that writes letters about what waits.
pub(super) fn task(instance: &Instance, stop: &Stop) -> impl Fn() -> Work + Send + use<> {
    let (instance, stop) = (instance.clone(), stop.clone());
    move || {
        let (instance, stop) = (instance.clone(), stop.clone());
        Box::pin(async move {
            loop {
                if let Err(problem) = federation::cover::see_to(&instance).await {
                    error!(error = %problem, "Letters about what waits could not be written");
                }
                tokio::select! {
                    () = tokio::time::sleep(PAUSE) => {}
                    () = stop.heard() => return,
                }
            }
        })
    }
}
