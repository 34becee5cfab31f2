//! Files that come with the program: style sheets, icons, scripts, robots.txt. Their address changes with their content.

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
    content: &'static [u8],
    kind: &'static str,
}

/// The style sheet.
pub(crate) static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("style", "css", include_bytes!("../assets/style.css"), "text/css; charset=utf-8"));

/// The icon.
pub(crate) static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", include_bytes!("../assets/favicon.svg"), "image/svg+xml"));

/// The icon for programs that read no drawings.
pub(crate) static ICON_192: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon-192", "png", include_bytes!("../assets/icon-192.png"), "image/png"));

/// The icon with room around it, of which a telephone may cut the corners.
pub(crate) static ICON_512: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon-512", "png", include_bytes!("../assets/icon-512.png"), "image/png"));

/// What keeps the page of the next two weeks on a device that somebody asks it of.
pub(crate) static OFFLINE: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("offline", "js", include_bytes!("../assets/offline.js"), "text/javascript; charset=utf-8")
});

/// The style of the list in other people's frames.
pub(crate) static EMBED: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("embed", "css", include_bytes!("../assets/embed.css"), "text/css; charset=utf-8"));

/// The style of the screen in a hallway.
pub(crate) static SCREEN_STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("screen", "css", include_bytes!("../assets/screen.css"), "text/css; charset=utf-8"));

/// What keeps the screen in a hallway right.
pub(crate) static SCREEN: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("screen", "js", include_bytes!("../assets/screen.js"), "text/javascript; charset=utf-8")
});

/// The script of the pages for passkeys.
pub(crate) static PASSKEY: LazyLock<Asset> = LazyLock::new(|| {
    Asset::new("passkey", "js", include_bytes!("../assets/passkey.js"), "text/javascript; charset=utf-8")
});

/// Search engines may read everything public; endless lists and forms are no use to them.
const ROBOTS: &str =
    "User-agent: *\nDisallow: /events?\nDisallow: /sign-in\nDisallow: /embed\nDisallow: /write/\nDisallow: /editors\n";

impl Asset {
    fn new(name: &str, ending: &str, content: &'static [u8], kind: &'static str) -> Self {
        let mut path = format!("/assets/{name}-");
        for byte in digest(&SHA256, content).as_ref().iter().take(6) {
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
        .route(&ICON_192.path, get(async || ICON_192.answer()))
        .route(&ICON_512.path, get(async || ICON_512.answer()))
        .route(&OFFLINE.path, get(async || OFFLINE.answer()))
        .route(&EMBED.path, get(async || EMBED.answer()))
        .route(&SCREEN_STYLE.path, get(async || SCREEN_STYLE.answer()))
        .route(&SCREEN.path, get(async || SCREEN.answer()))
        .route(&PASSKEY.path, get(async || PASSKEY.answer()))
        .route("/favicon.svg", get(async || ([(CONTENT_TYPE, ICON.kind)], ICON.content)))
        .route("/robots.txt", get(async || ROBOTS))
}
