//! Every address of the pages: a table of contents.

use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::post;
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

use crate::app::App;
use crate::{assets, closed, error, feeds, headers, language, media, oembed, origin, pages};

/// The longest form, in bytes: an event's texts with every character escaped.
pub(crate) const MAX_FORM: usize = 512 * 1024;

/// The pages, feeds and files of one instance, for every request that does not ask for ActivityPub.
///
/// The connection's address is read from `ConnectInfo<SocketAddr>` where the server provides it.
pub fn router(app: App) -> Router {
    Router::new()
        .merge(pages::home::router())
        .merge(pages::events::router())
        .merge(pages::event::router())
        .merge(pages::search::router())
        .merge(pages::offline::router())
        .merge(pages::subscribe::router())
        .merge(pages::embed::router())
        .merge(pages::screen::router())
        .merge(pages::press::router())
        .merge(oembed::router())
        .merge(pages::write_event::router())
        .merge(pages::cancel_event::router())
        .merge(pages::move_event::router())
        .merge(pages::series::router())
        .merge(pages::same_event::router())
        .merge(pages::import::router())
        .merge(pages::participants::router())
        .merge(pages::attendees::router())
        .merge(pages::by_hand::router())
        .merge(pages::registration::router())
        .merge(pages::registration_form::router())
        .merge(pages::join::router())
        .merge(pages::delete::router())
        .merge(pages::posts::router())
        .merge(pages::board::router())
        .merge(pages::post::router())
        .merge(pages::replies::router())
        .merge(pages::guests::router())
        .merge(pages::answers::router())
        .merge(pages::write_post::router())
        .merge(pages::featured::router())
        .merge(pages::initiatives::router())
        .merge(pages::initiative::router())
        .merge(pages::edit_initiative::router())
        .merge(pages::places::router())
        .merge(pages::edit_place::router())
        .merge(pages::rooms::router())
        .merge(pages::map::router())
        .merge(pages::contact::router())
        .merge(pages::upkeep::router())
        .merge(pages::neighbours::router())
        .merge(pages::moves::router())
        .merge(pages::sign_in::router())
        .merge(pages::sign_in_second::router())
        .merge(pages::sign_in_password::router())
        .merge(pages::sign_in_passkey::router())
        .merge(pages::sign_up::router())
        .merge(pages::sign_ups::router())
        .merge(pages::editors::router())
        .merge(pages::deliveries::router())
        .merge(pages::invitations::router())
        .merge(pages::calendars::router())
        .merge(pages::account::router())
        .merge(pages::second_factor::router())
        .merge(pages::password::router())
        .merge(pages::passkeys::router())
        .merge(pages::new_address::router())
        .merge(pages::leave::router())
        .merge(pages::portability::router())
        .merge(pages::people::router())
        .merge(pages::person::router())
        .merge(pages::welcome::router())
        .merge(pages::blocks::router())
        .merge(pages::propose::router())
        .merge(pages::queue::router())
        .merge(pages::record::router())
        .merge(pages::held::router())
        .merge(pages::report::router())
        .merge(pages::reports::router())
        .merge(pages::setup::router())
        .merge(pages::sources::router())
        .merge(pages::legal::router())
        .merge(pages::accessibility::router())
        .merge(pages::objections::router())
        .merge(pages::styleguide::router())
        .merge(feeds::router())
        .merge(assets::router())
        .merge(media::router())
        .route("/language", post(language::switch))
        .fallback(async || error::PageError::NotFound)
        .method_not_allowed_fallback(async || http::StatusCode::METHOD_NOT_ALLOWED)
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(from_fn_with_state(app.clone(), closed::guard))
        .layer(own_origin(&app))
        .layer(from_fn(origin::require))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(app.clone(), error::explain))
        .layer(middleware::from_fn_with_state(app.clone(), headers::add))
        .layer(CompressionLayer::new().gzip(true))
        .with_state(app)
}

/// Trusts our own origin by name, for proxies that do not pass `Host` on.
fn own_origin(app: &App) -> CsrfLayer {
    let origin = app.instance.settings().base_url.origin().ascii_serialization();
    CsrfLayer::new().add_trusted_origin(origin).unwrap_or_default()
}
