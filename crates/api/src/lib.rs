//! What programs see: `ActivityPub` client-to-server (`ActivityPub` section 6).

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::post;
use federation::Instance;

mod bearer;
mod joining;
mod outbox;
mod problem;
mod verbs;

/// The largest body that is read.
const MAX_BODY: usize = 1024 * 1024;

/// The outboxes that programs post to.
pub fn router(instance: Instance) -> Router {
    Router::new()
        .route("/@{handle}/outbox", post(outbox::publish))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(instance)
}
