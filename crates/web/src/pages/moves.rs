//! Neighbours that moved: what editors read of them on the neighbours' page, and what they decide.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use calendar::phrase;
use federation::moves::desk;
use storage::{Tx, actors, moves};
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::Fields;
use crate::links;
use crate::session::Editor;
use crate::visitor::Visitor;

/// The routes of the buttons.
pub(crate) fn router() -> Router<App> {
    Router::new().route("/neighbours/moves", post(decide))
}

/// A neighbour that moved, in words.
pub(crate) struct Moved {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) words: String,
    pub(crate) at: String,
    /// The page of the new actor.
    pub(crate) href: String,
}

/// The moves that wait for an editor.
pub(crate) async fn open(app: &App, tx: &mut Tx, visitor: &Visitor) -> Result<Vec<Moved>, PageError> {
    let mut found = Vec::new();
    for moved in moves::open(tx).await? {
        let Some(old) = actors::by_id(tx, moved.actor).await? else { continue };
        let Some(new) = actors::by_url(tx, &moved.target).await? else { continue };
        let at = phrase::moment(moved.moved_at, &app.zone(), visitor.language);
        let name = if old.name.is_empty() { old.handle } else { old.name };
        found.push(Moved {
            id: old.id,
            words: visitor.text_with("moves-words", &[("name", &name), ("address", &new.address())]),
            at: visitor.text_with("moves-at", &[("at", &at)]),
            href: links::actor(&new),
            name,
        });
    }
    Ok(found)
}

async fn decide(State(app): State<App>, editor: Editor, fields: Fields) -> Result<Response, PageError> {
    let old: Uuid = fields.value("who").parse().map_err(|_| PageError::Malformed)?;
    let who = &editor.rights.account.name;
    let done = match fields.value("do") {
        "follow" => match desk::follow(&app.instance, old, who).await {
            Ok(_) => "move-followed",
            Err(federation::Error::Unusable(_)) => "move-blocked",
            Err(error) => return Err(error.into()),
        },
        "stay" => {
            desk::stay(&app.instance, old, who).await?;
            "move-stayed"
        }
        _ => return Err(PageError::Malformed),
    };
    Ok(Redirect::to(&format!("/neighbours?done={done}")).into_response())
}
