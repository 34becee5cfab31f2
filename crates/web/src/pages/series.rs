//! The page of a series: how it repeats, and its dates to come.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;
use calendar::phrase;
use domain::event::{Event, State as Board};
use domain::series::Series;
use storage::Tx;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::pages::repetition;
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/series/{id}", get(show))
}

/// The most dates on the page.
const MOST: i64 = 100;
/// How many of the next dates the page of an event shows.
const NEXT: i64 = 4;

#[derive(Template)]
#[template(path = "series.html")]
struct SeriesPage {
    page: Page,
    phrase: String,
    dates: Vec<Dated>,
}

/// One date in words.
pub(crate) struct Dated {
    pub(crate) id: Uuid,
    pub(crate) when: String,
    pub(crate) mark: Option<String>,
}

impl Dated {
    fn of(visitor: &Visitor, event: &Event) -> Self {
        let language = visitor.language;
        let (when, mark) = (phrase::when_list(&event.details, language), phrase::mark(&event.details, language));
        Self { id: event.id, when, mark }
    }
}

/// What the page of an event says of its series.
pub(crate) struct Part {
    pub(crate) id: Uuid,
    pub(crate) phrase: String,
    pub(crate) next: Vec<Dated>,
}

/// The series that an event on the board is one of, and its next dates but this one.
pub(crate) async fn part(app: &App, tx: &mut Tx, visitor: &Visitor, event: &Event) -> Result<Option<Part>, PageError> {
    let found = storage::series::of_event(tx, event.id).await?;
    let Some((series, _)) = found.filter(|(series, _)| series.template.state == Board::Published) else {
        return Ok(None);
    };
    let id = series.template.id;
    let next = storage::series::next(tx, id, app.instance.clock().now(), NEXT + 1).await?;
    let next = next.iter().filter(|one| one.id != event.id).map(|one| Dated::of(visitor, one));
    let next = next.take(usize::try_from(NEXT).unwrap_or(usize::MAX)).collect();
    Ok(Some(Part { id, phrase: said(app, visitor, &series), next }))
}

fn said(app: &App, visitor: &Visitor, series: &Series) -> String {
    federation::series::rule(series).map(|rule| repetition::describe(app, visitor, &rule)).unwrap_or_default()
}

async fn show(State(app): State<App>, visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let mut tx = app.instance.store().read().await?;
    let series = storage::series::by_id(&mut tx, id).await?.ok_or(PageError::NotFound)?;
    if series.template.state == Board::Draft {
        return Err(PageError::NotFound);
    }
    let dates = storage::series::next(&mut tx, id, app.instance.clock().now(), MOST).await?;
    drop(tx);
    let page = visitor.page(&app, series.template.details.name.clone());
    let phrase = said(&app, &visitor, &series);
    layout::html(&SeriesPage { page, phrase, dates: dates.iter().map(|event| Dated::of(&visitor, event)).collect() })
}
