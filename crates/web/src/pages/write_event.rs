//! Writing an event: a new one, or one that is there already.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use calendar::recurrence::Recurrence;
use domain::category::Category;
use domain::event::{Details, Event, State as Board, USUAL_LENGTH};
use domain::invalid::Invalid;
use domain::series::Scope;
use http::StatusCode;
use serde::Deserialize;
use uuid::Uuid;

use crate::access::Choices;
use crate::app::App;
use crate::error::{PageError, Refused};
use crate::forms::{Fields, Form, Speaker};
use crate::kept::Writing;
use crate::layout::{self, Page};
use crate::pages::event;
use crate::pages::event_form::{self, MORE};
use crate::pages::events::theme_text;
use crate::pages::origin::Changed;
use crate::pages::repetition::{self, Dates, Repetition};
use crate::picture_form::{self, PLACES, Place, Sent};
use crate::session::SignedIn;
use crate::speakers;
use federation::writing::{self, Written};

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    let sized = DefaultBodyLimit::max(picture_form::MAX_BODY);
    Router::new()
        .route("/write/event", get(blank).post(create).layer(sized))
        .route("/events/{id}/edit", get(edit).post(change).layer(sized))
}

#[derive(Template)]
#[template(path = "write_event.html")]
struct WriteEvent {
    page: Page,
    form: Form,
    speakers: Vec<Speaker>,
    /// The event that is changed; `None` for a new one.
    changes: Option<Uuid>,
    action: String,
    button: &'static str,
    themes: Vec<(&'static str, String)>,
    languages: Vec<(&'static str, String)>,
    access: Choices,
    more_open: bool,
    places: &'static [Place],
    repetition: Option<Repetition>,
    /// Whether it was begun from another event.
    copied: bool,
    /// The places of the directory.
    known: Vec<(String, String)>,
    /// What people changed of an imported event.
    kept: Option<Changed>,
}

/// The event that a new one is begun from.
#[derive(Deserialize)]
struct Pattern {
    from: Option<String>,
}

async fn blank(State(app): State<App>, me: SignedIn, Query(pattern): Query<Pattern>) -> Result<Response, PageError> {
    let speakers = speakers::of(&app, &me.rights).await?;
    if speakers.is_empty() {
        return Err(PageError::Forbidden);
    }
    let mut fields = Fields::default();
    // A start that is valid and hardly ever meant would be taken over by mistake; the day alone stays empty.
    match &pattern.from {
        Some(id) => fields = copy(&app, &me, id.parse().map_err(|_| PageError::NotFound)?).await?,
        None => fields.tick("language_de", true),
    }
    repetition::begin(&app, &mut fields);
    let mut page = WriteEvent::of(&app, &me, Form::fresh(fields), (speakers, None)).await?;
    page.copied = pattern.from.is_some();
    layout::html(&page)
}

/// What another event says, without its day.
async fn copy(app: &App, me: &SignedIn, id: Uuid) -> Result<Fields, PageError> {
    let mut tx = app.instance.store().read().await?;
    let (event, author) = event::load(&mut tx, id, &me.visitor).await?;
    let mut fields = event_form::fill(&event.details);
    for day in ["starts", "ends", "status"] {
        fields.set(day, "");
    }
    fields.set("speaker", author.handle);
    Ok(fields)
}

async fn create(State(app): State<App>, Writing(me, sent): Writing<SignedIn, Sent>) -> Result<Response, PageError> {
    let (fields, invalid) = sent.read(&app, &me).await?;
    if repetition::asks(&fields) {
        return show(&app, &me, fields, None).await;
    }
    match publish(&app, &me, &fields, invalid).await {
        Ok(Written::Board(event)) => Ok(Redirect::to(&format!("/events/{event}?done=published")).into_response()),
        Ok(Written::Queue(event)) => Ok(Redirect::to(&format!("/events/{event}?done=waits")).into_response()),
        Err(Refused::Page(error)) => Err(error),
        Err(Refused::Invalid(invalid)) => {
            let speakers = speakers::of(&app, &me.rights).await?;
            let why = why(&app, &me, &fields, None);
            let form = Form::refused(fields, invalid);
            let page = WriteEvent::of(&app, &me, form, (speakers, None)).await?.with((why, None));
            layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// An event at the times of the form, whatever else is missing; today where there is none.
fn times(app: &App, fields: &Fields) -> Details {
    let start = app.instance.clock().now();
    let empty = Details::new("", start, start + USUAL_LENGTH, &app.instance.settings().timezone);
    let mut fields = fields.clone();
    fields.set("name", "Reihe");
    event_form::read(&fields, &empty).map_or(empty, |draft| draft.details().clone())
}

/// Why what the form says about repeating cannot be.
fn why(app: &App, me: &SignedIn, fields: &Fields, before: Option<&Recurrence>) -> Option<String> {
    repetition::read(app, &me.visitor, fields, &times(app, fields), before).why
}

/// The form as it was sent, with the next dates of what it says; `one` is what it changes and how that repeats.
async fn show(
    app: &App,
    me: &SignedIn,
    fields: Fields,
    one: Option<(Uuid, &Recurrence)>,
) -> Result<Response, PageError> {
    let details = times(app, &fields);
    let typed = repetition::read(app, &me.visitor, &fields, &details, one.map(|(_, rule)| rule));
    let dates = typed.rule.as_ref().map(|rule| Dates::of(app, &me.visitor, &details, rule)).transpose();
    let (dates, invalid) = match dates {
        Ok(dates) => (dates, typed.invalid),
        Err(invalid) => (None, invalid),
    };
    let speakers = speakers::of(app, &me.rights).await?;
    let page = WriteEvent::of(app, me, Form::refused(fields, invalid), (speakers, one.map(|(id, _)| id))).await?;
    let page = if one.is_some() { page.of_series() } else { page };
    layout::html(&page.with((typed.why, dates)))
}

async fn publish(app: &App, me: &SignedIn, fields: &Fields, invalid: Invalid) -> Result<Written, Refused> {
    let start = app.instance.clock().now();
    let empty = Details::new("", start, start + USUAL_LENGTH, &app.instance.settings().timezone);
    let speaker = speakers::chosen(app, &me.rights, fields.value("speaker")).await.map_err(Refused::Page)?;
    let pictures = picture_form::read(fields, me.rights.account.id);
    let typed = repetition::read(app, &me.visitor, fields, &times(app, fields), None);
    let invalid = Invalid { problems: [invalid.problems, typed.invalid.problems].concat() };
    let draft = picture_form::both(invalid, event_form::read(fields, &empty), pictures);
    let (author, draft) = match (speaker, draft) {
        (Some(author), Ok((draft, pictures))) => (author, draft.with_pictures(pictures)),
        (None, Ok(_)) => return Err(Refused::Invalid(Invalid::one("speaker", "invalid-speaker"))),
        (_, Err(invalid)) => return Err(Refused::Invalid(invalid)),
    };
    let form = picture_form::fingerprint(fields, &format!("/write/event {}", me.rights.account.id));
    let writer = speakers::writer(&me.rights, fields);
    Ok(match &typed.rule {
        Some(rule) => Box::pin(writing::series(&app.instance, &author, (&draft, rule), &writer, Some(&form))).await?,
        None => Box::pin(writing::event(&app.instance, &author, &draft, &writer, Some(&form))).await?,
    })
}

async fn edit(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let event = speakers::own_event(&app, &me.rights, id).await?;
    let mut fields = event_form::fill(&event.details);
    picture_form::fill(&mut fields, &picture_form::of(&app, id).await?);
    let repeats = repeats(&app, id).await?;
    repetition::begin(&app, &mut fields);
    if let Some(rule) = &repeats {
        repetition::fill(&app, &me.visitor, &mut fields, rule);
    }
    let page = WriteEvent::of(&app, &me, Form::fresh(fields), (Vec::new(), Some(id))).await?;
    let page = if repeats.is_some() { page.of_series() } else { page };
    layout::html(&WriteEvent { kept: Changed::of(&app, &me.visitor, &event).await?, ..page })
}

/// How the event repeats, if it is one of a series that is on the board.
async fn repeats(app: &App, id: Uuid) -> Result<Option<Recurrence>, PageError> {
    let found = storage::series::of_event(&mut app.instance.store().read().await?, id).await?;
    let series = found.map(|(series, _)| series).filter(|series| series.template.state == Board::Published);
    Ok(series.and_then(|series| federation::series::rule(&series).ok()))
}

async fn change(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Writing(me, sent): Writing<SignedIn, Sent>,
) -> Result<Response, PageError> {
    let event = speakers::own_event(&app, &me.rights, id).await?;
    let (fields, invalid) = sent.read(&app, &me).await?;
    let repeats = repeats(&app, id).await?;
    if let Some(rule) = repeats.as_ref().filter(|_| repetition::asks(&fields)) {
        return show(&app, &me, fields, Some((id, rule))).await;
    }
    let refused = match store(&app, &me, (&event, repeats.as_ref()), &fields, invalid).await {
        Ok(()) => return Ok(Redirect::to(&format!("/events/{id}?done=changed")).into_response()),
        Err(Refused::Page(error)) => return Err(error),
        Err(Refused::Invalid(invalid)) => invalid,
    };
    let why = why(&app, &me, &fields, repeats.as_ref());
    let page = WriteEvent::of(&app, &me, Form::refused(fields, refused), (Vec::new(), Some(id))).await?;
    let page = if repeats.is_some() { page.of_series() } else { page };
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page.with((why, None)))
}

/// Carries out a change of one event, or of more of its series.
async fn store(
    app: &App,
    me: &SignedIn,
    (event, repeats): (&Event, Option<&Recurrence>),
    fields: &Fields,
    mut invalid: Invalid,
) -> Result<(), Refused> {
    let scope = repetition::scope(fields);
    let before = repeats.filter(|_| scope != Scope::One);
    let draft = event_form::read(fields, &event.details);
    let typed = match (before, &draft) {
        (Some(rule), Ok(draft)) => repetition::read(app, &me.visitor, fields, draft.details(), Some(rule)),
        _ => repetition::Typed::default(),
    };
    invalid.problems.extend(typed.invalid.problems);
    let pictures = picture_form::read(fields, me.rights.account.id);
    let (draft, pictures) = picture_form::both(invalid, draft, pictures).map_err(Refused::Invalid)?;
    let (draft, writer) = (draft.with_pictures(pictures), speakers::writer(&me.rights, fields));
    let Some(before) = before else {
        Box::pin(writing::change_event(&app.instance, event.id, draft, &writer)).await?;
        return Ok(());
    };
    let rule = typed.rule.as_ref().unwrap_or(before);
    Ok(Box::pin(writing::change_series(&app.instance, event.id, scope, (&draft, rule), &writer)).await?)
}

impl WriteEvent {
    async fn of(
        app: &App,
        me: &SignedIn,
        form: Form,
        (speakers, changes): (Vec<Speaker>, Option<Uuid>),
    ) -> Result<Self, PageError> {
        let visitor = &me.visitor;
        let known = storage::places::names(&mut app.instance.store().look().await?).await?;
        let title = if changes.is_some() { "forms-event-change" } else { "forms-event-new" };
        Ok(Self {
            page: visitor.page(app, visitor.text(title)),
            access: Choices::of_event(visitor, &form),
            more_open: form.opens(&MORE),
            places: &PLACES,
            kept: None,
            form,
            speakers,
            changes,
            action: changes.map_or("/write/event".to_owned(), |id| format!("/events/{id}/edit")),
            button: if changes.is_some() { "forms-save" } else { "forms-publish" },
            themes: Category::all().map(|theme| (theme.slug(), theme_text(visitor, theme))).collect(),
            languages: event_form::spoken(visitor),
            copied: false,
            repetition: None,
            known: known.into_iter().map(|(id, name)| (id.to_string(), name)).collect(),
        }
        .with((None, None)))
    }

    /// What the part about repeating has to say. An event that is there already and on once has none.
    fn with(mut self, said: (Option<String>, Option<Dates>)) -> Self {
        let scopes = self.repetition.as_ref().is_some_and(|repetition| repetition.scopes.is_some());
        if scopes || self.changes.is_none() {
            self.repetition = Some(Repetition::of(&self.page, &self.form, scopes, said));
        }
        self
    }

    /// As the form of one of a series.
    fn of_series(mut self) -> Self {
        self.repetition = Some(Repetition::of(&self.page, &self.form, true, (None, None)));
        self
    }
}
