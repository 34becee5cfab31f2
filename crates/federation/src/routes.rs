//! What programs of other servers ask for: a table of contents.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use domain::actor::Actor;
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};
use storage::{activities, actors, objects as registry};
use tracing::error;
use uuid::Uuid;

use crate::discovery::{host_meta, nodeinfo, webfinger};
use crate::error::Error;
use crate::gate::MAX_BODY;
use crate::instance::Instance;
use crate::objects::{self, context, tombstone, whole};
use crate::{collections, conversations, inbox, mirror, paths, quotes, readers};

/// Everything that is asked with `Accept: application/activity+json`.
pub fn router(instance: Instance) -> Router {
    Router::new()
        .route("/", get(quarter))
        .route("/@{handle}", get(actor))
        .route("/@{handle}/{collection}", get(collections::get))
        .route("/actor/{collection}", get(collections::of_instance))
        .route("/events/{id}", get(object))
        .route("/posts/{id}", get(object))
        .route("/places/{slug}", get(place))
        .route("/events/{id}/{collection}", get(conversations::get))
        .route("/posts/{id}/{collection}", get(conversations::get))
        .route("/quotes/{id}", get(quote))
        .route("/activities/{id}", get(activity))
        .route_layer(from_fn_with_state(instance.clone(), readers::admit))
        // Never asks who reads it: whoever wants to check our signature on a question needs its key first.
        .route("/actor", get(application))
        .with_state(instance)
}

/// Everything with one form only, whatever `Accept` says: inboxes and discovery.
pub fn fixed(instance: Instance) -> Router {
    Router::new()
        .route("/inbox", post(inbox::receive))
        .route("/actor/inbox", post(inbox::receive))
        .route("/@{handle}/inbox", post(inbox::receive))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .route("/.well-known/webfinger", get(webfinger::get))
        .route("/.well-known/host-meta", get(host_meta::get))
        .route("/.well-known/nodeinfo", get(nodeinfo::discover))
        .route("/nodeinfo/{version}", get(nodeinfo::get))
        .route("/actor/mirror", get(mirror::get))
        .with_state(instance)
}

/// Why a document cannot be given.
#[derive(Debug)]
pub(crate) enum Missing {
    /// There is none.
    NotFound,
    /// There was one; what is left of it.
    Gone(Value),
    /// Something broke.
    Broken(Error),
}

impl<E: Into<Error>> From<E> for Missing {
    fn from(error: E) -> Self {
        match error.into() {
            Error::NotFound => Self::NotFound,
            other => Self::Broken(other),
        }
    }
}

impl IntoResponse for Missing {
    fn into_response(self) -> Response {
        match self {
            Self::NotFound => {
                (StatusCode::NOT_FOUND, [(header::VARY, "Accept")], "there is nothing at this address").into_response()
            }
            Self::Gone(json) => (StatusCode::GONE, document(json)).into_response(),
            Self::Broken(cause) => {
                error!(%cause, "A document could not be given");
                (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "60")], "something broke on our side")
                    .into_response()
            }
        }
    }
}

/// A document in the type that other servers ask for.
pub(crate) fn document(json: Value) -> Response {
    let mut response = axum::Json(json).into_response();
    let kind = HeaderValue::from_static("application/activity+json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept"));
    response
}

/// Our living actor with that handle.
pub(crate) async fn actor_of(instance: &Instance, handle: &str) -> Result<Actor, Missing> {
    let mut tx = instance.store().read().await?;
    let actor = actors::by_handle(&mut tx, handle).await?.filter(|actor| actor.url.path() == format!("/@{handle}"));
    let actor = actor.ok_or(Missing::NotFound)?;
    match actor.deleted_at {
        Some(at) => Err(Missing::Gone(in_context(tombstone::write(&actor.url, actor.kind.as_str(), at)))),
        None => Ok(actor),
    }
}

async fn quarter(State(instance): State<Instance>) -> Redirect {
    Redirect::to(instance.quarter().url.as_str())
}

async fn actor(State(instance): State<Instance>, Path(handle): Path<String>) -> Result<Response, Missing> {
    let actor = actor_of(&instance, &handle).await?;
    let mut tx = instance.store().read().await?;
    Ok(document(objects::actor::document(&mut tx, &instance, &actor).await?))
}

async fn application(State(instance): State<Instance>) -> Result<Response, Missing> {
    // Read anew: its keys may have changed.
    let mut tx = instance.store().read().await?;
    let actor = actors::by_id(&mut tx, instance.application().id).await?.ok_or(Missing::NotFound)?;
    Ok(document(objects::actor::document(&mut tx, &instance, &actor).await?))
}

/// A post or an event. Another server's is at its own address: ours only shows it.
async fn object(State(instance): State<Instance>, Path(id): Path<Uuid>) -> Result<Response, Missing> {
    let mut tx = instance.store().read().await?;
    let entry = registry::by_id(&mut tx, id).await?.ok_or(Missing::NotFound)?;
    if !instance.is_ours(&entry.url) {
        return Ok(Redirect::to(entry.url.as_str()).into_response());
    }
    if let Some(at) = entry.deleted_at {
        return Err(Missing::Gone(in_context(tombstone::write(&entry.url, &entry.kind, at))));
    }
    let object = whole::read(&mut tx, &instance, &entry).await?.ok_or(Missing::NotFound)?;
    Ok(document(in_context(object)))
}

/// A place of the directory.
async fn place(State(instance): State<Instance>, Path(slug): Path<String>) -> Result<Response, Missing> {
    let mut tx = instance.store().read().await?;
    let url = instance.url(&paths::place(&slug));
    if let Some(entry) = registry::by_url(&mut tx, &url).await?
        && let Some(at) = entry.deleted_at
    {
        return Err(Missing::Gone(in_context(tombstone::write(&entry.url, &entry.kind, at))));
    }
    let entry = storage::places::by_slug(&mut tx, &slug).await?.ok_or(Missing::NotFound)?;
    Ok(document(in_context(objects::place::document(&mut tx, &instance, &entry).await?)))
}

/// An authorization to quote one of ours.
async fn quote(State(instance): State<Instance>, Path(id): Path<Uuid>) -> Result<Response, Missing> {
    let mut tx = instance.store().read().await?;
    Ok(document(in_context(quotes::document(&mut tx, &instance, id).await?)))
}

/// An activity that everyone may read.
async fn activity(State(instance): State<Instance>, Path(id): Path<Uuid>) -> Result<Response, Missing> {
    let mut tx = instance.store().read().await?;
    let activity = activities::by_id(&mut tx, id).await?.filter(|activity| activity.listed).ok_or(Missing::NotFound)?;
    let json: Value = serde_json::from_str(&activity.body).map_err(|_| Missing::NotFound)?;
    Ok(document(json))
}

/// An object with the context that explains its terms, in front.
fn in_context(object: Value) -> Value {
    let mut json = json!({ "@context": context() });
    if let (Some(json), Value::Object(object)) = (json.as_object_mut(), object) {
        json.extend(object);
    }
    json
}
