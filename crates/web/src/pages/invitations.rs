//! Invitations of our actors to events elsewhere, for the editors to answer.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use calendar::phrase;
use federation::activities::invite;
use storage::{actors, events, participations};
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::Fields;
use crate::layout::{self, Page};
use crate::session::Editor;

/// The routes of this page.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/editors/invitations", get(show).post(reply))
}

#[derive(Template)]
#[template(path = "invitations.html")]
struct Invitations {
    page: Page,
    invitations: Vec<Invitation>,
}

/// One invitation in words.
struct Invitation {
    event: Uuid,
    who: Uuid,
    title: String,
    when: String,
    words: String,
}

/// How many are shown at most.
const LIMIT: i64 = 100;

async fn show(State(app): State<App>, editor: Editor) -> Result<Response, PageError> {
    let visitor = &editor.visitor;
    let mut tx = app.instance.store().read().await?;
    let mut invitations = Vec::new();
    for (kept, who) in participations::invitations(&mut tx, LIMIT).await? {
        let Some(event) = events::by_id(&mut tx, kept.event).await? else { continue };
        let Some(organiser) = actors::by_id(&mut tx, event.author).await? else { continue };
        let names = [("organiser", organiser.name.as_str()), ("who", who.name.as_str())];
        invitations.push(Invitation {
            event: event.id,
            who: who.id,
            when: phrase::when_list(&event.details, visitor.language),
            words: visitor.text_with("participation-invites", &names),
            title: event.details.name,
        });
    }
    drop(tx);
    layout::html(&Invitations { page: visitor.page(&app, visitor.text("participation-invitations")), invitations })
}

async fn reply(State(app): State<App>, _editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let id = |name| fields.value(name).parse::<Uuid>().map_err(|_| PageError::Malformed);
    let yes = match fields.value("do") {
        "yes" => true,
        "no" => false,
        _ => return Err(PageError::Malformed),
    };
    invite::reply(&app.instance, id("event")?, id("who")?, yes).await?;
    let done = if yes { "invitation-accepted" } else { "invitation-declined" };
    Ok(Redirect::to(&format!("/editors/invitations?done={done}")).into_response())
}
