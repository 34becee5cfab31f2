//! What programs see: `ActivityPub` client-to-server (`ActivityPub` section 6).

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::post;
use federation::Instance;

mod bearer;
mod joining;
mod outbox;
mod problem;
mod upload;
mod verbs;

/// The largest body of words that is read.
const MAX_BODY: usize = 1024 * 1024;

/// The largest body with a picture: the picture, and what is said about it.
const MAX_UPLOAD: usize = federation::media::MAX_BYTES + MAX_BODY;

/// The outboxes and upload endpoints that programs post to.
pub fn router(instance: Instance) -> Router {
    Router::new()
        .route("/@{handle}/outbox", post(outbox::publish))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .route("/@{handle}/upload", post(upload::take).layer(DefaultBodyLimit::max(MAX_UPLOAD)))
        .with_state(instance)
}
