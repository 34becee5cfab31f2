//! A quarter that is not open yet: its admins see everything, everyone else one quiet page.

use askama::Template;
use axum::extract::{FromRequestParts, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{Method, StatusCode};

use crate::app::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::visitor::Visitor;

/// The ways in, and what they look like.
const FREE: [&str; 8] = [
    "/assets/",
    "/favicon.svg",
    "/robots.txt",
    "/language",
    "/sign-in",
    "/sign-out",
    "/setup/begin/",
    // An admin whose time for a second key is over is none until there is one.
    "/account/second",
];

#[derive(Template)]
#[template(path = "soon.html")]
struct Soon {
    page: Page,
}

/// Lets nobody in who is not an admin, until the quarter is open.
pub(crate) async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !app.settings.setup.is_closed || FREE.iter().any(|free| path.starts_with(free)) {
        return next.run(request).await;
    }
    let is_page = is_page(request.method(), path);
    let (mut parts, body) = request.into_parts();
    match Visitor::from_request_parts(&mut parts, &app).await {
        Ok(visitor) if visitor.is_admin() => next.run(Request::from_parts(parts, body)).await,
        Ok(visitor) if is_page => soon(&app, visitor).unwrap_or_else(IntoResponse::into_response),
        Ok(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Err(error) => error.into_response(),
    }
}

/// Whether a person may be looking for a page there; feeds and pictures have an ending.
fn is_page(method: &Method, path: &str) -> bool {
    let last = path.rsplit('/').next().unwrap_or_default();
    matches!(*method, Method::GET | Method::HEAD) && !last.contains('.') && !path.starts_with("/media/")
}

fn soon(app: &App, mut visitor: Visitor) -> Result<Response, PageError> {
    // Whatever was asked for is none of their business, and no address to come back to.
    "/".clone_into(&mut visitor.path);
    let setup = &app.settings.setup;
    let name = setup.answers.get("quarter.name").filter(|_| setup.is_named);
    let title = match name {
        Some(name) => visitor.text_with("setup-soon", &[("quarter", name)]),
        None => visitor.text("setup-soon-unnamed"),
    };
    let mut page = visitor.page(app, title);
    page.head.hidden = true;
    layout::html(&Soon { page })
}
