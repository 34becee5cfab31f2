//! How many fetches one host may keep busy at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use url::Url;

const PER_HOST: usize = 4;
/// From here on, hosts that nobody waits for are forgotten.
const MANY_HOSTS: usize = 1024;

/// The slots of every host that is being fetched from.
#[derive(Default)]
pub(super) struct Slots(Mutex<HashMap<String, Arc<Semaphore>>>);

impl Slots {
    /// Waits until fewer than four fetches from the host of `url` are under way; the slot is free again when dropped.
    pub(super) async fn take(&self, url: &Url) -> Option<OwnedSemaphorePermit> {
        let slots = self.of(url.host_str().unwrap_or_default());
        slots.acquire_owned().await.ok()
    }

    fn of(&self, host: &str) -> Arc<Semaphore> {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= MANY_HOSTS {
            // A permit or somebody waiting holds its own count.
            hosts.retain(|_, slots| Arc::strong_count(slots) > 1);
        }
        Arc::clone(hosts.entry(host.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(PER_HOST))))
    }
}
