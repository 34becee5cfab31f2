//! One neighbouring quarter: found by its address, shown with what is on there, asked when the board opens.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::handle::Address;
use domain::invalid::Invalid;
use federation::neighbours;
use http::StatusCode;

use super::{Step, on_the_way, preview};
use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::pages::neighbours::unreachable_message;
use crate::session::Admin;
use crate::visitor::Visitor;

pub(super) fn router() -> Router<App> {
    Router::new().route("/setup/neighbour", get(show).post(find)).route("/setup/neighbour/end", post(end))
}

#[derive(Template)]
#[template(path = "setup_neighbour.html")]
struct Neighbour {
    page: Page,
    progress: Option<String>,
    found: Vec<Found>,
    form: Form,
}

struct Found {
    name: String,
    address: String,
    /// What its calendar says, in words.
    words: String,
}

async fn show(State(app): State<App>, admin: Admin) -> Result<Response, PageError> {
    on_the_way(&app)?;
    layout::html(&Neighbour::of(&app, &admin.visitor, Form::default()).await?)
}

/// Looks for the quarter at the address. That we would like to be neighbours is told when the board opens.
async fn find(State(app): State<App>, admin: Admin, fields: Fields) -> Result<Response, PageError> {
    on_the_way(&app)?;
    let Some(typed) = fields.filled("address") else { return Ok(Redirect::to(Step::Opening.path()).into_response()) };
    let message = match typed.parse::<Address>() {
        Ok(address) if address.to_string() == app.instance.quarter().address() => "neighbours-self",
        Ok(address) => match neighbours::invite(&app.instance, &address).await {
            Ok(_) => return Ok(Redirect::to(Step::Neighbour.path()).into_response()),
            Err(error) => unreachable_message(error)?,
        },
        Err(_) => "neighbours-address-form",
    };
    let form = Form::refused(fields, Invalid::one("address", message));
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &Neighbour::of(&app, &admin.visitor, form).await?)
}

async fn end(State(app): State<App>, _admin: Admin, fields: Fields) -> Result<Response, PageError> {
    on_the_way(&app)?;
    let address = fields.value("address").parse::<Address>().map_err(|_| PageError::Malformed)?;
    neighbours::end(&app.instance, &address).await?;
    Ok(Redirect::to(Step::Neighbour.path()).into_response())
}

impl Neighbour {
    async fn of(app: &App, visitor: &Visitor, form: Form) -> Result<Self, PageError> {
        let mut found = Vec::new();
        for (actor, events) in preview::neighbours(app).await? {
            let words = match &events {
                Some(events) => domain::messages::count(visitor.voice(), "setup-neighbour-events", events.len()),
                None => visitor.text("setup-neighbour-silent"),
            };
            found.push(Found { name: actor.name.clone(), address: actor.address(), words });
        }
        let page = visitor.page(app, visitor.text(Step::Neighbour.title()));
        Ok(Self { page, progress: Step::Neighbour.progress(app, visitor), found, form })
    }
}
