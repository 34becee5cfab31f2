//! Registering for an event without an account or with one click, and the link of the letters: to confirm, change, withdraw.

mod offer;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use calendar::phrase;
use domain::account::Account;
use domain::event::{Event, State as Board};
use domain::invalid::Invalid;
use domain::messages;
use domain::participation::Counts;
use domain::registration::{Form as Terms, Reach, Registration, State as Standing, Typed, Wish};
use domain::retention::REGISTRATIONS_UNCONFIRMED;
use federation::registrations::{self, Outcome};
use http::StatusCode;
use storage::submitted::{self, Claim};
use storage::{Tx, events, participations, registration_forms};
use uuid::Uuid;

pub(crate) use offer::{Mine, Offer, mine};

use crate::app::App;
use crate::client::Client;
use crate::error::PageError;
use crate::forms::{Fields, Form};
use crate::layout::{self, Page};
use crate::visitor::Visitor;
use crate::{limits, secrets};

/// A field that no person sees: who fills it in is a program.
const TRAP: &str = "website";

/// The routes of these pages.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/events/{id}/register", get(ask).post(take))
        .route("/registration/{token}", get(open).post(act))
}

#[derive(Template)]
#[template(path = "registration.html")]
struct RegistrationPage {
    page: Page,
    event: Option<About>,
    shown: Shown,
}

/// The event in a line.
struct About {
    id: Uuid,
    name: String,
    when: String,
}

/// What the page shows.
enum Shown {
    /// The form.
    Form(Box<Asked>),
    /// The button of a link that confirms.
    Confirm { action: String, persons: String },
    /// One's registration, and what one can do about it.
    Mine { words: String, persons: String, is_listed: bool, action: String, form: Form },
    /// A sentence.
    Said(String),
}

/// What the form asks.
#[expect(clippy::struct_excessive_bools, reason = "each decides about a sentence or a field")]
struct Asked {
    /// Whose registration it is, if that needs no letter.
    me: Option<String>,
    has_mail: bool,
    takes_phone: bool,
    by_approval: bool,
    /// Whether it leads to the queue.
    is_full: bool,
    most: String,
    question: Option<String>,
    form: Form,
}

/// An event of ours on the board for which one can register, and how.
struct Registering {
    event: Event,
    terms: Terms,
    counts: Counts,
    has_mail: bool,
}

async fn load(app: &App, id: Uuid) -> Result<Registering, PageError> {
    let mut tx = app.instance.store().read().await?;
    let event = events::by_id(&mut tx, id).await?.filter(|event| event.state == Board::Published);
    let event = event.ok_or(PageError::NotFound)?;
    let terms = registration_forms::of(&mut tx, id).await?.ok_or(PageError::NotFound)?;
    let counts = participations::count(&mut tx, id).await?;
    Ok(Registering { event, terms, counts, has_mail: app.settings.mail_configured })
}

/// The registration of who is signed in.
async fn own(app: &App, visitor: &Visitor, event: Uuid) -> Result<Option<Registration>, PageError> {
    let Some(rights) = &visitor.rights else { return Ok(None) };
    let mut tx = app.instance.store().read().await?;
    Ok(registrations::of_account(&mut tx, event, &rights.account).await?)
}

async fn ask(State(app): State<App>, visitor: Visitor, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let here = load(&app, id).await?;
    if let Some(kept) = own(&app, &visitor, id).await? {
        return layout::html(&RegistrationPage::standing(
            &app,
            &visitor,
            (&here, &kept),
            (format!("/events/{id}/register"), Form::default()),
        ));
    }
    layout::html(&RegistrationPage::form(&app, &visitor, &here, Form::default())?)
}

