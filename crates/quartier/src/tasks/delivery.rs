//! Takes what was published to the other servers.

use federation::Instance;

use super::Work;
use crate::serve::Delivering;
use crate::stop::Stop;

/// The delivery task; `delivering` says whether it runs.
pub(super) fn task(instance: &Instance, delivering: &Delivering, stop: &Stop) -> impl Fn() -> Work + Send + use<> {
    let (instance, delivering, stop) = (instance.clone(), delivering.clone(), stop.clone());
    move || {
        let (instance, running, stop) = (instance.clone(), delivering.running(), stop.clone());
        Box::pin(async move {
            federation::delivery::run(instance, stop.heard()).await;
            drop(running);
        })
    }
}

/// In its place while the quarter is not open: nothing leaves, and what was queued waits for the day that it is.
pub(super) fn rest(delivering: &Delivering, stop: &Stop) -> impl Fn() -> Work + Send + use<> {
    let (delivering, stop) = (delivering.clone(), stop.clone());
    move || {
        let (running, stop) = (delivering.running(), stop.clone());
        Box::pin(async move {
            stop.heard().await;
            drop(running);
        })
    }
}
