//! Files that come with the program: style sheet, icon, the one script, robots.txt. Their address changes with their content.

use std::fmt::Write;
use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::response::IntoResponse;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use crate::app::App;

/// A file under an address that is never given to another content.
pub(crate) struct Asset {
    pub(crate) path: String,
    content: &'static str,
    kind: &'static str,
}

/// The style sheet.
pub(crate) static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("style", "css", include_str!("../assets/style.css"), "text/css; charset=utf-8"));

/// The icon.
pub(crate) static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", include_str!("../assets/favicon.svg"), "image/svg+xml"));

/// The script of the pages for passkeys, the only one there is.
pub(crate) static PASSKEY: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("passkey", "js", include_str!("../assets/passkey.js"), "text/javascript; charset=utf-8")
});

/// Search engines may read everything public; endless lists and forms are no use to them.
const ROBOTS: &str = "User-agent: *\nDisallow: /events?\nDisallow: /sign-in\nDisallow: /write/\nDisallow: /editors\n";

impl Asset {
    fn new(name: &str, ending: &str, content: &'static str, kind: &'static str) -> Self {
        let mut path = format!("/assets/{name}-");
        for byte in digest(&SHA256, content.as_bytes()).as_ref().iter().take(6) {
            // Writing to a string cannot fail.
            let _ = write!(path, "{byte:02x}");
        }
        path.push('.');
        path.push_str(ending);
        Self { path, content, kind }
    }

    fn answer(&self) -> impl IntoResponse + use<> {
        ([(CONTENT_TYPE, self.kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")], self.content)
    }
}

/// The routes of the files.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route(&STYLE.path, get(async || STYLE.answer()))
        .route(&ICON.path, get(async || ICON.answer()))
        .route(&PASSKEY.path, get(async || PASSKEY.answer()))
        .route("/favicon.svg", get(async || ([(CONTENT_TYPE, ICON.kind)], ICON.content)))
        .route("/robots.txt", get(async || ROBOTS))
}
