//! Sees that the settings were changed, here or by another server of the quarter.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use federation::Instance;
use storage::bell::Call;
use tokio::sync::Notify;
use tracing::warn;

use super::Work;
use crate::serve::at_work;
use crate::stop::Stop;

/// How often it is looked where others may have changed them, and their call may have been lost.
const PAUSE: Duration = Duration::from_secs(5);

/// The task; it calls `outdated` when the settings are not `kept` any more.
pub(super) fn task(
    instance: &Instance,
    kept: &BTreeMap<String, String>,
    outdated: &Arc<Notify>,
    stop: &Stop,
) -> impl Fn() -> Work + Send + use<> {
    let (instance, kept, outdated, stop) = (instance.clone(), kept.clone(), Arc::clone(outdated), stop.clone());
    move || {
        let (instance, kept, outdated, stop) = (instance.clone(), kept.clone(), Arc::clone(&outdated), stop.clone());
        Box::pin(async move {
            let alarm = instance.alarm(Call::Settings);
            loop {
                tokio::select! {
                    () = alarm.notified() => {}
                    () = tokio::time::sleep(PAUSE), if instance.store().is_shared() => {}
                    () = stop.heard() => return,
                }
                match look(&instance).await {
                    Ok(now) if now == kept => {}
                    Ok(_) => outdated.notify_one(),
                    Err(error) => warn!(%error, "The settings could not be read"),
                }
            }
        })
    }
}

async fn look(instance: &Instance) -> storage::Result<BTreeMap<String, String>> {
    Ok(at_work(storage::settings::all(&mut instance.store().look().await?).await?))
}
