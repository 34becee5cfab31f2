//! Whether the server can work: for monitoring and for whoever starts it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::StatusCode;
use storage::Store;

/// What readiness depends on.
#[derive(Clone, Default)]
pub(crate) struct Health {
    store: Option<Store>,
    delivering: Delivering,
}

/// Whether the delivery task runs.
#[derive(Clone, Default)]
pub(crate) struct Delivering(Arc<AtomicBool>);

/// Held by the delivery task while it runs, however it ends.
pub(crate) struct Running(Delivering);

impl Delivering {
    /// Notes that it runs, until the answer is dropped.
    pub(crate) fn running(&self) -> Running {
        self.0.store(true, Ordering::Relaxed);
        Running(self.clone())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.0.store(false, Ordering::Relaxed);
    }
}

impl Health {
    /// Ready while `store` answers (its migrations are done, or it would not be open) and deliveries run.
    pub(crate) fn of(store: Store, delivering: Delivering) -> Self {
        Self { store: Some(store), delivering }
    }

    /// Ready whatever happens.
    #[cfg(test)]
    pub(crate) fn always() -> Self {
        let health = Self::default();
        health.delivering.0.store(true, Ordering::Relaxed);
        health
    }

    /// 200, or 503 with what is missing.
    pub(crate) async fn answer(self) -> (StatusCode, &'static str) {
        if let Some(store) = &self.store
            && let Err(error) = store.ping().await
        {
            tracing::warn!(%error, "The database does not answer");
            return (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n");
        }
        if !self.delivering.0.load(Ordering::Relaxed) {
            return (StatusCode::SERVICE_UNAVAILABLE, "deliveries do not run\n");
        }
        (StatusCode::OK, "ready\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn ready_means_that_the_database_answers_and_deliveries_run() {
        let database = storage::testing::sqlite();
        let store = Store::open(&database.url).await.expect("a store");
        let delivering = Delivering::default();
        let health = Health::of(store.clone(), delivering.clone());
        assert_eq!(health.clone().answer().await, (StatusCode::SERVICE_UNAVAILABLE, "deliveries do not run\n"));
        let running = delivering.running();
        assert_eq!(health.clone().answer().await.0, StatusCode::OK);
        drop(running);
        assert_eq!(health.clone().answer().await.1, "deliveries do not run\n");
        store.close().await;
        assert_eq!(health.answer().await, (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"));
    }
}
