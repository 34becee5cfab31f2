//! The neighbouring quarters, and for editors inviting, accepting and ending.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use calendar::phrase;
use domain::handle::Address;
use domain::invalid::Invalid;
use domain::neighbour::{Neighbour, State as Standing};
use http::StatusCode;
use serde::Deserialize;

use crate::app::App;
use crate::clocks::Clocks;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::links;
use crate::pages::delete::Confirm;
use crate::pages::moves::{self, Moved};
use crate::pages::sources::View;
use crate::session::Editor;
use crate::visitor::Visitor;
use federation::neighbours;
use federation::trust::Book;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/neighbours", get(show).post(invite))
        .route("/neighbours/accept", post(accept))
        .route("/neighbours/end", get(ask_end).post(end))
}

#[derive(Template)]
#[template(path = "neighbours.html")]
struct Neighbours {
    page: Page,
    established: Vec<Card>,
    open: Vec<Card>,
    moved: Vec<Moved>,
    /// That our own clock is probably wrong.
    clock: Option<String>,
    form: Form,
}

struct Card {
    name: String,
    address: String,
    href: String,
    words: String,
    /// What is wrong with its clock.
    clock: Option<String>,
    asked: bool,
    /// How far editors trust it, for them to change.
    trust: Option<View>,
}

async fn show(State(app): State<App>, visitor: Visitor) -> Result<Response, PageError> {
    layout::html(&Neighbours::of(&app, &visitor, Form::default()).await?)
}

async fn invite(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let message = match fields.value("address").parse::<Address>() {
        Ok(address) if address.to_string() == app.instance.quarter().address() => "neighbours-self",
        Ok(address) => match neighbours::invite(&app.instance, &address).await {
            Ok(_) => return Ok(Redirect::to("/neighbours?done=invited").into_response()),
            Err(error) => unreachable_message(error)?,
        },
        Err(_) => "neighbours-address-form",
    };
    let form = Form::refused(fields, Invalid::one("address", message));
    let page = Neighbours::of(&app, &editor.visitor, form).await?;
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// What to say about a quarter that cannot be reached; our own errors stay errors.
pub(super) fn unreachable_message(error: federation::Error) -> Result<&'static str, PageError> {
    match error {
        federation::Error::Storage(error) => Err(error.into()),
        _ => Ok("neighbours-unreachable"),
    }
}

async fn accept(State(app): State<App>, _editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let address = fields.value("address").parse::<Address>().map_err(|_| PageError::Malformed)?;
    neighbours::accept(&app.instance, &address).await?;
    Ok(Redirect::to("/neighbours?done=accepted").into_response())
}

/// Which neighbour a question is about.
#[derive(Deserialize)]
struct Which {
    address: String,
}

async fn ask_end(State(app): State<App>, editor: Editor, Query(which): Query<Which>) -> Result<Response, PageError> {
    let address = which.address.parse::<Address>().map_err(|_| PageError::NotFound)?.to_string();
    layout::html(&Confirm {
        page: editor.visitor.page(&app, editor.visitor.text("neighbours-end-title")),
        what: address.clone(),
        consequence: "neighbours-end-consequence",
        action: "/neighbours/end".to_owned(),
        address: Some(address),
        button: "neighbours-end",
        back: "/neighbours".to_owned(),
    })
}

async fn end(State(app): State<App>, _editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let address = fields.value("address").parse::<Address>().map_err(|_| PageError::Malformed)?;
    neighbours::end(&app.instance, &address).await?;
    Ok(Redirect::to("/neighbours?done=ended").into_response())
}

impl Neighbours {
    async fn of(app: &App, visitor: &Visitor, form: Form) -> Result<Self, PageError> {
        let mut tx = app.instance.store().read().await?;
        let all = storage::neighbours::list(&mut tx, app.instance.quarter().id).await?;
        let moved = if visitor.may_edit() { moves::open(app, &mut tx, visitor).await? } else { Vec::new() };
        let (established, open): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.state == Standing::Established);
        let clocks = if visitor.may_edit() { Clocks::of(app, visitor, &all) } else { Clocks::default() };
        let book = if visitor.may_edit() { Some(Book::load(&mut tx).await?) } else { None };
        drop(tx);
        let card = |one: &Neighbour| {
            let trust = trust(app, visitor, book.as_ref(), one);
            Card { trust, ..Card::of(app, visitor, one, &clocks) }
        };
        let cards = |list: Vec<&Neighbour>| list.into_iter().map(&card).collect();
        Ok(Self {
            page: visitor.page(app, visitor.text("neighbours-title")),
            established: cards(established),
            open: cards(open),
            moved,
            clock: clocks.own.clone(),
            form,
        })
    }
}

/// How far a neighbour is trusted, for editors.
fn trust(app: &App, visitor: &Visitor, book: Option<&Book>, one: &Neighbour) -> Option<View> {
    book.map(|book| View::of(app, visitor, &book.actor(&one.actor), 0))
}

impl Card {
    fn of(app: &App, visitor: &Visitor, one: &Neighbour, clocks: &Clocks) -> Self {
        let day = phrase::date(one.since.to_zoned(app.zone()).date(), visitor.language);
        Self {
            name: one.actor.name.clone(),
            address: one.actor.address(),
            href: links::actor(&one.actor),
            words: visitor.text_with(&format!("neighbour-state-{}", one.state.as_str()), &[("day", &day)]),
            clock: clocks.at(&one.actor.host),
            asked: one.state == Standing::Asked,
            trust: None,
        }
    }
}
