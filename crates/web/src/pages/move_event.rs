//! Moving an event to another day, known or not yet: everyone who heard of it hears of that.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use calendar::phrase;
use domain::event::{Details, Event, State as Board};
use domain::invalid::Invalid;
use federation::moving;
use http::StatusCode;
use jiff::Timestamp;
use jiff::civil::Time;
use uuid::Uuid;

use crate::app::App;
use crate::error::{PageError, Refused};
use crate::forms::{self, Fields, Form};
use crate::layout::{self, Page};
use crate::pages::event_form;
use crate::session::SignedIn;
use crate::speakers;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/events/{id}/move", get(ask).post(carry_out))
}

#[derive(Template)]
#[template(path = "move_event.html")]
struct MoveEvent {
    page: Page,
    what: String,
    when: String,
    all_day: bool,
    form: Form,
    id: Uuid,
}

async fn ask(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let event = own(&app, &me, id).await?;
    let mut fields = Fields::default();
    fields.set("time", event.details.zone().to_datetime(event.details.starts_at).strftime("%H:%M").to_string());
    fields.tick("open", event.details.moved.postponed);
    layout::html(&MoveEvent::of(&app, &me, &event, Form::fresh(fields)))
}

async fn carry_out(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    let event = own(&app, &me, id).await?;
    let reason = forms::line(fields.value("reason"), 300);
    let reason = Some(reason.as_str()).filter(|reason| !reason.is_empty());
    let moved = match start(&fields, &event.details) {
        Ok(start) => Box::pin(moving::event(&app.instance, id, start, reason)).await.map_err(Refused::from),
        Err(invalid) => Err(Refused::Invalid(invalid)),
    };
    match moved {
        Ok(_) => Ok(Redirect::to(&format!("/events/{id}?done=changed")).into_response()),
        Err(Refused::Page(error)) => Err(error),
        Err(Refused::Invalid(invalid)) => {
            let page = MoveEvent::of(&app, &me, &event, Form::refused(fields, invalid));
            layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// One of ours that is on the board.
async fn own(app: &App, me: &SignedIn, id: Uuid) -> Result<Event, PageError> {
    let event = speakers::own_event(app, &me.rights, id).await?;
    if event.state == Board::Published { Ok(event) } else { Err(PageError::NotFound) }
}

/// When it begins from now on; none for a day that is not known yet.
fn start(fields: &Fields, details: &Details) -> Result<Option<Timestamp>, Invalid> {
    let mut invalid = Invalid::default();
    let day = event_form::date(fields, "day", &mut invalid);
    let time = event_form::time(fields, "time", &mut invalid);
    let zone = details.zone();
    let time =
        if details.all_day { Time::midnight() } else { time.unwrap_or(zone.to_datetime(details.starts_at).time()) };
    if fields.checked("open") {
        return Ok(None);
    }
    invalid.unless(day.is_some() || fields.filled("day").is_some(), "day", "moved-missing");
    let start = day.map(|day| event_form::at(day.to_datetime(time), &zone));
    let is_same = start == Some(details.starts_at) && !details.moved.postponed;
    invalid.unless(!is_same, "day", "moved-same");
    invalid.or(start)
}

impl MoveEvent {
    fn of(app: &App, me: &SignedIn, event: &Event, form: Form) -> Self {
        Self {
            page: me.visitor.page(app, me.visitor.text("moved-title")),
            what: event.details.name.clone(),
            when: phrase::when_long(&event.details, me.visitor.language),
            all_day: event.details.all_day,
            form,
            id: event.id,
        }
    }
}
