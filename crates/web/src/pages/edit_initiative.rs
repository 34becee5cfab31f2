//! Changing what an initiative says of itself, and closing it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use domain::actor::{Actor, Part};
use domain::html::Html;
use domain::invalid::Invalid;
use domain::profile::{Draft, Facts, LINES};
use federation::initiatives;
use http::StatusCode;

use crate::access::{self, Choices};
use crate::app::App;
use crate::error::{PageError, Refused};
use crate::forms::{self, Fields, Form, web_address};
use crate::kept::{UNSENT, Writing};
use crate::layout::{self, Page};
use crate::pages::delete::Confirm;
use crate::pages::{event_form, initiative};
use crate::session::{Editor, SignedIn};

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/@{handle}/edit", get(edit).post(change)).route("/@{handle}/close", get(ask).post(close))
}

/// The fields of the folded part „Weitere Angaben“.
const MORE: [&str; 3] = ["partners", "organisation", "founded"];

#[derive(Template)]
#[template(path = "edit_initiative.html")]
struct EditInitiative {
    page: Page,
    handle: String,
    access: Choices,
    languages: Vec<(&'static str, String)>,
    more_open: bool,
    form: Form,
}

async fn edit(State(app): State<App>, me: SignedIn, Path(handle): Path<String>) -> Result<Response, PageError> {
    let actor = own(&app, &me, &handle).await?;
    let facts = kept(&app, &actor).await?;
    layout::html(&EditInitiative::of(&app, &me, actor.handle.clone(), Form::fresh(fill(&actor, &facts))))
}

async fn change(
    State(app): State<App>,
    Path(handle): Path<String>,
    Writing(me, fields): Writing<SignedIn, Fields>,
) -> Result<Response, PageError> {
    let actor = own(&app, &me, &handle).await?;
    let base = kept(&app, &actor).await?;
    let changed = match read(&fields, &actor, &base) {
        Ok(draft) => initiatives::change(&app.instance, actor.id, &draft).await.map_err(Refused::from),
        Err(invalid) => Err(Refused::Invalid(invalid)),
    };
    match changed {
        Ok(()) => Ok(Redirect::to(&format!("/@{handle}?done=changed")).into_response()),
        Err(Refused::Page(error)) => Err(error),
        Err(Refused::Invalid(invalid)) => {
            let page = EditInitiative::of(&app, &me, handle, Form::refused(fields, invalid));
            layout::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn ask(State(app): State<App>, editor: Editor, Path(handle): Path<String>) -> Result<Response, PageError> {
    let actor = closable(&app, &handle).await?;
    layout::html(&Confirm {
        page: editor.visitor.page(&app, editor.visitor.text("initiative-close-title")),
        what: actor.name,
        consequence: "initiative-close-consequence",
        action: format!("/@{handle}/close"),
        address: None,
        button: "initiative-close-do",
        back: format!("/@{handle}"),
    })
}

async fn close(State(app): State<App>, editor: Editor, Path(handle): Path<String>) -> Result<Response, PageError> {
    let actor = closable(&app, &handle).await?;
    initiatives::close(&app.instance, actor.id, &editor.rights.account.name).await?;
    Ok(Redirect::to("/initiatives?done=closed").into_response())
}

/// An initiative whose page the account may change.
async fn own(app: &App, me: &SignedIn, handle: &str) -> Result<Actor, PageError> {
    let actor = initiative::find(app, handle).await?;
    if me.rights.may_manage(&actor) { Ok(actor) } else { Err(PageError::Forbidden) }
}

/// An initiative: the quarter cannot be closed, and members close their profiles themselves.
async fn closable(app: &App, handle: &str) -> Result<Actor, PageError> {
    let actor = initiative::find(app, handle).await?;
    if actor.part == Some(Part::Initiative) { Ok(actor) } else { Err(PageError::NotFound) }
}

async fn kept(app: &App, actor: &Actor) -> Result<Facts, PageError> {
    let mut tx = app.instance.store().read().await?;
    Ok(storage::profiles::of(&mut tx, actor.id).await?.map(|(facts, _)| facts).unwrap_or_default())
}

/// Reads the form over what the initiative said before.
fn read(fields: &Fields, actor: &Actor, base: &Facts) -> Result<Draft, Invalid> {
    let about = fields.value("about");
    let same = about == actor.summary.to_text();
    let about = if same { actor.summary.clone() } else { Html::from_text(about) };
    let line = |name: &&str| Some(((*name).to_owned(), event_form::text(fields, name, 1000)?));
    let website = fields.filled("website").map(web_address).transpose();
    let mut invalid = website.as_ref().err().map(|message| Invalid::one("website", message)).unwrap_or_default();
    invalid.unless(!fields.checked(UNSENT), UNSENT, "signin-kept-check");
    let access = access::read(fields, &base.access, &mut invalid);
    let facts = Facts {
        purpose: event_form::text(fields, "purpose", 1000),
        lines: LINES.iter().filter_map(line).collect(),
        place: event_form::place(fields, base.place.as_ref()),
        languages: event_form::languages(fields, &base.languages),
        access,
        access_note: event_form::text(fields, "access_note", 1000),
        website: website.unwrap_or_default(),
    };
    let draft = Draft::new(&forms::line(fields.value("name"), 300), about, facts);
    invalid.problems.extend(draft.as_ref().err().into_iter().flat_map(|rules| rules.problems.iter().cloned()));
    draft.and_then(|draft| invalid.clone().or(draft)).map_err(|_| invalid)
}

/// The form of an initiative as it is.
fn fill(actor: &Actor, facts: &Facts) -> Fields {
    let mut fields = Fields::default();
    fields.set("name", &actor.name);
    fields.set("about", actor.summary.to_text());
    fields.set("purpose", facts.purpose.as_deref().unwrap_or_default());
    for (name, line) in &facts.lines {
        fields.set(name, line);
    }
    event_form::fill_place(&mut fields, facts.place.as_ref());
    event_form::fill_choices(&mut fields, &facts.access, &facts.languages);
    fields.set("access_note", facts.access_note.as_deref().unwrap_or_default());
    fields.set("website", facts.website.as_ref().map_or("", |url| url.as_str()));
    fields
}

impl EditInitiative {
    fn of(app: &App, me: &SignedIn, handle: String, form: Form) -> Self {
        let visitor = &me.visitor;
        Self {
            page: visitor.page(app, visitor.text("initiative-edit")),
            handle,
            access: Choices::of(visitor, &form),
            languages: event_form::spoken(visitor),
            more_open: form.opens(&MORE),
            form,
        }
    }
}
