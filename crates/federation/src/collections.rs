//! The collections of our actors: outbox, followers, following, featured, upcoming events, neighbours.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::actor::{Actor, Part};
use domain::neighbour;
use serde::Deserialize;
use serde_json::{Value, json};
use storage::posts::Which;
use storage::{Tx, activities, events, featured, follows, neighbours};
use uuid::Uuid;

use crate::error::Result;
use crate::instance::Instance;
use crate::objects::collection;
use crate::paths;
use crate::routes::{Missing, actor_of, document};

/// How many items a page has.
const PAGE: i64 = 20;
/// How many upcoming events are listed.
const UPCOMING: i64 = 200;

/// Where in a collection.
#[derive(Debug, Deserialize)]
pub(crate) struct Cursor {
    page: Option<bool>,
    before: Option<Uuid>,
}

/// One collection of one of our actors, by its name in the path.
pub(crate) async fn get(
    State(instance): State<Instance>,
    Path((handle, name)): Path<(String, String)>,
    Query(cursor): Query<Cursor>,
) -> Result<Response, Missing> {
    let actor = actor_of(&instance, &handle).await?;
    of(&instance, &actor, &name, &cursor).await
}

/// One collection of the instance actor.
pub(crate) async fn of_instance(
    State(instance): State<Instance>,
    Path(name): Path<String>,
    Query(cursor): Query<Cursor>,
) -> Result<Response, Missing> {
    let actor = instance.application().clone();
    of(&instance, &actor, &name, &cursor).await
}

async fn of(instance: &Instance, actor: &Actor, name: &str, cursor: &Cursor) -> Result<Response, Missing> {
    let mut tx = instance.store().read().await?;
    let url = paths::of(actor, name);
    Ok(document(match name {
        "outbox" if cursor.page == Some(true) => outbox_page(&mut tx, actor, cursor.before).await?,
        "outbox" => collection::paged(&url, activities::count_outbox(&mut tx, actor.id).await?),
        // Who follows is nobody's business; how many is.
        "followers" => collection::counted(&url, follows::count_followers(&mut tx, actor.id).await?),
        "following" => collection::counted(&url, follows::count_following(&mut tx, actor.id).await?),
        "featured" => collection::whole(&url, &first(&mut tx, actor).await?),
        "upcoming" => collection::whole(&url, &upcoming(&mut tx, instance, actor).await?),
        // Editors are accounts, and accounts are nobody's business; Lemmy asks for the list all the same.
        "moderators" if actor.part == Some(Part::Quarter) => collection::whole(&url, &[]),
        "neighbours" if actor.part == Some(Part::Quarter) => {
            collection::whole(&url, &established(&mut tx, actor).await?)
        }
        _ => return Err(Missing::NotFound),
    }))
}

async fn outbox_page(tx: &mut Tx, actor: &Actor, before: Option<Uuid>) -> Result<Value> {
    let activities = activities::outbox(tx, actor.id, before, PAGE).await?;
    let full = activities.len() == usize::try_from(PAGE).unwrap_or(0);
    let next = activities.last().filter(|_| full).map(|last| format!("page=true&before={}", last.id));
    let query = before.map_or_else(|| "page=true".to_owned(), |before| format!("page=true&before={before}"));
    let items: Vec<Value> =
        activities.iter().filter_map(|activity| serde_json::from_str(&activity.body).ok()).collect();
    Ok(collection::page(&paths::of(actor, "outbox"), &query, &items, next))
}

/// The ids of what is on next: of the quarter with its neighbours, of an initiative its own.
async fn upcoming(tx: &mut Tx, instance: &Instance, actor: &Actor) -> Result<Vec<Value>> {
    let which = if actor.part == Some(Part::Quarter) { Which::All } else { Which::Author(actor.id) };
    let query = events::Query::from(instance.clock().now(), which, UPCOMING);
    Ok(events::list(tx, &query).await?.into_iter().map(|(event, _)| json!(event.url)).collect())
}

/// The ids of what stands first: Mastodon fetches what is told by its id, and takes an object only if it is a note.
async fn first(tx: &mut Tx, actor: &Actor) -> Result<Vec<Value>> {
    Ok(featured::of_actor(tx, actor.id).await?.into_iter().map(|item| json!(item.url)).collect())
}

/// The ids of the quarters that are neighbours on both sides.
async fn established(tx: &mut Tx, quarter: &Actor) -> Result<Vec<Value>> {
    let all = neighbours::list(tx, quarter.id).await?;
    let both = all.into_iter().filter(|one| one.state == neighbour::State::Established);
    Ok(both.map(|one| json!(one.actor.url)).collect())
}
