//! Conversations (FEP-7888, FEP-f228): what belongs to one, and the collections by which others read ours.
//!
//! A conversation belongs to the server where it began. What begins here gets a `context` of ours; an answer takes on
//! that of what it answers. Nothing is ever fetched to complete one.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::event;
use serde::Deserialize;
use serde_json::{Value, json};
use storage::objects::Entry;
use storage::{Tx, contexts, events, objects as registry, posts, quotes};
use url::Url;
use uuid::Uuid;

use crate::error::Result;
use crate::instance::Instance;
use crate::objects::{collection, policy, quote};
use crate::routes::{Missing, document};

/// How many items a page has.
const PAGE: i64 = 50;

/// The address of something that belongs to an object of ours.
fn below(object: &Url, name: &str) -> Url {
    let mut url = object.clone();
    url.set_path(&format!("{}/{name}", object.path()));
    url
}

/// Notes the conversation of a new object: that of its parent, else the one it names itself. What begins here begins one.
///
/// An object from elsewhere that names a conversation of ours is not believed: only answering leads into it.
pub(crate) async fn join(
    tx: &mut Tx,
    instance: &Instance,
    (id, url): (Uuid, &Url),
    parent: Option<&Url>,
    named: Option<&Url>,
) -> Result<()> {
    let context = match parent {
        Some(parent) => of_parent(tx, instance, parent).await?,
        None => instance.is_ours(url).then(|| below(url, "context")),
    };
    let named = named.filter(|named| !instance.is_ours(named)).cloned();
    if let Some(context) = context.or(named) {
        contexts::insert(tx, id, &context).await?;
    }
    Ok(())
}

/// The conversation of what is answered, if we have it.
async fn of_parent(tx: &mut Tx, instance: &Instance, parent: &Url) -> Result<Option<Url>> {
    let Some(entry) = registry::by_url(tx, parent).await? else { return Ok(None) };
    of_entry(tx, instance, &entry).await
}

async fn of_entry(tx: &mut Tx, instance: &Instance, entry: &Entry) -> Result<Option<Url>> {
    let kept = contexts::of_object(tx, entry.id).await?;
    if kept.is_some() || !instance.is_ours(&entry.url) {
        return Ok(kept);
    }
    // Ours from before conversations were kept: what answers nothing began one.
    let answers = posts::by_id(tx, entry.id).await?.is_some_and(|post| post.details.in_reply_to.is_some());
    Ok((!answers).then(|| below(&entry.url, "context")))
}

/// Adds `replies` and `context` to the object of a post or an event of ours, who may answer or quote it, and to that of a
/// post what it quotes.
pub(crate) async fn complete(tx: &mut Tx, instance: &Instance, id: Uuid, object: &mut Value) -> Result<()> {
    let Some(entry) = registry::by_id(tx, id).await? else { return Ok(()) };
    let context = of_entry(tx, instance, &entry).await?;
    if entry.kind != "Event"
        && let Some(kept) = quotes::of_post(tx, id).await?
    {
        quote::write(&kept, object);
    }
    if let Some(object) = object.as_object_mut() {
        policy::write(object, instance.settings().replies);
        object.insert("replies".to_owned(), json!(below(&entry.url, "replies")));
        if let Some(context) = context {
            object.insert("context".to_owned(), json!(context));
        }
    }
    Ok(())
}

/// Where in a collection.
#[derive(Debug, Deserialize)]
pub(crate) struct Cursor {
    page: Option<bool>,
    after: Option<Uuid>,
}

/// A collection of a post or an event of ours, by its name in the path: `replies` or `context`.
pub(crate) async fn get(
    State(instance): State<Instance>,
    Path((id, name)): Path<(Uuid, String)>,
    Query(cursor): Query<Cursor>,
) -> Result<Response, Missing> {
    match name.as_str() {
        "replies" => replies(&instance, id, &cursor).await,
        "context" => context(&instance, id, &cursor).await,
        _ => Err(Missing::NotFound),
    }
}

/// The answers that everyone may see.
async fn replies(instance: &Instance, id: Uuid, cursor: &Cursor) -> Result<Response, Missing> {
    let mut tx = instance.store().read().await?;
    let entry = shown(&mut tx, instance, id).await?;
    let url = below(&entry.url, "replies");
    if cursor.page != Some(true) {
        return Ok(document(collection::paged(&url, contexts::count_replies(&mut tx, &entry.url).await?)));
    }
    let items = contexts::replies(&mut tx, &entry.url, cursor.after, PAGE).await?;
    Ok(document(page(&url, cursor.after, &items)))
}

/// What is in the conversation that began with it.
async fn context(instance: &Instance, id: Uuid, cursor: &Cursor) -> Result<Response, Missing> {
    let mut tx = instance.store().read().await?;
    let entry = shown(&mut tx, instance, id).await?;
    let url = below(&entry.url, "context");
    if of_entry(&mut tx, instance, &entry).await?.as_ref() != Some(&url) {
        return Err(Missing::NotFound);
    }
    let total = contexts::count(&mut tx, &url).await?.max(1);
    if cursor.page != Some(true) {
        let mut whole = collection::paged(&url, total);
        if let Some(whole) = whole.as_object_mut() {
            whole.insert("attributedTo".to_owned(), json!(entry.owner));
        }
        return Ok(document(whole));
    }
    let mut items = contexts::items(&mut tx, &url, cursor.after, PAGE).await?;
    let first = (entry.id, entry.url);
    if cursor.after.is_none() && !items.contains(&first) {
        items.insert(0, first);
    }
    Ok(document(page(&url, cursor.after, &items)))
}

/// One of ours that everyone may see.
async fn shown(tx: &mut Tx, instance: &Instance, id: Uuid) -> Result<Entry, Missing> {
    let entry = registry::by_id(tx, id).await?.filter(|entry| entry.deleted_at.is_none());
    let entry = entry.filter(|entry| instance.is_ours(&entry.url)).ok_or(Missing::NotFound)?;
    let published = match events::by_id(tx, id).await? {
        Some(event) => event.state == event::State::Published,
        None => posts::by_id(tx, id).await?.is_some(),
    };
    if published { Ok(entry) } else { Err(Missing::NotFound) }
}

fn page(url: &Url, after: Option<Uuid>, items: &[(Uuid, Url)]) -> Value {
    let full = items.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
    let next = items.last().filter(|_| full).map(|(last, _)| format!("page=true&after={last}"));
    let query = after.map_or_else(|| "page=true".to_owned(), |after| format!("page=true&after={after}"));
    let items: Vec<Value> = items.iter().map(|(_, url)| json!(url)).collect();
    collection::page(url, &query, &items, next)
}
