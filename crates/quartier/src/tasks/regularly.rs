//! What is looked after again and again, with a pause, until the word to stop.

use std::time::Duration;

use federation::Instance;
use tracing::error;

use super::Work;
use crate::stop::Stop;

/// The task that does `look` at once and after every `pause`; when something goes wrong it logs `problem`.
pub(super) fn task<T, F, L>(
    instance: &Instance,
    stop: &Stop,
    (pause, problem): (Duration, &'static str),
    look: L,
) -> impl Fn() -> Work + Send + use<T, F, L>
where
    T: Send,
    F: Future<Output = federation::Result<T>> + Send,
    L: Fn(Instance) -> F + Clone + Send + 'static,
{
    let (instance, stop) = (instance.clone(), stop.clone());
    move || {
        let (instance, stop, look) = (instance.clone(), stop.clone(), look.clone());
        Box::pin(async move {
            loop {
                if let Err(error) = look(instance.clone()).await {
                    error!(%error, "{problem}");
                }
                tokio::select! {
                    () = tokio::time::sleep(pause) => {}
                    () = stop.heard() => return,
                }
            }
        })
    }
}