async fn take(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    Path(id): Path<Uuid>,
    fields: Fields,
) -> Result<Response, PageError> {
    if !app.limits.admits_proposal(client.0) {
        return Err(PageError::TooMany);
    }
    let here = load(&app, id).await?;
    if let Some(kept) = own(&app, &visitor, id).await? {
        return handle(&app, &visitor, (&here, &kept), (format!("/events/{id}/register"), fields)).await;
    }
    let me = visitor.rights.as_ref().map(|rights| &rights.account);
    let wish = match read(&here, me, &fields) {
        Ok(wish) => wish,
        Err(invalid) => {
            let page = RegistrationPage::form(&app, &visitor, &here, Form::refused(fields, invalid))?;
            return layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    if fields.filled(TRAP).is_some() {
        return answer(&app, &visitor, &here, &Outcome::Letter);
    }
    match keep(&app, &visitor, (&here, wish), &fields).await {
        Ok(outcome) => answer(&app, &visitor, &here, &outcome),
        Err(federation::Error::Forbidden) => Err(PageError::TooMany),
        Err(federation::Error::Unusable(_)) => {
            let page =
                RegistrationPage::said(&app, &visitor, Some(&here.event), ("contact-full-title", "contact-full"));
            layout::html_with(StatusCode::SERVICE_UNAVAILABLE, &page)
        }
        Err(other) => Err(other.into()),
    }
}

fn read(here: &Registering, me: Option<&Account>, fields: &Fields) -> Result<Wish, Invalid> {
    let most = here.terms.most_for(&here.event.details);
    let (persons, note) = (fields.value("persons"), fields.value("note"));
    if let Some(me) = me {
        return Wish::new(Typed { name: &me.name, persons, note, ..Typed::default() }, most, Reach::Known);
    }
    let typed = Typed {
        name: fields.value("name"),
        email: if here.has_mail { fields.value("email") } else { "" },
        phone: if here.terms.takes_phone { fields.value("phone") } else { "" },
        persons,
        note,
    };
    Wish::new(typed, most, if here.terms.takes_phone { Reach::Any } else { Reach::Mailbox })
}

/// Keeps a wish, with a letter where the mailbox has not answered before. The same form again makes nothing twice.
async fn keep(
    app: &App,
    visitor: &Visitor,
    (here, wish): (&Registering, Wish),
    fields: &Fields,
) -> federation::Result<Outcome> {
    let (instance, now, id) = (&app.instance, app.instance.clock().now(), here.event.id);
    let me = visitor.rights.as_ref().map(|rights| &rights.account);
    let mut tx = instance.store().write().await?;
    let form = fields.fingerprint(&format!("/events/{id}/register {:?}", me.map(|me| me.id)));
    if submitted::claim(&mut tx, &form, now).await? != Claim::New && me.is_none() {
        match &wish.email {
            None => return Ok(Outcome::Listed(Standing::Asked)),
            Some(email) if storage::registrations::by_email(&mut tx, id, email).await?.is_some() => {
                return Ok(Outcome::Letter);
            }
            // Withdrawn since: who comes after all says the same again.
            Some(_) => {}
        }
    }
    let outcome = match (me, &wish.email) {
        (Some(me), _) if limits::admit_proposed(&mut tx, me.id, now).await? => {
            registrations::take_signed_in(&mut tx, instance, id, (wish, me)).await?
        }
        (Some(_), _) => return Err(federation::Error::Forbidden),
        (None, Some(email)) if !limits::admit_unasked(&mut tx, email, now).await? => return Ok(Outcome::Letter),
        (None, _) => registrations::take(&mut tx, instance, id, (wish, visitor.language)).await?,
    };
    tx.commit().await?;
    instance.wake_postman();
    Ok(outcome)
}

/// What somebody reads whose wish was taken, or not.
fn answer(app: &App, visitor: &Visitor, here: &Registering, outcome: &Outcome) -> Result<Response, PageError> {
    let (status, title, words) = match outcome {
        Outcome::Letter => (StatusCode::OK, "registration-sent-title", "registration-sent"),
        Outcome::Listed(Standing::Asked) if visitor.rights.is_none() => {
            (StatusCode::OK, "registration-thanks", "registration-phone-thanks")
        }
        Outcome::Listed(state) => (StatusCode::OK, "registration-thanks", standing(*state)),
        Outcome::TooLate => (StatusCode::CONFLICT, "registration-too-late-title", "registration-too-late"),
        Outcome::Full => (StatusCode::CONFLICT, "registration-full", "registration-sold-out"),
    };
    let page = RegistrationPage::said(app, visitor, Some(&here.event), (title, words));
    layout::html_with(status, &page)
}

/// How it stands with one's registration, in words.
pub(crate) fn standing(state: Standing) -> &'static str {
    match state {
        Standing::Confirmed => "registration-mine-confirmed",
        Standing::Queued => "registration-mine-queued",
        Standing::Asked | Standing::Unconfirmed => "registration-mine-asked",
        Standing::Declined => "registration-mine-declined",
    }
}

/// The registration behind a link, as long as it may be used; else what is said instead.
async fn behind(app: &App, token: &str) -> Result<Option<(Registering, Registration)>, PageError> {
    if !secrets::is_token(token) {
        return Err(PageError::NotFound);
    }
    let mut tx = app.instance.store().read().await?;
    let Some(kept) = registrations::by_token(&mut tx, token).await? else { return Ok(None) };
    let late = app.instance.clock().now() > kept.created_at + REGISTRATIONS_UNCONFIRMED;
    if kept.state == Standing::Unconfirmed && late {
        return Ok(None);
    }
    let (event, terms) = (of(&mut tx, &kept).await?, registration_forms::of(&mut tx, kept.event).await?);
    let counts = participations::count(&mut tx, kept.event).await?;
    let terms = terms.unwrap_or_default();
    Ok(event.map(|event| (Registering { event, terms, counts, has_mail: app.settings.mail_configured }, kept)))
}

async fn of(tx: &mut Tx, kept: &Registration) -> Result<Option<Event>, PageError> {
    Ok(events::by_id(tx, kept.event).await?.filter(|event| event.state == Board::Published))
}

/// Shows how it stands and uses nothing up: mail scanners open every link.
async fn open(State(app): State<App>, visitor: Visitor, Path(token): Path<String>) -> Result<Response, PageError> {
    let Some((here, kept)) = behind(&app, &token).await? else { return late(&app, &visitor) };
    layout::html(&RegistrationPage::by_link(&app, &visitor, (&here, &kept), &token))
}

async fn act(
    State(app): State<App>,
    visitor: Visitor,
    client: Client,
    Path(token): Path<String>,
    fields: Fields,
) -> Result<Response, PageError> {
    if !app.limits.admits_client(client.0) {
        return Err(PageError::TooMany);
    }
    let Some((here, kept)) = behind(&app, &token).await? else { return late(&app, &visitor) };
    if kept.state == Standing::Unconfirmed {
        let outcome = registrations::confirm(&app.instance, kept.id).await?;
        if !matches!(outcome, Outcome::Listed(_)) {
            return answer(&app, &visitor, &here, &outcome);
        }
        return Ok(Redirect::to(&format!("/registration/{token}")).into_response());
    }
    handle(&app, &visitor, (&here, &kept), (format!("/registration/{token}"), fields)).await
}

/// Withdraws or changes a registration, as whoever may do so pressed.
async fn handle(
    app: &App,
    visitor: &Visitor,
    (here, kept): (&Registering, &Registration),
    (action, fields): (String, Fields),
) -> Result<Response, PageError> {
    if fields.value("do") == "withdraw" {
        registrations::withdraw(&app.instance, kept.id).await?;
        let words = ("registration-withdrawn-title", "registration-withdrawn");
        return layout::html(&RegistrationPage::said(app, visitor, Some(&here.event), words));
    }
    if fields.value("do") != "change" {
        // Confirmed twice, or come back to.
        return Ok(Redirect::to(&action).into_response());
    }
    let typed = Typed {
        name: &kept.wish.name,
        persons: fields.value("persons"),
        note: fields.value("note"),
        ..Typed::default()
    };
    let most = here.terms.most_for(&here.event.details).max(kept.wish.persons);
    let changed = match Wish::new(typed, most, Reach::Known) {
        Ok(wish) if kept.state.is_on_the_list() => {
            let changed = registrations::change(&app.instance, kept.id, (wish.persons, wish.note)).await?;
            changed.then_some(()).ok_or_else(|| Invalid::one("persons", "registration-seats-missing"))
        }
        Ok(_) => Ok(()),
        Err(invalid) => Err(invalid),
    };
    match changed {
        Ok(()) => Ok(Redirect::to(&action).into_response()),
        Err(invalid) => {
            let form = Form::refused(fields, invalid);
            let page = RegistrationPage::standing(app, visitor, (here, kept), (action, form));
            layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

fn late(app: &App, visitor: &Visitor) -> Result<Response, PageError> {
    let page = RegistrationPage::said(app, visitor, None, ("registration-late-title", "registration-late"));
    layout::html_with(StatusCode::GONE, &page)
}

impl RegistrationPage {
    fn form(app: &App, visitor: &Visitor, here: &Registering, form: Form) -> Result<Self, PageError> {
        let (event, terms) = (&here.event, &here.terms);
        let me = visitor.rights.as_ref().map(|rights| {
            let account = &rights.account;
            visitor.text_with("registration-me", &[("name", &account.name), ("address", account.email.as_str())])
        });
        if !terms.is_open || (me.is_none() && !here.has_mail && !terms.takes_phone) {
            return Err(PageError::NotFound);
        }
        if !terms.takes(&event.details, app.instance.clock().now()) {
            let words = ("registration-too-late-title", "registration-too-late");
            return Ok(Self::said(app, visitor, Some(event), words));
        }
        let is_full = !here.counts.has_seat(&event.details) || here.counts.queued > 0;
        if is_full && !terms.waiting_list && !terms.by_approval {
            return Ok(Self::said(app, visitor, Some(event), ("registration-full", "registration-sold-out")));
        }
        let most = usize::try_from(terms.most_for(&event.details)).unwrap_or(1);
        let asked = Asked {
            me,
            has_mail: here.has_mail,
            takes_phone: terms.takes_phone,
            by_approval: terms.by_approval,
            is_full,
            most: most.to_string(),
            question: terms.question.clone(),
            form,
        };
        let shown = Shown::Form(Box::new(asked));
        Ok(Self { page: page(app, visitor, "registration-title"), event: Some(About::of(visitor, event)), shown })
    }

    fn by_link(app: &App, visitor: &Visitor, (here, kept): (&Registering, &Registration), token: &str) -> Self {
        let action = format!("/registration/{token}");
        if kept.state == Standing::Unconfirmed {
            let shown = Shown::Confirm { action, persons: persons(visitor, kept) };
            let page = page(app, visitor, "registration-confirm-title");
            return Self { page, event: Some(About::of(visitor, &here.event)), shown };
        }
        Self::standing(app, visitor, (here, kept), (action, Form::default()))
    }

    fn standing(
        app: &App,
        visitor: &Visitor,
        (here, kept): (&Registering, &Registration),
        (action, mut form): (String, Form),
    ) -> Self {
        if !form.has_problems() {
            form.fields.set("persons", kept.wish.persons.to_string());
            form.fields.set("note", kept.wish.note.clone().unwrap_or_default());
        }
        let shown = Shown::Mine {
            words: visitor.text(standing(kept.state)),
            persons: persons(visitor, kept),
            is_listed: kept.state.is_on_the_list(),
            action,
            form,
        };
        let page = page(app, visitor, "registration-mine-title");
        Self { page, event: Some(About::of(visitor, &here.event)), shown }
    }

    fn said(app: &App, visitor: &Visitor, event: Option<&Event>, (title, words): (&str, &str)) -> Self {
        let event = event.map(|event| About::of(visitor, event));
        Self { page: page(app, visitor, title), event, shown: Shown::Said(visitor.text(words)) }
    }
}

impl About {
    fn of(visitor: &Visitor, event: &Event) -> Self {
        let details = &event.details;
        Self { id: event.id, name: details.name.clone(), when: phrase::when_long(details, visitor.language) }
    }
}

fn persons(visitor: &Visitor, kept: &Registration) -> String {
    messages::count(visitor.voice(), "registration-persons", usize::try_from(kept.wish.persons).unwrap_or(1))
}

fn page(app: &App, visitor: &Visitor, title: &str) -> Page {
    let mut page = visitor.page(app, visitor.text(title));
    page.head.hidden = true;
    if visitor.path.starts_with("/registration/") {
        // Switching the language must not carry the token through another form.
        "/events".clone_into(&mut page.path);
    }
    page
}
