//! What organisers do by hand with those who registered: write down who calls, change that, let in, decline, note a call.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::event::Event;
use domain::invalid::Invalid;
use domain::registration::{MOST_PERSONS, Reach, Registration, State as Standing, Typed, Way, Wish};
use federation::registrations;
use http::StatusCode;
use storage::submitted::{self, Claim};
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::pages::participants;
use crate::session::SignedIn;
use crate::visitor::Visitor;
use crate::{limits, speakers};

/// The routes of these forms.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/events/{id}/participants/add", post(add)).route("/registrations/{id}", get(show).post(change))
}

#[derive(Template)]
#[template(path = "by_hand.html")]
struct ByHand {
    page: Page,
    event: Uuid,
    name: String,
    id: Uuid,
    form: Form,
}

fn read(fields: &Fields) -> Result<Wish, Invalid> {
    let typed = Typed {
        name: fields.value("name"),
        email: fields.value("email"),
        phone: fields.value("phone"),
        persons: fields.value("persons"),
        note: fields.value("note"),
    };
    Wish::new(typed, MOST_PERSONS, Reach::Known)
}

async fn add(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    let event = speakers::own_event(&app, &me.rights, id).await?;
    let wish = match read(&fields) {
        Ok(wish) => wish,
        Err(invalid) => return participants::refuse(&app, &me.visitor, event, (fields, invalid)).await,
    };
    let done = |done| Ok(Redirect::to(&format!("/events/{id}/participants?done={done}")).into_response());
    match keep(&app, &me, (id, wish), &fields).await {
        Ok(Some(Standing::Queued)) => done("guest-queued"),
        Ok(_) => done("guest-added"),
        Err(federation::Error::Invalid(invalid)) => {
            participants::refuse(&app, &me.visitor, event, (fields, invalid)).await
        }
        Err(federation::Error::Unusable(_)) => Err(PageError::TooMany),
        Err(other) => Err(other.into()),
    }
}

/// Writes somebody down, once for the same form, and with a letter only to who does not get too many; how it stands.
async fn keep(
    app: &App,
    me: &SignedIn,
    (id, wish): (Uuid, Wish),
    fields: &Fields,
) -> federation::Result<Option<Standing>> {
    let (instance, now) = (&app.instance, app.instance.clock().now());
    let mut tx = instance.store().write().await?;
    let form = fields.fingerprint(&format!("/events/{id}/participants/add {}", me.rights.account.id));
    if submitted::claim(&mut tx, &form, now).await? != Claim::New {
        return Ok(None);
    }
    if let Some(email) = &wish.email
        && !limits::admit_unasked(&mut tx, email, now).await?
    {
        return Err(federation::Error::Unusable("this mailbox gets too many letters"));
    }
    let state = registrations::add(&mut tx, instance, id, (wish, me.visitor.language)).await?;
    tx.commit().await?;
    instance.wake_postman();
    Ok(Some(state))
}

/// Does what a button beside one of those who registered for an event says; the notice about it.
pub(crate) async fn act(app: &App, (event, id): (Uuid, Uuid), wanted: &str) -> Result<&'static str, PageError> {
    let kept = storage::registrations::by_id(&mut app.instance.store().look().await?, id).await?;
    let kept = kept.filter(|kept| kept.event == event).ok_or(PageError::NotFound)?;
    let waited = kept.state == Standing::Queued;
    Ok(match wanted {
        "confirm" => match registrations::let_in(&app.instance, id).await? {
            Standing::Queued if waited => "guest-no-seat",
            Standing::Queued => "participant-queued",
            _ => "participant-confirmed",
        },
        "decline" => {
            registrations::decline(&app.instance, id).await?;
            "participant-declined"
        }
        "called" => {
            registrations::called(&app.instance, id).await?;
            "guest-called"
        }
        _ => return Err(PageError::Malformed),
    })
}

/// Somebody who was written down by hand, for an event that the account may change.
async fn written(app: &App, me: &SignedIn, id: Uuid) -> Result<(Event, Registration), PageError> {
    let kept = storage::registrations::by_id(&mut app.instance.store().look().await?, id).await?;
    let kept = kept.filter(|kept| kept.way == Way::Hand).ok_or(PageError::NotFound)?;
    Ok((speakers::own_event(app, &me.rights, kept.event).await?, kept))
}

async fn show(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let (event, kept) = written(&app, &me, id).await?;
    let mut fields = Fields::default();
    fields.set("name", &kept.wish.name);
    fields.set("email", kept.wish.email.as_ref().map(ToString::to_string).unwrap_or_default());
    fields.set("phone", kept.wish.phone.unwrap_or_default());
    fields.set("persons", kept.wish.persons.to_string());
    fields.set("note", kept.wish.note.unwrap_or_default());
    layout::html(&ByHand::of(&app, &me.visitor, (event, id), Form::fresh(fields)))
}

async fn change(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    let (event, _) = written(&app, &me, id).await?;
    let changed = match read(&fields) {
        Ok(wish) => registrations::change_by_hand(&app.instance, id, wish).await,
        Err(invalid) => Err(invalid.into()),
    };
    let invalid = match changed {
        Ok(true) => {
            let list = format!("/events/{}/participants?done=guest-changed", event.id);
            return Ok(Redirect::to(&list).into_response());
        }
        Ok(false) => Invalid::one("persons", "registration-seats-missing"),
        Err(federation::Error::Invalid(invalid)) => invalid,
        Err(other) => return Err(other.into()),
    };
    let page = ByHand::of(&app, &me.visitor, (event, id), Form::refused(fields, invalid));
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

impl ByHand {
    fn of(app: &App, visitor: &Visitor, (event, id): (Event, Uuid), form: Form) -> Self {
        let mut page = visitor.page(app, visitor.text("registration-edit-title"));
        page.head.hidden = true;
        Self { page, event: event.id, name: event.details.name, id, form }
    }
}
