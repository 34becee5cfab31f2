//! host-meta (RFC 6415): where `WebFinger` is.

use axum::extract::State;
use axum::response::IntoResponse;
use http::header;

use crate::instance::Instance;

/// The template of our `WebFinger`, as XRD.
pub(crate) async fn get(State(instance): State<Instance>) -> impl IntoResponse {
    let template = format!("{}?resource={{uri}}", instance.url("/.well-known/webfinger"));
    let xrd = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n  \
         <Link rel=\"lrdd\" template=\"{template}\"/>\n</XRD>\n"
    );
    ([(header::CONTENT_TYPE, "application/xrd+xml; charset=utf-8")], xrd)
}
