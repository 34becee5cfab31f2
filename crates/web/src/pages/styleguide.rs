//! The design on one page: letters, colours, and every component, made of what all pages are made of. In development only.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use domain::invalid::Invalid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::visitor::Visitor;

/// The steps of the letters, by their names in the style sheet.
const LETTERS: [&str; 8] = ["text", "step-1", "step-2", "step-3", "step-4", "step-5", "step-6", "title"];
/// The colours, by their names in the style sheet.
const COLOURS: [&str; 14] = [
    "paper",
    "sheet",
    "ink",
    "soft",
    "line",
    "edge",
    "accent",
    "accent-deep",
    "on-accent",
    "tint",
    "sun",
    "alarm",
    "alarm-tint",
    "hint-tint",
];

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/styleguide", get(show))
}

#[derive(Template)]
#[template(path = "styleguide.html")]
struct Styleguide {
    page: Page,
    letters: &'static [&'static str],
    colours: &'static [&'static str],
    form: Form,
}

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    if !app.instance.settings().local {
        return Err(PageError::NotFound);
    }
    let mut fields = Fields::default();
    fields.set("name", "Lichterfest am Kanal");
    fields.set("email", "mira@");
    layout::html(&Styleguide {
        page: visitor.page(&app, visitor.text("styleguide-title")),
        letters: &LETTERS,
        colours: &COLOURS,
        form: Form::refused(fields, Invalid::one("email", "invalid-email")),
    })
}
