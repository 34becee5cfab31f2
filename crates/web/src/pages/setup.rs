//! Setting a quarter up, step by step, and changing later what was said then.

mod answers;
mod begin;
mod calendars;
mod neighbour;
mod opening;
mod preview;
mod question;
mod read;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use http::HeaderValue;
use http::header::CONNECTION;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::app::App;
use crate::error::PageError;
use crate::layout::{self, Page};
use crate::session::Admin;
use crate::visitor::Visitor;
use answers::Answers;

/// The routes of these pages.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/setup", get(show))
        .merge(begin::router())
        .merge(question::router())
        .merge(calendars::router())
        .merge(neighbour::router())
        .merge(opening::router())
        // Answers that change settings let the server begin anew: the next form must not meet a connection that ends just then.
        .layer(SetResponseHeaderLayer::overriding(CONNECTION, HeaderValue::from_static("close")))
}

/// Fails with nothing to see once the quarter is open: these pages are only part of the way there.
fn on_the_way(app: &App) -> Result<(), PageError> {
    if app.settings.setup.is_closed { Ok(()) } else { Err(PageError::NotFound) }
}

/// One step of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Name,
    Place,
    Imprint,
    Calendars,
    Neighbour,
    Opening,
    Editors,
    People,
}

impl Step {
    /// The way to an open quarter.
    const WAY: [Self; 6] = [Self::Name, Self::Place, Self::Imprint, Self::Calendars, Self::Neighbour, Self::Opening];
    /// What can be changed as long as the quarter lives.
    const LASTING: [Self; 5] = [Self::Name, Self::Place, Self::Imprint, Self::Editors, Self::People];

    fn path(self) -> &'static str {
        match self {
            Self::Name => "/setup/name",
            Self::Place => "/setup/place",
            Self::Imprint => "/setup/imprint",
            Self::Calendars => "/setup/calendars",
            Self::Neighbour => "/setup/neighbour",
            Self::Opening => "/setup/open",
            Self::Editors => "/setup/editors",
            Self::People => "/setup/people",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Name => "setup-step-name",
            Self::Place => "setup-step-place",
            Self::Imprint => "setup-step-imprint",
            Self::Calendars => "setup-step-calendars",
            Self::Neighbour => "setup-step-neighbour",
            Self::Opening => "setup-step-open",
            Self::Editors => "setup-step-editors",
            Self::People => "setup-step-people",
        }
    }

    fn number(self) -> usize {
        Self::WAY.iter().position(|step| *step == self).unwrap_or_default() + 1
    }

    fn before(self) -> Option<Self> {
        self.number().checked_sub(2).and_then(|at| Self::WAY.get(at)).copied()
    }

    fn after(self) -> Option<Self> {
        Self::WAY.get(self.number()).copied()
    }

    /// The words above a step: which one it is, or nothing where there is no way any more.
    fn progress(self, app: &App, visitor: &Visitor) -> Option<String> {
        let (number, of) = (self.number().to_string(), Self::WAY.len().to_string());
        let words = || visitor.text_with("setup-step", &[("number", &number), ("of", &of)]);
        app.settings.setup.is_closed.then(words)
    }
}

#[derive(Template)]
#[template(path = "setup.html")]
struct Overview {
    page: Page,
    lead: &'static str,
    steps: Vec<Row>,
}

struct Row {
    path: &'static str,
    title: String,
    /// How it stands, while the quarter is not open.
    state: Option<String>,
}

async fn show(State(app): State<App>, admin: Admin) -> Result<Response, PageError> {
    let visitor = &admin.visitor;
    let answers = Answers::load(&app).await?;
    let is_closed = app.settings.setup.is_closed;
    let (title, lead) =
        if is_closed { ("setup-title", "setup-lead") } else { ("setup-settings", "setup-settings-lead") };
    let steps: &[Step] = if is_closed { &Step::WAY } else { &Step::LASTING };
    let row = |step: &Step| Row {
        path: step.path(),
        title: visitor.text(step.title()),
        state: answers.state(*step).filter(|_| is_closed).map(|key| visitor.text(key)),
    };
    layout::html(&Overview {
        page: visitor.page(&app, visitor.text(title)),
        lead,
        steps: steps.iter().map(row).collect(),
    })
}
