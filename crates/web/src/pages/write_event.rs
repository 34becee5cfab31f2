//! Writing an event: a new one, or one that is there already.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::category::Category;
use domain::event::{Details, USUAL_LENGTH};
use domain::invalid::Invalid;
use http::StatusCode;
use uuid::Uuid;

use crate::access::Choices;
use crate::app::App;
use crate::error::{PageError, Refused};
use crate::forms::{Fields, Form, Speaker};
use crate::kept::Writing;
use crate::layout::{self, Page};
use crate::pages::event_form::{self, MORE};
use crate::pages::events::theme_text;
use crate::pages::origin::Changed;
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
    /// What people changed of an imported event.
    kept: Option<Changed>,
}

async fn blank(State(app): State<App>, me: SignedIn) -> Result<Response, PageError> {
    let speakers = speakers::of(&app, &me.rights).await?;
    if speakers.is_empty() {
        return Err(PageError::Forbidden);
    }
    let mut fields = Fields::default();
    // A start that is valid and hardly ever meant would be taken over by mistake; the day alone stays empty.
    fields.tick("language_de", true);
    layout::html(&WriteEvent::of(&app, &me, Form::fresh(fields), (speakers, None)))
}

async fn create(State(app): State<App>, Writing(me, sent): Writing<SignedIn, Sent>) -> Result<Response, PageError> {
    let (fields, invalid) = sent.read(&app, &me).await?;
    match publish(&app, &me, &fields, invalid).await {
        Ok(Written::Board(event)) => Ok(Redirect::to(&format!("/events/{event}?done=published")).into_response()),
        Ok(Written::Queue(event)) => Ok(Redirect::to(&format!("/events/{event}?done=waits")).into_response()),
        Err(Refused::Page(error)) => Err(error),
        Err(Refused::Invalid(invalid)) => {
            let speakers = speakers::of(&app, &me.rights).await?;
            let form = Form::refused(fields, invalid);
            layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &WriteEvent::of(&app, &me, form, (speakers, None)))
        }
    }
}

async fn publish(app: &App, me: &SignedIn, fields: &Fields, invalid: Invalid) -> Result<Written, Refused> {
    let start = app.instance.clock().now();
    let empty = Details::new("", start, start + USUAL_LENGTH, &app.instance.settings().timezone);
    let speaker = speakers::chosen(app, &me.rights, fields.value("speaker")).await.map_err(Refused::Page)?;
    let pictures = picture_form::read(fields, me.rights.account.id);
    let draft = picture_form::both(invalid, event_form::read(fields, &empty), pictures);
    let (author, draft) = match (speaker, draft) {
        (Some(author), Ok((draft, pictures))) => (author, draft.with_pictures(pictures)),
        (None, Ok(_)) => return Err(Refused::Invalid(Invalid::one("speaker", "invalid-speaker"))),
        (_, Err(invalid)) => return Err(Refused::Invalid(invalid)),
    };
    let form = picture_form::fingerprint(fields, &format!("/write/event {}", me.rights.account.id));
    let writer = speakers::writer(&me.rights, fields);
    Ok(Box::pin(writing::event(&app.instance, &author, &draft, &writer, Some(&form))).await?)
}

async fn edit(State(app): State<App>, me: SignedIn, Path(id): Path<Uuid>) -> Result<Response, PageError> {
    let event = speakers::own_event(&app, &me.rights, id).await?;
    let mut fields = event_form::fill(&event.details);
    picture_form::fill(&mut fields, &picture_form::of(&app, id).await?);
    let page = WriteEvent::of(&app, &me, Form::fresh(fields), (Vec::new(), Some(id)));
    layout::html(&WriteEvent { kept: Changed::of(&app, &me.visitor, &event).await?, ..page })
}

async fn change(
    State(app): State<App>,
    Path(id): Path<Uuid>,
    Writing(me, sent): Writing<SignedIn, Sent>,
) -> Result<Response, PageError> {
    let event = speakers::own_event(&app, &me.rights, id).await?;
    let (fields, invalid) = sent.read(&app, &me).await?;
    let pictures = picture_form::read(&fields, me.rights.account.id);
    let refused = match picture_form::both(invalid, event_form::read(&fields, &event.details), pictures) {
        Ok((draft, pictures)) => {
            let (draft, writer) = (draft.with_pictures(pictures), speakers::writer(&me.rights, &fields));
            match Box::pin(writing::change_event(&app.instance, id, draft, &writer)).await.map_err(Refused::from) {
                Ok(_) => return Ok(Redirect::to(&format!("/events/{id}?done=changed")).into_response()),
                Err(Refused::Page(error)) => return Err(error),
                Err(Refused::Invalid(invalid)) => invalid,
            }
        }
        Err(invalid) => invalid,
    };
    let form = Form::refused(fields, refused);
    layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &WriteEvent::of(&app, &me, form, (Vec::new(), Some(id))))
}

impl WriteEvent {
    fn of(app: &App, me: &SignedIn, form: Form, (speakers, changes): (Vec<Speaker>, Option<Uuid>)) -> Self {
        let visitor = &me.visitor;
        let title = if changes.is_some() { "forms-event-change" } else { "forms-event-new" };
        Self {
            page: visitor.page(app, visitor.text(title)),
            access: Choices::of(visitor, &form),
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
        }
    }
}
