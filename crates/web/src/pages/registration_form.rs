//! How one registers for an event of ours, as its organisers set it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::event::Event;
use domain::invalid::Invalid;
use domain::participation::MOST_SEATS;
use domain::registration::Form as Terms;
use http::StatusCode;
use jiff::ToSpan;
use jiff::civil::Time;
use storage::registration_forms;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form, line};
use crate::layout::{self, Page};
use crate::pages::event_form;
use crate::session::SignedIn;
use crate::speakers;
use crate::visitor::Visitor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/events/{id}/registration", get(show).post(change))
}

#[derive(Template)]
#[template(path = "registration_form.html")]
struct Settings {
    page: Page,
    event: Uuid,
    name: String,
    has_mail: bool,
    form: Form,
}

async fn show(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let event = speakers::own_event(&app, &me.rights, id).await?;
    let terms = registration_forms::of(&mut app.instance.store().look().await?, id).await?;
    // Who comes here for the first time wants to take registrations.
    let terms = terms.unwrap_or(Terms { is_open: true, ..Terms::default() });
    let form = Form::fresh(fill(&event, &terms));
    layout::html(&Settings::of(&app, &me.visitor, event, form))
}

async fn change(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    let event = speakers::own_event(&app, &me.rights, id).await?;
    let set = match read(&event, &fields) {
        Ok(terms) => federation::registrations::set_form(&app.instance, id, terms).await,
        Err(invalid) => Err(invalid.into()),
    };
    match set {
        Ok(()) => Ok(Redirect::to(&format!("/events/{id}/participants?done=form-set")).into_response()),
        Err(federation::Error::Invalid(invalid)) => {
            let page = Settings::of(&app, &me.visitor, event, Form::refused(fields, invalid));
            layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(other) => Err(other.into()),
    }
}

/// The settings of the form, and the seats.
fn read(event: &Event, fields: &Fields) -> Result<(Terms, Option<u32>), Invalid> {
    let mut invalid = Invalid::default();
    let zone = event.details.zone();
    let day = event_form::date(fields, "closes", &mut invalid);
    let time = event_form::time(fields, "closes_time", &mut invalid);
    let closes_at = day.map(|day| match time {
        Some(time) => event_form::at(day.to_datetime(time), &zone),
        // The whole day counts.
        None => event_form::at(day.saturating_add(1.day()).to_datetime(Time::midnight()), &zone),
    });
    let seats = fields.filled("capacity").map(|typed| typed.parse::<u32>().unwrap_or(0));
    invalid.unless(seats.is_none_or(|seats| (1..=MOST_SEATS).contains(&seats)), "capacity", "invalid-seats");
    let terms = Terms {
        is_open: fields.checked("open"),
        closes_at,
        waiting_list: fields.checked("waiting_list"),
        by_approval: fields.checked("by_approval"),
        takes_phone: fields.checked("takes_phone"),
        most: fields.value("most").parse().unwrap_or(0),
        question: fields.filled("question").map(|typed| line(typed, 600)),
    };
    let terms = match terms.checked() {
        Ok(terms) => terms,
        Err(more) => {
            invalid.problems.extend(more.problems);
            Terms::default()
        }
    };
    invalid.or((terms, seats))
}

fn fill(event: &Event, terms: &Terms) -> Fields {
    let mut fields = Fields::default();
    fields.tick("open", terms.is_open);
    fields.tick("waiting_list", terms.waiting_list);
    fields.tick("by_approval", terms.by_approval);
    fields.tick("takes_phone", terms.takes_phone);
    fields.set("most", terms.most.to_string());
    fields.set("question", terms.question.clone().unwrap_or_default());
    fields.set("capacity", event.details.capacity.map(|seats| seats.to_string()).unwrap_or_default());
    if let Some(at) = terms.closes_at {
        let at = at.to_zoned(event.details.zone());
        let midnight = at.time() == Time::midnight();
        let day = if midnight { at.date().yesterday().unwrap_or(at.date()) } else { at.date() };
        fields.set("closes", day.to_string());
        fields.set("closes_time", if midnight { String::new() } else { at.strftime("%H:%M").to_string() });
    }
    fields
}

impl Settings {
    fn of(app: &App, visitor: &Visitor, event: Event, form: Form) -> Self {
        let mut page = visitor.page(app, visitor.text("registration-set-title"));
        page.head.hidden = true;
        Self { page, event: event.id, name: event.details.name, has_mail: app.settings.mail_configured, form }
    }
}
