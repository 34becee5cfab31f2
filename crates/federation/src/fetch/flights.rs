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
    /// Waits until nobody else fetches `url`; the guard ends our own fetch. Whoever held it before may have fetched what
    /// is wanted, even where there was nothing to wait for.
    pub(crate) async fn board(&self, url: &Url) -> OwnedMutexGuard<()> {
        self.of(url).lock_owned().await
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
