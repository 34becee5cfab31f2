//! What others hand in to the quarter (FEP-1b12): held back until an editor says yes, then passed on in its name.

use domain::actor::Actor;
use serde_json::{Value, json};
use storage::activities::{self, Activity};
use storage::objects::{self as registry, Entry};
use storage::{Tx, actors, events, posts, reactions};
use url::Url;
use uuid::Uuid;

use crate::activities::announce;
use crate::error::{Error, Result};
use crate::held;
use crate::instance::Instance;
use crate::objects::{Content, Incoming};
use crate::shape::PUBLIC;
use crate::twins;

/// How many posts, and how many events, of one host wait unseen before further ones are dropped.
pub(crate) const MAX_HELD: i64 = 200;
/// The longest activity that is kept so that it can be passed on as it came, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// Whether an object is meant for the quarter, and there is room for it among what waits.
pub(crate) async fn is_handed_in(tx: &mut Tx, instance: &Instance, object: &Incoming, author: &Actor) -> Result<bool> {
    if !object.addressed.contains(&instance.quarter().url) {
        return Ok(false);
    }
    let waiting = match object.content {
        Content::Post(_) => posts::count_held(tx, author.host.as_str()).await?,
        Content::Event(_) => events::count_drafts(tx, author.host.as_str()).await?,
    };
    Ok(waiting < MAX_HELD)
}

/// Remembers the `Create` (its id, and all it says) that brought the object `about`: Lemmy wants to be told it as it was,
/// and its proof covers every word.
pub(crate) async fn remember(
    tx: &mut Tx,
    instance: &Instance,
    sender: &Actor,
    (url, said): (&Url, &Value),
    about: &Url,
) -> Result<()> {
    let body = said.to_string();
    if body.len() > MAX_BODY || activities::by_url(tx, url).await?.is_some() {
        return Ok(());
    }
    let kept = Activity {
        id: instance.new_id(),
        url: url.clone(),
        kind: "Create".to_owned(),
        actor: sender.id,
        object: about.clone(),
        body,
        listed: false,
        published_at: instance.clock().now(),
    };
    Ok(activities::insert(tx, &kept).await?)
}

/// Shows something of another server that waited, the post or event with our key `id`, and passes it on to those who
/// follow the quarter if it was handed in; the key of its author. [`Error::NotFound`] if no such thing waits.
pub(crate) async fn approve_in(tx: &mut Tx, instance: &Instance, id: Uuid) -> Result<Uuid> {
    let (entry, author) = waiting(tx, instance, id).await?;
    if events::show(tx, id).await? {
        twins::settle(tx, instance, id).await?;
    } else {
        posts::show(tx, id).await?;
    }
    pass_on(tx, instance, &entry, &author).await?;
    Ok(author.id)
}

/// Passes on what an author handed in whom the editors trust, if it is shown.
pub(crate) async fn welcome(tx: &mut Tx, instance: &Instance, object: &Url, author: &Actor) -> Result<()> {
    let entry = registry::by_url(tx, object).await?.filter(|entry| entry.deleted_at.is_none());
    match entry {
        Some(entry) if !held::waits(tx, Some(entry.id)).await? => pass_on(tx, instance, &entry, author).await,
        _ => Ok(()),
    }
}

/// Tells those who follow the quarter of something that is shown and was handed in.
async fn pass_on(tx: &mut Tx, instance: &Instance, entry: &Entry, author: &Actor) -> Result<()> {
    let changed_at = match events::by_id(tx, entry.id).await? {
        Some(event) => event.updated_at,
        None => posts::by_id(tx, entry.id).await?.ok_or(Error::NotFound)?.updated_at,
    };
    // It was changed and waited once more: those who follow the quarter know of it.
    if reactions::exists(tx, instance.quarter().id, &entry.url, "Announce").await? {
        return Ok(());
    }
    let Some(create) = activities::latest(tx, author.id, "Create", &entry.url).await? else { return Ok(()) };
    // What was changed since is not what came: then only its id is told.
    if changed_at <= create.published_at
        && let Ok(inner) = serde_json::from_str(&create.body)
    {
        announce::in_the_quarters_name(tx, instance, &entry.url, inner).await?;
    }
    announce::publish(tx, instance, instance.quarter(), &entry.url).await
}

/// Drops something of another server that waited; it does not come again. The key of its author; [`Error::NotFound`] if no
/// such thing waits.
pub(crate) async fn reject_in(tx: &mut Tx, instance: &Instance, id: Uuid) -> Result<Uuid> {
    let (entry, author) = waiting(tx, instance, id).await?;
    registry::delete(tx, &entry.url, &author.url, instance.clock().now()).await?;
    activities::erase(tx, &entry.url).await?;
    Ok(author.id)
}

/// Tells those who follow the quarter that the author of something it passed on has deleted it.
pub(crate) async fn tell_of_deletion(
    tx: &mut Tx,
    instance: &Instance,
    sender: &Actor,
    (delete, about): (&Url, &Url),
) -> Result<()> {
    if !reactions::remove(tx, instance.quarter().id, "Announce", about).await? {
        return Ok(());
    }
    let audience = &instance.quarter().url;
    let inner = json!({
        "id": delete, "type": "Delete", "actor": sender.url, "to": [PUBLIC], "cc": [audience], "audience": audience,
        "object": about,
    });
    announce::in_the_quarters_name(tx, instance, about, inner).await
}

/// What waits under our key `id`, and its author on another server.
async fn waiting(tx: &mut Tx, instance: &Instance, id: Uuid) -> Result<(Entry, Actor)> {
    let entry =
        registry::by_id(tx, id).await?.filter(|entry| entry.deleted_at.is_none() && !instance.is_ours(&entry.url));
    let entry = entry.ok_or(Error::NotFound)?;
    let waits = held::waits(tx, Some(id)).await?;
    let owner = entry.owner.parse().map_err(|_| Error::NotFound)?;
    let author = actors::by_url(tx, &owner).await?.filter(|_| waits).ok_or(Error::NotFound)?;
    Ok((entry, author))
}
