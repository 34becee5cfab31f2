//! In whose name an account may write, and what it may change.

use domain::account::Rights;
use domain::actor::{Actor, Part};
use domain::event::Event;
use domain::post::Post;
use domain::safety::ASKED;
use federation::writing::{Door, Writer};
use storage::Tx;
use uuid::Uuid;

use crate::app::App;
use crate::error::PageError;
use crate::forms::{Fields, Speaker};

/// Those in whose name the account may write: the quarter first, then initiatives by name, then its own profile.
pub(crate) async fn of(app: &App, rights: &Rights) -> Result<Vec<Speaker>, PageError> {
    let mut tx = app.instance.store().read().await?;
    Ok(actors(&mut tx, rights).await?.iter().map(Speaker::of).collect())
}

/// The actors of [`of`], in the same order.
pub(crate) async fn actors(tx: &mut Tx, rights: &Rights) -> Result<Vec<Actor>, PageError> {
    let mut found = Vec::new();
    for part in [Part::Quarter, Part::Initiative, Part::Member] {
        let actors = storage::actors::of_part(tx, part).await?;
        found.extend(actors.into_iter().filter(|actor| rights.may_speak_for(actor)));
    }
    Ok(found)
}

/// The actor with that handle, if the account may write in its name.
pub(crate) async fn chosen(app: &App, rights: &Rights, handle: &str) -> Result<Option<Actor>, PageError> {
    let mut tx = app.instance.store().read().await?;
    let actor = storage::actors::by_handle(&mut tx, handle).await?;
    Ok(actor.filter(|actor| actor.deleted_at.is_none() && rights.may_speak_for(actor)))
}

/// The account as the writer of a form.
pub(crate) fn writer(rights: &Rights, fields: &Fields) -> Writer {
    Writer::new(rights, Door::Form { asked: fields.checked(ASKED) })
}

/// One of our events that the account may change.
pub(crate) async fn own_event(app: &App, rights: &Rights, id: Uuid) -> Result<Event, PageError> {
    let mut tx = app.instance.store().read().await?;
    let event = storage::events::by_id(&mut tx, id).await?.ok_or(PageError::NotFound)?;
    may_change(&mut tx, rights, event.author).await?;
    Ok(event)
}

/// One of our posts that the account may change, on the board or in the queue.
pub(crate) async fn own_post(app: &App, rights: &Rights, id: Uuid) -> Result<Post, PageError> {
    let mut tx = app.instance.store().read().await?;
    let post = match storage::posts::by_id(&mut tx, id).await? {
        Some(post) => post,
        None => storage::posts::draft(&mut tx, id).await?.ok_or(PageError::NotFound)?,
    };
    may_change(&mut tx, rights, post.author).await?;
    Ok(post)
}

async fn may_change(tx: &mut Tx, rights: &Rights, author: Uuid) -> Result<(), PageError> {
    let author = storage::actors::by_id(tx, author).await?.ok_or(PageError::NotFound)?;
    if rights.may_speak_for(&author) { Ok(()) } else { Err(PageError::Forbidden) }
}
