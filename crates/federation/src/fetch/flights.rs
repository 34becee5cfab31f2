//! One fetch of the same thing at a time: who comes meanwhile waits and takes what came of it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};
use url::Url;

/// From here on, addresses that nobody fetches are forgotten.
const MANY: usize = 256;

/// What is being fetched.
#[derive(Default)]
pub(crate) struct Flights(Mutex<HashMap<Url, Arc<Turn<()>>>>);

impl Flights {
    /// Waits until nobody else fetches `url`; the guard ends our own fetch. The flag says whether somebody just did.
    pub(crate) async fn board(&self, url: &Url) -> (OwnedMutexGuard<()>, bool) {
        let turn = self.of(url);
        match Arc::clone(&turn).try_lock_owned() {
            Ok(guard) => (guard, false),
            Err(_) => (turn.lock_owned().await, true),
        }
    }

    fn of(&self, url: &Url) -> Arc<Turn<()>> {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if flights.len() >= MANY {
            // A guard or somebody waiting holds its own count.
            flights.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        Arc::clone(flights.entry(url.clone()).or_default())
    }
}
