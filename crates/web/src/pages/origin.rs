//! Where an event comes from: its source, the others that tell of it, and what people here changed.

use axum::response::{IntoResponse, Redirect, Response};
use calendar::phrase;
use domain::event::{Event, State as Board};
use domain::import::Source;
use domain::import::fields::Field;
use federation::imports;
use federation::twins::{self, Beside};
use storage::{Tx, actors, overrides, sources};
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::Fields;
use crate::links;
use crate::visitor::Visitor;

/// Where an event comes from, in words.
#[derive(Default)]
pub(crate) struct Origin {
    /// What it was imported from, and when that was last read.
    pub(crate) words: Vec<String>,
    /// The event that is shown in its place.
    pub(crate) leader: Option<Other>,
    /// Those that are shown as one with it.
    pub(crate) others: Vec<Other>,
}

/// Another event, by what tells of it.
pub(crate) struct Other {
    pub(crate) name: String,
    pub(crate) href: String,
}

impl Origin {
    pub(crate) async fn of(app: &App, tx: &mut Tx, visitor: &Visitor, event: &Event) -> Result<Self, PageError> {
        let mut origin = Self::default();
        if let Some(source) = source_of(tx, event).await? {
            origin.words.push(sentence(app, visitor, &source));
        }
        let leader = storage::events::twins::leader(tx, event.id).await?;
        for beside in twins::beside(tx, event.id, false).await? {
            let other = Other::of(tx, &beside).await?;
            if Some(beside.event.id) == leader {
                origin.leader = Some(Other { href: format!("/events/{}", beside.event.id), ..other });
            } else {
                origin.others.push(other);
            }
        }
        Ok(origin)
    }
}

impl Other {
    /// By its source or by who published it; a draft is shown by its page elsewhere, if it has one.
    pub(crate) async fn of(tx: &mut Tx, beside: &Beside) -> Result<Self, PageError> {
        let event = &beside.event;
        let own = format!("/events/{}", event.id);
        let name = match source_of(tx, event).await? {
            Some(source) => source.name,
            None => actors::by_id(tx, event.author).await?.map(|author| author.name).unwrap_or_default(),
        };
        let page = event.details.link.as_ref().and_then(links::web).map(str::to_owned);
        let href = if event.state == Board::Draft { page.unwrap_or(own) } else { own };
        Ok(Self { name, href })
    }
}

async fn source_of(tx: &mut Tx, event: &Event) -> Result<Option<Source>, PageError> {
    Ok(match event.source {
        Some(source) => sources::by_id(tx, source).await?,
        None => None,
    })
}

fn sentence(app: &App, visitor: &Visitor, source: &Source) -> String {
    let at = source.read_at.map(|at| phrase::moment(at, &app.zone(), visitor.language)).unwrap_or_default();
    visitor.text_with("twins-imported", &[("source", &source.name), ("at", &at)])
}

/// What people here changed of an imported event, for the form.
pub(crate) struct Changed {
    pub(crate) id: Uuid,
    pub(crate) lead: String,
    /// Each part by name and in words.
    pub(crate) fields: Vec<(&'static str, String)>,
}

impl Changed {
    pub(crate) async fn of(app: &App, visitor: &Visitor, event: &Event) -> Result<Option<Self>, PageError> {
        let mut tx = app.instance.store().read().await?;
        let (Some(source), Some(kept)) = (source_of(&mut tx, event).await?, overrides::of(&mut tx, event.id).await?)
        else {
            return Ok(None);
        };
        let words = |field: Field| (field.as_str(), visitor.text(&format!("import-field-{}", field.as_str())));
        Ok(Some(Self {
            id: event.id,
            lead: visitor.text_with("import-kept-lead", &[("source", &source.name)]),
            fields: kept.fields.into_iter().map(words).collect(),
        }))
    }
}

/// Has a part of an event follow its source again.
pub(super) async fn follow(app: &App, id: Uuid, fields: &Fields) -> Result<Response, PageError> {
    let field = Field::from_name(fields.value("field")).ok_or(PageError::Malformed)?;
    Box::pin(imports::follow_source(&app.instance, id, field)).await?;
    Ok(Redirect::to(&format!("/events/{id}/edit?done=followed")).into_response())
}
